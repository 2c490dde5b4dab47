"""The table behind `mingjian.detect.link.visited`: fingerprints of the most visited sites.

    python training/link_visited.py

Fetches six releases of MISP's warning lists (pymispwarninglists) and the public suffix list
(publicsuffixlist) by pip. Of the million sites of Tranco, as each release has them, and of the
million hosts of Chrome's report on user experience it is counted in how many lists each is; a name
that is neither in the latest nor in two is left out, and so are those under which anybody may put
pages: where the public suffix list or the list of dynamic names has endings below them, and
shorteners, pages of links and other services that MISP lists as trusted sites that phishing lives
on. Ranks are not in the lists, but for the first ten thousand of Tranco.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))

from link_lists import fetch_wheels

from mingjian.detect.learned import store
from mingjian.detect.link.address import Site, site_of
from mingjian.detect.link.visited import NAME, NOW, packed

HERE = Path(__file__).parent.parent / "src/mingjian/detect/link"
SUFFIXES = "publicsuffixlist==1.1.2.20261023"
RELEASES = ("1.0", "1.2", "1.3", "1.5", "1.6", "1.7.0")
"""Of pymispwarninglists, the last the latest; 1.4 has the list of 1.3 two months later."""
SERVICES = ("dynamic-dns", "url-shortener", "link-in-bio", "lots-project", "public-ipfs-gateways")
TERMS = "BSD-3-Clause (pymispwarninglists); the list's own terms are not stated there"
LISTS = {"top": "tranco10k", "sites": "tranco", "hosts": "google-chrome-crux-1million"}
"""A field of `visited.Visited`: MISP's name of the list."""
TOLD = {
    "top": "Tranco, first 10,000 of 2025-01-15",
    "sites": "Tranco, 1,000,000 of 2020-03, 2021-01, 2022-01, 2023-07, 2024-09, 2025-01",
    "hosts": "Chrome UX report, 1,000,000 of 2023-07, 2024-09, 2025-12",
}


def _private(listed: str) -> set[str]:
    """The endings of the public suffix list that are services of somebody's."""
    lines = listed.partition("===BEGIN PRIVATE DOMAINS===")[2].splitlines()
    return {line.strip().lstrip("*.!") for line in lines if line.strip() and line[:2] != "//"}


def _site(name: str) -> Site | None:
    return site_of(name.strip().lower().removeprefix("www."))


def _domains(names: set[str]) -> set[str]:
    return {site.domain for name in names if (site := _site(name)) is not None}


def _held(release: Path, name: str) -> set[str]:
    """A list of a release; empty where it has none of that name."""
    path = release / "pymispwarninglists/pymispwarninglists/data/misp-warninglists/lists" / name
    if not path.is_dir():
        return set()
    listed = json.loads((path / "list.json").read_text("utf-8"))["list"]
    return {str(one).lstrip(".") for one in listed}


def _kept(what: str, names: set[str], open_to_all: set[str]) -> Iterator[str]:
    """The domains, or the hosts, of a list whose pages are their owner's."""
    for name in names:
        site = _site(name)
        if site is None or site.ip is not None:
            continue
        if site.hosting is None and site.domain not in open_to_all:
            yield site.host if what == "hosts" else site.domain
        elif what == "hosts" and site.host != site.service and site.host not in open_to_all:
            yield site.host


def made(folder: Path) -> dict[str, dict[str, int]]:
    """Of each list its names, each with the number of releases that have it, and `NOW`."""
    latest = folder / RELEASES[-1]
    suffixes = folder / "publicsuffixlist/publicsuffixlist/public_suffix_list.dat"
    services = (_held(latest, name) for name in SERVICES)
    open_to_all = _domains(_private(suffixes.read_text("utf-8")).union(*services))
    found: dict[str, dict[str, int]] = {}
    for what, source in LISTS.items():
        seen: Counter[str] = Counter()
        now: set[str] = set()
        for release in RELEASES[-1:] if what == "top" else RELEASES:
            now = set(_kept(what, _held(folder / release, source), open_to_all))
            seen.update(now)
        found[what] = {
            name: count | NOW if name in now else count
            for name, count in seen.items()
            if name in now or count > 1
        }
    return found


def main() -> None:
    with TemporaryDirectory() as name:
        at = Path(name)
        fetch_wheels(at, (SUFFIXES,))
        for release in RELEASES:
            (at / release).mkdir()
            fetch_wheels(at / release, (f"pymispwarninglists=={release}",))
        found = made(at)
    arrays = {}
    for what, names in found.items():
        arrays[what], arrays[f"{what}_seen"] = packed(names)
    told = [{"name": TOLD[what], "licence": TERMS, "n": len(found[what])} for what in LISTS]
    print({what: len(names) for what, names in found.items()})
    print(store.save(HERE, NAME, arrays, script="training/link_visited.py", rows=told))


if __name__ == "__main__":
    main()
