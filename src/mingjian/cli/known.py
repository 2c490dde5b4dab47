"""`mingjian known`: lists of known pictures and recordings (hashes and labels, nothing else)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.cli.speak import Lang, as_language, err, out, t, visible

app = typer.Typer(
    help=t(
        "已知图像与录音清单：只含哈希（指纹）与标注，不含内容；供 image.known_content、"
        "audio.known_content 比对、供机构间交换。",
        "Lists of known pictures and recordings: hashes and labels, never the content; for "
        "image.known_content and audio.known_content to match and for exchange.",
    ),
    no_args_is_help=True,
)
OutFile = Annotated[
    Path,
    typer.Option(
        "--out", help=t("输出清单：.json 或 CSV", "the list to write: .json, or else CSV")
    ),
]


def _written(count: int, out_file: Path, language: str) -> None:
    line = f"{count} 个哈希 → {out_file}" if language == "zh" else f"{count} hashes -> {out_file}"
    out().print(line, markup=False, soft_wrap=True)


@app.command(
    "make",
    help=t(
        "由文件、文件夹或压缩包中的图像和录音生成清单。",
        "Make a list from the pictures and recordings in files, folders and archives.",
    ),
)
def make(
    paths: Annotated[
        list[Path], typer.Argument(help=t("图像、录音或文件夹", "pictures, recordings or folders"))
    ],
    out_file: OutFile,
    label: Annotated[
        str | None,
        typer.Option(help=t("全部条目的标注（默认为其路径）", "label of all (default: its path)")),
    ] = None,
    lang: Lang = None,
) -> None:
    from mingjian.app import known
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    made = known.make(paths, label, settings)
    known.write(made.entries, out_file)
    for name, why in made.left_out:
        text = f"{visible(name)}: {why.in_language(settings.language)}"
        err().print(text, markup=False, soft_wrap=True)
    _written(len(made.entries), out_file, settings.language)


@app.command(
    "convert",
    help=t(
        "读取任一形式的清单（CSV、JSON、examine --json 的输出），核对后写出，每个哈希一次。",
        "Read a list in any form (CSV, JSON, output of examine --json) and write it, each hash "
        "once.",
    ),
)
def convert(
    list_file: Annotated[Path, typer.Argument(help=t("清单", "the list"))],
    out_file: OutFile,
    lang: Lang = None,
) -> None:
    from mingjian.app import known
    from mingjian.app.settings import load_settings

    entries = known.read(list_file)
    known.write(entries, out_file)
    _written(len(entries), out_file, load_settings(language=as_language(lang)).language)
