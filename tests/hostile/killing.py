"""Examining through the command line while processes are killed; shared with the full-size run.

`.venv/bin/python -m tests.hostile.killing 5000` does at full size what the tests do small.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.hostile.product import Examination, Product, check_complete, children, wait_until

WHOM = ("worker", "child", "parent", "group", "interrupt", "terminate")


def make_items(folder: Path, count: int) -> None:
    """Small texts, each its own, over some folders."""
    for number in range(count):
        place = folder / f"{number % 10}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:05}.txt").write_text(f"item {number} 电话 13800138000\n", "utf-8")


def done_so_far(home: Path) -> int:
    """Items with a result, read beside the running examination."""
    import sqlite3

    file = home / "mingjian.sqlite3"
    if not file.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            row = database.execute("select coalesce(max(done), 0) from run").fetchone()
    except sqlite3.Error:
        return 0
    return int(row[0])


def kill_in_the_middle(product: Product, folder: Path, count: int, whom: str) -> None:
    """Start, kill someone when a tenth is done, and wait until nobody of them is left."""
    process = product.start("examine", folder, "--json", start_new_session=True)
    wait_until(lambda: done_so_far(product.home) >= count // 10 or _ended(process))
    workers = children(process.pid)
    boxes = [one for worker in workers for one in children(worker)]
    assert workers
    assert boxes
    match whom:
        case "worker":
            # In the tests this stands for the sandbox as well: one after the other.
            os.kill(boxes[0], signal.SIGKILL)
            wait_until(lambda: done_so_far(product.home) >= count // 4 or _ended(process))
            with contextlib.suppress(ProcessLookupError):  # all may be done by now
                os.kill(workers[-1], signal.SIGKILL)
        case "child":
            for one in boxes:
                os.kill(one, signal.SIGKILL)
        case "parent":
            os.kill(process.pid, signal.SIGKILL)
        case "group":
            os.killpg(process.pid, signal.SIGKILL)
        case "interrupt":
            os.killpg(process.pid, signal.SIGINT)
        case "terminate":
            os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate()
    expected = {"worker": 0, "child": 0, "interrupt": 130, "terminate": 143}.get(whom, -9)
    assert process.returncode == expected, (process.returncode, err)
    if whom in ("interrupt", "terminate"):
        assert b"run the same command to continue" in err, err
    wait_until(lambda: not any(map(_running, workers + boxes)), 15)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def _running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def check_once(product: Product, done: Examination, folder: Path, count: int) -> None:
    """Every item exactly once, in the JSON and in custody, which is whole."""
    check_complete(done, folder)
    assert len(done.items) == count
    assert max(Counter(one["path"] for one in done.items).values()) == 1
    assert done.json["custody"]["problems"] == []
    export = product.home.parent / "export.jsonl"
    ended = product.run("custody", "export", export, "--case", "unfiled")
    assert ended.code == 0, ended.err
    entries = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    actions = Counter(one.get("action") for one in entries)
    assert actions["examined"] == len(done.evidence) * done.json["run"], actions
    assert product.run("custody", "verify", export).code == 0
    assert product.problems() == []
    assert list((product.home / "vault").rglob("spool-*")) == []


def whole(base: Path, count: int, whom: str) -> Examination:
    """Kill in the middle, run again, check."""
    folder = base / "in"
    make_items(folder, count)
    product = Product(base / "home", {"MINGJIAN_WORKERS": "2"})
    kill_in_the_middle(product, folder, count, whom)
    done = product.examine(folder)
    if whom not in ("worker", "child"):
        assert done.json["run"] == 1
    check_once(product, done, folder, count)
    return done


if __name__ == "__main__":
    for one in sys.argv[2:] or WHOM:
        with tempfile.TemporaryDirectory() as scratch:
            found = whole(Path(scratch), int(sys.argv[1]), one)
            print(one, len(found.items), f"{found.ended.seconds:.1f} s", found.ended.peak >> 20)
