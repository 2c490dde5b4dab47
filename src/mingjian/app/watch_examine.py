"""Watched items in the sandboxed child: examined as ever, and told in few words.

An item without findings leaves its hash, its measurements and a redacted excerpt; only what is
to be kept comes with its whole record.
"""

from __future__ import annotations

import base64
import gc
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingjian.app.pipeline import Step, skip_from, workbench
from mingjian.app.side_by_side import LARGE, Given, examine_several, groups
from mingjian.casework.artefacts import text_of
from mingjian.casework.conduct.rules import suggest
from mingjian.casework.conduct.seen import seen_in
from mingjian.detect.privacy.redact import MASK, redact
from mingjian.domain.evidence import READABLE_KINDS, EvidenceKind
from mingjian.domain.examination import ExaminationState
from mingjian.domain.record import EvidenceRecord, Json, record_json
from mingjian.intake.content import BytesContent, FileContent

MEASURES = 100
"""Measurements kept of one item and its parts."""
_LOOKED_AT = 200
"""Characters beyond the excerpt that are read to redact it: a number must not be cut in two."""
_DIGITS = re.compile(r"[0-9０-９]{5,}")
_GAPS = (
    ExaminationState.FAILED,
    ExaminationState.TIMED_OUT,
    ExaminationState.NOT_EXAMINABLE,
)


def examine_watched(request: Mapping[str, object], step: Step) -> Json:
    """Examine a batch; `raw` holds one JSON line an item, in order.

    Each entry of `records` is {"id", "name", "declared", "keep", "excerpt"} with the content as
    "text", as "data" (base64) or at "path".
    """
    options: Any = request["options"]
    records: Any = request["records"]
    bench = workbench(options)
    skip = skip_from(request, bench)
    lines = []
    with tempfile.TemporaryDirectory() as spool:
        for group in groups(records, _size):
            given = [
                Given(
                    _content(entry),
                    entry["name"],
                    EvidenceKind(entry["declared"]) if entry["declared"] else None,
                )
                for entry in group
            ]
            several = examine_several(given, bench, step, skip, Path(spool))
            lines += [
                json.dumps(_told(found, entry), ensure_ascii=True) + "\n"
                for found, entry in zip(several, group, strict=True)
            ]
    gc.collect(0)
    return {"raw": "".join(lines).encode("ascii")}


def _size(entry: Mapping[str, Any]) -> int:
    """About how many bytes an entry has; what lies in a file, such as a picture, stands alone."""
    return LARGE if "path" in entry else len(entry.get("data") or entry.get("text", ""))


def _content(entry: Mapping[str, Any]) -> BytesContent | FileContent:
    if "path" in entry:
        return FileContent(Path(entry["path"]))
    if "data" in entry:
        return BytesContent(base64.b64decode(entry["data"]))
    return BytesContent(entry["text"].encode("utf-8", "surrogatepass"))


def _told(found: Sequence[EvidenceRecord], entry: Mapping[str, Any]) -> Json:
    own = found[0]
    flagged = sorted({w.proposition.id for w in own.weights if w.flagged})
    told: Json = {
        "id": entry["id"],
        "sha256": own.evidence.sha256,
        "kind": own.evidence.kind.value,
        "size": own.evidence.size,
        "flagged": flagged,
        "note": {
            "kind": own.evidence.kind.value,
            "size": own.evidence.size,
            "measured": _measured(found),
            "not_examined": _gaps(found),
            "excerpt": _excerpt(own, int(entry["excerpt"])),
        },
        "aspects": [["proposition", name] for name in flagged],
    }
    if entry["print"]:
        # Loaded where it is asked for: it brings the index of campaigns with it.
        from mingjian.app.watch_prints import print_of

        told["print"] = base64.b64encode(print_of(found).packed()).decode("ascii")
    if flagged or entry["keep"] == "all":
        records = [record_json(record) for record in found]
        if flagged:
            told["aspects"] += _conducts(records)  # type: ignore[operator]
        if entry["keep"] != "none":
            told["records"] = records
    return told


def _measured(found: Iterable[EvidenceRecord]) -> dict[str, list[float | None]]:
    """Highest measurement of each signal in the item and its parts, with its log10 LR."""
    measured: dict[str, list[float | None]] = {}
    for record in found:
        for weighed in record.examinations:
            pairs = zip(weighed.examination.findings, weighed.ratios, strict=True)
            for finding, ratio in pairs:
                if finding.score is None and finding.quiet:
                    continue
                before = measured.get(finding.signal)
                if before is None and len(measured) >= MEASURES:
                    continue
                if before is None or (finding.score or 0.0) > (before[0] or 0.0):
                    score = None if finding.score is None else round(finding.score, 4)
                    weight = round(ratio.log10_lr, 2) if ratio.opinion else None
                    measured[finding.signal] = [score, weight]
    return measured


def _gaps(found: Iterable[EvidenceRecord]) -> list[str]:
    """Detectors that should have looked at the item or a part and could not."""
    return sorted(
        {
            weighed.examination.detector
            for record in found
            for weighed in record.examinations
            if weighed.examination.state in _GAPS
        }
        | {"intake" for record in found if record.refusals}
    )


def _excerpt(own: EvidenceRecord, length: int) -> str:
    """How a readable item begins, personal information and long numbers masked."""
    if not length or own.evidence.kind not in READABLE_KINDS | {EvidenceKind.LINK}:
        return ""
    wide = length + _LOOKED_AT
    data = bytes(own.evidence.content.view()[: wide * 4])
    text = (text_of(data, own.evidence.identity.encoding) or "")[:wide]
    masked = _DIGITS.sub(lambda found: MASK * len(found[0]), redact(text))
    return " ".join(masked[:length].split())


def _conducts(records: Sequence[Json]) -> list[list[str]]:
    """Conducts and their types that the flagged item suggests by itself: all signs there, or
    only part of them."""
    aspects = set()
    for one in suggest(seen_in(records)):
        ending = "" if one.state == "supported" else "_partly"
        aspects.add((f"conduct{ending}", one.conduct.id))
        aspects.add((f"type{ending}", one.conduct.type))
    return [list(one) for one in sorted(aspects)]
