"""MP3, FLAC and Ogg through mutagen (TC260-PG-202510A): TXXX and Vorbis comments."""

from __future__ import annotations

import io
from typing import Any

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, existing


def mp3(data: bytes, label: Label) -> bytes:
    """ID3v2 frame TXXX with description AIGC; the tag's version 2.3 or 2.4 is kept."""
    from mutagen import MutagenError
    from mutagen.id3 import ID3, TXXX, Encoding, ID3NoHeaderError

    stream = io.BytesIO(data)
    open_tags: Any = ID3
    new_frame: Any = TXXX
    try:
        try:
            tags = open_tags(stream)
        except ID3NoHeaderError:
            tags = open_tags()
        version = 3 if tags.version < (2, 4, 0) else 4
        for key in [key for key in tags if key.upper() == "TXXX:AIGC"]:
            del tags[key]
        tags.add(new_frame(encoding=Encoding.LATIN1, desc="AIGC", text=[label.as_json()]))
        if version == 3:
            tags.update_to_v23()
        stream.seek(0)
        tags.save(stream, v2_version=version)
    except (MutagenError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise _refused(error) from error
    return stream.getvalue()


def flac(data: bytes, label: Label) -> bytes:
    """FLAC comment AIGC."""
    from mutagen.flac import FLAC

    return _vorbis(data, label, FLAC)


def ogg(data: bytes, label: Label) -> bytes:
    """Ogg comment AIGC, for Vorbis, Opus or FLAC streams."""
    from mutagen.oggflac import OggFLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    head = data[:256]
    if b"OpusHead" in head:
        return _vorbis(data, label, OggOpus)
    if b"\x7fFLAC" in head:
        return _vorbis(data, label, OggFLAC)
    return _vorbis(data, label, OggVorbis)


def _vorbis(data: bytes, label: Label, kind: Any) -> bytes:
    from mutagen import MutagenError

    if any("comment" not in found.carrier for found in existing(data, "flac")):
        raise CannotWrite(
            "标识写在 Vorbis 注释之外，请先清理", "a label stands outside the Vorbis comments"
        )
    stream = io.BytesIO(data)
    try:
        opened = kind(stream)
        if opened.tags is None:
            opened.add_tags()
        opened.tags["AIGC"] = [label.as_json()]
        stream.seek(0)
        opened.save(stream)
    except (MutagenError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise _refused(error) from error
    return stream.getvalue()


def _refused(error: Exception) -> CannotWrite:
    return CannotWrite(
        "音频标签结构无法写入，文件可能已损坏",
        f"the audio tags cannot be written ({type(error).__name__})",
    )
