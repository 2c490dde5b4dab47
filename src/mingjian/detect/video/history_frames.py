"""What the sample tables say of frame rate and key frames, without decoding a frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from mingjian.domain.finding import ByteRange, Finding, Place, Seconds
from mingjian.domain.message import Message
from mingjian.intake.container.bmff_tracks import Track

UNEVEN: Final = 0.1
"""A frame whose length differs from the usual by more than this share is uneven."""
SOME: Final = 0.02
"""Share of uneven frames from which the rate is called variable."""
GAP: Final = 3.0
"""A frame that lasts so many usual frames is a gap."""
REGULAR: Final = 0.8
"""Share of equal distances from which key frames count as regular."""
FEWEST: Final = 6
_SHOWN: Final = 20


def rate(track: Track) -> Iterator[Finding]:
    """Frames a second, whether they are even, and where frames are missing."""
    counts: Counter[int] = Counter()
    for samples, units in track.deltas:
        counts[units] += samples
    total = sum(counts.values())
    if not track.scale or total < 2:
        return
    usual = counts.most_common(1)[0][0]
    if usual <= 0:
        return
    uneven = sum(n for units, n in counts.items() if abs(units - usual) > UNEVEN * usual)
    gaps: list[tuple[float, float]] = []
    at = 0
    for samples, units in track.deltas:
        if units > GAP * usual and len(gaps) < _SHOWN:
            gaps.append((at / track.scale, (at + units) / track.scale))
        at += samples * units
    # The last frame's length is often made up.
    if gaps and abs(gaps[-1][1] - at / track.scale) < 1e-6:
        gaps.pop()
    share, a_second = uneven / total, track.scale / usual
    variable = share > SOME
    places: tuple[Place, ...] = tuple(Seconds(round(a, 3), round(b, 3)) for a, b in gaps)
    told_zh = f"，其中 {share:.0%} 的帧间隔不等，即可变帧率（手机和录屏常见）" if variable else ""
    told_en = (
        f"; {share:.0%} of them are uneven, a variable rate (usual for telephones and screen "
        "recordings)"
        if variable
        else ""
    )
    gap_zh = f"有 {len(gaps)} 处停顿超过 {GAP:.0f} 帧。" if gaps else ""
    gap_en = f" In {len(gaps)} places a frame stands for more than {GAP:.0f}." if gaps else ""
    yield Finding(
        signal="video.frame_rate",
        because=Message(
            f"通常每秒 {a_second:.2f} 帧，共 {total} 帧{told_zh}。{gap_zh}",
            f"Frames usually come {a_second:.2f} a second, {total} in all{told_en}.{gap_en}",
        ),
        quiet=not gaps,
        where=places or (ByteRange(*track.deltas_at),),
        details={
            "rate": round(a_second, 3),
            "frames": total,
            "uneven": round(share, 4),
            "gaps": [[round(a, 3), round(b, 3)] for a, b in gaps],
        },
    )


def key_frames(track: Track) -> Iterator[Finding]:
    """Distances of key frames, and where a regular pattern is broken."""
    keys = track.keys
    if keys is None or len(keys) < FEWEST or any(b <= a for a, b in pairwise(keys)):
        return
    distances = [b - a for a, b in pairwise(keys)]
    usual, times = Counter(distances).most_common(1)[0]
    regular = times / len(distances) >= REGULAR
    odd = [keys[i + 1] for i, distance in enumerate(distances) if distance != usual]
    places = _seconds(track, odd[:_SHOWN]) if regular else ()
    broken = regular and bool(odd)
    if broken:
        zh = (
            f"关键帧通常每 {usual} 帧一个，有 {len(odd)} 处不按此间隔。编码器见到镜头切换时会这样，"
            "两段视频拼接、剪去一段也会这样。"
        )
        en = (
            f"Key frames usually come every {usual} frames; {len(odd)} do not. An encoder does "
            "this where it sees a new scene, and so do joins and cuts."
        )
    elif regular:
        zh = f"关键帧每 {usual} 帧一个，没有例外。"
        en = f"Key frames come every {usual} frames without exception."
    else:
        zh = f"关键帧间隔不固定（{min(distances)} 至 {max(distances)} 帧），由编码器按内容决定。"
        en = (
            f"Key frames come at no fixed distance ({min(distances)} to {max(distances)} frames): "
            "the encoder sets them by content."
        )
    yield Finding(
        signal="video.key_frames",
        because=Message(zh, en),
        quiet=not broken,
        where=places or (ByteRange(*track.keys_at),),
        details={
            "key_frames": len(keys),
            "usual_distance": usual,
            "regular": regular,
            "exceptions": len(odd) if regular else None,
        },
    )


def _seconds(track: Track, numbers: list[int]) -> tuple[Place, ...]:
    """Times of frames by their number in the order they are stored."""
    found: list[Place] = []
    wanted = iter(numbers)
    number, at, target = 0, 0, next(wanted, None)
    for samples, units in track.deltas:
        while target is not None and number <= target < number + samples:
            second = round((at + (target - number) * units) / max(1, track.scale), 3)
            found.append(Seconds(second, second))
            target = next(wanted, None)
        number, at = number + samples, at + samples * units
    return tuple(found)
