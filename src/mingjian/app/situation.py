"""`mingjian situation`: the case base and imported tables, counted into a situation report."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.errors import UsageError
from mingjian.app.given_files import bytes_of
from mingjian.app.incident import BEIJING
from mingjian.app.lists import item_page, items_asked
from mingjian.app.warn_files import TABLE_BYTES, table_of
from mingjian.casework.case.state import body_of
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.store.store import Store
from mingjian.warn.situation import SKILLS, Class, Every, Incident, Number, Situation, situation
from mingjian.warn.table import columns_of

CASE_BASE = "cases"
INCIDENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期", "发生日期"),
    "id": ("id", "编号"),
    "conduct": ("conduct", "行为"),
    "lead": ("lead", "lead_class", "主案别"),
    "fine": ("fine", "fine_class", "细分类", "细分类案件性质"),
    "technique": ("technique", "手法"),
    "skill": ("skill", "技能"),
}
CLASS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "lead": INCIDENT_COLUMNS["lead"],
    "fine": INCIDENT_COLUMNS["fine"],
    "ai": ("ai", "涉人工智能", "涉AI"),
}
_MARKED = {"1", "true", "yes", "y", "是", "涉"}
_SKILLS = {"无": "none", "一般": "some", "专业": "expert"} | {skill: skill for skill in SKILLS}
ROWS_KEPT = 2_000
"""Rows named for one number in the report's data; all of them are counted."""


Words = Mapping[str, Json]
"""Names in both languages, by id."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from: the case base or a file, as it was."""

    name: str
    what: Message
    rows: int
    sha256: str = ""


def _read(
    data: bytes, path: Path, columns: Mapping[str, tuple[str, ...]], needed: str
) -> Iterator[tuple[str, dict[str, str]]]:
    """(row number, values by our names) of each row of CSV, which is from `path`."""
    names: dict[str, str] | None = None
    try:
        for number, row in enumerate(table_of(data, path), start=2):
            if names is None:
                names = columns_of(row, columns)
                if needed not in names:
                    raise UsageError(
                        Message(
                            f"{path} 的表头缺少 {columns[needed][1]} 列",
                            f"the header of {path} lacks the column {needed}",
                        ),
                        Message(
                            f"可用的列：{'、'.join(names_[-1] for names_ in columns.values())}",
                            f"columns that are read: {', '.join(columns)}",
                        ),
                    )
            yield (
                str(number),
                {ours: (row.get(theirs) or "").strip() for ours, theirs in names.items()},
            )
    except csv.Error:
        raise UsageError(Message(f"{path} 不是 CSV", f"{path} is not CSV")) from None


def _source(path: Path, data: bytes, rows: int, what: Message) -> Source:
    return Source(path.name, what, rows, hashlib.sha256(data).hexdigest())


def read_incidents(path: Path) -> tuple[list[Incident], Source]:
    """Incidents of a CSV file: date, and if known id, conduct, lead, fine, technique, skill.

    Several conducts or techniques stand in one cell, parted by `;`. Raises `UsageError`.
    """
    found, data = [], bytes_of(path, TABLE_BYTES)
    for number, row in _read(data, path, INCIDENT_COLUMNS, "date"):
        try:
            day = date.fromisoformat(row["date"].replace("/", "-"))
        except ValueError:
            raise UsageError(
                Message(
                    f"{path} 第 {number} 行：日期应写作 2026-01-05",
                    f"{path} row {number}: a date is written 2026-01-05",
                )
            ) from None
        skill = row.get("skill", "")
        if skill and skill not in _SKILLS:
            raise UsageError(
                Message(
                    f"{path} 第 {number} 行：技能应为 无、一般 或 专业",
                    f"{path} row {number}: skill is one of {', '.join(SKILLS)}",
                )
            )
        found.append(
            Incident(
                source=path.name,
                ref=row.get("id") or number,
                day=day,
                conducts=_several(row.get("conduct", "")),
                lead=row.get("lead", ""),
                fine=row.get("fine", ""),
                techniques=_several(row.get("technique", "")),
                skill=_SKILLS.get(skill, ""),
            )
        )
    what = Message("导入的事件表", "imported table of incidents")
    return found, _source(path, data, len(found), what)


def _several(cell: str) -> tuple[str, ...]:
    parts = cell.replace("；", ";").split(";")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def read_classes(path: Path) -> tuple[list[Class], Source]:
    """A list of classes of cases: fine and lead class, and whether acts may involve AI."""
    data = bytes_of(path, TABLE_BYTES)
    found = [
        Class(
            lead=row.get("lead", ""),
            fine=row["fine"],
            marked=row.get("ai", "").casefold() in _MARKED,
            ref=number,
        )
        for number, row in _read(data, path, CLASS_COLUMNS, "fine")
    ]
    what = Message("导入的案件类别清单", "imported list of classes")
    return found, _source(path, data, len(found), what)


def case_base(store: Store, actor: Actor) -> tuple[list[Incident], Source, Words]:
    """The cases of the store as incidents: exercises and cases merged into others left out.

    A case lies on the day of the act where that is stated, else on the day it was opened. Its
    conducts are those a person took up; its methods, the propositions that items in it were
    flagged for, whose words come third.
    """
    require("case.list", actor)
    found, methods = [], set[str]()
    for one in store.counted_cases():
        body = body_of(one.name, one.body)
        if body["merged_into"]:
            continue
        methods |= one.methods
        found.append(
            Incident(
                source=CASE_BASE,
                ref=one.name,
                day=date.fromisoformat(body["facts"]["date"] or one.opened[:10]),
                conducts=tuple(
                    sorted(name for name, act in body["conducts"].items() if act["taken_up"])
                ),
                techniques=tuple(sorted(one.methods)),
            )
        )
    words = {method: _words_of(store, actor, method) for method in sorted(methods)}
    source = Source(CASE_BASE, Message("本机案件库", "the case base here"), len(found))
    return found, source, words


def _words_of(store: Store, actor: Actor, method: str) -> Json:
    """The proposition in words, as the item last flagged for it has them."""
    item: Any = item_page(store, actor, items_asked(None, proposition=method), size=1)["items"]
    named = (one["h1"] for one in item[0]["weights"] if one["proposition"] == method)
    return next(named, {"zh": method, "en": method})


def report(
    incidents: Sequence[Incident],
    classes: Sequence[Class],
    sources: Sequence[Source],
    first: date | None,
    last: date | None,
    every: Every,
    words: Words,
) -> Json:
    """The situation as data: each number with what was counted and the rows that were."""
    if not incidents:
        raise UsageError(
            Message("没有可统计的事件或案件", "there are no incidents or cases to count"),
            Message(
                "请导入事件表（--incidents），或先建立案件",
                "import a table (--incidents), or open cases first",
            ),
        )
    days = [one.day for one in incidents]
    first, last = first or min(days), last or max(days)
    if last < first:
        raise UsageError(Message("结束日期早于开始日期", "the span ends before it begins"))
    over = min(last, datetime.now(BEIJING).date())
    told = situation(incidents, classes, first, last, every, over)
    return {
        "schema": "mingjian.situation/1",
        "first": str(first),
        "last": str(last),
        "every": every,
        "total": told.total.id,
        "growth": [
            {
                "period": one.period,
                "whole": one.whole,
                "count": one.count.id,
                "times": one.times,
                "times_95": None if one.times is None else [one.low, one.high],
            }
            for one in told.growth
        ],
        "spread": [
            {
                "level": one.level,
                "classes": one.classes,
                "marked": one.marked.id,
                "met": one.met.id,
                "unlisted": list(one.unlisted),
            }
            for one in told.spread
        ],
        **{
            name: [
                {
                    "period": mix.period,
                    "counts": [
                        {"name": value, "number": number.id} for value, number in mix.shares
                    ],
                    "new": list(mix.new),
                }
                for mix in mixes
            ]
            for name, mixes in (("conducts", told.conducts), ("techniques", told.techniques))
        },
        "thresholds": [
            {"period": one.period, "without": one.without.id, "share_95": [one.low, one.high]}
            for one in told.thresholds
        ],
        "words": {**words, **_words(told)},
        "numbers": {number.id: _number(number) for number in told.numbers()},
        "sources": [
            {"name": s.name, "what": s.what.as_json(), "rows": s.rows, "sha256": s.sha256}
            for s in sources
        ],
    }


def _number(number: Number) -> Json:
    return {
        "value": number.value,
        "of": number.of,
        "share": round(number.value / number.of, 4) if number.of else None,
        "query": number.query.as_json(),
        "counted": len(number.rows),
        "rows": list(number.rows[:ROWS_KEPT]),
    }


def _words(told: Situation) -> Json:
    """Names of the conducts met, in words."""
    known = library().conducts
    names: Iterable[str] = {name for mix in told.conducts for name, _ in mix.shares}
    return {name: known[name].name.as_json() for name in sorted(names) if name in known}


def number_of(path: Path, number: str) -> Json:
    """One number of a report's data file, with its query and rows. Raises `UsageError`."""
    try:
        told: Any = json.loads(path.read_bytes())
        numbers = told["numbers"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            Message(f"{path} 不是形势报告的数据", f"{path} is not the data of a situation report"),
            Message(
                "请用 mingjian situation report --out 报告.json 生成",
                "make it with mingjian situation report --out REPORT.json",
            ),
        ) from None
    if number not in numbers:
        raise UsageError(
            Message(f"报告中没有数字 {number}", f"the report has no number {number}"),
            Message(f"它有 N1 至 N{len(numbers)}", f"it has N1 to N{len(numbers)}"),
        )
    return dict(numbers[number])
