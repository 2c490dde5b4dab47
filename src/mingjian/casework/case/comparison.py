"""A comparison of two items of a case: what its event tells, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from mingjian.domain.message import Message

CAUTION = Message(
    "比对的是录音，不认定任何人的身份。只有参照总体与本案条件相近，权重才成立；克隆的声音也会与"
    "被克隆者相像（另见 audio.synthetic）。在案中有何意义由人判断。",
    "What is compared are recordings, and nobody is identified. The weight holds only if the "
    "reference population is like the case; a cloned voice is like the one it was cloned from as "
    "well (see audio.synthetic). What this means in the case is for a person to judge.",
)


class Comparison(TypedDict):
    """Whether two items of the case have one origin: what came out, and on what basis."""

    by: str
    role: str
    at: str
    basis: str
    of: str
    """``voice``."""
    questioned: str
    known: str
    """SHA-256 of the two items."""
    seconds: list[float]
    """Active speech measured in each."""
    h1: dict[str, str]
    h2: dict[str, str]
    measured: float
    log10_lr: float
    lr_bounds: list[float]
    opinion: bool
    words: dict[str, str]
    why: dict[str, str]
    population: dict[str, Any]
    """`voices` with two recordings or more, `recordings`, how many were `left_out`, `sha256`."""
    held_out: dict[str, float]
    """How well the population's own pairs were told apart, each pair held out."""
    rests_on: dict[str, str]
    """The last two in words."""
    scale: str


def rests_on(given: Mapping[str, Any], told: Mapping[str, float]) -> Message:
    """The reference population of a comparison, and how often it misled, in words."""
    return Message(
        f"参照总体：{given['voices']} 个人声，{given['recordings']} 段录音；留出检验："
        f"Cllr {told['cllr']:.2f}，AUROC {told['auroc']:.3f}，"
        f"误导的似然比 H1 {told['misleading_h1']:.0%}、H2 {told['misleading_h2']:.0%}",
        f"reference population: {given['voices']} voices, {given['recordings']} recordings; held "
        f"out: Cllr {told['cllr']:.2f}, AUROC {told['auroc']:.3f}, misleading ratios "
        f"{told['misleading_h1']:.0%} under H1 and {told['misleading_h2']:.0%} under H2",
    )


def outcome(made: Mapping[str, Any]) -> Message:
    """The two items, the question, and the answer."""
    one, other = made["questioned"][:12], made["known"][:12]
    return Message(
        f"{one} 与 {other}，{made['h1']['zh']}：{made['words']['zh']}",
        f"{one} and {other}, {made['h1']['en']}: {made['words']['en']}",
    )
