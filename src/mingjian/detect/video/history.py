"""Detector `video.history`: what a video file's container tells of how it was written (facts).

Container and software, times against one another, lengths of the tracks, edit lists, frame rate
and key frames, each with its bytes or seconds. Read from the tables of MP4 and MOV and from the
fields of Matroska, FLV and AVI; nothing is decoded. A history is no proof of forgery: messengers,
websites and editors all write files anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable
from mingjian.detect.video.history_frames import key_frames, rate
from mingjian.detect.video.history_software import software
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.container.bmff_tracks import Clock, Movie, Track, read_movie
from mingjian.intake.container.metadata import formats

APART: Final = 2
"""Seconds by which times of one file may differ without a word."""
LENGTH: Final = 0.5
"""Seconds by which picture and sound may differ in length without a word."""
DELAY: Final = 0.25
"""An edit that only skips so much at the start makes up for a codec's delay."""
_NAMES: Final = {
    "vide": Message("画面轨道", "picture track"),
    "soun": Message("声音轨道", "sound track"),
}


class History:
    """States what the container says, and where it disagrees with itself."""

    name: ClassVar[str] = "video.history"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.VIDEO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """Facts; `NotApplicable` for a format whose container is not read."""
        movie: Movie | None = None
        if evidence.format in ("mp4", "mov"):
            movie = read_movie(evidence.content.view())
            yield _container(movie)
        elif evidence.format not in formats():
            raise NotApplicable(
                Message(
                    f"不读取 {evidence.format[:20]} 格式的封装信息。",
                    f"The container of the format {evidence.format[:20]} is not read.",
                )
            )
        yield software(evidence, movie)
        if movie is None:
            return
        yield from _times(movie)
        yield from _lengths(movie)
        for number, track in enumerate(movie.tracks, 1):
            yield from _edits(number, track)
            yield from _joined(number, track)
            if track.kind == "vide" and not movie.fragmented:
                yield from rate(track)
                yield from key_frames(track)


def _bytes(span: tuple[int, int]) -> tuple[ByteRange, ...]:
    return (ByteRange(*span),) if span[1] > span[0] else ()


def _named(number: int, track: Track) -> Message:
    name = _NAMES.get(track.kind, Message("其他轨道", "other track"))
    return Message(f"第 {number} 轨（{name.zh}）", f"track {number} ({name.en})")


def _container(movie: Movie) -> Finding:
    major = "".join(char for char in movie.major if char.isprintable()) or "—"
    order = [name for name in movie.order if name.isprintable()]
    first = "moov" in order and "mdat" in order and order.index("moov") < order.index("mdat")
    layout = (
        Message("分段写成", "written in fragments")
        if movie.fragmented
        else Message("索引在前，便于边下边播", "its index in front, as for playing while it loads")
        if first
        else Message("索引在后，边录边写时常见", "its index behind, as recorders leave it")
    )
    broken_zh = f"结构在第 {movie.broken} 字节处中断。" if movie.broken is not None else ""
    broken_en = f" The structure breaks off at byte {movie.broken}." if broken_zh else ""
    return Finding(
        signal="video.container",
        because=Message(
            f"文件的主品牌为“{major}”，{layout.zh}，有 {len(movie.tracks)} 条轨道。{broken_zh}",
            f"The file's major brand is “{major}”; it is {layout.en} and holds "
            f"{len(movie.tracks)} tracks.{broken_en}"
            if movie.fragmented
            else f"The file's major brand is “{major}”, with {layout.en}; it holds "
            f"{len(movie.tracks)} tracks.{broken_en}",
        ),
        quiet=movie.broken is None,
        where=_bytes(movie.brands_at),
        details={
            "major_brand": major,
            "brands": [name for name in movie.brands if name.isprintable()][:32],
            "boxes": order,
            "fragmented": movie.fragmented,
            "tracks": [
                {"kind": track.kind, "codecs": list(track.codecs)}
                for track in movie.tracks
                if track.kind.isprintable()
            ],
            "broken_at": movie.broken,
        },
    )


# ---- times ------------------------------------------------------------------------------


def _clocks(movie: Movie) -> Iterator[tuple[Message, Clock]]:
    if movie.header is not None:
        yield Message("文件", "file"), movie.header
    for number, track in enumerate(movie.tracks, 1):
        name = _named(number, track)
        if track.header is not None:
            yield name, track.header
        if track.media is not None:
            yield Message(f"{name.zh}的媒体", f"media of {name.en}"), track.media


def _shown(seconds: int | None) -> str:
    if seconds is None:
        return "—"
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def _times(movie: Movie) -> Iterator[Finding]:
    found = list(_clocks(movie))
    if not found:
        return
    created = [clock.created for _, clock in found if clock.created is not None]
    modified = [clock.modified for _, clock in found if clock.modified is not None]
    if not created and not modified:
        yield Finding(
            signal="video.times",
            because=Message(
                "文件内的创建和修改时间都没有填写；相机和手机通常会填写，"
                "转码、剪辑和上传平台常不填写。",
                "No creation or modification time is set inside the file. Cameras and telephones "
                "mostly set them; transcoders, editors and platforms often do not.",
            ),
            where=_bytes((found[0][1].start, found[0][1].end)),
            details={"created": None, "modified": None},
        )
        return
    told: list[Message] = []
    spread = max(created) - min(created) if created else 0
    if spread > APART:
        told.append(
            Message(
                f"各处的创建时间相差达 {spread} 秒", f"creation times differ by up to {spread} s"
            )
        )
    if created and modified and max(modified) - min(created) > APART:
        later = max(modified) - min(created)
        told.append(
            Message(
                f"最后修改比创建晚 {later} 秒（录制本身也需要时间）",
                f"the last modification is {later} s after the creation (recording itself takes "
                "time)",
            )
        )
    if created and modified and min(modified) + APART < min(created):
        told.append(Message("修改时间早于创建时间", "a modification precedes the creation"))
    notable = spread > APART or any("precedes" in one.en for one in told)
    zh = "；".join(one.zh for one in told) or "彼此一致"
    en = "; ".join(one.en for one in told) or "they agree"
    yield Finding(
        signal="video.times",
        because=Message(
            f"文件内记录的时间：{zh}。时间由写文件的设备填写，时区和准确与否无从核实。",
            f"Times recorded inside the file: {en}. The writing device sets them; their time zone "
            "and truth cannot be checked.",
        ),
        quiet=not notable,
        where=tuple(ByteRange(clock.start, clock.end) for _, clock in found)[:20],
        exhibits=(
            TableExhibit(
                title=Message("文件内记录的时间（按 UTC 写出）", "Times in the file, shown as UTC"),
                columns=(
                    Message("何处", "where"),
                    Message("创建", "created"),
                    Message("修改", "modified"),
                    Message("时长（秒）", "length (s)"),
                ),
                rows=tuple(
                    (name, _shown(clock.created), _shown(clock.modified), f"{clock.seconds:.2f}")
                    for name, clock in found[:20]
                ),
            ),
        ),
        details={
            "created": _shown(min(created)) if created else None,
            "modified": _shown(max(modified)) if modified else None,
            "spread": spread,
        },
    )


# ---- lengths, edits and joins -----------------------------------------------------------


def _lengths(movie: Movie) -> Iterator[Finding]:
    lengths = {
        kind: max((t.media.seconds for t in movie.tracks if t.kind == kind and t.media), default=0)
        for kind in ("vide", "soun")
    }
    if movie.fragmented or min(lengths.values()) <= 0:
        return
    apart = abs(lengths["vide"] - lengths["soun"])
    yield Finding(
        signal="video.lengths",
        because=Message(
            f"画面长 {lengths['vide']:.2f} 秒，声音长 {lengths['soun']:.2f} 秒，"
            f"相差 {apart:.2f} 秒。"
            + ("剪辑、换配音或录制中断都会如此。" if apart > LENGTH else ""),
            f"The pictures last {lengths['vide']:.2f} s and the sound {lengths['soun']:.2f} s, "
            f"{apart:.2f} s apart."
            + (
                " Cutting, replaced sound and a recording that broke off all leave this."
                if apart > LENGTH
                else ""
            ),
        ),
        quiet=apart <= LENGTH,
        where=tuple(
            ByteRange(t.media.start, t.media.end)
            for t in movie.tracks
            if t.media is not None and t.kind in lengths
        )[:20],
        details={"pictures": round(lengths["vide"], 3), "sound": round(lengths["soun"], 3)},
    )


def _edits(number: int, track: Track) -> Iterator[Finding]:
    shown = [one for one in track.edits if one.media >= 0]
    waits = sum(one.seconds for one in track.edits if one.media < 0)
    plain = len(shown) == 1 and shown[0].media <= DELAY and waits <= DELAY
    if not track.edits or plain:
        return
    name = _named(number, track)
    yield Finding(
        signal="video.edits",
        because=Message(
            f"{name.zh}有 {len(track.edits)} 项编辑清单，从素材第 {shown[0].media:.2f} 秒起播放；"
            "播放的与存储的不全相同，跳过的部分可能仍在文件中。"
            if shown
            else f"{name.zh}的编辑清单不播放任何内容。",
            f"{name.en[0].upper()}{name.en[1:]} has an edit list of {len(track.edits)} entries and "
            f"plays from second {shown[0].media:.2f} of what is stored: what is played is not all "
            "that is stored, and what is skipped may still be in the file."
            if shown
            else f"The edit list of {name.en} plays nothing.",
        ),
        where=_bytes(track.edits_at),
        details={
            "track": number,
            "edits": [
                {"seconds": round(one.seconds, 3), "from": round(one.media, 3)}
                for one in track.edits[:50]
            ],
        },
    )


def _joined(number: int, track: Track) -> Iterator[Finding]:
    if len(track.codecs) < 2:
        return
    name = _named(number, track)
    yield Finding(
        signal="video.joined",
        because=Message(
            f"{name.zh}用了 {len(track.codecs)} 种编码设置；由不同来源的片段拼接而成的文件会如此。",
            f"{name.en[0].upper()}{name.en[1:]} uses {len(track.codecs)} sets of coding "
            "parameters, as files joined from pieces of different origin do.",
        ),
        where=_bytes(track.descriptions),
        details={"track": number, "codecs": list(track.codecs)},
    )
