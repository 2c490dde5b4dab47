"""Records of a table in the sandboxed child: examined side by side, one JSON line each."""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from mingjian.app.pipeline import Skip, Step, Workbench, skip_from, workbench
from mingjian.app.side_by_side import Given, examine_several, groups
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.record import EvidenceRecord, Json, record_json
from mingjian.intake.content import BytesContent


def examine_records(request: Mapping[str, object], step: Step) -> Json:
    """Examine a batch of table records; `raw` holds one JSON line per record, in order.

    Each entry of `records` is {"id", "name", "text"} or {"id", "name", "error": {zh, en}}.
    """
    options = request["options"]
    assert isinstance(options, dict)
    bench = workbench(options)
    kind = request.get("declared")
    declared = EvidenceKind(str(kind)) if kind else None
    records = request["records"]
    assert isinstance(records, list)
    skip = skip_from(request, bench)
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            line
            for group in groups(records, lambda record: len(str(record.get("text", ""))))
            for line in record_lines(group, bench, declared, step, skip, Path(folder))
        ]
    # Records are many and small; collecting between batches keeps memory flat at no cost.
    gc.collect(0)
    # A lone surrogate becomes the escape that JSON writes it with anyway.
    return {"raw": "".join(lines).encode("utf-8", "backslashreplace")}


def record_lines(
    records: Sequence[Mapping[str, object]],
    bench: Workbench,
    declared: EvidenceKind | None = None,
    step: Step | None = None,
    skip: Skip | None = None,
    spool: Path | None = None,
) -> list[str]:
    """One output line for each record, in order."""
    given = [_given(record, declared) for record in records if record.get("error") is None]
    examined = iter(examine_several(given, bench, step, skip, spool))
    return [
        _line(record["id"], next(examined))
        if record.get("error") is None
        else _error_line(record["id"], record["error"])
        for record in records
    ]


def _given(record: Mapping[str, object], declared: EvidenceKind | None) -> Given:
    text = record["text"]
    assert isinstance(text, str)
    content = BytesContent(text.encode("utf-8", "surrogatepass"))
    return Given(content, str(record["name"]), declared)


def _error_line(identity: object, error: object) -> str:
    return json.dumps({"id": identity, "error": error}, ensure_ascii=False) + "\n"


def _line(identity: object, records: Sequence[EvidenceRecord]) -> str:
    """The record's evidence object with its `id`, parts nested in `parts`."""
    own, *parts = records
    line: Json = {"id": identity, **record_json(own)}
    if parts:
        by_path = {part.evidence.path: record_json(part) for part in parts}
        line["parts"] = [by_path[part.path] for part in own.parts if part.path in by_path]
        for part in parts:
            by_path[part.evidence.path]["parts"] = [
                by_path[below.path] for below in part.parts if below.path in by_path
            ]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
