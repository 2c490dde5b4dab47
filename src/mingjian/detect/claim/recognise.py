"""Does a text claim that a situation of danger, epidemic, disaster or police matters is there?

A sentence claims one when it names an event, says that it happened, and is tied to something: a
place, a time, a number, or a call to pass it on, in the sentence or beside it. Drills, fiction,
insurance, forecasts, advice and history claim nothing. Recognising a claim says nothing about
its truth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingjian.detect.claim.named import Named, is_tied, named
from mingjian.detect.claim.words import KINDS, Cues, Speech, cues
from mingjian.detect.learned.language import language_of

LONGEST = 20_000
"""Characters of a text that are read."""
MOST_CLAIMS = 40
_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s|$)")
_TOLL = re.compile(
    r"死亡|身亡|遇难|丧生|受伤|轻伤|重伤|死了|死伤|失联|失踪"
    r"|\b(?:killed|dead|died|injured|wounded|missing)\b"
)
_LONG_AGO = re.compile(r"(?<![0-9])1[0-9]{3}年|\b(?:in|of|since) 1[0-9]{3}\b")
_WHOLE_TEXT = ("drill", "fiction", "insurance")
"""Contexts that reach beyond their sentence, to the one before and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence that claims a situation: its kind, its span, the words of the event."""

    kind: str
    sentence: tuple[int, int]
    event: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The claims of a text and what the sentences around them name."""

    claims: tuple[Claim, ...]
    names: Named
    denied: tuple[tuple[int, int], ...]
    """Words of denial, such as 辟谣 or hoax."""
    relayed: tuple[tuple[int, int], ...]
    """Calls to pass it on or to beware."""
    speech: Speech

    @property
    def kinds(self) -> tuple[str, ...]:
        found = {claim.kind for claim in self.claims}
        return tuple(kind for kind in KINDS if kind in found)


def recognise(text: str) -> Claimed | None:
    """The claims in the first `LONGEST` characters; None where there is none.

    Texts in other languages than Chinese and English are not read.
    """
    text = text[:LONGEST]
    speech = language_of(text)
    if speech == "other":
        return None
    words = cues(speech)
    flat = text.lower()
    if len(flat) != len(text) or words.gate.search(flat) is None:
        return None
    flat = words.figures.sub(lambda match: " " * len(match[0]), flat)
    bounds = [0, *(match.end() for match in _END.finditer(flat)), len(flat)]
    claims: list[Claim] = []
    around: list[tuple[int, int]] = []
    for i in range(len(bounds) - 1):
        start, end = bounds[i], bounds[i + 1]
        before, after = bounds[max(0, i - 1)], bounds[min(len(bounds) - 1, i + 2)]
        found = _of_sentence(text, flat, (start, end), (before, after), words, speech)
        if found:
            claims += found
            around.append((before, after))
        if len(claims) >= MOST_CLAIMS:
            break
    if not claims:
        return None
    return Claimed(
        claims=tuple(claims[:MOST_CLAIMS]),
        names=_names(text, around, speech),
        denied=tuple(match.span() for match in words.denial.finditer(flat))[:10],
        relayed=tuple(match.span() for match in words.relay.finditer(flat))[:10],
        speech=speech,
    )


def _of_sentence(
    text: str,
    flat: str,
    sentence: tuple[int, int],
    window: tuple[int, int],
    words: Cues,
    speech: Speech,
) -> list[Claim]:
    """The claims of one sentence, at most one of each kind."""
    start, end = sentence
    events = list(words.events.finditer(flat, start, end))
    if not events:
        return []
    own, near = flat[start:end], flat[window[0] : window[1]]
    said = words.happened.search(own) is not None
    toll = _TOLL.search(own) is not None
    happening = [match for match in events if str(match.lastgroup).endswith("_h")]
    if not happening and not said and not toll:
        return []
    if _LONG_AGO.search(own) is not None:
        return []
    for name, frame in words.frames.items():
        if frame.search(near if name in _WHOLE_TEXT else own) is None:
            continue
        if name in ("forecast", "advice") and happening and toll:
            continue
        return []
    if not words.relay.search(near) and not is_tied(text[window[0] : window[1]], speech):
        return []
    first: dict[str, re.Match[str]] = {}
    for match in happening or events:
        first.setdefault(str(match.lastgroup)[:-2], match)
    return [
        Claim(kind=kind, sentence=sentence, event=match.span()) for kind, match in first.items()
    ]


def _names(text: str, around: list[tuple[int, int]], speech: Speech) -> Named:
    """What is named in the stretches around the claims, joined where they overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in around:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    found: dict[str, list[tuple[int, int]]] = {
        item: [] for item in ("place", "time", "number", "source", "hearsay")
    }
    for start, end in joined:
        part = named(text[start:end], speech)
        for item, spans in found.items():
            spans += [(start + first, start + last) for first, last in getattr(part, item)]
    return Named(**{item: tuple(spans[:50]) for item, spans in found.items()})
