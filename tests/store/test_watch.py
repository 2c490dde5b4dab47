"""Watched items in the store: listed once, finished once, counted, passed over, told."""

from __future__ import annotations

import pytest

from mingjian.domain.message import Message
from mingjian.store import watch, watch_hours
from mingjian.store.watch import Listed, Overtaken
from mingjian.store.watch_finish import Ended, Filing, counts, finish_watched, told, untold
from mingjian.store.watch_tables import DEAD, EXAMINED, SHED, WAITING

FILING = Filing(
    watch="desk",
    case="watch",
    day="2026-01-31",
    settings_digest="d" * 64,
    versions={"program": "0", "detectors": {"a.b": "1"}, "scales": {}},
)
HOUR = 490_000


def _listed(*keys):
    return [Listed(key, {"name": key}) for key in keys]


@pytest.fixture
def source(filled):
    return watch.open_source(filled.store.database, "desk", "drop", "drop")


def _ended(one, state=EXAMINED, **more):
    aspects = (("items", ""), *more.pop("aspects", ()))
    return Ended(watched=one, state=state, sha256=f"{one.number:064}", aspects=aspects, **more)


def test_an_item_is_listed_once(filled, source):
    database = filled.store.database
    source, *told = watch.enter_listed(database, source, _listed("a", "b", "a"), {"at": 2})
    assert told == [2, []]
    source, *told = watch.enter_listed(database, source, _listed("b", "c\udcff\0"), {"at": 3})
    assert told == [1, []]
    assert [one.key for one in watch.due(database, source.id, 9)] == ["a", "b", "c\udcff\0"]
    assert watch.sources(database, "desk")[0].position == {"at": 3}
    assert watch.open_source(database, "desk", "drop", "drop").id == source.id


def test_who_reads_second_is_told_so(filled, source):
    database = filled.store.database
    watch.enter_listed(database, source, _listed("a"), {"at": 1})
    with pytest.raises(Overtaken):
        watch.enter_listed(database, source, _listed("b"), {"at": 1})
    assert [one.key for one in watch.due(database, source.id, 9)] == ["a"]


def test_an_item_is_finished_once_and_counted_once(filled, source):
    store = filled.store
    source, *_ = watch.enter_listed(store.database, source, _listed("a", "b"), {})
    first, second = watch.due(store.database, source.id, 9)
    event = HOUR * 3600.0
    found = [
        _ended(first, event=event, region="440300", flagged=True, aspects=(("proposition", "p"),)),
        _ended(second, event=event, region="440300"),
    ]
    assert finish_watched(store, "drop", found, FILING, tell=True) == 2
    assert finish_watched(store, "drop", found, FILING, tell=True) == 0
    totals = watch_hours.totals(store.database, source.id)
    assert (totals["examined"], totals["flagged"], totals["looks"]) == (2, 1, 1)
    counted = {(one.aspect, one.value, one.region): one for one in counts(store, "desk")}
    assert counted["items", "", "440300"].count == 2
    assert counted["proposition", "p", "440300"].event_hour == HOUR
    ((number, batch),) = untold(store, "desk")
    assert sorted(one.count for one in batch) == [1, 2]
    told(store, number)
    assert untold(store, "desk") == []
    source, *listed = watch.enter_listed(store.database, source, _listed("a"), {})
    assert listed == [0, ["a"]]


def test_what_is_kept_is_filed_with_custody(filled, source):
    store = filled.store
    source, *_ = watch.enter_listed(store.database, source, _listed("a", "b"), {})
    for one in watch.due(store.database, source.id, 9):
        data = one.key.encode()
        sha256 = store.vault.put_bytes(data)
        record = {
            "sha256": sha256, "sm3": "0" * 64, "size": 1, "path": one.key, "parent": None,
            "step": None, "kind": "text", "format": "plain-text", "examinations": [],
            "weights": [], "not_examined": [], "parts": [],
        }  # fmt: skip
        kept = _ended(one, name=one.key, size=1, records=[record], vaulted=frozenset({sha256}))
        finish_watched(store, "drop", [kept], FILING, tell=False)
    (run,) = store.runs("watch")
    assert (run.items, run.state) == (2, "done")
    assert [row.record["path"] for row in store.results(run.id)] == ["a", "b"]
    assert list(store.verify()) == []
    assert {one.ordinal for one in watch.items(store.database, source.id)} == {0, 1}


def test_what_failed_waits_and_is_then_put_aside_and_put_back(filled, source):
    store = filled.store
    source, *_ = watch.enter_listed(store.database, source, _listed("a"), {})
    (one,) = watch.due(store.database, source.id, 9)
    again = Ended(watched=one, state=WAITING, due=1000.0, note={"why": {"zh": "无", "en": "no"}})
    finish_watched(store, "drop", [again], FILING, tell=True)
    assert watch.due(store.database, source.id, 9) == []
    later = watch.oldest_waiting(store.database, source.id)
    assert (later.attempts, later.note["why"]["en"]) == (1, "no")
    finish_watched(store, "drop", [Ended(watched=later, state=DEAD)], FILING, tell=True)
    assert untold(store, "desk") == []
    assert watch.states(store.database, [source.id]) == {source.id: {DEAD: 1}}
    assert watch.put_back(store.database, [source.id], DEAD) == 1
    assert watch.due(store.database, source.id, 9)[0].attempts == 0


def test_what_is_passed_over_is_counted_by_hour_and_can_be_put_back(filled, source):
    store = filled.store
    keys = [str(number) for number in range(1200)]
    source, *_ = watch.enter_listed(store.database, source, _listed(*keys), {})
    chosen = [number for number, _ in watch.waiting_keys(store.database, source.id)][:1100]
    assert watch.shed(store.database, source.id, chosen) == 1100
    assert watch.shed(store.database, source.id, chosen) == 0
    (hour,) = watch_hours.hours(store.database, [source.id], 0)
    assert hour["shed"] == 1100
    assert watch.waiting(store.database, [source.id]) == {source.id: 100}
    assert watch.put_back(store.database, [source.id], SHED, chosen[:5]) == 5
    assert len(list(watch.items(store.database, source.id, SHED))) == 1095


def test_a_source_that_cannot_be_read_says_why(filled, source):
    database = filled.store.database
    watch.enter_problem(database, source, Message("断", "gone"))
    assert watch.sources(database)[0].problem == Message("断", "gone")
    watch.enter_listed(database, source, [], {})
    assert watch.sources(database)[0].problem is None
    assert watch_hours.totals(database, source.id)["failed"] == 1
