"""7z through py7zr's decoders, driven member by member so that every byte is counted.

Names are never used as paths, nothing is written, and the listed sizes are checked first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any, cast

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.contract import (
    DEVICE,
    ENCRYPTED,
    LINK,
    SECOND_OF_NAME,
    RawPart,
    check_fits,
    misleading_name,
    rest,
)

_LARGEST = 256 * MIB
"""A member is held in memory while it is decoded."""
_LARGEST_DICTIONARY = 512 * MIB

_TOO_LARGE = Message(
    f"该成员超过 {_LARGEST // MIB} MiB，未从 7z 中解出。",
    f"The member is larger than {_LARGEST // MIB} MiB and was not taken out of the 7z archive.",
)
_DICTIONARY = Message(
    "解压需要的内存超过上限，未解包。",
    "Decompressing would need more memory than allowed; not unpacked.",
)


class _Reader(io.RawIOBase):
    """The evidence as a file; a view has no position of its own."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        end = len(self._view) if size is None or size < 0 else self._position + size
        data = bytes(self._view[self._position : end])
        self._position += len(data)
        return data


class _Sink:
    """Takes what is decoded and counts it before holding it; `skip` only counts."""

    def __init__(self, budget: Budget, skip: bool) -> None:
        self._budget = budget
        self._skip = skip
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._budget.expand(len(data))
        if not self._skip:
            self.pieces.append(bytes(data))
        return len(data)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Every regular member, in the order of the archive."""
    import py7zr
    from py7zr.exceptions import PasswordRequired

    reader = _Reader(evidence.content.view())
    try:
        archive = py7zr.SevenZipFile(cast(IO[bytes], reader))
        if archive.needs_password():
            yield Refusal(what=evidence.path, why=ENCRYPTED)
            return
    except PasswordRequired:
        yield Refusal(what=evidence.path, why=ENCRYPTED)
        return
    except Exception as error:
        kind = type(error).__name__
        why = Message(
            f"7z 的目录无法读取（{kind}），未解包。",
            f"The directory of the 7z archive cannot be read ({kind}); not unpacked.",
        )
        yield Refusal(what=evidence.path, why=why)
        return
    yield from _members(archive, reader, budget)


def _members(archive: Any, reader: _Reader, budget: Budget) -> Iterator[RawPart | Refusal]:
    files = list(getattr(archive, "files", ()))
    header = getattr(archive, "header", None)
    streams = getattr(header, "main_streams", None)
    done = 0
    seen: set[str] = set()
    for member in files:
        if member.emptystream and not member.is_directory:
            yield _part(member, b"", seen, budget)
            done += 1
    if streams is None:
        return
    positions = streams.packinfo.packpositions
    packed = 0
    for folder in streams.unpackinfo.folders:
        members = list(folder.files or ())
        start = archive.afterheader + positions[packed]
        packed += sum(coder.get("numinstreams", 1) for coder in folder.coders) - len(
            folder.bindpairs
        )
        end = archive.afterheader + positions[min(packed, len(positions) - 1)]
        if _dictionary(folder) > _LARGEST_DICTIONARY:
            yield Refusal(what=str(members[0].filename) if members else "7z", why=_DICTIONARY)
            continue
        reader.seek(start)
        for index, member in enumerate(members):
            name = str(member.filename)
            skip = _why_not(member, budget)
            sink = _Sink(budget, skip is not None)
            if skip is not None:
                yield Refusal(what=name, why=skip)
                if skip not in (LINK, DEVICE):
                    # What follows in the same solid block lies behind it, so it is left too.
                    left = len(members) - index - 1
                    if left:
                        yield rest(left, Refused(skip))
                    break
            try:
                checksum = archive.worker.decompress(
                    reader, member.folder, sink, member.uncompressed, member.compressed, end
                )
            except Refused:
                raise
            except Exception as error:
                kind = type(error).__name__
                why = Message(
                    f"7z 数据无法解出（{kind}），该块其余成员未检验。",
                    f"The 7z data cannot be decoded ({kind}); the rest of its block was not "
                    "examined.",
                )
                yield Refusal(what=name, why=why)
                break
            if skip is not None:
                continue
            if member.crc32 is not None and checksum != member.crc32:
                why = Message(
                    "校验和不符；内容已按解出的样子检验。",
                    "The checksum does not fit; the content was examined as it came out.",
                )
                yield Refusal(what=name, why=why)
            try:
                yield _part(member, b"".join(sink.pieces), seen, budget)
            except Refused as refused:
                yield rest(len(files) - done, refused)
                return
            done += 1


def _why_not(member: Any, budget: Budget) -> Message | None:
    if member.is_symlink or member.is_junction:
        return LINK
    if member.is_socket:
        return DEVICE
    if member.uncompressed > _LARGEST:
        return _TOO_LARGE
    try:
        check_fits(budget, member.uncompressed)
    except Refused as refused:
        return refused.why
    return None


def _dictionary(folder: Any) -> int:
    """The largest LZMA, LZMA2 or PPMd memory that the folder's coders ask for, in bytes."""
    largest = 0
    for coder in folder.coders:
        method, properties = bytes(coder["method"]), bytes(coder.get("properties") or b"")
        if method == b"\x21" and properties:  # LZMA2
            bits = properties[0]
            largest = max(largest, (2 | bits & 1) << (bits // 2 + 11) if bits < 40 else 1 << 32)
        elif method in (b"\x03\x01\x01", b"\x03\x04\x01") and len(properties) >= 5:
            largest = max(largest, int.from_bytes(properties[1:5], "little"))
    return largest


def _part(member: Any, data: bytes, seen: set[str], budget: Budget) -> RawPart:
    name = str(member.filename)
    budget.member()
    notes = misleading_name(name)
    if name in seen:
        notes += (SECOND_OF_NAME,)
    seen.add(name)
    return RawPart(
        content=BytesContent(data),
        name=name,
        derivation=Derivation(step="member", detail=name),
        notes=notes,
    )
