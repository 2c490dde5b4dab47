"""What the tables of an MP4 or MOV say of its tracks: times, edits, sample durations, key frames.

Source: ISO/IEC 14496-12 (mvhd, tkhd, mdhd, elst, stsd, stts, stss, stco). Nothing is decoded.
Every table is read to at most `MOST_ENTRIES`; a fragmented file keeps its samples elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mingjian.intake.container.bmff import Box, boxes
from mingjian.intake.container.item import Malformed, Reader

MOST_ENTRIES = 200_000
MOST_TRACKS = 64
_EPOCH = 2_082_844_800
"""Seconds from 1904, where these files count from, to 1970."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Creation and modification as seconds from 1970 (None: not set), and the length."""

    created: int | None
    modified: int | None
    seconds: float
    start: int
    end: int
    """Bytes of the header box."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an edit list: seconds shown, from `media` seconds on; -1 shows nothing."""

    seconds: float
    media: float


@dataclass(slots=True)
class Track:
    """One track."""

    kind: str = ""
    """``vide``, ``soun`` or another handler."""
    header: Clock | None = None
    media: Clock | None = None
    handler: str = ""
    handler_at: tuple[int, int] = (0, 0)
    scale: int = 0
    """Units of the sample table in a second."""
    codecs: tuple[str, ...] = ()
    descriptions: tuple[int, int] = (0, 0)
    """Bytes of the box that lists the codecs."""
    edits: tuple[Edit, ...] = ()
    edits_at: tuple[int, int] = (0, 0)
    deltas: list[tuple[int, int]] = field(default_factory=list)
    """(samples, units each), run by run."""
    deltas_at: tuple[int, int] = (0, 0)
    keys: list[int] | None = None
    """Numbers from 0 of key frames; None where every frame is one."""
    keys_at: tuple[int, int] = (0, 0)
    first_chunk: int | None = None
    """Byte at which its first sample lies."""


@dataclass(slots=True)
class Movie:
    """The file as a whole."""

    major: str = ""
    brands: tuple[str, ...] = ()
    brands_at: tuple[int, int] = (0, 0)
    order: tuple[str, ...] = ()
    """Boxes at the top, in order."""
    header: Clock | None = None
    tracks: list[Track] = field(default_factory=list)
    fragmented: bool = False
    broken: int | None = None
    """Byte at which the structure stopped making sense."""


def read_movie(view: memoryview) -> Movie:
    """The tables of an MP4 or MOV; never raises on damaged bytes."""
    movie, source = Movie(), Reader(view)
    order: list[str] = []
    try:
        for box in boxes(source, 0, source.end):
            if len(order) < 64:
                order.append(box.kind.decode("latin-1"))
            if box.kind == b"ftyp" and box.end - box.body <= 512:
                names = source.take(box.body, box.end - box.body)
                found = [names[i : i + 4].decode("latin-1") for i in range(0, len(names) - 3, 4)]
                movie.major, movie.brands = (found[0] if found else ""), tuple(found[2:])
                movie.brands_at = box.start, box.end
            elif box.kind == b"moof":
                movie.fragmented = True
            elif box.kind == b"moov":
                _movie(movie, source, box)
    except Malformed as problem:
        movie.broken = problem.offset
    movie.order = tuple(order)
    return movie


def _movie(movie: Movie, source: Reader, moov: Box) -> None:
    scale = 0
    for box in boxes(source, moov.body, moov.end):
        if box.kind == b"mvhd":
            movie.header, scale = _clock(source, box)
        elif box.kind == b"mvex":
            movie.fragmented = True
        elif box.kind == b"trak" and len(movie.tracks) < MOST_TRACKS:
            track = Track()
            movie.tracks.append(track)
            _track(track, source, box, scale)


def _track(track: Track, source: Reader, trak: Box, scale: int) -> None:
    for box in boxes(source, trak.body, trak.end):
        if box.kind == b"tkhd":
            track.header = _track_clock(source, box, scale)
        elif box.kind == b"edts":
            for inner in boxes(source, box.body, box.end):
                if inner.kind == b"elst":
                    track.edits_at = inner.start, inner.end
                    track.edits = _edits(source, inner, scale)
        elif box.kind == b"mdia":
            _media(track, source, box)
    if track.scale:
        track.edits = tuple(
            Edit(one.seconds, one.media / track.scale if one.media >= 0 else -1.0)
            for one in track.edits
        )


def _media(track: Track, source: Reader, mdia: Box) -> None:
    for box in boxes(source, mdia.body, mdia.end):
        if box.kind == b"mdhd":
            track.media, track.scale = _clock(source, box)
        elif box.kind == b"hdlr" and not track.kind:
            track.kind = source.upto(box.body + 8, 4).decode("latin-1")
            name = source.upto(box.body + 24, min(200, max(0, box.end - box.body - 24)))
            if name and name[0] == len(name) - 1:  # QuickTime writes the length first
                name = name[1:]
            track.handler = name.split(b"\0")[0].decode("utf-8", "replace")
            track.handler_at = box.start, box.end
        elif box.kind == b"minf":
            for inner in boxes(source, box.body, box.end):
                if inner.kind == b"stbl":
                    _table(track, source, inner)


def _table(track: Track, source: Reader, stbl: Box) -> None:
    for box in boxes(source, stbl.body, stbl.end):
        if box.kind == b"stsd":
            track.descriptions = box.start, box.end
            entries = list(boxes(source, box.body + 8, box.end))[:16]
            track.codecs = tuple(entry.kind.decode("latin-1") for entry in entries)
        elif box.kind == b"stts":
            track.deltas_at = box.start, box.end
            values = _numbers(source, box, 2)
            track.deltas = list(zip(values[::2], values[1::2], strict=True))
        elif box.kind == b"stss":
            track.keys_at = box.start, box.end
            track.keys = [number - 1 for number in _numbers(source, box, 1) if number]
        elif box.kind in (b"stco", b"co64") and source.number(box.body + 4, 4):
            track.first_chunk = source.number(box.body + 8, 8 if box.kind == b"co64" else 4)


def _numbers(source: Reader, box: Box, each: int) -> list[int]:
    """32-bit numbers of a table that begins with its count of entries of `each` numbers."""
    count = min(source.number(box.body + 4, 4), MOST_ENTRIES) * each
    data = source.take(
        box.body + 8, min(count * 4, box.end - box.body - 8) // (4 * each) * each * 4
    )
    return [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)]


def _clock(source: Reader, box: Box) -> tuple[Clock, int]:
    """Of mvhd and mdhd, with the units in a second."""
    long = source.number(box.body, 1) == 1
    size = 8 if long else 4
    at = box.body + 4
    created, modified = source.number(at, size), source.number(at + size, size)
    scale = source.number(at + 2 * size, 4)
    length = source.number(at + 2 * size + 4, size)
    unknown = length == (1 << 8 * size) - 1
    seconds = length / scale if scale and not unknown else 0.0
    return Clock(_unix(created), _unix(modified), seconds, box.start, box.end), scale


def _track_clock(source: Reader, box: Box, scale: int) -> Clock:
    size = 8 if source.number(box.body, 1) == 1 else 4
    at = box.body + 4
    created, modified = source.number(at, size), source.number(at + size, size)
    length = source.number(at + 2 * size + 8, size)
    unknown = length == (1 << 8 * size) - 1
    seconds = length / scale if scale and not unknown else 0.0
    return Clock(_unix(created), _unix(modified), seconds, box.start, box.end)


def _unix(seconds: int) -> int | None:
    """Some writers count from 1970 in spite of the standard; nothing was filmed before 1990."""
    if seconds == 0:
        return None
    return seconds - _EPOCH if seconds > _EPOCH else seconds


def _edits(source: Reader, box: Box, scale: int) -> tuple[Edit, ...]:
    size = 8 if source.number(box.body, 1) == 1 else 4
    count = min(source.number(box.body + 4, 4), 1_000)
    found = []
    for i in range(count):
        at = box.body + 8 + i * (2 * size + 4)
        if at + 2 * size > box.end:
            break
        media = int.from_bytes(source.take(at + size, size), "big", signed=True)
        found.append(Edit(source.number(at, size) / scale if scale else 0.0, float(media)))
    return tuple(found)
