"""Detector `image.invisible_mark`: does the picture carry a known invisible mark of a generator?

The mark is that of the package `invisible-watermark` (method DwtDct), which the reference code of
Stable Diffusion embeds. It does not survive JPEG, scaling or cropping: finding it is a fact with a
stated chance of error; not finding it means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import comb
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.picture import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST_PIXELS: Final = 256 * 256
"""The package refuses smaller pictures."""
BY_CHANCE: Final = 1e-8
"""Chance of so many equal bits at which a mark counts as found."""
_STEP: Final = 36.0


def _bits(text: str) -> str:
    return "".join(f"{byte:08b}" for byte in text.encode())


PAYLOADS: Final[Mapping[str, str]] = {
    "Stable Diffusion 1 (“StableDiffusionV1”)": _bits("StableDiffusionV1"),
    "Stable Diffusion 2 (“SDV2”)": _bits("SDV2"),
    "Stable Diffusion XL": "101100111110110010010000011110111011000110011110",
}
"""Bits that the reference code of each generator embeds."""


class InvisibleMark:
    """States which known mark is read from the pixels, if any."""

    name: ClassVar[str] = "image.invisible_mark"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One fact: the best of the known marks, found or not."""
        try:
            picture = decode(evidence)
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        if picture.width * picture.height < SMALLEST_PIXELS or picture.reduced > 1:
            raise NotApplicable(
                Message(
                    "图像小于 256×256 像素或过大而未按原尺寸读取，这种水印无法存在或无法读取。",
                    "The picture has fewer than 256 by 256 pixels, or is too large to be read at "
                    "its own size: this kind of mark cannot be in it or cannot be read.",
                )
            )
        votes = _votes(picture.rgb)
        best, read, chance = "", "", 1.0
        for name, payload in PAYLOADS.items():
            bits = _read(votes, len(payload))
            found = chance_of(bits, payload)
            if found < chance:
                best, read, chance = name, bits, found
        yield _found(best, read, chance) if chance <= BY_CHANCE else _NOT_FOUND


_NOT_FOUND: Final = Finding(
    signal="image.invisible_mark",
    because=Message(
        "未读到已知的隐形水印（DwtDct）。这种水印经不起重新压缩、缩放或裁剪，多数生成器也不加，"
        "因此没有水印不说明任何问题。",
        "No known invisible mark (DwtDct) was read. Such a mark does not survive compression, "
        "scaling or cropping, and most generators embed none: its absence means nothing.",
    ),
    quiet=True,
    details={"mark": None},
)


def _found(name: str, read: str, chance: float) -> Finding:
    payload = PAYLOADS[name]
    equal = sum(a == b for a, b in zip(read, payload, strict=True))
    marks = [i for i, (a, b) in enumerate(zip(read, payload, strict=True)) if a != b]
    return Finding(
        signal="image.invisible_mark",
        because=Message(
            f"像素中读到 {name} 参考代码所加的隐形水印：{len(payload)} 位中 {equal} 位一致；"
            f"随机出现这样的一致，概率不超过 {_shown(chance)}。水印可由任何人加到任何图像上，"
            "它说明图像经过这段代码，不说明画面真假。",
            f"The pixels carry the invisible mark that the reference code of {name} embeds: "
            f"{equal} of {len(payload)} bits agree; bits in random order agree so well with a "
            f"chance of at most {_shown(chance)}. Anybody can put this mark into any picture: it "
            "says that the picture went through this code, not what it shows.",
        ),
        exhibits=(
            TextExhibit(
                title=Message(
                    "读出的位（上）与已知水印（下），标出不同的位",
                    "The bits read (above) and the known mark (below), differing bits marked",
                ),
                text=f"{read}\n{payload}",
                marks=tuple(
                    TextSpan(i + at, i + at + 1) for at in (0, len(read) + 1) for i in marks
                ),
            ),
        ),
        details={
            "mark": name,
            "bits": len(payload),
            "equal": equal,
            "by_chance": float(_shown(chance)),
        },
    )


def _shown(chance: float) -> str:
    return f"{max(chance, 1e-30):.0e}"


def _votes(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """One vote a block of 8 by 8 pixels, row by row: the bit that its strongest value holds.

    Of the blue difference, means of 2 by 2 pixels (the low band of a Haar wavelet, doubled); of
    4 by 4 of these the largest but the first; its place within a step of 36 is the bit.
    """
    import numpy as np

    height, width = (side // 4 * 4 for side in rgb.shape[:2])
    plain = rgb[:height, :width].astype(np.float32)
    luma = plain @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    blue = np.clip(np.rint((plain[:, :, 2] - luma) * np.float32(0.492) + 128), 0, 255)
    low = blue.reshape(height // 2, 2, width // 2, 2).sum(axis=(1, 3)) / 2
    rows, columns = low.shape[0] // 4, low.shape[1] // 4
    blocks = low[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4).transpose(0, 2, 1, 3)
    values = np.abs(blocks.reshape(rows * columns, 16))[:, 1:]
    votes: NDArray[np.bool_] = values.max(axis=1) % _STEP > 0.5 * _STEP
    return votes


def _read(votes: NDArray[np.bool_], length: int) -> str:
    """Bit i is what most of the votes i, i + length, i + 2 length … say."""
    import numpy as np

    place = np.arange(len(votes)) % length
    ones = np.bincount(place, votes, length)
    of = np.maximum(np.bincount(place, minlength=length), 1)
    return "".join("1" if share > 127 / 255 else "0" for share in ones / of)


def chance_of(read: str, payload: str) -> float:
    """How probable at least so many equal bits are, were the bits read in random order.

    The number of ones read is taken as given (hypergeometric), so that a plain picture, which
    reads as all zeros, is no better than chance.
    """
    length, wanted, ones = len(payload), payload.count("1"), read.count("1")
    both = sum(a == b == "1" for a, b in zip(read, payload, strict=True))
    ways = sum(
        comb(wanted, hit) * comb(length - wanted, ones - hit)
        for hit in range(both, min(wanted, ones) + 1)
        if ones - hit <= length - wanted
    )
    return ways / comb(length, ones)
