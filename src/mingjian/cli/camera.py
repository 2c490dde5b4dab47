"""`mingjian camera`: the fingerprint of a camera at hand, from pictures taken with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.cli.speak import Lang, as_language, err, out, t, visible

app = typer.Typer(
    help=t(
        "相机指纹：由同一相机的参考照片得出的传感器纹样，供 image.camera 比对文件与设备。",
        "Camera fingerprints: the pattern of a sensor, from reference pictures of one camera, for "
        "image.camera to compare a file with a device.",
    ),
    no_args_is_help=True,
)


@app.callback()
def _camera() -> None:
    """Keeps `make` a command of its own, though it is the only one."""


@app.command(
    "make",
    help=t(
        "由同一相机、同一尺寸、未经处理的照片（至少 6 张，20 至 50 张更好）生成指纹。",
        "Make the fingerprint from untouched pictures of one camera and one size: 6 at least, 20 "
        "to 50 are better.",
    ),
)
def make(
    paths: Annotated[
        list[Path], typer.Argument(help=t("参考照片或文件夹", "reference pictures or folders"))
    ],
    out_file: Annotated[Path, typer.Option("--out", help=t("输出文件", "the file to write"))],
    name: Annotated[
        str,
        typer.Option(
            help=t(
                "相机的名称，如物证编号；不要写人名",
                "name of the camera, such as the exhibit's number; no person's name",
            )
        ),
    ],
    lang: Lang = None,
) -> None:
    from mingjian.app import camera
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    made = camera.make(paths, name, settings)
    out_file.write_bytes(made.data)
    for path, why in made.left_out:
        text = f"{visible(path)}: {why.in_language(settings.language)}"
        err().print(text, markup=False, soft_wrap=True)
    line = (
        f"{made.pictures} 张照片，两半相符 {made.agreement:.0f} → {out_file}"
        if settings.language == "zh"
        else f"{made.pictures} pictures, halves agree by {made.agreement:.0f} -> {out_file}"
    )
    out().print(line, markup=False, soft_wrap=True)
