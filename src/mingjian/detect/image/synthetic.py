"""Detector `image.synthetic`: was this picture made by a generator, by what its pixels do?

Windows at the picture's own resolution pass through one same JPEG; what is measured of each is
in `traces.py`. A small model reads each window by itself for the map, and turns the mean of those
that lean most to a generator into the picture's log-odds. Words, marks and metadata are other
detectors' matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.detect.image.stills import still
from mingjian.detect.image.trace_model import TraceModel
from mingjian.detect.image.windows import SIDE, Windows, windows
from mingjian.detect.learned.store import version
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import (
    Area,
    Axis,
    Box,
    Curve,
    CurveExhibit,
    Exhibit,
    Finding,
    MapExhibit,
    Raster,
    TableExhibit,
)
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.picture import Picture, small

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODEL = "synthetic_traces"
NOTABLE = 1.0
"""Log-odds (base e) from which the sentence says that traces lean to a generator."""
_SHOWN = 4
_STRONGEST = 4.0
"""Log-odds of a window that the map shows at full strength."""

SYNTHETIC = PropositionPair(
    id="image.synthetic",
    h1=Message(
        "该图像的画面由生成式模型生成",
        "what the picture shows was made by a generative model",
    ),
    h2=Message(
        "该图像由相机拍摄、扫描、截屏或由人绘制、排版，未经模型生成",
        "the picture was photographed, scanned, captured from a screen, drawn or laid out by "
        "people, not made by a model",
    ),
)
GROUPS: Mapping[str, Message] = {
    "waves": Message("细节在各频率上的强弱", "the strength of detail at each frequency"),
    "pairs": Message("相邻像素残差的搭配", "the way neighbouring residuals go together"),
    "spectrum": Message("细节频谱及其峰", "the spectrum of detail and its peaks"),
    "colour": Message(
        "颜色通道的细节及其与亮度的关系", "detail of the colours and how it goes with brightness"
    ),
    "noise": Message("噪声的分布", "the spread of noise"),
}


class Synthetic:
    """Measures traces of generation in a still picture, and shows where and of what sort."""

    name: ClassVar[str] = "image.synthetic"
    version: ClassVar[str] = version("3", __package__, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (SYNTHETIC,)

    def __init__(self, options: Mapping[str, str]) -> None:
        self.model = TraceModel.load(__package__, MODEL)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement, or the reason why there is none."""
        picture = still(evidence)
        found = windows(picture.rgb)
        if not found.places:
            raise NotApplicable(
                Message(
                    f"图像小于 {SIDE}×{SIDE} 像素或几乎没有明暗变化，无法测量生成痕迹。",
                    f"The picture is smaller than {SIDE} x {SIDE} pixels or almost plain; traces "
                    "of generation cannot be measured.",
                )
            )
        yield _finding(picture, found, self.model)


def _finding(picture: Picture, found: Windows, model: TraceModel) -> Finding:
    read = model.read(found)
    score = read.score
    notable = score >= NOTABLE
    strongest = sorted(zip(read.odds.tolist(), found.places, strict=True), key=lambda x: -x[0])
    where = tuple(place for odds, place in strongest[:_SHOWN] if odds >= NOTABLE)
    lead = max(read.groups, key=lambda name: read.groups[name])
    count = len(found.places)
    above = sum(odds > 0 for odds, _ in strongest)
    zh = (
        f"在 {count} 个 {SIDE}×{SIDE} 像素的区块中测量像素细节，{above} 个偏向生成图像；"
        f"以最偏向生成的 {read.kept} 个为准"
    )
    en = (
        f"Fine detail was measured in {count} windows of {SIDE} x {SIDE} pixels; {above} of them "
        f"lean towards generated pictures, and the {read.kept} that lean most make the reading"
    )
    if notable:
        zh += f"，主要依据是{GROUPS[lead].zh}"
        en += f", most of it because of {GROUPS[lead].en}"
    zh += "。这只说明像素统计与哪类图像更接近，不涉及画面内容的真假。"
    en += (
        ". This says which pictures the statistics of its pixels are more like, nothing about "
        "whether what it shows is true."
    )
    quality = _quality(picture)
    return Finding(
        signal="image.synthetic",
        because=Message(zh, en),
        score=score,
        proposition=SYNTHETIC.id,
        quiet=not notable,
        where=where if notable else (),
        exhibits=(
            _map(picture, found.places, read.odds, where if notable else ()),
            _curve(read.rings, model),
            _table(read.groups),
        ),
        context={
            "resolution": float(min(picture.width, picture.height)),
            "windows": float(count),
            "quality": quality,
        },
        details={
            "windows": count,
            "leaning": above,
            "quality": quality,
            "groups": {name: round(value, 3) for name, value in read.groups.items()},
            "notes": [note.en for note in picture.notes],
        },
    )


def _quality(picture: Picture) -> float:
    """About which JPEG quality (1 to 100) the file's luma table stands for; 100 for others."""
    if not picture.tables:
        return 100.0
    scale = sum(picture.tables[0]) / 3_692 * 100
    quality = 100 - scale / 2 if scale <= 100 else 5000 / scale
    return round(min(100.0, max(1.0, quality)), 1)


def _map(
    picture: Picture, places: tuple[Box, ...], odds: Floats, marked: tuple[Box, ...]
) -> MapExhibit:
    import numpy as np

    under = small(picture)
    values = np.zeros((under.height, under.width), dtype=np.float64)
    weight = np.zeros_like(values)
    across, down = under.width / picture.width, under.height / picture.height
    for place, level in zip(places, odds.tolist(), strict=True):
        top, left = int(place.top * down), int(place.left * across)
        bottom = max(top + 1, int((place.top + place.height) * down))
        right = max(left + 1, int((place.left + place.width) * across))
        values[top:bottom, left:right] += np.clip(level / _STRONGEST, 0, 1) * 255
        weight[top:bottom, left:right] += 1
    shown = np.where(weight > 0, values / np.maximum(weight, 1), 0).astype(np.uint8)
    return MapExhibit(
        title=Message(
            "各区块偏向生成图像的程度（无色：不偏向或未测；越深越偏向）",
            "How far each window leans to generated pictures (clear: not, or not measured; the "
            "deeper, the further)",
        ),
        values=Raster(width=under.width, height=under.height, pixels=shown.tobytes()),
        across=Axis(name=Message("横向", "across"), first=0, last=picture.width, unit="px"),
        down=Axis(name=Message("纵向", "down"), first=0, last=picture.height, unit="px"),
        marks=tuple(
            Area(box.left, box.top, box.left + box.width, box.top + box.height) for box in marked
        ),
        under=under,
    )


def _curve(rings: Floats, model: TraceModel) -> CurveExhibit:
    def points(levels: list[float]) -> tuple[tuple[float, float], ...]:
        return tuple(
            ((i + 0.5) / (2 * len(levels)), round(level * 10, 2)) for i, level in enumerate(levels)
        )

    lines = (
        (Message("本图", "this picture"), rings.tolist()),
        (Message("相机照片的中位数", "median of camera photos"), model.camera_rings.tolist()),
        (Message("生成图像的中位数", "median of generated pictures"), model.made_rings.tolist()),
    )
    levels = [level * 10 for _, line in lines for level in line]
    return CurveExhibit(
        title=Message(
            "细节强度随频率的变化（统一格式之后）",
            "Strength of detail by frequency (after bringing the picture into one form)",
        ),
        across=Axis(name=Message("频率", "frequency"), first=0.0, last=0.5, unit="1/px"),
        up=Axis(name=Message("强度", "power"), first=min(levels), last=max(levels), unit="dB"),
        curves=tuple(Curve(name, points(line)) for name, line in lines),
    )


def _table(groups: Mapping[str, float]) -> Exhibit:
    toward = Message("偏向生成", "towards generated"), Message("偏向其他", "towards other")
    return TableExhibit(
        title=Message("各组痕迹的作用（对数几率）", "What each group of traces adds (log-odds)"),
        columns=(Message("痕迹", "traces"), Message("作用", "adds"), Message("方向", "direction")),
        rows=tuple(
            (GROUPS[name], f"{value:+.2f}", toward[0] if value > 0 else toward[1])
            for name, value in sorted(groups.items(), key=lambda item: -abs(item[1]))
        ),
    )
