"""`mingjian drill`: scenarios on a clock; every line says that it is an exercise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.person import Name, RoleName, at_work
from mingjian.cli.speak import AsJson, Lang, as_language, line, print_json, t

app = typer.Typer(
    help=t(
        "演练：按时钟下达情况、记录回答、写出总结；处处标明“演练”，不产生真实文书。",
        "Drills: injects on a clock, answers recorded, a report; marked Exercise throughout.",
    ),
    no_args_is_help=True,
)


@app.command("list", help=t("列出演练脚本。", "List the scenarios."))
def list_(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import drill
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    listed: Any = [drill.summary(item) for item in drill.every()]
    if json:
        print_json(listed)
        return
    for item in listed:
        line(drill.mark(f"{item['id']:24} {item['title'][settings.language]}", settings.language))


@app.command(
    "run",
    help=t(
        "开始演练。回答写作：编号 选项 说明，如 A1 b 已致电银行。",
        "Run a drill. Answer like: id choice words, such as A1 b bank called.",
    ),
)
def run(
    name: Annotated[str, typer.Argument(help=t("脚本名称或文件", "scenario or file"))],
    out: Annotated[Path, typer.Option("--out", help=t("记录文件夹", "folder for the papers"))],
    speed: Annotated[
        float, typer.Option("--speed", help=t("比现实快几倍", "how many times faster than life"))
    ] = 1.0,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help=t("预先写好的回答 JSON", "prepared answers, JSON")),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help=t("参加者，可重复", "who takes part"))
    ] = None,
    case: Annotated[
        str | None,
        typer.Option("--case", help=t("记入此演练案件", "enter it into this exercise case")),
    ] = None,
    name_: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import drill
    from mingjian.app.settings import load_settings
    from mingjian.cli.drill_run import Typed, teller

    settings = load_settings(language=as_language(lang))
    language = settings.language
    people = by or [settings.actor]
    scenario = drill.find(name)
    drill.fresh(out)
    if case is not None:
        with at_work(name_, role, lang) as (store, person, _):
            drill.may_enter(store, person, case)
    prepared = drill.read_answers(answers, people[0]) if answers else None
    tell = teller(scenario, language, json)
    clock = drill.paced(speed)
    source = prepared or Typed(people[0])
    try:
        done = drill.run(scenario, clock, source, out, speed=speed, people=people, tell=tell)
    except Exception:
        raise
    except BaseException:  # a person or the system ended it; what came so far is written
        line(drill.mark(t(f"演练提前中止，记录：{out}", f"broken off, papers: {out}"), language))
        raise typer.Exit(130) from None
    if case is not None:
        with at_work(name_, role, lang) as (store, person, _):
            drill.enter(store, person, case, done)
    if json:
        print_json(done.debrief.as_json())
        return
    for row in done.debrief.text(language).splitlines():
        line(row)
    line(drill.mark(t(f"记录：{out}", f"papers: {out}"), language))


@app.command("report", help=t("显示或写出一次演练的总结。", "Show or write the report of a drill."))
def report(
    folder: Annotated[Path, typer.Argument(help=t("记录文件夹", "folder of the drill"))],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help=t("写入新文件：.html .docx .pdf", "a new file: .html .docx .pdf")
        ),
    ] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import drill
    from mingjian.app.settings import load_settings
    from mingjian.cli.response_lines import keep

    settings = load_settings(language=as_language(lang))
    if json:
        print_json(drill.kept_report(folder))
    elif out is not None:
        keep(out, drill.kept_pages(folder, settings.language, out))
    else:
        for row in drill.kept_text(folder, settings.language).splitlines():
            line(row)
