"""gzip, bzip2, xz, lzma, zlib and Zstandard: streamed in bounded steps, several streams in a row.

RFC 1952, RFC 1950, RFC 8878 and the .xz file format 1.2.1; the decoders are the libraries'.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.contract import RawPart

_IN, _OUT = 256 * 1024, MIB
_LZMA_MEMORY = 512 * MIB
_SMALLEST_TRAILER = 16


class Decompressor(Protocol):
    """One stream, as `bz2.BZ2Decompressor` and its like read it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflater:
    """`zlib` with the interface of the others; `wbits` chooses zlib, gzip or raw deflate."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def zstd() -> Decompressor:
    """A Zstandard decoder whose window is bounded to 128 MiB."""
    from backports.zstd import DecompressionParameter, ZstdDecompressor

    decoder: Decompressor = ZstdDecompressor(options={DecompressionParameter.window_log_max: 27})
    return decoder


def xz(form: int = lzma.FORMAT_AUTO) -> Decompressor:
    """An xz or lzma decoder whose memory is bounded."""
    return lzma.LZMADecompressor(form, memlimit=_LZMA_MEMORY)


TRUNCATED = Message(
    "压缩数据不完整，只检验了能解出的部分。",
    "The compressed data is cut off; only what could be decompressed was examined.",
)


def _damaged(error: Exception) -> Refused:
    kind = type(error).__name__
    return Refused(
        Message(
            f"压缩数据已损坏（{kind}），只检验了损坏处之前的内容。",
            f"The compressed data is damaged ({kind}); only what came before was examined.",
        )
    )


class Streams:
    """The output of the streams that follow one another from the beginning of `view`.

    Iterating yields chunks of at most 1 MiB and raises `Refused` where the data is damaged or
    cut off. `end` is then where the last complete stream ended.
    """

    def __init__(
        self, view: memoryview, new: Callable[[], Decompressor], again: bytes | None
    ) -> None:
        self._view = view
        self._new = new
        self._again = again
        self.end = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                yield from self._one(self._new())
            except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
                raise _damaged(error) from error
            except Refused:
                raise
            except Exception as error:
                if type(error).__name__ != "ZstdError":
                    raise
                raise _damaged(error) from error
            if self._again is None:
                return
            while self.end < len(self._view) and self._view[self.end] == 0:
                self.end += 1  # padding between and behind streams
            if bytes(self._view[self.end : self.end + len(self._again)]) != self._again:
                return
            if self.end >= len(self._view):
                return

    def _one(self, decoder: Decompressor) -> Iterator[bytes]:
        position, size = self.end, len(self._view)
        while not decoder.eof:
            piece = b""
            if decoder.needs_input:
                piece = bytes(self._view[position : position + _IN])
                position += len(piece)
            chunk = decoder.decompress(piece, _OUT)
            if chunk:
                yield chunk
            elif not piece and position >= size and not decoder.eof:
                raise Refused(TRUNCATED)
        self.end = position - len(decoder.unused_data)


_FORMATS: dict[str, tuple[Callable[[], Decompressor], bytes | None]] = {
    "gzip": (lambda: Inflater(31), b"\x1f\x8b"),
    "zlib": (lambda: Inflater(15), None),
    "bzip2": (bz2.BZ2Decompressor, b"BZh"),
    "xz": (xz, b"\xfd7zXZ\0"),
    "lzma": (lambda: xz(lzma.FORMAT_ALONE), None),
    "zstd": (zstd, b"\x28\xb5\x2f\xfd"),
}
_SHORTENED = {"tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar", "tzst": ".tar"}
_EXTENSIONS = frozenset(["gz", "bz2", "xz", "lzma", "zst", "zlib", "z"])


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The decompressed content, and what stands behind the last stream."""
    view = evidence.content.view()
    new, again = _FORMATS[evidence.format]
    streams = Streams(view, new, again)
    budget.member()
    yield RawPart(
        content=iter(streams),
        name=_name(evidence, view),
        derivation=Derivation(step="decompressed", detail=evidence.format),
    )
    trailer = view[streams.end :]
    if streams.end and len(trailer) >= _SMALLEST_TRAILER and any(bytes(trailer[:4096])):
        budget.member()
        yield RawPart(
            content=_slices(trailer),
            name="behind the end",
            derivation=Derivation(step="embedded-file", detail=f"@{streams.end}"),
        )


def _slices(view: memoryview) -> Iterator[bytes]:
    for start in range(0, len(view), _OUT):
        yield bytes(view[start : start + _OUT])


def _name(evidence: Evidence, view: memoryview) -> str:
    """The name in a gzip header (RFC 1952, FNAME), or the file's name without its ending."""
    if evidence.format == "gzip" and len(view) > 10 and view[3] & 0x0C == 0x08:
        name = bytes(view[10:266]).partition(b"\0")[0]
        if name:
            return name.decode("utf-8", "replace")
    last = evidence.path.rpartition("/")[2]
    stem, dot, suffix = last.rpartition(".")
    if dot and stem and suffix.lower() in _SHORTENED:
        return stem + _SHORTENED[suffix.lower()]
    return stem if dot and stem and suffix.lower() in _EXTENSIONS else f"{last}.out"
