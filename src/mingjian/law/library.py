"""All entries, read from the package once; every reference is resolved here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message
from mingjian.law.entry import (
    Article,
    Band,
    Ceiling,
    Conduct,
    Statute,
    Threshold,
    Version,
)
from mingjian.law.penalty import penalty_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Statutes, conducts, and the words for counts and circumstances."""

    statutes: Mapping[str, Statute]
    conducts: Mapping[str, Conduct]
    counts: Mapping[str, Message]
    circumstances: Mapping[str, Message]
    categories: Mapping[str, Message]
    types: Mapping[str, Message]

    def article(self, ref: str) -> Article | None:
        """The entry `statute/number`, or None."""
        statute, _, no = ref.partition("/")
        found = self.statutes.get(statute)
        return found.articles.get(no) if found else None

    def articles(self, ref: str) -> tuple[Article, ...]:
        """The entry of `ref`, or those of its paragraphs: `criminal-law/285` names three."""
        exact = self.article(ref)
        if exact is not None:
            return (exact,)
        statute, _, no = ref.partition("/")
        found = self.statutes.get(statute)
        if found is None:
            return ()
        return tuple(item for item in found.articles.values() if item.official_no == no)

    def all_articles(self) -> Iterator[Article]:
        for statute in self.statutes.values():
            yield from statute.articles.values()

    def citation(self, ref: str) -> Message:
        statute, _, no = ref.partition("/")
        return self.statutes[statute].citation(no)

    def in_force(self, ref: str, day: date) -> tuple[Article, Version] | None:
        """What `ref` or the provisions it continues said on `day`; None: nothing yet or no more."""
        article = self.article(ref)
        if article is None:
            raise KeyError(ref)
        version = article.on(day)
        if version is not None:
            return article, version
        for earlier in article.replaces:
            if found := self.in_force(earlier, day):
                return found
        return None

    def successors(self, ref: str) -> tuple[Article, ...]:
        return tuple(item for item in self.all_articles() if ref in item.replaces)

    def conducts_of(self, ref: str) -> tuple[Conduct, ...]:
        """The conducts whose suggestions may name `ref` (itself or what continues it)."""
        names = {ref, *(item.ref for item in self.successors(ref))}
        return tuple(item for item in self.conducts.values() if names & set(item.refs()))


def _message(value: Any) -> Message:
    return Message(str(value["zh"]), str(value["en"]))


def _maybe(value: Any) -> Message | None:
    return _message(value) if value else None


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _threshold(value: Mapping[str, Any]) -> Threshold:
    return Threshold(
        at=dict(value.get("at", {})),
        to=dict(value.get("to", {})),
        rule=value.get("rule", "any"),
        need=value.get("need", 1),
        given=tuple(value.get("if", ())),
        unless=tuple(value.get("unless", ())),
        source=value["source"],
        checked=value.get("checked", "text"),
    )


def _band(value: Mapping[str, Any]) -> Band:
    return Band(
        label=_message(value["label"]),
        penalty=penalty_from(value["penalty"]),
        thresholds=tuple(map(_threshold, value.get("thresholds", ()))),
    )


def _version(value: Mapping[str, Any], inherited: Mapping[str, Any]) -> Version:
    start = _day(value.get("from", inherited.get("from")))
    if start is None:
        raise ValueError("a version needs the day from which it is in force")
    return Version(
        start=start,
        until=_day(value.get("until", inherited.get("until"))),
        elements=_message(value["elements"]),
        bands=tuple(map(_band, value.get("bands", ()))),
        checked=value.get("checked", inherited.get("checked", "text")),
        dates_checked=value.get("dates_checked", inherited.get("dates_checked", "text")),
        source=value.get("source", inherited["source"]),
        note=_maybe(value.get("note")),
    )


def statute_from(value: Mapping[str, Any]) -> Statute:
    """One file of `statutes/`; dates, checks and source may be given once for all articles."""
    made = {}
    for item in value["articles"]:
        # An article with one version writes it flat.
        versions = item.get("versions", (item,))
        no = str(item["no"])
        if no in made:
            raise ValueError(f"{value['id']}/{no} is listed twice")
        made[no] = Article(
            statute=value["id"],
            no=no,
            name=_message(item["name"]),
            branch=item.get("branch", value["branch"]),
            versions=tuple(_version(version, value) for version in versions),
            replaces=tuple(item.get("replaces", ())),
            only_if_no_crime=bool(item.get("only_if_no_crime", False)),
            roles=tuple(item.get("roles", ())),
        )
    return Statute(
        id=value["id"],
        title=_message(value["title"]),
        jurisdiction=value["jurisdiction"],
        official=value.get("official"),
        articles=made,
        note=_maybe(value.get("note")),
    )


def _conduct(value: Mapping[str, Any]) -> Conduct:
    return Conduct(
        id=value["id"],
        name=_message(value["name"]),
        category=value["category"],
        type=value["type"],
        supports=tuple(map(_message, value["supports"])),
        missing=tuple(map(_message, value["missing"])),
        articles={place: tuple(refs) for place, refs in value["articles"].items()},
        ceilings=tuple(
            Ceiling(
                jurisdiction=item["jurisdiction"],
                state=item["state"],
                reason=_message(item["reason"]),
                start=_day(item.get("from")),
                until=_day(item.get("until")),
            )
            for item in value.get("coverage", ())
        ),
    )


def _messages(value: Mapping[str, Any]) -> dict[str, Message]:
    return {name: _message(item) for name, item in value.items()}


@cache
def library() -> Library:
    """The law data of this installation."""
    package = files("mingjian.law")

    def read(folder: str, name: str) -> Any:
        return json.loads((package / folder / name).read_text("utf-8"))

    names = sorted(
        item.name for item in (package / "statutes").iterdir() if item.name.endswith(".json")
    )
    statutes = [statute_from(read("statutes", name)) for name in names]
    conducts = [_conduct(item) for item in read("words", "conducts.json")]
    taxonomy = read("words", "taxonomy.json")
    return Library(
        statutes={item.id: item for item in statutes},
        conducts={item.id: item for item in conducts},
        counts=_messages(read("words", "counts.json")),
        circumstances=_messages(read("words", "circumstances.json")),
        categories=_messages(taxonomy["categories"]),
        types=_messages(taxonomy["types"]),
    )
