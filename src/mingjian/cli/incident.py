"""`mingjian incident`: grade by harm and reach, the reporting clock, notice drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.speak import as_language, print_json, t

app = typer.Typer(
    help=t(
        "事件分级：按危害和范围，中欧并列；报告期限和通知草稿。由人决定。",
        "Incidents: grade by harm and reach, CN and EU side by side; clocks and notice drafts.",
    ),
    no_args_is_help=True,
)
Facts = Annotated[Path, typer.Argument(help=t("事实 JSON 文件", "a JSON file of facts"))]
Lang = Annotated[str | None, typer.Option("--lang", help="zh | en")]
AsJson = Annotated[bool, typer.Option("--json", help=t("输出 JSON", "print JSON"))]
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


def _assess(facts: Path, at: str | None) -> Any:
    from mingjian.app import incident

    return incident.assess(incident.read(facts), incident.moment(at))


@app.command(
    "grade",
    help=t(
        "分级：逐项标准、依据和核验情况；缺什么事实；怎样会高一级。",
        "Grade: every criterion with source, what is missing, what would raise it.",
    ),
)
def grade(
    facts: Facts,
    every: Annotated[
        bool, typer.Option("--all", help=t("列出全部标准", "list all criteria"))
    ] = False,
    at: At = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings
    from mingjian.cli.incident_lines import graded

    settings = load_settings(language=as_language(lang))
    report: Any = incident.report(_assess(facts, at))
    if json:
        print_json(report)
    else:
        graded(report, settings.language, every)


@app.command(
    "clock",
    help=t(
        "报告期限：从获知时间起算，北京时间与协调世界时并列。",
        "The reporting clock: from when it became known, in Beijing time and UTC.",
    ),
)
def clock(facts: Facts, at: At = None, json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings
    from mingjian.cli.incident_lines import clocks

    settings = load_settings(language=as_language(lang))
    report: Any = incident.report(_assess(facts, at))
    if json:
        print_json({name: report[name] for name in ("title", "at", "known_at", "deadlines")})
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
    facts: Facts,
    to: Annotated[str, typer.Option("--to", help="authority | enterprise | public | eu")],
    out: Annotated[
        Path | None, typer.Option("--out", help=t("写入文件", "write to a file"))
    ] = None,
    released_by: Annotated[
        list[str] | None,
        typer.Option(
            "--release-by",
            help=t(
                "签发人姓名；I、II 级需两名不同的人，重复此选项",
                "who releases it; levels I and II take two different people, repeat the option",
            ),
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=t("签发理由", "why"))] = "",
    at: At = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import incident_notice
    from mingjian.app.settings import load_settings
    from mingjian.cli.response_lines import document

    settings = load_settings(language=as_language(lang))
    assessment = _assess(facts, at)
    draft = incident_notice.notice(assessment, to)
    made: Any = draft
    if released_by:
        made = incident_notice.released(draft, assessment, released_by, reason)
    document(made, settings.language, out, json)


@app.command(
    "words", help=t("列出事实、类别、标准的名称。", "List the names of facts, classes, criteria.")
)
def words(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import incident
    from mingjian.app.settings import load_settings
    from mingjian.cli.law_lines import line

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
