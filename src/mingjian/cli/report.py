"""`mingjian report`: documents about a case, made again from what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.person import Name, RoleName, actor
from mingjian.cli.speak import Lang, as_language, out, t

if TYPE_CHECKING:
    from mingjian.app.reports import Form

app = typer.Typer(
    help=t(
        "报告与导出：HTML、PDF、DOCX、CASE/UCO。", "Reports and exports: HTML, PDF, DOCX, CASE."
    ),
    no_args_is_help=True,
)

Case = Annotated[str, typer.Option("--case", help=t("案件名称", "case name"))]
Out = Annotated[
    Path, typer.Argument(help=t("写到哪个文件；后缀决定格式", "file to write; its suffix says how"))
]
Run = Annotated[
    int | None, typer.Option("--run", help=t("第几次检验；默认最近一次", "which run; the latest"))
]
_FORMS: dict[str, Form] = {
    ".html": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".json": "json",
    ".jsonld": "case",
}


@app.command(
    "examiner",
    help=t(
        "检验报告（委托事项、检材、方法、所见、意见、局限、附件、签名）：.html .pdf .docx；"
        "全部数据：.json；CASE/UCO：.jsonld。",
        "The examiner's report (question, material, method, findings, opinions, limits, annexes, "
        "signatures): .html .pdf .docx; all data: .json; CASE/UCO graph: .jsonld.",
    ),
)
def examiner(file: Out, case: Case = "unfiled", run: Run = None, lang: Lang = None) -> None:
    """Write the examiner's report of a stored examination."""
    from mingjian.app.reports import examiner_file
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    form = form_of(file, tuple(_FORMS))
    write_file(file, examiner_file(settings, case, run, form, settings.language))


@app.command(
    "examination",
    help=t(
        "再次写出检验结果页（同 examine --report），不重新检验，可换语言：.html。",
        "The page of results again (as examine --report writes it), in either language, "
        "without examining again: .html.",
    ),
)
def examination(file: Out, case: Case = "unfiled", run: Run = None, lang: Lang = None) -> None:
    """Write the page of a stored examination."""
    from mingjian.app.reports import examination_page
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    form_of(file, (".html",))
    write_file(file, examination_page(settings, case, run, settings.language).encode())


@app.command(
    "case",
    help=t(
        "案卷：状态、材料、行为建议、条文、责任链、等级、任务、时间线、文书、决定、保管链摘录"
        "（.html .pdf .docx）；有处置决定之前均为草稿。",
        "The case file: status, evidence, suggested conduct, law, duties, grade, tasks, timeline, "
        "letters, decisions, custody extract (.html .pdf .docx); a draft until somebody disposes.",
    ),
)
def case_(
    file: Out, case: Case, name: Name = None, role: RoleName = None, lang: Lang = None
) -> None:
    """Write the case file."""
    from mingjian.app.reports import case_file
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang), actor=name)
    form = form_of(file, (".html", ".pdf", ".docx"))
    person = actor(settings, name, role)
    write_file(file, case_file(settings, person, case, form, settings.language))


def form_of(file: Path, known: tuple[str, ...]) -> Form:
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    suffix = file.suffix.lower()
    if suffix not in known:
        raise UsageError(
            Message(f"不认识的后缀：{file.suffix or '（无）'}", f"unknown suffix: {file.suffix}"),
            Message(f"请用 {' '.join(known)}", f"use one of {' '.join(known)}"),
        )
    return _FORMS[suffix]


def write_file(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    out().print(f"✓ {file} ({len(data):,} B)", markup=False)
