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

_AES = bytes.fromhex("06f10701")
_ENCODED_HEADER = 0x17
_METHODS = frozenset(
    bytes.fromhex(code)
    for code in (
        *("00", "21", "030101", "03", "040108", "040202", "04f71101"),  # copy, LZMA … Zstandard
        *("04", "03030103", "03030205", "03030401", "03030501", "03030701", "03030805"),  # BCJ
    )
)
# pyppmd crashed on altered input in our fuzzing (memory corruption), so PPMd is not run at all.
_DECLINED = {b"\x03\x04\x01": "PPMd", b"\x04\x01\x09": "Deflate64", b"\x04\xf7\x11\x02": "Brotli"}

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

    view = evidence.content.view()
    reader = _Reader(view)
    try:
        if (unfit := _unfit_directory(view)) is not None:
            yield Refusal(what=evidence.path, why=unfit)
            return
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


def _unfit_directory(view: memoryview) -> Message | None:
    """The same check for a compressed directory, which py7zr decodes as soon as it opens."""
    from py7zr.archiveinfo import HeaderStreamsInfo

    start = 32 + int.from_bytes(view[12:20], "little")
    length = int.from_bytes(view[20:28], "little")
    if start >= len(view) or length > len(view) or view[start] != _ENCODED_HEADER:
        return None
    streams = HeaderStreamsInfo.retrieve(io.BytesIO(bytes(view[start + 1 : start + length])))
    for folder in streams.unpackinfo.folders:
        if (unfit := _unfit(folder)) is not None:
            return unfit
    return None


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
        if (unfit := _unfit(folder)) is not None:
            for member in members:
                yield Refusal(what=str(member.filename), why=unfit)
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


def _unfit(folder: Any) -> Message | None:
    """Why none of this folder's coders may run on hostile bytes."""
    for coder in folder.coders:
        method = bytes(coder["method"])
        if method == _AES:
            return ENCRYPTED
        if method not in _METHODS:
            name = _DECLINED.get(method, method.hex())
            return Message(
                f"7z 压缩方法 {name} 没有可用于恶意输入的安全解码器，未解包。",
                f"There is no decoder for the 7z method {name} that is safe on hostile input; "
                "not unpacked.",
            )
    return _DICTIONARY if _dictionary(folder) > _LARGEST_DICTIONARY else None


def _dictionary(folder: Any) -> int:
    """The largest LZMA or LZMA2 dictionary that the folder's coders ask for, in bytes."""
    largest = 0
    for coder in folder.coders:
        method, properties = bytes(coder["method"]), bytes(coder.get("properties") or b"")
        if method == b"\x21" and properties:  # LZMA2
            bits = properties[0]
            largest = max(largest, (2 | bits & 1) << (bits // 2 + 11) if bits < 40 else 1 << 32)
        elif method == b"\x03\x01\x01" and len(properties) >= 5:
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
