"""How many links in the documentation of Debian packages, or of a list, `link.phishing` flags.

    python training/link_strangers.py PACKAGE...
    python training/link_strangers.py /tmp/linkdata/badware.txt    # of `link_lists.py`

Fetches the packages (`apt-get download`), reads links from their documentation, licences and
manual pages, and prints the share flagged at the threshold of the scale, and which these are. Of
a list, pages on well-known sites and domains that were learnt from are left out.
Nothing of it was learnt from or chosen on, and nothing is kept. The card's figures are of:

apache2-doc aspell-es debian-faq debian-faq-zh-cn debian-handbook debian-policy
debian-reference-en debian-reference-zh-cn developers-reference doc-debian emacs-common
exim4-doc-html fcitx5-pinyin fonts-arphic-uming fonts-noto-cjk git-doc gnuplot-doc harden-doc
hunspell-en-us libpinyin-data librime-data lynx maint-guide manpages-es manpages-fr manpages-pl
manpages-zh mutt opencc postfix-doc rime-data-pinyin-simp squid-common stardict-common w3m
wordnet zhcon
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))

from link_rows import own_site, rows

from mingjian.detect.link.address import read_address
from mingjian.detect.link.features import measure
from mingjian.detect.link.phishing import Phishing

SCALE = Path(__file__).parents[1] / "src/mingjian/detect/link/link.phishing.scale.json"
_LINK = re.compile(r"https?://[^\s\"'<>)}\]\\，。、；（）》”|`]{4,300}", re.I)
READ = ("usr/share/doc", "usr/share/man", "usr/share/help", "usr/share/gnome/help")
MOST = 12
"""Links of one host that count: a package names its own site a thousand times."""


def links_of(folder: Path) -> Iterator[str]:
    """The links in the documentation of an unpacked package."""
    for path in (p for name in READ for p in (folder / name).rglob("*")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        text = data.decode("utf-8", "replace")
        yield from (match[0].rstrip(".,;:!?*_=~") for match in _LINK.finditer(text))


def unseen(path: Path) -> Iterator[str]:
    """The addresses of a list whose domains are neither well known nor learnt from."""
    learnt = {row.domain for row in rows(path.parent)}
    for line in path.read_text("utf-8").split():
        address = read_address(line)
        if address and not own_site(line) and address.site.domain not in learnt:
            yield line


def main(packages: list[str]) -> None:
    """Print what is flagged."""
    found: set[str] = set()
    for package in packages:
        if package.endswith(".txt"):
            found |= set(unseen(Path(package)))
            continue
        with TemporaryDirectory() as name:
            folder = Path(name)
            subprocess.run(
                ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package],
                cwd=folder,
                check=False,
            )
            for file in folder.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", file, folder / "out"], check=True)
            found |= set(links_of(folder / "out"))
    threshold = json.loads(SCALE.read_text("utf-8"))["threshold"]
    detector = Phishing({})
    seen: dict[str, int] = {}
    measured: list[tuple[float, str]] = []
    for link in sorted(found):
        address = read_address(link)
        if address is None or address.site.ip is not None or "example" in link:
            continue
        seen[address.site.host] = seen.get(address.site.host, 0) + 1
        if seen[address.site.host] <= MOST:
            measured.append((detector.score(address, measure(address)), link))
    flagged = sorted(one for one in measured if one[0] >= threshold)[::-1]
    print(f"{len(measured)} links of {len(seen)} hosts, {len(flagged)} flagged at {threshold:.2f}")
    for score, link in flagged:
        print(f"{score:.1f} {link[:150]}")


if __name__ == "__main__":
    main(sys.argv[1:])
