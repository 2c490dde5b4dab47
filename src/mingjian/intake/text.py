"""Bytes become characters: which encoding, and how text too large to hold is read in blocks.

Decoding never fails: what does not fit the encoding becomes U+FFFD. Offsets count characters
of the decoded text, after the byte order mark, with line ends left as they are.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.domain.evidence import Content, Evidence

MIB = 1 << 20
SAMPLE = 64 * 1024
"""Bytes looked at to tell the encoding."""
_ASCII_SEARCH = 64 * MIB
"""How far text that begins as plain ASCII is searched for its first other character."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CONTROL = bytes(sorted({*range(0x20), 0x7F} - {0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B}))
_NO_CONTROL_TO_COUNT = bytes(range(256))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")

_PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
_GB_COMMON = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")  # punctuation and level-1 hanzi
_BIG5_COMMON = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x41-\x5b]")
_FOUR = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_ALPHABETS = (0xCB, 0xCF, 0xD3, 0xD6, 0xD7, 0xDB, 0xDF)
"""Last lead byte in UTF-8 of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, and others."""
_SHORT = 64
_CYRILLIC = re.compile(rb"[\xc0-\xff]")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_ODD = frozenset(("Cc", "Cn", "Co"))
_USUAL = ((" ", "~"), ("\u3000", "\u30ff"), ("\u4e00", "\u9fff"), ("\uff00", "\uffef"))


def encoding_of(sample: bytes, whole: bool = True) -> str | None:
    """The encoding of `sample` as a Python codec name, or None if it is not text.

    `whole` False says that the sample may end in the middle of a character.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            # Binary data may begin with a mark too; then what follows does not decode.
            return name if _decodes(sample, name, False) else _unmarked(sample, whole)
    return _unmarked(sample, whole)


def _unmarked(sample: bytes, whole: bool) -> str | None:
    if not sample:
        return "utf-8"
    controls = len(sample) - len(sample.translate(_NO_CONTROL_TO_COUNT, _CONTROL))
    if sample.count(0) * 8 >= len(sample):
        return _wide(sample)
    if controls * 20 > len(sample):
        return _wide(sample)
    if sample.isascii():
        return "utf-8"
    if _decodes(sample, "utf-8", whole):
        return "gb18030" if len(sample) <= _SHORT and _chinese_by_chance(sample) else "utf-8"
    if controls * 200 > len(sample):
        return _wide(sample)
    return _damaged_utf8(sample) or _legacy(sample, whole, controls) or _wide(sample)


def _chinese_by_chance(sample: bytes) -> bool:
    """A few GB2312 characters whose bytes happen to be UTF-8 too, such as `摘要` and `联通`.

    They come out as letters of several alphabets at once, which no short word has.
    """
    pairs = _UTF8_PAIR.findall(sample)
    if not 2 <= len(pairs) <= 8 or len(_NOT_ASCII.findall(sample)) != 2 * len(pairs):
        return False
    if len(_GB_COMMON.findall(sample)) != len(pairs):
        return False
    return (
        len({next(i for i, end in enumerate(_ALPHABETS) if pair[0] <= end) for pair in pairs}) > 1
    )


def _decodes(sample: bytes, encoding: str, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample, whole)
    except UnicodeDecodeError:
        return False
    return True


def _damaged_utf8(sample: bytes) -> str | None:
    """UTF-8 in which a few bytes are spoilt, as in logs that mix sources."""
    text = sample.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    others = len(text) - len(text.encode("ascii", "ignore")) - spoilt
    return "utf-8" if others >= 10 * spoilt else None


def _legacy(sample: bytes, whole: bool, controls: int) -> str | None:
    """GB18030, Big5, Shift-JIS, Windows-1252 or -1251, told apart by frequent characters."""
    shorter, fours = _FOUR.subn(b"", sample)
    pairs = len(_PAIR.findall(shorter)) + fours
    alone = len(_ALONE.findall(shorter))
    high = len(_NOT_ASCII.findall(sample))
    if pairs:
        gb = len(_GB_COMMON.findall(sample)) / pairs
        if gb >= 0.6 and _decodes(sample, "gb18030", whole):
            return "gb18030"
        if len(_KANA.findall(sample)) / pairs >= 0.3 and _decodes(sample, "cp932", whole):
            return "cp932"
        big5 = len(_BIG5_COMMON.findall(sample)) / pairs
        chinese = alone < high / 2 and high * 5 >= len(sample)  # not just an accent here and there
        if big5 >= 0.8 and chinese and _decodes(sample, "cp950", whole):
            return "cp950"
        if alone < high / 2 and _is_gb18030(sample, whole):
            return "gb18030"
    if high * 10 <= len(sample) * 3 and _decodes(sample, "cp1252", whole):
        return "cp1252"
    if len(_CYRILLIC.findall(sample)) * 20 >= high * 19 and controls == 0:
        return "cp1251"
    if controls == 0 and _is_gb18030(sample, whole):
        return "gb18030"
    # Mostly ASCII, so it is text whatever the rest is; most of it will be read rightly.
    return "cp1252" if controls == 0 and high * 2 <= len(sample) else None


def _is_gb18030(sample: bytes, whole: bool) -> bool:
    if not _decodes(sample, "gb18030", whole):
        return False
    text = sample.decode("gb18030", "ignore")
    return sum(unicodedata.category(character) in _ODD for character in text) * 50 <= len(text)


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark."""
    if len(sample) < 4:
        return None
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = sample[: len(sample) // width * width].decode(name)
        except UnicodeDecodeError:
            continue
        usual = sum(
            c in "\r\n\t" or any(first <= c <= last for first, last in _USUAL) for c in text
        )
        # Random bytes fall into CJK one time in three; real text nearly always falls in here.
        if usual >= 0.9 * len(text):
            return name
    return None


def encoding_of_content(content: Content) -> str | None:
    """The encoding of `content`, judged where its first character beyond ASCII stands."""
    view = content.view()
    head = bytes(view[:SAMPLE])
    found = encoding_of(head, whole=len(view) <= SAMPLE)
    if found == "utf-8" and len(view) > SAMPLE and head.isascii():
        beyond = _NOT_ASCII.search(view, SAMPLE, min(len(view), _ASCII_SEARCH))
        if beyond is not None:
            start = beyond.start()
            sample = bytes(view[start : start + SAMPLE])
            return encoding_of(sample, whole=start + SAMPLE >= len(view)) or found
    return found


def decode(content: Content, limit: int, encoding: str | None = None) -> tuple[str, str]:
    """The first `limit` bytes as text, and the encoding used (found out where not given).

    Bytes that are no text in any known encoding are read as Windows-1252.
    """
    if encoding is None:
        encoding = encoding_of_content(content) or "cp1252"
    view = content.view()
    return codecs.decode(view[:limit], encoding, "replace"), encoding


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A stretch of decoded text that begins `offset_chars` characters into the whole."""

    offset_chars: int
    text: str


def blocks(
    source: Evidence | Content, encoding: str | None = None, size: int = MIB
) -> Iterator[TextBlock]:
    """The whole text in blocks of about `size` bytes, cut behind a line end where there is one.

    Memory stays constant: a line longer than `size` characters is cut where the block ends.
    """
    content = source.content if isinstance(source, Evidence) else source
    if encoding is None and isinstance(source, Evidence):
        encoding = source.identity.encoding
    if encoding is None:
        encoding = encoding_of_content(content) or "cp1252"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    view = content.view()
    offset, rest = 0, ""
    for start in range(0, len(view), size):
        last = start + size >= len(view)
        text = rest + decoder.decode(view[start : start + size].tobytes(), last)
        cut = len(text) if last else text.rfind("\n") + 1
        if cut == 0:
            if len(text) < size:
                rest = text
                continue
            cut = len(text)
        yield TextBlock(offset, text[:cut])
        offset += cut
        rest = text[cut:]
