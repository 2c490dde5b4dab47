"""Files that others append records to: read from where the last look ended, whole records only.

A file is told by its inode and its first bytes, so that one that was renamed goes on where it
was, and one that was replaced or emptied begins anew. The torn last line of a file waits until
its end is written.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mingjian.app.watch_config import DropSource
from mingjian.app.watch_sources import (
    Json,
    Listing,
    Loaded,
    Source,
    Unobtainable,
    Unreachable,
    event_time,
    region_code,
    tag,
)
from mingjian.domain.message import Message
from mingjian.intake.records import LONGEST_RECORD, column_names, delimiter_of, table_encoding
from mingjian.store.watch import Listed, Watched

HEAD = 1024
"""First bytes by which a file is known again."""
WINDOW = 1 << 20
_REFUSED = "refused"


@dataclass(slots=True, kw_only=True)
class _File:
    """How far one file was read. Kept as JSON in the source's position."""

    name: str
    inode: int
    generation: int
    """Numbers the files of a source; part of each record's key."""
    offset: int = 0
    head: str = ""
    head_bytes: int = 0
    encoding: str = ""
    names: list[str] | None = None
    """Columns of a CSV file; None for JSON Lines."""
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class _New:
    item: Listed | None
    end: int


class Drop(Source):
    """JSON Lines or CSV files that grow."""

    def __init__(self, settings: DropSource) -> None:
        self.settings = settings
        self.root = settings.path
        self.reached: dict[str, int] = {}
        """Up to where each file was read at the last look."""
        self._open: BinaryIO | None = None

    # ---- looking --------------------------------------------------------------------------

    def _paths(self) -> list[Path]:
        try:
            if self.root.is_dir():
                found = sorted(self.root.glob(self.settings.files))
                return [one for one in found if one.is_file() and not one.is_symlink()]
            return [self.root] if self.root.is_file() else []
        except OSError as error:
            reason = error.strerror or type(error).__name__
            why = Message(
                f"{self.root} 无法读取：{reason}", f"{self.root} cannot be read: {reason}"
            )
            raise Unreachable(why) from None

    def look(self, position: Json, room: int) -> Listing:
        self.close()
        known = [_File(**one) for one in position.get("files", [])]
        generation = int(position.get("generation", 0))
        kept: list[_File] = []
        listed: list[Listed] = []
        more = False
        for path in self._paths():
            try:
                with path.open("rb") as stream:
                    file = _recognised(known, path, stream)
                    if file is None:
                        generation += 1
                        inode = os.fstat(stream.fileno()).st_ino
                        file = _File(name=path.name, inode=inode, generation=generation)
                    else:
                        known.remove(file)
                    kept.append(file)
                    for found in self._new(file, stream):
                        if len(listed) == room:
                            more = True
                            break
                        if found.item is not None:
                            listed.append(found.item)
                        file.offset = found.end
                    _know_head(file, stream)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                why = Message(f"{path} 无法读取：{reason}", f"{path} cannot be read: {reason}")
                raise Unreachable(why) from None
        self.reached = {file.name: file.offset for file in kept}
        return Listing(
            items=listed,
            position={"generation": generation, "files": [asdict(file) for file in kept]},
            more=more,
        )

    def _new(self, file: _File, stream: BinaryIO) -> Iterator[_New]:
        """Whole records that were not read before, and how far they reach."""
        if file.encoding == _REFUSED:
            return
        if not file.encoding:
            stream.seek(0)
            head = stream.read(WINDOW)
            encoding = table_encoding(head)
            if encoding.startswith(("utf-16", "utf-32")):
                file.encoding = _REFUSED
                refusal = Message(
                    f"{file.name} 为 {encoding} 编码；增长中的文件须为 UTF-8 或 GB18030。",
                    f"{file.name} is in {encoding}; files that grow must be UTF-8 or GB18030.",
                )
                locator = {"name": file.name, "refusal": refusal.as_json(), "file": file.generation}
                yield _New(Listed(f"{file.generation}:encoding", locator), 0)
                return
            if not _begin(file, stream, head, encoding):
                return
        for start, end, data in _records(stream, file):
            blank = data is not None and not data.strip()
            yield _New(None if blank else _listed(file, start, end, data), end)

    # ---- loading --------------------------------------------------------------------------

    def load(self, item: Watched) -> Loaded:
        where = item.locator
        if "refusal" in where:
            refusal = where["refusal"]
            raise Unobtainable(Message(refusal["zh"], refusal["en"]), lasting=True)
        if where["end"] - where["start"] > LONGEST_RECORD:
            why = Message("记录超出长度上限。", "The record is longer than the limit.")
            raise Unobtainable(why, lasting=True)
        data = self._bytes(where)
        record = _parsed(data, where)
        return self.loaded(record, f"{where['name']}@{where['start']}")

    def _bytes(self, where: Json) -> bytes:
        for stream in self._streams(where):
            try:
                stream.seek(where["start"])
                data = stream.read(where["end"] - where["start"])
            except OSError:
                continue
            if _short(data) == where["bytes"]:
                return data
        why = Message(
            "来源的文件已被改写或移走，这条记录已不在其中。",
            "The file at the source was rewritten or moved away; this record is no longer there.",
        )
        raise Unobtainable(why, lasting=False)

    def _streams(self, where: Json) -> Iterator[BinaryIO]:
        """The file of a record: the one read last, or whichever may be the same one."""
        if self._open is not None and os.fstat(self._open.fileno()).st_ino == where["inode"]:
            yield self._open
        for path in self._paths():
            try:
                stream = path.open("rb")
            except OSError:
                continue
            inode = os.fstat(stream.fileno()).st_ino
            if inode != where["inode"] and path.name != where["name"]:
                stream.close()
                continue
            self.close()
            self._open = stream
            yield stream

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def loaded(self, record: Mapping[str, object], name: str) -> Loaded:
        """What a record says, under the fields the settings name."""
        of = self.settings
        if of.text not in record:
            why = Message(f"记录中没有字段“{of.text}”。", f"The record has no field “{of.text}”.")
            raise Unobtainable(why, lasting=True)
        value = record[of.text]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return Loaded(
            name=name,
            text="" if value is None else text,
            event=event_time(record.get(of.time)) if of.time else None,
            region=region_code(record.get(of.region_field)) if of.region_field else "",
            channel=tag(record.get(of.channel_field)) if of.channel_field else "",
            service=tag(record.get(of.service_field)) if of.service_field else "",
        )


def _recognised(known: Sequence[_File], path: Path, stream: BinaryIO) -> _File | None:
    """The file as it was read before, by inode or else by name, if it begins as it did."""
    status = os.fstat(stream.fileno())
    likely = sorted(known, key=lambda one: one.inode != status.st_ino)
    for file in likely:
        if file.inode != status.st_ino and file.name != path.name:
            continue
        if status.st_size < file.offset:
            continue
        stream.seek(0)
        if hashlib.sha256(stream.read(file.head_bytes)).hexdigest() == file.head:
            file.inode = status.st_ino
            return file
    return None


def _know_head(file: _File, stream: BinaryIO) -> None:
    if file.head_bytes < HEAD or not file.head:
        stream.seek(0)
        head = stream.read(min(file.offset, HEAD))
        file.head, file.head_bytes = hashlib.sha256(head).hexdigest(), len(head)


def _begin(file: _File, stream: BinaryIO, head: bytes, encoding: str) -> bool:
    """Note the encoding and, for CSV, the columns; False while the first line is torn."""
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    if not is_json:
        file.names = []
    first = next(_records(stream, file), None)
    file.names = None
    if first is None:
        return False
    file.encoding = encoding
    if not is_json:
        line = head[: first[1]].decode(encoding, "replace").lstrip("\ufeff").replace("\0", "")
        file.delimiter = delimiter_of(line)
        file.names = column_names(next(csv.reader([line], delimiter=file.delimiter), []))
        file.offset = first[1]
    return True


def _records(stream: BinaryIO, file: _File) -> Iterator[tuple[int, int, bytes | None]]:
    """(start, end, bytes) of whole records from the file's offset on.

    In CSV a line end inside quotes does not end a record. One longer than the limit ends at the
    next line end and comes without its bytes, so that an open quote costs no more than that.
    """
    start = file.offset
    stream.seek(start)
    buffer = b""
    looked = dropped = 0
    odd, lines = False, 0
    while window := stream.read(WINDOW):
        buffer += window
        first = 0
        while (found := buffer.find(b"\n", looked)) >= 0:
            odd ^= file.names is not None and buffer.count(b'"', looked, found) % 2 == 1
            looked, lines = found + 1, lines + 1
            length = dropped + looked - first
            fits = length <= LONGEST_RECORD
            if odd and fits and (lines > 1 or _unclosed(buffer[first:looked], file)):
                continue
            yield start, start + length, buffer[first:looked] if fits else None
            start, first, dropped = start + length, looked, 0
            odd, lines = False, 0
        odd ^= file.names is not None and buffer.count(b'"', looked) % 2 == 1
        buffer = buffer[first:]
        if dropped + len(buffer) > LONGEST_RECORD:
            dropped, buffer = dropped + len(buffer), b""
        looked = len(buffer)


def _unclosed(line: bytes, file: _File) -> bool:
    """Whether a quote that opens a field is still open at the end of this line.

    Only where a quote begins a field does it open one: 5" is five inches.
    """
    asked = False

    def lines() -> Iterator[str]:
        nonlocal asked
        yield line.decode(file.encoding or "utf-8", "replace").replace("\0", "")
        asked = True

    csv.field_size_limit(LONGEST_RECORD)
    next(csv.reader(lines(), delimiter=file.delimiter), None)
    return asked


def _listed(file: _File, start: int, end: int, data: bytes | None) -> Listed:
    locator: Json = {
        "name": file.name,
        "inode": file.inode,
        "file": file.generation,
        "start": start,
        "end": end,
        "encoding": file.encoding,
    }
    if data is not None:
        locator["bytes"] = _short(data)
    if file.names is not None:
        locator |= {"columns": file.names, "delimiter": file.delimiter}
    return Listed(f"{file.generation}:{start}", locator)


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _parsed(data: bytes, where: Json) -> Mapping[str, object]:
    """The record's fields. Raises `Unobtainable` for what is no record."""
    text = data.decode(where["encoding"], "replace").replace("\0", "")
    value: Any = None
    if "columns" in where:
        csv.field_size_limit(LONGEST_RECORD)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=where["delimiter"]))
        except csv.Error:
            rows = []
        if len(rows) == 1 and rows[0]:
            names = where["columns"]
            value = dict(zip(names, [*rows[0], *[""] * len(names)], strict=False))
    else:
        try:
            value = json.loads(text.strip("\ufeff \t\r\n"))
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict):
        why = Message("这一行不是完整的记录。", "This line is not a complete record.")
        raise Unobtainable(why, lasting=True)
    return value
