"""Hand-assembled pickles: opcodes as bytes. Nothing in these tests ever loads one."""

from __future__ import annotations

import struct

PROTO = b"\x80\x04"


def text(value: str) -> bytes:
    raw = value.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def blob(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


def called(function: bytes, *args: bytes) -> bytes:
    return function + b"(" + b"".join(args) + b"tR"


def pickled(body: bytes) -> bytes:
    return PROTO + body + b"."


SYSTEM = called(named("os", "system"), text("echo marker"))
EVIL = pickled(SYSTEM)
PLAIN = pickled(called(named("collections", "OrderedDict")))
