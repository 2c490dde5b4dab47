"""Many small records through sandboxed children, in order, in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from mingjian.app.errors import BrokenError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.run.sandbox import SandboxBroken, remove_stale_spools
from mingjian.run.stream import stream

FUNCTION = "mingjian.app.pipeline:examine_records"
BATCH = 256

Record = Mapping[str, object]


def error_line(identity: object, reason: Message) -> str:
    """The output line of a record that could not be examined."""
    return json.dumps({"id": identity, "error": reason.as_json()}, ensure_ascii=False)


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
) -> Iterator[list[str]]:
    """Lists of output lines, in the order of the records (see `pipeline.examine_records`)."""
    scratch = settings.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_stale_spools(scratch)
    requests = _requests(records, settings, declared)
    try:
        for piece in stream(
            FUNCTION, requests, settings.limits.limits(), settings.workers, scratch
        ):
            if piece.outcome.result is not None:
                lines: Any = piece.outcome.result["lines"]
                yield lines
            else:
                alone: Any = piece.request["records"]
                yield [error_line(alone[0]["id"], piece.outcome.reason())]
    except SandboxBroken as broken:
        raise BrokenError(broken.what) from None
