"""Detector `image.invisible_mark`: does the picture carry a known invisible mark of a generator?

The marks are those of the package `invisible-watermark`: DwtDct, which the reference code of
Stable Diffusion embeds and which no JPEG, scaling or cropping leaves; and RivaGAN, which survives
them. Finding one is a fact with a stated chance of error; not finding it means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.image import rivagan
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
BY_CHANCE: Final = 1e-7
"""Chance of so many equal bits at which a mark counts as found. Of 32 bits one may differ."""
_STEP: Final = 36.0


def _bits(text: str) -> str:
    return "".join(f"{byte:08b}" for byte in text.encode())


PAYLOADS: Final[Mapping[str, str]] = {
    "Stable Diffusion 1 (“StableDiffusionV1”)": _bits("StableDiffusionV1"),
    "Stable Diffusion 2 (“SDV2”)": _bits("SDV2"),
    "Stable Diffusion XL": "101100111110110010010000011110111011000110011110",
}
"""Bits that the reference code of each generator embeds."""
MOST_PAYLOADS: Final = 100
"""Each is one more chance to agree by accident."""
SHORTEST, LONGEST = 4, 64
"""Bytes of a payload; fewer than 32 bits agree by accident too often."""
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """The known payload that is nearest to what one method read."""

    method: str
    name: str = ""
    payload: str = ""
    read: str = ""
    chance: float = 1.0


class InvisibleMark:
    """States which known mark is read from the pixels, if any.

    Option `payloads`: more payloads to look for, `name=payload` separated by semicolons, a payload
    being text or 0x and hexadecimal digits, 4 to 64 bytes (RivaGAN holds exactly 4).
    """

    name: ClassVar[str] = "image.invisible_mark"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        self.payloads = {**PAYLOADS, **_own_payloads(options.get("payloads", ""))}

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
        best = self._nearest("DwtDct", lambda length: _read(votes, length))
        learned = rivagan.read(picture.rgb)
        if isinstance(learned, str):
            other = self._nearest(
                "RivaGAN", lambda length: learned if length == len(learned) else ""
            )
            best = min(best, other, key=lambda one: one.chance)
        if best.chance <= BY_CHANCE:
            yield _found(best)
        else:
            yield _not_found(learned if isinstance(learned, Message) else None)

    def _nearest(self, method: str, read: Callable[[int], str]) -> _Reading:
        best = _Reading(method)
        for name, payload in self.payloads.items():
            bits = read(len(payload))
            chance = chance_of(bits, payload) if bits else 1.0
            if chance < best.chance:
                best = _Reading(method, name, payload, bits, chance)
        return best


def _own_payloads(listing: str) -> dict[str, str]:
    """The payloads of the option as bits; raises `Unavailable` where one is no payload."""
    found: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in re.split(r"[;\n]", listing))):
        name, _, text = (part.strip() for part in entry.partition("="))
        data = bytes.fromhex(text[2:]) if _HEX.fullmatch(text) else text.encode()
        if not name or not SHORTEST <= len(data) <= LONGEST or len(found) >= MOST_PAYLOADS:
            raise Unavailable(
                Message(
                    f"水印内容“{entry[:40]}”无效：应为 名称=内容，{SHORTEST} 至 {LONGEST} 字节，"
                    f"至多 {MOST_PAYLOADS} 项",
                    f'"{entry[:40]}" is no payload of a mark: it must be name=payload of '
                    f"{SHORTEST} to {LONGEST} bytes, {MOST_PAYLOADS} at most",
                )
            )
        found[name] = "".join(f"{byte:08b}" for byte in data)
    return found


def _not_found(unread: Message | None) -> Finding:
    """`unread`: why marks of RivaGAN were not looked for."""
    looked = "DwtDct" if unread else "DwtDct, RivaGAN"
    zh = f"（{unread.zh}。）" if unread else ""
    en = f" ({unread.en[:1].upper()}{unread.en[1:]}.)" if unread else ""
    return Finding(
        signal="image.invisible_mark",
        because=Message(
            f"未读到已知的隐形水印（{looked}）。DwtDct 水印经不起重新压缩、缩放或裁剪，"
            f"多数生成器也不加任何水印，因此没有水印不说明任何问题。{zh}",
            f"No known invisible mark ({looked}) was read. A DwtDct mark does not survive "
            "compression, scaling or cropping, and most generators embed none at all: its absence "
            f"means nothing.{en}",
        ),
        quiet=True,
        details={"mark": None, "rivagan": unread is None},
    )


def _found(best: _Reading) -> Finding:
    length, pairs = len(best.payload), list(zip(best.read, best.payload, strict=True))
    equal = sum(a == b for a, b in pairs)
    marks = [i for i, (a, b) in enumerate(pairs) if a != b]
    return Finding(
        signal="image.invisible_mark",
        because=Message(
            f"像素中读到 {best.name} 的隐形水印（{best.method}）：{length} 位中 {equal} 位一致；"
            f"随机出现这样的一致，概率不超过 {_shown(best.chance)}。水印可由任何人加到任何图像上，"
            "它说明图像经过加水印的程序，不说明画面真假。",
            f"The pixels carry the invisible mark of {best.name} ({best.method}): "
            f"{equal} of {length} bits agree; bits in random order agree so well with a "
            f"chance of at most {_shown(best.chance)}. Anybody can put this mark into any picture: "
            "it says that the picture went through a program that embeds it, not what it shows.",
        ),
        exhibits=(
            TextExhibit(
                title=Message(
                    "读出的位（上）与已知水印（下），标出不同的位",
                    "The bits read (above) and the known mark (below), differing bits marked",
                ),
                text=f"{best.read}\n{best.payload}",
                marks=tuple(
                    TextSpan(i + at, i + at + 1) for at in (0, len(best.read) + 1) for i in marks
                ),
            ),
        ),
        details={
            "mark": best.name,
            "method": best.method,
            "bits": length,
            "equal": equal,
            "by_chance": float(_shown(best.chance)),
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
