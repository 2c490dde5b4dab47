"""A recording as samples: decoded within bounds, mixed to one channel, and resampled.

    sound = decode(evidence)                  # raises Refused with the reason
    for stretch in sound.stretches:
        samples = resample(stretch.samples, sound.rate)     # float32 at 16 kHz

WAV (G.711 too), FLAC, Ogg (Vorbis, Opus), MP3 and AIFF are read by libsndfile; AAC, AMR and the
sound of video by FFmpeg (PyAV), only where the extra `media` is installed. Of a long recording a
few stretches are read, and `Sound.notes` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any

from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.media import DEMUXERS, opened
from mingjian.intake.unpack.damage import ViewFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

PLACES = 3
"""Stretches read of a long recording: its beginning, middle and end."""
STRETCH = 30.0
"""Seconds of each."""
RATES = (4_000, 192_000)
MOST_CHANNELS = 8
SPEECH_RATE = 16_000
LOUDEST = 8.0
"""Samples beyond this (full scale is 1) are damage; they are cut to it."""

_SNDFILE = frozenset({"wav", "flac", "ogg", "mp3", "aiff"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive samples, from `start` seconds on: one channel, float32, full scale 1."""

    start: float
    samples: Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What was read of a recording."""

    rate: int
    """Samples a second."""
    channels: int
    """Channels of the file."""
    seconds: float | None
    """Length of the whole recording; None where the file does not tell."""
    codec: str
    """As the decoder names it: PCM_16, ULAW, ALAW, VORBIS, OPUS, MPEG_LAYER_III, aac …"""
    stretches: tuple[Stretch, ...]
    whole: bool
    """Everything was read."""
    notes: tuple[Message, ...] = ()

    @property
    def read_seconds(self) -> float:
        return sum(len(stretch.samples) for stretch in self.stretches) / self.rate


def decode(
    evidence: Evidence,
    *,
    places: int = PLACES,
    seconds: float = STRETCH,
    channel: int | None = None,
) -> Sound:
    """The recording in `evidence`: all of it, or `places` stretches of `seconds` each.

    Channels are averaged, unless one of them (counted from 0) is asked for.
    Raises `NeedsMedia` where the format asks for the extra, `Refused` where there is no sound
    that can be read.
    """
    if evidence.format in _SNDFILE:
        return _sndfile(evidence.content.view(), places, seconds, channel)
    if evidence.format not in DEMUXERS:
        raise Refused(
            Message(
                f"不能读取 {evidence.format[:20]} 格式的声音。",
                f"Sound in the format {evidence.format[:20]} cannot be read.",
            )
        )
    return _ffmpeg(evidence.content.view(), evidence.format, places, seconds, channel)


def _starts(total: float, places: int, seconds: float) -> list[float]:
    """Where the stretches begin: one that covers all, or evenly from beginning to end."""
    if total <= places * seconds or places < 2:
        return [0.0]
    return [i * (total - seconds) / (places - 1) for i in range(places)]


def _length(total: float, places: int, seconds: float) -> float:
    return places * seconds if total <= places * seconds else seconds


def _check(rate: int, channels: int) -> None:
    if not RATES[0] <= rate <= RATES[1]:
        raise Refused(
            Message(
                f"采样率 {rate} Hz 不在 {RATES[0]} 至 {RATES[1]} Hz 之间，未解码。",
                f"The sample rate, {rate} Hz, is not between {RATES[0]} and {RATES[1]} Hz; "
                "the recording was not decoded.",
            )
        )
    if not 1 <= channels <= MOST_CHANNELS:
        raise Refused(
            Message(
                f"声道数为 {channels}，最多读取 {MOST_CHANNELS} 个，未解码。",
                f"There are {channels} channels and at most {MOST_CHANNELS} are read; "
                "the recording was not decoded.",
            )
        )


_SILENT = Message(
    "文件中没有可读取的声音样本。", "There are no sound samples in this file to read."
)


def _sound(
    stretches: list[Stretch], rate: int, channels: int, total: float | None, codec: str
) -> Sound:
    stretches = [stretch for stretch in stretches if len(stretch.samples)]
    if not stretches:
        raise Refused(_SILENT)
    read = sum(len(stretch.samples) for stretch in stretches) / rate
    whole = total is not None and read >= total - 0.1
    notes: tuple[Message, ...] = ()
    if not whole:
        length = f"{total:.0f}" if total is not None else "?"
        notes = (
            Message(
                f"录音全长 {length} 秒，只读取了其中 {len(stretches)} 处共 {read:.0f} 秒。",
                f"Of the recording ({length} s) {len(stretches)} stretches were read, "
                f"{read:.0f} s together.",
            ),
        )
    return Sound(
        rate=rate, channels=channels, seconds=total, codec=codec,
        stretches=tuple(stretches), whole=whole, notes=notes,
    )  # fmt: skip


def _mono(samples: NDArray[Any], channel: int | None) -> Samples:
    """One channel of finite samples, or the mean of all: `samples` are frames x channels."""
    import numpy as np

    finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    mixed = finite.mean(axis=1) if channel is None else finite[:, channel]
    cut: Samples = np.clip(mixed, -LOUDEST, LOUDEST).astype(np.float32)
    return cut


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Whatever a decoder raises on damaged bytes becomes a refusal that says so."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except Exception as error:
        what = str(error).split("\n")[0][:120]
        raise Refused(
            Message(
                f"声音文件已损坏或不是它声称的格式，未能解码（{type(error).__name__}）。",
                "The sound file is damaged or is not what it claims to be, and could not be "
                f"decoded ({type(error).__name__}: {what}).",
            )
        ) from error


def _sndfile(view: memoryview, places: int, seconds: float, channel: int | None) -> Sound:
    import soundfile

    with _damage_refused(), soundfile.SoundFile(ViewFile(view)) as opened:
        rate, channels, frames = opened.samplerate, opened.channels, opened.frames
        _check(rate, channels)
        total = frames / rate
        # A header may promise hours that the bytes do not hold: trust what is read.
        count = int(_length(total, places, seconds) * rate)
        stretches: list[Stretch] = []
        for start in _starts(total, places, seconds):
            if start:
                opened.seek(int(start * rate))
            read = opened.read(min(count, frames), dtype="float32", always_2d=True)
            stretches.append(Stretch(start, _mono(read, channel)))
            if len(read) < min(count, frames):
                break
        return _sound(stretches, rate, channels, total, str(opened.subtype))


def _ffmpeg(
    view: memoryview, format_name: str, places: int, seconds: float, channel: int | None
) -> Sound:
    with _damage_refused(), opened(view, format_name) as box:
        if not box.streams.audio:
            raise Refused(Message("文件中没有声音轨道。", "There is no sound track in this file."))
        stream = box.streams.audio[0]
        rate, channels = int(stream.rate or 0), int(stream.channels or 0)
        _check(rate, channels)
        total = _duration(box, stream)
        known = total if total is not None else 0.0
        length = _length(known, places, seconds)
        stretches = []
        for start in _starts(known, places, seconds):
            if start:
                box.seek(int(start / float(stream.time_base)), stream=stream)
            stretches.append(_frames(box, stream, rate, start, length, channel))
        return _sound(stretches, rate, channels, total, str(stream.codec_context.name))


def _duration(box: Any, stream: Any) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return float(box.duration) / 1e6 if box.duration is not None else None


def _frames(
    box: Any, stream: Any, rate: int, start: float, seconds: float, channel: int | None
) -> Stretch:
    """At most `seconds` of sound from where the container stands; its true start, if told."""
    import numpy as np

    parts: list[Samples] = []
    left = int(seconds * rate)
    at: float | None = None
    for frame in box.decode(stream):
        if int(frame.sample_rate) != rate:  # a change on the way: what came before stands
            break
        if at is None:
            at = float(frame.time) if frame.time is not None else start
        samples = frame.to_ndarray()
        if samples.dtype.kind in "iu":
            scale = float(np.iinfo(samples.dtype).max) + 1.0
            middle = scale / 2 if samples.dtype.kind == "u" else 0.0
            samples = (samples.astype(np.float32) - middle) / (scale - middle)
        if not frame.format.is_planar:
            samples = samples.reshape(-1, max(1, len(frame.layout.channels))).T
        parts.append(_mono(samples.T, channel)[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return Stretch(max(0.0, at if at is not None else start), joined)


# ---- resampling -----------------------------------------------------------------------------

WIDTH = 24
"""Zero crossings of the sinc kept on either side (Kaiser window, about 90 dB)."""
BETA = 9.0
ROLL_OFF = 0.95
"""Cut-off as a share of the lower of the two Nyquist frequencies."""


def resample(samples: Samples, rate: int, to: int = SPEECH_RATE) -> Samples:
    """`samples` at `to` a second, by a windowed sinc, one set of weights for each phase.

    Frequencies that the lower rate cannot hold are removed. Deterministic.
    """
    import numpy as np

    if rate == to or not len(samples):
        return samples
    shared = gcd(rate, to)
    up, down = to // shared, rate // shared
    cut = ROLL_OFF * min(1.0, up / down)
    half = int(np.ceil(WIDTH / cut))
    taps = np.arange(-half + 1, half + 1)
    count = -(-len(samples) * up // down)
    padded = np.pad(samples, (half, half + down + 1))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    made = np.zeros(count, np.float32)
    for phase in range(min(up, count)):
        whole, part = divmod(phase * down, up)
        distance = taps - part / up
        inside = np.clip(1 - (distance / half) ** 2, 0.0, None)
        weights = cut * np.sinc(cut * distance) * np.i0(BETA * np.sqrt(inside)) / np.i0(BETA)
        mine = len(range(phase, count, up))
        # Window w begins at padded[w]; its tap half - 1 lies on sample w - 1.
        chosen = windows[whole + 1 : whole + 1 + mine * down : down][:mine]
        made[phase::up] = chosen @ weights.astype(np.float32)
    return made
