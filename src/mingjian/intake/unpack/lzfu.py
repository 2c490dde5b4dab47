"""Outlook's compressed RTF ([MS-OXRTFCP]): a dictionary of 4,096 bytes with a known beginning."""

from __future__ import annotations

import struct

from mingjian.intake.limits import Budget
from mingjian.intake.unpack.damage import damaged

_COMPRESSED, _STORED = 0x75465A4C, 0x414C454D
_SIZE = 4096
# The initial dictionary is fixed by [MS-OXRTFCP], 2.1.3.1; without it nothing decodes.
BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompress(data: bytes, budget: Budget) -> bytes:
    """The RTF in `data`; one that ends too early gives what came before. Counts under `budget`."""
    if len(data) < 16:
        raise damaged("RTF")
    size, raw_size, magic, _ = struct.unpack_from("<IIII", data)
    body = data[16 : size + 4] if size + 4 <= len(data) else data[16:]
    if magic == _STORED:
        budget.expand(len(body))
        return body[:raw_size]
    if magic != _COMPRESSED:
        raise damaged("RTF")
    # One flag byte and eight references of two bytes give at most 8 x 17 bytes out of 17.
    budget.expand(min(raw_size, len(body) * 9))
    window = bytearray(BEGINNING.ljust(_SIZE, b" "))
    write, position, end = len(BEGINNING), 0, len(body)
    out = bytearray()
    while position < end and len(out) < raw_size:
        flags = body[position]
        position += 1
        for bit in range(8):
            if position >= end:
                return bytes(out[:raw_size])
            if not flags >> bit & 1:
                window[write] = body[position]
                out.append(body[position])
                write = (write + 1) % _SIZE
                position += 1
                continue
            if position + 1 >= end:
                return bytes(out[:raw_size])
            reference = body[position] << 8 | body[position + 1]
            position += 2
            start, length = reference >> 4, (reference & 15) + 2
            if start == write:
                return bytes(out[:raw_size])
            for _ in range(length):
                byte = window[start]
                out.append(byte)
                window[write] = byte
                start, write = (start + 1) % _SIZE, (write + 1) % _SIZE
    return bytes(out[:raw_size])
