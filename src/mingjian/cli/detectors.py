"""`mingjian detectors`: the catalogue, and each detector's card."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, out, print_json, t

HELP = t(
    "列出已安装的检测器；给出名称则显示其说明卡。",
    "List the installed detectors; with a name, show that detector's card.",
)


def detectors(
    name: Annotated[str | None, typer.Argument(help=t("检测器名称", "detector name"))] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.inspection import card_of, inspect_installation
    from mingjian.app.settings import load_settings
    from mingjian.domain.naming import KIND_NAMES, name_of

    settings = load_settings(language=as_language(lang))
    if name is not None:
        typer.echo(card_of(settings, name))
        return
    state = inspect_installation(settings)
    if json:
        print_json([row.as_json() for row in state.detectors])
        return
    from rich.table import Table

    zh = settings.language == "zh"
    table = Table()
    for heading in (
        ("检测器", "版本", "检验对象", "命题")
        if zh
        else ("detector", "version", "examines", "propositions")
    ):
        table.add_column(heading, overflow="fold")
    for row in state.detectors:
        kinds = [name_of(KIND_NAMES, kind).in_language(settings.language) for kind in row.accepts]
        separator = "、" if zh else ", "
        table.add_row(row.name, row.version, separator.join(kinds), ", ".join(row.propositions))
    out().print(table)
