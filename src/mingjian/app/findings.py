"""What a detector returned is held against the contract before anything relies on it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import islice

from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.record import finding_json
from mingjian.domain.weight import LikelihoodRatio

MOST_FINDINGS = 1_000
"""Of one detector in one piece of evidence; `mingjian.testing` holds authors to it."""
_NO_RATIO = LikelihoodRatio(
    log10_lr=0.0, lr_bounds=(0.0, 0.0), opinion=False, why=Message("无", "none")
)


class NotFindings(TypeError):
    """The detector returned something else; one detector's fault must not cost the item."""


def checked_findings(returned: Iterable[object]) -> tuple[Finding, ...]:
    """The findings, or `NotFindings` for what could not be weighed, kept and shown."""
    findings = []
    for finding in islice(returned, MOST_FINDINGS + 1):
        if not isinstance(finding, Finding) or not _is_sound(finding):
            raise NotFindings
        findings.append(finding)
    if len(findings) > MOST_FINDINGS:
        raise NotFindings
    return tuple(findings)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _is_sound(finding: Finding) -> bool:
    score, because = finding.score, finding.because
    if not (
        isinstance(finding.signal, str)
        and isinstance(finding.proposition, str | None)
        and isinstance(because, Message)
        and isinstance(because.zh, str)
        and isinstance(because.en, str)
        and (score is None or (_is_number(score) and math.isfinite(score)))
    ):
        return False
    json.dumps(finding_json(finding, _NO_RATIO), allow_nan=False)
    return True
