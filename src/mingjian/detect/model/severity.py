"""The one measurement of the model-file detectors: how grave, 0 to 10, and why.

The steps are those of the card of `model.pickle`; every format is measured on the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mingjian.detect.model.propositions import MALICIOUS
from mingjian.domain.finding import ByteRange, ChainExhibit, ChainLink, Finding, Member, Place
from mingjian.domain.message import Message

SIGNAL: Final = "model.unsafe_call"
NOTABLE: Final = 2.0
"""Below this severity a finding is quiet."""
MAX_LINKS: Final = 24


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing a model file holds that bears on what it does."""

    severity: float
    because: Message
    code: str
    """What stands there, short and redacted."""
    offset: int = 0
    member: str = ""


def broken_off(offset: int) -> Trait:
    """The file cannot be read beyond some byte; what stood before was examined."""
    return Trait(
        1.0,
        Message(
            f"文件自第 {offset} 字节起已损坏，其后的内容未能检验。",
            f"The file is damaged from byte {offset} on; what follows was not examined.",
        ),
        "damaged",
        offset,
    )


def measurement(family: str, traits: list[Trait], plain: Message) -> Finding:
    """The gravest trait as the score; all of them as the exhibit; `plain` if there is none.

    `family` is the container family that the scales tell apart: pickle, keras, onnx,
    tensorflow or gguf.
    """
    traits = sorted(traits, key=lambda trait: (-trait.severity, trait.offset))
    worst = traits[0] if traits and traits[0].severity > 0 else None
    where: tuple[Place, ...] = ()
    if worst is not None:
        where = (
            Member(worst.member) if worst.member else ByteRange(worst.offset, worst.offset + 1),
        )
    links = tuple(
        ChainLink(trait.offset, trait.code, trait.because) for trait in traits[:MAX_LINKS]
    )
    return Finding(
        signal=SIGNAL,
        score=worst.severity if worst is not None else 0.0,
        proposition=MALICIOUS.id,
        because=worst.because if worst is not None else plain,
        quiet=worst is None or worst.severity < NOTABLE,
        where=where,
        exhibits=(
            ChainExhibit(
                title=Message("依据（位置、内容、作用）", "Grounds (offset, content, effect)"),
                links=links,
            ),
        )
        if links
        else (),
        context={"format": family},
        details={
            "reasons": [
                {"severity": trait.severity, "code": trait.code, "offset": trait.offset}
                for trait in traits[:MAX_LINKS]
            ]
        },
    )
