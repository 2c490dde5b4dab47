"""Campaigns among the items of a watch: found by the prints they left, over all its sources.

The index lies in the home folder and is brought up to date from the prints kept since, so that
clusters grow and merge over time; should it be lost, it is made anew. Of a text nothing is at hand
but the redacted excerpt that the watch keeps. Times are those of receipt, as with alerts.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mingjian.app import alert_delivery, alert_sending, campaign_files
from mingjian.app.access import Actor, Role
from mingjian.app.campaign import FEWEST, MOST, Campaign, Campaigns, Row, Spread, explained
from mingjian.app.campaign_files import index_in
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.app.watch_config import Watch
from mingjian.app.watch_counts import known_watch
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store import watch_prints
from mingjian.store.store import Store
from mingjian.store.watch import unpacked as unpacked_note
from mingjian.store.watch_prints import Printed
from mingjian.warn.alert import Alarm
from mingjian.warn.campaign_index import Changed, Index
from mingjian.warn.campaign_prints import gathered_prints, unpacked
from mingjian.warn.campaign_tables import Numbers
from mingjian.warn.grades import own_rule

BATCH = 20_000
"""Prints taken into the index at once."""
MEMBERS = 100
"""Items of a campaign that are named."""
FLAGGED = 0.5
"""Share of a campaign's items that must have been flagged for it to count as flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The campaigns of a watch, and what the watch made of their items."""

    campaigns: Campaigns
    flagged: Mapping[int, int]
    """By campaign, how many of its items some detector flagged."""
    sources: Mapping[int, Mapping[str, int]]
    """By campaign, how many of its items came from which source."""


def state_folder(settings: Settings, watch: str) -> Path:
    """Where the index of a watch lies."""
    return settings.home / "watch" / f"{watch}.campaigns"


@contextmanager
def _up_to_date(store: Store, settings: Settings, watch: str) -> Iterator[tuple[Index, Changed]]:
    """The index of a watch with all prints in it, and what the new ones did to the clusters."""
    sources = [row.id for row in known_watch(store, watch)]
    with index_in(state_folder(settings, watch)) as index:
        grown: set[int] = set()
        merged: dict[int, int] = {}
        while True:
            last = int(index.names.max(initial=0))
            new = watch_prints.after(store.database, sources, last, BATCH)
            if new:
                changed = _add(index, new)
                merged |= dict(changed.merged)
                grown |= set(changed.grown)
            if len(new) < BATCH:
                break
        yield index, Changed(tuple(sorted(grown - merged.keys())), tuple(sorted(merged.items())))


def _add(index: Index, new: Sequence[Printed]) -> Changed:
    prints = [unpacked(one.body) for one in new]
    return index.add_runs(
        gathered_prints(prints),
        [one.received for one in new],
        [[(thing.kind, thing.value) for thing in one.things] for one in prints],
        [one.id for one in new],
    )


def found(
    store: Store, settings: Settings, watch: str, *, fewest: int = FEWEST, most: int = MOST
) -> Found:
    """Bring the index of a watch up to date and explain its largest campaigns.

    `UsageError` where there is no such watch, it keeps no prints, or another process is at it.
    """
    with _up_to_date(store, settings, watch) as (index, changed):
        if not len(index):
            raise UsageError(
                Message(
                    f"监测“{watch}”没有留下可比较的指纹",
                    f"the watch “{watch}” has kept no prints to compare",
                ),
                Message("请在监测文件中写明 [campaigns]", "write [campaigns] in the watch file"),
            )
        sources = {row.id: row.name for row in known_watch(store, watch)}
        campaigns = explained(index, _Prints(store, sources, index), changed, fewest, most)
        flagged, by_source = _made_of(store, sources, index)
    return Found(campaigns=campaigns, flagged=flagged, sources=by_source)


def _made_of(
    store: Store, sources: Mapping[int, str], index: Index
) -> tuple[dict[int, int], dict[int, Counter[str]]]:
    """By campaign: how many of its items were flagged, and how many came from which source."""
    cluster = dict(zip(index.names.tolist(), index.clusters.tolist(), strict=True))
    flagged: Counter[int] = Counter()
    by_source: dict[int, Counter[str]] = {}
    first: dict[int, int] = {}
    for number, source, was in watch_prints.places(store.database, list(sources)):
        at = cluster.get(number, -1)
        if at >= 0:
            called = first.setdefault(at, number)
            flagged[called] += was
            by_source.setdefault(called, Counter())[sources[source]] += 1
    return dict(flagged), by_source


class _Prints:
    """The items of an index as the watch kept them: excerpts, and things as hashes."""

    first = 0

    def __init__(self, store: Store, sources: Mapping[int, str], index: Index) -> None:
        self.store, self.sources, self.names = store, sources, index.names

    def rows(self, wanted: Collection[int]) -> dict[int, Row]:
        items = sorted(wanted)
        named = dict(zip(self.names[items].tolist(), items, strict=True))
        return {
            named[one.id]: self._row(one) for one in watch_prints.named(self.store.database, named)
        }

    def members(self, items_of: Mapping[int, Numbers]) -> dict[int, list[str]]:
        found = {}
        for number, items in items_of.items():
            some = self.names[items[:MEMBERS]].tolist()
            rows = watch_prints.named(self.store.database, some)
            found[number] = [self._id(one) for one in rows]
        return found

    def spreads(self) -> dict[int, Spread]:
        """Who passed on what to whom is not known."""
        return {}

    def _id(self, one: Printed) -> str:
        return f"{self.sources[one.source]}#{one.number}"

    def _row(self, one: Printed) -> Row:
        things = unpacked(one.body).things
        return Row(
            id=self._id(one),
            text=str(unpacked_note(one.note).get("excerpt", "")),
            time=one.received,
            features=tuple((thing.kind, thing.value) for thing in things),
            shown=tuple(thing.shown for thing in things),
        )


def campaign_json(found: Found, campaign: Campaign) -> Json:
    """One campaign with what the watch made of its items."""
    return {
        **campaign_files.campaign_json(campaign),
        "flagged": found.flagged.get(campaign.number, 0),
        "sources": dict(found.sources.get(campaign.number, {})),
    }


# ---- alerts -----------------------------------------------------------------------------------


def alarms(found: Found, watch: str, which: str) -> list[Alarm]:
    """New and growing campaigns as alarms: all, or those most of whose items were flagged."""
    rule = own_rule()
    return [
        one.alarm(rule, f"{watch}: campaign {one.campaign}")
        for one in found.campaigns.signals
        if which == "all" or _is_flagged(found, one.campaign)
    ]


def _is_flagged(found: Found, campaign: int) -> bool:
    items = sum(found.sources.get(campaign, {}).values())
    return found.flagged.get(campaign, 0) >= FLAGGED * max(items, 1)


class Grouping:
    """Called after every turn of a watch; now and then looks at what has come together."""

    def __init__(self, watch: Watch, settings: Settings, store: Store) -> None:
        self.watch, self.settings, self.store = watch, settings, store
        self.actor = Actor(settings.actor, Role(settings.role))
        self.channels = alert_sending.channels_of(settings)
        self._next = time.monotonic()

    def __call__(self, *, now: bool = False) -> None:
        """Look if it is time, or `now`; while somebody else does, it is left for the next time."""
        asked = self.watch.campaigns
        if asked is None or (time.monotonic() < self._next and not now):
            return
        self._next = time.monotonic() + asked.every
        try:
            seen = found(self.store, self.settings, self.watch.name)
        except UsageError:
            return
        if asked.alert != "none":
            raised = alarms(seen, self.watch.name, asked.alert)
            alert_sending.raise_and_tell(self.store, self.actor, raised, self.channels)
            alert_delivery.deliver_due(self.store, self.actor, self.channels)
