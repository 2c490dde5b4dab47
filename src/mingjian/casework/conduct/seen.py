"""What stands in the records of a case, as the rules look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mingjian.domain.message import Message
from mingjian.domain.record import Json

HOLDS = 1.0
"""log10 LR from which a weight below its scale's own threshold still counts as a sign."""
PER_SIGNAL = 200
"""Findings kept of one signal; more add nothing to a rule."""
_CLASSES = {
    "core": "personal_information.sensitive",
    "sensitive": "personal_information.important",
    "other": "personal_information.other",
}
"""Classes of the detector -> kinds of counts of the law (50, 500 and 5,000 items)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign was seen: the evidence, and what was said of it."""

    sha256: str | None
    path: str
    item: str
    """Path of the item handed in that it is, or is a part of."""
    because: Message


@dataclass(frozen=True, slots=True)
class Weighed:
    """A proposition that found support, with the weight."""

    log10_lr: float
    flagged: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding of note."""

    details: Mapping[str, Any]
    place: Place


@dataclass(slots=True)
class Seen:
    """All of a case's records, and what persons stated."""

    propositions: dict[str, list[Weighed]] = field(default_factory=dict)
    signals: dict[str, list[Noted]] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    circumstances: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def add(self, record: Mapping[str, Any], item: str) -> None:
        """Look at one record (`domain.record`) of the item at path `item`."""
        self.kinds.add(record["kind"])
        for weight in record["weights"]:
            supports = weight["opinion"] and (weight["flagged"] or weight["log10_lr"] >= HOLDS)
            # What was carried up stands with the part it came from.
            if supports and not weight["carried_from"]:
                place = _place(record, item, weight["words"])
                found = Weighed(weight["log10_lr"], weight["flagged"], place)
                self.propositions.setdefault(weight["proposition"], []).append(found)
        for finding in _findings(record):
            if finding["signal"] == "privacy.class_counts":
                self._count(finding["details"])
            if finding["quiet"]:
                continue
            noted = self.signals.setdefault(finding["signal"], [])
            if len(noted) < PER_SIGNAL:
                place = _place(record, item, finding["because"])
                noted.append(Noted(finding["details"], place))

    def _count(self, details: Mapping[str, Any]) -> None:
        for name, kind in _CLASSES.items():
            number = details.get("classes", {}).get(name, {}).get("items", 0)
            if number:
                self.counts[kind] = self.counts.get(kind, 0) + number

    def as_json(self) -> Json:
        """Itself as JSON values, without what persons stated; `seen_from` reads it back."""
        return {
            "propositions": {
                name: [[one.log10_lr, one.flagged, _told(one.place)] for one in found]
                for name, found in self.propositions.items()
            },
            "signals": {
                name: [[one.details, _told(one.place)] for one in noted]
                for name, noted in self.signals.items()
            },
            "counts": self.counts,
            "kinds": sorted(self.kinds),
        }

    def with_facts(
        self,
        counts: Mapping[str, float],
        circumstances: Iterable[str],
        excluded: Iterable[str],
    ) -> Seen:
        """The same with what persons stated; a stated number stands in place of a counted one."""
        return Seen(
            propositions=self.propositions,
            signals=self.signals,
            counts={**self.counts, **counts},
            kinds=self.kinds,
            circumstances=frozenset(name.partition("@")[0] for name in circumstances),
            excluded=frozenset(name.partition("@")[0] for name in excluded),
        )


def _place(record: Mapping[str, Any], item: str, words: Mapping[str, str]) -> Place:
    return Place(record["sha256"], record["path"], item, Message(words["zh"], words["en"]))


def _told(place: Place) -> list[str | None]:
    return [place.sha256, place.path, place.item, place.because.zh, place.because.en]


def _from_told(told: list[Any]) -> Place:
    return Place(told[0], told[1], told[2], Message(told[3], told[4]))


def seen_from(kept: Mapping[str, Any]) -> Seen:
    """What `Seen.as_json` gave."""
    return Seen(
        propositions={
            name: [Weighed(ratio, flagged, _from_told(told)) for ratio, flagged, told in found]
            for name, found in kept["propositions"].items()
        },
        signals={
            name: [Noted(details, _from_told(told)) for details, told in noted]
            for name, noted in kept["signals"].items()
        },
        counts=dict(kept["counts"]),
        kinds=set(kept["kinds"]),
    )


def _findings(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for examination in record["examinations"]:
        yield from examination["findings"]


def seen_in(records: Iterable[Mapping[str, Any]]) -> Seen:
    """Everything of note in `records`: items, each followed by its parts."""
    seen, item = Seen(), ""
    for record in records:
        if record["parent"] is None:
            item = record["path"]
        seen.add(record, item)
    return seen
