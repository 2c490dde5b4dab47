"""Names of brands in an address that is not theirs: spelled out, misspelled or drawn alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from itertools import chain
from operator import add
from typing import Literal
from unicodedata import name as unicode_name
from unicodedata import normalize

from mingjian.detect.link.address import Site
from mingjian.detect.link.lists import SHORTEST_NEAR, Brand, lists, shortened

How = Literal["shape", "near", "token", "inside", "sub", "path"]

_ALIKE = {
    **dict(zip("аеорсухіјѕһԁԛԝьвкмнтгзӏӀ", "aeopcyxijshdqwbbkmhtr3ll", strict=True)),
    **dict(zip("αβγεηικνορτυχωϲ", "abyenikvoptuxwc", strict=True)),
    **dict(zip("ıɑɡɩʟøđłħŧßþœæƽ", "iagllodlhtbpoas", strict=True)),
    **dict(zip("ոսցօհկքʋᴄᴏᴠᴡᴢ", "nugohkpvcovwz", strict=True)),
}
"""Letters of other alphabets that are drawn like a Latin one (after Unicode TR 39)."""

_FOLD = str.maketrans({**_ALIKE, "0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "5": "s"})
_SPLIT = re.compile(r"[^a-z0-9\u0080-\uffff]+")
_RUNS = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One brand in the address: by which word, in what manner, written how."""

    brand: Brand
    word: str
    how: How
    written: str


def shape(text: str) -> str:
    """What the text looks like: accents off, look-alike letters as the letter they look like."""
    if not text.isascii():
        text = "".join(c for c in normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")
    return text.translate(_FOLD).replace("rn", "m").replace("vv", "w")


@cache
def _shapes() -> dict[str, str]:
    """The shapes of brand words -> the word."""
    return {shape(word): word for word in lists().names if len(word) >= 5}


@cache
def _plain_shapes() -> dict[str, str]:
    return {shape(word): word for word in lists().plain_names if len(word) >= 4}


@cache
def _shape_heads() -> frozenset[str]:
    return frozenset(form[:4] for form in _shapes())


def scripts(label: str) -> frozenset[str]:
    """The alphabets a label's letters belong to, digits and signs aside."""
    if label.isascii():
        return frozenset({"LATIN"})
    return frozenset(unicode_name(c, "OTHER").partition(" ")[0] for c in label if c.isalpha())


_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def mixed(site: Site) -> bool:
    """Whether one label mixes alphabets that no language writes together."""
    if not site.puny:
        return False
    return any(
        len(found) > 1 and not any(found <= usual for usual in _TOGETHER)
        for found in map(scripts, site.labels)
    )


def owner(site: Site) -> Brand | None:
    """The brand the site belongs to, where its host is one of the brand's own."""
    official = lists().official
    found = official.get(site.domain) or official.get(site.host)
    if found is not None or not site.labels:
        return found
    # Endings only one body hands out (gov.cn) are listed as domains of their own.
    return None if site.hosting else official.get(site.suffix)


def hits_in_host(site: Site) -> Iterator[Hit]:
    """Brands that the host names although it is none of theirs."""
    seen: set[str] = set()
    labels = site.labels[: len(site.labels) - site.suffix.count(".") - 1]
    for at, label in enumerate(reversed(labels)):
        if label == "www":
            continue
        for hit in _in_label(label, at > 0):
            if hit.word not in seen:
                seen.add(hit.word)
                yield hit


def hits_in_path(path: str) -> Iterator[Hit]:
    """Brands that the path names: whole words of it."""
    names = lists().names
    for word in dict.fromkeys(_SPLIT.split(path[:300].lower())):
        found = names.get(word)
        if found is not None:
            yield Hit(found, word, "path", word)


def _in_label(label: str, below: bool) -> Iterator[Hit]:
    """Hits in one label; `below` where it lies before the registrable name."""
    found = lists()
    joined = label.replace("-", "")
    tokens = [token for token in _SPLIT.split(label) if token]
    whole: set[str] = set()
    for token in tokens:
        brand = found.names.get(token) or found.plain_names.get(token)
        if brand is not None:
            whole.add(token)
            yield Hit(brand, token, "sub" if below else "token", token)
    for word in _inside(joined, found.names, found.heads):
        if word not in whole:
            whole.add(word)
            yield Hit(found.names[word], word, "sub" if below else "inside", word)
    if whole:
        return
    drawn = shape(joined)
    if drawn != joined:
        for form in _inside(drawn, _shapes(), _shape_heads()):
            word = _shapes()[form]
            if word not in whole:
                whole.add(word)
                yield Hit(found.names[word], word, "shape", label)
        for token in tokens:
            # Short names and ordinary words: only where a sign of another kind stands in.
            plain = (
                _plain_shapes().get(shape(token))
                if not token.isalpha() or not token.isascii()
                else None
            )
            if plain is not None and plain not in whole:
                whole.add(plain)
                yield Hit(found.plain_names[plain], plain, "shape", token)
    if not whole:
        yield from _near(tokens, joined)


def _inside(text: str, words: Container[str], heads: frozenset[str]) -> Iterator[str]:
    """The words that stand anywhere in `text`, the longest at each place."""
    text = text[:80]
    for start in range(len(text) - 4):
        if text[start : start + 4] in heads:
            for end in range(min(len(text), start + 18), start + 4, -1):
                if text[start:end] in words:
                    yield text[start:end]
                    break


_NEAR_BY_CHANCE = """
stream streams steal phrase please planet amazing interact intact intake internet hospital
redbook faceboot notebook textbook handbook yearbook workbook cookbook paperpal repay ladybird
yandex apples maple santana commando comcast robin robinson docusing feddit
"""
_ORDINARY = frozenset(_NEAR_BY_CHANCE.split())


def _near(tokens: list[str], joined: str) -> Iterator[Hit]:
    """Tokens one letter away from a brand's name: dropped, added, changed or swapped."""
    near = lists().near
    runs = {*_RUNS.findall(" ".join((*tokens, joined)))}
    for token in sorted(runs):
        if not SHORTEST_NEAR - 1 <= len(token) <= 20 or token in _ORDINARY:
            continue
        for form in shortened(token):
            for word in near.get(form, ()):
                if abs(len(word) - len(token)) < 2 and _one_step(token, word):
                    yield Hit(lists().names[word], word, "near", token)
                    return
        if len(token) >= _LONG:
            long_word = _two_steps(token)
            if long_word:
                yield Hit(lists().names[long_word], long_word, "near", token)
                return


_FEW = 5
"""Letters of the shortest brand word that a name is compared with."""
_APART = 4
"""By how many letters a name and a brand word it is compared with may differ in length."""
_COMPARED = 4
"""Brand words that a name is compared with letter by letter."""


@cache
def _pairs() -> dict[str, tuple[str, ...]]:
    """Two letters in a row -> the drawn brand words with them."""
    found: dict[str, list[str]] = {}
    for word in sorted({w.translate(_FOLD) for w in lists().names if w.isalpha()}):
        if len(word) >= _FEW:
            for pair in {*map(add, word, word[1:])}:
                found.setdefault(pair, []).append(word)
    return {pair: tuple(words) for pair, words in found.items()}


def likeness(site: Site) -> float:
    """How like a brand word the likest part of the host's own names is, 0 to 1: twice the letters
    both have in one order, by the letters of both."""
    labels = (*site.sub, site.name)
    parts = {part for label in labels for part in (*_SPLIT.split(label), label.replace("-", ""))}
    return max(map(_likeness, sorted(p for p in parts if len(p) >= _FEW)[:6]), default=0.0)


def _likeness(part: str) -> float:
    drawn = part[:24].translate(_FOLD)
    pairs = _pairs()
    size = len(drawn)
    shared = Counter(
        chain.from_iterable(pairs.get(pair, ()) for pair in {*map(add, drawn, drawn[1:])})
    )
    near = [
        (-count / (len(word) + size), word)
        for word, count in shared.items()
        if abs(len(word) - size) <= _APART
    ]
    return max((_in_one_order(drawn, word) for _, word in nsmallest(_COMPARED, near)), default=0.0)


def _in_one_order(a: str, b: str) -> float:
    """Twice the length of the longest common subsequence by both lengths (Hyyrö, 2004)."""
    everything = left = (1 << len(b)) - 1
    places: dict[str, int] = {}
    for at, letter in enumerate(b):
        places[letter] = places.get(letter, 0) | 1 << at
    for letter in a:
        met = left & places.get(letter, 0)
        left = (left + met | left - met) & everything
    return 2 * (len(b) - left.bit_count()) / (len(a) + len(b))


_LONG = 9
"""Names of this many letters are still recognised with two letters wrong."""


@cache
def _long_names() -> dict[str, tuple[str, ...]]:
    """First two and last two letters -> the long brand words that begin or end so."""
    found: dict[str, list[str]] = {}
    for word in lists().names:
        if len(word) >= _LONG and word.isalpha():
            for key in {word[:3], "$" + word[-3:]}:
                found.setdefault(key, []).append(word)
    return {key: tuple(words) for key, words in found.items()}


def _two_steps(token: str) -> str | None:
    """The long brand word that two changes turn the token into, with one end intact."""
    names = _long_names()
    for word in (*names.get(token[:3], ()), *names.get("$" + token[-3:], ())):
        if abs(len(word) - len(token)) > 2 or len({*word} ^ {*token}) > 4:
            continue
        if _distance(token, word) <= 2:
            return word
    return None


def _distance(a: str, b: str) -> int:
    """Letters to add, drop or change; both words are short."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def _one_step(a: str, b: str) -> bool:
    """Whether one letter added, dropped, changed or two neighbours swapped turns `a` into `b`."""
    start = 0
    shorter = min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    return (len(left) <= 1 and len(right) <= 1) or (len(left) == 2 and left == right[::-1])
