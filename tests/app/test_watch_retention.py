"""What a watch keeps of old items goes when the policy says so, and custody says that it went."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.app.watch_rows import days_ago, examined

from mingjian.app.campaign_files import INDEX, index_in
from mingjian.app.campaign_watch import state_folder
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.app.watch_config import Watch
from mingjian.app.watch_desk import status
from mingjian.app.watch_retention import Retention
from mingjian.store import watch as kept
from mingjian.store import watch_retention
from mingjian.store.watch_finish import counts

NOTE = {"excerpt": "your parcel", "measured": {"message.fraud": [0.1, -1.0]}}


def watch(**changed: object) -> Watch:
    source = {"name": "drop", "type": "drop", "path": "x", "text": "t"}
    return Watch.model_validate({"name": "desk", "source": [source], **changed})


def left(store, source: str) -> list[tuple[int, bool]]:
    """Number of each item there is, and whether anything is noted of it."""
    (row,) = (one for one in kept.sources(store.database, "desk") if one.name == source)
    return [(one.number, bool(one.note)) for one in kept.items(store.database, row.id)]


@pytest.fixture
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watch_retention, "AT_ONCE", 2)
    with opened_store(settings) as made:
        for source, kind in (("drop", "drop"), ("box", "maildir")):
            old = [(days_ago(40), NOTE)] * 5
            examined(made, [*old, (days_ago(3), NOTE)], source=source, kind=kind)
        yield made


def test_old_items_are_forgotten_and_custody_says_so(store, settings: Settings) -> None:
    before = counts(store, "desk")
    Retention(watch(keep_days=30), settings, store)()
    # A drop never lists an item again: the row goes. A maildir does: its key stays.
    assert left(store, "drop") == [(6, True)]
    assert left(store, "box") == [*((number, False) for number in range(1, 6)), (6, True)]
    box = next(one for one in kept.sources(store.database, "desk") if one.name == "box")
    assert all(one.sha256 and one.key for one in kept.items(store.database, box.id))
    assert counts(store, "desk") == before
    assert [one["examined"] for one in status(store, "desk")["sources"]] == [6, 6]
    entries = [one for one in store.entries("watch") if one.action == "forgotten"]
    told = [(one.details["source"], one.details["items"], one.details["left"]) for one in entries]
    assert sorted(told) == [
        *[("box", n, ["key", "sha256"]) for n in (1, 2, 2)],
        *[("drop", n, []) for n in (1, 2, 2)],
    ]
    assert list(store.verify()) == []
    Retention(watch(keep_days=30), settings, store)()
    assert len([one for one in store.entries("watch") if one.action == "forgotten"]) == 6


def test_without_a_policy_everything_stays(store, settings: Settings) -> None:
    Retention(watch(), settings, store)()
    Retention(watch(keep_days=60), settings, store)()
    assert len(left(store, "drop")) == 6
    assert all(noted for _, noted in left(store, "box"))


def test_it_is_looked_to_once_a_day(store, settings: Settings) -> None:
    retention = Retention(watch(keep_days=30), settings, store)
    retention()
    examined(store, [(days_ago(40), NOTE)])
    retention()
    assert len(left(store, "drop")) == 2


@pytest.mark.parametrize("days", [0, -1, 40_000])
def test_what_is_no_time_to_keep(days: int) -> None:
    with pytest.raises(ValidationError):
        watch(keep_days=days)


def test_an_index_that_is_in_use_is_forgotten_later(store, settings: Settings) -> None:
    folder = state_folder(settings, "desk")
    with index_in(folder):
        pass
    retention = Retention(watch(keep_days=30, campaigns={}), settings, store)
    with index_in(folder):
        retention()
    assert (folder / INDEX).is_file()
    assert len(left(store, "drop")) == 1
    retention()
    assert not (folder / INDEX).is_file()
