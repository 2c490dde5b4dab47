"""Campaigns: which items of a table or a stream are copies of one another, and what they share.

Everyday mass messages (codes, parcels, bank notices) are campaigns in this sense too: that texts
are alike says nothing about what they are for. A cluster is of content, never of people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol

import numpy as np

from mingjian.casework.artefacts import Artefact, mentioned
from mingjian.detect.claim.cascade import Cascade, cascade
from mingjian.detect.claim.spread_rows import read_spread
from mingjian.detect.privacy.redact import redact
from mingjian.domain.message import Message
from mingjian.warn.campaign_growth import Growth, NewTemplate, growth, new_templates
from mingjian.warn.campaign_index import Changed, Feature, Index, thing
from mingjian.warn.campaign_tables import Numbers
from mingjian.warn.campaign_text import LONGEST
from mingjian.warn.campaign_words import SAMPLE, SKELETON, Wording, wording

BATCH = 100_000
FEWEST = 3
"""Items that make a campaign."""
MOST = 200
"""Campaigns that are explained, the largest; all are counted."""
MOST_MEMBERS = 1_000
_THINGS = 5
NOTE = Message(
    "聚的是内容，不是人；验证码、快递、银行通知等日常群发也会成簇。译成另一种语言的同一内容认不出来。",
    "This groups content, never people; everyday mass messages (codes, parcels, bank notices) "
    "form clusters too. The same content in another language is not recognised.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item. Who sent it is not asked for."""

    id: str
    text: str
    time: float | None = None
    """Seconds since 1970."""
    parent: str | None = None
    """Id of the item it was passed on from."""
    features: tuple[Feature, ...] = ()
    """What it comes with besides its text, see `campaign_index.Feature`."""
    shown: tuple[str, ...] = ()
    """How each of these may be shown, where that does not follow from what it is."""


Read = Callable[[], Iterable[Row]]
"""Gives the rows from the beginning; asked more than once, with the same rows each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedThing:
    """A link, number or account that items of a campaign share."""

    kind: str
    shown: str
    """Redacted."""
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a campaign was passed on, where parents are known."""

    cascades: int
    reposts: int
    first_hour: int
    first_day: int
    """Reposts of all cascades within an hour and a day of their first post."""
    largest: Cascade


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One cluster of alike items, explained by what they share."""

    number: int
    """Stays the same as the cluster grows; the lower of two that merge."""
    items: int
    texts: int
    """Different skeletons among them."""
    wording: Wording | None
    """Redacted; None where no text is at hand (items of an earlier run, pictures)."""
    things: tuple[SharedThing, ...]
    growth: Growth | None
    spread: Spread | None
    members: tuple[str, ...]
    """Ids of the items of this run, at most `MOST_MEMBERS`."""
    because: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaigns:
    """What was found among all items seen."""

    items: int
    clustered: int
    """Items that are in some campaign."""
    found: int
    """Campaigns there are; `campaigns` has the largest."""
    campaigns: tuple[Campaign, ...]
    signals: tuple[NewTemplate, ...]
    """Templates that are new or growing at the time of the latest item."""
    changed: Changed
    note: Message = field(default=NOTE)


class AtHand(Protocol):
    """The items of an index that can be read again, to explain campaigns by."""

    first: int
    """Items before this one cannot be."""

    def rows(self, wanted: Collection[int]) -> Mapping[int, Row]:
        """Those of the wanted items that are there."""

    def members(self, items_of: Mapping[int, Numbers]) -> Mapping[int, Sequence[str]]:
        """Ids of the items of each cluster, at most `MOST_MEMBERS`."""

    def spreads(self) -> Mapping[int, Spread]:
        """By cluster, how its items were passed on."""


def find(
    read: Read, index: Index | None = None, *, fewest: int = FEWEST, most: int = MOST
) -> Campaigns:
    """Take the rows into `index` (a new one if not given) and explain the largest campaigns."""
    index = Index() if index is None else index
    earlier = len(index)
    changed = _take_in(read, index)
    return explained(index, _Table(read, earlier, index.clusters), changed, fewest, most)


def explained(
    index: Index, at_hand: AtHand, changed: Changed, fewest: int = FEWEST, most: int = MOST
) -> Campaigns:
    """The campaigns of an index, the largest of them with what their items share."""
    clusters = index.clusters
    held = clusters[clusters >= 0]
    sizes = np.bincount(held) if len(held) else np.zeros(0, dtype=np.int64)
    numbers = np.flatnonzero(sizes >= fewest)
    chosen = numbers[np.argsort(-sizes[numbers], kind="stable")][:most]
    order = np.argsort(clusters, kind="stable")
    first = np.searchsorted(clusters[order], chosen)
    items_of = {
        int(number): order[at : at + sizes[number]]
        for number, at in zip(chosen, first, strict=True)
    }
    things = _things(index, items_of)
    samples = {number: _sample(index, items, at_hand.first) for number, items in items_of.items()}
    wanted = {item for listed in samples.values() for item in listed}
    wanted |= {item for listed in things.values() for item, _, _ in listed}
    rows, members, spreads = at_hand.rows(wanted), at_hand.members(items_of), at_hand.spreads()
    called = _called(index)
    campaigns = []
    for number, items in items_of.items():
        texts = [redact(rows[item].text[:LONGEST]) for item in samples[number] if item in rows]
        worded = [text for text in texts if text.strip()]
        campaigns.append(
            _campaign(
                number=int(called[number]),
                items=len(items),
                texts=len(np.unique(index.texts[items])),
                wording=wording(worded) if worded else None,
                things=_named(things[number], rows),
                growth=growth(index.times[items]),
                spread=spreads.get(number),
                members=tuple(members[number]),
            )
        )
    signals = _signals(index, order, clusters, numbers, sizes)
    return Campaigns(
        items=len(index),
        clustered=int(sizes[numbers].sum()),
        found=len(numbers),
        campaigns=tuple(campaigns),
        signals=tuple(replace(one, campaign=int(called[one.campaign])) for one in signals),
        changed=Changed(
            tuple(int(called[one]) for one in changed.grown),
            tuple((int(called[one]), int(called[other])) for one, other in changed.merged),
        ),
    )


def _called(index: Index) -> Numbers:
    """For each text the number of a cluster that begins with it: the name of its first item where
    items have names, since those outlive an index that is made anew."""
    texts, first = np.unique(index.texts, return_index=True)
    known = texts >= 0
    called = np.arange(int(texts.max(initial=-1)) + 1)
    names = index.names[first[known]]
    called[texts[known]] = np.where(names >= 0, names, texts[known])
    return called


def features_of(row: Row) -> list[Feature]:
    """The features a row comes with, and the links, numbers and accounts its text mentions."""
    return [feature for feature, _ in _shown(row)]


def _shown(row: Row) -> list[tuple[Feature, str]]:
    """Each feature of a row, and how it may be shown."""
    own = list(zip(row.features, row.shown or map(_redacted, row.features), strict=True))
    mentions = {(one.kind, one.value) for one in mentioned(row.text[:LONGEST])}
    return own + [(feature, _redacted(feature)) for feature in sorted(mentions)]


def _redacted(feature: Feature) -> str:
    return Artefact(*feature).redacted


def _take_in(read: Read, index: Index) -> Changed:
    rows = iter(read())
    grown: set[int] = set()
    merged: dict[int, int] = {}
    while batch := list(islice(rows, BATCH)):
        changed = index.add(
            [row.text for row in batch],
            [row.time for row in batch],
            [features_of(row) for row in batch],
        )
        merged |= dict(changed.merged)
        grown |= set(changed.grown)
    return Changed(tuple(sorted(grown - merged.keys())), tuple(sorted(merged.items())))


def _sample(index: Index, items: Numbers, earlier: int) -> list[int]:
    """Items of this run whose texts stand for the cluster, different skeletons if there are."""
    here = items[items >= earlier]
    _, first = np.unique(index.texts[here], return_index=True)
    some = np.sort(first)[np.linspace(0, len(first) - 1, min(SAMPLE, len(first))).astype(int)]
    rest = np.setdiff1d(np.arange(len(here)), some)[: SAMPLE - len(some)]
    return [int(item) for item in here[np.concatenate((some, rest)).astype(int)]]


def _things(index: Index, items_of: Mapping[int, Numbers]) -> dict[int, list[tuple[int, int, int]]]:
    """For each campaign its commonest features: an item that has it, its number, how many."""
    found: dict[int, list[tuple[int, int, int]]] = {number: [] for number in items_of}
    held = index.features
    if not len(held):
        return found
    of = index.clusters[held[:, 0].astype(np.int64)]
    for number in items_of:
        own = held[of == number]
        keys, first, count = np.unique(own[:, 1], return_index=True, return_counts=True)
        for at in np.argsort(-count, kind="stable")[:_THINGS]:
            if count[at] > 1:
                found[number].append((int(own[first[at], 0]), int(keys[at]), int(count[at])))
    return found


def _named(listed: list[tuple[int, int, int]], rows: Mapping[int, Row]) -> tuple[SharedThing, ...]:
    """The features with their values, as far as an item that has them was read in this run."""
    named = []
    for item, key, count in listed:
        row = rows.get(item)
        for feature, shown in _shown(row) if row else ():
            if thing(*feature) == key:
                named.append(SharedThing(kind=feature[0], shown=shown, items=count))
                break
    return tuple(named)


class _Table:
    """Rows that are read again from the beginning; those of earlier runs are not at hand."""

    def __init__(self, read: Read, first: int, clusters: Numbers) -> None:
        self.read, self.first, self.clusters = read, first, clusters

    def rows(self, wanted: Collection[int]) -> dict[int, Row]:
        return {item: row for item, row in enumerate(self.read(), self.first) if item in wanted}

    def members(self, items_of: Mapping[int, Numbers]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {number: [] for number in items_of}
        for item, row in enumerate(self.read(), self.first):
            listed = found.get(int(self.clusters[item]))
            if listed is not None and len(listed) < MOST_MEMBERS:
                listed.append(row.id)
        return found

    def spreads(self) -> dict[int, Spread]:
        """The cascades whose first post is in the cluster."""
        if not any(row.parent is not None for row in islice(self.read(), BATCH)):
            return {}
        posts = ({"id": row.id, "parent_id": row.parent, "time": row.time} for row in self.read())
        found = {one.name: one for one in read_spread(posts).spreads}
        by_campaign: dict[int, list[Cascade]] = defaultdict(list)
        for item, row in enumerate(self.read(), self.first):
            spread = found.get(row.id.strip()[:40])
            if spread is not None and row.parent is None and self.clusters[item] >= 0:
                cascades = by_campaign[int(self.clusters[item])]
                cascades.append(cascade(spread.delays, spread.parents))
        return {number: _spread(cascades) for number, cascades in by_campaign.items()}


def _spread(cascades: list[Cascade]) -> Spread:
    return Spread(
        cascades=len(cascades),
        reposts=sum(one.reposts for one in cascades),
        first_hour=sum(one.first_hour for one in cascades),
        first_day=sum(one.first_day for one in cascades),
        largest=max(cascades, key=lambda one: one.reposts),
    )


def _signals(
    index: Index, order: Numbers, clusters: Numbers, numbers: Numbers, sizes: Numbers
) -> list[NewTemplate]:
    times = index.times
    known = times[np.isfinite(times)]
    if not len(known):
        return []
    first = np.searchsorted(clusters[order], numbers)
    moments = (
        (int(number), times[order[at : at + sizes[number]]])
        for number, at in zip(numbers, first, strict=True)
    )
    return new_templates(moments, float(known.max()))


def _campaign(
    *,
    number: int,
    items: int,
    texts: int,
    wording: Wording | None,
    things: tuple[SharedThing, ...],
    growth: Growth | None,
    spread: Spread | None,
    members: tuple[str, ...],
) -> Campaign:
    zh, en = (
        [f"{items} 条内容彼此近似，共 {texts} 种写法"],
        [f"{items:,} items are alike, in {texts:,} wordings"],
    )
    if wording is not None and wording.kept >= SKELETON:
        zh.append(f"约 {wording.kept:.0%} 的文字是同一骨架")
        en.append(f"about {wording.kept:.0%} of the text is one skeleton")
    elif wording is not None and wording.phrases:
        zh.append("没有通篇的骨架，但各句的说法在其他各条中反复出现")
        en.append("no skeleton runs through all of it, but its phrases come back in one another")
    if things:
        most = things[0]
        zh.append(f"其中 {most.items} 条有同一个链接、号码或账号")
        en.append(f"{most.items:,} of them give the same link, number or account")
    return Campaign(
        number=number,
        items=items,
        texts=texts,
        wording=wording,
        things=things,
        growth=growth,
        spread=spread,
        members=members,
        because=Message("；".join(zh) + "。", "; ".join(en) + "."),
    )
