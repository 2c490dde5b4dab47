"""`mingjian incident`: grade by harm and reach, the reporting clock, notice drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.person import Name, RoleName, Told, Work, at_work, command
from mingjian.cli.speak import AsJson, Lang, as_language, line, print_json, t

app = typer.Typer(
    help=t(
        "事件分级：按危害和范围，中欧并列；报告期限和通知草稿。由人决定。",
        "Incidents: grade by harm and reach, CN and EU side by side; clocks and notice drafts.",
    ),
    no_args_is_help=True,
)
Facts = Annotated[
    Path | None,
    typer.Argument(
        help=t("事实 JSON 文件；给出 --case 时可省", "facts, JSON; may be left out with --case")
    ),
]
Case = Annotated[str | None, typer.Option("--case", help=t("案件名称", "name of the case"))]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        help=t(
            "以此时为当前时间，如 2026-11-25T18:00:00+08:00",
            "take this as the present time, such as 2026-11-25T18:00:00+08:00",
        ),
    ),
]


def _assess(facts: Path | None, at: str | None) -> Any:
    from mingjian.app import incident
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    if facts is None:
        raise UsageError(
            Message("请给出事实文件，或用 --case 指明案件", "give a facts file, or --case NAME"),
            Message("用 mingjian incident words 列出名称", "mingjian incident words lists names"),
        )
    return incident.assess(incident.read(facts), incident.moment(at))


def _of_case(
    case: str, name: str | None, role: str | None, lang: str | None, at: str | None
) -> Any:
    """The assessment of a case's stored facts."""
    from mingjian.app import incident, incident_case

    with at_work(name, role, lang) as (store, person, _):
        state = incident_case.stored(store, person, case)
    found = incident_case.assessment_of(state)
    now = incident.moment(at)
    return incident.assess(found.facts, now) if now else found


@app.command(
    "grade",
    help=t(
        "分级：逐项标准、依据和核验情况；缺什么事实；怎样会高一级。"
        "加 --case 把事实和定级记入案件。",
        "Grade: every criterion with source, what is missing, what would raise it. "
        "With --case facts and grade are entered into the case.",
    ),
)
def grade(
    facts: Facts = None,
    case: Case = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", help=t("由人决定的级别 I–IV", "the level a person decides on, I–IV")
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=t("理由", "the reason"))] = "",
    every: Annotated[
        bool, typer.Option("--all", help=t("列出全部标准", "list all criteria"))
    ] = False,
    at: At = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings
    from mingjian.cli.incident_lines import decided, graded

    settings = load_settings(language=as_language(lang))
    entered: Any = None
    if case is not None and facts is not None:
        from mingjian.app import incident_case
        from mingjian.app.given_files import json_of

        with at_work(name, role, lang) as (store, person, _):
            state = incident_case.grade(store, person, case, json_of(facts), reason, level)
        entered = incident_case.view(state)
    if case is not None and facts is None:
        assessment = _of_case(case, name, role, lang, at)
    else:
        assessment = _assess(facts, at)
    report: Any = incident.report(assessment)
    if json:
        print_json(entered or report)
        return
    graded(report, settings.language, every)
    if entered:
        decided(entered, settings.language)


@command(
    app,
    "confirm",
    t("第二人确认 I、II 级定级。", "Confirm a grade of level I or II as the second person."),
)
def confirm(
    work: Work, case: Annotated[str, typer.Argument(help=t("案件名称", "name of the case"))]
) -> Told:
    from mingjian.app import incident_case
    from mingjian.cli.incident_lines import decided

    return incident_case.view(incident_case.confirm(work.store, work.person, case)), decided


@app.command(
    "clock",
    help=t(
        "报告期限：从获知时间起算，北京时间与协调世界时并列。",
        "The reporting clock: from when it became known, in Beijing time and UTC.",
    ),
)
def clock(
    facts: Facts = None,
    case: Case = None,
    at: At = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings
    from mingjian.cli.incident_lines import clocks

    settings = load_settings(language=as_language(lang))
    found = _of_case(case, name, role, lang, at) if case else _assess(facts, at)
    report: Any = incident.report(found)
    if json:
        print_json({item: report[item] for item in ("title", "at", "known_at", "deadlines")})
    else:
        clocks(report, settings.language)


@app.command(
    "notice",
    help=t(
        "通知草稿：致主管部门、单位、公众或欧盟机构；有权的人签发之前始终是草稿。",
        "A notice draft to authority, enterprise, public or EU; a draft until people release it.",
    ),
)
def notice(
    facts: Facts = None,
    to: Annotated[
        str, typer.Option("--to", help="authority | enterprise | public | eu")
    ] = "authority",
    case: Case = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=t("写入新文件：.txt .html .docx .pdf", "a new file: .txt .html .docx .pdf"),
        ),
    ] = None,
    release: Annotated[
        bool,
        typer.Option(
            "--release",
            help=t(
                "签发案件中的通知；I、II 级需两人先后签发",
                "release the notice of a case; levels I and II take two people, one after another",
            ),
        ),
    ] = False,
    released_by: Annotated[
        list[str] | None,
        typer.Option(
            "--release-by",
            help=t(
                "没有案件时的签发人；I、II 级重复此选项",
                "who releases it where there is no case; repeat it for levels I and II",
            ),
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=t("签发理由", "why"))] = "",
    at: At = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import incident_case, incident_notice
    from mingjian.app.settings import load_settings
    from mingjian.cli.response_lines import document

    settings = load_settings(language=as_language(lang))
    made: Any
    if case is not None:
        with at_work(name, role, lang) as (store, person, _):
            if release:
                made = incident_case.release(store, person, case, to, reason)
            else:
                made = incident_case.notice(store, person, case, to)
    else:
        assessment = _assess(facts, at)
        made = incident_notice.notice(assessment, to)
        if released_by:
            made = incident_notice.released(made, assessment, released_by, reason)
    document(made, settings.language, out, json)


@app.command(
    "words", help=t("列出事实、类别、标准的名称。", "List the names of facts, classes, criteria.")
)
def words(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    listed: Any = incident.words()
    if json:
        print_json(listed)
        return
    for kind, items in listed.items():
        line(f"[{kind}]")
        for name, item in items.items():
            choices = item.get("choices")
            tail = f"  ({' | '.join(choices)})" if choices else ""
            line(f"  {name:32} {item[settings.language]}{tail}")
