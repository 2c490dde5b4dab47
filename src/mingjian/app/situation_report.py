"""The situation as a document: sentences, tables and curves; each figure names its query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mingjian.casework.custody.entry import this_second
from mingjian.casework.document.blocks import (
    Block,
    Document,
    Facts,
    Figure,
    Grid,
    Heading,
    Paragraph,
)
from mingjian.domain.finding import Axis, Curve, CurveExhibit
from mingjian.domain.message import Language, Message
from mingjian.domain.record import exhibit_json

Told = Mapping[str, Any]
_METHODS_SHOWN = 12
_CURVE_FROM = 4
"""Periods from which a curve says more than the table."""
_LEVELS = {
    "lead": Message("主案别", "lead classes"),
    "fine": Message("细分类案件性质", "fine classes"),
}


def document(told: Told, language: Language) -> Document:
    """The report of `app.situation.report` in one language."""
    return Document(
        title="人工智能犯罪形势报告" if language == "zh" else "Situation: AI-enabled crime",
        language=language,
        blocks=tuple(_Writer(told, language).blocks()),
        made_at=this_second(),
        facts=((("期间" if language == "zh" else "Span"), f"{told['first']} – {told['last']}"),),
    )


class _Writer:
    def __init__(self, told: Told, language: Language) -> None:
        self.told = told
        self.zh = language == "zh"
        self.language = language
        self.numbers: Mapping[str, Told] = told["numbers"]

    def say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def figure(self, number: str) -> str:
        """A number as it stands in text, with where it is explained."""
        one = self.numbers[number]
        value = f"{one['value']:,.0f}"
        if one["of"]:
            value += f" / {one['of']:,} = {one['share']:.2%}"
        return f"{value} [{number}]"

    def blocks(self) -> Iterator[Block]:
        yield Paragraph(self._summary(), "strong")
        yield from self._growth()
        yield from self._spread()
        for name, zh, en in (
            ("conducts", "行为类型", "Conduct"),
            ("techniques", "手法构成", "Methods"),
        ):
            yield from self._mix(self.told[name], self.say(zh, en))
        yield from self._threshold()
        yield from self._where_from()

    def _summary(self) -> str:
        total = self.figure(self.told["total"])
        said = self.say(f"期间共 {total} 起。", f"In all {total} in the span. ")
        for one in self.told["spread"]:
            name = _LEVELS[one["level"]].in_language(self.language)
            said += self.say(
                f"{name}中标为可能涉及人工智能的 {self.figure(one['marked'])}，"
                f"期间实际有事件的 {self.figure(one['met'])}。",
                f"Of the {name}, {self.figure(one['marked'])} are marked as possibly involving AI; "
                f"{self.figure(one['met'])} had an incident in the span. ",
            )
        return said.strip()

    def _growth(self) -> Iterator[Block]:
        yield Heading(self.say("增长", "Growth"), 2)
        rows = []
        for one in self.told["growth"]:
            if not one["whole"]:
                times = self.say("（不足一整期，不比较）", "(not a whole period: not compared)")
            elif one["times"] is None:
                times = "—"
            else:
                low, high = one["times_95"]
                times = f"{one['times']:.2f} ({low:.2f}–{high:.2f})"
            rows.append((one["period"], self.figure(one["count"]), times))
        yield Grid(
            columns=(
                self.say("期", "period"),
                self.say("起数", "incidents"),
                self.say("为上一期的倍数（95 %）", "times the period before (95 %)"),
            ),
            rows=tuple(rows),
        )
        if len(rows) > _CURVE_FROM:
            yield Figure("", exhibit_json(self._curve()))
        yield Paragraph(
            self.say(
                "倍数的区间把两期起数都当作泊松分布；区间包含 1 时不能说有变化。登记数随登记的"
                "勤惰而变，不等于发生数。",
                "The interval takes both counts as Poisson; where it includes 1 no change can be "
                "stated. What is filed varies with how diligently it is filed, and is not what "
                "happened.",
            ),
            "fine",
        )

    def _curve(self) -> CurveExhibit:
        counts = [self.numbers[one["count"]]["value"] for one in self.told["growth"]]
        points = tuple((float(at), float(count)) for at, count in enumerate(counts, start=1))
        return CurveExhibit(
            title=Message("各期起数", "incidents by period"),
            across=Axis(
                name=Message("第几期", "period number"), first=1.0, last=float(len(counts))
            ),
            up=Axis(name=Message("起数", "incidents"), first=0.0, last=float(max(1, *counts))),
            curves=(Curve(Message("起数", "incidents"), points),),
        )

    def _spread(self) -> Iterator[Block]:
        yield Heading(self.say("涉及的案件类别", "Spread over classes of cases"), 2)
        if not self.told["spread"]:
            yield Paragraph(
                self.say(
                    "没有导入案件类别清单（--classes），因此没有这两个比例。",
                    "No list of classes was imported (--classes): there are no such ratios.",
                )
            )
            return
        yield Grid(
            columns=(
                self.say("层次", "level"),
                self.say("清单标为可能涉及", "marked by the list"),
                self.say("期间有事件", "met in the span"),
            ),
            rows=tuple(
                (
                    _LEVELS[one["level"]].in_language(self.language),
                    self.figure(one["marked"]),
                    self.figure(one["met"]),
                )
                for one in self.told["spread"]
            ),
        )
        for one in self.told["spread"]:
            if one["unlisted"]:
                names = self.say("、", ", ").join(one["unlisted"][:20])
                yield Paragraph(
                    self.say(
                        f"清单中没有的类别（{len(one['unlisted'])} 个）：{names}",
                        f"Not on the list ({len(one['unlisted'])}): {names}",
                    ),
                    "note",
                )

    def _mix(self, mixes: Sequence[Told], title: str) -> Iterator[Block]:
        yield Heading(title, 2)
        if not mixes:
            yield Paragraph(self.say("没有写明。", "None is stated."))
        for mix in mixes:
            rows = []
            for one in mix["counts"][:_METHODS_SHOWN]:
                words = self.told["words"].get(one["name"])
                name = words[self.language] if words else one["name"]
                new = self.say("（首次出现）", " (new)") if one["name"] in mix["new"] else ""
                rows.append((mix["period"], name + new, self.figure(one["number"])))
            yield Grid(
                columns=(
                    self.say("期", "period"),
                    title,
                    self.say("起数 / 写明者", "incidents / of those that state it"),
                ),
                rows=tuple(rows),
                widths=(1, 3, 2),
            )

    def _threshold(self) -> Iterator[Block]:
        yield Heading(self.say("技术门槛", "Skill it took"), 2)
        if not self.told["thresholds"]:
            yield Paragraph(
                self.say(
                    "没有写明所需技能的事件（事件表的 skill 列）。",
                    "No incident states the skill it took (column skill of the table).",
                )
            )
            return
        rows = []
        for one in self.told["thresholds"]:
            low, high = one["share_95"]
            rows.append((one["period"], self.figure(one["without"]), f"{low:.1%}–{high:.1%}"))
        yield Grid(
            columns=(
                self.say("期", "period"),
                self.say("无须专门技能", "without special skill"),
                "95 %",
            ),
            rows=tuple(rows),
        )

    def _where_from(self) -> Iterator[Block]:
        yield Heading(self.say("来源与口径", "Sources and queries"), 2)
        yield Facts(
            tuple(
                (
                    f"{source['what'][self.language]}：{source['name']}"
                    if self.zh
                    else f"{source['what'][self.language]}: {source['name']}",
                    self.say(f"{source['rows']:,} 行", f"{source['rows']:,} rows")
                    + (f", SHA-256 {source['sha256']}" if source["sha256"] else ""),
                )
                for source in self.told["sources"]
            )
        )
        yield Grid(
            columns=(
                self.say("编号", "number"),
                self.say("口径", "what was counted"),
                self.say("计入的行", "rows counted"),
            ),
            rows=tuple(
                (name, one["query"][self.language], f"{one['counted']:,}")
                for name, one in self.numbers.items()
            ),
            widths=(1, 6, 1),
        )
        yield Paragraph(
            self.say(
                "每个数字的行号列在同名数据文件（.json）的 numbers 中，可逐行复核："
                "mingjian situation rows 报告.json N1。",
                "The rows of each number stand in the data (.json) under numbers, to be counted "
                "again: mingjian situation rows REPORT.json N1.",
            ),
            "fine",
        )
