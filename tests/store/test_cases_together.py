"""Many people in the same cases at once: no update lost, no deadlock left, audit complete."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import pytest

from mingjian.store.cases import Change, NewEvent, Stale
from mingjian.store.store import open_store

CASES = 100


def case(number: int) -> str:
    return f"case {number:03}"


def add(mark: str):
    """A decision that adds its mark; a lost update would lose a mark."""
    return lambda state: Change(
        [NewEvent("note.added", {"mark": mark})],
        {"marks": [*state.body.get("marks", []), mark]},
    )


def edit(url: str, folder: Path, name: str, changes: int, ready, told) -> None:
    """One person at work: single cases, pairs in any order, and changes that were read before.

    Tells each mark that was written, with the case.
    """
    written = []
    ready.wait()
    chance = random.Random(name)
    who = {"actor": name, "role": "examiner"}
    with open_store(url, folder / "vault", key_dir=folder, actor=name) as store:
        for number in range(changes):
            one, other = (case(n) for n in chance.sample(range(CASES), 2))
            mark = f"{name}/{number}"
            if number % 3 == 0:  # two cases at once, in whatever order
                keys = [(one, "case"), (other, "case")]
                store.change_together(
                    keys, lambda states, mark=mark: [add(mark)(state) for state in states], **who
                )
                written.append((other, mark))
            elif number % 3 == 1:  # read, think, write; again if somebody was quicker
                while True:
                    seen = store.state(one).revision
                    try:
                        store.change(one, add(mark), revision=seen, **who)
                        break
                    except Stale:
                        continue
            else:
                store.change(one, add(mark), **who)
            written.append((one, mark))
    told.put(written)


def together(url: str, folder: Path, people: int, changes: int) -> None:
    """Start them all at once and hold what they wrote against what is there."""
    with open_store(url, folder / "vault", key_dir=folder, actor="start") as store:
        for number in range(CASES):
            name = case(number)
            store.change_together(
                [(name, "case")],
                lambda states: [Change([NewEvent("case.drafted")], {"marks": []})],
                actor="start",
                role="lead",
                create=name,
            )
    # Forked, so that the time goes into editing and not into twenty interpreters.
    many = multiprocessing.get_context("fork")
    ready, told = many.Barrier(people + 1), many.Queue()
    running = [
        many.Process(target=edit, args=(url, folder, f"person {n}", changes, ready, told))
        for n in range(people)
    ]
    for process in running:
        process.start()
    ready.wait()
    started = time.monotonic()
    said: dict[str, set[str]] = {}
    for _ in running:
        for name, mark in told.get(timeout=120):
            said.setdefault(name, set()).add(mark)
    for process in running:
        process.join(timeout=30)
        assert process.exitcode == 0
    took = time.monotonic() - started
    written = sum(map(len, said.values()))
    print(f"{people} processes, {written} changes in {took:.1f} s")
    with open_store(url, folder / "vault", key_dir=folder, actor="check") as store:
        for number in range(CASES):
            name = case(number)
            state = store.state(name)
            marks = state.body["marks"]
            assert sorted(marks) == sorted(said.get(name, ()))
            events = list(store.events(name))
            assert [event.body["mark"] for event in events[1:]] == marks
            assert [event.revision for event in events] == list(range(1, state.revision + 1))
            assert {event.actor for event in events[1:]} == {mark.split("/")[0] for mark in marks}
        assert list(store.verify()) == []  # every chain, event and state


def test_four_processes_on_sqlite(tmp_path):
    together(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path, people=4, changes=18)


@pytest.mark.postgres
def test_twenty_processes_on_postgresql(postgres_url, tmp_path):
    together(postgres_url, tmp_path, people=20, changes=9)
