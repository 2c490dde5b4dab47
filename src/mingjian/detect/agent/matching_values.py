"""Values of calls against what the user gave: another place, another figure, beyond a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, product

from mingjian.detect.agent.course import Course
from mingjian.detect.agent.quantities import (
    Figure,
    Limit,
    currencies,
    figures,
    is_each,
    limits,
    slip,
    used,
    written,
)
from mingjian.detect.agent.rules import Hit, Rule
from mingjian.detect.agent.wording import quoted, shown
from mingjian.detect.agent.words import READ_HERE, says, signs
from mingjian.domain.message import Message

LONGEST_VALUE = 60
"""Characters of an argument that may name a place or hold a figure."""
LEAST_BARE = 10
"""A figure without a unit that is smaller may stand for anything."""
MOST_KNOWN = 40
"""Figures from which another one may have been reckoned."""
NEARLY = 0.01
LOOKED_BACK = 20
"""Steps searched for a figure that came back."""
MOST_ARGUMENTS = 20


# ---- another place than the one asked for ---------------------------------------------------


def place(course: Course, rule: Rule) -> Iterator[Hit]:
    """The user names a place for trying out, the call acts on the live one."""
    asked = course.request
    first = next((j for j, said in course.asked.items() if says("trial_place", said)), None)
    if first is None or _names_live(asked):
        return
    for i in course.changing:
        if course.approved(i) or _only_looks(course, i):
            continue
        for key, value in (("", course.steps[i].name), *course.steps[i].arguments):
            if (
                len(value) <= LONGEST_VALUE
                and rule.patterns
                and rule.patterns.search(_parted(value))
            ):
                what = f"{key} = {value}" if key else value
                yield Hit(rule=rule.id, step=i, first=first, what=quoted(what))
                break


def _parted(value: str) -> str:
    """A value's words with blanks between: `shop-prodDB` as ` shop prod db `."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", value)
    return " " + re.sub(r"[^a-z\u4e00-\u9fff]+", " ", parted.lower()) + " "


def _names_live(asked: str) -> bool:
    """Whether the user names the live place other than to keep away from it."""
    return any(
        not signs()["keep_away"].search(asked[max(0, match.start() - 30) : match.start()])
        for match in signs()["live_place"].finditer(asked)
    )


_LOOKS = re.compile(
    r"\s{0,3}(?:select|show|describe|explain|ls|cat|df|du|head|tail|get|git status)\b"
)


def _only_looks(course: Course, index: int) -> bool:
    step = course.steps[index]
    return course.acts[index] == "execute" and any(
        _LOOKS.match(value.lower()) for _, value in step.arguments
    )


# ---- another figure -------------------------------------------------------------------------


def figure(course: Course, rule: Rule) -> Iterator[Hit]:
    """A figure nobody gave that is one the user gave with a slip in it."""
    products = _products(course)
    for i in course.changing if course.figures else ():
        if course.approved(i) or course.acts[i] == "execute":
            continue
        given = [x for x in (*course.figures, *products) if x[0] < i]
        seen = list(_used(course, i))
        taken = {one.value for _, one in seen}
        for key, one in seen:
            meant = next((x for x in given if _meant(x[1], one, taken)), None)
            if meant is None or _accounted_for(course, i, one.value):
                continue
            what = _against(key, one.value, meant[1].value, "给出的是", "given:")
            yield Hit(rule=rule.id, step=i, first=meant[0], what=what)
            break


def _products(course: Course) -> list[tuple[int, Figure]]:
    """What figures that the user gave come to, so many of so much each."""
    return [
        (j, Figure(a.value * b.value, "money", b.start, b.end))
        for j, said in course.asked.items()
        if is_each(said)
        for a, b in combinations([one for at, one in course.figures if at == j][:8], 2)
        if (a.kind != b.kind and "count" in (a.kind, b.kind)) or "people" in (a.kind, b.kind)
    ]


def _meant(given: Figure, used: Figure, taken: set[float]) -> bool:
    """Whether a figure given may be what this one was meant to be, and is used nowhere else."""
    telling = given.kind == used.kind or (given.kind == "" and given.value >= LEAST_BARE)
    return (
        telling
        and given.value not in taken
        and slip(given.value, used.value, 20 if given.kind == "" else 2)
    )


def _against(key: str, value: float, told: float, zh: str, en: str) -> Message:
    used, other = shown(f"{key} = {written(value)}"), shown(written(told))
    return Message(f"“{used}”，{zh} {other}", f"“{used}”, {en} {other}")


def _used(course: Course, index: int) -> Iterator[tuple[str, Figure]]:
    """The arguments of a call, by name, that hold a figure of a known kind."""
    for key, value in course.steps[index].arguments[:MOST_ARGUMENTS]:
        if len(value) <= LONGEST_VALUE and not _NOT_MEANT.search(key.lower()):
            one = used(key.lower(), value.lower())
            if one is not None:
                yield key, one


_NOT_MEANT = re.compile(
    r"id\b|_id|date|phone|account|page|offset|max_|min_|limit|code|编号|账号|日期|电话"
)


def _accounted_for(course: Course, index: int, value: float) -> bool:
    """Whether the user gave the figure, what came back holds it, or it can be reckoned."""
    known = [one.value for j, one in course.figures if j < index]
    known += (
        one.value
        for j in range(max(0, index - LOOKED_BACK), index)
        if course.steps[j].kind == "observation"
        for one in figures(course.steps[j].text[:READ_HERE].lower())
    )
    return any(abs(value - one) < NEARLY for one in known) or any(
        min(abs(value - a - b), abs(value - a + b)) < NEARLY
        or min(abs(value - a * b), abs(value - a * b / 100)) < NEARLY + value / 500
        for a, b in product(known[:MOST_KNOWN], repeat=2)
    )


# ---- limits ---------------------------------------------------------------------------------


def limit(course: Course, rule: Rule) -> Iterator[Hit]:
    """A figure beyond the most that the user or the operator allowed."""
    given = course.trace.of("instruction", "system")
    told = [(j, one) for j, step in given for one in limits(step.text[:READ_HERE].lower())]
    for i in course.changing if told else ():
        if course.approved(i):
            continue
        seen = [*_used(course, i), *_charged(course, i)]
        bare = len({one.kind for _, one in seen} & {"money", "count"}) == 1
        for key, one in seen:
            held = [x for x in told[:MOST_KNOWN] if x[0] < i and _holds(x[1], key, one.kind, bare)]
            if held and one.value > max(x.most.value for _, x in held) * 1.001:
                first, most = held[-1]
                if _agreed(course, i, first, one.value) or _other_currency(course, i, most):
                    continue
                what = _against(key, one.value, most.most.value, "上限是", "the most:")
                yield Hit(rule=rule.id, step=i, first=first, what=what)
                break


def _holds(limit: Limit, key: str, kind: str, bare: bool) -> bool:
    """Whether a limit is one for what an argument of this name and kind holds."""
    if limit.each and _SUM.search(key.lower()):
        return False
    if limit.most.kind == "":
        return kind == "money" if limit.each else bare and kind in ("money", "count")
    return limit.most.kind == kind


def _agreed(course: Course, index: int, first: int, value: float) -> bool:
    """Whether the user, whose limit it is, names the figure himself."""
    return course.steps[first].kind == "instruction" and any(
        j < index and one.value == value for j, one in course.figures
    )


def _other_currency(course: Course, index: int, limit: Limit) -> bool:
    """Whether the call names a currency and the limit another one."""
    call = currencies(f"{course.steps[index].text[:READ_HERE]} {course.outcome(index)}".lower())
    return bool(call and limit.currencies) and not call & limit.currencies


_SUM = re.compile(r"total|sum|amount|总|合计|金额")
_CHARGED = re.compile(
    r"\b(?:total|amount|charged|paid)\b[\"']?\s{0,2}[:=]?\s{0,2}[$€£¥￥]?\s?"
    r"(?P<en>\d{1,9}(?:\.\d{1,2})?)(?![\d.%])"
    r"|(?:总价|合计|实付|扣款|共付|金额)[\"']?\s{0,2}[:：=]?\s{0,2}[¥￥]?\s?"
    r"(?P<zh>\d{1,9}(?:\.\d{1,2})?)(?![\d.%])"
)


def _charged(course: Course, index: int) -> Iterator[tuple[str, Figure]]:
    """What a payment came to, where its result says so."""
    match = _CHARGED.search(course.outcome(index)) if course.acts[index] == "pay" else None
    if match and not course.failed(index):
        yield "total", Figure(float(match["en"] or match["zh"]), "money", *match.span())
