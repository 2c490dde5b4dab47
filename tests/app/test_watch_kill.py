"""Killed ten times at random: each item of three sources examined once, none lost, alerts once."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.app.watch_fakes import put_in_place

from mingjian.app import watch as module
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.app.watch_config import read_watch
from mingjian.app.watch_push import push, spool_folder
from mingjian.run.confine import die_with_parent
from mingjian.store import watch as kept
from mingjian.store import watch_hours
from mingjian.store.watch_tables import EXAMINED

EACH, KILLS = 667, 10
CONFIG = """
name = "desk"
every = 0.1
[[source]]
name = "drop"
type = "drop"
path = "drop.jsonl"
text = "body"
[[source]]
name = "box"
type = "maildir"
path = "box"
[[source]]
name = "push"
type = "push"
"""


def _life(folder: Path, settings: Settings, *, once: bool) -> int:
    """A process that watches; the number of the process."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    die_with_parent(parent)
    try:
        told = folder / "told.jsonl"

        def on_counts(batch: module.CountsBatch) -> None:
            total = sum(one.count for one in batch.counts if one.aspect == "items")
            with told.open("a") as file:
                file.write(json.dumps([batch.key, total]) + "\n")

        watch = read_watch(folder / "watch.toml")
        module.run_watch(watch, settings, once=once, on_counts=on_counts)
        os._exit(0)
    except BaseException:
        os._exit(1)


class _Writers:
    """Add to the three sources bit by bit, as others would while the watch runs."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder, self.settings, self.made = folder, settings, 0
        for name in ("new", "cur", "tmp"):
            (folder / "box" / name).mkdir(parents=True)

    def write(self, count: int) -> None:
        with (self.folder / "drop.jsonl").open("a") as drop:
            for number in range(self.made, min(self.made + count, EACH)):
                line = json.dumps({"body": f"drop {number}"})
                drop.write(line[:9])  # a torn line, for a moment
                drop.flush()
                drop.write(line[9:] + "\n")
                fresh = self.folder / "box" / "tmp" / "x"
                fresh.write_text(f"From: a@b.example\n\nmail {number}")
                fresh.rename(self.folder / "box" / "new" / f"17000{number:05}.M1.host")
                given = {"settings": self.settings, "watch": "desk", "source": "push"}
                key = push(f"push {number}", id=str(number), **given)
                if number % 5 == 0:  # the answer was lost, and it is pushed again
                    assert push(f"push {number}", id=str(number), **given) == key
                self.made = number + 1


def test_each_item_once_and_none_lost(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(monkeypatch)
    (tmp_path / "watch.toml").write_text(CONFIG)
    dice = random.Random(5)
    writers = _Writers(tmp_path, settings)
    assert os.waitpid(_life(tmp_path, settings, once=True), 0)[1] == 0  # makes the spool
    for _ in range(KILLS):
        pid = _life(tmp_path, settings, once=False)
        writers.write(EACH // KILLS // 2)
        time.sleep(dice.uniform(0.05, 0.6))
        writers.write(EACH // KILLS // 2)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    writers.write(EACH)
    assert os.waitpid(_life(tmp_path, settings, once=True), 0)[1] == 0
    with opened_store(settings) as store:
        sources = kept.sources(store.database, "desk")
        for source in sources:
            found = list(kept.items(store.database, source.id))
            assert {one.state for one in found} == {EXAMINED}
            assert len({one.sha256 for one in found}) == len(found) == EACH
        assert len(sources) == 3
        tallies = [watch_hours.totals(store.database, source.id) for source in sources]
    assert [one["examined"] for one in tallies] == [EACH] * 3
    assert not list(spool_folder(settings, "desk", "push").glob("*.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    totals = dict(map(tuple, lines))  # the same key again is the same batch again
    assert all(len(set(Counter(t for k, t in lines if k == key))) == 1 for key in totals)
    assert sum(totals.values()) == 3 * EACH
