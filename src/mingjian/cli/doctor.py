"""`mingjian doctor`: what this installation is set to and able to do."""

from __future__ import annotations

from mingjian.cli.speak import AsJson, Lang, as_language, out, print_json, t

HELP = t(
    "显示设置及其来源，以及每个检测器是否可用、为什么。",
    "Show the settings with their source, and each detector: live or unavailable, and why.",
)


def doctor(
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from mingjian.app.inspection import inspect_installation
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    state = inspect_installation(settings)
    if json:
        print_json(state.as_json())
        return
    language = settings.language
    zh = language == "zh"
    console = out()
    table = Table(title="设置" if zh else "Settings", title_justify="left")
    for heading in ("设置项", "值", "来源") if zh else ("setting", "value", "source"):
        table.add_column(heading, overflow="fold")
    for name, value, source in state.settings:
        table.add_row(name, value, source)
    console.print(table)
    table = Table(title="检测器" if zh else "Detectors", title_justify="left")
    for heading in (
        ("检测器", "版本", "状态", "标度", "说明")
        if zh
        else ("detector", "version", "state", "scales", "note")
    ):
        table.add_column(heading, overflow="fold")
    for row in state.detectors:
        live = ("可用" if zh else "live") if row.live else ("不可用" if zh else "unavailable")
        note = row.note.in_language(language) if row.note else ""
        table.add_row(row.name, row.version, live, ", ".join(row.scales) or "—", escape(note))
    console.print(table)
    for line in state.remarks:
        console.print("• " + line.in_language(language))
