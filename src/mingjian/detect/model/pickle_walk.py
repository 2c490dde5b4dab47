"""Walk pickle opcodes without unpickling: what the stream imports, calls and writes.

The walker follows the stack machine of PEP 307, 3154 and 574 (protocols 0 to 5) with
placeholders for objects. Where a real unpickler would stop with an error it notes a flaw and
reads on, because whatever stood before the error has run by then.
"""

from __future__ import annotations

from itertools import repeat
from operator import length_hint
from struct import Struct, error
from typing import Final

from mingjian.detect.model.joblib_arrays import array_end, is_array_wrapper
from mingjian.detect.model.pickle_record import (
    ENCODED_STARTS,
    MAX_KEPT,
    MAX_LINE,
    NUMBERS,
    Broken,
    Recorder,
    could_be_pickle,
    unescaped,
    whole_number,
)
from mingjian.detect.model.pickle_values import (
    CALLED,
    MADE,
    Call,
    Global,
    Pairs,
    Unknown,
    Walk,
    persistent,
    touches_special,
)

MAX_OPCODES: Final = 20_000_000
MAX_PICKLES: Final = 256
MAX_NESTING: Final = 8
MAX_REPAIRS: Final = 500
"""Errors of stack or memo read past in one stream."""
_STATES = (Pairs, tuple)
_unsigned = Struct("<I").unpack_from
_signed = Struct("<i").unpack_from


class PickleWalker(Recorder):
    """One walk over `data`; `result` gathers what all its streams do."""

    def __init__(self, data: bytes, start: int = 0, *, budget: int = MAX_OPCODES) -> None:
        self.data = data
        self.result = Walk(start)
        self.budget = budget
        self._depth = 0

    def walk(self) -> Walk:
        """Read pickles in a row from the start until one does not reach STOP.

        What follows the first pickle may be raw bytes (tensors of the old PyTorch format), so
        a later stream counts only if it ends well or names something dangerous.
        """
        position = self._stream(self.result.start)
        self.result.end = position
        if self.result.pickles and position < len(self.data):
            self._walk_on(position)
        return self.result

    def _walk_on(self, position: int) -> None:
        """Read what follows the first pickle."""
        for _ in range(MAX_PICKLES):
            if not could_be_pickle(self.data, position):
                break
            later = PickleWalker(self.data, position, budget=self.budget - self.result.opcodes)
            end = later._stream(position)
            ended = later.result.pickles > 0
            if (ended and not later.result.flaws) or later.result.names_danger():
                self.result.absorb(later.result)
                self.result.end = end
            if not ended:
                break
            position = end

    def _build(self, target: object, state: object, position: int, offset: int) -> int:
        """BUILD: give an object its state; a joblib array wrapper is followed by raw bytes."""
        if type(target) is not Call:
            self._write("BUILD", target, state, offset)
            return position
        if target.state is not None or touches_special(state):
            self._write("BUILD", target, state, offset)
        target.state = state
        if not is_array_wrapper(target):
            return position
        end = array_end(target, self.data, position)
        if end is None:
            if self._depth >= MAX_NESTING:
                raise Broken
            return self._stream(position)
        self._beside(position)
        return end

    def _beside(self, position: int) -> None:
        """Raw array bytes are skipped by joblib, yet `pickle.load` would run them as opcodes."""
        other = PickleWalker(self.data, position, budget=2_000)
        other._depth = MAX_NESTING
        other._stream(position)
        if other.result.names_danger():
            self.result.absorb(other.result)

    # ---- one stream ------------------------------------------------------------------

    def _stream(self, position: int) -> int:
        """Read one pickle from `position`; returns where reading ended."""
        self._depth += 1
        stack: list[object] = []
        marks: list[int] = []
        memo: dict[int, object] = {}
        at = [position]
        try:
            for _ in range(MAX_REPAIRS):
                try:
                    if self._run(at, stack, marks, memo):
                        self.result.pickles += 1
                        return at[0]
                    self._flaw("limit", at[0])
                    return at[0]
                except (IndexError, KeyError, TypeError, AttributeError):
                    if at[0] >= len(self.data):
                        self._flaw("truncated", at[0])
                        return at[0]
                    self._flaw("stack", at[0])
                    stack.append(Unknown("stack", at[0]))
            raise Broken
        except (Broken, ValueError, error):  # ValueError: an endless line, an index no number
            self._flaw("truncated" if at[0] >= len(self.data) - 9 else "broken", at[0])
            return at[0]
        finally:
            self._depth -= 1

    # One flat loop on purpose: a function call for each opcode would double its cost.
    def _run(
        self, at: list[int], stack: list[object], marks: list[int], memo: dict[int, object]
    ) -> bool:
        """Run opcodes from `at[0]` until STOP (True) or the opcode budget is spent (False).

        Raises IndexError or KeyError where a real unpickler would stop on its stack or memo,
        with `at[0]` past the opcode, so that the caller can go on.
        """
        data, size = self.data, len(self.data)
        push, pop, line_end = stack.append, stack.pop, data.index
        pos = at[0]
        result = self.result
        budget = max(0, self.budget - result.opcodes)
        left = repeat(None, budget)
        try:
            if (
                pos + 1 < size and data[pos] == 0x80 and data[pos + 1] <= 5
            ):  # PROTO, nearly always the first
                result.protocol = max(result.protocol, data[pos + 1])
                pos += 2
            for _ in left:
                op = data[pos]
                pos += 1
                if op >= 0x80:
                    if op == 0x94:  # MEMOIZE
                        memo[len(memo)] = stack[-1]
                    elif op == 0x8C:  # SHORT_BINUNICODE
                        end = pos + 1 + data[pos]
                        text = data[pos + 1 : end].decode("utf-8", "replace")
                        if end > size:
                            raise Broken
                        if end - pos > 16 and text[0] in ENCODED_STARTS:
                            self._text(text, pos - 1)
                        pos = end
                        push(text)
                    elif op == 0x85:  # TUPLE1
                        stack[-1] = (stack[-1],)
                    elif op == 0x86:  # TUPLE2
                        last = pop()
                        stack[-1] = (stack[-1], last)
                    elif op == 0x87:  # TUPLE3
                        last, second = pop(), pop()
                        stack[-1] = (stack[-1], second, last)
                    elif op == 0x88 or op == 0x89:  # NEWTRUE, NEWFALSE
                        push(op == 0x88)
                    elif op == 0x93:  # STACK_GLOBAL
                        name, module = pop(), pop()
                        push(self._global(module, name, pos - 1))
                    elif op == 0x81:  # NEWOBJ
                        args, cls = pop(), pop()
                        push(self._call(cls, args, pos - 1, "NEWOBJ", MADE))
                    elif op == 0x95:  # FRAME
                        if pos + 8 + int.from_bytes(data[pos : pos + 8], "little") > size:
                            self._flaw("frame", pos - 1)
                        pos += 8
                    elif op == 0x80:  # PROTO
                        result.protocol = max(result.protocol, data[pos])
                        if data[pos] > 5:
                            self._flaw("protocol", pos - 1)
                        pos += 1
                    elif op == 0x8E or op == 0x96 or op == 0x8D:  # BINBYTES8, BYTEARRAY8, …
                        end = pos + 8 + int.from_bytes(data[pos : pos + 8], "little")
                        if end > size:
                            raise Broken
                        block = data[pos + 8 : end]
                        if op == 0x8D:  # BINUNICODE8
                            push(block.decode("utf-8", "replace"))
                        else:
                            self._constant(block, pos - 1)
                            push(block)
                        pos = end
                    elif op == 0x8F:  # EMPTY_SET
                        push([])
                    elif op == 0x90 or op == 0x91:  # ADDITEMS, FROZENSET
                        mark = marks.pop()
                        items = stack[mark:]
                        del stack[mark:]
                        if op == 0x91:
                            push(items)
                        else:
                            self._extend(stack[-1], items, pos - 1)
                    elif op == 0x92:  # NEWOBJ_EX
                        kwargs, args, cls = pop(), pop(), pop()
                        push(self._call(cls, (args, kwargs), pos - 1, "NEWOBJ_EX", MADE))
                    else:
                        pos = self._rarer(op, pos, stack, marks)
                elif op >= 0x67:
                    if op == 0x68:  # BINGET
                        number = data[pos]
                        pos += 1
                        push(memo[number])
                    elif op == 0x71:  # BINPUT
                        memo[data[pos]] = stack[-1]
                        pos += 1
                    elif op == 0x72:  # LONG_BINPUT
                        number = _unsigned(data, pos)[0]
                        pos += 4
                        memo[number] = stack[-1]
                        if number > pos:  # more entries than bytes so far
                            self._flaw("memo-size", pos - 5)
                    elif op == 0x74:  # TUPLE
                        mark = marks.pop()
                        items = stack[mark:]
                        del stack[mark:]
                        push(tuple(items))
                    elif op == 0x73:  # SETITEM
                        last, key = pop(), pop()
                        if stack[-1].__class__ is Pairs:
                            stack[-1] += (key, last)
                        else:
                            self._extend(stack[-1], [key, last], pos - 1)
                    elif op == 0x67 or op == 0x70:  # GET, PUT
                        end = line_end(b"\n", pos, pos + MAX_LINE)
                        line = data[pos:end]
                        # As widely as Python reads it: `1`, `01`, `+1` and ` 1 ` are one.
                        number = NUMBERS[line] if line in NUMBERS else int(line)
                        pos = end + 1
                        if op == 0x67:
                            push(memo[number])
                        else:
                            memo[number] = stack[-1]
                    elif op == 0x75:  # SETITEMS
                        mark = marks.pop()
                        items = stack[mark:]
                        del stack[mark:]
                        if stack[-1].__class__ is Pairs:
                            stack[-1] += items
                        else:
                            self._extend(stack[-1], items, pos - 1)
                    elif op == 0x7D:  # EMPTY_DICT
                        push(Pairs())
                    elif op == 0x6A:  # LONG_BINGET
                        pos += 4
                        push(memo[_unsigned(data, pos - 4)[0]])
                    else:
                        pos = self._rarer(op, pos, stack, marks)
                elif op < 0x50:
                    if op == 0x4B:  # BININT1
                        push(data[pos])
                        pos += 1
                    elif op == 0x28:  # MARK
                        marks.append(len(stack))
                    elif op == 0x4E:  # NONE
                        push(None)
                    elif op == 0x4A:  # BININT
                        push(_signed(data, pos)[0])
                        pos += 4
                    elif op == 0x47:  # BINFLOAT
                        push(0.0)
                        pos += 8
                    elif op == 0x29:  # EMPTY_TUPLE
                        push(())
                    elif op == 0x4D:  # BININT2
                        push(data[pos] | data[pos + 1] << 8)
                        pos += 2
                    elif op == 0x49:  # INT
                        end = line_end(b"\n", pos, pos + MAX_LINE)
                        line = data[pos:end]
                        push(NUMBERS[line] if line in NUMBERS else whole_number(line))
                        pos = end + 1
                    elif op == 0x2E:  # STOP
                        return True
                    elif op == 0x30:  # POP
                        if marks and marks[-1] == len(stack):
                            marks.pop()
                        else:
                            pop()
                    elif op == 0x43:  # SHORT_BINBYTES
                        end = pos + 1 + data[pos]
                        if end > size:
                            raise Broken
                        block = data[pos + 1 : end]
                        self._constant(block, pos - 1)
                        pos = end
                        push(block)
                    elif op == 0x42:  # BINBYTES
                        end = pos + 4 + _unsigned(data, pos)[0]
                        if end > size:
                            raise Broken
                        block = data[pos + 4 : end]
                        self._constant(block, pos - 1)
                        pos = end
                        push(block)
                    else:
                        pos = self._rarer(op, pos, stack, marks)
                else:
                    if op == 0x52:  # REDUCE
                        args, func = pop(), pop()
                        call = Call(func, args, pos - 1, "REDUCE")
                        push(call)
                        if func.__class__ is Global:
                            func.use = CALLED
                            if func.plain:
                                continue
                        if len(result.calls) < MAX_KEPT:
                            result.calls.append(call)
                    elif op == 0x58:  # BINUNICODE
                        end = pos + 4 + _unsigned(data, pos)[0]
                        if end > size:
                            raise Broken
                        text = data[pos + 4 : end].decode("utf-8", "replace")
                        if end - pos > 20 and text[0] in ENCODED_STARTS:
                            self._text(text, pos - 1)
                        pos = end
                        push(text)
                    elif op == 0x62:  # BUILD
                        state = pop()
                        target = stack[-1]
                        if target.__class__ is Call and target.state is None:
                            func = target.func
                            if (
                                func.__class__ is Global
                                and func.name != "NumpyArrayWrapper"
                                and (state.__class__ not in _STATES or not touches_special(state))
                            ):
                                target.state = state
                                continue
                        pos = self._build(target, state, pos, pos - 1)
                    elif op == 0x5D:  # EMPTY_LIST
                        push([])
                    elif op == 0x61:  # APPEND
                        last = pop()
                        self._extend(stack[-1], [last], pos - 1)
                    elif op == 0x63:  # GLOBAL
                        begin = pos - 1
                        middle = line_end(b"\n", pos, pos + MAX_LINE)
                        end = line_end(b"\n", middle + 1, middle + MAX_LINE)
                        pos = end + 1
                        push(self._named(data[begin + 1 : middle], data[middle + 1 : end], begin))
                    elif op == 0x65:  # APPENDS
                        mark = marks.pop()
                        items = stack[mark:]
                        del stack[mark:]
                        self._extend(stack[-1], items, pos - 1)
                    elif op == 0x55:  # SHORT_BINSTRING
                        end = pos + 1 + data[pos]
                        if end > size:
                            raise Broken
                        block = data[pos + 1 : end]
                        self._constant(block, pos - 1)
                        pos = end
                        push(block.decode("latin-1"))
                    elif op == 0x56:  # UNICODE
                        begin = pos - 1
                        end = line_end(b"\n", pos, pos + MAX_LINE)
                        text = unescaped(data[pos:end])
                        if end - pos > 15 and text[0] in ENCODED_STARTS:
                            self._text(text, begin)
                        pos = end + 1
                        push(text)
                    elif op == 0x51:  # BINPERSID
                        stack[-1] = persistent(stack[-1], pos - 1)
                    else:
                        pos = self._rarer(op, pos, stack, marks)
            return False
        finally:
            at[0] = pos
            result.opcodes += budget - length_hint(left)
