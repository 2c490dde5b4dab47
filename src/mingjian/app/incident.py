"""Incident use cases: facts from a file, both regimes side by side, the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from mingjian.app.errors import UsageError
from mingjian.app.given_files import json_of
from mingjian.casework.incident.classes import checked as classes_checked
from mingjian.casework.incident.classes import class_names
from mingjian.casework.incident.clock import Deadline, deadlines
from mingjian.casework.incident.facts import IncidentFacts, IncidentRefused, facts_from, time_from
from mingjian.casework.incident.grade import Graded, Outcome, grade
from mingjian.casework.incident.scheme import CHECKED_WORDS, Step, is_verified, schemes
from mingjian.casework.incident.sensitivity import one_level_higher
from mingjian.casework.incident.words import fact_words
from mingjian.domain.message import Message
from mingjian.domain.record import Json

BEIJING = timezone(timedelta(hours=8))
FROM_REPORT = "III"
"""The level from which the CAC measures ask for a report."""
NOTE = Message(
    "分级和期限是供人决定的建议。没有给出的事实是“未知”，不是零。",
    "Grade and deadlines are suggestions for a person to decide on. "
    "A fact that is not given is unknown, never zero.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An incident held against every scheme."""

    facts: IncidentFacts
    graded: Mapping[str, Graded]
    clocks: tuple[Deadline, ...]
    now: datetime

    @property
    def chinese(self) -> Graded:
        """The scheme that puts the incident highest in China; statutory first among equals."""
        found = [item for item in self.graded.values() if item.scheme.jurisdiction == "CN"]
        return max(found, key=lambda item: (item.step.rank, item.scheme.statutory))


def read(path: Path) -> IncidentFacts:
    """The facts of a file; refused with the reason."""
    return from_json(json_of(path))


def from_json(value: object) -> IncidentFacts:
    try:
        return facts_from(value)
    except IncidentRefused as refused:
        raise UsageError(
            refused.why,
            Message(
                "用 mingjian incident words 列出事实、类别与标准",
                "mingjian incident words lists facts, classes and criteria",
            ),
        ) from None


def moment(value: str | None) -> datetime | None:
    """A time given on the command line, with its zone."""
    try:
        return time_from("--at", value)
    except IncidentRefused as refused:
        raise UsageError(refused.why) from None


def assess(facts: IncidentFacts, now: datetime | None = None) -> Assessment:
    """Grade and clocks of an incident, as of `now`."""
    at = now or datetime.now(UTC).replace(microsecond=0)
    graded = {name: grade(scheme, facts, at.date()) for name, scheme in schemes().items()}
    return Assessment(facts=facts, graded=graded, clocks=deadlines(graded, facts), now=at)


def utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def beijing(time: datetime) -> str:
    return time.astimezone(BEIJING).isoformat(timespec="seconds")


def time_json(time: datetime | None) -> Json | None:
    return None if time is None else {"utc": utc(time), "beijing": beijing(time)}


def _step(step: Step | None) -> Json | None:
    return None if step is None else {"id": step.id, **step.name.as_json()}


def _facts(names: tuple[str, ...]) -> list[Json]:
    words = fact_words()
    return [
        {"fact": name, "name": words[name].name.as_json(), "ask": words[name].ask.as_json()}
        for name in names
    ]


def _outcome(outcome: Outcome) -> Json:
    criterion = outcome.criterion
    return {
        "id": criterion.id,
        "name": criterion.name.as_json(),
        "set_aside": outcome.set_aside,
        "reached": _step(outcome.reached),
        "because": [item.as_json() for item in outcome.because],
        "may_reach": _step(outcome.may_reach),
        "missing": list(outcome.missing),
        "source": criterion.source.as_json(),
        "checked": criterion.checked,
        "checked_words": CHECKED_WORDS[criterion.checked].as_json(),
        "verified": criterion.verified,
        "note": criterion.note.as_json() if criterion.note else None,
    }


def _graded(answer: Graded, facts: IncidentFacts) -> Json:
    scheme = answer.scheme
    return {
        "id": scheme.id,
        "title": scheme.title.as_json(),
        "jurisdiction": scheme.jurisdiction,
        "statutory": scheme.statutory,
        "in_force": answer.in_force,
        "from": scheme.start.isoformat(),
        "dates_verified": is_verified(scheme.dates_checked),
        "note": scheme.note.as_json(),
        "step": _step(answer.step),
        "may_reach": _step(answer.may_reach),
        "settled": answer.settled,
        "rests_on": list(answer.rests_on),
        "without": _step(answer.without),
        "criteria": [_outcome(item) for item in answer.outcomes],
        "higher": [
            {
                "criterion": change.criterion.id,
                "to": _step(change.to),
                "words": change.words.as_json(),
                "unknown": change.unknown,
                "verified": change.criterion.verified,
            }
            for change in one_level_higher(answer, facts)
        ],
    }


def clock_json(clock: Deadline, now: datetime) -> Json:
    """A deadline with its times in UTC and Beijing time, and the seconds left (or over)."""
    rule = clock.rule
    state = clock.state(now)
    left = int((clock.due - now).total_seconds()) if clock.due is not None else None
    return {
        "id": rule.id,
        "who": rule.who.as_json(),
        "to": rule.to.as_json(),
        "duty": clock.duty,
        "missing": list(clock.missing),
        "minutes": rule.minutes,
        "after": rule.after,
        "within": rule.within.as_json(),
        "start": time_json(clock.start),
        "due": time_json(clock.due),
        "state": state,
        "seconds_left": left if state in ("running", "overdue") else None,
        "in_force": clock.in_force,
        "source": rule.source.as_json(),
        "checked": rule.checked,
        "checked_words": CHECKED_WORDS[rule.checked].as_json(),
        "verified": clock.verified,
        "note": rule.note.as_json() if rule.note else None,
    }


def _highest(assessment: Assessment) -> Step:
    """The gravest Chinese level that facts not known yet could still bring."""
    found = (item for item in assessment.graded.values() if item.scheme.jurisdiction == "CN")
    return max((item.may_reach for item in found), key=lambda step: step.rank)


def report_duty(assessment: Assessment) -> str:
    """Whether the CAC measures ask for a report: `yes`, `no` or `depends`."""
    answer = assessment.graded["cac-2025"]
    needed = answer.scheme.step(FROM_REPORT).rank
    if answer.step.rank >= needed:
        return "yes"
    return "depends" if answer.may_reach.rank >= needed else "no"


def report(assessment: Assessment) -> Json:
    """Everything a person needs to decide, as JSON."""
    facts = assessment.facts
    chinese = assessment.chinese
    names = class_names()
    return {
        "note": NOTE.as_json(),
        "title": facts.title,
        "at": time_json(assessment.now),
        "known_at": time_json(facts.known_at),
        "classes": [{"id": name, **names[name].as_json()} for name in facts.classes],
        "classes_verified": is_verified(classes_checked()),
        "facts": dict(facts.values),
        "grade": {
            "CN": {
                "level": _step(chinese.step),
                "by": chinese.scheme.id,
                "statutory": _step(assessment.graded["cac-2025"].step),
                "report": report_duty(assessment),
                "may_reach": _step(_highest(assessment)),
            },
            "EU": {
                "level": _step(assessment.graded["eu-ai-act-73"].step),
                "may_reach": _step(assessment.graded["eu-ai-act-73"].may_reach),
                "in_force": assessment.graded["eu-ai-act-73"].in_force,
            },
        },
        "schemes": [_graded(item, facts) for item in assessment.graded.values()],
        "ask": {
            place: _facts(
                tuple(
                    dict.fromkeys(
                        name
                        for item in assessment.graded.values()
                        if item.scheme.jurisdiction == place
                        for name in item.missing
                    )
                )
            )
            for place in ("CN", "EU")
        },
        "deadlines": [clock_json(item, assessment.now) for item in assessment.clocks],
    }


def words() -> Json:
    """The names a facts file may use."""
    return {
        "facts": {
            name: {
                "kind": word.kind,
                **word.name.as_json(),
                "choices": list(word.choices),
            }
            for name, word in fact_words().items()
        },
        "classes": {name: item.as_json() for name, item in class_names().items()},
        "criteria": {
            item.id: item.name.as_json()
            for scheme in schemes().values()
            for item in scheme.criteria
        },
    }
