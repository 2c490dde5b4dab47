"""Finding entries by words, and what changed between two days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from mingjian.law.entry import Article, Version
from mingjian.law.library import Library
from mingjian.law.official import OfficialText


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where the words were found: an entry of ours, or an official article."""

    ref: str
    kind: str
    text: str


def _has(words: list[str], *texts: str) -> bool:
    joined = " ".join(texts).casefold()
    return all(word in joined for word in words)


def search(wanted: str, library: Library, texts: Mapping[str, OfficialText]) -> Iterator[Hit]:
    """Entries, conducts and official articles that hold all the words, ours first."""
    words = wanted.casefold().split()
    if not words:
        return
    for conduct in library.conducts.values():
        if _has(words, conduct.id, conduct.name.zh, conduct.name.en):
            yield Hit(ref=conduct.id, kind="conduct", text=f"{conduct.name.zh} {conduct.name.en}")
    for article in library.all_articles():
        version = article.versions[-1]
        name, elements = article.name, version.elements
        title = library.citation(article.ref)
        held = (name.zh, name.en, elements.zh, elements.en, title.zh, title.en, article.ref)
        if _has(words, *held):
            yield Hit(ref=article.ref, kind="entry", text=f"{name.zh} {name.en}")
    for text in texts.values():
        for no, wording in text.articles.items():
            if _has(words, wording):
                start = max(0, wording.casefold().find(words[0]) - 30)
                yield Hit(
                    ref=f"{text.id}:{no}",
                    kind="official",
                    text=wording[start : start + 120].replace("\n", " "),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An entry that is different on two days, with the conducts it touches."""

    before: tuple[Article, Version] | None
    after: tuple[Article, Version] | None
    conducts: tuple[str, ...]


def changes(library: Library, start: date, end: date) -> Iterator[Change]:
    """What was in force on `start` and is not the same on `end`, renumbering followed."""
    continued = {ref for article in library.all_articles() for ref in article.replaces}
    for article in library.all_articles():
        if article.ref in continued:
            continue
        before = library.in_force(article.ref, start)
        after = library.in_force(article.ref, end)
        same = before and after and before[0].ref == after[0].ref and before[1] is after[1]
        if same or (before is None and after is None):
            continue
        named = tuple(item.id for item in library.conducts_of(article.ref))
        yield Change(before=before, after=after, conducts=named)
