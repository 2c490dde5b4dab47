"""The evidence record: everything known about one piece of evidence, and its JSON form.

The JSON form is published as `docs/reference/examination.schema.json`; its field names are stable.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from mingjian.domain.evidence import Evidence
from mingjian.domain.examination import Examination
from mingjian.domain.finding import (
    Axis,
    Box,
    ByteRange,
    BytesExhibit,
    ChainExhibit,
    CurveExhibit,
    Exhibit,
    Finding,
    Lines,
    MapExhibit,
    Member,
    PictureExhibit,
    Place,
    Raster,
    Seconds,
    TableExhibit,
    TextExhibit,
    TextSpan,
)
from mingjian.domain.message import Message
from mingjian.domain.weight import LikelihoodRatio, Weight

SCHEMA_VERSION = "1"

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something in the evidence that was not examined, and why."""

    what: str
    """The member, page or range that was refused."""
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An examination with the likelihood ratio of each of its findings, in order."""

    examination: Examination
    ratios: tuple[LikelihoodRatio, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """One piece of evidence after taking in, examining and weighing."""

    evidence: Evidence
    parts: tuple[Evidence, ...]
    refusals: tuple[Refusal, ...]
    examinations: tuple[Weighed, ...]
    not_applicable: tuple[str, ...]
    """Names of installed detectors that do not accept this kind of evidence."""
    weights: tuple[Weight, ...]


_SCALARS = frozenset({str, int, float, bool, type(None)})


def plain(value: object) -> object:
    """JSON values for what a detector put into `details`."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (dict, Mapping)):
        return {str(key): plain(item) for key, item in value.items()}
    return value


_PLACE_NAMES: dict[type[Place], str] = {
    TextSpan: "text",
    ByteRange: "bytes",
    Lines: "lines",
    Box: "box",
    Seconds: "seconds",
    Member: "member",
}


def place_json(place: Place) -> Json:
    """A place with its type: ``{"type": "bytes", "start": 0, "end": 4}``."""
    kind = type(place)
    return {"type": _PLACE_NAMES[kind], **{name: getattr(place, name) for name in kind.__slots__}}


def _span(span: TextSpan | ByteRange) -> Json:
    return {"start": span.start, "end": span.end}


def _cell(cell: str | Message) -> str | dict[str, str]:
    return cell.as_json() if isinstance(cell, Message) else cell


def _raster(raster: Raster) -> Json:
    """Pixels as base64 of zlib: rows of `channels` bytes a pixel, top row first."""
    return {
        "width": raster.width,
        "height": raster.height,
        "channels": raster.channels,
        "pixels": b64encode(zlib.compress(raster.pixels, 6)).decode("ascii"),
    }


def _axis(axis: Axis) -> Json:
    name = axis.name.as_json()
    return {"name": name, "first": axis.first, "last": axis.last, "unit": axis.unit}


def exhibit_json(exhibit: Exhibit) -> Json:
    """An exhibit with its type, as the published schema has it."""
    head: Json = {"type": exhibit.type, "title": exhibit.title.as_json()}
    match exhibit:
        case TextExhibit():
            return {**head, "text": exhibit.text, "marks": [_span(mark) for mark in exhibit.marks]}
        case TableExhibit():
            columns = [column.as_json() for column in exhibit.columns]
            rows = [[_cell(cell) for cell in row] for row in exhibit.rows]
            return {**head, "columns": columns, "rows": rows}
        case BytesExhibit():
            marks = [_span(mark) for mark in exhibit.marks]
            return {**head, "offset": exhibit.offset, "hex": exhibit.hex, "marks": marks}
        case ChainExhibit():
            links = [
                {"offset": link.offset, "code": link.code, "meaning": link.meaning.as_json()}
                for link in exhibit.links
            ]
            return {**head, "links": links}
        case PictureExhibit():
            return {
                **head,
                "picture": _raster(exhibit.picture),
                "width": exhibit.width,
                "height": exhibit.height,
                "marks": [asdict(mark) for mark in exhibit.marks],
                "lines": [asdict(line) for line in exhibit.lines],
            }
        case MapExhibit():
            return {
                **head,
                "values": _raster(exhibit.values),
                "across": _axis(exhibit.across),
                "down": _axis(exhibit.down),
                "marks": [asdict(mark) for mark in exhibit.marks],
                "under": None if exhibit.under is None else _raster(exhibit.under),
            }
        case CurveExhibit():
            return {
                **head,
                "across": _axis(exhibit.across),
                "up": _axis(exhibit.up),
                "curves": [
                    {"name": curve.name.as_json(), "points": [list(xy) for xy in curve.points]}
                    for curve in exhibit.curves
                ],
                "marks": [{"start": first, "end": last} for first, last in exhibit.marks],
            }


def finding_json(finding: Finding, ratio: LikelihoodRatio) -> Json:
    return {
        "signal": finding.signal,
        "score": finding.score,
        "proposition": finding.proposition,
        "log10_lr": ratio.log10_lr,
        "lr_bounds": list(ratio.lr_bounds),
        "opinion": ratio.opinion,
        "flagged": ratio.flagged,
        "why": ratio.why.as_json(),
        "scale": ratio.scale,
        "quiet": finding.quiet,
        "because": finding.because.as_json(),
        "where": [place_json(place) for place in finding.where],
        "exhibits": [exhibit_json(exhibit) for exhibit in finding.exhibits],
        "context": dict(finding.context),
        "details": plain(finding.details),
    }


def examination_json(weighed: Weighed) -> Json:
    examination = weighed.examination
    return {
        "detector": examination.detector,
        "version": examination.version,
        "state": examination.state.value,
        "reason": examination.reason.as_json() if examination.reason else None,
        "findings": [
            finding_json(finding, ratio)
            for finding, ratio in zip(examination.findings, weighed.ratios, strict=True)
        ],
    }


def weight_json(weight: Weight) -> Json:
    return {
        "proposition": weight.proposition.id,
        "h1": weight.proposition.h1.as_json(),
        "h2": weight.proposition.h2.as_json(),
        "log10_lr": weight.log10_lr,
        "lr_bounds": list(weight.lr_bounds),
        "words": weight.words.as_json(),
        "opinion": weight.opinion,
        "flagged": weight.flagged,
        "why": weight.why.as_json(),
        "carried_from": weight.carried_from,
    }


def part_json(part: Evidence) -> Json:
    """A reference to a part: its own record stands elsewhere in `evidence[]`."""
    return {
        "sha256": part.sha256,
        "path": part.path,
        "kind": part.kind.value,
        "format": part.format,
        "size": part.size,
        "step": part.derivation.step if part.derivation else None,
        "detail": part.derivation.detail if part.derivation else None,
    }


def record_json(record: EvidenceRecord) -> Json:
    """The published JSON form of one evidence record."""
    evidence = record.evidence
    return {
        "sha256": evidence.sha256,
        "sm3": evidence.sm3,
        "path": evidence.path,
        "kind": evidence.kind.value,
        "format": evidence.format,
        "encoding": evidence.identity.encoding,
        "size": evidence.size,
        "parent": evidence.parent,
        "step": evidence.derivation.step if evidence.derivation else None,
        "detail": evidence.derivation.detail if evidence.derivation else None,
        "notes": [note.as_json() for note in evidence.identity.notes],
        "parts": [part_json(part) for part in record.parts],
        "not_examined": [
            {"what": refusal.what, "why": refusal.why.as_json()} for refusal in record.refusals
        ],
        "examinations": [examination_json(item) for item in record.examinations],
        "not_applicable": list(record.not_applicable),
        "weights": [weight_json(weight) for weight in record.weights],
    }
