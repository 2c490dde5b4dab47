"""`mingjian validate`: check weights, or fit a scale, on labelled data held out by source.

The labelled table (CSV, JSONL or Parquet) has a label and a source in every row, and one of
  - `log10_lr` (with `opinion`, `flagged`): weights given before, measured as they are;
  - `score`: raw measurements; a scale is fitted and measured on held-out sources;
  - a text or a path: examined here, by the installed detectors, then measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingjian.app.batches import examine_stream
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.records import read_records, record_error

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRequest:
    """What to validate, and where the labels are."""

    labelled: Path
    proposition: str
    by: str = "source"
    label_field: str = "label"
    h1_labels: tuple[str, ...] = ()
    """Label values that mean H1; without them 1/0, true/false, h1/h2 are understood."""
    h2_labels: tuple[str, ...] = ()
    """Label values that mean H2; without them every value not in `h1_labels`."""
    text_field: str | None = None
    path_field: str | None = None
    declared: EvidenceKind | None = None
    signal: str | None = None


def _label(value: object, request: ValidationRequest) -> object | None:
    """The label as validation reads it; None for a row to leave out."""
    if not request.h1_labels:
        return value
    if str(value) in request.h1_labels:
        return 1
    if not request.h2_labels or str(value) in request.h2_labels:
        return 0
    return None


def labelled_rows(request: ValidationRequest) -> Iterator[Row]:
    """The rows with `label` and `source` in the names validation uses."""
    required = [request.by, request.label_field]
    required += [name for name in (request.text_field, request.path_field) if name]
    try:
        for record in read_records(request.labelled, required):
            if record_error(record) is not None:
                continue
            label = _label(record[request.label_field], request)
            if label is not None:
                yield {**record, "label": label, "source": str(record[request.by])}
    except Refused as refused:
        raise UsageError(refused.why) from None


def _weight_of(line: Mapping[str, Any], proposition: str) -> Row:
    for weight in line.get("weights", ()):
        if weight["proposition"] == proposition:
            return {name: weight[name] for name in ("log10_lr", "opinion", "flagged")}
    return {"log10_lr": 0.0, "opinion": False, "flagged": False}


def _from_texts(rows: Sequence[Row], request: ValidationRequest, settings: Settings) -> list[Row]:
    field = request.text_field
    assert field is not None
    records = ({"id": i, "name": f"row {i}", "text": str(row[field])} for i, row in enumerate(rows))
    weighed: list[Row] = []
    for lines in examine_stream(records, settings, request.declared):
        for text in lines.data.splitlines():
            line = json.loads(text)
            weighed.append({**rows[line["id"]], **_weight_of(line, request.proposition)})
    return weighed


def _from_paths(rows: Sequence[Row], request: ValidationRequest, settings: Settings) -> list[Row]:
    from mingjian.app.examine import examine_paths

    field = request.path_field
    assert field is not None
    folder = request.labelled.absolute().parent
    paths = [folder / str(row[field]) for row in rows]
    done = examine_paths(paths, settings, case=f"validate {request.labelled.name}")
    found: dict[str, Row] = {}
    for path, record in zip(_distinct(paths), _roots(done.records()), strict=True):
        found[path] = _weight_of(record, request.proposition)
    return [{**row, **found[str(path.resolve())]} for row, path in zip(rows, paths, strict=True)]


def _distinct(paths: Sequence[Path]) -> list[str]:
    return list(dict.fromkeys(str(path.resolve()) for path in paths))


def _roots(records: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (record for record in records if record["parent"] is None)


def validate_labelled(request: ValidationRequest, settings: Settings) -> Any:
    """Measure (and for scores, fit); returns `weigh.validate.run.Outcome`."""
    from mingjian.weigh.calibrate import FitError
    from mingjian.weigh.validate.run import LabelledRowsError, validate_rows

    rows: Sequence[Row] = list(labelled_rows(request))
    if request.text_field is not None:
        rows = _from_texts(rows, request, settings)
    elif request.path_field is not None:
        rows = _from_paths(rows, request, settings)
    try:
        return validate_rows(rows, proposition=request.proposition, signal=request.signal)
    except (LabelledRowsError, FitError) as error:
        raise UsageError(
            Message(f"带标签的数据无法使用：{error}", f"the labelled data cannot be used: {error}"),
            Message(
                "每行需要 label、source，以及 log10_lr、score、文本或路径之一",
                "each row needs label and source, and one of log10_lr, score, a text or a path",
            ),
        ) from None


def write_outputs(
    outcome: Any,
    request: ValidationRequest,
    settings: Settings,
    *,
    report: Path | None,
    fit: Path | None,
) -> str:
    """Write the report and the fitted scale where asked; the measures as JSON text."""
    import hashlib

    from mingjian import __version__
    from mingjian.weigh.validate.report import report_html, report_json

    if fit is not None:
        if outcome.scale is None:
            raise UsageError(
                Message(
                    "没有拟合标度：数据给出的是权重而不是测量值",
                    "no scale was fitted: the data hold weights, not scores",
                ),
                Message("--fit 需要 score 字段", "--fit needs a field score"),
            )
        fit.write_text(json.dumps(outcome.scale, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if report is not None:
        digest = hashlib.sha256(request.labelled.read_bytes()).hexdigest()
        about = {
            "file": request.labelled.name,
            "SHA-256": digest,
            "Mingjian": __version__,
            "by": request.by,
        }
        page = report_html(
            outcome,
            proposition=_pair(request.proposition, settings),
            language=settings.language,
            about=about,
        )
        report.write_text(page, "utf-8")
    return report_json(outcome, proposition=request.proposition)


def _pair(identity: str, settings: Settings) -> PropositionPair:
    """The pair as an installed detector declares it, or a bare one for a new id."""
    from mingjian.app.keeping import ready_workbench

    for entry in ready_workbench(settings).entries:
        for pair in entry.detector.propositions if entry.detector else ():
            if pair.id == identity:
                return pair
    return PropositionPair(
        identity, Message(f"{identity} 成立", f"{identity} holds"), Message("不成立", "it does not")
    )
