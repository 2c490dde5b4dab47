"""Reading RTF: its words, the HTML that Outlook wraps in it, field codes, embedded bytes.

Own reading after the RTF 1.9.1 specification and [MS-OXRTFEX]. No object is opened.
"""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|"
    rb"([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info listtable listoverridetable rsidtbl generator themedata "
    b"colorschememapping latentstyles datastore xmlnstbl filetbl revtbl object result".split()
)
_HEX = frozenset((b"pict", b"objdata"))
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"page": "\n", b"sect": "\n", b"tab": "\t",
           b"cell": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
           b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip
_SIGNS = {b"\\": b"\\", b"{": b"{", b"}": b"}", b"~": b" ", b"_": b"-", b"\n": b"\n", b"\r": b"\n"}
_MOST_BYTES = 64 << 20
_MOST_OBJECTS = 200


@dataclass(slots=True)
class Rtf:
    """What an RTF file says and carries."""

    text: str = ""
    html: bool = False
    """`text` is the HTML that was wrapped in the RTF."""
    codes: list[str] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    silent: bool = False
    suppressed: bool = False
    """Between \\htmlrtf and \\htmlrtf0: formatting that the HTML does not hold."""
    destination: bytes = b""
    skip: int = 1
    """Characters that stand in for one \\u character."""


def read_rtf(data: bytes | memoryview) -> Rtf:
    """Reads as far as it goes; whatever the bytes are, nothing is raised."""
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes | memoryview) -> None:
        self._data = data
        self._found = Rtf()
        self._pieces: list[str] = []
        self._raw = bytearray()
        self._special = bytearray()
        self._codepage = "cp1252"
        self._group = _Group()
        self._stack: list[_Group] = []
        self._to_skip = 0
        self._starred = False

    def read(self) -> Rtf:
        position, end = 0, len(self._data)
        while position < end and (match := _TOKEN.match(self._data, position)):
            position = match.end()
            word, number, code, sign, brace, words = match.groups()
            if word == b"bin":
                position += min(max(int(number or 0), 0), end - position)
            elif word is not None:
                self._word(word, None if number is None else int(number))
            elif code is not None:
                self._say(bytes((int(code, 16),)))
            elif sign is not None:
                self._sign(sign)
            elif brace is not None:
                self._brace(brace)
            elif words is not None:
                self._say(words)
        self._flush()
        self._found.text = "".join(self._pieces)
        return self._found

    def _brace(self, brace: bytes) -> None:
        self._to_skip = 0
        if brace == b"{":
            group = self._group
            self._stack.append(group)
            destination = group.destination if group.destination != b"htmltag" else b""
            self._group = _Group(group.silent, group.suppressed, destination, group.skip)
        elif self._stack:
            closed, self._group = self._group, self._stack.pop()
            if closed.destination and closed.destination != self._group.destination:
                self._finish(closed.destination)
        self._starred = False

    def _finish(self, destination: bytes) -> None:
        special, self._special = bytes(self._special), bytearray()
        if destination == b"fldinst":
            self._found.codes.append(special.decode(self._codepage, "replace")[:4096])
        elif destination in _HEX:
            kept = self._found.objects if destination == b"objdata" else self._found.pictures
            digits = re.sub(rb"[^0-9a-fA-F]", b"", special)
            if len(digits) > 16 and len(kept) < _MOST_OBJECTS:
                kept.append(binascii.unhexlify(digits[: len(digits) & ~1]))

    def _word(self, word: bytes, number: int | None) -> None:
        group = self._group
        if word in (b"fldinst", b"pict", b"objdata"):
            group.destination, group.silent = word, False
            self._special = bytearray()
        elif word == b"htmltag":
            group.destination, group.silent = word, False
        elif word in _SILENT or self._starred:
            group.silent = True
        elif word == b"htmlrtf":
            group.suppressed = number != 0
        elif word == b"fromhtml":
            self._found.html = True
        elif word == b"ansicpg" and number:
            self._codepage = _known(f"cp{number}")
        elif word == b"uc":
            group.skip = min(max(number or 0, 0), 100)
        elif word == b"u" and number is not None:
            self._unicode(number)
        elif word in _BREAKS and not self._mute():
            self._flush()
            self._pieces.append(_BREAKS[word])
        self._starred = False

    def _unicode(self, number: int) -> None:
        if self._group.destination in _HEX or self._mute():
            return
        self._flush()
        code = number & 0xFFFF
        self._pieces.append(chr(code))
        self._to_skip = self._group.skip

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif (words := _SIGNS.get(sign)) is not None:
            self._say(words)

    def _mute(self) -> bool:
        group = self._group
        if group.silent or group.destination in _HEX or group.destination == b"fldinst":
            return True
        return self._found.html and group.suppressed and group.destination != b"htmltag"

    def _say(self, words: bytes) -> None:
        if self._to_skip:
            kept = words[self._to_skip :]
            self._to_skip -= len(words) - len(kept)
            words = kept
        if not words:
            return
        if self._group.destination in _HEX or self._group.destination == b"fldinst":
            if len(self._special) < _MOST_BYTES:
                self._special += words
        elif not self._mute():
            self._raw += words

    def _flush(self) -> None:
        if self._raw:
            self._pieces.append(self._raw.decode(self._codepage, "replace"))
            self._raw = bytearray()


def _known(codepage: str) -> str:
    name = {"cp936": "gb18030", "cp65001": "utf-8", "cp10000": "mac-roman"}.get(codepage, codepage)
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
