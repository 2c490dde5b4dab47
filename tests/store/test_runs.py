"""Runs and leases on both databases."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from mingjian.casework.custody import Draft, verify_entries, verify_export
from mingjian.casework.custody.entry import Action
from mingjian.domain.message import Message
from mingjian.store.database import StoreProblem
from mingjian.store.tables import item as item_table
from mingjian.store.tables import record


def expire(filled):
    with filled.store.database.write() as connection:
        connection.execute(sa.update(item_table).values(until=1.0))


def test_a_run_from_start_to_end(filled):
    run = filled.start(7)
    assert (run.items, run.resumed) == (7, False)
    filled.finish_all(run)
    progress = filled.store.progress(run.id)
    assert (progress.done, progress.failed, progress.left) == (7, 0, 0)
    rows = list(filled.store.results(run.id))
    assert [row.ordinal for row in rows] == list(range(7))
    assert rows[3].record["path"] == "3\udcff\0"
    assert filled.store.runs("case A")[0].state == "done"
    actions = [entry.action for entry in filled.store.entries("case A")]
    assert actions == ["case_opened", "run_started", *["taken_in", "examined"] * 7]
    assert list(filled.store.verify()) == []


def test_an_unfinished_run_is_resumed_and_a_finished_one_is_not(filled):
    first = filled.start()
    assert filled.start().resumed
    assert filled.start().id == first.id
    for other in ({"case": "B"}, {"roots": ("/in", "/x")}, {"digest": "e" * 64}):
        assert not filled.start(**other).resumed
    filled.finish_all(first)
    assert not filled.start().resumed


def test_other_versions_leave_the_old_run(filled):
    old = filled.start()
    new = filled.start(versions={"program": "1", "detectors": {}, "scales": {}})
    assert new.id != old.id
    assert {run.id: run.state for run in filled.store.runs()} == {old.id: "left", new.id: "open"}


def test_a_listing_that_fails_leaves_nothing(filled):
    def items():
        yield from ()
        raise OSError("gone")

    with pytest.raises(OSError):
        filled.store.create_or_resume_run("A", ["/in"], "d" * 64, items(), {})
    assert filled.store.runs() == []
    assert filled.store.cases() == {}


def test_a_run_of_nothing_is_done(filled):
    run = filled.start(0)
    assert run.state == "done"
    assert filled.store.runs(state="open") == []


def test_leases_exclude_one_another_and_expire(filled):
    run = filled.start(5)
    first = filled.store.lease(run.id, "a", 3, 60)
    second = filled.store.lease(run.id, "b", 3, 60)
    assert [one.ordinal for one in first + second] == list(range(5))
    assert filled.store.lease(run.id, "c", 3, 60) == []
    assert sorted(filled.store.owners(run.id)) == ["a", "b"]
    expire(filled)
    assert filled.store.renew(run.id, "b", 60) == 2
    again = filled.store.lease(run.id, "c", 9, 60)
    assert [(one.ordinal, one.attempt) for one in again] == [(0, 2), (1, 2), (2, 2)]
    assert filled.store.release(run.id, "c") == 3
    assert [one.attempt for one in filled.store.lease(run.id, "d", 9, 60)] == [3, 3, 3]


def test_the_first_item_a_dead_worker_had_is_blamed(filled):
    run = filled.start(4)

    def blamed(owner):
        found = [one.blamed for one in filled.store.lease(run.id, owner, 9, 60)]
        filled.store.release(run.id, owner)
        return found

    one, *_ = filled.store.lease(run.id, "a", 3, 60)
    filled.store.finish_chunk(run.id, [filled.result(one)])
    filled.store.release(run.id, "a", died=True)
    assert blamed("b") == [1, 0, 0]
    filled.store.lease(run.id, "c", 9, 60)
    expire(filled)
    assert blamed("d") == [2, 0, 0]


def test_a_late_worker_writes_nothing(filled):
    run = filled.start(2)
    late = filled.store.lease(run.id, "a", 2, 60)
    expire(filled)
    taken = filled.store.lease(run.id, "b", 1, 60)
    before = filled.store.cases()["case A"].seq
    # Item 0 is leased to b; item 1 has expired but nobody took it, so a may still finish it.
    assert filled.store.finish_chunk(run.id, [filled.result(one) for one in late]) == 1
    assert filled.store.finish_chunk(run.id, [filled.result(one, "of b") for one in taken]) == 1
    assert filled.store.finish_chunk(run.id, [filled.result(one) for one in late]) == 0
    assert filled.store.cases()["case A"].seq == before + 4
    with filled.store.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(record)) == 2
    assert list(filled.store.verify()) == []


def test_the_same_owner_cannot_finish_an_older_lease_of_its_own(filled):
    run = filled.start(1)
    (old,) = filled.store.lease(run.id, "a", 1, 60)
    filled.store.release(run.id, "a")
    (new,) = filled.store.lease(run.id, "a", 1, 60)
    assert filled.store.finish_chunk(run.id, [filled.result(old)]) == 0
    assert filled.store.finish_chunk(run.id, [filled.result(new)]) == 1


def test_a_refused_item_is_counted_and_bound(filled):
    run = filled.start(1)
    (leased,) = filled.store.lease(run.id, "a", 1, 60)
    why = Message("文件已不存在。", "The file is no longer there.")
    result = filled.result(leased, failure=why)
    unread = {**result.records[0], "sha256": None, "sm3": None}
    result = type(result)(leased=leased, records=[unread], failure=why)
    filled.store.finish_chunk(run.id, [result])
    assert filled.store.progress(run.id).failed == 1
    *_, last = filled.store.entries("case A")
    assert (last.action, last.subject) == ("refused", None)
    assert last.details["why"] == why.as_json()
    assert list(filled.store.verify()) == []


def test_many_writers_one_chain(filled):
    """Threads with a store each append to one case; the chain stays whole."""
    filled.store.append("case A", [])
    errors = []

    def write(name):
        try:
            with filled.another(name) as store:
                for number in range(10):
                    store.append("case A", [Draft(Action.REPORTED, details={"n": number})])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    entries = list(filled.store.entries("case A"))
    assert len(entries) == 41
    assert verify_entries(entries, filled.store.public_keys()) == []


def test_evidence_is_found_by_prefix_with_all_its_records(filled):
    filled.finish_all(filled.start(3))
    filled.finish_all(filled.start(3))
    sha256 = next(iter(filled.store.results(1))).record["sha256"]
    (found,) = filled.store.find_evidence(sha256[:12].upper())
    assert (found.sha256, found.vaulted, found.kind) == (sha256, True, "text")
    assert [row.run for row in filled.store.records_of(sha256)] == [2, 1]
    assert len(filled.store.find_evidence("")) == 3
    about = [entry.action for entry in filled.store.entries("case A", subject=sha256)]
    assert about == ["taken_in", "examined"] * 2


def test_export_holds_one_case_and_stands_alone(filled, tmp_path):
    filled.finish_all(filled.start(3))
    filled.start(2, case="案件乙")
    file = tmp_path / "custody.jsonl"
    filled.store.export_custody("case A", file)
    check = verify_export(file, frozenset({filled.store.key.id}))
    assert check.problems == []
    assert (check.case, check.entries) == ("case A", 9)
    assert "案件乙".encode() not in file.read_bytes()
    assert b'"exported"' in file.read_bytes().splitlines()[-2]


def test_unknown_names_are_said_in_words_and_make_nothing(filled, tmp_path):
    with pytest.raises(StoreProblem, match="no case"):
        filled.store.export_custody("typo", tmp_path / "x")
    with pytest.raises(StoreProblem, match="no run"):
        filled.store.progress(99)
    assert filled.store.cases() == {}
