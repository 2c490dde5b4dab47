"""Many small records through sandboxed children, in order, in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mingjian.app.errors import BrokenError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.run.sandbox import SandboxBroken, remove_stale_spools
from mingjian.run.stream import Piece, stream

FUNCTION = "mingjian.app.records_examine:examine_records"
BATCH = 256

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Lines:
    """Output lines of some records that follow one another."""

    data: bytes
    count: int


def error_line(identity: object, reason: Message) -> bytes:
    """The output line of a record that could not be examined."""
    line = json.dumps({"id": identity, "error": reason.as_json()}, ensure_ascii=False) + "\n"
    return line.encode("utf-8", "backslashreplace")


def _lines(piece: Piece) -> Lines:
    """The lines of a piece; where there are not as many as records, none is believed."""
    records: Any = piece.request["records"]
    raw = (piece.outcome.result or {}).get("raw")
    if isinstance(raw, bytes) and raw.count(b"\n") == len(records):
        return Lines(raw, len(records))
    reason = piece.outcome.reason()
    if piece.outcome.result is not None:
        reason = Message("检验进程的答复有误。", "The examining process gave a wrong answer.")
    return Lines(b"".join(error_line(one["id"], reason) for one in records), len(records))


def _requests(
    records: Iterable[Record], settings: Settings, declared: EvidenceKind | None
) -> Iterator[Record]:
    options = settings.examination_options()
    source = iter(records)
    while batch := list(islice(source, BATCH)):
        yield {
            "options": options,
            "declared": declared.value if declared else None,
            "records": batch,
        }


def examine_stream(
    records: Iterable[Record], settings: Settings, declared: EvidenceKind | None
) -> Iterator[Lines]:
    """Output lines, in the order of the records (see `records_examine`)."""
    scratch = settings.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_stale_spools(scratch)
    requests = _requests(records, settings, declared)
    try:
        for piece in stream(
            FUNCTION, requests, settings.limits.limits(), settings.workers, scratch
        ):
            yield _lines(piece)
    except SandboxBroken as broken:
        raise BrokenError(broken.what) from None
