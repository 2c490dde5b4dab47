"""Detector `claim.recycled_media`: is a picture like one that was seen before?

The examiner supplies the list of known pictures. A match is a fact about two pictures, with the
distance and the bits; whether a picture is shown for what it is not, a person must see.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from mingjian.detect.claim.known_media import MAX_BYTES, Known, read_known
from mingjian.detect.claim.phash import BITS, distances, grey_of, hash_of
from mingjian.detect.claim.wording import NOT_JUDGED
from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Limits, Refused
from mingjian.intake.unpack.damage import reading
from mingjian.intake.unpack.image import open_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FARTHEST = 8
"""Bits in which a picture may differ from a known one and still be reported. See the card."""
MOST_PIXELS = 40_000_000
_SHOWN = 20


class RecycledMedia:
    """States each picture's hash, and which known pictures it is like."""

    name: ClassVar[str] = "claim.recycled_media"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        self.known: Known | None = None
        path = options.get("known", "")
        if not path:
            return
        try:
            with Path(path).open("rb") as file:
                self.known = read_known(file.read(MAX_BYTES))
        except (OSError, ValueError, csv.Error, RecursionError) as error:
            raise Unavailable(
                Message(
                    f"已知图像清单无法读取（{type(error).__name__}）；需要三栏的 CSV："
                    "hash、first_seen、note",
                    f"the list of known pictures could not be read ({type(error).__name__}); it "
                    "must be a CSV with the columns hash, first_seen and note",
                )
            ) from None

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """The hash, always; and where a list is set, what it is like."""
        grey = _grey(evidence)
        own = hash_of(grey)
        yield _hash_fact(own, self.known)
        if self.known is not None:
            yield _compared(own, hash_of(grey[:, ::-1]), self.known)


def _grey(evidence: Evidence) -> NDArray[np.float64]:
    """The picture as it is shown (turned as its metadata say), small and grey."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = open_image(evidence, min(MOST_PIXELS, Limits().image_pixels))
            with reading("image"):
                grey = _small(picture)
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    if grey is None:
        raise NotApplicable(
            Message(
                "图像几乎没有明暗变化，哈希没有意义，不作比较。",
                "The picture is almost plain; its hash would mean nothing, so it is not compared.",
            )
        )
    return grey


def _small(picture: Any) -> NDArray[np.float64] | None:
    from PIL import ImageOps

    turned = picture.getexif().get(0x0112, 1) != 1
    picture.draft("L", (512, 512))
    picture.load()
    return grey_of(ImageOps.exif_transpose(picture) if turned else picture)


def _hash_fact(own: int, known: Known | None) -> Finding:
    zh = f"图像的感知哈希为 {own:016x}（{BITS} 位）。"
    en = f"The picture's perceptual hash is {own:016x} ({BITS} bits)."
    if known is None:
        zh += (
            "没有设置已知图像清单，因此没有比较；"
            "可在设置中为 claim.recycled_media 指定 known（CSV 路径）。"
        )
        en += (
            " No list of known pictures is set, so nothing was compared; give "
            "claim.recycled_media the option known, the path of a CSV."
        )
    return Finding(
        signal="claim.image_hash",
        because=Message(zh + NOT_JUDGED.zh, f"{en} {NOT_JUDGED.en}"),
        quiet=True,
        details={"hash": f"{own:016x}", "list": known is not None},
    )


def _compared(own: int, mirrored: int, known: Known) -> Finding:
    import numpy as np

    straight, turned = distances(own, known.hashes), distances(mirrored, known.hashes)
    nearest = np.minimum(straight, turned)
    order = np.argsort(nearest, kind="stable")
    near = [int(i) for i in order[:1000] if nearest[i] <= FARTHEST]
    total = int((nearest <= FARTHEST).sum())
    least = int(nearest[order[0]])
    count = len(known.hashes)
    if not near:
        return Finding(
            signal="claim.recycled_media",
            because=Message(
                f"与清单中 {count} 张图像都不相近（最近的相差 {least} 位，"
                f"{FARTHEST} 位以内才算相近）；"
                f"清单之外是否出现过，不得而知。{NOT_JUDGED.zh}",
                f"The picture is like none of the {count:,} on the list (the nearest differs in "
                f"{least} bits; up to {FARTHEST} count as alike). Whether it was seen elsewhere "
                f"is not known. {NOT_JUDGED.en}",
            ),
            quiet=True,
            details={"matches": 0, "nearest": least, "listed": count},
        )
    best = near[0]
    flipped = int(turned[best]) < int(straight[best])
    when = known.seen[best]
    zh = f"与清单中 {total} 张图像相近，最近的相差 {least} 位（共 {BITS} 位）"
    en = f"The picture is like {total:,} on the list; the nearest differs in {least} of {BITS} bits"
    if when:
        zh, en = f"{zh}，清单记其首见于 {when}", f"{en} and was first seen {when}, the list says"
    if flipped:
        zh, en = f"{zh}（左右翻转后）", f"{en} (mirrored)"
    zh += "。相近表示多半是同一画面，缩放、重新压缩不影响；是否被挪用，须由人比对原图。"
    en += (
        ". Alike means most likely the same view, resized or compressed again or not; whether it "
        "was put to another use, a person must see by comparing the pictures."
    )
    return Finding(
        signal="claim.recycled_media",
        because=Message(zh + NOT_JUDGED.zh, f"{en} {NOT_JUDGED.en}"),
        exhibits=(
            _matches(near, straight, turned, known),
            _bits(mirrored if flipped else own, int(known.hashes[best])),
        ),
        details={
            "matches": total,
            "nearest": least,
            "mirrored": flipped,
            "first_seen": when or None,
            "listed": count,
            "hashes": [f"{int(known.hashes[i]):016x}" for i in near[:_SHOWN]],
        },
    )


def _matches(
    near: list[int], straight: NDArray[np.uint8], turned: NDArray[np.uint8], known: Known
) -> TableExhibit:
    rows: list[tuple[str | Message, ...]] = []
    for i in near[:_SHOWN]:
        flipped = turned[i] < straight[i]
        rows.append(
            (
                f"{int(known.hashes[i]):016x}",
                f"{min(int(straight[i]), int(turned[i]))} / {BITS}",
                Message("是", "yes") if flipped else Message("否", "no"),
                known.seen[i] or Message("未注明", "not stated"),
                known.notes[i],
            )
        )
    return TableExhibit(
        title=Message("清单中相近的图像", "Pictures on the list that are alike"),
        columns=(
            Message("哈希", "hash"),
            Message("相差位数", "bits that differ"),
            Message("左右翻转", "mirrored"),
            Message("首见", "first seen"),
            Message("备注", "note"),
        ),
        rows=tuple(rows),
    )


def _bits(own: int, other: int) -> TextExhibit:
    """Both hashes as bits, one under the other, with the differing ones marked."""
    first, second = f"{own:064b}", f"{other:064b}"
    text = f"{first}\n{second}"
    marks = [i for i in range(BITS) if first[i] != second[i]]
    return TextExhibit(
        title=Message(
            "两个哈希逐位比较（上：本图，下：清单；标出不同的位）",
            "Both hashes bit by bit (above: this picture, below: the list; differing bits marked)",
        ),
        text=text,
        marks=tuple(
            TextSpan(place, place + 1) for place in (*marks, *(i + BITS + 1 for i in marks))
        ),
    )
