"""The words of the law data: statute, article, version, band, threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mingjian.domain.message import Message
from mingjian.law.penalty import Penalty

Checked = Literal["text", "secondary", "memory"]
"""How an entry was checked: against the text itself, through someone's quotation, or not yet.
Only `text` counts as verified; the others are shown as 待核验."""
Branch = Literal["criminal", "administrative", "civil", "guidance"]
Rule = Literal["any", "sum", "several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One way into a band: numbers to reach, circumstances that must be so, or both.

    `at` maps a kind of count to the number from which it is reached (inclusive). With `to`,
    each province fixes its own number between `at` and `to`. Rule `any`: one kind suffices;
    `sum`: the fractions count / at add up to `need`; `several`: `need` kinds reach theirs.
    """

    at: Mapping[str, float]
    to: Mapping[str, float]
    rule: Rule
    need: float
    given: tuple[str, ...]
    unless: tuple[str, ...]
    source: str
    """Reference of the article that sets the numbers, such as `ji-fraud-2011/1`."""
    checked: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of penalty and the ways into it; no thresholds: the conduct itself suffices."""

    label: Message
    penalty: Penalty
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article as it stood from `start` to `until` (its last day; None: still in force)."""

    start: date
    until: date | None
    elements: Message
    bands: tuple[Band, ...]
    """From the lightest to the gravest."""
    checked: Checked
    dates_checked: Checked
    source: str
    note: Message | None

    def in_force(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day <= self.until)

    @property
    def verified(self) -> bool:
        return self.checked == "text" and all(
            threshold.checked == "text" for band in self.bands for threshold in band.thresholds
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One provision; a paragraph with an offence of its own is an article here: `285(2)`."""

    statute: str
    no: str
    name: Message
    branch: Branch
    versions: tuple[Version, ...]
    replaces: tuple[str, ...]
    """The provisions of an earlier statute that this one continues, perhaps renumbered."""
    only_if_no_crime: bool
    roles: tuple[str, ...]
    """Whose duty: developer, provider, propagator, user; empty: anyone."""

    @property
    def ref(self) -> str:
        return f"{self.statute}/{self.no}"

    @property
    def official_no(self) -> str:
        """The number under which an official text lists it: `285(2)` is within `285`."""
        return self.no.split("(", 1)[0]

    def on(self, day: date) -> Version | None:
        return next((version for version in self.versions if version.in_force(day)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """A law, interpretation or regulation."""

    id: str
    title: Message
    jurisdiction: Literal["CN", "EU"]
    official: str | None
    """The id of its official text in a folder of texts; None where we have seen none."""
    articles: Mapping[str, Article]
    note: Message | None

    def citation(self, no: str) -> Message:
        main, _, rest = no.partition("(")
        if self.jurisdiction == "EU":
            place = main if main.startswith("Annex") else f"Art. {main}"
            zh_place = main.replace("Annex", "附件") if main.startswith("Annex") else f"第{main}条"
            tail = f"({rest}" if rest else ""
            return Message(f"{self.title.zh}{zh_place}{tail}", f"{self.title.en}, {place}{tail}")
        number, _, extra = main.partition("-")
        zh = f"第{number}条" + (f"之{'一二三四五六七八九'[int(extra) - 1]}" if extra else "")
        parts = rest.rstrip(")").split(")(") if rest else []
        if parts:
            zh += f"第{parts[0]}款"
        if len(parts) > 1:
            zh += f"第（{parts[1]}）项"
        tail = f"({rest}" if rest else ""
        return Message(f"{self.title.zh}{zh}", f"{self.title.en}, Art. {main}{tail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What our reading allows a conduct's coverage to be at most, in a stretch of time."""

    jurisdiction: str
    state: str
    reason: Message
    start: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What may have been done, with its place in the paper's taxonomy."""

    id: str
    name: Message
    category: int
    """1 by people with AI, 2 against an AI system, 3 by AI itself."""
    type: str
    supports: tuple[Message, ...]
    missing: tuple[Message, ...]
    articles: Mapping[str, tuple[str, ...]]
    ceilings: tuple[Ceiling, ...]

    def refs(self) -> Iterator[str]:
        for listed in self.articles.values():
            yield from listed
