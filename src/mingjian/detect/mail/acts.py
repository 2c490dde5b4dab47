"""What a mail does with words: asking, pressing, threatening, luring; and reassuring."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mingjian.detect.learned.normal import Normal, normalise, replace_all
from mingjian.detect.learned.simpler import simpler
from mingjian.detect.mail.denied import DENIED, MAY_BE_DENIED, only_named
from mingjian.detect.mail.domains import plain_letters
from mingjian.detect.mail.tongue import unaccented
from mingjian.domain.finding import TextSpan
from mingjian.domain.message import Message

_LINK = re.compile(
    r"\[?(?:https?://|www\.)[^\s<>\"'()\[\]，。；）】]{1,2000}\]?|"
    r"(?<![a-z0-9@.])(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:com|net|org|cn|top|xyz|info|app|io|dev|site|online|shop|vip)(?:/[^\s<>\"'()，。；]{0,500})?"
    r"(?![a-z0-9@])"
)
_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,200}|phishing@pot[a-z-]{0,8}")
_BLANK = re.compile(r"(?!<(?:link|mail)>)[\[{(<]{1,2}[a-z][a-z _/'.-]{1,40}[\]})>]{1,2}")
_REPLY = re.compile(r"^ ?(?:(?:re|fw|fwd|enc|aw|sv|回复|答复|转发) ?: ?){1,6}")
_VEILS = re.compile(
    "[\u00ad\u034f\u061c\u070f\u0711\u073f\u0300-\u0345\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)
_SPACED = re.compile(r"(?<![a-z])(?:[a-z] ){4,200}[a-z](?![a-z])")
_FOREIGN = re.compile("[\u0370-\u052f\u0561-\u0587\u13a0-\u13ff]")
_MIXED = re.compile("[a-z][\u0370-\u052f\u0561-\u0587]|[\u0370-\u052f\u0561-\u0587][a-z]")
_INSIDE = re.compile(
    "(?<=[a-z])[\u00ad\u034f\u061c\u070f\u0711\u073f\u0300-\u0345\u180e\u200b\u2060-\u2064\ufeff]+(?=[a-z])"
)
_FANCY = re.compile("[\U0001d400-\U0001d7ff]+")
_SPACES = re.compile(r"(?: ){2,}")
_NAMED_LETTERS = tuple(
    (re.compile(f"&{letter}(?:acute|grave|circ|tilde|uml|cedil|ring|slash);"), letter)
    for letter in "aceinouy"
)
"""Accented letters as a web page may write them; some mails show them raw."""
_RUN = re.compile(r"([=_*#~.\-])\1{3,}")


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act and its usual wordings."""

    id: str
    name: Message
    patterns: tuple[re.Pattern[str], ...]
    """Chinese and English; matched on every mail."""


def _read(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text("utf-8"))["acts"]


@lru_cache(maxsize=1)
def acts() -> tuple[Act, ...]:
    """The acts of `acts.json`, in its order, which is the order of a model's weights."""
    return tuple(
        Act(row["id"], Message(row["zh"], row["en"]), tuple(map(re.compile, row["patterns"])))
        for row in _read("acts.json")
    )


@lru_cache(maxsize=8)
def _wordings(tongue: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """By act, its wordings in a language of `acts_europe.json`; none for another language."""
    return {
        act: tuple(map(re.compile, by_tongue.get(tongue, ())))
        for act, by_tongue in _read("acts_europe.json").items()
    }


def made_alike(text: str) -> Normal:
    """A mail's text without what betrays its collection: digits, addresses, placeholders.

    Web addresses become ``<link>``, mail addresses ``<mail>``; a name in brackets that a
    template left open becomes x; decorative runs become one blank. Traditional Chinese
    characters become simplified ones.
    """
    normal = replace_all(normalise(text), _VEILS, "")
    normal = Normal(simpler(normal.text).replace("帐", "账"), normal.origin)
    normal = replace_all(normal, _SPACES, " ")
    if _FOREIGN.search(normal.text) and _MIXED.search(normal.text):
        normal = Normal(plain_letters(normal.text), normal.origin)
    if "&" in normal.text:
        for pattern, letter in _NAMED_LETTERS:
            normal = replace_all(normal, pattern, letter)
    normal = replace_all(normal, _REPLY, "")
    normal = replace_all(normal, _MAIL, "<mail>")
    normal = replace_all(normal, _LINK, "<link>")
    normal = replace_all(normal, _BLANK, "x")
    return replace_all(normal, _RUN, " ")


def veiled_words(text: str) -> int:
    """Words written so that a filter misreads them: letters of two alphabets in one word,
    invisible characters inside words, letters set apart by blanks, letters of formulas."""
    lowered = text[:20_000].lower()
    return sum(len(veil.findall(lowered)) for veil in (_MIXED, _INSIDE, _SPACED, _FANCY))


def found_acts(normal: Normal, tongue: str) -> dict[str, list[TextSpan]]:
    """Where each act is done, as spans of the original text; at most three places each.

    `tongue` is the mail's language by `tongue_of`. An act that asks or presses is not done where
    it is denied, or told of swindlers: such places count as `DENIED`."""
    text, wordings = unaccented(normal.text), _wordings(tongue)
    found: dict[str, list[TextSpan]] = {}
    denied: list[TextSpan] = []
    for act in acts():
        places: list[TextSpan] = []
        for pattern in (*act.patterns, *wordings.get(act.id, ())):
            for match in pattern.finditer(text):
                if match.end() > match.start():
                    place = TextSpan(*normal.place(*match.span()))
                    if act.id in MAY_BE_DENIED and only_named(text, *match.span()):
                        denied.append(place)
                    else:
                        places.append(place)
                if len(places) >= 3:
                    break
            if len(places) >= 3:
                break
        if places:
            found[act.id] = places
    if denied:
        found[DENIED] = denied[:3]
    return found
