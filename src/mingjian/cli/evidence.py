"""`mingjian evidence show`: everything known about one piece of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, out, print_json, t, visible

app = typer.Typer(help=t("查看证据。", "Look at evidence."), no_args_is_help=True)


@app.callback()
def _noun() -> None:
    pass


@app.command(
    "show",
    help=t(
        "显示一份证据：从哪里来、发现了什么、有多大证明力。",
        "Show one piece of evidence: where it came from, what was found, what it is worth.",
    ),
)
def show(
    sha: Annotated[str, typer.Argument(help=t("SHA-256 或其前几位", "SHA-256 or its start"))],
    json: AsJson = False,
    every: Annotated[
        bool, typer.Option("--all", help=t("包括较早的检验", "earlier examinations as well"))
    ] = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.keeping import evidence_records
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    rows = evidence_records(settings, sha)
    newest = rows[0].run
    shown = [row for row in rows if every or row.run == newest]
    if json:
        print_json([row.record for row in shown])
        return
    for row in shown:
        run = f"检验 #{row.run}" if settings.language == "zh" else f"examination #{row.run}"
        out().print(run, markup=False)
        _print(row.record, settings.language)
    if len(shown) < len(rows):
        more = len(rows) - len(shown)
        out().print(t(f"另有 {more} 条较早的记录（--all）", f"{more} earlier records (--all)"))


def _print(record: Mapping[str, Any], language: str) -> None:
    from mingjian.domain.naming import KIND_NAMES, STATE_NAMES, STEP_NAMES, name_of

    console = out()
    zh = language == "zh"

    def line(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    def sentence(message: Mapping[str, str] | None) -> str:
        return visible(message[language]) if message else ""

    kind = name_of(KIND_NAMES, record["kind"])
    line(f"{visible(record['path'])}  {kind.zh if zh else kind.en} ({record['format']})")
    line(f"  SHA-256 {record['sha256']}\n  SM3     {record['sm3']}")
    for note in record["notes"]:
        line(f"  ! {sentence(note)}")
    for examination in record["examinations"]:
        state = name_of(STATE_NAMES, examination["state"])
        reason = sentence(examination["reason"])
        line(
            f"  {examination['detector']} {examination['version']}: "
            f"{state.zh if zh else state.en}{'  ' + reason if reason else ''}"
        )
        for finding in examination["findings"]:
            if not finding["quiet"]:
                line(f"    • {sentence(finding['because'])}")
    for part in record["parts"]:
        step = name_of(STEP_NAMES, str(part["step"]))
        line(f"  + {part['sha256'][:12]} {visible(part['path'])} ({step.zh if zh else step.en})")
    for weight in record["weights"]:
        if weight["carried_from"]:
            line(f"  ↑ {weight['carried_from'][:12]}")
        line(f"  {weight['proposition']}: {sentence(weight['words'])} · {sentence(weight['why'])}")
    for gap in record["not_examined"]:
        line(f"  ✗ {visible(gap['what'])}: {sentence(gap['why'])}")
