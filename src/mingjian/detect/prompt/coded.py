"""Text in another writing (Base64, hex, rot13, backwards, leet, letters set apart …), decoded.

An encoding is a disguise only if what comes out is text. A decoded passage is measured like
any other; a harmless one stays harmless.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from mingjian.detect.prompt.acts import lexicon
from mingjian.detect.prompt.hidden import LONGEST_DECODED, Passage, readable

MOST = 40
"""Decoded passages taken from one text."""
LONGEST_WHOLE = 8000
"""Characters of a text that are tried as a whole (rot13, backwards, leet, look-alikes)."""

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,8000}+={0,2}")
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?>(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ :,]{0,2}){10,4000})")
_HEX_MARKS = re.compile(r"0x|\\x|[ :,]")
_PERCENT = re.compile(r"(?>(?:%[0-9a-fA-F]{2}|[A-Za-z0-9+._-]){8,4000})")
_ENTITIES = re.compile(r"(?>(?:&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});\s?){6,2000})")
_ESCAPES = re.compile(r"(?>(?:\\u[0-9a-fA-F]{4}[ ]?){4,2000})")
_BINARY = re.compile(r"(?<![01])(?>(?:[01]{8}[ ,]?){5,2000})")
_DECIMAL = re.compile(r"(?<!\d)(?:\d{2,3}[ ,]{1,2}){9,2000}\d{2,3}(?!\d)")
_MORSE = re.compile(r"(?:[.·-]{1,5}[ /]{1,3}){8,2000}[.·-]{1,5}")
_LETTERS_APART = re.compile(r"(?<![A-Za-z])(?:[A-Za-z][ .*_|\\-]{1,3}){7,1000}[A-Za-z](?![A-Za-z])")
_HAN_APART = re.compile(r"(?:[\u4e00-\u9fff][ .*_|/\\·-]{1,3}){5,1000}[\u4e00-\u9fff]")
_APART = re.compile(r"[.*_|/\\·-]+| (?! )")
_HYPHENS = re.compile(r"(?<=[A-Za-z])-(?=[a-z])")
_BACKSLASHED = re.compile(r"(?:\\[^\\\n]{1,2}){8,4000}")
_LEET_WORD = re.compile(r"[A-Za-z0-9@$!|€+]{2,30}")
_LEET = str.maketrans("013456789@$!|€+", "oieasgtbgasiiet")
_LEET_SIGN = re.compile(r"[A-Za-z][0134567@$!|€+]{1,3}[A-Za-z]")
_TURNED_HAN = (
    "略忽",
    "视无",
    "记忘",
    "令指",
    "则规",
    "示提",
    "守遵",
    "统系",
    "前之",
    "绝拒",
    "色角",
)
_TURNED_FIRST = frozenset(word[0] for word in _TURNED_HAN)
_DIGITS = "0123456789"
_SETTING_APART = "*_|/\\.-·"
_UNBROKEN = re.compile(r"[A-Za-z0-9+/_-]{16}")
_FOREIGN = re.compile(r"[\u00c0-\u04ff\u1e00-\u1eff]")
_MIXED = re.compile(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]")
_LOOKS = str.maketrans(
    "аеорсхуіѕјԁһոӏкмтвнгАВЕКМНОРСТХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρτυικεηγωԛԝɡɩ",
    "aeopcxyisjdhnlkmtbhrABEKMHOPCTXISJABEZHIKMNOPTYXaovptuikenywqwgi",
) | str.maketrans("εϲьɑѵ", "ecbav")
_MARKED = re.compile(r"[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MORSE_SIGNS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- "
    ".-- -..- -.-- --.."
)
_MORSE_LETTERS = dict(
    zip(
        _MORSE_SIGNS.split(),
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
)
_LATIN = re.compile(r"[a-z]{4,}")


def coded_passages(text: str) -> list[Passage]:
    """The passages of a text that are written in another writing, decoded; at most `MOST`."""
    found: list[Passage] = []
    for finder in _finders(text):
        for passage in finder(text):
            found.append(passage)
            if len(found) >= MOST:
                return found
    return found


def _finders(text: str) -> Iterator[Callable[[str], Iterator[Passage]]]:
    """Only those that could find something, told by counts: most messages need none."""
    signs = set(text)
    words = text.split()
    sizes = [*map(len, words)]
    # Several words, and at least five of one letter.
    letters_alone = len(sizes) > 5 and sizes.count(1) >= 5
    if max(sizes, default=0) >= 16 and _UNBROKEN.search(text):
        yield _base64
    if "%" in signs:
        yield _percent
    if "&" in signs and "&#" in text:
        yield _entities
    if "\\" in signs:
        yield from (_escapes, _backslashed)
    digits = not signs.isdisjoint(_DIGITS)
    if digits and sum(map(text.count, _DIGITS)) >= 10:
        yield _numbers
    if not signs.isdisjoint(_SETTING_APART):
        if text.count("-") + text.count(".") > 20:
            yield _morse
        if sum(map(text.count, _SETTING_APART)) >= 5 or letters_alone:
            yield _apart
        if text.count("-") >= 3:
            yield _hyphens
    elif letters_alone:
        yield _apart
    if not lexicon().turned.keys().isdisjoint(text[:LONGEST_WHOLE].lower().split()):
        yield _turned
    if (digits or not signs.isdisjoint("@$!|€+")) and _LEET_SIGN.search(text, 0, LONGEST_WHOLE):
        yield _leet
    if not text.isascii():
        if not signs.isdisjoint(_TURNED_FIRST) and any(word in text for word in _TURNED_HAN):
            yield _han_backwards
        if _FOREIGN.search(text):
            yield from (_look_alikes, _marks)


def _said(way: str, match: re.Match[str], said: str) -> Iterator[Passage]:
    if readable(said):
        yield Passage(way, match.start(), match.end(), said[:LONGEST_DECODED])


def _base64(text: str) -> Iterator[Passage]:
    for match in _BASE64.finditer(text):
        word = match[0].rstrip("=")
        if word.isalpha() and (word.islower() or word.isupper()):
            continue
        word = word.replace("-", "+").replace("_", "/")
        try:
            data = base64.b64decode(word + "=" * (-len(word) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        yield from _said("base64", match, data.decode("utf-8", "replace"))


def _percent(text: str) -> Iterator[Passage]:
    for match in _PERCENT.finditer(text):
        if match[0].count("%") >= 5:
            yield from _said("percent", match, unquote(match[0].replace("+", " ")))


def _entities(text: str) -> Iterator[Passage]:
    for match in _ENTITIES.finditer(text):
        yield from _said("entities", match, html.unescape(match[0]))


def _escapes(text: str) -> Iterator[Passage]:
    for match in _ESCAPES.finditer(text):
        codes = re.findall(r"\\u([0-9a-fA-F]{4})", match[0])
        said = "".join(chr(int(code, 16)) for code in codes)
        yield from _said("escapes", match, said.encode("utf-8", "ignore").decode("utf-8"))


def _numbers(text: str) -> Iterator[Passage]:
    for match in _HEX.finditer(text):
        digits = _HEX_MARKS.sub("", match[0])
        if len(digits) % 2 == 0:
            yield from _said("hex", match, bytes.fromhex(digits).decode("utf-8", "replace"))
    for match in _BINARY.finditer(text):
        octets = re.findall(r"[01]{8}", match[0])
        data = bytes(int(octet, 2) for octet in octets)
        yield from _said("binary", match, data.decode("utf-8", "replace"))
    for match in _DECIMAL.finditer(text):
        codes = [int(code) for code in re.findall(r"\d+", match[0])]
        yield from _said("decimal", match, "".join(map(chr, codes)))


def _morse(text: str) -> Iterator[Passage]:
    for match in _MORSE.finditer(text):
        words = match[0].replace("·", ".").replace("/", " / ").split()
        said = "".join(" " if w == "/" else _MORSE_LETTERS.get(w, "#") for w in words)
        yield from _said("morse", match, said)


def _apart(text: str) -> Iterator[Passage]:
    for pattern in (_LETTERS_APART, _HAN_APART):
        for match in pattern.finditer(text):
            yield from _said("spaced", match, _APART.sub("", match[0]).replace("  ", " "))


def _hyphens(text: str) -> Iterator[Passage]:
    joined, count = _HYPHENS.subn("", text[:LONGEST_WHOLE])
    if count >= 3 and count * 30 > len(joined) and _new_acts(text, joined) >= 2:
        yield Passage("spaced", 0, min(len(text), LONGEST_WHOLE), joined[:LONGEST_DECODED])


def _backslashed(text: str) -> Iterator[Passage]:
    for match in _BACKSLASHED.finditer(text):
        said = unicodedata.normalize("NFKC", match[0].replace("\\", ""))
        yield from _said("spaced", match, said)


def _words(text: str) -> list[str]:
    return _LATIN.findall(text[:LONGEST_WHOLE].lower())


def _new_acts(before: str, after: str) -> int:
    """How many more words of acts the rewritten text has."""
    return _acts_of(after) - _acts_of(before)


def _acts_of(text: str) -> int:
    known = lexicon().latin
    return sum(word in known for word in _words(text))


def _turned(text: str) -> Iterator[Passage]:
    turned = lexicon().turned
    head = text[:LONGEST_WHOLE]
    ways = [turned[word] for word in _words(head) if word in turned]
    if len(ways) >= 2:
        way = max(sorted(set(ways)), key=ways.count)
        said = codecs.encode(head, "rot13") if way == "rot13" else head[::-1]
        yield Passage(way, 0, len(head), said[:LONGEST_DECODED])


def _unleet(text: str, ells: str) -> str:
    """Letters for the digits and signs in mixed words; those of `ells` stand for an l."""
    table = _LEET | {ord(sign): ord("l") for sign in ells}
    return _LEET_WORD.sub(
        lambda m: m[0] if m[0].isalpha() or m[0].isdigit() else m[0].lower().translate(table), text
    )


def plain_letters(text: str) -> str:
    """A text with look-alike letters, added marks, and digits and signs within words undone."""
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).translate(_LOOKS)
    return max((_unleet(bare, ells) for ells in ("", "1|", "!|")), key=_acts_of)


def _leet(text: str) -> Iterator[Passage]:
    head = text[:LONGEST_WHOLE]
    words = [w for w in _LEET_WORD.findall(head) if not w.isalpha() and not w.isdigit()]
    if len(words) >= 2:
        said = plain_letters(head)
        if _new_acts(head, said) >= 2:
            yield Passage("leet", 0, len(head), said[:LONGEST_DECODED])


def _han_backwards(text: str) -> Iterator[Passage]:
    for match in re.finditer(r"[\u4e00-\u9fff]{6,60}", text[:LONGEST_WHOLE]):
        if sum(word in match[0] for word in _TURNED_HAN) >= 2:
            yield Passage("backwards", match.start(), match.end(), match[0][::-1])


def _look_alikes(text: str) -> Iterator[Passage]:
    head = text[:LONGEST_WHOLE]
    if len(_MIXED.findall(head)) >= 2:
        yield Passage("look-alikes", 0, len(head), plain_letters(head)[:LONGEST_DECODED])


def _marks(text: str) -> Iterator[Passage]:
    head = text[:LONGEST_WHOLE]
    marked = len(_MARKED.findall(head))
    if marked >= 5 and marked * 7 > len(head):
        bare = "".join(
            c for c in unicodedata.normalize("NFKD", head) if not unicodedata.combining(c)
        )
        yield Passage("marks", 0, len(head), bare[:LONGEST_DECODED])
