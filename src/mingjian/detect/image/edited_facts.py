"""Facts of a picture's file that can be checked, with what they do and do not mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mingjian.detect.image.edited_metadata import (
    Thumbnail,
    disagreements,
    exif_of,
    thumbnail,
)
from mingjian.detect.image.jpeg_history import Before, Grid, Tables, recognised
from mingjian.domain.finding import Finding, Member, PictureExhibit, Raster
from mingjian.domain.message import Message
from mingjian.intake.picture import Picture, small

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

TWICE = 0.12
"""Mean log-likelihood gained a value from which earlier steps are stated as a fact."""


def facts_of(opened: Image.Image, picture: Picture, stored: NDArray[np.uint8]) -> Iterator[Finding]:
    """What tables and metadata say; `stored` is the picture before it was turned."""
    told = recognised(picture.tables)
    if told is not None:
        yield _tables(told, picture)
    copy = thumbnail(exif_of(opened), stored)
    if copy is not None:
        yield _thumbnail(copy, picture)
    for one in disagreements(opened):
        yield Finding(
            signal=f"image.edited.{one.name}",
            because=one.sentence,
            where=(Member("EXIF"),),
            details={"disagreement": one.name},
        )


def history_of(earlier: Before | None, grid: Grid | None, *, jpeg: bool) -> Iterator[Finding]:
    """Earlier saves that show in the pixels."""
    if earlier is not None and earlier.gain >= TWICE and len(earlier.steps) >= 5:
        yield _saved_before(earlier, jpeg=jpeg)
    if grid is not None and (jpeg or grid.across or grid.down):
        yield _grid(grid, jpeg=jpeg)


def _tables(told: Tables, picture: Picture) -> Finding:
    details: dict[str, object] = {
        "quality": told.quality,
        "standard": told.standard,
        "preset": told.preset,
        "sampling": picture.sampling,
    }
    if told.standard:
        zh = f"JPEG 量化表是通用的 IJG 标准表，质量 {told.quality}：许多程序、网站和手机都用它。"
        en = (
            f"The JPEG tables are the common ones of the Independent JPEG Group at quality "
            f"{told.quality}: many programs, sites and telephones use them."
        )
    elif told.preset:
        zh = f"JPEG 量化表与 Adobe Photoshop 的预设“{told.preset}”逐项相同（据 Pillow 的对照表）。"
        en = (
            f"The JPEG tables are, step by step, those of Adobe Photoshop's preset “{told.preset}” "
            "(as Pillow lists them)."
        )
    else:
        zh = (
            f"JPEG 量化表不属于通用的 IJG 系列（约相当于质量 {told.quality}）："
            "由使用自有表的相机或程序写成。"
        )
        en = (
            "The JPEG tables are not of the common family (about as fine as its quality "
            f"{told.quality}): written by a camera or program with tables of its own."
        )
    return Finding(
        signal="image.edited.tables",
        because=Message(
            zh + "这说明最后由何类程序保存，不说明内容是否改动。",
            en + " This tells what kind of program saved it last, not whether it was altered.",
        ),
        quiet=True,
        details=details,
    )


def _saved_before(earlier: Before, *, jpeg: bool) -> Finding:
    at_zh = f"，约为质量 {earlier.quality}" if earlier.quality else ""
    at_en = f", at about quality {earlier.quality}" if earlier.quality else ""
    now_zh, now_en = ("之前还", " before") if jpeg else ("曾", " before it came into this format")
    return Finding(
        signal="image.edited.saved_before",
        because=Message(
            f"像素的频率分量按周期空缺和堆积：该图像{now_zh}以 JPEG 保存过（同一网格{at_zh}）。"
            "转发、下载再保存即会如此，十分常见，不等于内容被改动。",
            "The strengths of its waves are empty and crowded in turns: the picture was saved as "
            f"JPEG{now_en}, on the same grid{at_en}. Forwarding or saving again does this "
            "and is ordinary; it does not mean that the content was altered.",
        ),
        quiet=True,
        details={
            "first_quality": earlier.quality,
            "gain": round(earlier.gain, 3),
            "steps": {f"{wave // 8},{wave % 8}": step for wave, step in earlier.steps.items()},
        },
    )


def _grid(grid: Grid, *, jpeg: bool) -> Finding:
    own_zh, own_en = ("除自身网格外，", " besides its own") if jpeg else ("", "")
    return Finding(
        signal="image.edited.grid",
        because=Message(
            f"像素中{own_zh}还有一套 8×8 的 JPEG 网格，偏离左上角 {grid.across}、{grid.down} 像素："
            "图像以 JPEG 保存之后又被裁剪（或整幅移位）再保存。裁剪十分常见，不说明裁去了什么。",
            f"The pixels show an 8 x 8 JPEG grid{own_en}, {grid.across} and {grid.down} pixels off "
            "the corner: the picture was cropped (or moved as a whole) after it had been saved as "
            "JPEG. Cropping is ordinary; what was cut off cannot be told.",
        ),
        quiet=True,
        details={
            "across": grid.across,
            "down": grid.down,
            "strength": round(grid.strength, 3),
        },
    )


def _thumbnail(copy: Thumbnail, picture: Picture) -> Finding:
    details: dict[str, object] = {
        "likeness": round(copy.likeness, 3),
        "shape": round(copy.shape, 3),
        "size": list(copy.size),
    }
    if copy.agrees:
        return Finding(
            signal="image.edited.thumbnail",
            because=Message(
                f"文件内嵌的缩略图与画面一致（相关系数 {copy.likeness:.2f}）。"
                "编辑软件常会同时更新缩略图，一致不等于未改动。",
                "The small copy kept in the file agrees with the picture (correlation "
                f"{copy.likeness:.2f}). Editors often renew it: agreement does not mean that "
                "nothing was altered.",
            ),
            quiet=True,
            details=details,
        )
    if copy.same_shape:
        zh = f"文件内嵌的缩略图与画面内容不一致（相关系数 {copy.likeness:.2f}）："
        en = (
            "The small copy kept in the file shows something else (correlation "
            f"{copy.likeness:.2f}): "
        )
    else:
        zh = f"文件内嵌的缩略图与画面的长宽比不同（相差为 {copy.shape:.2f} 倍）："
        en = f"The small copy kept in the file has another shape ({copy.shape:.2f} times as wide): "
    return Finding(
        signal="image.edited.thumbnail",
        because=Message(
            zh + "缩略图生成之后，画面被裁剪、旋转、替换或修改过，而缩略图未更新。请比较两者；"
            "单纯裁剪或转正也会如此。",
            en
            + "after the copy was made the picture was cropped, turned, replaced or altered, and "
            "the copy was left. Compare the two; mere cropping or turning does this too.",
        ),
        where=(Member("EXIF thumbnail"),),
        exhibits=(_shown(copy), _whole(picture)),
        details=details,
    )


def _shown(copy: Thumbnail) -> PictureExhibit:
    from PIL import Image

    image = Image.fromarray(copy.rgb)
    image.thumbnail((256, 256))
    return PictureExhibit(
        title=Message("文件内嵌的缩略图", "The small copy kept in the file"),
        picture=Raster(width=image.width, height=image.height, channels=3, pixels=image.tobytes()),
        width=copy.size[0],
        height=copy.size[1],
    )


def _whole(picture: Picture) -> PictureExhibit:
    return PictureExhibit(
        title=Message("画面本身", "The picture itself"),
        picture=small(picture),
        width=picture.width,
        height=picture.height,
    )
