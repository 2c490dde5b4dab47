"""Detector `video.steadiness`: how pictures change from frame to frame, along the time.

Brightness and fine detail of neighbouring frames are compared: flicker, frames that repeat
exactly, and cuts. It measures the video as a signal: it follows no face, compares no mouth with
the sound, and does not tell whether a video is a deepfake. Nothing was fitted, so it moves no
likelihood ratio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.media import DEMUXERS, NeedsMedia, missing, opened
from mingjian.intake.video import check_size, time_of

if TYPE_CHECKING:
    from mingjian.detect.video.steadiness_frames import Course

FEWEST: Final = 12
"""Frames without which there is nothing to compare."""
MOST_FRAMES: Final = 1_500
MOST_PIXELS: Final = 500_000_000
"""Pixels decoded: about 240 frames of 1080p, 1,500 of 360p; always from the start."""
MOST_PACKETS: Final = 6_000


class Steadiness:
    """Measures flicker, and lists frozen stretches and cuts, in the first part of a video."""

    name: ClassVar[str] = "video.steadiness"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.VIDEO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options. Raises `Unavailable` without the extra `media`."""
        why = missing()
        if why is not None:
            raise Unavailable(why)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement with its curves."""
        from mingjian.detect.video.steadiness_frames import Course

        if evidence.format not in DEMUXERS:
            raise NotApplicable(
                Message(
                    f"不能读取 {evidence.format[:20]} 格式的视频。",
                    f"Video in the format {evidence.format[:20]} cannot be read.",
                )
            )
        course = Course()
        error = _read(evidence, course)
        if len(course.times) < FEWEST:
            kind = f"（{type(error).__name__}）" if error is not None else ""
            raise NotExaminable(
                Message(
                    f"能解码的画面不足 {FEWEST} 帧{kind}，无从比较。",
                    f"Fewer than {FEWEST} frames could be decoded"
                    f"{f' ({type(error).__name__})' if error is not None else ''}: there is "
                    "nothing to compare.",
                )
            )
        yield _finding(course)


def _read(evidence: Evidence, course: Course) -> Exception | None:
    """Fill `course` from the beginning of the video; the error that ended it early."""
    pixels = 0
    try:
        with opened(evidence.content.view(), evidence.format) as box:
            if not box.streams.video:
                raise Refused(Message("文件中没有视频轨道。", "There is no video track."))
            stream: Any = box.streams.video[0]
            check_size(stream)
            for number, packet in enumerate(box.demux(stream)):
                for frame in packet.decode():
                    course.add(time_of(frame, stream, len(course.times)), frame)
                    pixels += frame.width * frame.height
                if (
                    number >= MOST_PACKETS
                    or pixels >= MOST_PIXELS
                    or len(course.times) >= MOST_FRAMES
                ):
                    return None
    except NeedsMedia as needs:
        raise Unavailable(needs.why) from None
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    except MemoryError:
        raise
    except Exception as error:  # other people's decoders on hostile bytes: what came stands
        return error
    return None


def _finding(course: Course) -> Finding:
    from mingjian.detect.video.steadiness_frames import exhibits

    found = course.measured()
    frozen, cuts = found.frozen, found.cuts
    length = course.times[-1] - course.times[0]
    zh = (
        f"比较了开头 {length:.1f} 秒的 {len(course.times)} 帧：相邻帧之间，亮度起伏通常为 "
        f"{found.flicker:.2f} 级（共 255 级），细节起伏通常为 {found.shimmer:.1%}；"
        f"有 {len(cuts)} 处镜头切换，{len(frozen)} 处画面逐像素静止。"
    )
    en = (
        f"The {len(course.times)} frames of the first {length:.1f} s were compared: from frame to "
        f"frame brightness usually wavers by {found.flicker:.2f} of 255 levels and fine detail by "
        f"{found.shimmer:.1%}; there are {len(cuts)} cuts and {len(frozen)} stretches in which the "
        "picture stands still to the pixel."
    )
    return Finding(
        signal="video.steadiness",
        score=round(found.shimmer, 6),
        quiet=not frozen,
        because=Message(
            zh + "这只是信号的测量：没有跟踪面部，没有核对口型与声音，不能说明视频是否换脸或生成，"
            "没有测量过误差率，不计权重。",
            en + " This measures a signal only: no face is followed, no mouth compared with the "
            "sound, and it does not tell whether the video was generated or a face exchanged. No "
            "error rate was measured, so it carries no weight.",
        ),
        where=(*frozen, *cuts)[:40],
        exhibits=exhibits(course, found),
        details={
            "frames": len(course.times),
            "seconds": round(length, 3),
            "brightness_flicker": round(found.flicker, 4),
            "detail_flicker": round(found.shimmer, 5),
            "cuts": [one.start for one in cuts[:100]],
            "frozen": [[one.start, one.end] for one in frozen[:100]],
        },
    )
