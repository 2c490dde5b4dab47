"""Walk Protocol Buffers fields without a schema compiler; lengths never exceed what remains.

Encoding after https://protobuf.dev/programming-guides/encoding (wire types 0, 1, 2 and 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MAX_FIELDS: Final = 2_000_000
"""Fields read of one file, all levels together."""


class Damaged(ValueError):
    """The bytes are no well-formed message; what stood before the damage was already given."""


class Reader:
    """Reads messages inside one buffer and counts their fields."""

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = memoryview(data)
        self.left = MAX_FIELDS
        self.position = 0
        """Where the field read last begins: the place of the damage, if there is any."""

    def fields(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
        """(field number, wire type, start, end) of each field; a varint's value stands in
        `start`, with its own offset in `end`. Raises `Damaged`."""
        position, stop = start, len(self.data) if end is None else end
        while position < stop:
            self.left -= 1
            if self.left < 0:
                raise Damaged
            at = self.position = position
            key, position = self._varint(position, stop)
            number, wire = key >> 3, key & 7
            if number == 0:
                raise Damaged
            if wire == 0:
                value, position = self._varint(position, stop)
                yield number, wire, value, at
            elif wire == 2:
                length, position = self._varint(position, stop)
                if length > stop - position:
                    raise Damaged
                yield number, wire, position, position + length
                position += length
            elif wire in (1, 5):
                width = 8 if wire == 1 else 4
                if width > stop - position:
                    raise Damaged
                yield number, wire, position, position + width
                position += width
            else:
                raise Damaged

    def _varint(self, position: int, stop: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, 70, 7):
            if position >= stop:
                raise Damaged
            byte = self.data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, position
        raise Damaged

    def text(self, start: int, end: int, limit: int = 4096) -> str:
        """A string field, at most `limit` bytes of it."""
        return bytes(self.data[start : min(end, start + limit)]).decode("utf-8", "replace")
