"""Is the conduct regulated? 可规制 / 规制不足 / 无法规制, with the reason.

Two things decide: what is in force on the date of the act, and our own dated reading of where
the rules fall short (in `words/conducts.json`). The narrower of the two is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mingjian.domain.message import Message
from mingjian.law.entry import Article, Conduct

State = Literal["regulated", "insufficient", "not_regulated"]
STATES: dict[State, Message] = {
    "not_regulated": Message("无法规制", "not regulated"),
    "insufficient": Message("规制不足", "insufficiently regulated"),
    "regulated": Message("可规制", "regulated"),
}
_ORDER = tuple(STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The state in one jurisdiction on one day."""

    jurisdiction: str
    state: State
    reasons: tuple[Message, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "state": self.state,
            "words": STATES[self.state].as_json(),
            "reasons": [item.as_json() for item in self.reasons],
        }


def coverage(
    conduct: Conduct, jurisdiction: str, day: date, in_force: Sequence[Article]
) -> Coverage:
    """What `in_force` (the conduct's articles in force on `day`) and our reading allow."""
    state, reason = _from_articles(jurisdiction, in_force)
    reasons = [reason]
    for ceiling in conduct.ceilings:
        if ceiling.jurisdiction != jurisdiction:
            continue
        if (ceiling.start and day < ceiling.start) or (ceiling.until and day > ceiling.until):
            continue
        if _ORDER.index(ceiling.state) < _ORDER.index(state):
            state = ceiling.state  # type: ignore[assignment]
            reasons = [ceiling.reason, reason]
        else:
            reasons.append(ceiling.reason)
    return Coverage(jurisdiction=jurisdiction, state=state, reasons=tuple(reasons))


def _from_articles(jurisdiction: str, in_force: Sequence[Article]) -> tuple[State, Message]:
    if not in_force and jurisdiction == "EU":
        # National criminal law is not in this library, so it cannot say "not regulated".
        return "insufficient", Message(
            "《人工智能法》当日没有对应的有效条文；成员国刑法与数据保护法不在本库",
            "no article of the AI Act fits and was in force that day; national criminal law and "
            "data protection law are not in this library",
        )
    if not in_force:
        return "not_regulated", Message(
            "行为发生之日，法条库中没有对应的有效条文",
            "on the date of the act no article in this library fits and is in force",
        )
    if jurisdiction == "EU":
        if any(item.versions[-1].bands for item in in_force):
            return "regulated", Message(
                "《人工智能法》有禁止或义务，并有行政罚款；是否犯罪由成员国法律规定",
                "the AI Act prohibits or obliges, with administrative fines; whether it is a "
                "crime is for the law of the Member State",
            )
        return "insufficient", Message(
            "《人工智能法》只规定义务或程序；是否犯罪由成员国法律规定",
            "the AI Act sets duties or procedure only; whether it is a crime is for the law of "
            "the Member State",
        )
    branches = {item.branch for item in in_force}
    if "criminal" in branches:
        return "regulated", Message(
            "行为发生之日有可能对应的刑法条文",
            "a criminal article that may fit was in force on the date of the act",
        )
    if "administrative" in branches:
        return "insufficient", Message(
            "只有行政法条文，没有对应的刑法条文",
            "only administrative articles fit, no criminal one",
        )
    return "insufficient", Message("只有民事法条文", "only civil articles fit")
