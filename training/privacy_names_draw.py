"""Names drawn at random, and the dictionary they and ordinary words come from."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from privacy_names_lists import COMPOUND, NEVER, SURNAMES

Spans = set[tuple[int, int]]


def is_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


class Dictionary:
    """Words of jieba's list that are no names, and names from which given names are taken."""

    def __init__(self, path: Path) -> None:
        self.pairs: dict[str, int] = {}
        self.listed: list[tuple[str, float]] = []
        self.given: list[str] = []
        self.wordlike: list[str] = []
        """Words that could be names of persons too: 江山, 常胜."""
        draw = random.Random(3)
        for line in path.read_text("utf-8").splitlines():
            word, count, tag = line.split()
            if not is_han(word):
                continue
            if tag in ("nr", "nrt", "nrfg"):
                if tag == "nr" and len(word) == 3 and word[0] in SURNAMES:
                    self.given.append(word[1:])
                continue
            if len(word) == 2 and int(count) >= 3:
                self.pairs[word] = int(count)
                if word[0] in SURNAMES and word[1] not in NEVER and tag[0] in "nva":
                    self.wordlike.append(word)
            if 2 <= len(word) <= 5 and (word[0] in SURNAMES or draw.random() < 0.15):
                self.listed.append((word, min(int(count), 500) ** 0.5 + 1))


class Names:
    """Names drawn at random: usual and rare surnames, given names met or newly put together."""

    def __init__(self, given: list[str], surnames: Counter[str], known: Dictionary) -> None:
        self.draw = random.Random(1)
        self.wordlike = known.wordlike
        self.roles: list[str] = []
        self.given = given
        self.first = [name[0] for name in given]
        self.last = [name[1] for name in given if len(name) > 1]
        self.usual = (list(surnames), [count**0.8 for count in surnames.values()])

    def __call__(self) -> str:
        draw = self.draw
        chance = draw.random()
        if chance < 0.65:
            family = draw.choices(*self.usual)[0]
        else:
            family = draw.choice(SURNAMES) if chance < 0.9 else draw.choice(COMPOUND)
        if draw.random() < 0.6:
            return family + draw.choice(self.given)
        second = draw.choice(self.last)
        return family + (draw.choice(self.first) + second if draw.random() < 0.7 else second)

    def swapped(self, text: str, spans: Spans, skipped: Spans) -> tuple[str, Spans, Spans]:
        """The text with other names in the places of its names."""
        events = sorted([(*s, True) for s in spans] + [(*s, False) for s in skipped])
        told: dict[str, str] = {}
        made, at = "", 0
        new: tuple[Spans, Spans] = (set(), set())
        for start, end, named in events:
            if start < at:
                continue
            made += text[at:start]
            old = text[start:end]
            change = named and old[0] in SURNAMES and len(old) <= 4
            value = told.setdefault(old, self()) if change else old
            new[0 if named else 1].add((len(made), len(made) + len(value)))
            made += value
            at = end
        return made + text[at:], *new

    def filled(self, frame: str) -> tuple[str, Spans]:
        made, at = "", 0
        spans: Spans = set()
        for mark in re.finditer(r"\{[NPR]\}", frame):
            made += frame[at : mark.start()]
            at = mark.end()
            plain = self.draw.random() > 0.04
            value = self() if plain else self.draw.choice(self.wordlike)
            if mark[0] == "{R}":
                value = self.draw.choice(self.roles)
            elif mark[0] == "{P}":
                value = "1" + "".join(self.draw.choice("0123456789") for _ in range(10))
            else:
                spans.add((len(made), len(made) + len(value)))
            made += value
        return made + frame[at:], spans
