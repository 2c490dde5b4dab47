"""The detector promise: what every detector, ours or a third party's, is held to."""

from __future__ import annotations

import json
import math
import re
import socket
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from importlib.resources import files
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from mingjian.detect.contract import (
    Detector,
    NotApplicable,
    NotExaminable,
    Unavailable,
)
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.record import finding_json
from mingjian.domain.weight import LikelihoodRatio
from mingjian.intake.content import BytesContent
from mingjian.intake.digest import digests
from mingjian.testing.evidence import evidence_from

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NO_RATIO = LikelihoodRatio(
    log10_lr=0.0, lr_bounds=(0.0, 0.0), opinion=False, why=Message("无", "none")
)
MAX_FINDINGS = 1_000


class BrokenPromise(AssertionError):
    """A detector does not do what the contract says; names the detector and the rule."""


@contextmanager
def network_cut() -> Iterator[None]:
    """Any socket opened inside raises; a detector must work without."""

    def refuse(*_: object, **__: object) -> None:
        raise BrokenPromise("a detector tried to open a socket")

    original = socket.socket.__init__
    socket.socket.__init__ = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.__init__ = original  # type: ignore[method-assign]


def _require(condition: bool, name: str, rule: str) -> None:
    if not condition:
        raise BrokenPromise(f"{name}: {rule}")


def _check_message(message: Message, name: str, place: str) -> None:
    _require(bool(message.en.strip()), name, f"{place} has no English sentence")
    _require(bool(_HAN.search(message.zh)), name, f"{place} has no Chinese sentence")


def _check_finding(finding: Finding, name: str, pairs: frozenset[str]) -> None:
    _require(bool(_NAME.fullmatch(finding.signal)), name, f"signal {finding.signal!r} is no name")
    _check_message(finding.because, name, f"finding {finding.signal}")
    if finding.score is not None:
        _require(math.isfinite(finding.score), name, f"{finding.signal} has no finite score")
    if finding.proposition is not None:
        _require(
            finding.proposition in pairs,
            name,
            f"{finding.signal} bears on {finding.proposition}, which is not declared",
        )
    for exhibit in finding.exhibits:
        _check_message(exhibit.title, name, f"an exhibit of {finding.signal}")
    json.dumps(finding_json(finding, _NO_RATIO), allow_nan=False)


def check_card(module: str, name: str) -> None:
    """The card beside the detector's module exists and speaks both languages."""
    package, _, stem = module.rpartition(".")
    card = files(package).joinpath(stem + ".md")
    _require(card.is_file(), name, f"has no card {stem}.md beside its module")
    text = card.read_text("utf-8")
    _require("## English" in text, name, "its card has no section '## English'")
    _require("## 中文" in text, name, "its card has no section '## 中文'")


def as_accepted(data: bytes, kind: EvidenceKind, format_name: str = "unknown") -> Evidence:
    """Arbitrary bytes presented as `kind`, as a mistaken or deceived intake would."""
    content = BytesContent(data)
    sha256, sm3 = digests(content)
    readable = {
        EvidenceKind.IMAGE,
        EvidenceKind.AUDIO,
        EvidenceKind.VIDEO,
        EvidenceKind.MODEL,
        EvidenceKind.ARCHIVE,
        EvidenceKind.DOCUMENT,
        EvidenceKind.DATASET,
        EvidenceKind.UNKNOWN,
    }
    return Evidence(
        sha256=sha256,
        sm3=sm3,
        size=len(data),
        path="evidence",
        identity=Identity(kind=kind, format=format_name, encoding="utf-8"),
        content=content,
        text=None if kind in readable else data.decode("utf-8", "replace"),
    )


def run(detector: Detector, evidence: Evidence) -> tuple[Finding, ...] | type[Exception]:
    """The findings, or which of the three answers was given instead."""
    try:
        with network_cut():
            return tuple(detector.examine(evidence))
    except (NotApplicable, NotExaminable, Unavailable) as answer:
        _check_message(answer.reason, detector.name, f"its {type(answer).__name__}")
        _require(
            sum(frame.f_code is run.__code__ for frame, _ in walk_tb(answer.__traceback__)) == 1,
            detector.name,
            "raises an answer that it keeps, and so keeps what it examined in memory",
        )
        return type(answer)
    except BrokenPromise:
        raise
    except Exception as error:
        raise BrokenPromise(
            f"{detector.name}: raised {type(error).__name__}: {error} on {evidence.kind} evidence"
        ) from error


def assert_keeps_promise(
    detector_class: type[Any],
    examples: Iterable[bytes] = (),
    *,
    options: Mapping[str, str] | None = None,
    arbitrary: int = 50,
) -> None:
    """Hold a detector class against the contract; raise `BrokenPromise` naming what it broke.

    `examples` are evidence it should be able to examine. `arbitrary` is how many arbitrary
    byte strings each accepted kind is tried with (Hypothesis).
    """
    name = getattr(detector_class, "name", detector_class.__name__)
    _require(bool(_NAME.fullmatch(str(name))), str(name), "its name is not dotted lower case")
    _require(bool(str(getattr(detector_class, "version", ""))), name, "it has no version")
    _require(bool(detector_class.accepts), name, "it accepts no kind of evidence")
    for pair in detector_class.propositions:
        _check_message(pair.h1, name, f"H1 of {pair.id}")
        _check_message(pair.h2, name, f"H2 of {pair.id}")
    check_card(detector_class.__module__, name)
    try:
        detector: Detector = detector_class(options or {})
    except Unavailable as missing:
        _check_message(missing.reason, name, "its unavailability")
        return
    pairs = frozenset(pair.id for pair in detector.propositions)

    def hold(evidence: Evidence) -> None:
        first = run(detector, evidence)
        if isinstance(first, tuple):
            _require(len(first) <= MAX_FINDINGS, name, f"more than {MAX_FINDINGS} findings")
            for finding in first:
                _check_finding(finding, name, pairs)
        _require(run(detector, evidence) == first, name, "two runs over the same bytes differ")

    for data in examples:
        for evidence in evidence_from(data):
            if evidence.kind in detector.accepts:
                hold(evidence)
    _hold_on_arbitrary(detector, hold, arbitrary)


def _hold_on_arbitrary(detector: Detector, hold: Any, count: int) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.binary(max_size=400), kind=st.sampled_from(sorted(detector.accepts)))
    def arbitrary(data: bytes, kind: EvidenceKind) -> None:
        hold(as_accepted(data, kind))

    arbitrary()
