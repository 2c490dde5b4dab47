"""Names drawn at random, the dictionary they come from, and sentences put together around them."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import accumulate
from pathlib import Path

from privacy_names_lists import COMPOUND, NEVER, SURNAMES

Spans = set[tuple[int, int]]
_HERE = Path(__file__)


def is_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


class Dictionary:
    """Words of jieba's list that are no names, and names from which given names are taken."""

    def __init__(self, path: Path) -> None:
        self.words: dict[str, int] = {}
        """Words of two to four characters, and how often each was counted."""
        self.listed: list[tuple[str, float]] = []
        self.given: list[str] = []
        self.wordlike: list[str] = []
        """Words that could be names of persons too: 江山, 常胜."""
        draw = random.Random(3)
        for line in path.read_text("utf-8").splitlines():
            word, count, tag = line.split()
            if not is_han(word):
                continue
            family = word[0] in SURNAMES
            if tag in ("nr", "nrt", "nrfg"):
                if tag == "nr" and len(word) == 3 and family:
                    self.given.append(word[1:])
                continue
            often = int(count) >= 3 if len(word) < 4 else family and int(count) >= 3
            if 2 <= len(word) <= 4 and (often or (family and len(word) == 3)):
                self.words[word] = int(count)
            if len(word) == 2 and often and family and word[1] not in NEVER and tag[0] in "nva":
                self.wordlike.append(word)
            if 2 <= len(word) <= 5 and (family or draw.random() < 0.15):
                self.listed.append((word, min(int(count), 500) ** 0.5 + 1))


class Names:
    """Names drawn at random: usual and rare surnames, given names met or newly put together."""

    def __init__(self, given: list[str], surnames: Counter[str], known: Dictionary) -> None:
        self.draw = random.Random(1)
        self.wordlike = known.wordlike
        self.given = given
        self.first = [name[0] for name in given]
        self.last = [name[1] for name in given if len(name) > 1]
        self.usual = list(surnames)
        self.shares = list(accumulate(count**0.8 for count in surnames.values()))

    def family(self) -> str:
        return self.draw.choices(self.usual, cum_weights=self.shares)[0]

    def __call__(self) -> str:
        draw = self.draw
        chance = draw.random()
        if chance < 0.05:
            return draw.choice(self.wordlike)
        if chance < 0.67:
            family = self.family()
        else:
            family = draw.choice(SURNAMES) if chance < 0.91 else draw.choice(COMPOUND)
        if draw.random() < 0.6:
            return family + draw.choice(self.given)
        second = draw.choice(self.last)
        return family + (draw.choice(self.first) + second if draw.random() < 0.6 else second)

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


class Sentences:
    """Frames filled with names, and sentences put together from `privacy_phrases_zh.txt`."""

    def __init__(self, names: Names, known: Dictionary, roles: list[str]) -> None:
        self.names, self.draw = names, names.draw
        text = _HERE.with_name("privacy_phrases_zh.txt").read_text("utf-8")
        self.phrases: dict[str, list[str]] = {}
        for part in re.split(r"^\[", text, flags=re.MULTILINE)[1:]:
            title, _, words = part.partition("]")
            self.phrases[title] = words.split()
        self.phrases["roles"] = sorted({*self.phrases["roles"], *roles})
        self.listed = [word for word, _ in known.listed]
        self.shares = list(accumulate(share for _, share in known.listed))
        lines = _HERE.with_name("privacy_frames_zh.txt").read_text("utf-8").splitlines()
        self.frames = [
            line.replace("\\n", "\n").replace("\\t", "\t")
            for line in lines
            if line and not line.startswith("#")
        ]

    def one(self, section: str) -> str:
        return self.draw.choice(self.phrases[section])

    def thing(self) -> str:
        """A word that is no name, more often one that looks like one."""
        if self.draw.random() < 0.4:
            return self.one("not_persons")
        return self.draw.choices(self.listed, cum_weights=self.shares)[0]

    def filled(self, frame: str) -> tuple[str, Spans]:
        """`frame` with a name for {N}, a role for {R}, a number for {P}, a thing for {W}."""
        made, at = "", 0
        spans: Spans = set()
        for mark in re.finditer(r"\{[NPRW]\}", frame):
            made += frame[at : mark.start()]
            at = mark.end()
            if mark[0] == "{N}":
                value = self.names()
                spans.add((len(made), len(made) + len(value)))
            elif mark[0] == "{R}":
                value = self.one("roles")
            elif mark[0] == "{W}":
                value = self.thing()
            else:
                value = "1" + "".join(self.draw.choice("0123456789") for _ in range(10))
            made += value
        return made + frame[at:], spans

    def frame(self) -> str:
        """A frame put together: clauses, with or without a name, one after another."""
        draw = self.draw
        parts = [draw.choice(_KINDS)(self) for _ in range(draw.randint(1, 4))]
        mark = draw.choice("，，，，。。；\n ")
        return mark.join(parts) + draw.choice(["", "", "。", "！", "\n"])


def _subject(s: Sentences) -> str:
    return s.draw.choice(["{N}", "{N}", "{R}{N}", "{R}{N}", "{N}、{N}", "{N}和{N}"]) + s.one("acts")


def _object(s: Sentences) -> str:
    role = "{R}" if s.draw.random() < 0.25 else ""
    return s.one("towards") + role + "{N}" + (s.one("tails") if s.draw.random() < 0.6 else "")


def _both(s: Sentences) -> str:
    return "{N}" + s.one("towards") + "{N}" + s.one("acts")


def _nobody(s: Sentences) -> str:
    """A role, a pronoun or a surname with its form of address where a name could stand."""
    who = s.draw.choice(["{R}", "{R}", "他", "她", "我", "大家", "有人", "对方", "{S}"])
    if who == "{S}":
        family = s.names.family()
        who = s.draw.choice([f"老{family}", f"小{family}", family + s.draw.choice(_FORMS)])
    if s.draw.random() < 0.6:
        return who + s.one("acts")
    return s.one("towards") + who + s.one("tails")


def _clause(s: Sentences) -> str:
    return s.one("clauses")


def _thing(s: Sentences) -> str:
    return s.one("around_things").replace("*", "{W}")


def _things(s: Sentences) -> str:
    return s.draw.choice("、、、 /，").join(["{W}"] * s.draw.randint(2, 6))


def _row(s: Sentences) -> str:
    """A line of a list or table."""
    mark = s.draw.choice([" ", "  ", "\t", ",", "，", "|", " | ", "、", "（", "："])
    parts = ["{N}"] + [s.one("beside") for _ in range(s.draw.randint(1, 3))]
    if s.draw.random() < 0.35:
        parts.insert(0, s.one("beside"))
    if s.draw.random() < 0.2:
        parts.insert(s.draw.randint(0, 1), "{R}")
    return mark.join(parts)


def _rows(s: Sentences) -> str:
    beside = [s.one("beside") for _ in range(s.draw.randint(1, 2))]
    mark = s.draw.choice([" ", "\t", ",", "|", "  ", "、"])
    named = s.draw.random() < 0.75
    lines = [mark.join(["{N}" if named else "{W}", *beside]) for _ in range(s.draw.randint(2, 4))]
    return s.draw.choice(["\n", "\n", "；"]).join(lines)


def _labelled(s: Sentences) -> str:
    mark = s.draw.choice(["：", "：", ":", " ", "  ", "="])
    end = s.draw.choice(["", "\n", "，", "；", "  "])
    return "{R}" + mark + s.draw.choice(["{N}", "{N}", "{N}、{N}"]) + end


_FORMS = ("总", "姐", "哥", "叔", "工", "老师", "经理", "师傅", "先生", "女士", "医生", "局", "导")
_KINDS = (
    *(_subject, _subject, _subject, _object, _object, _both, _nobody, _nobody, _nobody),
    *(_clause, _clause, _thing, _thing, _things, _row, _rows, _labelled),
)
