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
_LARGE = 1 << 64
"""The encoder refuses whole numbers of thousands of digits."""
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
    told: list[object] = [finding.quiet, dict(finding.context), plain(finding.details)]
    told += map(place_json, finding.where)
    told += map(exhibit_json, finding.exhibits)
    if not _is_plain(told):
        # The encoder is the judge; it raises at what has no JSON form.
        _encoded(told)
    return True


def _is_plain(value: object) -> bool:
    """Whether this surely has a JSON form: nearly always, and found out in a tenth of the time
    that writing it takes."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if isinstance(value, float):
        return kind is float and math.isfinite(value)
    if isinstance(value, int):
        return kind is int and -_LARGE < value < _LARGE
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str for key in value) and all(map(_is_plain, value.values()))
    return False
