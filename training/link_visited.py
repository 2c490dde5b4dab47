"""The table behind `mingjian.detect.link.visited`: fingerprints of the most visited sites.

    python training/link_visited.py

Fetches MISP's warning lists (pymispwarninglists) and the public suffix list (publicsuffixlist) by
pip. Of the million sites of Tranco and the million hosts of Chrome's report on user experience
those are left out under which anybody may put pages: where the public suffix list or the list of
dynamic names has endings below them, and shorteners, pages of links and other services that MISP
lists as trusted sites that phishing lives on. Ranks are not in the lists, but for the first ten
thousand of Tranco.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))

from link_lists import fetch_wheels

from mingjian.detect.learned import store
from mingjian.detect.link.address import Site, site_of
from mingjian.detect.link.visited import NAME, packed

HERE = Path(__file__).parent.parent / "src/mingjian/detect/link"
WHEELS = ("pymispwarninglists==1.7.0", "publicsuffixlist==1.1.2.20261023")
SERVICES = ("dynamic-dns", "url-shortener", "link-in-bio", "lots-project", "public-ipfs-gateways")
TERMS = "BSD-3-Clause (pymispwarninglists); the list's own terms are not stated there"
LISTS = {
    "top": ("tranco10k", "Tranco, first 10,000 of 2025-01-15"),
    "sites": ("tranco", "Tranco, 1,000,000 of 2025-01-15"),
    "hosts": ("google-chrome-crux-1million", "Chrome UX report, 1,000,000 of 2025-12-23"),
}
"""A field of `visited.Visited`: MISP's name of the list, and what is told of it."""


def _private(listed: str) -> set[str]:
    """The endings of the public suffix list that are services of somebody's."""
    lines = listed.partition("===BEGIN PRIVATE DOMAINS===")[2].splitlines()
    return {line.strip().lstrip("*.!") for line in lines if line.strip() and line[:2] != "//"}


def _site(name: str) -> Site | None:
    return site_of(name.strip().lower().removeprefix("www."))


def _domains(names: set[str]) -> set[str]:
    return {site.domain for name in names if (site := _site(name)) is not None}


def made(folder: Path) -> tuple[dict[str, set[str]], list[dict[str, object]]]:
    """The names of each list, and what is told of where they come from."""
    lists = folder / "pymispwarninglists/pymispwarninglists/data/misp-warninglists/lists"

    def held(name: str) -> set[str]:
        listed = json.loads((lists / name / "list.json").read_text("utf-8"))["list"]
        return {str(one).lstrip(".") for one in listed}

    suffixes = (folder / "publicsuffixlist/publicsuffixlist/public_suffix_list.dat").read_text(
        "utf-8"
    )
    open_to_all = _domains(_private(suffixes).union(*map(held, SERVICES)))
    found: dict[str, set[str]] = {}
    told: list[dict[str, object]] = []
    for what, (source, said) in LISTS.items():
        kept = set()
        for name in held(source):
            site = _site(name)
            if site is None or site.ip is not None:
                continue
            if site.hosting is None and site.domain not in open_to_all:
                kept |= {site.domain} if what != "hosts" else {site.host}
            elif what == "hosts" and site.host != site.service and site.host not in open_to_all:
                kept.add(site.host)
        found[what] = kept
        told.append({"name": said, "licence": TERMS, "n": len(kept)})
    return found, told


def main() -> None:
    with TemporaryDirectory() as name:
        at = Path(name)
        fetch_wheels(at, WHEELS)
        found, told = made(at)
    arrays = {what: packed(names) for what, names in found.items()}
    print({what: len(names) for what, names in found.items()})
    print(store.save(HERE, NAME, arrays, script="training/link_visited.py", rows=told))


if __name__ == "__main__":
    main()
