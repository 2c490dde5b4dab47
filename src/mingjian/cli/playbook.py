"""`mingjian playbook`: CACAO 2.0 playbooks listed, checked, exchanged and worked through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.person import Name, RoleName, actor, at_work
from mingjian.cli.speak import AsJson, Lang, as_language, line, print_json, t

app = typer.Typer(
    help=t(
        "预案（CACAO 2.0）：查看、核对、导入导出，逐步由人执行；明鉴不执行任何命令。",
        "Playbooks (CACAO 2.0): show, check, exchange, work through by people; nothing is run.",
    ),
    no_args_is_help=True,
)
Which = Annotated[str, typer.Argument(help=t("名称、标识符或文件", "short name, id or a file"))]


@app.command("list", help=t("列出预案。", "List the playbooks."))
def list_(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import playbook
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    listed: Any = [playbook.summary(item) for item in playbook.every(settings).values()]
    if json:
        print_json(listed)
        return
    for item in listed:
        steps = f"{item['steps']} 步" if settings.language == "zh" else f"{item['steps']} steps"
        line(f"{item['key']:28} {item['name'][settings.language]}  ({steps})")


@app.command("show", help=t("显示一个预案的全部步骤。", "Show all steps of a playbook."))
def show(name: Which, json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import playbook
    from mingjian.app.settings import load_settings
    from mingjian.cli.playbook_lines import shown

    settings = load_settings(language=as_language(lang))
    found = playbook.find(name, settings)
    if json:
        print_json(found.raw)
    else:
        shown(found, settings.language)


@app.command(
    "validate",
    help=t(
        "按 CACAO 2.0 规则核对；有错误时退出码为 1。",
        "Check against the rules of CACAO 2.0; exit code 1 on errors.",
    ),
)
def validate(name: Which, json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import playbook
    from mingjian.app.settings import load_settings
    from mingjian.cli.playbook_lines import listed_problems

    settings = load_settings(language=as_language(lang))
    found = playbook.find(name, settings)
    problems: Any = [playbook.problem_json(item) for item in playbook.check(found, settings)]
    if json:
        print_json({"id": found.id, "name": found.name.as_json(), "problems": problems})
    else:
        listed_problems(problems, settings.language)
    if any(item["severity"] == "error" for item in problems):
        raise typer.Exit(1)


@app.command(
    "export",
    help=t("导出为 CACAO 2.0 JSON，内容无损失。", "Export as CACAO 2.0 JSON, without loss."),
)
def export(
    name: Which,
    out: Annotated[
        Path | None, typer.Option("--out", help=t("写入新文件", "write to a new file"))
    ] = None,
    lang: Lang = None,
) -> None:
    import sys

    from mingjian.app import playbook
    from mingjian.app.settings import load_settings
    from mingjian.cli.response_lines import keep

    settings = load_settings(language=as_language(lang))
    data = playbook.find(name, settings).export()
    if out is None:
        sys.stdout.write(data.decode("utf-8"))
    else:
        keep(out, data)


@app.command(
    "import",
    help=t(
        "导入一个 CACAO 2.0 文件，原样保存；有错误的不收，除非加 --anyway。",
        "Import a CACAO 2.0 file and keep it as it is; one with errors only with --anyway.",
    ),
)
def import_(
    file: Annotated[Path, typer.Argument(help=t("文件", "the file"))],
    anyway: Annotated[
        bool, typer.Option("--anyway", help=t("有错误也收下", "keep it in spite of errors"))
    ] = False,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import playbook
    from mingjian.app.settings import load_settings
    from mingjian.cli.playbook_lines import listed_problems

    settings = load_settings(language=as_language(lang))
    report: Any = playbook.import_(file, settings, actor(settings, name, role), anyway=anyway)
    if json:
        print_json(report)
    else:
        listed_problems(report["problems"], settings.language)
        called = report["name"][settings.language] or report["id"]
        kept = t(f"已导入：{called}", f"imported: {called}")
        line(kept if report["kept"] else t(f"未导入：{called}", f"not imported: {called}"))
    if not report["kept"]:
        raise typer.Exit(1)


@app.command(
    "run",
    help=t(
        "逐步执行一个预案：每一步由人做、由人答；文书为草稿；可中断后继续。",
        "Work through a playbook: people do and answer every step; letters are drafts; "
        "it can be taken up again later.",
    ),
)
def run(
    name: Which,
    out: Annotated[
        Path, typer.Option("--out", help=t("记录和文书的文件夹", "folder for log and letters"))
    ],
    facts: Annotated[
        Path | None, typer.Option("--facts", help=t("文书所需的案情 JSON", "case facts, JSON"))
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help=t("预先写好的回答 JSON", "prepared answers, JSON")),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", help=t("记入此案件及其保管链", "enter it into this case and its custody")
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--form", help=t("文书格式", "form of the letters") + ": txt | html | docx | pdf"
        ),
    ] = "txt",
    person: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import playbook
    from mingjian.app.playbook_case import CaseRun
    from mingjian.app.settings import load_settings
    from mingjian.cli.playbook_run import work_through

    settings = load_settings(language=as_language(lang))
    language = settings.language
    found = playbook.find(name, settings)
    values = playbook.read_values(facts) if facts else {}

    def go_on(kept: playbook.Folder | CaseRun, by: str) -> None:
        going = playbook.begin(found, kept.answers())
        work_through(going, kept, values, answers, by, language, json)
        if json:
            print_json(playbook.report(going))

    if case is None:
        go_on(playbook.Folder(out, found, form), person or settings.actor)
        return
    with at_work(person, role, lang) as (store, who, _):
        go_on(CaseRun(store, who, case, found, out, form), who.name)
