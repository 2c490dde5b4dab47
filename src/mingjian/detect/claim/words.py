"""The cue words of `claim.situation`, read once and compiled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

KINDS = ("danger", "epidemic", "disaster", "police")
Speech = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The patterns of one language, to be used on lower-case text."""

    gate: Any
    """A re2 pattern that finds an event's word wherever `events` does, in linear time."""
    events: re.Pattern[str]
    """Named groups ``<kind>_h`` (says itself that it happened: a phrase, or a thing and what
    befalls it) and ``<kind>_e`` (a bare noun)."""
    figures: re.Pattern[str]
    """Ways of speaking that only borrow an event's word."""
    happened: re.Pattern[str]
    relay: re.Pattern[str]
    denial: re.Pattern[str]
    frames: Mapping[str, re.Pattern[str]]
    """Contexts in which an event's word claims nothing: drill, fiction, insurance …"""


def any_of(words: Iterable[str], speech: Speech) -> str:
    """An alternation, longest word first; whole words in English, `*` ends an open one.

    The class of first letters lets the search pass over most places in one step.
    """
    ordered = sorted({word.lower() for word in words}, key=lambda word: (-len(word), word))
    first = "".join(sorted({re.escape(word[0]) for word in ordered}))
    if speech == "zh":
        return f"(?=[{first}])(?:{'|'.join(map(re.escape, ordered))})"
    inner = "|".join(re.escape(word).replace(r"\*", r"\w{0,12}") for word in ordered)
    return rf"(?=[{first}])(?<![\w-])(?:{inner})(?!\w)"


def _pair(things: Iterable[str], verbs: Iterable[str], speech: Speech) -> str:
    """A thing and, a few characters on in the same clause, what befalls it."""
    gap = r"[^，。！？；,.!?;\n]{0,7}?" if speech == "zh" else r"[^,.!?;\n]{1,32}?"
    return f"{any_of(things, speech)}{gap}{any_of(verbs, speech)}"


def _gate(words: Iterable[str], speech: Speech) -> Any:
    """Most texts hold no event's word, and re2 says so twenty times as fast."""
    import re2

    found = "|".join(re.escape(word.lower().rstrip("*")) for word in sorted(words))
    return re2.compile(found if speech == "zh" else rf"\b(?:{found})")


@lru_cache(maxsize=2)
def cues(speech: Speech) -> Cues:
    """The cues of a language. `situation.json` lies beside this file."""
    raw = json.loads(files(__package__).joinpath("situation.json").read_text("utf-8"))[speech]
    listed, groups = [], []
    for kind in KINDS:
        happen, event, pairs = (raw[kind][field] for field in ("happenings", "events", "pairs"))
        listed += [*happen, *event, *(verb for _, verbs in pairs for verb in verbs)]
        said = "|".join(
            (any_of(happen, speech), *(_pair(things, verbs, speech) for things, verbs in pairs))
        )
        groups.append(f"(?P<{kind}_h>{said})")
    groups += [f"(?P<{kind}_e>{any_of(raw[kind]['events'], speech)})" for kind in KINDS]
    return Cues(
        gate=_gate(listed, speech),
        events=re.compile("|".join(groups)),
        figures=re.compile(any_of(raw["figures"], speech)),
        happened=re.compile(any_of(raw["happened"], speech)),
        relay=re.compile(any_of(raw["relay"], speech)),
        denial=re.compile(any_of(raw["denial"], speech)),
        frames={name: re.compile(any_of(words, speech)) for name, words in raw["frames"].items()},
    )


@lru_cache(maxsize=1)
def places() -> Mapping[str, tuple[str, ...]]:
    """Names of provinces, cities (Chinese) and of places in English, from `places.json`."""
    raw = json.loads(files(__package__).joinpath("places.json").read_text("utf-8"))
    return {
        "provinces": tuple(raw["provinces"].split()),
        "cities": tuple(raw["cities"].split()),
        "english": tuple(raw["english"].split(",")),
    }
