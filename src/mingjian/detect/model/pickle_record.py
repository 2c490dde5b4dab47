"""What the walker does beside its hot loop: note names, calls and writes; rare opcodes."""

from __future__ import annotations

import codecs
from typing import Final

from mingjian.detect.model.allow_list import rank
from mingjian.detect.model.pickle_values import (
    CALLED,
    Call,
    Flaw,
    Global,
    Pairs,
    Unknown,
    Walk,
)

MAX_KEPT: Final = 50_000
"""Calls, writes and constants kept for judging."""
MAX_LINE: Final = 65_536
"""Longest text argument of a protocol 0 opcode that is read as a name or string."""

ENCODED_STARTS: Final = "gHUYKe826"
"""First letters of base64 or hex texts that may hold a pickle, gzip, zip or zlib stream."""
_ENCODED: Final = (
    *("gA", "Y1", "Y2", "Y3", "KG", "KF", "H4sI", "UEsD", "eJ"),
    *("8002", "8003", "8004", "8005", "635f", "636", "637", "2863"),
)
"""Base64, then hex, of: protocol 2 and later, ``c`` and a letter, ``(c``, gzip, zip, zlib."""
_NESTED_STARTS = frozenset(b"\x80\x1f\x78PB\xfd\x93c(")


class Broken(Exception):
    """The stream cannot be read on: unknown opcode, or an argument runs past the end."""


class Recorder:
    """Gathers into `result` what one walk over `data` meets."""

    data: bytes
    result: Walk

    def _flaw(self, kind: str, offset: int) -> None:
        if len(self.result.flaws) < 64:
            self.result.flaws.append(Flaw(kind, offset))

    def _line(self, position: int) -> tuple[bytes, int]:
        end = self.data.find(b"\n", position, position + MAX_LINE)
        if end < 0:
            raise Broken
        return self.data[position:end], end + 1

    def _global(self, module: object, name: object, offset: int) -> object:
        if type(module) is not str or type(name) is not str:
            if len(self.result.dynamic) < MAX_KEPT:
                self.result.dynamic.append((module, name, offset))
            return Unknown("dynamic", offset)
        known = self.result.globals.get((module, name))
        if known is None:
            known = Global(module, name, offset, rank(module[:512].strip(), name[:512].strip()))
            self.result.globals[module, name] = known
        return known

    def _named(self, module: bytes, name: bytes, offset: int) -> object:
        try:
            return self._global(module.decode("utf-8"), name.decode("utf-8"), offset)
        except UnicodeDecodeError:
            self._flaw("name-encoding", offset)
            text = module.decode("latin-1"), name.decode("latin-1")
            return self._global(text[0], text[1], offset)

    def _call(self, func: object, args: object, offset: int, opcode: str, use: int) -> Call:
        """A call other than REDUCE, which the hot loop makes itself."""
        call = Call(func, args, offset, opcode)
        if type(func) is Global:
            func.use = max(func.use, use)
            if func.plain:
                return call
        self._note(call)
        return call

    def _note(self, call: Call) -> None:
        """Keep a call of anything but a plain global for judging."""
        if len(self.result.calls) < MAX_KEPT:
            self.result.calls.append(call)

    def _write(self, opcode: str, target: object, what: object, offset: int) -> None:
        if len(self.result.writes) < MAX_KEPT:
            self.result.writes.append((opcode, target, what, offset))

    def _constant(self, value: bytes, offset: int) -> None:
        if len(value) > 8 and value[0] in _NESTED_STARTS and len(self.result.constants) < 4096:
            self.result.constants.append((offset, value))

    def _text(self, value: str, offset: int) -> None:
        """A base64 or hex constant whose first bytes decode to a pickle's or a packed one's."""
        if value.startswith(_ENCODED):
            self._keep_encoded(value, offset)

    def _keep_encoded(self, value: str, offset: int) -> None:
        if len(value) >= 16 and len(self.result.constants) < 4096:
            self.result.constants.append((offset, value.encode("utf-8", "replace")))

    def _extend(self, target: object, items: list[object], offset: int) -> None:
        """Put items into a container; on anything else, that is a method call."""
        if isinstance(target, list):
            target.extend(items)
        elif type(target) is not Call:
            self._write("SETITEM", target, tuple(items), offset)

    def _rarer(self, op: int, pos: int, stack: list[object], marks: list[int]) -> int:
        """The opcodes that ordinary picklers seldom write."""
        begin = pos - 1
        if op in b"SFLP":  # STRING, FLOAT, LONG, PERSID
            line, pos = self._line(pos)
            stack.append(self._literal(op, line, begin))
        elif op == 0x54:  # BINSTRING
            end = pos + 4 + int.from_bytes(self.data[pos : pos + 4], "little")
            if end > len(self.data):
                raise Broken
            block = self.data[pos + 4 : end]
            self._constant(block, begin)
            stack.append(block.decode("latin-1"))
            pos = end
        elif op in b"ld":  # LIST, DICT
            mark = marks.pop()
            items = stack[mark:]
            del stack[mark:]
            stack.append(items if op == 0x6C else Pairs(items))
        elif op == 0x31:  # POP_MARK
            del stack[marks.pop() :]
        elif op == 0x32:  # DUP
            stack.append(stack[-1])
        elif op == 0x69 or op == 0x6F:  # INST, OBJ
            opcode = "INST" if op == 0x69 else "OBJ"
            mark = marks.pop()
            items = stack[mark:]
            del stack[mark:]
            if op == 0x69:
                module_line, pos = self._line(pos)
                name_line, pos = self._line(pos)
                func = self._named(module_line, name_line, begin)
            else:
                func = items.pop(0)
            stack.append(self._call(func, tuple(items), begin, opcode, CALLED))
        elif op == 0x8A or op == 0x8B:  # LONG1, LONG4
            width = 1 if op == 0x8A else 4
            length = int.from_bytes(self.data[pos : pos + width], "little")
            pos += width
            if pos + length > len(self.data):
                raise Broken
            number = self.data[pos : pos + length] if length < 16 else b""
            stack.append(int.from_bytes(number, "little"))
            pos += length
        elif 0x82 <= op <= 0x84:  # EXT1, EXT2, EXT4
            pos += (1, 2, 4)[op - 0x82]
            self._flaw("extension", pos)
            stack.append(Unknown("extension", pos))
        elif op == 0x97:  # NEXT_BUFFER
            stack.append(Unknown("buffer", begin))
        elif op != 0x98:  # READONLY_BUFFER leaves the stack as it is
            raise Broken
        return pos

    def _literal(self, op: int, line: bytes, begin: int) -> object:
        if op == 0x53:  # STRING: a quoted, escaped literal
            inner = line.strip()[1:-1]
            try:
                raw = codecs.escape_decode(inner)[0] if b"\\" in inner else inner
            except ValueError:
                raw = inner
            self._constant(bytes(raw), begin)
            return bytes(raw).decode("latin-1")
        if op == 0x50:  # PERSID
            return Unknown("persistent", begin)
        return whole_number(line.strip().rstrip(b"L"))


NUMBERS: Final = {b"%d" % number: number for number in range(2048)} | {b"00": 0, b"01": 1}
"""The numbers that protocol 0 writes most: looking one up costs half of reading it."""


def whole_number(digits: bytes) -> int:
    """A number that fits a 64-bit word; 0 for what is no such number."""
    return int(digits) if digits.isdigit() and len(digits) < 20 else 0


def unescaped(line: bytes) -> str:
    """The text of a UNICODE opcode; without escapes that is Latin-1, which is read faster."""
    if b"\\" not in line:
        return line.decode("latin-1")
    return codecs.raw_unicode_escape_decode(line, "replace")[0]


_STARTS = frozenset(b"\x80\x95(c]}lidIFLNVSXUKMJTGBC)P\x8c\x8a\x88\x89\x8d\x8e\x96\x82\x83\x84q2h")


def could_be_pickle(data: bytes, position: int) -> bool:
    """A cheap look at the first bytes: could an unpickler start here?"""
    if position + 1 >= len(data) or data[position] not in _STARTS:
        return False
    return data[position] != 0x80 or data[position + 1] < 10
