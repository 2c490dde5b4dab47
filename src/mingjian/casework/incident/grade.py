"""Holding facts against a scheme: which step is reached, why, and what is not known.

Every test asks for *at least* so much and unknown facts count for nothing, so more harm can
never lower a grade (a Hypothesis test holds this).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mingjian.casework.incident.facts import IncidentFacts
from mingjian.casework.incident.scheme import Criterion, Scheme, Step, Test, Way
from mingjian.casework.incident.words import Value, fact_words
from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One criterion held against the facts."""

    criterion: Criterion
    set_aside: bool
    reached: Step | None
    because: tuple[Message, ...]
    """What reached it, number against number; where nothing did, what fell short."""
    may_reach: Step | None
    """The gravest step that facts not known yet could still reach."""
    missing: tuple[str, ...]
    """Names of the facts that would decide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A scheme's answer. `step` is what the known facts reach: never less, perhaps more."""

    scheme: Scheme
    step: Step
    may_reach: Step
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...]
    """Facts to ask for, those that could raise the grade most first."""
    rests_on: tuple[str, ...]
    """Criteria that reach `step`; empty where it is the base."""
    without: Step
    """The grade if the only criterion in `rests_on` fell away; else the grade itself."""
    in_force: bool
    """Whether the scheme holds on the day the incident became known."""

    @property
    def settled(self) -> bool:
        """No unknown fact could raise it."""
        return self.may_reach.rank <= self.step.rank


def _state(way: Way, facts: Mapping[str, Value]) -> bool | None:
    states = [test.holds(facts) for test in way.tests]
    if False in states:
        return False
    return None if None in states else True


def _held(test: Test, facts: Mapping[str, Value]) -> Message:
    """``loss 6,000,000 CNY ≥ 5,000,000 CNY``, or ``<`` where it falls short."""
    word = fact_words()[test.fact]
    value = word.said(facts[test.fact])
    says_all = word.kind == "yes_no" or (word.kind == "choice" and test.holds(facts))
    if test.at_least is None or says_all:
        return Message(f"{word.name.zh}：{value.zh}", f"{word.name.en}: {value.en}")
    limit = word.said(test.at_least)
    sign = "≥" if test.holds(facts) else "<"
    return Message(
        f"{word.name.zh} {value.zh} {sign} {limit.zh}",
        f"{word.name.en}: {value.en} {sign} {limit.en}",
    )


def _joined(parts: list[Message]) -> Message:
    return Message("，".join(item.zh for item in parts), ", ".join(item.en for item in parts))


def _reasons(ways: list[Way], facts: Mapping[str, Value]) -> tuple[Message, ...]:
    told = [_joined([_held(test, facts) for test in way.tests]) for way in ways]
    return tuple(dict.fromkeys(told))


def _short(criterion: Criterion, facts: Mapping[str, Value]) -> tuple[Message, ...]:
    """Known facts that fall short of the lightest step they could count for."""
    lowest: dict[str, Test] = {}
    words = fact_words()
    for way in sorted(criterion.ways, key=lambda item: -item.step.rank):
        for test in way.tests:
            if test.holds(facts) is False and not (
                test.fact in lowest
                and test.at_least is not None
                and words[test.fact].rank(test.at_least)
                > words[test.fact].rank(lowest[test.fact].at_least or 0)
            ):
                lowest[test.fact] = test
    return tuple(_held(test, facts) for test in lowest.values())


def _outcome(criterion: Criterion, facts: IncidentFacts) -> Outcome:
    if criterion.id in facts.not_concerned:
        why = Message("由人排除，不涉及本事件", "set aside by a person: not part of this incident")
        return Outcome(
            criterion=criterion,
            set_aside=True,
            reached=None,
            because=(why,),
            may_reach=None,
            missing=(),
        )
    states = [(way, _state(way, facts.values)) for way in criterion.ways]
    met = [way for way, state in states if state]
    top = max((way.step for way in met), key=lambda step: step.rank, default=None)
    floor = -1 if top is None else top.rank
    open_ways = [way for way, state in states if state is None and way.step.rank > floor]
    open_ways.sort(key=lambda way: -way.step.rank)
    missing = [
        test.fact for way in open_ways for test in way.tests if test.fact not in facts.values
    ]
    return Outcome(
        criterion=criterion,
        set_aside=False,
        reached=top,
        because=_reasons([way for way in met if way.step == top], facts.values)
        if top
        else _short(criterion, facts.values),
        may_reach=open_ways[0].step if open_ways else None,
        missing=tuple(dict.fromkeys(missing)),
    )


def _highest(outcomes: list[Outcome], base: Step) -> Step:
    reached = [item.reached for item in outcomes if item.reached is not None]
    return max([base, *reached], key=lambda step: step.rank)


def grade(scheme: Scheme, facts: IncidentFacts, today: date) -> Graded:
    """Hold `facts` against one scheme; `today` stands in for an unknown day of knowledge."""
    outcomes = [_outcome(item, facts) for item in scheme.criteria]
    step = _highest(outcomes, scheme.base)
    rests_on = tuple(item.criterion.id for item in outcomes if item.reached == step)
    rest = [item for item in outcomes if item.criterion.id not in rests_on]
    without = _highest(rest, scheme.base) if len(rests_on) == 1 else step
    may = [item.may_reach for item in outcomes if item.may_reach is not None]
    asked = sorted(
        (item for item in outcomes if item.may_reach and item.may_reach.rank > step.rank),
        key=lambda item: (-(item.may_reach.rank if item.may_reach else 0), len(item.missing)),
    )
    day = facts.known_at.date() if facts.known_at else today
    return Graded(
        scheme=scheme,
        step=step,
        may_reach=max([step, *may], key=lambda item: item.rank),
        outcomes=tuple(outcomes),
        missing=tuple(dict.fromkeys(name for item in asked for name in item.missing)),
        rests_on=rests_on,
        without=without,
        in_force=day >= scheme.start,
    )
