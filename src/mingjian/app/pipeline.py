"""The one pipeline: take_in -> examine -> weigh. Follow one piece of evidence through it here.

`examine_item` is the chunk function that `run` calls in the sandboxed child; it gets and returns
JSON values only (for the records of tables, see `records_examine`). Keeping (records, vault,
custody) is done by the trusted half of the worker, see `mingjian.run`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from mingjian.app.findings import checked_findings
from mingjian.detect.catalogue import Entry, installed_detectors
from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.domain.evidence import Content, Evidence, EvidenceKind
from mingjian.domain.examination import Examination, ExaminationState
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.domain.record import EvidenceRecord, Json, record_json
from mingjian.domain.weight import Weight
from mingjian.intake.content import FileContent
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import TakenIn, take_in
from mingjian.weigh.fuse import carry_up, weigh_findings
from mingjian.weigh.scale import Scale, load_scales

TAKE_IN = "take-in"
"""The step before the detectors: bytes become evidence, and are unpacked."""
Step = Callable[[str], None]
Skip = Mapping[tuple[str, str], Examination]
"""What an earlier try could not finish: (sha256, detector or `TAKE_IN`) -> its examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """The installed detectors and scales under one set of options, ready to use."""

    entries: tuple[Entry, ...]
    scales: Mapping[str, tuple[Scale, ...]]
    limits: Limits
    by_kind: Mapping[EvidenceKind, tuple[Entry, ...]]
    not_applicable: Mapping[EvidenceKind, tuple[str, ...]]
    propositions: Mapping[EvidenceKind, tuple[PropositionPair, ...]]


def _propositions(entries: Sequence[Entry]) -> tuple[PropositionPair, ...]:
    pairs: dict[str, PropositionPair] = {}
    for entry in entries:
        if entry.detector is not None:
            for pair in entry.detector.propositions:
                pairs.setdefault(pair.id, pair)
    return tuple(pairs.values())


_MAKING = Lock()


@lru_cache(maxsize=4)
def _workbench(options: str) -> Workbench:
    chosen = json.loads(options)
    entries = installed_detectors(chosen["detectors"], frozenset(chosen["disabled"]))
    files = {str(file): file for entry in entries for file in entry.scale_files()}
    by_kind = {
        kind: tuple(entry for entry in entries if kind in entry.accepts) for kind in EvidenceKind
    }
    return Workbench(
        entries=entries,
        scales=load_scales(files.values(), research=bool(chosen["research_weights"])),
        limits=Limits(**chosen["limits"]),
        by_kind=by_kind,
        not_applicable={
            kind: tuple(entry.name for entry in entries if kind not in entry.accepts)
            for kind in EvidenceKind
        },
        propositions={kind: _propositions(of_kind) for kind, of_kind in by_kind.items()},
    )


def workbench(options: Mapping[str, object]) -> Workbench:
    """The workbench for `Settings.examination_options()`; made once per process: who asks while
    it is made waits for it, since making it takes seconds."""
    with _MAKING:
        return _workbench(json.dumps(options, sort_keys=True))


# ---- examine ------------------------------------------------------------------------------


def _examination(entry: Entry, taken: TakenIn) -> Examination:
    detector = entry.detector
    if detector is None:
        return Examination(
            detector=entry.name,
            version=entry.version,
            state=ExaminationState.UNAVAILABLE,
            reason=entry.unavailable,
        )
    state = ExaminationState.QUIET
    reason: Message | None = None
    try:
        findings = checked_findings(detector.examine(taken.evidence))
        if not all(finding.quiet for finding in findings):
            state = ExaminationState.FOUND
        return Examination(
            detector=entry.name, version=entry.version, state=state, findings=findings
        )
    except NotApplicable as error:
        state, reason = ExaminationState.NOT_APPLICABLE, error.reason
    except NotExaminable as error:
        state, reason = ExaminationState.NOT_EXAMINABLE, error.reason
    except Unavailable as error:
        state, reason = ExaminationState.UNAVAILABLE, error.reason
    except MemoryError:
        state = ExaminationState.NOT_EXAMINABLE
        reason = Message("检验所需内存超过上限", "needs more memory than the limit allows")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: it is the detector that ends, not the item
        # The text of the exception may quote the evidence, so only its type is kept.
        state = ExaminationState.FAILED
        reason = Message(
            f"检测器出错（{type(error).__name__}）", f"the detector failed ({type(error).__name__})"
        )
    return Examination(detector=entry.name, version=entry.version, state=state, reason=reason)


def examine(
    taken: TakenIn, bench: Workbench, step: Step | None = None, skip: Skip | None = None
) -> tuple[Examination, ...]:
    """Run every detector that accepts this kind of evidence; each gives one examination."""
    return tuple(
        examine_with(entry, taken, step, skip) for entry in bench.by_kind[taken.evidence.kind]
    )


def examine_with(entry: Entry, taken: TakenIn, step: Step | None, skip: Skip | None) -> Examination:
    """One detector's examination, or what an earlier try that it ended left in its place."""
    key = (taken.evidence.sha256, entry.name)
    if skip and key in skip:
        return skip[key]
    if step is not None:
        step(f"{entry.name}|{taken.evidence.sha256}")
    return _examination(entry, taken)


# ---- weigh --------------------------------------------------------------------------------


def weigh(
    taken: Sequence[TakenIn], examined: Sequence[tuple[Examination, ...]], bench: Workbench
) -> list[EvidenceRecord]:
    """Records of an item and its parts; the weights of parts are carried up to their parents.

    `taken` holds the root first and parts depth first, so parents come before their parts
    and one walk from the end carries everything up.
    """
    weighed = []
    weights: list[tuple[Weight, ...]] = []
    for item, examinations in zip(taken, examined, strict=True):
        ratios, own = weigh_findings(
            examinations, bench.propositions[item.evidence.kind], bench.scales
        )
        weighed.append(ratios)
        weights.append(own)
    if len(taken) > 1:
        at = {id(item.evidence): index for index, item in enumerate(taken)}
        for index in range(len(taken) - 1, -1, -1):
            if taken[index].parts:
                below = [(part, weights[at[id(part)]]) for part in taken[index].parts]
                weights[index] = carry_up(weights[index], below)
    return [
        EvidenceRecord(
            evidence=item.evidence,
            parts=item.parts,
            refusals=item.refusals,
            examinations=weighed[index],
            not_applicable=bench.not_applicable[item.evidence.kind],
            weights=weights[index],
        )
        for index, item in enumerate(taken)
    ]


def _unpacking(evidence: Evidence, step: Step | None, skip: Skip | None) -> Message | None:
    """Note that `evidence` is being unpacked; why not, where an earlier try ended there."""
    before = skip.get((evidence.sha256, TAKE_IN)) if skip else None
    if before is None:
        if step is not None:
            step(f"{TAKE_IN}|{evidence.sha256}")
        return None
    assert before.reason is not None
    why = before.reason
    return Message(f"未能解包。{why.zh}", f"It could not be unpacked. {why.en}")


def examine_content(
    content: Content,
    path: str,
    bench: Workbench,
    *,
    declared: EvidenceKind | None = None,
    step: Step | None = None,
    skip: Skip | None = None,
    spool: Path | None = None,
) -> list[EvidenceRecord]:
    """One item, all the way: its own record first, then those of its parts."""
    taken = taken_in(content, path, bench, declared, step, skip, spool)
    examined = [examine(item, bench, step, skip) for item in taken]
    return weigh(taken, examined, bench)


def taken_in(
    content: Content,
    path: str,
    bench: Workbench,
    declared: EvidenceKind | None,
    step: Step | None,
    skip: Skip | None,
    spool: Path | None,
) -> list[TakenIn]:
    """The first step: an item and its parts as evidence, not yet examined."""
    if step is not None:
        step(f"{TAKE_IN}|")
    return take_in(
        content,
        path,
        bench.limits,
        declared=declared,
        spool=spool,
        unpacking=lambda evidence: _unpacking(evidence, step, skip),
    )


# ---- the chunk function, called in the sandboxed child ------------------------------------


def skip_from(request: Mapping[str, object], bench: Workbench) -> Skip:
    versions = {entry.name: entry.version for entry in bench.entries}
    skipped: dict[tuple[str, str], Examination] = {}
    steps = request.get("skip") or []
    assert isinstance(steps, list)
    for item in steps:
        detector, _, sha256 = str(item["step"]).partition("|")
        skipped[sha256, detector] = Examination(
            detector=detector,
            version=versions.get(detector, "?"),
            state=ExaminationState(item["state"]),
            reason=Message(item["reason"]["zh"], item["reason"]["en"]),
        )
    return skipped


def prepare(options: Mapping[str, object]) -> None:
    """Load the detectors and scales that `examine_item` will need under these options."""
    workbench(options)


def examine_item(request: Mapping[str, object], step: Step) -> Json:
    """Examine the file at `path`, shown as `name`; the answer holds its records as JSON.

    Parts to keep are handed over as spool files (large) or in line (small, base64); the
    trusted half hashes them again while it stores them.
    """
    options = request["options"]
    assert isinstance(options, dict)
    bench = workbench(options)
    declared = request.get("declared")
    spool = request.get("spool")
    records = examine_content(
        FileContent(Path(str(request["path"]))),
        str(request["name"]),
        bench,
        declared=EvidenceKind(str(declared)) if declared else None,
        step=step,
        skip=skip_from(request, bench),
        spool=Path(str(spool)) if spool else None,
    )
    return {
        "records": [record_json(record) for record in records],
        "vault": [_keep(record.evidence.sha256, record.evidence.content) for record in records[1:]],
    }


def _keep(sha256: str, content: Content) -> Json:
    if isinstance(content, FileContent):
        return {"sha256": sha256, "spool": str(content.path)}
    import base64

    return {"sha256": sha256, "inline": base64.b64encode(content.view()).decode()}
