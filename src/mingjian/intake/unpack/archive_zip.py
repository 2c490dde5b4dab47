"""Zip files, and model files that are zips: every member that some program would see.

Members come from the central directory and, where it is damaged or silent, from the local
headers. Entries whose bytes overlap are refused (David Fifield, "A better zip bomb", 2019).
"""

from __future__ import annotations

import bisect
import bz2
import lzma
import re
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.pickle_shape import pickle_format
from mingjian.intake.signatures import by_magic
from mingjian.intake.unpack.compressed import Decompressor, Inflater, Streams, xz, zstd
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
from mingjian.intake.zip_listing import MOST_ENTRIES, Entry, listing

_STORED = 0
_CHUNK = 1 << 20
_ENCRYPTED_FLAG = 0x1
_TENSOR = re.compile(r"(?:.*/)?data/\d+\Z")
_UNSIZED = 8  # the flag that sizes follow the data

_OVERLAP = Message(
    "与另一成员共用同一段字节（重叠条目，压缩炸弹的常见手法）；这段字节只检验一次。",
    "It shares its bytes with another member (overlapping entries, as in zip bombs); "
    "those bytes were examined once.",
)
_TOO_MANY = Message(
    f"目录条目超过 {MOST_ENTRIES} 个，其后的未读。",
    f"The directory has more than {MOST_ENTRIES} entries; those beyond were not read.",
)
_NO_DATA = Message(
    "目录所指的位置没有该成员的数据。",
    "There is no member data where the directory points.",
)
_WRONG_CHECKSUM = Message(
    "校验和不符；内容已按解出的样子检验。",
    "The checksum does not fit; the content was examined as it came out.",
)
_LARGER = Message(
    "实际内容超出声明的大小；只检验了声明大小之内的部分。",
    "It holds more than it declares; only the declared part was examined.",
)
_FALSE_FLAG = Message(
    "标志位称该成员已加密，实际并未加密；部分扫描工具会因此跳过它。",
    "Its flags say that it is encrypted, and it is not; some scanners skip it for that.",
)
_UNLISTED = Message(
    "中央目录里没有列出该成员，按本地文件头读出。",
    "The central directory does not list this member; it was read by its local header.",
)
_OTHER_NAME = Message(
    "中央目录与本地文件头给出的名称不同；不同程序会看到不同的名称。",
    "The central directory and the local header name it differently; programs differ in "
    "which name they see.",
)


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Every member once.

    The tensor storages of a PyTorch zip are raw numbers and may be thousands: a note on the
    pickle beside them counts them, unless one begins like a pickle or another known format.
    """
    view = evidence.content.view()
    found = listing(view)
    if not found.directory:
        yield Refusal(
            what=evidence.path,
            why=Message(
                "中央目录缺失或损坏；成员按本地文件头逐个找回，可能不全。",
                "The central directory is missing or damaged; members were recovered by their "
                "local headers, perhaps not all.",
            ),
        )
    if len(found.entries) >= MOST_ENTRIES:
        yield Refusal(what=evidence.path, why=_TOO_MANY)
    ranges: list[tuple[int, int]] = []
    seen: set[str] = set()
    tensors = _tensors(found.entries, view) if evidence.format == "pytorch-zip" else frozenset()
    for index, entry in enumerate(found.entries):
        name = entry.text_name
        if name.endswith("/") and entry.size == 0:
            continue
        if (why := _unfit(entry, view, ranges)) is not None:
            yield Refusal(what=name, why=why)
            continue
        if index in tensors:
            continue
        try:
            check_fits(budget, entry.size)
        except Refused as refused:
            yield Refusal(what=name, why=refused.why)
            continue
        try:
            budget.member()
        except Refused as refused:
            yield rest(len(found.entries) - index, refused)
            return
        notes = misleading_name(name) + _notes(entry)
        if name in seen:
            notes += (SECOND_OF_NAME,)
        if tensors and name.endswith("data.pkl"):
            notes += (_tensor_note(len(tensors)),)
        seen.add(name)
        yield RawPart(
            content=chunks(view, entry),
            name=name,
            derivation=Derivation(step="member", detail=name),
            notes=notes,
        )


def _unfit(entry: Entry, view: memoryview, ranges: list[tuple[int, int]]) -> Message | None:
    """Why this entry is not read; if it is, its bytes are added to the taken `ranges`."""
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return DEVICE
    if entry.data < 0:
        return _NO_DATA
    taken = entry.header, max(entry.data + entry.packed, entry.data)
    place = bisect.bisect_left(ranges, taken)
    before = place > 0 and ranges[place - 1][1] > taken[0]
    after = place < len(ranges) and ranges[place][0] < taken[1]
    if before or after:
        return _OVERLAP
    if entry.method not in _METHODS or (entry.flags & _ENCRYPTED_FLAG and _encrypted(entry, view)):
        known = entry.method in _METHODS or entry.method == 99  # 99 is WinZip's AES
        return ENCRYPTED if known else _unknown_method(entry.method)
    ranges.insert(place, taken)
    return None


def _unknown_method(method: int) -> Message:
    return Message(
        f"压缩方法 {method} 不受支持，未解包。",
        f"Compression method {method} is not supported; not unpacked.",
    )


def _encrypted(entry: Entry, view: memoryview) -> bool:
    """Whether a member flagged as encrypted is; ZipCrypto puts 12 bytes before the data."""
    if entry.method == _STORED:
        return entry.packed != entry.size
    length = 0
    try:
        for chunk in _decompressed(view, entry):
            length += len(chunk)
            if length >= _CHUNK:
                return False  # so much cipher text never decompresses without an error
    except Refused:
        return True
    return length != entry.size


def _notes(entry: Entry) -> tuple[Message, ...]:
    notes: tuple[Message, ...] = ()
    if entry.flags & _ENCRYPTED_FLAG:
        notes += (_FALSE_FLAG,)
    if not entry.listed:
        notes += (_UNLISTED,)
    if entry.local_name is not None:
        notes += (_OTHER_NAME,)
    return notes


def _tensors(entries: Sequence[Entry], view: memoryview) -> frozenset[int]:
    """Which entries are tensor storages and look like nothing else."""
    found = set()
    for index, entry in enumerate(entries):
        if entry.method == _STORED and entry.data >= 0 and _TENSOR.match(entry.text_name):
            head = view[entry.data : entry.data + min(entry.packed, 4096)]
            if by_magic(head) is None and pickle_format(head, expected=False) is None:
                found.add(index)
    return frozenset(found)


def _tensor_note(count: int) -> Message:
    return Message(
        f"旁边有 {count} 个张量数据块，只含原始数值，未逐一取出。",
        f"Beside it stand {count} tensor storages; they hold raw numbers only and were not "
        "taken out one by one.",
    )


# ---- bytes of one member -------------------------------------------------------------------


def _raw_lzma(view: memoryview, entry: Entry) -> tuple[int, Callable[[], Decompressor]]:
    """Method 14: a version, the length of the properties, the properties (APPNOTE 5.8.8)."""
    length = int.from_bytes(view[entry.data + 2 : entry.data + 4], "little")
    properties = bytes(view[entry.data + 4 : entry.data + 4 + length])
    size = b"\xff" * 8  # the old .lzma header's way to say that an end mark follows
    if not entry.flags & 2:
        size = entry.size.to_bytes(8, "little")
    header = properties[:5] + size

    def new() -> Decompressor:
        decoder = xz(lzma.FORMAT_ALONE)
        decoder.decompress(header, 0)
        return decoder

    return entry.data + 4 + length, new


_METHODS: dict[int, Callable[[], Decompressor] | None] = {
    _STORED: None,
    8: lambda: Inflater(-zlib.MAX_WBITS),
    12: bz2.BZ2Decompressor,
    14: None,
    93: zstd,
    95: xz,
}


def _decompressed(view: memoryview, entry: Entry) -> Iterator[bytes]:
    end = min(entry.data + entry.packed, len(view))
    if entry.method == _STORED:
        for start in range(entry.data, end, _CHUNK):
            yield bytes(view[start : min(start + _CHUNK, end)])
        return
    start, new = entry.data, _METHODS[entry.method]
    if new is None:
        start, new = _raw_lzma(view, entry)
    yield from Streams(view[start:end], new, None)


def chunks(view: memoryview, entry: Entry) -> Iterator[bytes]:
    """The member's bytes, decompressed; raises `Refused` where they are not as declared."""
    sized = entry.listed or not entry.flags & _UNSIZED
    left, checksum = entry.size, 0
    for chunk in _decompressed(view, entry):
        if sized and len(chunk) > left:
            yield chunk[:left]
            raise Refused(_LARGER)
        left -= len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if sized and checksum != entry.crc:
        raise Refused(_WRONG_CHECKSUM)
