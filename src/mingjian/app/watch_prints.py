"""What a watched item leaves for campaigns to be found by, made in the sandboxed child."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mingjian.casework.artefacts import Artefact, mentioned, text_of
from mingjian.detect.audio.landmarks import from_text
from mingjian.domain.evidence import READABLE_KINDS
from mingjian.domain.record import EvidenceRecord
from mingjian.warn.campaign_index import thing
from mingjian.warn.campaign_prints import (
    MOST_THINGS,
    Print,
    Thing,
    print_of_sound,
    print_of_text,
)
from mingjian.warn.campaign_text import LONGEST

_PICTURE, _SOUND = "image.content_hash", "audio.content_fingerprint"
_QUALITY = 50
"""PDQ's own advice: below it, a hash is made of noise."""


def print_of(found: Sequence[EvidenceRecord]) -> Print:
    """The print of an item and its parts: its text, else its sound; its pictures; what the text
    gives to pay or to be reached by, as hashes."""
    text = _text(found)
    named = sorted({Artefact(one.kind, one.value) for one in mentioned(text)})
    things = [_hashed(one) for one in named]
    things += [Thing("picture", value, value) for value in _pictures(found)]
    codes, eighths = print_of_text(text)
    if not len(codes):
        sounds = _details(found, _SOUND)
        if sounds:
            codes, eighths = print_of_sound(from_text(str(sounds[0]["hash"])))
    return Print(codes, eighths.astype(np.uint8), tuple(things[:MOST_THINGS]))


def _hashed(one: Artefact) -> Thing:
    return Thing(one.kind, f"{thing(one.kind, one.value):016x}", one.redacted[:80])


def _text(found: Sequence[EvidenceRecord]) -> str:
    """What the item or its parts say, of a mail its letter and not its headers."""
    pieces: list[str] = []
    for record in found:
        evidence = record.evidence
        if evidence.kind in READABLE_KINDS and sum(map(len, pieces)) < LONGEST:
            data = bytes(evidence.content.view()[: LONGEST * 4])
            pieces.append(text_of(data, evidence.identity.encoding) or "")
    return "\n".join(pieces)[:LONGEST]


def _pictures(found: Sequence[EvidenceRecord]) -> list[str]:
    return [
        str(one["hash"])
        for one in _details(found, _PICTURE)
        if isinstance(quality := one.get("quality"), int) and quality >= _QUALITY
    ]


def _details(found: Sequence[EvidenceRecord], signal: str) -> list[dict[str, object]]:
    return [
        dict(finding.details)
        for record in found
        for weighed in record.examinations
        for finding in weighed.examination.findings
        if finding.signal == signal
    ]
