"""Small videos made with PyAV, for tests that skip without the extra `media`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

RATE = 16_000


def video(
    frames: Iterable[np.ndarray],
    *,
    rate: int = 10,
    codec: str = "libx264",
    container: str = "mp4",
    gop: int = 10,
    sound: np.ndarray | None = None,
    quality: str = "23",
    metadata: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> bytes:
    """The file; `sound` is mono at 16 kHz."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, container_options=container_options) as box:
        box.metadata.update(metadata or {})
        stream: Any = None
        track: Any = None
        for number, frame in enumerate(frames):
            if stream is None:
                stream = box.add_stream(codec, rate=rate)
                stream.height, stream.width = frame.shape[:2]
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                stream.codec_context.gop_size = gop
                stream.codec_context.thread_count = 1
                if codec == "libx264":
                    stream.options = {"crf": quality, "preset": "ultrafast"}
                if sound is not None:
                    track = box.add_stream("libopus" if container == "webm" else "aac", rate=RATE)
                    track.layout = "mono"
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            shown.pts = number
            box.mux(stream.encode(shown))
        if stream is not None:
            box.mux(stream.encode(None))
        if track is not None and sound is not None:
            _sound(av, box, track, sound.astype(np.float32))
    return buffer.getvalue()


def _sound(av: Any, box: Any, track: Any, sound: np.ndarray) -> None:
    for start in range(0, len(sound), 1024):
        part = np.ascontiguousarray(sound[None, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        box.mux(track.encode(frame))
    box.mux(track.encode(None))


def scenes(count: int, *, each: int = 5, size: tuple[int, int] = (96, 128)) -> Iterator[np.ndarray]:
    """Frames of smooth colours that change every `each` frames and stand still between."""
    random = np.random.default_rng(4)
    for number in range(count):
        if number % each == 0:
            rough = random.integers(0, 255, (4, 4, 3), np.uint8)
            shown = np.kron(rough, np.ones((size[0] // 4, size[1] // 4, 1), np.uint8))
        yield shown
