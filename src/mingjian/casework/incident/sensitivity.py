"""What would put the incident one level higher: the smallest changes, computed, easiest first."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.casework.incident.facts import IncidentFacts
from mingjian.casework.incident.grade import Graded
from mingjian.casework.incident.scheme import Criterion, Step, Test
from mingjian.casework.incident.words import fact_words
from mingjian.domain.message import Message

MOST_FACTS = 3
"""Ways that need more facts than this to change tell a reader nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """If all of `needs` were so, the incident would stand at `to`."""

    criterion: Criterion
    to: Step
    needs: tuple[Test, ...]
    words: Message
    unknown: bool
    """Whether it only takes facts that are not known yet (none known to be otherwise)."""


def _distance(test: Test, facts: IncidentFacts) -> float:
    """How far a known fact is from enough: 1 just short, larger further; unknown facts 0."""
    if test.fact not in facts.values:
        return 0.0
    word = fact_words()[test.fact]
    if test.at_least is None or word.kind != "number":
        return 10.0
    return word.rank(test.at_least) / max(word.rank(facts.values[test.fact]), 1e-9)


def _words(needs: tuple[Test, ...], facts: IncidentFacts, to: Step) -> Message:
    zh, en = [], []
    for test in needs:
        needed = test.needs()
        if test.fact in facts.values:
            now = fact_words()[test.fact].said(facts.values[test.fact])
            zh.append(f"{needed.zh}（现为 {now.zh}）")
            en.append(f"{needed.en} (now {now.en})")
        else:
            zh.append(f"{needed.zh}（尚不清楚）")
            en.append(f"{needed.en} (not known yet)")
    return Message(
        f"如果{'，且'.join(zh)}，则为“{to.name.zh}”",
        f"if {' and '.join(en)}, it would be “{to.name.en}”",
    )


def one_level_higher(graded: Graded, facts: IncidentFacts) -> tuple[Change, ...]:
    """Every way to the next step above, nearest first; empty at the top or with none near."""
    above = [
        way.step.rank
        for criterion in graded.scheme.criteria
        for way in criterion.ways
        if way.step.rank > graded.step.rank
    ]
    if not above:
        return ()
    target = min(above)
    found: list[tuple[tuple[bool, int, float], Change]] = []
    for criterion in graded.scheme.criteria:
        if criterion.id in facts.not_concerned:
            continue
        for way in criterion.ways:
            needs = tuple(test for test in way.tests if not test.holds(facts.values))
            if way.step.rank != target or len(needs) > MOST_FACTS:
                continue
            unknown = all(test.fact not in facts.values for test in needs)
            change = Change(
                criterion=criterion,
                to=way.step,
                needs=needs,
                words=_words(needs, facts, way.step),
                unknown=unknown,
            )
            distance = sum(_distance(test, facts) for test in needs)
            # Known facts that are nearly enough say most, then what only has to be found out.
            found.append(((unknown, len(needs), distance), change))
    found.sort(key=lambda item: item[0])
    return tuple(change for _, change in found)
