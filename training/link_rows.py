"""The labelled addresses behind `link.phishing`, by source, capped so that none drowns the rest.

    rows(extra=Path("/tmp/linkdata"))

Besides `../shared/data/text`, plain lists of addresses may lie in the folder `extra`: one address
a line, gathered from the documentation and package index of a Debian machine and from published
packages (see `training/link_phishing.py gather`). Nothing is ever opened.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from link_lures import lures
from link_ordinary import FAMILIES, ordinary
from link_organisations import NAME as ORGANISATIONS
from link_organisations import organisations

from mingjian.detect.link.address import local, read_address
from mingjian.detect.link.lists import lists, read_list

DATA = Path(__file__).parents[2] / "shared/data/text"
OWN = "Apache-2.0"
WRITTEN = ("written by a", "written by b", "written by c")
"""Sources of `link_written.tsv`: what three writers, each by itself, wrote of both kinds."""
LICENCES = {
    "openphish-2024": "non-commercial (OpenPhish public feed)",
    "openphish-2025a": "non-commercial (OpenPhish public feed)",
    "openphish-2025b": "non-commercial (OpenPhish public feed)",
    "pdd-phishtank2017": "not stated",
    "pdd-legit2017": "not stated",
    "citizenlab": "CC BY-NC-SA 4.0 (non-commercial)",
    "awesome lists": "CC BY-SA 3.0, CC0",
    "debian homepages": "facts of the Debian package index",
    "addresses in documentation": "facts of Debian and PyPI documentation",
    "spamassassin ham": "CC0-1.0 / PDDL-1.0",
    "web log referrers": "Apache-2.0",
    "video pages": "Unlicense (yt-dlp)",
    "forums": "MIT (maigret)",
    "Chinese pages with feeds": "MIT (rsshub)",
    "sites with advertising": "GPL-3.0+ or CC BY-SA 3.0+ (EasyList)",
    "preloaded names": "BSD-3-Clause (hstspreload, Chromium)",
    "news feeds": "GPL-3.0 (calibre)",
    "live video": "BSD-2-Clause (streamlink)",
    "picture pages": "GPL-2.0 (gallery-dl)",
    **dict.fromkeys((*FAMILIES, ORGANISATIONS), OWN),
    **dict.fromkeys((*WRITTEN, "written addresses"), OWN),
    "list of Chinese sites": OWN,
    "invented lures": OWN,
}
_LINK = re.compile(r"https?://[^\s\"'<>)\]\\，。、；]+", re.I)
_KIT_CAP = 3
_FEED_MOST = 15_000


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    h1: bool
    source: str
    domain: str


def _shared(name: str, where: str) -> list[tuple[str, str]]:
    import duckdb

    path = DATA / f"{name}.parquet"
    if not path.is_file():
        raise SystemExit(f"the labelled set {path} is not here")
    dated = "date" if name == "url" else "''"
    found = duckdb.sql(f"select text, {dated} from '{path}' where {where} order by sha256(text)")
    return [(str(text), str(date or "")) for text, date in found.fetchall()]


def _linked(texts: list[tuple[str, str]]) -> list[str]:
    found = {link.rstrip(".,;:!?*_=") for text, _ in texts for link in _LINK.findall(text)}
    return sorted(link for link in found if "example" not in link)


def _rows(
    texts: list[str], h1: bool, source: str, cap: int, most: int, series: bool = False
) -> list[Row]:
    """At most `cap` rows of a registrable domain (a campaign or a big site) and `most` in all.
    In a `series`, as in H1, domains that differ in their last figures alone count as one."""
    kept: list[Row] = []
    per: Counter[str] = Counter()
    for text in sorted(set(texts), key=lambda t: sha256(t.encode()).hexdigest()):
        address = read_address(text)
        if address is None or local(address.site):
            continue
        # One campaign registers hundreds of names of one pattern (tap1118ekc.vip …).
        domain = address.site.domain
        pattern = re.sub(r"[0-9]+[a-z]{0,3}(?=\.)", "0", domain) if h1 or series else domain
        per[pattern] += 1
        if per[pattern] <= cap:
            kept.append(Row(text, h1, source, address.site.domain))
        if len(kept) >= most:
            break
    return kept


def period(date: str) -> str:
    return "openphish-2024" if date < "2025" else (
        "openphish-2025a" if date < "2025-05" else "openphish-2025b"
    )  # fmt: skip


def rows(extra: Path | None = None) -> list[Row]:
    """All rows. Each source is capped; H1 and H2 are not balanced."""
    found: list[Row] = []
    feed = _shared("url", "source='openphish'")
    for name in ("openphish-2024", "openphish-2025a", "openphish-2025b"):
        mine = [t for t, d in feed if period(d) == name and not own_site(t)]
        found += _rows(mine, True, name, _KIT_CAP, _FEED_MOST)
    of = {
        "pdd-phishtank2017": ("source='pdd-phishtank2017'", True, 3),
        "pdd-legit2017": ("source='pdd-legit2017'", False, 8),
        "citizenlab": ("source='citizenlab'", False, 4),
        "awesome lists": (
            "source in ('awesome-selfhosted/awesome-selfhosted', 'vinta/awesome-python',"
            " 'sindresorhus/awesome')",
            False,
            20,
        ),
    }
    for name, (where, h1, cap) in of.items():
        texts = [t for t, _ in _shared("url", where) if not (h1 and own_site(t))]
        found += _rows(texts, h1, name, cap, _FEED_MOST if h1 else 9000)
    mail = {
        "spamassassin ham": ("email", "source like 'spamassassin:%ham%'"),
        "web log referrers": ("weblog_lines", "label='normal_unverified'"),
    }
    for name, (table, where) in mail.items():
        texts = [t for t in _linked(_shared(table, where)) if "link" not in t[:40] or "." in t[12:]]
        found += _rows(texts, False, name, 10, 3000)
    if extra is not None:
        found += _gathered(extra, {row.domain for row in found})
    for name in FAMILIES:
        found += _rows(ordinary(name, 20261125, 4000), False, name, 30, 4000)
    sites = read_list("known")["chinese"].split()
    found += _rows(
        [f"https://www.{site}/" for site in sites], False, "list of Chinese sites", 1, 999
    )
    found += _rows(lures(20261125, 6000), True, "invented lures", 30, 6000)
    found += _rows(organisations(20261126, 6000), False, ORGANISATIONS, 30, 6000)
    return found + written()


def fresh_domains() -> set[str]:
    """The domains of `fresh/link.phishing.jsonl`: a test, never learnt from."""
    lines = (Path(__file__).parent / "fresh/link.phishing.jsonl").read_text("utf-8").splitlines()
    return {_domain(json.loads(line)["text"]) for line in lines} - {""}


def written() -> list[Row]:
    """The rows of `link_written.tsv`, by writer. A domain counts with one writer only, and one
    that the fresh test holds with none."""
    seen = fresh_domains()
    found: list[Row] = []
    lines = Path(__file__).with_name("link_written.tsv").read_text("utf-8").splitlines()
    told = [line.split("\t") for line in lines]
    for name in WRITTEN:
        mine: list[Row] = []
        for h1 in (True, False):
            side = "H1" if h1 else "H2"
            texts = [t for who, truth, _, t in told if name.endswith(f" {who}") and truth == side]
            mine += _rows([t for t in texts if _domain(t) not in seen], h1, name, 30, 999)
        seen |= {row.domain for row in mine}
        found += mine
    return found


def _gathered(extra: Path, seen: set[str]) -> list[Row]:
    """Rows of the gathered lists. From the lists of packages, domains that another source holds
    are left out: a model must not have seen a name that it measures."""
    found: list[Row] = []
    for name, file, cap, most in (
        ("debian homepages", "debhome.txt", 30, 8000),
        ("addresses in documentation", "pyurls.txt", 30, 8000),
        ("video pages", "video.txt", 8, 6000),
        ("forums", "forums.txt", 8, 6000),
        ("Chinese pages with feeds", "feeds.txt", 8, 3000),
        ("sites with advertising", "advertised.txt", _KIT_CAP, 6000),
        ("preloaded names", "names.txt", _KIT_CAP, 9000),
        ("news feeds", "news.txt", 8, 6000),
        ("live video", "live.txt", 8, 3000),
        ("picture pages", "pictures.txt", 8, 3000),
    ):
        if not (extra / file).is_file():
            continue
        texts = (extra / file).read_text("utf-8", "replace").split()
        texts = [t for t in texts if "example" not in t and not _technical(t)]
        if cap < 30:
            texts = [t for t in texts if _domain(t) not in seen]
        mine = _rows(texts, False, name, cap, most, series=name == "preloaded names")
        seen |= {row.domain for row in mine}
        found += mine
    return found


def _domain(text: str) -> str:
    address = read_address(text)
    return address.site.domain if address else ""


def own_site(text: str) -> bool:
    """Whether a feed lists a page of a well-known site itself (a redirect, a form, a mistake):
    what makes such a page bad is not in its address."""
    address = read_address(text)
    if address is None:
        return True
    return address.site.hosting is None and (
        address.site.domain in lists().known or address.site.domain in lists().official
    )


def _technical(text: str) -> bool:
    """Addresses of test suites, not of sites."""
    address = read_address(text)
    return (
        address is None
        or address.site.ip is not None
        or address.userinfo != ""
        or address.site.suffix in ("test", "invalid", "localhost", "local", "internal", "onion")
        or len(address.site.name) < 2
        or "%" in text[:24]
    )


if __name__ == "__main__":
    for source, count in Counter((r.source, r.h1) for r in rows(Path("/tmp/linkdata"))).items():
        print(source, count)
