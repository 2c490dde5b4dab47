"""Detector `image.copy_move`: is a part of the picture found again elsewhere in it?

A part pasted over something to hide it, or to have more of it, is the same picture twice: turned
and scaled perhaps, but alike in its finest detail, which two things of one kind are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable
from mingjian.detect.image.stills import still
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import (
    Axis,
    Box,
    Exhibit,
    Finding,
    MapExhibit,
    PictureExhibit,
    Raster,
    Segment,
)
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.picture import Picture, small

if TYPE_CHECKING:
    from mingjian.detect.image.copy_move_filters import Mask
    from mingjian.detect.image.copy_move_search import Found

MOST_PIXELS: Final = 1_600_000
"""A larger picture is made this small before it is searched: parts under some 40 pixels of the
picture so made are not found."""
SMALLEST_SIDE: Final = 160
MANY: Final = 3
"""From so many different parts found again, the picture is one that repeats by nature (letters,
a pattern); see the card for how many forgeries have."""
_SHOWN: Final = 8
_SIDE: Final = 256


class CopyMove:
    """Measures the clearest repeated part, and shows where it lies twice."""

    name: ClassVar[str] = "image.copy_move"
    version: ClassVar[str] = "4"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement: how clearly a part is found again, with both places."""
        from mingjian.detect.image.copy_move_search import checked, grey_of

        picture = still(evidence)
        grey, factor = grey_of(picture.rgb, MOST_PIXELS)
        if min(grey.shape) < SMALLEST_SIDE:
            raise NotApplicable(
                Message(
                    f"图像（或缩小后的图像）短边不足 {SMALLEST_SIDE} 像素，不检验复制移动。",
                    f"A side of the picture (as searched) is under {SMALLEST_SIDE} pixels: it is "
                    "not examined for copied parts.",
                )
            )
        yield _finding(picture, grey.shape, factor, checked(grey))


def _finding(
    picture: Picture, shape: tuple[int, ...], factor: float, found: list[Found]
) -> Finding:
    from mingjian.detect.image.copy_move_search import CLEAR, different_parts, distinct

    best = max((one.weight for one in found), default=_NOTHING)
    every = [one for one in found if one.weight >= CLEAR]
    clear = distinct(every, shape)[:_SHOWN]
    details: dict[str, object] = {"weight": round(best, 2), "matches": len(clear)}
    if not clear:
        return Finding(
            signal="image.copy_move",
            because=Message(
                "未发现同一图像内逐像素重复的部分。很小、很平或之后严重压缩的复制部分可能漏掉，"
                "由此不能断定图像未经修改。",
                "No part of the picture was found again elsewhere in it, pixel for pixel. A small "
                "or plain part, or one compressed strongly afterwards, can be missed: that the "
                "picture was not altered does not follow.",
            ),
            score=best,
            quiet=True,
            details=details,
        )
    places = [_places(one, shape, factor) for one in clear]
    details["copies"] = [
        {
            "from": [one.left, one.top, one.width, one.height],
            "to": [two.left, two.top, two.width, two.height],
            "turned": round(_turned(found_one), 1),
            "scaled": round(_scaled(found_one), 3),
            "mirrored": found_one.copy.mirrored,
            "alike": round(found_one.copy.strong, 3),
            "weight": round(found_one.weight, 2),
        }
        for found_one, (one, two) in zip(clear, places, strict=True)
    ]
    parts, drawn = different_parts(every, shape), _drawn(picture, places)
    details |= {"parts": parts, "drawn": drawn}
    by_nature = drawn or parts >= MANY
    return Finding(
        signal="image.copy_move",
        because=_by_nature(parts, drawn) if by_nature else _sentence(clear, places[0]),
        score=best,
        quiet=by_nature,
        where=tuple(place for pair in places for place in pair),
        exhibits=_exhibits(picture, shape, clear, places),
        details=details,
    )


_NOTHING: Final = -20.0
"""The score where nothing at all was found to compare: lower than any match."""


def _drawn(picture: Picture, places: list[tuple[Box, Box]]) -> bool:
    """Whether a program drew the picture, and what is found again in it: a photograph within a
    screenshot, or under a line of writing, is still one."""
    import numpy as np

    from mingjian.detect.image.rendered import CLEAR, MOST_PIXELS, clean_edges

    edges = clean_edges(picture.rgb[: MOST_PIXELS // picture.width])
    inside = np.zeros(edges.shape, dtype=np.bool_)
    for at in (box for pair in places for box in pair):
        inside[at.top : at.top + at.height, at.left : at.left + at.width] = True
    if not inside.any():
        return False
    return 1000 * min(float(edges.mean()), float(edges[inside].mean())) >= CLEAR


def _by_nature(parts: int, drawn: bool) -> Message:
    if drawn:
        return Message(
            "图像由程序绘制（截屏、图表、绘图），其中有部分逐像素再次出现（各处已标出）："
            "程序绘制的字、图标与图案本来就彼此相同，由此不能得出任何结论。",
            "The picture was drawn by a program (screenshot, chart, drawing), and parts of it are "
            "found again elsewhere in it, pixel for pixel (the places are marked). Letters, icons "
            "and patterns that a program draws are alike by nature: from that nothing follows.",
        )
    return Message(
        f"图像中有 {parts} 个不同的部分各自在别处再次出现（各处已标出）：处处重复的图像，"
        "如印刷文字、花纹、铺设的纹理，本来就彼此相同，由此不能得出任何结论。"
        "粘贴出来的通常只是一两个部分；但粘贴的部分更多时，也会如此。",
        f"{parts} different parts of the picture are each found again elsewhere in it (the places "
        "are marked). In a picture that repeats in many places, as print, patterns and tiled "
        "textures do, they are alike by nature: from that nothing follows. Who pastes copies "
        "a part or two as a rule; a picture with more of them pasted looks like this too.",
    )


def _sentence(clear: list[Found], first: tuple[Box, Box]) -> Message:
    one, two = first
    turn, scale = _turned(clear[0]), _scaled(clear[0])
    how_zh = "".join(
        (
            "，左右镜像" if clear[0].copy.mirrored else "",
            f"，转 {turn:.0f}°" if abs(turn) >= 1 else "",
            f"，缩放为 {scale:.2f} 倍" if abs(scale - 1) >= 0.02 else "",
        )
    )
    how_en = "".join(
        (
            ", mirrored left to right" if clear[0].copy.mirrored else "",
            f", turned by {turn:.0f}°" if abs(turn) >= 1 else "",
            f", scaled to {scale:.2f}" if abs(scale - 1) >= 0.02 else "",
        )
    )
    more_zh = f"共 {len(clear)} 处；" if len(clear) > 1 else ""
    more_en = f"There are {len(clear)} such matches. " if len(clear) > 1 else ""
    alike = clear[0].copy.strong
    return Message(
        f"图像中的一块（左上角约在 {one.left}, {one.top}，约 {one.width}×{one.height} 像素）"
        f"在另一处（左上角约在 {two.left}, {two.top}{how_zh}）再次出现，"
        f"细节相关系数 {alike:.2f}。{more_zh}"
        "照片中的两个同类物体不会如此相同；绘制的图案、拼贴与重复铺贴的纹理会。"
        "哪一块是原来的，由此看不出。",
        f"A part of the picture (near {one.left}, {one.top}, about {one.width} by {one.height} "
        f"pixels) is found again elsewhere (near {two.left}, {two.top}{how_en}); its detail "
        f"correlates by {alike:.2f}. {more_en}Two things of one kind in a photograph are not so "
        "alike; drawn patterns, collages and tiled textures are. Which of the two came first "
        "cannot be seen from this.",
    )


def _turned(one: Found) -> float:
    """Degrees clockwise (y runs down), after mirroring left to right if it is mirrored."""
    from math import atan2, degrees

    linear = one.copy.affine
    across = -linear[:, 0] if one.copy.mirrored else linear[:, 0]
    return degrees(atan2(across[1] - linear[0, 1], across[0] + linear[1, 1]))


def _scaled(one: Found) -> float:
    linear = one.copy.affine
    return float(abs(linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]) ** 0.5)


def _places(one: Found, shape: tuple[int, ...], factor: float) -> tuple[Box, Box]:
    from mingjian.detect.image.copy_move_verify import second_of

    copy = one.copy
    return (
        _box_of(copy.mask, copy.left, copy.top, factor),
        _box_of(*_reordered(second_of(copy, shape)), factor),
    )


def _reordered(second: tuple[int, int, Mask]) -> tuple[Mask, int, int]:
    left, top, mask = second
    return mask, left, top


def _box_of(mask: Mask, left: int, top: int, factor: float) -> Box:
    """The rectangle around a mask, in pixels of the evidence."""
    import numpy as np

    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if not len(rows):
        return Box(round(left / factor), round(top / factor), 1, 1)
    return Box(
        round((left + int(columns[0])) / factor),
        round((top + int(rows[0])) / factor),
        max(1, round((int(columns[-1]) - int(columns[0]) + 1) / factor)),
        max(1, round((int(rows[-1]) - int(rows[0]) + 1) / factor)),
    )


def _exhibits(
    picture: Picture,
    shape: tuple[int, ...],
    clear: list[Found],
    places: list[tuple[Box, Box]],
) -> tuple[Exhibit, ...]:
    shown = small(picture, _SIDE)
    drawn = PictureExhibit(
        title=Message(
            "重复的部分（方框）与对应关系（连线）",
            "The repeated parts (boxes) and which belongs to which (lines)",
        ),
        picture=shown,
        width=picture.width,
        height=picture.height,
        marks=tuple(box for pair in places for box in pair),
        lines=tuple(Segment(*_middle(one), *_middle(two)) for one, two in places),
    )
    return drawn, _map(picture, shape, clear, shown)


def _middle(box: Box) -> tuple[int, int]:
    return box.left + box.width // 2, box.top + box.height // 2


def _map(picture: Picture, shape: tuple[int, ...], clear: list[Found], shown: Raster) -> MapExhibit:
    """How alike each place is to the other place it is found at; nothing elsewhere."""
    import numpy as np
    from PIL import Image

    from mingjian.detect.image.copy_move_search import parts_of

    strength = np.zeros(shape, dtype=np.uint8)
    for one in clear:
        own = parts_of(one.copy, shape)
        strength[own] = np.maximum(strength[own], round(255 * min(1.0, one.copy.alike)))
    size = (shown.width, shown.height)
    values = Image.fromarray(strength).resize(size, Image.Resampling.BOX)
    return MapExhibit(
        title=Message(
            "逐像素重复的区域（两处都标出，红色越浓越相同）",
            "Where the picture repeats itself pixel for pixel (both places; the denser the red, "
            "the more alike)",
        ),
        values=Raster(width=size[0], height=size[1], pixels=values.tobytes()),
        across=Axis(name=Message("横向", "across"), first=0, last=picture.width, unit="px"),
        down=Axis(name=Message("纵向", "down"), first=0, last=picture.height, unit="px"),
        under=shown,
    )
