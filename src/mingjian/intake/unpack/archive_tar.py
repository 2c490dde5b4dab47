"""tar: ustar, pax and GNU, read header by header without trusting one of them.

POSIX.1-2024 `pax`, "ustar Interchange Format" and "pax Extended Header"; GNU long names
and base-256 numbers after the GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.unpack.compressed import TRUNCATED
from mingjian.intake.unpack.contract import (
    DEVICE,
    LINK,
    SECOND_OF_NAME,
    RawPart,
    check_fits,
    misleading_name,
    rest,
)

_BLOCK = 512
_CHUNK = 1 << 20
_LONGEST_EXTENSION = 1 << 20
_MOST_HEADERS = 200_000
_MARK = re.compile(rb"ustar[\x00 ]")
_NOT_ZERO = re.compile(rb"[^\x00]")
_REGULAR = frozenset(b"\x007S")
_LINKS = frozenset(b"12")
_DIRECTORY = ord("5")

_DAMAGED = Message(
    "此处的头记录已损坏，跳到下一个完好的头记录。",
    "The header here is damaged; reading went on at the next sound one.",
)
_TOO_MANY = Message(
    f"头记录超过 {_MOST_HEADERS} 个，其余未读。",
    f"More than {_MOST_HEADERS} headers; the rest was not read.",
)
_SPARSE = Message(
    "稀疏文件，按归档中存放的数据检验，空洞未展开。",
    "A sparse file, examined as it is stored; its holes were not filled.",
)


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    type: int
    start: int
    size: int


def _number(field: bytes) -> int:
    """Octal, or GNU base-256 where the first bit is set."""
    if field[0] & 0x80:
        return int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
    digits = field.strip(b" \0").partition(b"\0")[0]
    return int(digits, 8) if digits else 0


def _text(field: bytes) -> str:
    raw = field.partition(b"\0")[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _sound(block: bytes) -> bool:
    try:
        claimed = _number(block[148:156])
    except ValueError:
        return False
    return claimed == sum(block[:148]) + 8 * 0x20 + sum(block[156:])


def _pax(records: bytes) -> dict[str, str]:
    """`length keyword=value\\n` records; reading stops at the first that does not fit."""
    found: dict[str, str] = {}
    position = 0
    while position < len(records):
        space = records.find(b" ", position, position + 20)
        digits = records[position:space] if space > 0 else b""
        if not digits.isdigit() or int(digits) < space - position + 2:
            break
        end = position + int(digits)
        keyword, _, value = records[space + 1 : end - 1].partition(b"=")
        found[keyword.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        position = end
    return found


def _headers(view: memoryview) -> Iterator[_Header | Refusal]:
    """Members in order, with the extensions before them applied."""
    size = len(view)
    position = 0
    extended: dict[str, str] = {}
    for _ in range(_MOST_HEADERS):
        if position + _BLOCK > size:
            if position < size and any(bytes(view[position:])):
                yield Refusal(what=f"@{position}", why=TRUNCATED)
            return
        block = bytes(view[position : position + _BLOCK])
        if not any(block):
            # Zero blocks end a tar, but another may be glued on behind them.
            more = _NOT_ZERO.search(view, position)
            if more is None:
                return
            position = more.start() // _BLOCK * _BLOCK
            continue
        if not _sound(block):
            yield Refusal(what=f"@{position}", why=_DAMAGED)
            position = _next_header(view, position)
            if position < 0:
                return
            continue
        kind, start = block[156], position + _BLOCK
        try:
            length = _number(block[124:136])
        except ValueError:
            length = 0
        prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
        name = _text(block[:100])
        name = f"{prefix}/{name}" if prefix else name
        if kind in b"xgLK":
            data = bytes(view[start : start + min(length, _LONGEST_EXTENSION)])
            if kind == ord("x"):
                extended.update(_pax(data))
            elif kind == ord("L"):
                extended["path"] = _text(data)
        else:
            if extended.get("size", "").isdigit() and len(extended["size"]) < 20:
                length = int(extended["size"])
            name = extended.get("path", name)
            stored = kind in _REGULAR or kind == ord("0") or kind not in b"123456"
            yield _Header(name, kind, start, length if stored else 0)
            if not stored:
                length = 0
            extended = {}
        position = start + (length + _BLOCK - 1) // _BLOCK * _BLOCK
    yield Refusal(what=f"@{position}", why=_TOO_MANY)


def _next_header(view: memoryview, position: int) -> int:
    """The next block at a multiple of 512 from here whose header is sound; -1 for none."""
    search = position + _BLOCK
    while True:
        mark = _MARK.search(view, search + 257) if search + 257 < len(view) else None
        if mark is None:
            return -1
        begin = mark.start() - 257
        if begin + _BLOCK <= len(view) and _sound(bytes(view[begin : begin + _BLOCK])):
            return begin
        search = begin + 1


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Every regular file; links, devices and damaged headers are refusals."""
    view = evidence.content.view()
    seen: set[str] = set()
    members = _headers(view)
    for member in members:
        if isinstance(member, Refusal):
            yield member
            continue
        if member.type == _DIRECTORY or (member.name.endswith("/") and not member.size):
            continue
        if member.type in _LINKS:
            yield Refusal(what=member.name, why=LINK)
            continue
        if member.type in b"346":
            yield Refusal(what=member.name, why=DEVICE)
            continue
        try:
            check_fits(budget, min(member.size, len(view) - member.start))
        except Refused as refused:
            yield Refusal(what=member.name, why=refused.why)
            continue
        try:
            budget.member()
        except Refused as refused:
            yield rest(1 + sum(isinstance(later, _Header) for later in members), refused)
            return
        notes = misleading_name(member.name)
        if member.name in seen:
            notes += (SECOND_OF_NAME,)
        if member.type == ord("S"):
            notes += (_SPARSE,)
        seen.add(member.name)
        yield RawPart(
            content=_chunks(view, member),
            name=member.name,
            derivation=Derivation(step="member", detail=member.name),
            notes=notes,
        )


def _chunks(view: memoryview, member: _Header) -> Iterator[bytes]:
    end = member.start + member.size
    for start in range(member.start, min(end, len(view)), _CHUNK):
        yield bytes(view[start : min(start + _CHUNK, end)])
    if end > len(view):
        raise Refused(TRUNCATED)
