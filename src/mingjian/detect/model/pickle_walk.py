"""Walk pickle opcodes without unpickling: what the stream imports, calls and writes.

The walker follows the stack machine of PEP 307, 3154 and 574 (protocols 0 to 5) with
placeholders for objects. Where a real unpickler would stop with an error it notes a flaw and
reads on, because whatever stood before the error has run by then.
"""

from __future__ import annotations

from typing import Final

from mingjian.detect.model.joblib_arrays import array_end, is_array_wrapper
from mingjian.detect.model.pickle_record import (
    ENCODED_STARTS,
    MAX_LINE,
    Broken,
    Recorder,
    could_be_pickle,
    memo_number,
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


class PickleWalker(Recorder):
    """One walk over `data`; `result` gathers what all its streams do."""

    def __init__(self, data: bytes, start: int = 0, *, budget: int = MAX_OPCODES) -> None:
        super().__init__(data, start)
        self.budget = budget
        self._depth = 0

    def walk(self) -> Walk:
        """Read pickles in a row from the start until one does not reach STOP.

        What follows the first pickle may be raw bytes (tensors of the old PyTorch format), so
        a later stream counts only if it ends well or names something dangerous.
        """
        position = self._stream(self.result.start)
        self.result.end = position
        for _ in range(MAX_PICKLES if self.result.pickles else 0):
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
        return self.result

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
        except Broken:
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
        push, pop = stack.append, stack.pop
        pos = at[0]
        count = 0
        result = self.result
        try:
            for count in range(self.budget - result.opcodes):  # noqa: B007 - read in `finally`
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
                        last, middle = pop(), pop()
                        stack[-1] = (stack[-1], middle, last)
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
                    elif op == 0x8A or op == 0x8B:  # LONG1, LONG4
                        width = 1 if op == 0x8A else 4
                        length = int.from_bytes(data[pos : pos + width], "little")
                        end = pos + width + length
                        if end > size:
                            raise Broken
                        push(
                            int.from_bytes(data[pos + width : end], "little") if length < 16 else 0
                        )
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
                    elif 0x82 <= op <= 0x84:  # EXT1, EXT2, EXT4
                        pos += (1, 2, 4)[op - 0x82]
                        self._flaw("extension", pos)
                        push(Unknown("extension", pos))
                    elif op == 0x97:  # NEXT_BUFFER
                        push(Unknown("buffer", pos - 1))
                    elif op != 0x98:  # READONLY_BUFFER leaves the stack as it is
                        raise Broken
                elif op >= 0x67:
                    if op == 0x68:  # BINGET
                        pos += 1
                        push(memo[data[pos - 1]])
                    elif op == 0x71:  # BINPUT
                        memo[data[pos]] = stack[-1]
                        pos += 1
                    elif op == 0x72:  # LONG_BINPUT
                        memo[int.from_bytes(data[pos : pos + 4], "little")] = stack[-1]
                        pos += 4
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
                        end = data.find(b"\n", pos, pos + MAX_LINE)
                        number = memo_number(data[pos:end]) if end >= 0 else None
                        if number is None:
                            raise Broken
                        pos = end + 1
                        if op == 0x67:
                            push(memo[number])
                        else:
                            memo[number] = stack[-1]
                    elif op == 0x75:  # SETITEMS
                        mark = marks.pop()
                        items = stack[mark:]
                        del stack[mark:]
                        self._extend(stack[-1], items, pos - 1)
                    elif op == 0x7D:  # EMPTY_DICT
                        push(Pairs())
                    elif op == 0x6A:  # LONG_BINGET
                        pos += 4
                        push(memo[int.from_bytes(data[pos - 4 : pos], "little")])
                    else:
                        pos = self._old(op, pos, stack, marks)
                elif op < 0x50:
                    if op == 0x4B:  # BININT1
                        push(data[pos])
                        pos += 1
                    elif op == 0x28:  # MARK
                        marks.append(len(stack))
                    elif op == 0x4E:  # NONE
                        push(None)
                    elif op == 0x4A:  # BININT
                        push(int.from_bytes(data[pos : pos + 4], "little", signed=True))
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
                        end = data.find(b"\n", pos, pos + MAX_LINE)
                        if end < 0:
                            raise Broken
                        text_number = data[pos:end]
                        plain = len(text_number) < 20 and text_number.isdigit()
                        push(int(text_number) if plain else 0)
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
                        end = pos + 4 + int.from_bytes(data[pos : pos + 4], "little")
                        if end > size:
                            raise Broken
                        block = data[pos + 4 : end]
                        self._constant(block, pos - 1)
                        pos = end
                        push(block)
                    else:
                        pos = self._old(op, pos, stack, marks)
                else:
                    if op == 0x52:  # REDUCE
                        args, func = pop(), pop()
                        call = Call(func, args, pos - 1, "REDUCE")
                        push(call)
                        if func.__class__ is Global:
                            func.use = CALLED
                            if func.plain:
                                continue
                        self._note(call)
                    elif op == 0x58:  # BINUNICODE
                        end = pos + 4 + data[pos]
                        if data[pos + 1] or data[pos + 2] or data[pos + 3]:
                            end = pos + 4 + int.from_bytes(data[pos : pos + 4], "little")
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
                        module_line, pos = self._line(pos)
                        name_line, pos = self._line(pos)
                        push(self._named(module_line, name_line, begin))
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
                    elif op == 0x54:  # BINSTRING
                        end = pos + 4 + int.from_bytes(data[pos : pos + 4], "little")
                        if end > size:
                            raise Broken
                        block = data[pos + 4 : end]
                        self._constant(block, pos - 1)
                        pos = end
                        push(block.decode("latin-1"))
                    elif op == 0x51:  # BINPERSID
                        stack[-1] = persistent(stack[-1], pos - 1)
                    else:
                        pos = self._old(op, pos, stack, marks)
            return False
        finally:
            at[0] = pos
            result.opcodes += count + 1
