"""Words for a weight of evidence: a named, versioned verbal scale, number and words together.

Published scales differ, so the scale is a data file (``verbal/*.json``) with a name, a version
and whether its bands were checked against the original. The sentence says how much more
probable the findings are under one proposition than under the other; it never says how
probable a proposition is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isfinite, log10

from mingjian.domain.message import Message

DEFAULT = "enfsi-2015-example"

NO_OPINION = Message("不发表意见", "no opinion")

_NEAR = 1e-9
"""An LR of 10 computed as log10 0.9999999999 belongs to the band that starts at 10."""


@dataclass(frozen=True, slots=True)
class Band:
    """Words for likelihood ratios from `above` (log10) to where the next band begins."""

    above: float
    inclusive: bool
    words: Message

    def reaches(self, strength: float) -> bool:
        return strength >= self.above - _NEAR if self.inclusive else strength > self.above + _NEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbalScale:
    """A verbal scale; the same words serve H1 and, mirrored, H2."""

    name: str
    version: str
    verified: bool
    source: Message
    bands: tuple[Band, ...]

    @property
    def note(self) -> Message:
        """What a report says about the scale it used, with 待核验 where bands are unchecked."""
        zh = f"文字量表：{self.name}，版本 {self.version}"
        en = f"verbal scale: {self.name}, version {self.version}"
        if not self.verified:
            zh, en = f"{zh}（待核验）", f"{en} (not yet verified)"
        return Message(f"{zh}。{self.source.zh}", f"{en}. {self.source.en}")

    def band(self, log10_lr: float) -> Band:
        """The band of |log10 LR|."""
        strength = abs(log10_lr)
        return [band for band in self.bands if band.reaches(strength)][-1]


@cache
def verbal_scale(name: str = DEFAULT) -> VerbalScale:
    """Read a verbal scale by name from the data beside this module."""
    file = files("mingjian.weigh") / "verbal" / f"{name}.json"
    document = json.loads(file.read_text("utf-8"))
    if document["format"] != "mingjian.words/1" or document["name"] != name:
        raise ValueError(f"{name}.json is not a verbal scale of that name")
    bands = tuple(
        Band(log10(item["above"]), item["inclusive"], Message(item["zh"], item["en"]))
        for item in document["bands"]
    )
    if [band.above for band in bands] != sorted({band.above for band in bands}) or bands[0].above:
        raise ValueError(f"{name}.json: bands must start at a likelihood ratio of 1 and rise")
    return VerbalScale(
        name=name,
        version=document["version"],
        verified=document["verified"],
        source=Message(document["source"]["zh"], document["source"]["en"]),
        bands=bands,
    )


def _times(strength: float) -> str:
    """10 to the power `strength` with two significant digits: 1.6, 25, 1,600 or 10^7.5."""
    if strength > 9:
        return f"10^{strength:.1f}"
    value = 10.0**strength
    if value < 10:
        return f"{value:.1f}"
    digits = len(str(int(value))) - 2
    return f"{round(value, -digits):,.0f}"


def number(log10_lr: float) -> str:
    """log10 LR for display, two decimals, cut toward zero so that no number is flattered."""
    hundredths = int(abs(log10_lr) * 100 + 1e-6)
    sign = "" if hundredths == 0 else "+" if log10_lr > 0 else "-"
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def words(log10_lr: float, opinion: bool, *, scale: str = DEFAULT) -> Message:
    """Number and words of a weight, in both languages; `log10_lr` must be finite."""
    if not opinion:
        return NO_OPINION
    if not isfinite(log10_lr):
        raise ValueError("a weight is always bounded; log10_lr must be finite")
    verbal = verbal_scale(scale)
    band = verbal.band(log10_lr)
    shown = number(log10_lr)
    if band is verbal.bands[0]:
        return Message(
            f"log10 LR = {shown}：{band.words.zh}，两种命题下出现这些发现的可能性大致相当",
            f"log10 LR = {shown}: {band.words.en} either way; the findings are about as "
            "probable under one proposition as under the other",
        )
    for_, against = ("H1", "H2") if log10_lr > 0 else ("H2", "H1")
    times = _times(abs(log10_lr))
    return Message(
        f"log10 LR = {shown}：{band.words.zh} {for_}（相对于 {against}）；"
        f"若 {for_} 为真，出现这些发现的可能性约为 {against} 为真时的 {times} 倍",
        f"log10 LR = {shown}: {band.words.en} for {for_} over {against}; the findings are about "
        f"{times} times more probable if {for_} is true than if {against} is true",
    )
