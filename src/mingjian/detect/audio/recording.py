"""The recording that a detector examines, or the contract's word for why it cannot be."""

from __future__ import annotations

from mingjian.detect.contract import NotExaminable, Unavailable
from mingjian.domain.evidence import Evidence
from mingjian.intake.limits import Refused
from mingjian.intake.media import NeedsMedia
from mingjian.intake.sound import PLACES, STRETCH, Sound, decode


def recording(
    evidence: Evidence,
    *,
    places: int = PLACES,
    seconds: float = STRETCH,
    channel: int | None = None,
) -> Sound:
    """`intake.sound.decode`; raises `Unavailable` where an extra is missing, else
    `NotExaminable`."""
    try:
        return decode(evidence, places=places, seconds=seconds, channel=channel)
    except NeedsMedia as needs:
        raise Unavailable(needs.why) from None
    except Refused as refused:
        raise NotExaminable(refused.why) from None
