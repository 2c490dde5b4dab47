"""The header of a NumPy array file, read without evaluating it (NEP 1).

The header is a Python dictionary literal; a small bounded reader takes the place of `eval`.
"""

from __future__ import annotations

import re
from typing import Final

MAGIC: Final = b"\x93NUMPY"
MAX_HEADER: Final = 1 << 20
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<word>[A-Za-z_]+)"
    r"|(?P<number>-?\d{1,20}L?)|(?P<mark>[{}()\[\]:,]))"
)
_USUAL = re.compile(
    r"\{'descr': '[<>|=]?[a-zA-NP-Z]\d*', 'fortran_order': (?:True|False), "
    r"'shape': \([\d, ]*\), \}\s*"
)
"""What NumPy itself writes for an array of numbers or text."""
_OBJECT = re.compile(r"[<>|=]?O\d*")


class BadHeader(ValueError):
    """The bytes are no NumPy header."""


class NoLiteral(BadHeader):
    """The header holds a name or a call where only literals belong."""


def data_start(data: bytes) -> tuple[int, bool]:
    """(offset of the array's bytes, whether the array holds objects, that is: a pickle)."""
    if data[:6] != MAGIC or len(data) < 12:
        raise BadHeader
    width = 2 if data[6] == 1 else 4
    length = int.from_bytes(data[8 : 8 + width], "little")
    start = 8 + width + length
    if length > MAX_HEADER or start > len(data):
        raise BadHeader
    return start, _holds_objects(data[8 + width : start].decode("utf-8", "replace"))


def _holds_objects(header: str) -> bool:
    """Does any string in the value of `descr` name the object type?"""
    if _USUAL.fullmatch(header):
        return False
    position, inside, depth = 0, False, 0
    previous = ""
    while match := _TOKEN.match(header, position):
        position = match.end()
        text, mark = match["text"], match["mark"]
        if match["word"] is not None and match["word"] not in ("True", "False", "None"):
            raise NoLiteral
        if mark and mark in "{([":
            depth += 1
        elif mark and mark in "})]":
            depth -= 1
        elif text is not None:
            bare = text[1:-1]
            if depth == 1 and previous in ("{", ","):
                inside = bare == "descr"
            elif inside and _OBJECT.fullmatch(bare):
                return True
        previous = mark or ""
    return False
