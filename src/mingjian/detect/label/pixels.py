"""Detector `label.visible`: an explicit AIGC mark drawn into a picture or video (GB 45438-2025).

The words come from `mingjian.intake.unpack.words`, so the extra `ocr` is needed. Wording, place and
height are held against the standard, each as met, not met or cannot tell. A mark is a
declaration: anybody can add or remove it, so it carries no weight and its absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.label.facts import UNVERIFIED
from mingjian.detect.label.pixels_height import drawn_height
from mingjian.detect.label.pixels_wording import Mark, denied_by, known, mark_in
from mingjian.detect.label.proposition import LABEL_AIGC
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Box, Finding, PictureExhibit, Raster, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.picture import Picture, decode, small
from mingjian.intake.unpack.words import Line, Words, words_in
from mingjian.intake.unpack.words_model import NeedsOcr, missing
from mingjian.intake.video import FRAME_STEP

TOLERANCE: Final = 0.13
"""Of the measured height: nineteen of twenty heights of drawn marks were within it (card)."""
NEAR, FAR = 0.10, 0.20
"""Distance from the nearest border by the picture's side: within NEAR is an edge, beyond FAR is
not; the standard gives no number."""
MOST_SHOWN: Final = 8
MANY_LINES: Final = 12
"""A picture with so many lines may be a screenshot or a page that shows another picture."""

MET = Message("符合", "met")
NOT_MET = Message("不符合", "not met")
UNKNOWN = Message("无法判断", "cannot tell")

_IN_VIDEO = Message(
    "这是视频画面；显式标识连同时间一并在视频上说明。",
    "This is a frame of a video; marks are told of the video, with their times.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A mark with what was measured of it."""

    mark: Mark
    left: float
    top: float
    width: float
    height: float
    share: float | None
    """Height of the characters by the picture's shorter side."""
    where: Message
    at_edge: bool | None

    @property
    def wording(self) -> Message:
        return MET if self.mark.complete else NOT_MET

    @property
    def place(self) -> Message:
        return UNKNOWN if self.at_edge is None else MET if self.at_edge else NOT_MET

    @property
    def size(self) -> Message:
        least = float(known()["share_of_short_side"])
        if self.share is None:
            return UNKNOWN
        if self.share >= least * (1 + TOLERANCE):
            return MET
        return NOT_MET if self.share <= least * (1 - TOLERANCE) else UNKNOWN


class Visible:
    """Finds lines in a picture or video by which it says of itself that AI made it."""

    name: ClassVar[str] = "label.visible"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE, EvidenceKind.VIDEO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (LABEL_AIGC,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options. Raises `Unavailable` without the extra `ocr`."""
        del options
        why = missing()
        if why is not None:
            raise Unavailable(why)

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One fact: the marks found, or that none was read."""
        if evidence.kind is EvidenceKind.VIDEO:
            from mingjian.detect.label.pixels_video import examine_video

            yield from examine_video(evidence)
            return
        if evidence.derivation is not None and evidence.derivation.step == FRAME_STEP:
            raise NotApplicable(_IN_VIDEO)
        try:
            words = words_in(evidence)
            found = marks_in(words)
            picture = decode(evidence) if found else None
        except NeedsOcr as needs:
            raise Unavailable(needs.why) from None
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        if picture is None:
            yield _none(words)
        else:
            placed = [placed_of(mark, line, picture) for mark, line in found[:MOST_SHOWN]]
            yield _found(placed, words, picture)


def marks_in(words: Words) -> list[tuple[Mark, Line]]:
    """Lines, or neighbours in one row joined, that are marks and stand where such words count."""
    found: list[tuple[Mark, Line]] = []
    used: set[int] = set()
    for first in range(len(words.lines)):
        for last in range(min(first + 3, len(words.lines)), first, -1):
            lines = words.lines[first:last]
            if used & set(range(first, last)) or not _one_row(lines):
                continue
            line = _joined(lines)
            mark = mark_in(line.text)
            if mark is None or _is_denied(first, words.lines):
                continue
            if mark.edge_only and not _stands_alone(line, words):
                continue
            found.append((mark, line))
            used |= set(range(first, last))
            break
    return found


def _stands_alone(line: Line, words: Words) -> bool:
    """Whether the line stands at an edge of a picture that is not a page of text."""
    at_edge = _place(line, words.width, words.height)[1]
    return at_edge is True and len(words.lines) < MANY_LINES


def _one_row(lines: Sequence[Line]) -> bool:
    """Whether each line goes on close to the right of the one before, at about its height."""
    for one, after in pairwise(lines):
        high = min(one.high, after.high)
        gap = after.left - (one.left + one.width)
        level = abs(one.top + one.height / 2 - after.top - after.height / 2)
        if not (-high < gap < 1.5 * high and level < 0.4 * high):
            return False
        if max(one.high, after.high) > 1.8 * high:
            return False
    return True


def _joined(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    left, top = min(one.left for one in lines), min(one.top for one in lines)
    return Line(
        text="".join(one.text for one in lines),
        left=left,
        top=top,
        width=max(one.left + one.width for one in lines) - left,
        height=max(one.top + one.height for one in lines) - top,
        high=max(one.high for one in lines),
        sure=min(one.sure for one in lines),
    )


def _is_denied(number: int, lines: Sequence[Line]) -> bool:
    """Whether the line goes on with a sentence that began in the line above or to its left."""
    if number == 0:
        return False
    line, above = lines[number], lines[number - 1]
    near = line.top - (above.top + above.height) < 1.2 * line.high
    alike = 0.6 < above.high / line.high < 1.7
    overlap = min(line.left + line.width, above.left + above.width) - max(line.left, above.left)
    beside = 0 <= line.left - (above.left + above.width) < 1.5 * line.high
    return near and alike and (overlap > 0 or beside) and denied_by(above.text)


def _place(line: Line, width: int, height: int) -> tuple[Message, bool | None]:
    """Where the line stands, in words, and whether that is an edge or corner."""
    across = line.left / width, (width - line.left - line.width) / width
    down = line.top / height, (height - line.top - line.height) / height
    nearest = min(*across, *down)
    at_edge = True if nearest <= NEAR else None if nearest <= FAR else False
    side = _side(across, Message("左", "left"), Message("右", "right"))
    level = _side(down, Message("上", "top"), Message("下", "bottom"))
    if side and level:
        return Message(f"{side.zh}{level.zh}角", f"{level.en} {side.en} corner"), at_edge
    if one := side or level:
        return Message(f"{one.zh}边", f"{one.en} edge"), at_edge
    if at_edge is False:
        return Message("画面中部", "middle"), at_edge
    return Message("靠近边缘处", "near an edge"), at_edge


def _side(gaps: tuple[float, float], low: Message, high: Message) -> Message | None:
    if min(gaps) > NEAR or max(gaps) <= NEAR:
        return None
    return low if gaps[0] <= gaps[1] else high


def placed_of(mark: Mark, line: Line, picture: Picture) -> Placed:
    level = line.height < 1.2 * line.high and line.width > line.height
    high = (
        drawn_height(picture.rgb, line.left, line.top, line.width, line.height) if level else None
    )
    where, at_edge = _place(line, picture.width, picture.height)
    return Placed(
        mark=mark,
        left=line.left,
        top=line.top,
        width=line.width,
        height=line.height,
        share=high / min(picture.width, picture.height) if high else None,
        where=where,
        at_edge=at_edge,
    )


# ---- sentences and exhibits -----------------------------------------------------------

DECLARATION: Final = Message(
    "标识是一种声明，任何人都可以加上或去掉，没有测量过误差率，不计权重。",
    "A mark is a declaration that anybody can add or remove; no error rate was measured, so it "
    "carries no weight.",
)
_SHOWN_PICTURE: Final = Message(
    "画面中文字很多，可能是截屏或页面：标识也可能说的是其中显示的另一幅图。",
    "The picture holds many lines of text and may be a screenshot or a page: the mark may speak "
    "of another picture shown in it.",
)


def _none(words: Words) -> Finding:
    count, unread = len(words.lines), words.unread
    left_zh = f"另有 {unread} 行未能读取。" if unread else ""
    left_en = f" {unread} more lines were seen and not read." if unread else ""
    return Finding(
        signal="label.visible",
        proposition=LABEL_AIGC.id,
        quiet=True,
        because=Message(
            f"读取了 {count} 行图中文字，其中没有人工智能生成合成的显式标识。{left_zh}"
            "没有标识不证明任何事：标识可以被裁掉，也可能太小、太淡而读不出。",
            f"{count} lines of text were read in the picture; none is an explicit mark of AI "
            f"generation.{left_en} Absence proves nothing: a mark can be cut off, or be too small "
            "or too faint to read.",
        ),
        details={"marks": [], "lines": count, "unread": unread},
    )


def _clause() -> Message:
    clause = known()["clause"]
    if clause["verified"]:
        return Message(clause["zh"], clause["en"])
    return Message(f"{clause['zh']}（{UNVERIFIED.zh}）", f"{clause['en']} ({UNVERIFIED.en})")


def height_in_words(share: float | None) -> Message:
    if share is None:
        return Message("量不出", "not measurable")
    return Message(f"约为短边的 {share:.1%}", f"about {share:.1%} of the shorter side")


def whose(mark: Mark) -> Message:
    if mark.platform is None:
        return Message("", "")
    if mark.verified:
        return Message(
            f"，与{mark.platform.zh}所用的形式相同", f", a form that {mark.platform.en} uses"
        )
    return Message(
        f"，与{mark.platform.zh}所用的形式相同（{UNVERIFIED.zh}）",
        f", a form that {mark.platform.en} uses ({UNVERIFIED.en})",
    )


def _found(placed: Sequence[Placed], words: Words, picture: Picture) -> Finding:
    first, rule = placed[0], _clause()
    maker, share = whose(first.mark), height_in_words(first.share)
    many = _SHOWN_PICTURE if len(words.lines) >= MANY_LINES else Message("", "")
    more_zh = f"另有 {len(placed) - 1} 处。" if len(placed) > 1 else ""
    more_en = f" There are {len(placed) - 1} more." if len(placed) > 1 else ""
    boxes = tuple(_box(one, picture.reduced) for one in placed)
    return Finding(
        signal="label.visible",
        proposition=LABEL_AIGC.id,
        where=boxes,
        because=Message(
            f"画面上有显式标识“{first.mark.text}”（{first.where.zh}{maker.zh}）。{more_zh}"
            f"对照 {rule.zh}：用语{first.wording.zh}；位置（边或角）{first.place.zh}；"
            f"字高{share.zh}，要求不低于 5%：{first.size.zh}。{many.zh}{DECLARATION.zh}",
            f"The picture carries the explicit mark “{first.mark.text}” ({first.where.en}"
            f"{maker.en}).{more_en} Held against {rule.en}: wording {first.wording.en}; place "
            f"(edge or corner) {first.place.en}; height of the characters {share.en}, at least 5% "
            f"being asked: {first.size.en}. {many.en}{' ' if many.en else ''}{DECLARATION.en}",
        ),
        exhibits=(shown_in(placed, picture, picture.reduced), _table(placed)),
        details={
            "marks": [_detail(one) for one in placed],
            "lines": len(words.lines),
            "unread": words.unread,
        },
    )


def _box(one: Placed, reduced: float) -> Box:
    return Box(*(round(v * reduced) for v in (one.left, one.top, one.width, one.height)))


def _detail(one: Placed) -> dict[str, object]:
    return {
        "text": one.mark.text,
        "platform": one.mark.platform,
        "platform_verified": one.mark.verified,
        "where": one.where,
        "share": round(one.share, 4) if one.share is not None else None,
        "wording": one.wording.en,
        "place": one.place.en,
        "height": one.size.en,
    }


def shown_in(placed: Sequence[Placed], picture: Picture, factor: float) -> PictureExhibit:
    """The picture with the marks boxed; the evidence is `factor` times as large as `picture`."""
    raster: Raster = small(picture, Raster.LARGEST_SIDE)
    return PictureExhibit(
        title=Message("标识在画面中的位置", "Where the mark stands in the picture"),
        picture=raster,
        width=round(picture.width * factor),
        height=round(picture.height * factor),
        marks=tuple(_box(one, factor) for one in placed),
    )


def _table(placed: Sequence[Placed]) -> TableExhibit:
    def both(measured: Message, judged: Message) -> Message:
        return Message(f"{measured.zh}：{judged.zh}", f"{measured.en}: {judged.en}")

    return TableExhibit(
        title=Message("各处标识与要求的对照", "Each mark held against what is asked"),
        columns=(
            Message("标识", "mark"),
            Message("用语（AI 或人工智能，加生成或合成）", "wording (AI, and generated)"),
            Message("位置（边或角）", "place (edge or corner)"),
            Message("字高（不低于短边 5%）", "height (at least 5% of the shorter side)"),
        ),
        rows=tuple(
            (one.mark.text, one.wording, both(one.where, one.place),
             both(height_in_words(one.share), one.size))
            for one in placed
        ),
    )  # fmt: skip
