"""Opening a container of sound or video with FFmpeg (PyAV), which the extra `media` brings.

The demuxer is named by what intake found the bytes to be, so that playlists and other formats that
lead elsewhere are never tried; streams are few, and one thread decodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.unpack.damage import ViewFile

DEMUXERS: Final = {
    "m4a": "mov", "mp4": "mov", "mov": "mov", "aac": "aac", "amr": "amr", "webm": "matroska",
    "mkv": "matroska", "avi": "avi", "flv": "flv", "asf": "asf", "mpeg": "mpeg",
    "mpeg-ts": "mpegts",
}  # fmt: skip
"""Our name of a format to FFmpeg's."""
MOST_STREAMS: Final = 64
MISSING: Final = Message(
    "未检验：读取 AAC、AMR 和视频需要安装扩展组件 media（pip install 'mingjian[media]'）。",
    "Not examined: AAC, AMR and video need the extra `media` (pip install 'mingjian[media]').",
)


class NeedsMedia(Refused):
    """The format is read only where the extra `media` is installed."""


def missing() -> Message | None:
    """Why video cannot be read here; None where the extra is installed. Loads nothing."""
    try:
        return None if find_spec("av") is not None else MISSING
    except ValueError:  # an import that was blocked
        return MISSING


@contextmanager
def opened(view: memoryview, format_name: str) -> Iterator[Any]:
    """The container in `view`. Raises `NeedsMedia` without the extra; what FFmpeg raises on
    damaged bytes goes through as it is."""
    try:
        av: Any = import_module("av")
    except ImportError:
        raise NeedsMedia(MISSING) from None
    options = {"max_streams": str(MOST_STREAMS)}
    with av.open(
        ViewFile(view), format=DEMUXERS[format_name], metadata_errors="ignore",
        container_options=options,
    ) as box:  # fmt: skip
        for stream in box.streams:
            if stream.type in ("audio", "video"):
                stream.codec_context.thread_count = 1
        yield box
