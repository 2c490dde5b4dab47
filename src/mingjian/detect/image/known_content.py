"""Detector `image.known_content`: is the picture one that is on a list of hashes?

The examiner supplies hashes; the pictures behind them are never needed. A match is a fact about
two hashes and their distance. What it means depends on the list, and a person must look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.learned.known_lists import readable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.picture import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mingjian.detect.image.known_content_list import KnownList

_SHOWN = 20
_LISTED = Message("已知内容", "known content")
_LINE = 64
_TURNED = {
    "same": Message("原样", "as it is"),
    "mirrored": Message("左右翻转", "mirrored left to right"),
    "mirrored-down": Message("上下翻转", "mirrored top to bottom"),
    "turned-180": Message("旋转 180°", "turned by 180°"),
    "transposed": Message("旋转并翻转", "turned and mirrored"),
    "turned-90": Message("顺时针旋转 90°", "turned clockwise by 90°"),
    "turned-270": Message("逆时针旋转 90°", "turned anticlockwise by 90°"),
    "transversed": Message("旋转并翻转", "turned and mirrored"),
}


class KnownContent:
    """States each picture's hash, and which known hashes it is near to."""

    name: ClassVar[str] = "image.known_content"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        self.known: KnownList | None = None
        if path := options.get("known", ""):
            from mingjian.detect.image.known_content_list import KnownList

            with readable(_LISTED):
                self.known = KnownList(Path(path))

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """The hash, always; and where a list is set, what it is near to."""
        from mingjian.detect.image.known_content_hash import (
            LOWEST_QUALITY,
            forms_of,
            hash_of,
            luma_of,
            quality_of,
            small_of,
        )

        try:
            luma = luma_of(decode(evidence).rgb)
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        small = small_of(luma)
        quality = quality_of(small)
        if quality < LOWEST_QUALITY:
            raise NotApplicable(
                Message(
                    f"图像内容过于单调（哈希质量 {quality}，低于 {LOWEST_QUALITY}），"
                    "哈希没有意义，不作比较。",
                    f"The picture has too little in it (hash quality {quality}, below "
                    f"{LOWEST_QUALITY}): its hash would mean nothing, so it is not compared.",
                )
            )
        yield _hash_fact(hash_of(small), quality, self.known is not None)
        if self.known is not None:
            with readable(_LISTED):
                self.known.renew()
            yield _compared(forms_of(luma), self.known)


def _hash_fact(own: NDArray[np.uint64], quality: int, listed: bool) -> Finding:
    from mingjian.detect.learned.near_hashes import hex_of

    digest = hex_of(own)
    zh = f"图像的内容哈希（PDQ，256 位）为 {digest}，质量 {quality}。"
    en = f"The picture's content hash (PDQ, 256 bits) is {digest}, quality {quality}."
    if not listed:
        zh += "没有设置已知内容清单，因此没有比较；可为 image.known_content 指定 known。"
        en += (
            " No list of known content is set, so nothing was compared; give "
            "image.known_content the option known."
        )
    return Finding(
        signal="image.content_hash",
        because=Message(zh, en),
        quiet=True,
        details={"hash": digest, "quality": quality, "list": listed},
    )


def _compared(forms: NDArray[np.uint64], known: KnownList) -> Finding:
    from mingjian.detect.image.known_content_hash import TURNS
    from mingjian.detect.learned.near_hashes import BITS, FARTHEST

    nearest: dict[int, tuple[int, str]] = {}
    for form, turn in zip(forms, TURNS, strict=True):
        for number, apart in known.near(form):
            if number not in nearest or apart < nearest[number][0]:
                nearest[number] = apart, turn
    order = sorted(nearest, key=lambda number: (nearest[number][0], number))
    count = len(known)
    if not order:
        return Finding(
            signal="image.known_content",
            because=Message(
                f"与清单中 {count} 个哈希都相差超过 {FARTHEST} 位（共 {BITS} 位），"
                "不在清单之内；由此不能得出其他结论。",
                f"The picture differs from each of the {count:,} hashes on the list in more than "
                f"{FARTHEST} of {BITS} bits: it is not on the list. Nothing else follows.",
            ),
            quiet=True,
            details={"matches": 0, "listed": count},
        )
    best = order[0]
    apart, turn = nearest[best]
    label = known.labels[best] or "—"
    turned_zh = "" if turn == "same" else f"，{_TURNED[turn].zh}后"
    turned_en = "" if turn == "same" else f", {_TURNED[turn].en},"
    return Finding(
        signal="image.known_content",
        because=Message(
            f"与清单中 {len(order)} 个哈希相符；最近的一个标注为“{label}”{turned_zh}相差 {apart} 位"
            f"（共 {BITS} 位，{FARTHEST} 位以内算相符，互不相关的图像平均相差约 128 位）。"
            "相符表示多半是同一画面，缩放或重新压缩不影响；须由人核对。",
            f"The picture matches {len(order):,} hashes on the list; the nearest, labelled "
            f'"{label}"{turned_en} differs in {apart} of {BITS} bits (up to {FARTHEST} count as a '
            "match; unrelated pictures differ in about 128). A match means most likely the same "
            "view, resized or compressed again or not; a person must check it.",
        ),
        exhibits=(_matches(order, nearest, known), _bits(forms, nearest[best], best, known)),
        details={
            "matches": len(order),
            "nearest": apart,
            "turn": turn,
            "label": known.labels[best],
            "listed": count,
            "hashes": [known.index.hex_of(number) for number in order[:_SHOWN]],
        },
    )


def _matches(
    order: list[int], nearest: Mapping[int, tuple[int, str]], known: KnownList
) -> TableExhibit:
    rows: list[tuple[str | Message, ...]] = [
        (
            known.labels[number] or Message("未标注", "not labelled"),
            f"{nearest[number][0]} / 256",
            _TURNED[nearest[number][1]],
            known.index.hex_of(number),
        )
        for number in order[:_SHOWN]
    ]
    return TableExhibit(
        title=Message("清单中相符的哈希（由近到远）", "Matching hashes on the list, nearest first"),
        columns=(
            Message("标注", "label"),
            Message("相差位数", "bits that differ"),
            Message("本图的形态", "this picture"),
            Message("哈希", "hash"),
        ),
        rows=tuple(rows),
    )


def _bits(
    forms: NDArray[np.uint64], near: tuple[int, str], number: int, known: KnownList
) -> TextExhibit:
    """Both hashes as bits in four pairs of lines, with the differing bits marked."""
    from mingjian.detect.image.known_content_hash import TURNS
    from mingjian.detect.learned.near_hashes import hex_of

    own = f"{int(hex_of(forms[TURNS.index(near[1])]), 16):0256b}"
    other = f"{int(known.index.hex_of(number), 16):0256b}"
    lines: list[str] = []
    marks: list[int] = []
    for at in range(0, len(own), _LINE):
        for text in (own, other):
            start = len(lines) * (_LINE + 1)
            marks += [start + i for i in range(_LINE) if own[at + i] != other[at + i]]
            lines.append(text[at : at + _LINE])
    return TextExhibit(
        title=Message(
            "两个哈希逐位比较（每对上行为本图，下行为清单；标出不同的位）",
            "Both hashes bit by bit (in each pair this picture above, the list below; differing "
            "bits marked)",
        ),
        text="\n".join(lines),
        marks=tuple(TextSpan(place, place + 1) for place in marks),
    )
