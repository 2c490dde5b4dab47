"""What a person sees while and after an examination on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mingjian.cli.speak import err, visible
from mingjian.domain.message import Language
from mingjian.domain.naming import KIND_NAMES, name_of

if TYPE_CHECKING:
    from rich.table import Table

    from mingjian.app.examine import Examined
    from mingjian.casework.case.item_line import ItemLine

ROWS = 60
Told = Callable[[int, int | None], None]


@contextmanager
def progress_bar(language: Language) -> Iterator[Told]:
    """A bar on stderr once the work takes longer than a moment; silent when redirected."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    title = "检验中" if language == "zh" else "examining"
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err(),
        transient=True,
    ) as bar:
        task = bar.add_task(title, total=None)

        def told(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield told


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _short_path(path: str, length: int = 52) -> str:
    """The end of a long path: names tell items apart, not folders."""
    return path if len(path) <= length else "…" + path[1 - length :]


def _row(line: ItemLine, language: Language) -> tuple[str, ...]:
    from mingjian.weigh.words import number

    kind = name_of(KIND_NAMES, line.kind).in_language(language)
    marks = {
        "flagged": "● 达到阈值" if language == "zh" else "● flagged",
        "found": "○ 有发现" if language == "zh" else "○ found",
        "partial": "◐ 部分未检验" if language == "zh" else "◐ partly examined",
        "quiet": "未见异常" if language == "zh" else "nothing of note",
        "failed": "✗ 未检验" if language == "zh" else "✗ not examined",
    }
    weights = [
        f"{weight['proposition']} {number(weight['log10_lr'])}"
        for weight in sorted(line.weights, key=lambda weight: -weight["log10_lr"])
        if weight["opinion"]
    ]
    gaps = str(line.gaps) if line.gaps else ""
    what = _short(visible(line.because.get(language, "")), 60 if language == "zh" else 110)
    return (
        _short_path(visible(line.path)),
        f"{kind} ({line.format})",
        marks[line.state],
        "\n".join(weights) or ("无意见" if language == "zh" else "no opinion"),
        what,
        gaps,
    )


def summary_table(done: Examined, language: Language) -> Table:
    """The items worth a look first, one row each."""
    from rich.table import Table
    from rich.text import Text

    zh = language == "zh"
    table = Table(show_lines=False, pad_edge=False)
    headings = (
        ("材料", "类别", "结果", "权重 log10 LR", "首要发现", "未检")
        if zh
        else ("item", "kind", "result", "weight, log10 LR", "first finding", "gaps")
    )
    for heading, width in zip(headings, (30, 18, 14, 24, 58, 6), strict=True):
        table.add_column(heading, overflow="fold", max_width=width)
    for line in done.lines[:ROWS]:
        style = "bold red" if line.state == "flagged" else ""
        table.add_row(*(Text(cell) for cell in _row(line, language)), style=style)
    if len(done.lines) > ROWS:
        rest = len(done.lines) - ROWS
        table.caption = (
            f"另有 {rest} 项，见报告或 JSON" if zh else f"{rest} more: see report or JSON"
        )
    return table
