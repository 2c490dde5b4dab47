"""A piece of metadata and the bounded reader that every walker uses."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

MALFORMED = "malformed"
"""Carrier of a marker: the walker stopped or skipped at byte `start` because of `key`."""
TRAILER = "trailer"
"""Carrier of bytes after the end of the image, sound or document proper."""

MAX_VALUE = 16 << 20
"""Longest value taken as one item, in bytes."""
MAX_READS = 2_000_000
"""Reads one file may cost; more means a structure made to waste time."""
MAX_INFLATED = 64 << 20
"""Bytes that may be inflated from one file, those thrown away included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataItem:
    """One value a file carries beside its content.

    `value` is what a reader of the format would be given: inflated where it was compressed,
    and UTF-8 where the format declares another encoding; otherwise the bytes as they stand.
    """

    carrier: str
    """Format and place: ``PNG tEXt``, ``EXIF``, ``XMP (JPEG APP1)``, ``malformed``, ``trailer``."""
    key: str
    """Keyword, tag or field name; for a malformed marker, what is wrong."""
    value: bytes
    start: int
    """First byte of the stored value in the file."""
    end: int
    """One past the last byte of the stored value in the file."""

    @property
    def is_xmp(self) -> bool:
        """Whether the value is an XMP packet."""
        return self.carrier.startswith("XMP")

    @property
    def text(self) -> str:
        """The value as text: UTF-8, else Latin-1; a trailing NUL padding is dropped."""
        raw = self.value.rstrip(b"\0")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


class Malformed(Exception):
    """The bytes at `offset` do not follow the format; what was read before still stands."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"{what} at byte {offset}")
        self.offset = offset
        self.what = what

    def marker(self) -> MetadataItem:
        """The marker item that takes the exception's place in the list."""
        return MetadataItem(
            carrier=MALFORMED, key=self.what, value=b"", start=self.offset, end=self.offset
        )


class Reader:
    """A window of the file, read by absolute offset; a read outside it raises `Malformed`."""

    __slots__ = ("_account", "end", "start", "view")

    def __init__(
        self,
        view: memoryview,
        start: int = 0,
        end: int | None = None,
        account: list[int] | None = None,
    ) -> None:
        self.view = view
        self.start = start
        self.end = len(view) if end is None else end
        self._account = account if account is not None else [0, 0]  # reads, bytes inflated

    def _check(self, at: int, count: int) -> None:
        self._account[0] += 1
        if self._account[0] > MAX_READS:
            raise Malformed(at, "too many structures")
        if at < self.start or count < 0 or at + count > self.end:
            raise Malformed(min(max(at, 0), len(self.view)), "runs past the end")

    def take(self, at: int, count: int) -> bytes:
        """Copy `count` bytes from `at`."""
        self._check(at, count)
        if count > MAX_VALUE:
            raise Malformed(at, "value too long")
        return bytes(self.view[at : at + count])

    def upto(self, at: int, count: int) -> bytes:
        """At most `count` bytes from `at`, fewer where the window ends."""
        return self.take(at, max(0, min(count, self.end - at)))

    def number(self, at: int, size: int, order: Literal["big", "little"] = "big") -> int:
        """An unsigned integer of `size` bytes at `at`."""
        return int.from_bytes(self.take(at, size), order)

    def window(self, at: int, count: int) -> Reader:
        """The `count` bytes from `at` as a reader of their own, sharing the read account."""
        self._check(at, count)
        return Reader(self.view, at, at + count, self._account)

    def inflate(self, data: bytes, at: int, *, raw: bool = False) -> bytes:
        """Decompress at most `MAX_VALUE` bytes; `Malformed` when damaged, larger, or too much."""
        limit = min(MAX_VALUE, MAX_INFLATED - self._account[1])
        if limit <= 0:
            raise Malformed(at, "too much compressed data")
        worker = zlib.decompressobj(-15 if raw else 15)
        try:
            out = worker.decompress(data, limit)
        except zlib.error as error:
            self._account[1] += 1 << 16
            raise Malformed(at, "damaged compressed data") from error
        self._account[1] += len(out)
        if worker.unconsumed_tail:
            raise Malformed(at, "compressed value too long")
        if not worker.eof:
            raise Malformed(at, "truncated compressed data")
        return out

    def find(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Offset of the next match from `at`, or the end of the window."""
        self._check(at, 0)
        # `re` searches a memoryview in place, so a mapped file is not copied.
        match = pattern.search(self.view, at, self.end)
        return match.start() if match else self.end


def item(carrier: str, key: str, value: bytes, start: int, end: int | None = None) -> MetadataItem:
    """A `MetadataItem`; without `end` the value is stored as it is."""
    stop = start + len(value) if end is None else end
    return MetadataItem(carrier=carrier, key=key, value=value, start=start, end=stop)


def trailer(source: Reader, at: int) -> Iterator[MetadataItem]:
    """What follows the end of the format proper: the range, and at most 1 MiB as the value."""
    if at < source.end:
        yield item(TRAILER, "", source.upto(at, 1 << 20), at, source.end)


def contained(
    walk: Callable[..., Iterator[MetadataItem]], *arguments: object
) -> Iterator[MetadataItem]:
    """Walk a structure inside another; its damage is marked and does not end the outer walk."""
    try:
        yield from walk(*arguments)
    except Malformed as problem:
        yield problem.marker()
