"""Words in pictures: Chinese and English text is read from the pixels, where the extra `ocr` is.

The words become one text part (`picture-words`), a line of text a line, so that detectors of text
and links see them. `words_in` gives the same lines with their boxes. Reading costs about a second
a picture, so it is bounded: pixels, lines, seconds a picture and a share of an item's time. What
was left out is a refusal. Without the extra nothing is read and nothing is said here: the detector
`label.visible` is then shown as unavailable, with the reason.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.picture import Picture, decode
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.words_lines import Tilted, lines_of
from mingjian.intake.unpack.words_model import NAME, SURE, SURE_SHORT, missing, reader

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 2_000
MOST_PIXELS = 1_500_000
"""A larger picture is made smaller before it is read."""
SMALL_SIDE = 640
"""A picture whose shorter side is smaller is enlarged towards this, at most twice."""
NO_WORDS = 24
"""A picture with a shorter side than this holds no words: icons, tracking pixels."""
MOST_LINES = 300
MOST_SECONDS = 8.0
"""Processor time for one picture, so that a busy machine reads no less than an idle one; the
first look, which cannot be cut short, takes one to two of them."""
MOST_WALL_SECONDS = 20.0
"""By the clock, well within the time after which the child is killed."""
SHARE = 0.3
"""No picture is begun after this share of the time for one item."""
_KEPT = 1_024

TOO_LATE: Final = Message(
    "图中文字未读取：为读取同一材料内图像文字所留的时间已用完。",
    "The words in this picture were not read: the time kept for reading pictures of one item "
    "was used up.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, and where it stands in pixels of the decoded picture."""

    text: str
    left: float
    top: float
    width: float
    height: float
    high: float
    """Height of the line across its own direction: less than `height` where it is tilted."""
    sure: float
    """Mean certainty of its characters as the network states it; not a measured rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was read of a picture, in reading order."""

    lines: tuple[Line, ...]
    width: int
    """Pixels of the decoded picture that the places refer to."""
    height: int
    unread: int = 0
    """Lines that were seen and not read: too many, or out of time."""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


_read: OrderedDict[str, Words | Refused] = OrderedDict()
"""By SHA-256: the detector asks again for what the unpacker has read."""


def words_in(evidence: Evidence) -> Words:
    """The words in a picture. Raises `NeedsOcr` without the extra, `Refused` where the picture
    cannot be read or was left out for want of time."""
    known = _read.get(evidence.sha256)
    if known is None:
        try:
            known = _words(decode(evidence))
        except Refused as refused:
            known = refused
        _keep(evidence.sha256, known)
    if isinstance(known, Refused):
        raise known
    return known


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """One text part with the words of a picture, if it has any."""
    if missing() is not None:
        return
    if evidence.sha256 not in _read and _too_late(budget):
        _keep(evidence.sha256, Refused(TOO_LATE))
    words = words_in(evidence)
    if words.unread:
        yield Refusal(
            what="words",
            why=Message(
                f"图中另有 {words.unread} 行文字过多或超时，未读取。",
                f"{words.unread} more lines of text in the picture were not read: too many, or "
                "out of time.",
            ),
        )
    data = words.text.encode("utf-8", "replace")
    if not data:
        return
    budget.member()
    budget.expand(len(data))
    yield RawPart(
        content=BytesContent(data),
        name="words.txt",
        derivation=Derivation(step="picture-words", detail=f"{NAME}, {len(words.lines)}"),
        declared=EvidenceKind.TEXT,
        attributes={"boxes": _boxes(words)},
    )


def _boxes(words: Words) -> str:
    """Left, top, width and height of every line, in its order, as JSON."""
    return json.dumps(
        [[round(v) for v in (one.left, one.top, one.width, one.height)] for one in words.lines],
        separators=(",", ":"),
    )


def _too_late(budget: Budget) -> bool:
    return time.monotonic() - budget.started > SHARE * budget.limits.item_seconds


def _keep(sha256: str, words: Words | Refused) -> None:
    _read[sha256] = words
    while len(_read) > _KEPT:
        _read.popitem(last=False)


def _words(picture: Picture) -> Words:
    import numpy as np
    from PIL import Image

    start, clock = time.process_time(), time.monotonic()
    if min(picture.width, picture.height) < NO_WORDS:
        return Words(lines=(), width=picture.width, height=picture.height)
    seen = _sized(Image.fromarray(picture.rgb))
    network = reader()
    stepped = _in_steps(seen)
    found, unread = lines_of(network.where(np.asarray(stepped)), MOST_LINES)
    found = [
        _scaled(line, seen.width / stepped.width, seen.height / stepped.height) for line in found
    ]
    texts: dict[int, tuple[str, float]] = {}
    for number, text, sure in network.read(seen, found):
        texts[number] = text, sure
        spent, passed = time.process_time() - start, time.monotonic() - clock
        if spent > MOST_SECONDS or passed > MOST_WALL_SECONDS:
            break
    by = picture.width / seen.width, picture.height / seen.height
    lines = tuple(
        _line(_scaled(found[number], *by), picture, *texts[number])
        for number in sorted(texts)
        if texts[number][0]
        and texts[number][1] >= (SURE if len(texts[number][0]) > 2 else SURE_SHORT)
    )
    return Words(
        lines=lines,
        width=picture.width,
        height=picture.height,
        unread=unread + len(found) - len(texts),
    )


def _sized(picture: Image) -> Image:
    """The picture at the size at which it is read."""
    from PIL import Image

    width, height = picture.size
    factor = min(
        max(1.0, min(2.0, SMALL_SIDE / min(width, height))),
        LONGEST_SIDE / max(width, height),
        (MOST_PIXELS / (width * height)) ** 0.5,
    )
    if factor == 1.0:
        return picture
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _in_steps(picture: Image) -> Image:
    """With sides that are multiples of 32, as the first network wants them."""
    from PIL import Image

    size = tuple(max(32, round(side / 32) * 32) for side in picture.size)
    return picture.resize((size[0], size[1]), Image.Resampling.BILINEAR)


def _scaled(line: Tilted, across: float, down: float) -> Tilted:
    # Both factors are nearly equal, so the angle stays.
    return Tilted(
        x=line.x * across,
        y=line.y * down,
        width=line.width * across,
        height=line.height * down,
        degrees=line.degrees,
    )


def _line(place: Tilted, picture: Picture, text: str, sure: float) -> Line:
    left, top, width, height = place.box
    right, bottom = min(picture.width, left + width), min(picture.height, top + height)
    left, top = max(0.0, left), max(0.0, top)
    return Line(
        text=text,
        left=left,
        top=top,
        width=max(1.0, right - left),
        height=max(1.0, bottom - top),
        high=min(place.width, place.height),
        sure=sure,
    )
