"""`mingjian custody`: verify, export and time-stamp the chain of custody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, out, print_json, t, visible

app = typer.Typer(help=t("保管链：核验、导出、时间戳。", "Chain of custody."), no_args_is_help=True)

Case = Annotated[str, typer.Option("--case", help=t("案件名称", "case name"))]


@app.command(
    "verify",
    help=t(
        "核验保管链，指出每一处改动（有问题时退出码为 1）。",
        "Check custody and name everything that was changed (exit code 1 if anything was).",
    ),
)
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            help=t(
                "导出的保管链文件；不给则核验本机的全部证据、记录、条目与标度",
                "an exported custody file; without it all evidence, records, entries and scales "
                "of this installation are checked",
            )
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help=t("另行获知的密钥编号", "a key id learned by another way")),
    ] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Name every entry, evidence, record or scale that is not as custody says (exit code 1)."""
    from mingjian.app.keeping import verify_file, verify_store
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    language = settings.language
    summary: dict[str, object] = {}
    if file is not None:
        check = verify_file(file, frozenset(key) if key else None)
        problems = list(check.problems)
        summary = {
            "case": check.case,
            "entries": check.entries,
            "head": check.head,
            "keys": list(check.keys),
        }
    else:
        problems = list(verify_store(settings))
    if json:
        listed = [{"where": item.where, "what": item.what.as_json()} for item in problems]
        print_json({"intact": not problems, **summary, "problems": listed})
    else:
        console = out()
        for name, value in summary.items():
            console.print(f"{name}: {visible(str(value))}", markup=False)
        for item in problems:
            what = item.what.in_language(language)
            console.print(f"✗ {visible(item.where)}: {what}", markup=False)
        if not problems:
            console.print("✓ 完整，未见改动" if language == "zh" else "✓ intact, no change found")
    if problems:
        raise typer.Exit(1)


@app.command(
    "export",
    help=t(
        "把一个案件的保管链写成可独立核验的文件。",
        "Write a case's chain to a file that verifies without any database.",
    ),
)
def export(out_file: Annotated[Path, typer.Argument()], case: Case, lang: Lang = None) -> None:
    """Write a case's chain to a file that verifies without any database."""
    from mingjian.app.keeping import known_case, opened_store
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    with opened_store(settings, must_exist=True) as store:
        head = store.export_custody(known_case(store, case), out_file)
    zh = settings.language == "zh"
    out().print(
        f"{out_file}：{head.seq} 条，末条散列值 {head.hash}"
        if zh
        else f"{out_file}: {head.seq} entries, head {head.hash}",
        markup=False,
    )


@app.command(
    "stamp-request",
    help=t(
        "为最新一条写出 RFC 3161 时间戳请求（.tsq），供送往时间戳机构。",
        "Write an RFC 3161 request (.tsq) for the newest entry, to be carried to an authority.",
    ),
)
def stamp_request(out_file: Annotated[Path, typer.Argument()], case: Case) -> None:
    """Write an RFC 3161 request (.tsq) for the newest entry, to be carried to an authority."""
    from mingjian.app.keeping import known_case, opened_store
    from mingjian.app.settings import load_settings
    from mingjian.casework.custody.stamp import request

    with opened_store(load_settings(), must_exist=True) as store:
        *_, last = store.entries(known_case(store, case))
        out_file.write_bytes(request(last))
    out().print(f"{out_file}: {last.seq} {last.hash}", markup=False)


@app.command(
    "stamp-import",
    help=t(
        "把时间戳机构的答复（.tsr）写入保管链。",
        "Bind an authority's answer (.tsr) into the chain.",
    ),
)
def stamp_import(response: Annotated[Path, typer.Argument()], case: Case) -> None:
    """Bind an authority's answer (.tsr) into the chain."""
    from mingjian.app.errors import UsageError
    from mingjian.app.keeping import known_case, opened_store
    from mingjian.app.settings import load_settings
    from mingjian.casework.custody.stamp import StampRefused, draft_from_response, stamped_entry

    with opened_store(load_settings(), must_exist=True) as store:
        data = response.read_bytes()
        try:
            entry = stamped_entry(store.entries(known_case(store, case)), data)
            head = store.append(case, [draft_from_response(entry, data)])
        except StampRefused as refused:
            raise UsageError(refused.why) from None
    out().print(f"{head.seq} {head.hash}", markup=False)
