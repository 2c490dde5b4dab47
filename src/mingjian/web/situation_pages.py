"""The screen Situation: growth, spread, methods and skill, counted from the case base here.

Tables that are not in the case base are counted for one report only: pasted into the form, read,
and forgotten. The command line reads whole files of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from mingjian.app import situation
from mingjian.app.days import day_of
from mingjian.app.desk import NotThere
from mingjian.app.errors import UsageError
from mingjian.app.reports import Form, written
from mingjian.app.situation_report import document
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.warn.situation import Class, Every, Incident
from mingjian.web.case_report import FORMATS
from mingjian.web.page import ROWS_A_PAGE, Asked, Page, number_of
from mingjian.web.session import Deed, Given, Sent
from mingjian.web.typed import format_of, language

PERIODS = {
    "quarter": Message("季度", "quarter"),
    "month": Message("月", "month"),
    "year": Message("年", "year"),
}
LEVELS = {
    "lead": Message("主案别", "lead classes"),
    "fine": Message("细分类案件性质", "fine classes"),
}
FORMS = ("pdf", "docx", "html", "json")
_SPAN = ("every", "from", "to")


def _every(value: str) -> Every:
    return cast(Every, value if value in PERIODS else "quarter")


def _counted(asked: Asked) -> Json | None:
    """The situation over the case base; None where there is no case."""
    with asked.store() as store:
        rows, source, words = situation.case_base(store, asked.actor)
    if not rows:
        return None
    first, last = day_of(asked["from"]), day_of(asked["to"])
    return situation.report(rows, [], [source], first, last, _every(asked["every"]), words)


def _situation(asked: Asked) -> Json:
    told: Any = _counted(asked)
    return {
        "told": _without_rows(told) if told else None,
        "columns": _columns(told) if told else [],
        "every": _every(asked["every"]),
        "periods": {key: words.as_json() for key, words in PERIODS.items()},
        "levels": {key: words.as_json() for key, words in LEVELS.items()},
        "formats": {name: FORMATS[name].as_json() for name in FORMS},
    }


def _without_rows(told: Any) -> Json:
    """Rows have a page of their own."""
    numbers = {
        name: {key: one[key] for key in one if key != "rows"}
        for name, one in told["numbers"].items()
    }
    return {**told, "numbers": numbers}


def _columns(told: Any) -> list[Json]:
    """Periods as columns of a drawing 100 high."""
    counts = [told["numbers"][one["count"]]["value"] for one in told["growth"]]
    top = max(1, *counts)
    return [
        {"period": one["period"], "count": count, "height": round(100 * count / top, 1)}
        for one, count in zip(told["growth"], counts, strict=True)
    ]


def _rows(asked: Asked) -> Json:
    told: Any = _counted(asked)
    name = asked["number"]
    if told is None or name not in told["numbers"]:
        raise NotThere(
            Message("报告中没有这个数字", "the report has no such number"),
            Message("请从形势页点击一个数字", "follow a number of the page Situation"),
        )
    number, start = told["numbers"][name], number_of(asked["after"])
    shown = number["rows"][start : start + ROWS_A_PAGE]
    following = start + len(shown)
    rows = []
    for row in shown:
        source, _, ref = row.partition(":")
        rows.append({"source": source, "ref": ref, "case": source == situation.CASE_BASE})
    return {
        "number": name,
        "first": told["first"],
        "last": told["last"],
        **{key: number[key] for key in ("value", "of", "share", "query", "counted")},
        "rows": rows,
        "next": str(following) if following < len(number["rows"]) else None,
    }


# ---- a report as a file -------------------------------------------------------------------------


def _make(asked: Asked, given: Given) -> Sent:
    form, said = format_of(given, FORMS), language(given)
    incidents: list[Incident] = []
    classes: list[Class] = []
    sources: list[situation.Source] = []
    words: situation.Words = {}
    with TemporaryDirectory() as folder:
        try:
            if path := _pasted(folder, "incidents.csv", given):
                incidents, source = situation.read_incidents(path)
                sources.append(source)
            if path := _pasted(folder, "classes.csv", given):
                classes, source = situation.read_classes(path)
                sources.append(source)
        except UsageError as error:
            raise UsageError(_shorter(error.what, folder), error.next_step) from None
    if given["cases"] == "yes":
        with asked.store() as store:
            rows, source, words = situation.case_base(store, asked.actor)
        incidents += rows
        sources.append(source)
    told = situation.report(
        incidents,
        classes,
        sources,
        day_of(given["from"]),
        day_of(given["to"]),
        _every(given["every"]),
        words,
    )
    name = f"situation-{told['first']}-{told['last']}.{said}.{form}"
    if form == "json":
        return Sent(name, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return Sent(name, written(document(told, said), cast(Form, form)))


def _pasted(folder: str, name: str, given: Given) -> Path | None:
    text = given[name.partition(".")[0]]
    if not text:
        return None
    path = Path(folder) / name
    path.write_text(text + "\n", "utf-8", "replace")
    return path


def _shorter(words: Message, folder: str) -> Message:
    """Where we put what was pasted is nothing to the person."""
    return Message(words.zh.replace(f"{folder}/", ""), words.en.replace(f"{folder}/", ""))


SITUATION_PAGES = (
    Page(
        name="situation",
        area="situation",
        title=Message("形势", "Situation"),
        make=_situation,
        takes=_SPAN,
        action="case.list",
        deeds=(
            Deed(
                name="make",
                does=Message("出具形势报告并下载", "make the situation report and download it"),
                action="case.list",
                do=_make,
                takes=("format", "language", *_SPAN, "cases", "incidents", "classes", "form"),
            ),
        ),
    ),
    Page(
        name="situation-rows",
        area="situation",
        title=Message("计入的行", "Rows counted"),
        make=_rows,
        takes=("number", "after", *_SPAN),
        action="case.list",
    ),
)
