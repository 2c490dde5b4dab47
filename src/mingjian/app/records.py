"""`mingjian examine --records`: a table in, one evidence object per record out.

The output grows in `OUT.partial`, with what it was made from in `OUT.partial.json`. A run that
was cut off is taken up after the last whole line when the same command is given again, so every
record appears exactly once. At the end the file gets its name and custody binds its digest.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mingjian.app.batches import examine_stream
from mingjian.app.cases import takes_evidence
from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.keeping import opened_store, ready_workbench, versions
from mingjian.app.settings import Settings
from mingjian.casework.custody import Draft
from mingjian.casework.custody.entry import Action
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.content import FileContent
from mingjian.intake.digest import digests
from mingjian.intake.limits import Refused
from mingjian.intake.records import read_records, record_error

Told = Callable[[int], None]
_KIND = re.compile(rb'"kind":"([a-z-]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsRequest:
    """What the examiner asked for."""

    table: Path
    text_field: str
    out: Path
    id_field: str | None = None
    declared: EvidenceKind | None = None
    case: str = "unfiled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsDone:
    """What came of it."""

    records: int
    errors: int
    flagged: int
    resumed_at: int
    out_sha256: str
    kinds: Mapping[str, int]
    """How many records were read as each kind; those with an error as none."""


def records_of_table(request: RecordsRequest) -> Iterator[Json]:
    """The table's records in the form `records_examine` takes, numbered from 1."""
    fields = [name for name in (request.text_field, request.id_field) if name]
    try:
        for number, record in enumerate(read_records(request.table, fields), 1):
            identity = record.get(request.id_field) if request.id_field else number
            if not isinstance(identity, (str, int, float, type(None))):
                identity = str(identity)
            entry: Json = {"id": identity, "name": f"{request.table.name}#{number}"}
            if why := record_error(record):
                yield {**entry, "error": why.as_json()}
                continue
            value = record.get(request.text_field)
            text = value if isinstance(value, str) else _as_text(value)
            yield {**entry, "text": text}
    except Refused as refused:
        raise UsageError(
            refused.why,
            Message(
                "请用 --text-field、--id-field 指明字段",
                "name the fields with --text-field and --id-field",
            ),
        ) from None


def _as_text(value: object) -> str:
    """A field that holds a structure (an agent trace, say) as its JSON; nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, default=str)


def _origin(request: RecordsRequest, settings: Settings, bound: Mapping[str, object]) -> Json:
    """What a partial output must have been made from to be taken up."""
    status = request.table.stat()
    return {
        "table": str(request.table.absolute()),
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "text_field": request.text_field,
        "id_field": request.id_field,
        "as": request.declared.value if request.declared else None,
        "settings": settings.digest(),
        "versions": bound,
    }


def _whole_lines(partial: Path) -> int:
    """How many whole lines there are; a torn last one is cut off."""
    lines = end = 0
    with partial.open("r+b") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            lines += 1
            end += len(line)
        file.truncate(end)
    return lines


def _start(partial: Path, origin: Json) -> int:
    """Prepare the partial output; how many records it already holds."""
    note = partial.with_name(partial.name + ".json")
    if partial.exists() and note.exists():
        try:
            same = json.loads(note.read_text("utf-8")) == json.loads(json.dumps(origin))
        except ValueError:
            same = False
        if same:
            return _whole_lines(partial)
    partial.write_bytes(b"")
    note.write_text(json.dumps(origin, ensure_ascii=False), "utf-8")
    return 0


@contextmanager
def _reserved(partial: Path) -> Iterator[None]:
    """Hold the partial output alone: two that wrote it at once would mix their lines."""
    with partial.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who had it may have finished, and given it its name, between the two lines above.
            taken = not os.path.samestat(os.fstat(file.fileno()), os.stat(partial))
        except (BlockingIOError, FileNotFoundError):
            taken = True
        if taken:
            raise UsageError(
                Message(
                    f"{partial} 正由另一次检验写入",
                    f"{partial} is already being written by another examination",
                ),
                Message("请等它结束，或另给 --out", "wait for it to end, or name another --out"),
            )
        yield


def examine_records(
    request: RecordsRequest, settings: Settings, told: Told | None = None
) -> RecordsDone:
    """Examine every record of a table; `told` hears the number of records done so far."""
    if not request.table.is_file():
        raise UsageError(
            Message(f"没有这个文件：{request.table}", f"no such file: {request.table}")
        )
    bound = versions(ready_workbench(settings))
    partial = request.out.with_name(request.out.name + ".partial")
    with _reserved(partial):
        return _examine(request, settings, bound, partial, told)


def _examine(
    request: RecordsRequest,
    settings: Settings,
    bound: Mapping[str, object],
    partial: Path,
    told: Told | None,
) -> RecordsDone:
    done = resumed_at = _start(partial, _origin(request, settings, bound))
    sha256, sm3 = digests(FileContent(request.table))
    with opened_store(settings) as store:
        takes_evidence(store, request.case)
        store.append(
            request.case,
            [
                Draft(
                    Action.TABLE_TAKEN_IN,
                    subject=sha256,
                    details={
                        "path": str(request.table.absolute()),
                        "size": request.table.stat().st_size,
                        "sm3": sm3,
                        "resumed_at": resumed_at,
                    },
                )
            ],
        )
        with partial.open("ab") as file:
            records = islice(records_of_table(request), done, None)
            for lines in examine_stream(records, settings, request.declared):
                file.write(lines.data)
                file.flush()
                done += lines.count
                if told is not None:
                    told(done)
            os.fsync(file.fileno())
        if digests(FileContent(request.table))[0] != sha256:
            # Custody holds the hash of what was there at first; this output is of another.
            raise BrokenError(
                Message(
                    f"{request.table} 在检验过程中被改动，结果不予采用",
                    f"{request.table} changed while it was examined; the result is not used",
                ),
                Message("请对不再变动的副本重新检验", "examine a copy that no longer changes"),
            )
        result = _close(request, partial, resumed_at)
        store.append(
            request.case,
            [
                Draft(
                    Action.TABLE_EXAMINED,
                    subject=sha256,
                    details={
                        "records": result.records,
                        "path": str(request.out.absolute()),
                        "out_sha256": result.out_sha256,
                        "settings": settings.digest(),
                        **bound,
                    },
                )
            ],
        )
    return result


def _close(request: RecordsRequest, partial: Path, resumed_at: int) -> RecordsDone:
    """Count and hash the finished output, then give it its name."""
    digest = hashlib.sha256()
    records = errors = flagged = 0
    kinds: Counter[str] = Counter()
    with partial.open("rb") as file:
        for line in file:
            digest.update(line)
            records += 1
            # Cheaper than parsing a million lines; both are fixed by the published form.
            errors += b'"error": {' in line[:400] and b'"sha256"' not in line
            flagged += b'"flagged":true' in line
            if read_as := _KIND.search(line):
                kinds[read_as[1].decode()] += 1
    partial.replace(request.out)
    partial.with_name(partial.name + ".json").unlink(missing_ok=True)
    return RecordsDone(
        records=records,
        errors=errors,
        flagged=flagged,
        resumed_at=resumed_at,
        out_sha256=digest.hexdigest(),
        kinds=kinds,
    )
