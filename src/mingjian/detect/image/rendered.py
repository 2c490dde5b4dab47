"""Detector `image.rendered`: is the picture drawn by a program, as a screenshot is?

A lens blurs every edge and a sensor adds grain. A program draws a surface of one colour up to an
edge and changes within a pixel: text, frames and icons of a screenshot, charts, drawings. Strong
compression and scaling blur that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable
from mingjian.detect.image.stills import still
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Axis, Finding, MapExhibit, Raster
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.picture import Picture, small

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLEAR: Final = 1.5
"""Clean edges in a thousand pixels from which a picture is called drawn; see the card."""
SMALLEST_SIDE: Final = 64
MOST_PIXELS: Final = 25_000_000
"""Of a larger picture only the upper part is looked at."""
CALM: Final = 8
"""Steps from pixel to pixel that a surface stays the same before a clean edge."""
_SAME, _EDGE = 1, 40
_FULL: Final = 0.02
"""Share of clean edges in a spot of the map from which it is drawn at full strength."""

SCREENS: Final = frozenset(
    {
        (750, 1334), (828, 1792), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622),
        (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (720, 1280),
        (720, 1600), (1080, 1920), (1080, 2160), (1080, 2280), (1080, 2310), (1080, 2340),
        (1080, 2376), (1080, 2400), (1080, 2408), (1220, 2712), (1240, 2772), (1260, 2800),
        (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200), (1536, 2048),
        (1640, 2360), (1668, 2388), (2048, 2732), (768, 1366), (800, 1280), (900, 1440),
        (900, 1600), (1050, 1680), (1200, 1920), (1440, 2560), (1600, 2560), (1800, 2880),
        (2160, 3840),
    }
)  # fmt: skip
"""Common sizes of screens in pixels, short side first: a hint, no more; photographs cut to fill a
screen have them too."""


class Rendered:
    """Measures how often a plain surface ends in an edge one pixel wide."""

    name: ClassVar[str] = "image.rendered"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement, with a map of where."""
        picture = still(evidence)
        if picture.reduced > 1 or min(picture.width, picture.height) < SMALLEST_SIDE:
            raise NotApplicable(
                Message(
                    f"图像短边不足 {SMALLEST_SIDE} 像素，或太大只能缩小读取，未检验。",
                    f"The picture has a side under {SMALLEST_SIDE} pixels, or is so large that it "
                    "was read smaller: whether a program drew it was not examined.",
                )
            )
        yield _finding(picture)


def _finding(picture: Picture) -> Finding:
    import numpy as np

    rows = max(SMALLEST_SIDE, min(picture.height, MOST_PIXELS // picture.width))
    found = clean_edges(picture.rgb[:rows])
    score = round(float(1000 * np.mean(found)), 3)
    screen = tuple(sorted((picture.width, picture.height))) in SCREENS
    clear = score >= CLEAR
    return Finding(
        signal="image.rendered",
        because=_sentence(score, screen) if clear else _NOT_DRAWN,
        score=score,
        quiet=not clear,
        exhibits=(_map(picture, found),),
        details={
            "clean_edges": score,
            "screen_size": screen,
            "rows": rows,
            "size": [picture.width, picture.height],
        },
    )


_NOT_DRAWN: Final = Message(
    "很少有平整色面在一个像素内突变，未见程序绘制（截屏、图表、绘图）的痕迹。"
    "缩放或强压缩过的截屏也是如此；由此不能说是相机所拍，对屏幕的翻拍也无从认出。",
    "Plain surfaces seldom end in an edge one pixel wide: no trace of a picture drawn by a program "
    "(screenshot, chart, drawing). A screenshot made smaller or compressed strongly looks so too. "
    "That a camera took it does not follow, and a photograph of a screen is not recognised.",
)


def _sentence(score: float, screen: bool) -> Message:
    zh = "，尺寸与常见屏幕一致，像是截屏" if screen else ""
    en = ", and its size is that of a common screen, as a screenshot has" if screen else ""
    return Message(
        f"每千像素有 {score:.1f} 处平整色面在一个像素内突变{zh}：图像或其中一部分由程序绘制"
        "（截屏、图表、绘图、照片上加的文字），不是镜头成像。颗粒类检验对这些部分没有意义；"
        "截屏里的照片已非原件，应索取原件。",
        f"In a thousand pixels {score:.1f} plain surfaces end in an edge one pixel wide{en}: the "
        "picture or a part of it was drawn by a program (screenshot, chart, drawing, words put on "
        "a photograph), not made by a lens. What other detectors say of grain means nothing there; "
        "a photograph within a screenshot is no original: ask for that.",
    )


def clean_edges(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a surface that stayed the same for `CALM` steps changes within two, from left to right
    or from top to bottom, whichever happens more often."""
    import numpy as np
    from PIL import Image

    grey = np.asarray(Image.fromarray(rgb).convert("L")).astype(np.int16)
    across, down = _along(grey), _along(np.ascontiguousarray(grey.T)).T
    return across if across.mean() >= down.mean() else down


def _along(grey: NDArray[np.int16]) -> NDArray[np.bool_]:
    import numpy as np

    found = np.zeros(grey.shape, dtype=np.bool_)
    calm = np.abs(np.diff(grey, axis=1)) <= _SAME
    width = grey.shape[1] - CALM - 2
    run = calm[:, :width].copy()
    for step in range(1, CALM):
        run &= calm[:, step : step + width]
    at = CALM
    run &= np.abs(grey[:, at + 2 : at + 2 + width] - grey[:, at : at + width]) >= _EDGE
    found[:, at : at + width] = run
    return found


def _map(picture: Picture, found: NDArray[np.bool_]) -> MapExhibit:
    import numpy as np
    from PIL import Image

    under = small(picture)
    whole = np.zeros((picture.height, picture.width), dtype=np.float32)
    whole[: found.shape[0]] = found
    spots = Image.fromarray(whole).resize(
        (max(1, under.width // 4), max(1, under.height // 4)), Image.Resampling.BOX
    )
    level = np.clip(np.asarray(spots) / _FULL, 0, 1) * 255
    values = Image.fromarray(level.astype(np.uint8)).resize(
        (under.width, under.height), Image.Resampling.NEAREST
    )
    return MapExhibit(
        title=Message(
            "平整色面在一个像素内突变之处（越深越多）",
            "Where plain surfaces end in an edge one pixel wide (the deeper, the more)",
        ),
        values=Raster(width=under.width, height=under.height, pixels=values.tobytes()),
        across=Axis(name=Message("横向", "across"), first=0, last=picture.width, unit="px"),
        down=Axis(name=Message("纵向", "down"), first=0, last=picture.height, unit="px"),
        under=under,
    )
