"""Weights: bounded log10 likelihood ratios, or a plain "no opinion"."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """log10 of P(finding | H1) / P(finding | H2), with the bounds its scale supports.

    `opinion` False goes with `log10_lr` 0.0 and the reason in `why`.
    """

    log10_lr: float
    lr_bounds: tuple[float, float]
    """Lower and upper log10 bound; (0, 0) when there is no opinion."""
    opinion: bool
    why: Message
    scale: str | None = None
    """`signal@version` of the scale used, None when there is none."""
    flagged: bool = False
    """The score passed the scale's own threshold (1 % false positives on its held-out sources)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The weight of all findings on one proposition pair, dependence accounted for."""

    proposition: PropositionPair
    log10_lr: float
    lr_bounds: tuple[float, float]
    words: Message
    opinion: bool
    flagged: bool
    why: Message
    carried_from: str | None = None
    """SHA-256 of the part this weight was carried up from, None when it is the item's own."""
