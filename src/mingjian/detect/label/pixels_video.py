"""An explicit mark in a video: from when to when it stands in the opening, where and how high.

One fact for the video, put together from the words of its frames (GB 45438-2025, 5.4 asks for a
mark on the opening picture for at least two seconds). The looks are half a second apart, so a
time is known to that and no better; where it matters the answer is "cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingjian.detect.contract import NotExaminable, Unavailable
from mingjian.detect.label.facts import UNVERIFIED
from mingjian.detect.label.pixels import (
    DECLARATION,
    MET,
    NOT_MET,
    UNKNOWN,
    Placed,
    height_in_words,
    marks_in,
    placed_of,
    shown_in,
    whose,
)
from mingjian.detect.label.pixels_wording import known, plain
from mingjian.detect.label.proposition import LABEL_AIGC
from mingjian.domain.evidence import Evidence
from mingjian.domain.finding import Finding, Seconds, TableExhibit
from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.media import NeedsMedia
from mingjian.intake.picture import decode
from mingjian.intake.unpack.words import words_in
from mingjian.intake.unpack.words_model import NeedsOcr
from mingjian.intake.video import OPENING, STEP, Frame, Seen, sample

_MOST_MARKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A mark and the looks at which it was read."""

    placed: Placed
    frame: Frame
    """The first in which it was read."""
    times: tuple[float, ...]
    lasting: Message
    """Two seconds in the opening: met, not met or cannot tell."""


def examine_video(evidence: Evidence) -> Iterator[Finding]:
    """One fact: the marks with their times, or that none was read."""
    try:
        seen = sample(evidence)
        read, found = _read(seen)
    except (NeedsMedia, NeedsOcr) as needs:
        raise Unavailable(needs.why) from None
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    if not read:
        raise NotExaminable(
            Message("没有读取任何画面中的文字。", "The words of none of its frames were read.")
        )
    yield _found(found, seen, read) if found else _none(seen, read)


def lasting(looks: Sequence[float], there: Sequence[bool]) -> Message:
    """Whether a mark stands for two seconds from the start, by looks at the opening.

    A single look without it between two with it is taken for a reading error.
    """
    seconds = float(known()["video_seconds"])
    filled = [
        one or (0 < i < len(there) - 1 and there[i - 1] and there[i + 1])
        for i, one in enumerate(there)
    ]
    if True not in filled:
        return NOT_MET if len(looks) > 1 else UNKNOWN
    first = filled.index(True)
    if looks[first] > STEP:
        return NOT_MET
    end = next((i for i in range(first, len(filled)) if not filled[i]), None)
    last = (end if end is not None else len(filled)) - 1
    if looks[last] - looks[first] >= seconds:
        return MET if first == 0 else UNKNOWN
    # It can have come right after the look before it, and gone right before the look after it.
    begun = looks[first - 1] if first else 0.0
    return NOT_MET if end is not None and looks[end] - begun <= seconds else UNKNOWN


def _read(seen: Seen) -> tuple[tuple[float, ...], list[Standing]]:
    """The times of the frames whose words were read, and the marks by their wording."""
    read: list[float] = []
    placed: dict[str, tuple[Placed, Frame]] = {}
    times: dict[str, list[float]] = {}
    for frame in seen.frames:
        try:
            words = words_in(frame.evidence)
        except NeedsOcr:
            raise
        except Refused:  # out of time: this frame was not read
            continue
        read += frame.times
        for mark, line in marks_in(words):
            key = plain(mark.text)
            if key not in placed and len(placed) < _MOST_MARKS:
                placed[key] = placed_of(mark, line, decode(frame.evidence)), frame
            if key in placed and frame.times[0] not in times.setdefault(key, []):
                times[key] += frame.times
    opening = [at for at in read if at <= OPENING]
    found = [
        Standing(
            placed=one,
            frame=frame,
            times=tuple(times[key]),
            lasting=lasting(opening, [at in times[key] for at in opening]),
        )
        for key, (one, frame) in placed.items()
    ]
    return tuple(read), sorted(found, key=lambda one: (one.lasting is not MET, one.times[0]))


def _unread(seen: Seen, read: Sequence[float]) -> Message:
    left = sum(len(frame.times) for frame in seen.frames) - len(read)
    zh = f"另有 {left} 处画面没有读取。" if left else ""
    en = f" {left} more were not read." if left else ""
    if seen.cut_short is not None:
        zh, en = zh + seen.cut_short.zh, f"{en} {seen.cut_short.en}"
    return Message(zh, en)


def _none(seen: Seen, read: Sequence[float]) -> Finding:
    more = _unread(seen, read)
    return Finding(
        signal="label.visible",
        proposition=LABEL_AIGC.id,
        quiet=True,
        because=Message(
            f"在视频的 {len(read)} 个时刻（开头 {OPENING:.0f} 秒每半秒一次，其后若干次）读取了"
            f"画面文字，没有人工智能生成合成的显式标识。{more.zh}没有标识不证明任何事：标识可以被裁掉，"
            "也可能太小、太淡，或出现在没有看的时刻。",
            f"Words were read at {len(read)} moments of the video (every half second of the first "
            f"{OPENING:.0f} s, then now and then); none is an explicit mark of AI generation."
            f"{more.en} Absence proves nothing: a mark can be cut off, be too small or too faint, "
            "or stand at a moment that was not looked at.",
        ),
        details={"marks": [], "moments": [round(at, 2) for at in read]},
    )


def _clause() -> Message:
    clause: Mapping[str, str] = known()["video_clause"]
    if clause["verified"]:
        return Message(clause["zh"], clause["en"])
    return Message(f"{clause['zh']}（{UNVERIFIED.zh}）", f"{clause['en']} ({UNVERIFIED.en})")


def _span(one: Standing) -> Message:
    first, last = one.times[0], one.times[-1]
    if len(one.times) == 1:
        return Message(f"第 {first:.1f} 秒", f"at {first:.1f} s")
    return Message(f"第 {first:.1f} 至 {last:.1f} 秒", f"from {first:.1f} to {last:.1f} s")


def _found(found: Sequence[Standing], seen: Seen, read: Sequence[float]) -> Finding:
    first, rule, more = found[0], _clause(), _unread(seen, read)
    one, span = first.placed, _span(first)
    maker, share = whose(one.mark), height_in_words(one.share)
    picture = decode(first.frame.evidence)
    factor = seen.width / picture.width
    others_zh = f"另有 {len(found) - 1} 种标识。" if len(found) > 1 else ""
    others_en = f" There are {len(found) - 1} other marks." if len(found) > 1 else ""
    return Finding(
        signal="label.visible",
        proposition=LABEL_AIGC.id,
        where=tuple(Seconds(round(s.times[0], 2), round(s.times[-1], 2)) for s in found),
        because=Message(
            f"视频画面上有显式标识“{one.mark.text}”（{one.where.zh}{maker.zh}），{span.zh}读到。"
            f"{others_zh}对照 {rule.zh}：在开头画面持续不少于 2 秒：{first.lasting.zh}；用语"
            f"{one.wording.zh}；位置（边或角）{one.place.zh}；字高{share.zh}，要求不低于 5%："
            f"{one.size.zh}。每半秒看一次，时间只准到半秒。{more.zh}{DECLARATION.zh}",
            f"The video carries the explicit mark “{one.mark.text}” ({one.where.en}{maker.en}), "
            f"read {span.en}.{others_en} Held against {rule.en}: on the opening for at least 2 s: "
            f"{first.lasting.en}; wording {one.wording.en}; place (edge or corner) "
            f"{one.place.en}; height of the characters {share.en}, at least 5% being asked: "
            f"{one.size.en}. Looks are half a second apart and times no more exact."
            f"{more.en} {DECLARATION.en}",
        ),
        exhibits=(shown_in((one,), picture, factor), _table(found)),
        details={
            "marks": [
                {
                    "text": s.placed.mark.text,
                    "platform": s.placed.mark.platform,
                    "from": round(s.times[0], 2),
                    "to": round(s.times[-1], 2),
                    "where": s.placed.where,
                    "share": round(s.placed.share, 4) if s.placed.share is not None else None,
                    "lasting": s.lasting.en,
                    "wording": s.placed.wording.en,
                    "place": s.placed.place.en,
                    "height": s.placed.size.en,
                }
                for s in found
            ],
            "moments": [round(at, 2) for at in read],
        },
    )


def _table(found: Sequence[Standing]) -> TableExhibit:
    def both(measured: Message, judged: Message) -> Message:
        return Message(f"{measured.zh}：{judged.zh}", f"{measured.en}: {judged.en}")

    return TableExhibit(
        title=Message("各种标识与要求的对照", "Each mark held against what is asked"),
        columns=(
            Message("标识", "mark"),
            Message("时间（开头不少于 2 秒）", "time (on the opening for at least 2 s)"),
            Message("用语（AI 或人工智能，加生成或合成）", "wording (AI, and generated)"),
            Message("位置（边或角）", "place (edge or corner)"),
            Message("字高（不低于短边 5%）", "height (at least 5% of the shorter side)"),
        ),
        rows=tuple(
            (
                s.placed.mark.text,
                both(_span(s), s.lasting),
                s.placed.wording,
                both(s.placed.where, s.placed.place),
                both(height_in_words(s.placed.share), s.placed.size),
            )
            for s in found
        ),
    )
