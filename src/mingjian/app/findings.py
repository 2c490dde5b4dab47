"""What a detector returned is held against the contract before anything relies on it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import islice

from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.record import exhibit_json, place_json, plain

MOST_FINDINGS = 1_000
"""Of one detector in one piece of evidence; `mingjian.testing` holds authors to it."""
_encoded = json.JSONEncoder(allow_nan=False).encode


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


def _is_sound(finding: Finding) -> bool:
    score, because, proposition = finding.score, finding.because, finding.proposition
    if not (
        isinstance(finding.signal, str)
        and (proposition is None or isinstance(proposition, str))
        and isinstance(because, Message)
        and isinstance(because.zh, str)
        and isinstance(because.en, str)
        and (score is None or (isinstance(score, (int, float)) and math.isfinite(score)))
    ):
        return False
    # Whatever else a detector says must have a JSON form; the encoder raises where it has none.
    _encoded(
        (
            finding.quiet,
            [place_json(place) for place in finding.where],
            [exhibit_json(exhibit) for exhibit in finding.exhibits],
            dict(finding.context),
            plain(finding.details),
        )
    )
    return True
