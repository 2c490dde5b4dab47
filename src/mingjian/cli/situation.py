"""`mingjian situation`: growth, spread, methods and threshold, each number with its rows."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.app.days import day_of
from mingjian.cli.person import Name, RoleName, at_work
from mingjian.cli.report import form_of, write_file
from mingjian.cli.speak import AsJson, Lang, out, print_json, t, visible

if TYPE_CHECKING:
    from mingjian.app.situation import Source, Words
    from mingjian.warn.situation import Class, Incident

app = typer.Typer(
    help=t(
        "形势：增长、涉及的案件类别、手法构成、技术门槛；每个数字都能追到计入的行。",
        "The situation: growth, spread over classes, methods, skill; every number leads to its "
        "rows.",
    ),
    no_args_is_help=True,
)


@app.command(
    "report",
    help=t(
        "由案件库和导入的事件表、案件类别清单生成形势报告。",
        "Make the situation report from the case base, tables of incidents and a list of classes.",
    ),
)
def report(
    file: Annotated[
        Path | None,
        typer.Option(
            "--out", help=t("报告 .html .pdf .docx .json", "the report: .html .pdf .docx .json")
        ),
    ] = None,
    incidents: Annotated[
        list[Path] | None,
        typer.Option(
            help=t(
                "事件表 CSV：date，可加 id、conduct、lead、fine、technique、skill",
                "a CSV of incidents: date, and id, conduct, lead, fine, technique, skill if known",
            )
        ),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option(
            help=t(
                "案件类别清单 CSV：fine、lead、ai",
                "a CSV list of classes of cases: fine, lead, ai",
            )
        ),
    ] = None,
    no_cases: Annotated[
        bool, typer.Option("--no-cases", help=t("不计本机案件库", "leave the case base out"))
    ] = False,
    every: Annotated[str, typer.Option("--every", help="year | quarter | month")] = "quarter",
    start: Annotated[str | None, typer.Option("--from", help="2026-01-01")] = None,
    end: Annotated[str | None, typer.Option("--to", help="2026-12-31")] = None,
    json: AsJson = False,
    name: Name = None,
    role: RoleName = None,
    lang: Lang = None,
) -> None:
    from mingjian.app import situation
    from mingjian.app.errors import UsageError
    from mingjian.app.reports import written
    from mingjian.app.situation_report import document
    from mingjian.domain.message import Message

    if every not in ("year", "quarter", "month"):
        raise UsageError(Message(f"不认识 {every}", f"not a period: {every}"))
    form = form_of(file, (".html", ".pdf", ".docx", ".json")) if file else None
    counted: list[Incident] = []
    sources: list[Source] = []
    listed: list[Class] = []
    words: Words = {}
    with at_work(name, role, lang) as (store, actor, settings):
        for table in incidents or ():
            rows, source = situation.read_incidents(table)
            counted += rows
            sources.append(source)
        if classes:
            listed, source = situation.read_classes(classes)
            sources.append(source)
        if not no_cases:
            rows, source, words = situation.case_base(store, actor)
            counted += rows
            sources.append(source)
    told: Any = situation.report(
        counted,
        listed,
        sources,
        day_of(start),
        day_of(end),
        every,  # type: ignore[arg-type]
        words,
    )
    if file and form == "json":
        write_file(file, (json_module.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
    elif file and form:
        write_file(file, written(document(told, settings.language), form))
    if json:
        print_json(told)
    elif not file:
        _lines(told, settings.language)


def _lines(told: Any, language: str) -> None:
    console = out()
    for name, one in told["numbers"].items():
        share = f" / {one['of']:,} = {one['share']:.2%}" if one["of"] else ""
        said = f"[{name}] {one['query'][language]}: {one['value']:,.0f}{share}"
        console.print(visible(said), markup=False, soft_wrap=True)


@app.command(
    "rows",
    help=t(
        "列出报告中一个数字所计入的行。", "List the rows one number of a report was counted from."
    ),
)
def rows(
    file: Annotated[Path, typer.Argument(help=t("报告的 .json", "the report's .json"))],
    number: Annotated[str, typer.Argument(help=t("数字编号，如 N1", "the number, such as N1"))],
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import situation
    from mingjian.app.settings import load_settings
    from mingjian.cli.speak import as_language

    language = load_settings(language=as_language(lang)).language
    one: Any = situation.number_of(file, number)
    if json:
        print_json(one)
        return
    console = out()
    console.print(f"{one['query'][language]}: {one['value']:,.0f}", markup=False, soft_wrap=True)
    for row in one["rows"]:
        console.print("  " + visible(row), markup=False, soft_wrap=True)
    if (rest := one["counted"] - len(one["rows"])) > 0:
        said = f"（另有 {rest:,} 行）" if language == "zh" else f"({rest:,} more)"
        console.print("  " + said, markup=False)
