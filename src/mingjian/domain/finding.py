"""Findings: what one examination reports, and what supports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from mingjian.domain.message import Message

# ---- places: where in the evidence ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters `start` to `end` (exclusive) of the decoded text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `start` to `end` (exclusive) of the evidence."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines `first` to `last`, counted from 1, inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels: left, top, width, height."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """A stretch of time in audio or video, in seconds from the start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Member:
    """A named thing inside the evidence: an archive member, a field, a metadata key."""

    name: str


Place = TextSpan | ByteRange | Lines | Box | Seconds | Member

# ---- exhibits: typed and drawable; a detector ships no HTML ----------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TextExhibit:
    """A passage with marked spans (offsets into `text`). Personal fields come redacted."""

    type: Literal["text"] = "text"
    title: Message
    text: str
    marks: tuple[TextSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableExhibit:
    """Rows under named columns. A cell in words is a `Message`; a name or number is text."""

    type: Literal["table"] = "table"
    title: Message
    columns: tuple[Message, ...]
    rows: tuple[tuple[str | Message, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesExhibit:
    """A short stretch of bytes from `offset`, as hex, with marked ranges (absolute)."""

    type: Literal["bytes"] = "bytes"
    title: Message
    offset: int
    hex: str
    marks: tuple[ByteRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One step of a chain: byte offset, what stands there, what it does."""

    offset: int
    code: str
    meaning: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainExhibit:
    """Steps that together have an effect: the opcodes that build and make a call."""

    type: Literal["chain"] = "chain"
    title: Message
    links: tuple[ChainLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """A small picture made by us: rows of `channels` bytes a pixel (1 grey, 3 RGB).

    At most `LARGEST_SIDE` pixels a side: an exhibit shows where, it is not the evidence.
    """

    LARGEST_SIDE: ClassVar[int] = 512
    width: int
    height: int
    channels: Literal[1, 3] = 1
    pixels: bytes

    def __post_init__(self) -> None:
        if not (0 < self.width <= self.LARGEST_SIDE and 0 < self.height <= self.LARGEST_SIDE):
            raise ValueError(f"a raster of {self.width} x {self.height} pixels: 1 to 512 a side")
        if len(self.pixels) != self.width * self.height * self.channels:
            raise ValueError("a raster whose bytes are not width x height x channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What runs along one side of a drawing, from `first` to `last`, in `unit` (px, s, Hz, dB)."""

    name: Message
    first: float
    last: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A line from one pixel of the evidence to another: a copied region and its source."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureExhibit:
    """A picture (made small) with marked boxes and lines, both in pixels of the evidence."""

    type: Literal["picture"] = "picture"
    title: Message
    picture: Raster
    width: int
    """Width in pixels of what `picture` shows in the evidence."""
    height: int
    marks: tuple[Box, ...] = ()
    lines: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A marked rectangle of a map, in the units of its axes."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapExhibit:
    """Strength over a plane, 0 to 255: a heatmap over a picture, or a spectrogram.

    The first row of `values` lies at `down.first`. `under` is the picture it is laid over.
    """

    type: Literal["map"] = "map"
    title: Message
    values: Raster
    across: Axis
    down: Axis
    marks: tuple[Area, ...] = ()
    under: Raster | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line of (across, up) points, at most some hundreds."""

    name: Message
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveExhibit:
    """Curves over one pair of axes, with marked stretches of `across`."""

    type: Literal["curve"] = "curve"
    title: Message
    across: Axis
    up: Axis
    curves: tuple[Curve, ...]
    marks: tuple[tuple[float, float], ...] = ()


Exhibit = (
    TextExhibit
    | TableExhibit
    | BytesExhibit
    | ChainExhibit
    | PictureExhibit
    | MapExhibit
    | CurveExhibit
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fact (`score is None`) or a measurement (a raw score), with its explanation.

    Only `weigh` turns a score into a likelihood ratio. A measurement is reported low or
    high, because a likelihood ratio needs it under both propositions; `quiet` says that
    nothing of note was found and the reader's eye need not stop here.
    """

    signal: str
    """Dotted name: the doc page, the scale's key, the STIX label (``model.unsafe_call``)."""
    because: Message
    score: float | None = None
    proposition: str | None = None
    """Id of the pair it bears on; None for a fact that bears on none."""
    quiet: bool = False
    where: tuple[Place, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    context: Mapping[str, str | float] = field(default_factory=dict)
    """What a scale's reference population is checked against: language, length, codec …"""
    details: Mapping[str, object] = field(default_factory=dict)
    """Machine-readable facts behind the sentence (JSON values only)."""
