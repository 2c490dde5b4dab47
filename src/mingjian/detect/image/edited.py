"""Detector `image.edited`: does a part of the picture not share the history of the rest?

A photograph is taken, compressed and passed on as a whole: grain, grid and rounding are of one
make. A part that was put in, blurred or painted over brings its own. Facts of tables, grid and
metadata are stated beside it (`edited_facts.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.image.orientation import as_stored, turned, turned_box
from mingjian.detect.image.stills import still
from mingjian.detect.learned.store import version
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Area, Axis, Box, Finding, MapExhibit, Raster
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Limits, Refused
from mingjian.intake.picture import Picture, small
from mingjian.intake.unpack.image import open_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mingjian.detect.image.edited_model import Region
    from mingjian.detect.image.edited_traces import Traces

MODEL: Final = "edited_traces_model"
CLEAR: Final = 1.5
"""Log-odds (base e) of the picture from which a part is pointed out; see the card."""
CLEAR_SPREAD: Final = 2.6
"""The same where the picture is so large that only every second tile or fewer is looked at: such
pictures reach high scores more often."""
_STRONGEST: Final = 4.0

EDITED = PropositionPair(
    id="image.edited",
    h1=Message(
        "该图像成像之后，有一部分被放入、替换或修改",
        "a part of the picture was put in, replaced or altered after it was taken",
    ),
    h2=Message(
        "该图像是完整的，至多整幅重新保存、裁剪或缩放过",
        "the picture is whole; at most it was saved again, cropped or resized as a whole",
    ),
)


class Edited:
    """Measures the most inconsistent compact part, and states what the file tells of its past."""

    name: ClassVar[str] = "image.edited"
    version: ClassVar[str] = version("1", __package__, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (EDITED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        from mingjian.detect.image.edited_model import EditedModel

        self.model = EditedModel.load(__package__, MODEL)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """The facts, then one measurement where the picture is large enough for it."""
        from mingjian.detect.image.edited_facts import facts_of, history_of
        from mingjian.detect.image.edited_traces import traces_of
        from mingjian.detect.image.jpeg_history import grid_of

        picture = still(evidence)
        try:
            opened = open_image(evidence, Limits().image_pixels)
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        stored = as_stored(picture)
        table = None
        if picture.tables and opened.mode in ("L", "RGB") and len(picture.tables[0]) == 64:
            table = tuple(max(1, step) for step in picture.tables[0])
        found = traces_of(stored, table) if picture.reduced == 1 else None
        facts = list(facts_of(opened, picture, stored))
        if found is not None:
            grid = grid_of(stored, besides_own=True) if table else found.grid
            facts.extend(history_of(found.earlier, grid, jpeg=table is not None))
        elif not facts:
            raise NotApplicable(
                Message(
                    "图像太小（短边不足约 200 像素）或太大而只能缩小读取，"
                    "且没有可核对的元数据，未检验局部修改。",
                    "The picture is too small (a side under about 200 pixels), or so large that it "
                    "was read smaller, and holds no metadata to check: it was not examined for "
                    "altered parts.",
                )
            )
        yield from facts
        if found is not None:
            yield self._measured(picture, found, table)

    def _measured(self, picture: Picture, found: Traces, table: tuple[int, ...] | None) -> Finding:
        from mingjian.detect.image.edited_model import region_of
        from mingjian.detect.image.edited_traces import TILE
        from mingjian.detect.image.jpeg_history import recognised

        odds = self.model.odds(found.levels, found.earlier.gain, fineness(table))
        score = self.model.score(odds)
        clear = score >= (CLEAR if found.step == TILE else CLEAR_SPREAD)
        region = region_of(odds)
        clear = clear and bool(region.mask.any())
        box = _box(region, found, picture) if clear else None
        told = recognised(picture.tables)
        return Finding(
            signal="image.edited",
            because=_sentence(box, picture),
            score=score,
            proposition=EDITED.id,
            quiet=not clear,
            where=(box,) if box else (),
            exhibits=(_map(picture, found, odds, box),),
            context={
                "resolution": float(min(picture.width, picture.height)),
                "quality": float(told.quality) if told else 100.0,
            },
            details={
                "tiles": list(odds.shape),
                "region_strength": round(region.strength, 3),
                "region_share": round(float(region.mask.mean()), 3),
                "notes": [note.en for note in picture.notes],
            },
        )


def fineness(table: tuple[int, ...] | None) -> float:
    """Mean of the first ten luma steps; 100 stands for no JPEG (as in training)."""
    return sum(table[:10]) / 10 if table else 100.0


def _stored_size(picture: Picture) -> tuple[int, int]:
    if picture.orientation >= 5:
        return picture.height, picture.width
    return picture.width, picture.height


def _box(region: Region, found: Traces, picture: Picture) -> Box:
    import numpy as np

    rows, columns = (np.nonzero(region.mask.any(axis=axis))[0] for axis in (1, 0))
    left, top = (
        first + int(at[0]) * found.step for first, at in ((found.left, columns), (found.top, rows))
    )
    width, height = _stored_size(picture)
    right = min(width, found.left + (int(columns[-1]) + 1) * found.step)
    bottom = min(height, found.top + (int(rows[-1]) + 1) * found.step)
    return turned_box(
        Box(left, top, right - left, bottom - top), width, height, picture.orientation
    )


def _sentence(box: Box | None, picture: Picture) -> Message:
    if box is None:
        return Message(
            "各部分的颗粒、网格和压缩痕迹未见明显不一致。整幅再压缩、缩小后，局部修改的痕迹多会消失，"
            "由此不能断定图像未经修改。",
            "Grain, grid and traces of compression are much the same all over. When the whole was "
            "compressed again or made smaller, most traces of an altered part are lost: that the "
            "picture was not altered does not follow.",
        )
    return Message(
        f"左上角约在 {box.left}, {box.top}、约 {box.width}×{box.height} 像素的一块，"
        "颗粒、网格或压缩痕迹与其余部分不同，像是另有来历或单独处理过。请对照原图核看；"
        "景深虚化、强光、大片平滑面、手机的局部降噪与美颜也会造成差别。",
        f"A part near {box.left}, {box.top}, about {box.width} by {box.height} pixels, differs "
        "from the rest in grain, grid or traces of compression, as if it came from elsewhere or "
        "was treated by itself. Compare it with an original; blur by distance, glare, large plain "
        "surfaces, and a telephone's own smoothing of faces or skies make differences too.",
    )


def _map(picture: Picture, found: Traces, odds: NDArray[np.float32], box: Box | None) -> MapExhibit:
    import numpy as np

    from mingjian.detect.image.edited_model import smoothed

    under = small(picture)
    level = (np.clip(smoothed(odds) / _STRONGEST, 0, 1) * 255).astype(np.uint8)
    width, height = _stored_size(picture)
    wide, high = (
        (under.height, under.width) if picture.orientation >= 5 else (under.width, under.height)
    )
    columns = ((np.arange(wide) + 0.5) * width / wide - found.left) // found.step
    rows = ((np.arange(high) + 0.5) * height / high - found.top) // found.step
    inside = ((rows >= 0) & (rows < odds.shape[0]))[:, None]
    inside = inside & ((columns >= 0) & (columns < odds.shape[1]))
    row = np.clip(rows, 0, odds.shape[0] - 1).astype(int)
    column = np.clip(columns, 0, odds.shape[1] - 1).astype(int)
    values = np.where(inside, level[row[:, None], column], 0).astype(np.uint8)
    shown = np.ascontiguousarray(turned(values, picture.orientation))
    return MapExhibit(
        title=Message(
            "与其余部分来历不同的程度（无色：一致或未测；越深越不同）",
            "How far each place departs from the history of the rest (clear: not, or not "
            "measured; the deeper, the further)",
        ),
        values=Raster(width=under.width, height=under.height, pixels=shown.tobytes()),
        across=Axis(name=Message("横向", "across"), first=0, last=picture.width, unit="px"),
        down=Axis(name=Message("纵向", "down"), first=0, last=picture.height, unit="px"),
        marks=(Area(box.left, box.top, box.left + box.width, box.top + box.height),) if box else (),
        under=under,
    )
