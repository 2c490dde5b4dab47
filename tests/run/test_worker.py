"""Workers and the executor: everything is examined exactly once, whoever is killed when."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, replace

import pytest

from mingjian.run.executor import RunBroken, Standby, execute, owner_name, release_of_the_dead
from mingjian.run.sandbox import SandboxBroken, alive
from mingjian.run.worker import GIVE_UP_AT, work


def check_whole(job, task, count):
    """Every item exactly once, custody whole, nothing left lying about."""
    with task.open_store() as store:
        rows = [row for row in store.results(task.run) if row.number == 0]
        assert [row.ordinal for row in rows] == list(range(count))
        assert list(store.verify()) == []
        actions = Counter(entry.action for entry in store.entries("A"))
        assert actions["examined"] + actions["refused"] == len(list(store.results(task.run)))
        assert store.owners(task.run) == []
        assert [file.name for file in store.vault.scratch.glob("spool-*")] == []
        return rows


def test_an_executor_examines_all_on_either_database(job_on_either):
    task = job_on_either.write(*(f"text {n}" for n in range(90))).task("examine", workers=2)
    seen = []
    progress = execute(task, seen.append)
    assert (progress.done, progress.failed) == (90, 0)
    assert seen[-1] == progress
    check_whole(job_on_either, task, 90)
    assert execute(task).done == 90


def test_parts_are_hashed_again_and_kept(job):
    task = job.write("a", "b LIAR").task("examine_with_part")
    work(task, owner_name())
    good, liar = check_whole(job, task, 2)
    with task.open_store() as store:
        parts = [row.record for row in store.results(task.run) if row.number]
        assert len(parts) == 2
        for part in parts:
            assert part["parent"] == good.record["sha256"]
            assert store.vault.path(part["sha256"]).read_bytes().startswith(b"part ")
        assert store.progress(task.run).failed == 1
    (refusal,) = liar.record["not_examined"]
    assert "hash of a part" in refusal["why"]["en"]


def test_by_reference_nothing_is_copied(job):
    task = job.write("a").task("examine_with_part", vault="reference")
    work(task, owner_name())
    check_whole(job, task, 1)
    with task.open_store() as store:
        assert list(store.vault.folder.glob("??")) == []
        assert [row.vaulted for row in store.find_evidence("")] == [False] * 3


def test_hostile_items_cost_only_their_detector(job):
    words = ["a", "segfault", "b", "loop", "bomb", "raise", "exit", "c"]
    task = job.write(*words).task("examine_hostile")
    work(task, owner_name())
    rows = check_whole(job, task, len(words))
    skipped = {word: row.record.get("skipped") for word, row in zip(words, rows, strict=True)}
    assert skipped == {
        "a": [],
        "b": [],
        "c": [],
        "segfault": ["failed"],
        "exit": ["failed"],
        "loop": ["timed_out"],
        "bomb": ["not_examinable"],
        "raise": None,
    }
    (refusal,) = rows[words.index("raise")].record["not_examined"]
    assert "TypeError" in refusal["why"]["en"]


def test_what_cannot_be_read_is_refused_visibly(job):
    job.write("a", "b")
    folder = job.folder / "in"
    os.mkfifo(folder / "fifo")
    (folder / "link").symlink_to("nowhere")
    task = job.task("examine")
    (folder / "00001").unlink()
    work(task, owner_name())
    rows = check_whole(job, task, 4)
    said = {
        row.record["path"]: row.record["not_examined"][0]["why"]["en"]
        for row in rows
        if row.record["sha256"] is None
    }
    assert said == {
        "00001": "The file is no longer there.",
        "fifo": "It is not an ordinary file.",
        "link": "It is a symbolic link, which is not followed; name its target itself.",
    }


def test_an_item_that_keeps_killing_its_worker_is_given_up(job):
    task = job.write("a", "b", "c").task("examine")
    with task.open_store() as store:
        for _ in range(GIVE_UP_AT):
            store.lease(task.run, "dead", 9, 60)
            store.release(task.run, "dead", died=True)
    work(task, owner_name())
    rows = check_whole(job, task, 3)
    assert [row.record["kind"] for row in rows] == ["unknown", "text", "text"]
    assert "given up" in rows[0].record["not_examined"][0]["why"]["en"]


def test_an_item_that_kills_its_worker_costs_only_itself(job):
    """Here the sandbox kills its parent, as a defect in the trusted half would."""
    words = ["a", "b", "murder", "c", "d"]
    task = job.write(*words).task("examine_hostile", workers=1)
    execute(task)
    rows = check_whole(job, task, len(words))
    kinds = [row.record["kind"] for row in rows]
    assert kinds == ["text", "text", "unknown", "text", "text"]


def test_a_function_that_does_not_load_stops_the_run_in_words(job):
    task = job.write("a").task("absent")
    with pytest.raises(SandboxBroken):
        work(task, owner_name())
    with pytest.raises(RunBroken, match="AttributeError"):
        execute(task)


# ---- a worker that stands by ------------------------------------------------------------


def test_a_worker_standing_by_takes_the_run_when_there_is_one(job):
    more = {"prepare": "fakes:prepare", "options": {"a": 1}}
    task = job.write("a", "b").task("examine_after_preparing", **more)
    with Standby(replace(task, run=0)) as standby:
        (process,) = children(os.getpid())
        until(lambda: children(process))  # its child has started before there is a run
        seen = set()
        progress = execute(task, lambda _: seen.update(children(os.getpid())), standby)
        assert (progress.done, progress.failed) == (2, 0)
        assert process in seen
    assert not alive(process)
    check_whole(job, task, 2)


def test_a_worker_standing_by_for_nothing_ends_with_all_it_started(job):
    task = job.write("a").task("examine")
    with Standby(replace(task, run=0)):
        (process,) = children(os.getpid())
        until(lambda: children(process))
        (child,) = children(process)
    assert not alive(process)
    until(lambda: not alive(child))
    assert list((job.folder / "vault" / "tmp").glob("spool-*")) == []


def test_a_worker_that_died_standing_by_is_replaced(job):
    task = job.write("a", "b").task("examine")
    with Standby(replace(task, run=0)) as standby:
        (process,) = children(os.getpid())
        os.kill(process, signal.SIGKILL)
        assert execute(task, standby=standby).done == 2
    check_whole(job, task, 2)


def test_workers_are_told_to_end_once_so_that_they_can_tidy_up(job, monkeypatch):
    told = Counter()
    terminate = subprocess.Popen.terminate

    def counted(process):
        told[process.pid] += 1
        terminate(process)

    def interrupted(progress):
        if progress.done:
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "terminate", counted)
    task = job.write(*"abcdefgh" * 40).task("examine_slowly")
    with Standby(replace(task, run=0)) as standby, pytest.raises(KeyboardInterrupt):
        execute(task, interrupted, standby)
    assert set(told.values()) == {1}
    assert list((job.folder / "vault" / "tmp").glob("spool-*")) == []


def test_only_leases_of_dead_executors_are_released(job):
    task = job.write("a", "b").task("examine")
    host = owner_name().partition(":")[0]
    with task.open_store() as store:
        for owner in (owner_name(), f"{host}:{2**22 + 1}:x"):
            assert len(store.lease(task.run, owner, 1, 60)) == 1
        assert release_of_the_dead(store, task.run) == 1
        assert len(store.owners(task.run)) == 1


# ---- kill -9 ----------------------------------------------------------------------------

PARENT = """
import json, sys
from mingjian.run.executor import execute
from mingjian.run.task import Task
execute(Task(**json.loads(sys.argv[1])))
"""


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as listed:
        return [int(number) for number in listed.read().split()]


def start(task):
    line = json.dumps(asdict(task))
    return subprocess.Popen([sys.executable, "-c", PARENT, line])


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.mark.parametrize("whom", ["worker", "child", "parent"])
def test_kill_9_in_the_middle_and_run_again(job, whom):
    count = 600
    task = job.write(*(f"text {n}" for n in range(count))).task("examine_slowly", workers=2)
    parent = start(task)
    with task.open_store() as store:
        until(lambda: store.progress(task.run).done > 50)
        workers = children(parent.pid)
        boxes = [box for worker in workers for box in children(worker)]
        assert len(workers) == 2
        assert boxes
        victim = {"worker": workers[0], "child": boxes[0], "parent": parent.pid}[whom]
        os.kill(victim, signal.SIGKILL)
        if whom == "parent":
            parent.wait()
            until(lambda: not any(map(running, workers + boxes)), 10)
            assert store.progress(task.run).left > 0
            execute(task)
        else:
            assert parent.wait(60) == 0
    rows = check_whole(job, task, count)
    assert len({row.record["sha256"] for row in rows}) == count
    with task.open_store() as store:
        assert store.progress(task.run).done == count


def running(pid):
    """Alive and no zombie (whoever adopts orphans here may not reap them)."""
    if not alive(pid):
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
