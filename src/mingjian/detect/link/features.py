"""What is measured of an address: 114 named numbers, and the text for the n-grams.

Left out on purpose, because they tell collections apart and not pages: the scheme, a leading
www, a slash at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from mingjian.detect.link.address import SITES, Address, Site
from mingjian.detect.link.forms import (
    forms_of_path,
    function_named,
    mailing_named,
    regional,
    returns,
)
from mingjian.detect.link.lists import lists
from mingjian.detect.link.lookalike import Hit, hits_in_host, hits_in_path, likeness, mixed, owner
from mingjian.detect.link.visited import standing
from mingjian.detect.link.wordlike import Wordlike, wordlike

_TOKENS = re.compile(r"[a-z]+")
_UPPER = re.compile(r"[A-Z]+")
_VOWELS = re.compile(r"[aeiouy]")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+")
_TURNS = re.compile(r"(?<=[a-z])[0-9]|(?<=[0-9])[a-z]")
_DIGIT_RUN = re.compile(r"[0-9]+")
_ENDING_IN_NAME = re.compile(r"(?:^|[.\-])(?:com|net|org|gov|cn|co|io|us|uk|jp)(?=[.\-])")
_MAIL = re.compile(r"[\w.+\-]{1,60}(?:@|%40)[\w\-]{1,60}\.\w")
_RANDOM = re.compile(r"(?=[A-Za-z]{0,40}[0-9])(?=[0-9]{0,40}[A-Za-z])[A-Za-z0-9]{9,}")
_BASE64 = re.compile(r"=(?<=[A-Za-z0-9+/]{18}=)")
_REDIRECT = re.compile(
    r"(?:^|[?&;])(?:url|u|r|to|q|go|goto|next|dest|destination|redirect\w{0,12}|return\w{0,8}|"
    r"target|link|continue|redir|rurl|out|jump|callback|service|ref|adurl)="
    r"(?:https?(?::|%3a|%253a)|(?:/|%2f){2})",
    re.I,
)
_DATE = re.compile(r"/(?:19|20)\d{2}[/\-]?(?:0?[1-9]|1[0-2])(?:[/\-]|\d{2}|\b)")
_LONG_HEX = re.compile(
    r"(?<![0-9a-z])(?=[0-9a-f]{0,40}[0-9])(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{16,}(?![0-9a-z])"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-")
_DOMAIN_INSIDE = re.compile(
    r"(?<=[a-z0-9-][a-z0-9-])\.(?:com|net|org|gov|co|de|fr|it|uk|ca|br|au)(?=[/.]|$)"
)
_MIXED_CASE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]{0,16}[a-z][A-Z])[A-Za-z0-9]{6,16}(?![A-Za-z0-9])"
)
_SLUG = re.compile(r"(?<![a-z])[a-z]{2,}+(?>(?:[-_][a-z0-9]++){2,})", re.I)
_PAGE = frozenset({"php", "asp", "aspx", "jsp", "cgi", "do", "action"})
_FILE_ENDINGS = """
pdf doc docx xls xlsx ppt pptx zip gz tar tgz bz2 xz 7z rar jpg jpeg png gif svg webp ico mp3
mp4 txt csv json xml rss md py js css woff deb rpm iso whl
"""
_FILE = frozenset(_FILE_ENDINGS.split())
_PROGRAM = frozenset({"exe", "apk", "msi", "scr", "bat", "vbs", "jar", "hta", "lnk", "ps1"})
_GENERIC = frozenset(["com", "org", "net"])
_WORD_CLASSES = ("credential", "urgency", "money", "service", "gambling")
_HOSTING = ("builder", "app", "webhost", "dynamic", "ipfs", "form", "shortener")
_PATH_CLASSES = (*_WORD_CLASSES, "kit", "kit_page", "article")
_LURES = frozenset({"credential", "urgency", "money", "gambling"})
_READS = ("worded", "pinyin", "usual", "oddest", "uncovered")
_HOW = ("shape", "near", "token", "inside", "sub", "path")
_ON: dict[str | None, list[float]] = {
    kind: [float(kind == other) for other in _HOSTING] for kind in (None, *_HOSTING)
}

NAMES: tuple[str, ...] = (
    "host_length", "sub_labels", "name_length", "host_digits", "host_hyphens", "sub_length",
    "vowels", "consonant_run", "turns", "digit_run", "repeats", "token_count",
    "generic", "country", "china", "cheap", "free", "ruled", "other_ending",
    *(f"on_{kind}" for kind in _HOSTING), "tenant",
    "known", "official", "ip", "odd_ip", "port", "userinfo", "international", "mixed",
    "ending_in_name", *(f"brand_{how}" for how in _HOW), "brand_and_word", "brand_likeness",
    *(f"host_{kind}" for kind in _WORD_CLASSES),
    *(f"{part}_{how}" for part in ("name", "sub") for how in _READS),
    "lures_in_name", "function_label", "mailing_label", "of_service", "regional",
    "visited", "visited_most", "visited_page", "visited_above", "visited_years", "visited_reports",
    *(f"path_{kind}" for kind in _PATH_CLASSES),
    "bare", "path_depth", "path_length", "path_digits", "page", "markup", "file", "program",
    "mail_inside", "random", "base64", "query_length", "parameters", "redirect", "twice_encoded",
    "fragment", "double_slash", "home", "upper", "slug", "date", "shallow_short",
    "repeated", "long_hex", "uuid", "short_parts", "longest_part", "folders", "ends_in_folder",
    "documents", "domain_inside", "encoded", "mixed_case",
    "returns", "sign_on", "software", "click", "lures_in_path_only",
)  # fmt: skip
"""What each number says; the order is the model's."""
_AT = {name: at for at, name in enumerate(NAMES)}
_PORT, _USERINFO, _BRAND_PATH = _AT["port"], _AT["userinfo"], _AT["brand_path"]
_IN_NAME = _AT["lures_in_name"]
A_WORD: dict[int, float] = {
    _AT[f"name_{how}"]: number
    for how, number in zip(_READS, (1.0, 0.0, -2.5, -3.2, 0.0), strict=True)
}
"""What the numbers of a name are, by their place, where the name is a common word."""
OF_HOST = len(NAMES) - len(_PATH_CLASSES) - 38
"""So many of the numbers, the first ones, hardly differ between addresses of one host."""
_NO_PATH = [float(name == "bare") for name in NAMES[OF_HOST:]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers of one address, in the order of `NAMES`, and what a reader is told of it."""

    numbers: list[float]
    host_text: str
    path_text: str
    hits: tuple[Hit, ...]
    host_words: dict[str, str]
    path_words: dict[str, str]

    def numbers_named(self, name: str) -> float:
        """The number called `name`."""
        return self.numbers[_AT[name]]


def words_in_host(text: str) -> dict[str, str]:
    """Words of the lists in a host: whole tokens, and at either end of longer ones."""
    table = lists().words
    found: dict[str, str] = {}
    for token in _TOKENS.findall(text)[:40]:
        kind = table.get(token)
        if kind is not None:
            found[token] = kind
            continue
        size = len(token)
        for length in range(4, min(size, 12)):
            for part in (token[:length], token[size - length :]):
                kind = table.get(part)
                if kind is not None and kind not in ("article", "kit"):
                    found[part] = kind
    return found


def words_in_path(path: str, rest: str) -> dict[str, str]:
    """Words of the lists in a path (and in the names of parameters)."""
    table = lists().words
    found: dict[str, str] = {}
    for part in path[:400].split("/"):
        kind = table.get(part)
        if kind is not None:
            found[part] = kind
            continue
        for token in _TOKENS.findall(part):
            kind = table.get(token)
            if kind is not None and (kind != "kit" or token in ("wp", "cgi")):
                found[token] = kind
    for token in _TOKENS.findall(rest[:200]):
        kind = table.get(token)
        if kind in ("credential", "urgency"):
            found.setdefault(token, kind)
    return found


@dataclass(frozen=True, slots=True)
class _OfSite:
    """What is measured of an address's site alone: its numbers, those of port, user name and
    brands in the path left 0."""

    numbers: tuple[float, ...]
    text: str
    official: bool
    hits: tuple[Hit, ...]
    words: dict[str, str]
    lured: bool
    """Whether the registrable name itself holds a lure word."""


@lru_cache(maxsize=SITES)
def _measured(site: Site) -> _OfSite:
    kept = site.labels[: len(site.labels) - site.suffix.count(".") - 1]
    if kept[:1] == ("www",):
        kept = kept[1:]
    own = ".".join(kept)
    official = owner(site) is not None
    house, name = bool(regional(site)), site.name
    hits = () if official or house else tuple(hits_in_host(site))
    words = words_in_host(own)
    how = {hit.how for hit in hits}
    numbers = (
        *_of_host(site, own, official),
        *(1.0 if kind in how else 0.0 for kind in _HOW),
        1.0 if words and how else 0.0,
        0.0 if official or house or site.ip or site.domain in lists().known else likeness(site),
        *_counted(words, _WORD_CLASSES),
        *_read(wordlike(site.name)),
        *_read(wordlike(" ".join(site.sub))),
        min(sum(kind in _LURES and word in name for word, kind in words.items()), 3.0),
        function_named(site),
        mailing_named(site),
        site.domain in lists().services,
        house,
        *standing(site).numbers(),
    )
    # Numbers, not truths: the trees compare them with numbers, which takes a third of the time.
    numbers = tuple(map(float, numbers))
    lured = numbers[_IN_NAME] > 0
    return _OfSite(numbers, host_text(site, own), official, hits, words, lured)


def measure(address: Address) -> Measured:
    """All numbers of an address. Bounded work: the address is at most `LONGEST` characters."""
    of_site = _measured(address.site)
    numbers, hits = [*of_site.numbers], of_site.hits
    if address.port not in (None, 80, 443):
        numbers[_PORT] = 1.0
    if address.userinfo:
        numbers[_USERINFO] = 1.0
    path_words: dict[str, str] = {}
    if address.bare:
        numbers += _NO_PATH
    else:
        if not of_site.official:
            seen = {hit.word for hit in hits}
            named = tuple(hit for hit in hits_in_path(address.path) if hit.word not in seen)
            if named:
                hits += named
                numbers[_BRAND_PATH] = 1.0
        lower = address.path.lower()
        query = f"{address.query} {address.fragment}" if address.query or address.fragment else ""
        path_words = words_in_path(lower, query.lower())
        numbers += _counted(path_words, _PATH_CLASSES)
        numbers += _of_path(address, lower)
        numbers += _of_parts(address, lower)
        clean = not (hits or of_site.lured or address.site.hosting)
        numbers += [
            returns(address),
            *forms_of_path(lower, address.query),
            clean and any(kind in _LURES for kind in path_words.values()),
        ]
    return Measured(numbers, of_site.text, path_text(address), hits, of_site.words, path_words)


def _counted(words: dict[str, str], kinds: tuple[str, ...]) -> list[float]:
    """How many of the words are of each kind, up to 3."""
    counts = dict.fromkeys(kinds, 0.0)
    for kind in words.values():
        if counts.get(kind, 3.0) < 3.0:
            counts[kind] += 1.0
    return [*counts.values()]


def _read(found: Wordlike) -> list[float]:
    return [found.share, found.pinyin, found.usual, found.oddest, found.letters - found.covered]


def _of_host(site: Site, own: str, official: bool) -> list[float]:
    found = lists()
    name, hosting = site.name, site.hosting
    last = site.labels[-1] if site.labels else ""
    ruled = site.suffix in found.ruled or last in found.ruled
    plain = hosting is None and not ruled
    generic, cheap, free = last in _GENERIC, last in found.cheap, last in found.free
    country = len(last) == 2 and not cheap and not free
    runs = _DIGIT_RUN.findall(own)
    clusters = _CONSONANTS.findall(name)
    known = official or site.domain in found.known
    size, letters = len(own), len(name)
    return [
        log(1 + size),
        min(len(site.sub), 5.0),
        min(letters, 40.0),
        sum(map(len, runs)) / size if runs else 0.0,
        min(own.count("-"), 6.0),
        min(size - letters, 60.0),
        len(_VOWELS.findall(name)) / max(1, letters),
        min(max(map(len, clusters)), 12.0) if clusters else 0.0,
        min(len(_TURNS.findall(own)), 8.0) if runs else 0.0,
        min(max(map(len, runs)), 12.0) if runs else 0.0,
        1 - len(set(name)) / max(1, letters),
        min(own.count(".") + own.count("-") + 1, 8.0),
        plain and generic,
        plain and country,
        plain and last == "cn",
        plain and cheap,
        plain and free,
        ruled,
        plain and not (country or generic or cheap or free),
        *_ON[hosting],
        hosting is not None and bool(name) and site.suffix == site.service,
        hosting is None and known,
        hosting is None and official,
        site.ip is not None,
        site.odd_ip,
        0.0,
        0.0,
        site.puny,
        mixed(site),
        ("." in own or "-" in own) and bool(_ENDING_IN_NAME.search(f".{own}.")),
    ]


def _of_path(address: Address, lower: str) -> list[float]:
    path, query, fragment = address.path.rstrip("/"), address.query, address.fragment
    lower = lower.rstrip("/")
    tail = (f"{path}?{query}#{fragment}" if query or fragment else path)[:600]
    size = len(path)
    depth = path.count("/")
    ending = lower[-6:].rpartition(".")
    extension = ending[2] if ending[1] and ending[2].isalnum() else ""
    upper = sum(map(len, _UPPER.findall(path))) if path != lower else 0
    slugs = _SLUG.findall(path) if "-" in path or "_" in path else ()
    digits = sum(map(len, _DIGIT_RUN.findall(path[:300])))
    return [
        0.0,
        min(depth, 10.0),
        log(1 + size),
        digits / max(1, min(300, size)),
        extension in _PAGE,
        extension in ("html", "htm", "shtml"),
        extension in _FILE,
        extension in _PROGRAM,
        ("@" in tail or "%40" in tail) and bool(_MAIL.search(tail)),
        min(len(_RANDOM.findall(tail)), 4.0) if len(tail) > 9 else 0.0,
        len(tail) > 18 and bool(_BASE64.search(tail)),
        log(1 + len(query)),
        min(query.count("=") + query.count("&"), 12.0),
        ("/" in query or "%2" in query) and bool(_REDIRECT.search("?" + query[:600])),
        "%25" in tail,
        bool(fragment),
        "//" in path,
        "/~" in path,
        upper / max(1, size),
        min(max(s.count("-") + s.count("_") for s in slugs), 10.0) if slugs else 0.0,
        digits > 4 and bool(_DATE.search(path)),
        depth == 1 and 0 < size <= 9,
    ]


def _of_parts(address: Address, lower: str) -> list[float]:
    """What the parts of a path say: copies of a kit in a site's inner folders, numbers drawn for
    one victim, names of shared documents."""
    found = lists()
    parts = [part for part in lower.split("/") if part]
    tail = (f"{lower}?{address.query.lower()}" if address.query else lower)[:500]
    repeated = sum(one == two for one, two in pairwise(parts)) + len(parts) - len({*parts})
    drawn = _LONG_HEX.findall(tail) if len(tail) > 16 else ()
    return [
        min(repeated, 4.0),
        min(max(map(len, drawn)), 64.0) if drawn else 0.0,
        len(tail) > 19 and bool(_UUID.search(tail)),
        min(sum(len(part) <= 3 for part in parts), 6.0),
        min(max(map(len, parts)), 60.0) if parts else 0.0,
        min(sum(part in found.folders for part in parts[:-1]), 4.0),
        bool(parts) and parts[-1] in found.folders,
        min(sum(token in found.documents for token in _TOKENS.findall(lower[:300])), 4.0),
        "." in lower and bool(_DOMAIN_INSIDE.search(lower[:400])),
        min(address.path.count("%"), 10.0),
        min(len(_MIXED_CASE.findall(address.path[:400])), 3.0) if lower != address.path else 0.0,
    ]


_SOMEBODYS_PAGE = {"form": -0.5, "shortener": -0.5}
_OTHER_HOSTING = -1.0
_DISGUISE = 3.0
_ORDINARY, _BELOW = -1.25, 0.25


def judged(raw: float, address: Address, measured: Measured) -> float:
    """The trees' measurement, set right where knowledge goes beyond the rows they learnt from.

    Disguises without an honest use are too rare in the feeds to be learnt: a host name before an
    @, an IP address in an odd notation, a brand drawn with letters of another alphabet. And a
    well-known host says little about a page on it that anybody could have made. An address that
    is ordinary through and through says little against a page hidden on a site that was broken
    into: below `_ORDINARY` differences count a quarter. The amounts are set by judgement.
    """
    disguised = (
        "." in address.userinfo
        or address.site.odd_ip
        or (address.site.puny and any(hit.how == "shape" for hit in measured.hits))
    )
    score = raw + _DISGUISE if disguised else raw
    if address.site.hosting is not None:
        score = max(score, _SOMEBODYS_PAGE.get(address.site.hosting, _OTHER_HOSTING))
    return score if score >= _ORDINARY else _ORDINARY + _BELOW * (score - _ORDINARY)


def host_text(site: Site, own: str) -> str:
    """What the host's n-grams are counted over: its own labels and the ending."""
    ending = f"~{site.service}" if site.hosting and site.suffix == site.service else site.suffix
    return f"^{_DIGIT_RUN.sub(_zeros, own[-60:])}|{ending}$" if own else ""


def path_text(address: Address) -> str:
    """What the path's n-grams are counted over: path and query, every number as 0."""
    path = address.path.rstrip("/")
    if address.query:
        path = f"{path}?{address.query}"
    return f"^{_DIGIT_RUN.sub('0', path[:80].lower())}$" if path else ""


def _zeros(match: re.Match[str]) -> str:
    return "0" * min(len(match[0]), 4)
