"""`mingjian examine`: files, folders and tables of records in; a weighed report out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.speak import Lang, as_language, err, out, t
from mingjian.domain.evidence import STATED_KINDS

if TYPE_CHECKING:
    from mingjian.app.settings import Settings

HELP = t(
    "检验文件、文件夹或数据表：识别、解包、登记保管链、检验、评估并出报告。",
    "Examine files, folders or a table: identify, unpack, take into custody, examine, weigh, "
    "report.",
)


def examine(
    paths: Annotated[
        list[Path] | None, typer.Argument(help=t("文件或文件夹", "files or folders"))
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=t("在标准输出写 JSON", "print JSON on stdout"))
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help=t("写 HTML 报告", "write an HTML report"))
    ] = None,
    lang: Lang = None,
    case: Annotated[
        str, typer.Option("--case", help=t("案件名称", "name of the case"))
    ] = "unfiled",
    kind: Annotated[
        str | None,
        typer.Option("--as", help=t("声明内容类别：", "what it holds: ") + ", ".join(STATED_KINDS)),
    ] = None,
    records: Annotated[
        Path | None,
        typer.Option(help=t("CSV、JSONL 或 Parquet 表", "a CSV, JSONL or Parquet table")),
    ] = None,
    text_field: Annotated[
        str | None, typer.Option(help=t("文本字段", "the field with the text"))
    ] = None,
    id_field: Annotated[
        str | None, typer.Option(help=t("编号字段", "the field with the id"))
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help=t("逐条结果 JSONL", "JSONL with one line each"))
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            help=t(
                "满足时以 1 退出：flagged（达到阈值）、found（有发现）、gap（有未检验）",
                "exit with 1 on: flagged, found, gap (something was not examined)",
            ),
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help=t("工作进程数", "worker processes"), min=1)
    ] = None,
) -> None:
    from mingjian.app.errors import UsageError
    from mingjian.app.settings import load_settings
    from mingjian.domain.message import Message

    settings = load_settings(language=as_language(lang), workers=workers)
    if kind is not None and kind not in STATED_KINDS:
        raise UsageError(
            Message(f"--as 不支持 {kind}", f"--as does not know {kind}"),
            Message("可用：" + ", ".join(STATED_KINDS), "one of: " + ", ".join(STATED_KINDS)),
        )
    if fail_on not in (None, "flagged", "found", "gap"):
        raise UsageError(
            Message(f"--fail-on 不支持 {fail_on}", f"--fail-on does not know {fail_on}"),
            Message("可用：flagged、found、gap", "one of: flagged, found, gap"),
        )
    if records is not None:
        if paths or json or report:
            raise UsageError(
                Message(
                    "--records 不能与路径、--json 或 --report 同用",
                    "--records does not go with paths, --json or --report",
                )
            )
        _examine_table(settings, records, text_field, id_field, out_file, kind, case, fail_on)
        return
    if not paths:
        raise UsageError(
            Message("没有给出要检验的路径", "no path to examine was given"),
            Message("例如：mingjian examine 证据文件夹/", "for example: mingjian examine folder/"),
        )
    _examine_paths(settings, paths, case, kind, json, report, fail_on)


def _examine_paths(
    settings: Settings,
    paths: list[Path],
    case: str,
    kind: str | None,
    json: bool,
    report: Path | None,
    fail_on: str | None,
) -> None:
    from mingjian.app.examine import examine_paths
    from mingjian.cli.summary import progress_bar, summary_table

    with progress_bar(settings.language) as told:
        done = examine_paths(paths, settings, case=case, declared=kind, told=told)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(done.report(settings.language), "utf-8")
    if json:
        done.write_json()
    else:
        out().print(summary_table(done, settings.language))
        for line in done.closing_lines(report):
            out().print(line.in_language(settings.language), markup=False)
    if fail_on is not None and done.meets(fail_on):
        raise typer.Exit(1)


def _examine_table(
    settings: Settings,
    table: Path,
    text_field: str | None,
    id_field: str | None,
    out_file: Path | None,
    kind: str | None,
    case: str,
    fail_on: str | None,
) -> None:
    from mingjian.app.errors import UsageError
    from mingjian.app.records import RecordsRequest, examine_records
    from mingjian.cli.summary import progress_bar
    from mingjian.domain.evidence import EvidenceKind
    from mingjian.domain.message import Message

    if text_field is None or out_file is None:
        raise UsageError(
            Message(
                "--records 需要同时给出 --text-field 和 --out",
                "--records needs --text-field and --out",
            )
        )
    request = RecordsRequest(
        table=table,
        text_field=text_field,
        id_field=id_field,
        out=out_file,
        declared=EvidenceKind(kind) if kind else None,
        case=case,
    )
    with progress_bar(settings.language) as told:
        done = examine_records(request, settings, lambda count: told(count, None))
    zh = settings.language == "zh"
    resumed = ""
    if done.resumed_at:
        resumed = f"（自第 {done.resumed_at} 条继续）" if zh else f" (resumed at {done.resumed_at})"
    err().print(
        f"{done.records} 条记录{resumed}，{done.flagged} 条达到阈值，"
        f"{done.errors} 条无法检验 → {out_file}"
        if zh
        else f"{done.records} records{resumed}, {done.flagged} flagged, "
        f"{done.errors} not examinable -> {out_file}",
        markup=False,
    )
    if kind is None:
        err().print(_read_as(done.kinds, settings), markup=False)
    met = {"flagged": done.flagged, "found": done.flagged, "gap": done.errors}
    if fail_on is not None and met[fail_on]:
        raise typer.Exit(1)


def _read_as(kinds: Mapping[str, int], settings: Settings) -> str:
    """What records were taken for, and what to do where that is not what the table holds."""
    from mingjian.domain.naming import KIND_NAMES, name_of

    most_first = sorted(kinds.items(), key=lambda one: -one[1])
    named = ", ".join(
        f"{name_of(KIND_NAMES, kind).in_language(settings.language)} {count}"
        for kind, count in most_first
    )
    return (
        f"读作：{named.replace(', ', '、')}。表中若是邮件、提示词、消息等，请用 --as 说明，"
        "只适用于它们的检测器才会检验"
        if settings.language == "zh"
        else f"read as: {named}. If the table holds mails, prompts, messages …, say so with --as: "
        "detectors that apply to these alone look only then"
    )
