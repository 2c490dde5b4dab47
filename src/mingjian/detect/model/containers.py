"""Find every pickle in a model file: in zips, compressed, in arrays, encoded, behind junk."""

from __future__ import annotations

import base64
import binascii
import bz2
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from mingjian.detect.model import npy_header
from mingjian.detect.model.pickle_record import could_be_pickle
from mingjian.detect.model.zip_walk import END_RECORD, Member, is_zip, members

MIB: Final = 1 << 20
MAX_DEPTH: Final = 6
MAX_EXPANDED: Final = 256 * MIB
"""Bytes unpacked from one item in all."""
MAX_RATIO: Final = 200
RATIO_FLOOR: Final = 16 * MIB
MAX_STREAM: Final = 768 * MIB
"""Longest stretch of bytes walked as one pickle."""
_SNIFF: Final = 64
_PROTOCOL = re.compile(rb"\x80[\x02-\x05](?:\x95.{7}\x00|[\x8cc(\]}X\x8a\x80)U])", re.DOTALL)
_OLD_CALL = re.compile(
    rb"c(?:os|posix|nt|sys|subprocess|commands|socket|builtins|__builtin__)\n\w+\n"
)
"""How a pickle of protocol 0 or 1 reaches for what it should not."""
MAX_HIDDEN: Final = 4_096
"""Places in one stretch of unread bytes that are tried as pickles."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/_=\s-]+")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}\s?)+")


@dataclass(slots=True)
class Stream:
    """Bytes that an unpickler may be given, and where they came from."""

    path: tuple[str, ...]
    """How they were reached: member names and unpacking steps, outermost first."""
    data: bytes
    start: int
    """Offset in `data` where the pickle begins."""
    outer: int | None
    """Offset in the evidence of ``data[0]``; None once bytes were unpacked or decoded."""
    hidden: bool = False
    """It lies in bytes that an ordinary load does not read as a pickle."""


@dataclass(slots=True)
class Search:
    """One search through one item; holds what is left of its budget and what it noted."""

    item_bytes: int
    limit: int = MAX_EXPANDED
    expanded: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(kind, where): encrypted, unsupported, too-large, damaged, name-differs, junk-before …"""

    def note(self, kind: str, path: tuple[str, ...]) -> None:
        if len(self.notes) < 64 and (kind, "/".join(path)) not in self.notes:
            self.notes.append((kind, "/".join(path)))

    def room(self) -> int:
        """Bytes that may still be unpacked."""
        by_ratio = max(RATIO_FLOOR, MAX_RATIO * max(self.item_bytes, 1))
        return max(0, min(self.limit, by_ratio) - self.expanded)

    # ---- dispatch on the first bytes ---------------------------------------------------

    def streams(
        self,
        view: bytes | memoryview,
        path: tuple[str, ...] = (),
        outer: int | None = 0,
        depth: int = 0,
        *,
        search_inside: bool = True,
    ) -> Iterator[Stream]:
        """Every pickle reachable from these bytes."""
        head = bytes(view[:_SNIFF])
        if depth > MAX_DEPTH:
            self.note("too-deep", path)
            return
        if head[:4] == b"PK\x03\x04":
            yield from self._zip(view, path, outer, depth)
            return
        packer = _packer(head) if head[:1] in _PACKER_STARTS else ""
        if packer:
            unpacked = self._unpack(view, packer, path)
            if unpacked is not None:
                yield from self.streams(unpacked, (*path, packer), None, depth + 1)
            return
        if len(view) > MAX_STREAM:
            self.note("too-large", path)
        data = bytes(view[:MAX_STREAM])
        if head[:6] == npy_header.MAGIC:
            yield from self._array(data, path, outer)
        elif could_be_pickle(data, 0):
            yield Stream(path, data, 0, outer)
            if path and depth < MAX_DEPTH and (decoded := _decoded(data)) is not None:
                yield from self.streams(decoded[1], (*path, decoded[0]), None, depth + 1)
        elif depth < MAX_DEPTH and (decoded := _decoded(data)) is not None:
            yield from self.streams(decoded[1], (*path, decoded[0]), None, depth + 1)
        elif search_inside:
            yield from self._behind_junk(data, path, outer)
        else:
            yield from self.hidden(data, 0, path, outer)
        if is_zip(view):
            yield from self._zip(view, path, outer, depth)

    def _array(self, data: bytes, path: tuple[str, ...], outer: int | None) -> Iterator[Stream]:
        try:
            start, objects = npy_header.data_start(data)
        except npy_header.BadHeader as bad:
            literal = not isinstance(bad, npy_header.NoLiteral)
            self.note("damaged" if literal else "code-header", path)
            start, objects = 10, True
        if objects:
            yield Stream((*path, "npy objects"), data, start, outer)
        else:
            yield from self.hidden(data, start, path, outer)

    def hidden(
        self, data: bytes, start: int, path: tuple[str, ...], outer: int | None
    ) -> Iterator[Stream]:
        """What may be pickles among bytes from `start` on that are not meant to be read as any.

        Chance makes some such places in every large array: only those that would do harm count.
        """
        inside = (*path, "unread bytes")
        for pattern in (_PROTOCOL, _OLD_CALL):
            for match in islice(pattern.finditer(data, start), MAX_HIDDEN):
                yield Stream(inside, data, match.start(), outer, hidden=True)

    def _behind_junk(
        self, data: bytes, path: tuple[str, ...], outer: int | None
    ) -> Iterator[Stream]:
        """Pickles of protocol 2 and later that begin somewhere after the first byte."""
        for found, match in enumerate(_PROTOCOL.finditer(data)):
            if found >= 64:
                self.note("too-many", path)
                return
            yield Stream((*path, "embedded"), data, match.start(), outer)
        for match in islice(_OLD_CALL.finditer(data), MAX_HIDDEN):
            yield Stream((*path, "embedded"), data, match.start(), outer, hidden=True)

    # ---- containers ----------------------------------------------------------------------

    def _zip(
        self, view: bytes | memoryview, path: tuple[str, ...], outer: int | None, depth: int
    ) -> Iterator[Stream]:
        for member in members(view):
            inner = (*path, member.name)
            for note in member.notes:
                if note != "encrypted-flag":
                    self.note(note, inner)
            packed = view[member.offset : member.offset + member.packed]
            plain = self._member(packed, member, inner)
            if plain is None:
                continue
            start = None
            if outer is not None and member.method == 0:
                start = outer + member.offset
            before = len(self.notes)
            found = False
            for stream in self.streams(plain, inner, start, depth + 1, search_inside=False):
                found = True
                yield stream
            if "encrypted-flag" in member.notes:
                kind = "password-bit-unneeded" if found else "encrypted"
                del self.notes[before:]
                self.note(kind, inner)

    def _member(
        self, packed: bytes | memoryview, member: Member, path: tuple[str, ...]
    ) -> bytes | memoryview | None:
        """The plain bytes of a member worth looking at, else None."""
        if member.method == 0:
            return packed
        if member.method == 8:
            peek = inflate(packed[:4096], -15, _SNIFF)
            if peek is None and "encrypted-flag" in member.notes:
                self.note("encrypted", path)
                return None
            if peek is not None and not _worth_opening(peek):
                return None
            return self._take(inflate(packed, -15, self.room()), path)
        if member.method == 12:
            return self._unpack(packed, "bzip2", path)
        if member.method == 14:
            return self._unpack(packed[4:], "lzma-raw", path)
        self.note("encrypted" if member.method == 99 else "unsupported", path)
        return None

    def _unpack(self, view: bytes | memoryview, packer: str, path: tuple[str, ...]) -> bytes | None:
        room = self.room()
        if packer in ("lz4", "zstd"):
            self.note(f"unsupported-{packer}", path)
            return None
        if packer == "gzip":
            return self._take(inflate(view, 31, room), path)
        if packer == "zlib":
            return self._take(inflate(view, 15, room), path)
        if packer == "joblib-zlib":
            return self._take(inflate(view[21:], 15, room), path)
        try:
            unpacker: _Unpacker
            if packer == "bzip2":
                unpacker = bz2.BZ2Decompressor()
            elif packer == "lzma-raw":
                dictionary = int.from_bytes(bytes(view[1:5]), "little")
                first = view[0] if len(view) > 5 else 0x5D
                filters = [
                    {
                        "id": lzma.FILTER_LZMA1,
                        "dict_size": max(4096, min(dictionary, 64 * MIB)),
                        "lc": first % 9,
                        "lp": first // 9 % 5,
                        "pb": min(first // 45, 4),
                    }
                ]
                unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
                view = view[5:]
            else:
                unpacker = lzma.LZMADecompressor(memlimit=256 * MIB)
            return self._take(unpacker.decompress(view, room), path)
        except (OSError, EOFError, ValueError, lzma.LZMAError):
            self.note("damaged", path)
            return None

    def _take(self, unpacked: bytes | None, path: tuple[str, ...]) -> bytes | None:
        """Account for unpacked bytes; what lies past the budget is said to be unread."""
        if unpacked is None:
            self.note("damaged", path)
            return None
        full = len(unpacked) >= self.room()
        self.expanded += len(unpacked)
        if full:
            self.note("too-large", path)
        return unpacked


class _Unpacker(Protocol):
    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes: ...


def inflate(packed: bytes | memoryview, window: int, room: int) -> bytes | None:
    """At most `room` bytes of a deflate stream; what came out before damage counts."""
    inflater = zlib.decompressobj(window)
    out = bytearray()
    for start in range(0, len(packed), MIB):
        try:
            out += inflater.decompress(packed[start : start + MIB], max(1, room - len(out)))
        except zlib.error:
            break
        if inflater.eof or len(out) >= room:
            break
    return bytes(out) if out or not packed else None


PACKERS: Final = frozenset(
    {"gzip", "bzip2", "xz", "lzma", "lz4", "zstd", "joblib-zlib", "zlib", "base64", "hex"}
)
"""Steps of a path that change how bytes are written, not which bytes are meant."""


_PACKER_STARTS: Final = frozenset({b"\x1f", b"B", b"\xfd", b"]", b"\x04", b"(", b"Z", b"x"})


def _packer(head: bytes) -> str:
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:3] == b"BZh":
        return "bzip2"
    if head[:6] == b"\xfd7zXZ\x00":
        return "xz"
    if head[:3] == b"\x5d\x00\x00" and len(head) > 13:
        return "lzma"
    if head[:4] == b"\x04\x22\x4d\x18":
        return "lz4"
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if head[:4] == b"ZF0x":
        return "joblib-zlib"
    if len(head) > 6 and head[0] == 0x78 and int.from_bytes(head[:2], "big") % 31 == 0:
        return "zlib"
    return ""


def _worth_opening(head: bytes) -> bool:
    return (
        could_be_pickle(head, 0) or bool(_packer(head)) or head[:4] in (b"PK\x03\x04", b"\x93NUM")
    )


def _decoded(data: bytes) -> tuple[str, bytes] | None:
    """Base64 or hex text all through, if what it says begins like a pickle or a container."""
    head = data[:_SNIFF].strip()
    if len(head) < 16 or len(data) > 64 * MIB:
        return None
    for name, pattern in (("hex", _HEX), ("base64", _BASE64)):
        if not pattern.fullmatch(head):
            continue
        try:
            plain = _decode(name, head)
            if plain[:1] and _worth_opening(plain) and pattern.fullmatch(data.strip()):
                return name, _decode(name, data)
        except (binascii.Error, ValueError):
            continue
    return None


def _decode(name: str, text: bytes) -> bytes:
    bare = b"".join(text.split())
    if name == "hex":
        return binascii.unhexlify(bare[: len(bare) // 2 * 2])
    bare = bare.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    bare = bare[: len(bare) // 4 * 4 + (0 if len(bare) % 4 == 1 else len(bare) % 4)]
    return base64.b64decode(bare + b"=" * (-len(bare) % 4))


def constant_streams(constant: bytes, search: Search) -> Iterable[Stream]:
    """Pickles inside one constant of a pickle: as they are, packed, or as base64 or hex."""
    if _only_numbers(constant):
        return ()
    inner = Search(item_bytes=len(constant), limit=search.room())
    return inner.streams(constant, ("constant",), None, MAX_DEPTH - 3, search_inside=False)


_TEXT_STARTS: Final = frozenset(b"\t\n\x0b\x0c\r +-/0123456789=_") | frozenset(
    range(ord("A"), ord("z") + 1)
)
"""First bytes of what may be base64 or hex, and of every zip."""


def _only_numbers(constant: bytes) -> bool:
    """Does it begin like nothing that is looked into, and hold none further in?

    True of nearly every array, which a search through all forms would take far longer to say.
    """
    return (
        bool(constant)
        and constant[0] not in _TEXT_STARTS
        and constant[:1] not in _PACKER_STARTS
        and constant[:1] != npy_header.MAGIC[:1]
        and not could_be_pickle(constant, 0)
        and END_RECORD not in constant
        and _PROTOCOL.search(constant) is None
        and _OLD_CALL.search(constant) is None
    )
