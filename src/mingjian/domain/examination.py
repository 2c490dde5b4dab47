"""Examinations: one detector's run over one piece of evidence, whatever came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mingjian.domain.finding import Finding
from mingjian.domain.message import Message


class ExaminationState(StrEnum):
    """Every state is shown to the reader; none is ever a silent gap or a number."""

    FOUND = "found"
    QUIET = "quiet"
    NOT_APPLICABLE = "not_applicable"
    NOT_EXAMINABLE = "not_examinable"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What one detector made of one piece of evidence."""

    detector: str
    version: str
    state: ExaminationState
    reason: Message | None = None
    """Why, for every state but found and quiet."""
    findings: tuple[Finding, ...] = ()
