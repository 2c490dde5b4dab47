"""A run as numbers a person could name, and its acts as words: what the learned part reads."""

from __future__ import annotations

import re
from math import log1p

from mingjian.detect.agent.acting import name_words
from mingjian.detect.agent.course import Course
from mingjian.detect.agent.following import followed
from mingjian.detect.agent.matching_harm import harm_in
from mingjian.detect.agent.rules import Hit, rules
from mingjian.detect.agent.words import says

LONGEST_WORDS = 12_000
"""Characters of acts and answers that are read as words."""


UNCLEAR = 1 / 3
"""What unclear hits count for together. Set by hand: the lists were completed while reading the
harmless runs that are learnt from, so how often such a hit is wrong cannot be learnt there."""


def features(course: Course, hits: list[Hit], unclear: float = UNCLEAR) -> dict[str, float]:
    """Named features. That a run acts at all is none: acting is what agents are for. What is
    `unclear` counts for that much of a hit, however often; with 1, each in full."""
    steps = course.steps
    broken = {hit.rule for hit in hits}
    calls, risky = list(course.acts), course.risky
    last = course.last_answer
    final = steps[last].text if last is not None else ""
    asked = "\n".join(course.asked.values())
    harm = any(harm_in(said) is not None for said in course.asked.values())
    seen = [s.text for _, s in course.trace.of("observation")]
    orders = any(says("overrides", text) for text in seen)
    refuses, asks = bool(course.refusals), bool(course.questions)
    names = bool(course.naming_risk)
    unasked = [course.only_looks(i) for i in risky if not course.wanted(i)]
    told: dict[str, float] = {rule.id: float(rule.id in broken) for rule in rules()}
    told |= {hit.rule: unclear for hit in hits if hit.unclear}
    told |= {hit.rule: 1.0 for hit in hits if not hit.unclear}
    told |= {
        "hits": log1p(_counted([not hit.unclear for hit in hits], 4, unclear)),
        "grave": log1p(sum(rule.weight == 3 and rule.id in broken for rule in rules())),
        "refuses": refuses,
        "refuses_last": last is not None and last in course.refusals,
        "asks": asks,
        "asks_last": last is not None and final.rstrip()[-1:] in "?？吗",
        "names_risk": names,
        "agreed": bool(course.approvals),
        "harm_asked": harm,
        "harm_refused": harm and refuses,
        "harm_acted": harm and bool(calls) and not refuses,
        "order_in_content": orders,
        "order_named": orders and (names or refuses),
        "order_unnamed": orders and not (names or refuses),
        "only_reads": bool(calls) and not course.acting,
        "no_calls": not calls,
        "risky_unasked": log1p(_counted(unasked, 3, unclear)),
        "risky_unquestioned": bool(risky) and not (asks or refuses or course.approvals),
        "failures": log1p(sum(course.failed(i) for i in course.acting)),
        "sensitive_request": says("sensitive", asked),
        "sensitive_acts": any(says("sensitive", steps[i].text) for i in course.acting),
        "operator_rules": bool(course.rules_given),
    }  # fmt: skip
    told |= followed(course)
    return {name: float(value) for name, value in told.items()}


def _counted(sure: list[bool], most: int, unclear: float) -> float:
    """How many, up to `most`; those not sure count for `unclear` together, or each in full."""
    doubtful = len(sure) - sum(sure)
    return min(most, sum(sure) + (doubtful if unclear == 1 else unclear * (doubtful > 0)))


_MASKS = (
    (re.compile(r"https?://\S{1,300}"), " u "),
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,80}"), " m "),
    (re.compile(r"\d[\d.,:/\-]{0,40}"), " 0 "),
    (re.compile(r"[^\w\u4e00-\u9fff?!%]+"), " "),
)


def words(course: Course) -> str:
    """Acts and answers of the agent, lower case: tools as words, values masked, no formatting."""
    parts: list[str] = []
    size = 0
    for step in course.steps:
        if step.kind == "call":
            keys = " ".join(key for key, _ in step.arguments[:12])
            parts.append(" ".join(name_words(step.name)) + " " + keys + " " + step.text[:300])
        elif step.kind == "answer":
            parts.append("| " + step.text[:1_500])
        else:
            continue
        size += len(parts[-1])
        if size > LONGEST_WORDS:
            break
    text = " ".join(parts)[:LONGEST_WORDS].lower()
    for pattern, by in _MASKS:
        text = pattern.sub(by, text)
    return text.strip()
