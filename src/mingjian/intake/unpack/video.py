"""Video: some of its frames become pictures and its sound a recording, where the extra `media` is.

Every detector of pictures, words, codes and sound then examines them as it examines any. Without
the extra nothing is taken out and nothing is said here: the detectors of video are then shown as
unavailable, with the reason.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Refused
from mingjian.intake.media import missing
from mingjian.intake.sound import decode
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.video import Seen, sample

LONGEST: Final = 600.0
"""Seconds of sound taken out, from its beginning."""


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The frames in order of time, then the first sound track as FLAC, mixed to one channel."""
    if evidence.kind is not EvidenceKind.VIDEO or missing() is not None:
        return
    has_sound = True
    try:
        seen = sample(evidence)
    except Refused as refused:  # sound alone can still be there
        yield Refusal(what="frames", why=refused.why)
    else:
        has_sound = seen.has_sound
        yield from _frames(seen, budget)
    if has_sound:
        yield from _sound(evidence, budget)


def _frames(seen: Seen, budget: Budget) -> Iterator[RawPart | Refusal]:
    for frame in seen.frames:
        budget.member()
        budget.expand(frame.evidence.size)
        assert frame.evidence.derivation is not None
        yield RawPart(
            content=frame.evidence.content,
            name=f"frame {frame.times[0]:.2f} s.png",
            derivation=frame.evidence.derivation,
        )
    if seen.cut_short is not None:
        yield Refusal(what="frames", why=seen.cut_short)


def _sound(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    import numpy as np
    import soundfile

    sound = decode(evidence, places=1, seconds=LONGEST)
    (stretch,) = sound.stretches
    buffer = io.BytesIO()
    samples = np.clip(stretch.samples, -1.0, 1.0)
    soundfile.write(buffer, samples, sound.rate, format="FLAC", subtype="PCM_16")
    data = buffer.getvalue()
    budget.member()
    budget.expand(len(data))
    yield RawPart(
        content=BytesContent(data),
        name="sound.flac",
        derivation=Derivation(
            step="audio-track",
            detail=f"{sound.codec}, {sound.rate} Hz, {stretch.start:.2f}-"
            f"{stretch.start + len(samples) / sound.rate:.2f} s",
        ),
    )
    for note in sound.notes:
        yield Refusal(what="sound.flac", why=note)
