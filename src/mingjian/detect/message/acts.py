"""What is said in a message: words by concept, and the acts that neighbouring concepts make.

The words, the pairs and the sentences are data (`data/`), written by hand from how scams and
ordinary messages speak; a pair (A, B, zh, en) holds where B begins at most that many cleaned
characters behind A.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import compress, count
from typing import Any, Literal

from mingjian.detect.message.clean import TOKENS, Clean, clean
from mingjian.domain.message import Message

Language = Literal["zh", "en"]
Hit = tuple[str, int, int]
"""(name, start, end) in the cleaned text."""

MOST_HITS = 4_000
"""Words looked at in one text."""
_NOT_NEGATED = frozenset({"guard", "case_threat", "illegal_offer", "ransom", "image_extortion"})
_ASKS = frozenset({"give", "transfer", "click", "link"})


@dataclass(frozen=True, slots=True)
class Act:
    """One act as readers are told of it. `stage` is "" where it is no step of a scam."""

    name: str
    stage: str
    words: Message


@dataclass(frozen=True, slots=True)
class Reading:
    """A cleaned text with its words and acts, in the order of the text."""

    cleaned: Clean
    language: Language
    words: tuple[Hit, ...]
    acts: tuple[Hit, ...]


def _data(name: str) -> Any:
    return json.loads(files(__package__).joinpath("data", name).read_text("utf-8"))


@lru_cache(maxsize=1)
def known_acts() -> dict[str, Act]:
    """All acts by name; those of single words are named after their concept."""
    data = _data("acts.json")
    return {
        name: Act(name, entry["stage"], Message(entry["zh"], entry["en"]))
        for part in ("acts", "single")
        for name, entry in data[part].items()
    }


@lru_cache(maxsize=1)
def concepts() -> tuple[str, ...]:
    """Names of all concepts, tokens included, in a fixed order."""
    return (*sorted(_data("words_zh.json")), *sorted(TOKENS.values()))


@lru_cache(maxsize=1)
def pair_acts() -> tuple[str, ...]:
    """Names of the acts that pairs of concepts make, in a fixed order."""
    return tuple(sorted(_data("acts.json")["acts"]))


@lru_cache(maxsize=1)
def made_of() -> dict[str, frozenset[str]]:
    """Of each act of pairs the concepts they are made of."""
    return {
        name: frozenset(concept for pair in entry["pairs"] for concept in pair[:2])
        for name, entry in _data("acts.json")["acts"].items()
    }


@lru_cache(maxsize=1)
def _pairs() -> dict[Language, dict[str, dict[str, list[tuple[str, int]]]]]:
    """By language: for each first concept, by the second, the (act, reach) they may make."""
    found: dict[Language, dict[str, dict[str, list[tuple[str, int]]]]] = {"zh": {}, "en": {}}
    for act, entry in _data("acts.json")["acts"].items():
        for first, second, *reach in entry["pairs"]:
            for language, far in zip(found, reach, strict=True):
                table = found[language].setdefault(first, {})
                table.setdefault(second, []).append((act, far))
    return found


@lru_cache(maxsize=1)
def _furthest() -> dict[Language, dict[str, int]]:
    """By language: how far behind each first concept a second one may begin."""
    return {
        language: {
            first: max(far for entries in table.values() for _, far in entries)
            for first, table in tables.items()
        }
        for language, tables in _pairs().items()
    }


@lru_cache(maxsize=1)
def _words_zh() -> dict[str, list[tuple[int, dict[str, list[str]]]]]:
    """By the first two characters: (length, concepts of each word of that length), the longest
    first."""
    table: dict[str, dict[int, dict[str, list[str]]]] = {}
    for concept, words in sorted(_data("words_zh.json").items()):
        for word in words.split():
            word = clean(word, "zh").text
            if word[0] not in TOKENS:
                sizes = table.setdefault(word[:2], {}).setdefault(len(word), {})
                sizes.setdefault(word, []).append(concept)
    return {begun: sorted(sizes.items(), reverse=True) for begun, sizes in table.items()}


@lru_cache(maxsize=1)
def _begin_zh() -> frozenset[str]:
    """The characters that begin a word or are a token."""
    return frozenset(TOKENS) | {begun[0] for begun in _words_zh()}


@lru_cache(maxsize=1)
def _words_en() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By the first stem: (further stems, concept), the longest phrase first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, phrases in _data("words_en.json").items():
        for phrase in filter(None, phrases.split("|")):
            first, *rest = map(stem, phrase.split())
            table.setdefault(first, []).append((tuple(rest), concept))
    for entries in table.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    return table


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its common English endings; alike for alike words is all that is asked."""
    if len(word) > 40:
        return word[:40]
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word[-1] == "y" else word


def read(text: str, language: Language) -> Reading:
    """The words and acts of `text`; linear in its length."""
    cleaned = clean(text, language)
    words = _found_zh(cleaned.text) if language == "zh" else _found_en(cleaned.text)
    return Reading(cleaned, language, tuple(words), tuple(_acts(words, language)))


def _found_zh(text: str) -> list[Hit]:
    table, hits = _words_zh(), []
    for at in compress(count(), map(_begin_zh().__contains__, text)):
        sizes = table.get(text[at : at + 2])
        if sizes is None:
            if text[at] in TOKENS:
                hits.append((TOKENS[text[at]], at, at + 1))
            continue
        for size, words in sizes:
            # All concepts of the longest word that begins here.
            concepts = words.get(text[at : at + size])
            if concepts is not None:
                hits += [(concept, at, at + size) for concept in concepts]
                break
        if len(hits) >= MOST_HITS:
            break
    return hits


def _found_en(text: str) -> list[Hit]:
    table, hits = _words_en(), []
    words = text.split(" ")
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    stems = [stem(word) for word in words]
    for i, first in enumerate(stems):
        if first in TOKENS:
            hits.append((TOKENS[first], starts[i], starts[i] + 1))
            continue
        entries = table.get(first)
        if entries is None:
            continue
        length = -1
        for rest, concept in entries:
            if len(rest) < length:
                break
            if not rest or tuple(stems[i + 1 : i + 1 + len(rest)]) == rest:
                length = len(rest)
                last = i + len(rest)
                hits.append((concept, starts[i], starts[last] + len(words[last])))
        if len(hits) >= MOST_HITS:
            break
    return hits


def _acts(words: list[Hit], language: Language) -> list[Hit]:
    """Each act with its span, once for each first word that begins it."""
    pairs, reaches = _pairs()[language], _furthest()[language]
    nearby = 4 if language == "zh" else 12
    found: dict[tuple[str, int], Hit] = {}
    negated = [end for concept, _, end in words if concept == "never"]
    for i, (concept, start, end) in enumerate(words):
        wanted = pairs.get(concept)
        if not wanted:
            continue
        furthest = end + reaches[concept]
        guarded = concept in _ASKS and any(0 <= start - other <= nearby for other in negated)
        # A word has only so many neighbours that matter; the cap keeps hostile text linear.
        for other, from_, to in words[i + 1 : i + 25]:
            if from_ > furthest:
                break
            made = wanted.get(other)
            if not made or from_ == start:
                continue
            for act, reach in made:
                if from_ - end > reach:
                    continue
                if guarded and act not in _NOT_NEGATED:
                    act = "guard"
                if (act, start) not in found:
                    found[(act, start)] = (act, start, max(to, end))
    return sorted(found.values(), key=lambda hit: (hit[1], hit[2], hit[0]))
