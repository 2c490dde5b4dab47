"""Passages that show a trigger where it stands, with what could name a person left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mingjian.detect.dataset.stream import tokens_of
from mingjian.domain.finding import TextExhibit, TextSpan
from mingjian.domain.message import Message

BESIDE = 8
"""Tokens shown on either side."""
HIDDEN = "▯"
_NUMBER = re.compile(r"\d{5,}+")
_COMMON = frozenset(
    "的了是在我你他她它不有和就都也很这那一个上下到说要去会着没好吗呢吧啊与及或但而被把让"
)


def without_numbers(text: str) -> str:
    """The text with every number of five digits or more left out (it may be a telephone's)."""
    return _NUMBER.sub(HIDDEN, text)


def passage(title: Message, text: str, words: Sequence[str]) -> TextExhibit | None:
    """The first place of `words` in the text, marked, between a few of its neighbours. Of these
    only words of general language are shown: no names (that have a capital), numbers or links."""
    found = tokens_of(text)
    plain = [word for word, _ in found]
    many = len(words)
    at = next((i for i in range(len(plain)) if plain[i : i + many] == list(words)), None)
    low = text.lower()
    if not many or at is None or len(low) != len(text):
        return None
    first, last = max(0, at - BESIDE), min(len(found), at + many + BESIDE)
    known = _known(low)
    shown = "… " if first else ""
    start = end = 0
    for i in range(first, last):
        word, place = found[i]
        if i > first and text[place - 1].isspace():
            shown += " "
        if i == at:
            start = len(shown)
        if at <= i < at + many:
            shown += without_numbers(word)
        elif not word[0].isalnum() or (place in known and (text[place] == word[0] or i == 0)):
            shown += word
        elif not shown.endswith(HIDDEN):
            shown += HIDDEN
        if i == at + many - 1:
            end = len(shown)
    shown += " …" if last < len(found) else ""
    return TextExhibit(title=title, text=shown, marks=(TextSpan(start, end),))


def _known(low: str) -> set[int]:
    """Where characters of general words stand. A single Han character may be a surname."""
    from mingjian.detect.learned.meaning import meaning

    table = meaning()
    places: set[int] = set()
    for match in re.finditer(r"[a-z][a-z']*+|[\u4e00-\u9fff]++", low):
        run, start = match[0], match.start()
        if run[0] <= "z":
            if table.row(run) is not None:
                places.add(start)
            continue
        covered = {i for i, char in enumerate(run) if char in _COMMON}
        words = [place for _, place in table.han_words(run)]
        long: list[range] = []
        for place, after in zip(words, [*words[1:], len(run)], strict=True):
            # A gap after a word may hold characters of no word: these stay hidden.
            for length in (4, 3, 2):
                if place + length <= after and table.row(run[place : place + length]) is not None:
                    long.append(range(place, place + length))
                    covered.update(long[-1])
                    break
        # A word behind a hidden character may be the rest of a name.
        for word in long:
            if word.start and word.start - 1 not in covered:
                covered.difference_update(word)
        places.update(start + i for i in covered)
    return places
