"""Whether bytes have the shape of a pickle, from a bounded walk over the first opcodes.

Protocols 0 and 1 have no magic number, and a payload may leave out the one of protocol 2
and later; so the walk checks that opcodes, arguments and stack depth fit together.
It is a sieve for identification: what a pickle does is for the detectors to say.
Opcodes after CPython's `Lib/pickletools.py`.
"""

from __future__ import annotations

from enum import Enum

MOST_OPCODES = 400
"""Opcodes walked where there is no magic number to go by."""
FEW_OPCODES = 24
"""Opcodes walked behind a protocol mark, which is strong evidence already."""

_PYTORCH_MAGIC = bytes.fromhex("6cfc9c46f9206aa85019")  # 0x1950a86a20f9469cfc6c

# Argument forms: a fixed width, or one of the letters below.
_L1, _L4, _L8, _LINE, _NUMBER, _TWO_LINES, _QUOTED, _REAL = -1, -4, -8, -10, -11, -12, -13, -14

# opcode: (argument form, items taken, items left). Mark handling is below.
_OPCODES: dict[int, tuple[int, int, int]] = {
    ord(code): (form, taken, left)
    for codes, form, taken, left in (
        ("N)]}\x88\x89\x8f\x97", 0, 0, 1),
        ("K", 1, 0, 1),
        ("M", 2, 0, 1),
        ("J", 4, 0, 1),
        ("G", 8, 0, 1),
        ("IL", _NUMBER, 0, 1),
        ("F", _REAL, 0, 1),
        ("S", _QUOTED, 0, 1),
        ("VP", _LINE, 0, 1),
        ("U\x8cC\x8a", _L1, 0, 1),
        ("TXB\x8b", _L4, 0, 1),
        ("\x8d\x8e\x96", _L8, 0, 1),
        ("c", _TWO_LINES, 0, 1),
        ("\x93", 0, 2, 1),
        ("g", _NUMBER, 0, 1),
        ("h", 1, 0, 1),
        ("j", 4, 0, 1),
        ("p", _NUMBER, 1, 1),
        ("q", 1, 1, 1),
        ("r", 4, 1, 1),
        ("\x94\x98", 0, 1, 1),
        ("0", 0, 1, 0),
        ("2", 0, 1, 2),
        ("Q", 0, 1, 1),
        ("\x82", 1, 0, 1),
        ("\x83", 2, 0, 1),
        ("\x84", 4, 0, 1),
        ("aRb\x81", 0, 2, 1),
        ("s\x92", 0, 3, 1),
        ("\x85", 0, 1, 1),
        ("\x86", 0, 2, 1),
        ("\x87", 0, 3, 1),
        ("\x80", 1, 0, 0),
        ("\x95", 8, 0, 0),
        ("(", 0, 0, 0),
        ("1tldeu\x90\x91o", 0, 0, 0),
        ("i", _TWO_LINES, 0, 0),
        (".", 0, 1, 0),
    )
    for code in codes
}
_MARK, _STOP, _PROTO = ord("("), ord("."), 0x80
_TO_MARK_NEW = frozenset(b"tldio")  # the items above the mark become one new item
_TO_MARK_INTO = frozenset(b"eu\x90")  # they go into the item below the mark
_NAMES = frozenset(b"ci\x93")
_CALLS = frozenset(b"Rob\x81\x92i")
_LONGEST_LINE, _LONGEST_NAME = 4096, 512
_CUT = 1 << 62
"""A position behind everything: the argument is cut off by the end of the bytes."""


class Shape(Enum):
    """How far the walk came."""

    ENDED = "ended"
    """A STOP opcode was reached with a value on the stack."""
    GOES_ON = "goes on"
    """The bound or the end of the bytes was reached, and all was well until there."""
    BROKEN = "broken"
    """An opcode, an argument or the stack did not fit."""


class Walk:
    """The walk from `start` over at most `most` opcodes of `view`."""

    __slots__ = ("calls", "end", "names", "opcodes", "shape")

    def __init__(self, view: memoryview, start: int = 0, most: int = FEW_OPCODES) -> None:
        self.opcodes = 0
        self.names = False
        """An opcode named something to import."""
        self.calls = False
        """After that, an opcode would call or set state."""
        self.end = start
        """Where the walk stopped, behind the last opcode that fitted."""
        self.shape = self._walk(view, start, most)

    def _walk(self, view: memoryview, position: int, most: int) -> Shape:
        size, depth = len(view), 0
        marks: list[int] = []
        for _ in range(most):
            if position >= size:
                return Shape.GOES_ON
            code = view[position]
            row = _OPCODES.get(code)
            if row is None:
                return Shape.BROKEN
            form, taken, left = row
            floor = marks[-1] if marks else 0
            if depth - floor < taken and not (code == _STOP and depth >= 1):
                if code != ord("0") or not marks:  # POP takes a mark where nothing lies on it
                    return Shape.BROKEN
                marks.pop()
                taken = 0
            position = _behind(view, position + 1, form, size)
            if position < 0:
                return Shape.BROKEN
            depth += left - taken
            if code == _MARK:
                marks.append(depth)
            elif code in _TO_MARK_NEW or code in _TO_MARK_INTO or code == ord("1"):
                if not marks:
                    return Shape.BROKEN
                depth = marks.pop() + (code in _TO_MARK_NEW)
            elif code == 0x91:  # FROZENSET
                if not marks:
                    return Shape.BROKEN
                depth = marks.pop() + 1
            self.opcodes += 1
            self.names = self.names or code in _NAMES
            self.calls = self.calls or (self.names and code in _CALLS and position <= size)
            self.end = min(position, size)
            if code == _STOP:
                return Shape.ENDED
        return Shape.GOES_ON


def _behind(view: memoryview, position: int, form: int, size: int) -> int:
    """Where the next opcode stands; -1 if the argument cannot be one.

    An argument cut off by the end of the bytes fits: truncated pickles are pickles.
    """
    if form >= 0:
        return position + form
    if form >= _L8:
        width = -form
        return position + width + int.from_bytes(view[position : position + width], "little")
    for line in range(2 if form == _TWO_LINES else 1):
        window = bytes(view[position : position + _LONGEST_LINE])
        stop = window.find(b"\n")
        if stop < 0:
            if form == _TWO_LINES and b" " in window[:_LONGEST_NAME]:
                return -1
            return _CUT if len(window) < _LONGEST_LINE else _long_line(form)
        if not _line_fits(window[:stop], form, line):
            return -1
        position += stop + 1
    return position


def _long_line(form: int) -> int:
    # A long quoted string is usual; where it ends does not matter to a sieve.
    return _CUT if form in (_QUOTED, _LINE) else -1


def _line_fits(line: bytes, form: int, which: int) -> bool:
    line = line.removesuffix(b"\r")
    if form == _NUMBER:
        return line.rstrip(b"L").lstrip(b"-+").isdigit()
    if form == _REAL:
        return bool(line) and not line.strip(b"0123456789+-.eEinfa")
    if form == _QUOTED:
        return len(line) >= 2 and line[0] in b"'\"" and line[-1] == line[0]
    if form == _TWO_LINES:
        # Modules and attributes are dotted names; anything may lie in a damaged one but spaces.
        return 0 < len(line) <= _LONGEST_NAME and b" " not in line and line[0] not in b"0123456789"
    return True


def pickle_format(view: memoryview, expected: bool) -> str | None:
    """`pickle`, `joblib` or `pytorch-legacy` if the bytes begin like one; else None.

    `expected` says that the name leads one to expect a pickle: less evidence is then enough.
    """
    if len(view) < 2:
        return None
    marked = view[0] == _PROTO and view[1] <= 10
    if marked:
        walk = Walk(view)
        fits = walk.shape is not Shape.BROKEN or walk.opcodes >= (2 if expected else 4)
    else:
        fits = _fits_unmarked(view, expected)
    if not fits:
        return None
    head = bytes(view[:4096])
    if _PYTORCH_MAGIC in head[:32]:
        return "pytorch-legacy"
    return "joblib" if b"joblib.numpy_pickle" in head else "pickle"


def _fits_unmarked(view: memoryview, expected: bool) -> bool:
    if view[0] not in _OPCODES:
        return False
    walk = Walk(view, most=MOST_OPCODES)
    if walk.calls:
        return True
    if walk.shape is Shape.ENDED:
        at_end = not bytes(view[walk.end : walk.end + 64]).strip()
        return expected or (at_end and walk.opcodes >= 4)
    if walk.shape is Shape.GOES_ON:
        return walk.opcodes >= (2 if expected else MOST_OPCODES)
    return expected and (walk.opcodes >= 3 or walk.names)


def pickle_start(view: memoryview, within: int = 4096) -> int:
    """Where a pickle begins behind leading junk, or -1: a protocol mark and opcodes that fit."""
    head = bytes(view[:within])
    position = head.find(b"\x80")
    while position >= 0:
        if position + 1 < len(head) and head[position + 1] in (2, 3, 4, 5):
            walk = Walk(view, position)
            if walk.opcodes >= 4 and (walk.shape is not Shape.BROKEN or walk.calls):
                return position
        position = head.find(b"\x80", position + 1)
    return -1
