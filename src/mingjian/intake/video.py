"""Still frames of a video, few and bounded, with the times at which each was seen.

    seen = sample(evidence)                  # raises NeedsMedia or Refused, with the reason
    for frame in seen.frames:
        frame.times, frame.evidence          # seconds; a PNG, as a part of the video

The opening is looked at every half second, so that a mark that has to stand there for two seconds
can be timed; the rest at a few times spread evenly, in a long video at the key frames nearest
before them. What did not change from one look to the next is one frame with several times.
"""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind, Identity
from mingjian.domain.message import Message
from mingjian.intake.content import BytesContent
from mingjian.intake.digest import digests
from mingjian.intake.limits import Refused
from mingjian.intake.media import DEMUXERS, NeedsMedia, opened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPENING: Final = 3.0
"""Seconds from the start that are looked at every `STEP`."""
STEP: Final = 0.5
LATER: Final = 9
"""Looks at the rest: with the seven of the opening at most sixteen frames."""
IN_ORDER: Final = 20.0
"""A video of at most so many seconds is decoded in order; of a longer one only its opening."""
MOST_PIXELS: Final = 1_000_000
"""Larger frames are made smaller: what detectors do with sixteen has to fit the item's time."""
LARGEST: Final = 36_000_000
"""Pixels (8K) beyond which frames are not decoded."""
MOST_DECODED: Final = 2_500
MOST_PACKETS: Final = 20_000
MOST_SECONDS: Final = 15.0
"""Processor time for all of it."""
STILL: Final = 3.0
"""Two looks whose parts all differ by less (mean of squares of pixels, levels of 255) are one."""
FRAME_STEP: Final = "frame"
"""Step of derivation."""
_KEPT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What was seen at one or more looks in a row."""

    times: tuple[float, ...]
    """Seconds from the first frame."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The frames of a video, in order of time."""

    frames: tuple[Frame, ...]
    seconds: float | None
    """Length; None where the file does not tell."""
    width: int
    """Pixels of the video as it is stored and shown, before it was made smaller."""
    height: int
    has_sound: bool
    cut_short: Message | None = None
    """Why not all that was wanted was seen."""


_seen: OrderedDict[str, Seen | Refused] = OrderedDict()
"""By SHA-256: a detector asks again for what the unpacker has decoded."""


def sample(evidence: Evidence) -> Seen:
    """The frames of the video in `evidence`, always the same for the same bytes."""
    known = _seen.get(evidence.sha256)
    if known is None:
        try:
            known = _sample(evidence)
        except NeedsMedia:
            raise
        except Refused as refused:
            known = refused
        _seen[evidence.sha256] = known
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    if isinstance(known, Refused):
        raise Refused(known.why)
    return known


def _sample(evidence: Evidence) -> Seen:
    if evidence.format not in DEMUXERS:
        name = evidence.format[:20]
        raise Refused(
            Message(f"不能读取 {name} 格式的视频。", f"Video in the format {name} cannot be read.")
        )
    looks = _Looks()
    seconds: float | None = None
    width = height = 0
    sound = False
    damage: Exception | None = None
    try:
        with opened(evidence.content.view(), evidence.format) as box:
            sound = bool(box.streams.audio)
            if not box.streams.video:
                raise Refused(
                    Message("文件中没有视频轨道。", "There is no video track in this file.")
                )
            stream = box.streams.video[0]
            check_size(stream)
            seconds = duration_of(box, stream)
            looks.take(box, stream, seconds)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # other people's decoders on hostile bytes
        damage = error
    if not looks.found:
        kind = type(damage).__name__ if damage is not None else "empty"
        raise Refused(
            Message(
                f"视频已损坏或没有可解码的画面（{kind}）。",
                f"The video is damaged or holds no picture that can be decoded ({kind}).",
            )
        )
    width, height = looks.size
    return Seen(
        frames=tuple(_as_frame(evidence, times, rgb) for times, _, rgb in looks.found),
        seconds=seconds,
        width=width,
        height=height,
        has_sound=sound,
        cut_short=_damaged(damage) if damage is not None else looks.stopped,
    )


def check_size(stream: Any) -> None:
    """Raise `Refused` for frames too large to decode."""
    width, height = int(stream.width or 0), int(stream.height or 0)
    if width * height > LARGEST:
        raise Refused(
            Message(
                f"视频画面为 {width}×{height} 像素，超过上限，未解码。",
                f"The video's frames have {width} x {height} pixels, more than the limit; they "
                "were not decoded.",
            )
        )


def duration_of(box: Any, stream: Any) -> float | None:
    """Seconds the file says the stream, or else the whole, lasts."""
    found: float | None = None
    if stream.duration is not None and stream.time_base:
        found = float(stream.duration * stream.time_base)
    elif box.duration is not None:
        found = float(box.duration) / 1e6
    return found if found is not None and 0 < found < 1e6 else None


def time_of(frame: Any, stream: Any, number: int) -> float:
    """Seconds of a frame; by its number where it has no time."""
    if frame.pts is not None and stream.time_base:
        return float(frame.pts * stream.time_base)
    return number / float(stream.average_rate or 25)


def _damaged(error: Exception) -> Message:
    kind = type(error).__name__
    return Message(
        f"视频中途损坏，其后的画面未能解码（{kind}）。",
        f"The video is damaged on the way; what follows could not be decoded ({kind}).",
    )


_TOO_SLOW: Final = Message(
    "为取视频画面所留的时间或数量已用完，其余画面未看。",
    "The time or number kept for taking frames was used up; the rest of the video was not seen.",
)


class _Looks:
    """What the looks at one video have found."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[float, ...], NDArray[np.float32], NDArray[np.uint8]]] = []
        self.size = (0, 0)
        self.stopped: Message | None = None
        self._until = time.process_time() + MOST_SECONDS
        self._start: float | None = None

    def take(self, box: Any, stream: Any, seconds: float | None) -> None:
        """Look at the opening, then at the rest."""
        wanted = [i * STEP for i in range(round(OPENING / STEP) + 1)]
        later: list[float] = []
        if seconds is not None and seconds > OPENING + STEP:
            later = [OPENING + (seconds - OPENING) * i / (LATER + 1) for i in range(1, LATER + 1)]
        in_order = seconds is None or seconds <= IN_ORDER
        self._in_order(box, stream, wanted + later if in_order else wanted)
        if not in_order:
            self._at_key_frames(box, stream, later)

    def _in_order(self, box: Any, stream: Any, wanted: list[float]) -> None:
        """At each wanted time, the last frame that began by then."""
        before: Any = None
        left = list(wanted)
        for number, frame in enumerate(_frames(box, stream)):
            at = time_of(frame, stream, number)
            if self._start is None:
                self._start = at
            while left and before is not None and at - self._start > left[0] + 1e-4:
                self._keep(left.pop(0), before)
            before = frame
            if not left:
                return
            if number >= MOST_DECODED or time.process_time() > self._until:
                self.stopped = _TOO_SLOW
                break
        if before is not None and self._start is not None:
            at = time_of(before, stream, 0) - self._start if before.pts is not None else left[0]
            if left and left[0] <= at + STEP:
                self._keep(left[0], before)

    def _at_key_frames(self, box: Any, stream: Any, wanted: list[float]) -> None:
        """The key frames before the wanted times, each once."""
        if self._start is None:
            return
        stream.codec_context.skip_frame = "NONKEY"
        last = OPENING
        for at in wanted:
            if time.process_time() > self._until:
                self.stopped = _TOO_SLOW
                return
            box.seek(int((self._start + at) / float(stream.time_base)), stream=stream)
            frame = next(_frames(box, stream), None)
            if frame is None:
                continue
            found = time_of(frame, stream, 0) - self._start
            if found > last + 0.01:
                self._keep(round(found, 3), frame)
                last = found

    def _keep(self, at: float, frame: Any) -> None:
        rgb = _pixels(frame)
        rough = _rough(rgb)
        if not self.found:
            turned = frame.rotation % 180 == 90
            self.size = (frame.height, frame.width) if turned else (frame.width, frame.height)
        elif self.found[-1][1].shape == rough.shape:
            times, earlier, kept = self.found[-1]
            if float(abs(earlier - rough).max()) < STILL:
                self.found[-1] = (*times, at), earlier, kept
                return
        self.found.append(((at,), rough, rgb))


def _frames(box: Any, stream: Any) -> Iterator[Any]:
    """Frames from where the container stands, over at most `MOST_PACKETS` packets."""
    for number, packet in enumerate(box.demux(stream)):
        if number > MOST_PACKETS:
            return
        for frame in packet.decode():
            if frame.width * frame.height <= LARGEST:
                yield frame


def _pixels(frame: Any) -> NDArray[np.uint8]:
    """At most `MOST_PIXELS` of RGB, turned as the file asks."""
    import numpy as np

    factor = min(1.0, (MOST_PIXELS / (frame.width * frame.height)) ** 0.5)
    width, height = (max(1, round(side * factor)) for side in (frame.width, frame.height))
    rgb = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(rgb, frame.rotation // 90 % 4), dtype=np.uint8)


def _rough(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean brightness of squares of pixels, some eighty along the longer side."""
    import numpy as np

    side = max(1, -(-max(rgb.shape) // 80))
    rows, columns = rgb.shape[0] // side * side, rgb.shape[1] // side * side
    grey = rgb[:rows, :columns].mean(axis=2, dtype=np.float32)
    squares = grey.reshape(rows // side, side, columns // side, side)
    rough: NDArray[np.float32] = squares.mean(axis=(1, 3))
    return rough


def _as_frame(video: Evidence, times: tuple[float, ...], rgb: NDArray[np.uint8]) -> Frame:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG", compress_level=1)
    content = BytesContent(buffer.getvalue())
    sha256, sm3 = digests(content)
    name = f"frame {times[0]:.2f} s.png"
    shown = f"{times[0]:.2f} s" if len(times) == 1 else f"{times[0]:.2f}-{times[-1]:.2f} s"
    return Frame(
        times=times,
        evidence=Evidence(
            sha256=sha256,
            sm3=sm3,
            size=content.size,
            path=f"{video.path}/{name}",
            identity=Identity(kind=EvidenceKind.IMAGE, format="png"),
            content=content,
            parent=video.sha256,
            derivation=Derivation(step=FRAME_STEP, detail=shown),
        ),
    )
