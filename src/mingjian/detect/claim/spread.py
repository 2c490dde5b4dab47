"""Detector `claim.spread`: how posts were passed on, the first hour and day, depth and breadth.

Facts about spread, never about truth: whether it is rumour or news does not follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from mingjian.detect.claim.cascade import Cascade, Damage, cascade
from mingjian.detect.claim.spread_rows import Read, Spread, read_spread
from mingjian.detect.claim.wording import NOT_JUDGED
from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.table import rows

_SHOWN = 50
_COLUMNS = (
    Message("帖子", "post"),
    Message("转发数", "reposts"),
    Message("首小时", "first hour"),
    Message("24 小时", "24 hours"),
    Message("过半用时", "time to half"),
    Message("最大深度", "depth"),
    Message("最大宽度", "largest breadth"),
    Message("直接转发占比", "share of direct reposts"),
    Message("结构传播度", "structural virality"),
)
_TELLS_NOTHING = Message(
    "这些数字说明传播的快慢和形状，由此不能断定是谣言还是新闻。",
    "These numbers tell the pace and shape of the spread; whether it is rumour or news does not "
    "follow from them.",
)


class SpreadFacts:
    """States the pace and shape of each post's spread, and their middle values."""

    name: ClassVar[str] = "claim.spread"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.DATASET})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """One fact over all posts, with a table of the posts passed on most."""
        try:
            read = read_spread(rows(evidence))
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        found = [(one, cascade(one.delays, one.parents)) for one in read.spreads if one.delays]
        if not found:
            raise NotApplicable(Message("没有任何转发可以统计。", "There is no repost to count."))
        return (_finding(found, read),)


def _finding(found: Sequence[tuple[Spread, Cascade]], read: Read) -> Finding:
    cascades = [facts for _, facts in found]
    reposts = sum(facts.reposts for facts in cascades)
    damage = sum((facts.damage for facts in cascades), Damage())
    if len(found) == 1:
        zh, en = _one(cascades[0])
    else:
        zh, en = _many(cascades, reposts)
    notes_zh, notes_en = _notes(found, read, damage)
    most = sorted(found, key=lambda pair: (-pair[1].reposts, pair[0].name))[:_SHOWN]
    return Finding(
        signal="claim.spread",
        because=Message(
            f"{zh}{_TELLS_NOTHING.zh}{notes_zh}{NOT_JUDGED.zh}",
            f"{en} {_TELLS_NOTHING.en}{notes_en} {NOT_JUDGED.en}",
        ),
        exhibits=(
            TableExhibit(
                title=Message(
                    f"转发最多的 {len(most)} 个帖子", f"The {len(most)} posts passed on most"
                ),
                columns=_COLUMNS,
                rows=tuple(_row(one, facts) for one, facts in most),
            ),
        ),
        details={
            "form": read.form,
            "posts": len(found),
            "reposts": reposts,
            "quartiles": {name: _quartiles(cascades, value) for name, value in _FACTS.items()},
            "most": [_plain(one, facts) for one, facts in most],
            "left_out": {
                "delay": damage.delay,
                "parent": damage.parent,
                "cycle": damage.cycle,
                "order": damage.order,
                "rows": read.broken,
            },
            "cut": read.cut,
        },
    )


_FACTS: Mapping[str, Callable[[Cascade], float | None]] = {
    "reposts": lambda facts: float(facts.reposts),
    "first_hour_share": lambda facts: facts.hour_share,
    "first_day_share": lambda facts: facts.day_share,
    "half_after_s": lambda facts: facts.half_after,
    "depth": lambda facts: float(facts.depth) if facts.placed else None,
    "breadth": lambda facts: float(facts.breadth) if facts.placed else None,
    "direct_share": lambda facts: facts.direct_share,
    "virality": lambda facts: facts.virality,
}


def _quartiles(
    cascades: Sequence[Cascade], value: Callable[[Cascade], float | None]
) -> list[float] | None:
    """Lower quartile, middle and upper quartile; None where nothing is known."""
    known = sorted(v for facts in cascades if (v := value(facts)) is not None)
    if not known:
        return None
    return [round(known[(len(known) - 1) * part // 4], 4) for part in (1, 2, 3)]


def _middle(cascades: Sequence[Cascade], name: str) -> float | None:
    quartiles = _quartiles(cascades, _FACTS[name])
    return None if quartiles is None else quartiles[1]


def _one(facts: Cascade) -> tuple[str, str]:
    zh = (
        f"该帖有 {facts.reposts} 次转发：首小时 {facts.first_hour} 次，"
        f"24 小时内 {facts.first_day} 次，"
        f"{_span(facts.half_after).zh}内达到一半；"
        f"最深 {facts.depth} 层，同层最多 {facts.breadth} 次，"
        f"直接转发占 {_share(facts.direct_share)}，结构传播度 {_number(facts.virality)}。"
    )
    en = (
        f"The post was passed on {facts.reposts:,} times: {facts.first_hour:,} in the first hour, "
        f"{facts.first_day:,} in 24 hours, half of all within {_span(facts.half_after).en}; depth "
        f"{facts.depth}, largest breadth {facts.breadth:,}, share of direct reposts "
        f"{_share(facts.direct_share)}, structural virality {_number(facts.virality)}."
    )
    return zh, en


def _many(cascades: Sequence[Cascade], reposts: int) -> tuple[str, str]:
    hour, day = _middle(cascades, "first_hour_share"), _middle(cascades, "first_day_share")
    half, depth = _span(_middle(cascades, "half_after_s")), _middle(cascades, "depth")
    direct, virality = _middle(cascades, "direct_share"), _middle(cascades, "virality")
    deep = "—" if depth is None else f"{depth:.0f}"
    zh = (
        f"{len(cascades)} 个帖子共有 {reposts} 次转发。各帖的中间值：首小时占 {_share(hour)}，"
        f"24 小时内占"
        f" {_share(day)}，{half.zh}内达到一半，深 {deep} 层，直接转发占 {_share(direct)}，"
        f"结构传播度 {_number(virality)}。"
    )
    en = (
        f"{len(cascades):,} posts were passed on {reposts:,} times. Middle values: {_share(hour)} "
        f"in the first hour, {_share(day)} in 24 hours, half of all within {half.en}, depth "
        f"{deep}, {_share(direct)} direct reposts, structural virality {_number(virality)}."
    )
    return zh, en


def _notes(found: Sequence[tuple[Spread, Cascade]], read: Read, damage: Damage) -> tuple[str, str]:
    zh = en = ""
    if damage.total:
        zh += (
            f"受损而未计入：时间 {damage.delay} 个，上级 {damage.parent} 个，"
            f"成环 {damage.cycle} 个，"
            f"早于上级 {damage.order} 个。"
        )
        en += (
            f" Damaged and left out: {damage.delay:,} times, {damage.parent:,} parents, "
            f"{damage.cycle:,} in a circle, {damage.order:,} earlier than their parent."
        )
    if read.broken:
        zh += f"另有 {read.broken} 行无法读取或编号重复。"
        en += f" {read.broken:,} rows could not be read or repeat an id."
    unseen = sum(one.unseen for one, _ in found)
    if unseen:
        zh += f"{unseen} 个首帖不在表中，时间从其最早的转发算起。"
        en += (
            f" {unseen:,} first posts are not in the table; their times run from the earliest "
            "repost."
        )
    if read.cut:
        zh += "数据超过上限，只读了前面一部分。"
        en += " The data exceed the limit; only the first part was read."
    return zh, en


def _span(seconds: float | None) -> Message:
    if seconds is None:
        return Message("—（无）", "—")
    for size, zh, en in (
        (86_400.0, "天", "days"),
        (3_600.0, "小时", "hours"),
        (60.0, "分钟", "minutes"),
    ):
        if seconds >= 2 * size:
            return Message(f"{seconds / size:.1f} {zh}", f"{seconds / size:.1f} {en}")
    return Message(f"{seconds:.0f} 秒", f"{seconds:.0f} seconds")


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _row(one: Spread, facts: Cascade) -> tuple[str | Message, ...]:
    return (
        one.name,
        str(facts.reposts),
        str(facts.first_hour),
        str(facts.first_day),
        _span(facts.half_after),
        str(facts.depth),
        str(facts.breadth),
        _share(facts.direct_share),
        _number(facts.virality),
    )


def _plain(one: Spread, facts: Cascade) -> dict[str, object]:
    return {
        "post": one.name,
        "reposts": facts.reposts,
        "first_hour": facts.first_hour,
        "first_day": facts.first_day,
        "half_after_s": facts.half_after,
        "last_after_s": facts.last_after,
        "depth": facts.depth,
        "breadth": facts.breadth,
        "direct": facts.direct,
        "placed": facts.placed,
        "virality": None if facts.virality is None else round(facts.virality, 4),
    }
