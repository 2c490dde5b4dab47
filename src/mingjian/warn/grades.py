"""Grades of alarms: blue, yellow, orange, red, by a rule that is data and is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mingjian.domain.message import Message

Grade = Literal["blue", "yellow", "orange", "red"]
ORDER: tuple[Grade, ...] = ("blue", "yellow", "orange", "red")


class RuleRefused(Exception):
    """The file of grades cannot be read; `why` says what is wrong."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Message(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an alarm needs for a grade; None asks for nothing."""

    grade: Grade
    name: Message
    stands: bool = False
    """It stands among all series watched (see `Rule.share_false`)."""
    chance_at_most: float | None = None
    """Chance of as many or more if nothing happens."""
    times_at_least: float | None = None
    """How many times the expected count."""

    def words(self, share_false: float) -> Message:
        zh, en = ["超过报警界限"], ["above the alarm bound"]
        if self.stands:
            zh.append(f"计入全部序列后仍成立（误报占比不超过 {share_false:.0%}）")
            en.append(f"stands among all series watched (at most {share_false:.0%} false)")
        if self.chance_at_most is not None:
            many = f"{1 / self.chance_at_most:,.0f}"
            zh.append(f"平时出现的机会不超过 {many} 分之一")
            en.append(f"chance in quiet times at most one in {many}")
        if self.times_at_least is not None:
            zh.append(f"至少为预期的 {self.times_at_least:g} 倍")
            en.append(f"at least {self.times_at_least:g} times what is expected")
        return Message(f"{self.name.zh}：" + "；".join(zh), f"{self.name.en}: " + "; ".join(en))


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions from the highest grade to the lowest; the first that holds gives the grade."""

    conditions: tuple[Condition, ...]
    share_false: float
    """Share of false ones among the alarms that stand."""
    screen_at_most: Grade

    def grade(self, *, stands: bool, chance: float, times: float, screen: bool) -> Condition | None:
        """The condition an alarm meets; a screen's alarm is capped."""
        highest = ORDER.index(self.screen_at_most) if screen else len(ORDER)
        for condition in self.conditions:
            if ORDER.index(condition.grade) > highest:
                continue
            if condition.stands and not stands:
                continue
            least, most = condition.times_at_least, condition.chance_at_most
            if (most is None or chance <= most) and (least is None or times >= least):
                return condition
        return None


def rule_from(value: Any) -> Rule:
    """A rule from its JSON form (`grades.json`). Raises `RuleRefused`."""
    try:
        conditions = tuple(
            Condition(
                grade=_grade(item["grade"]),
                name=Message(str(item["name"]["zh"]), str(item["name"]["en"])),
                stands=item.get("stands", False) is True,
                chance_at_most=_number(item, "chance_at_most"),
                times_at_least=_number(item, "times_at_least"),
            )
            for item in value["grades"]
        )
        rule = Rule(conditions, float(value["share_false"]), _grade(value["screen_at_most"]))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise RuleRefused(
            f"等级规则有误：{str(error)[:80]}", f"the rule for grades is off: {str(error)[:80]}"
        ) from None
    places = [ORDER.index(condition.grade) for condition in conditions]
    if any(each.chance_at_most is not None and each.chance_at_most <= 0 for each in conditions):
        raise RuleRefused("chance_at_most 应大于零", "chance_at_most is above zero")
    if not places or places != sorted(set(places), reverse=True) or not 0 < rule.share_false < 1:
        raise RuleRefused(
            "等级应从高到低各出现一次，share_false 在 0 与 1 之间",
            "grades go from high to low, each once, and share_false lies between 0 and 1",
        )
    return rule


def _grade(value: object) -> Grade:
    if value not in ORDER:
        raise ValueError(f"grade {value}")
    return value


def _number(item: Mapping[str, Any], name: str) -> float | None:
    return None if item.get(name) is None else float(item[name])


@cache
def own_rule() -> Rule:
    """The rule that comes with Mingjian."""
    return rule_from(json.loads(files("mingjian.warn").joinpath("grades.json").read_text("utf-8")))
