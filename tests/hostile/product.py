"""Mingjian as a user runs it: through its command line, in a home of its own, watched."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-P", "-m", "mingjian.cli.main")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended; `peak` is the resident memory of its whole process tree."""

    code: int
    out: str
    err: str
    peak: int
    seconds: float


@cache
def schema() -> Any:
    from jsonschema import Draft202012Validator

    text = (ROOT / "docs/reference/examination.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def children(pid: int) -> list[int]:
    """Direct children, those of every thread."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
            found += map(int, text.split())
    return found


def tree(pid: int) -> list[int]:
    """A process and all below it, parents first."""
    found = [pid]
    for one in found:
        found += children(one)
    return found


def _private(pid: int) -> int:
    """Resident bytes that are no file's pages (field 2 less field 3 of statm)."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        numbers = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(numbers[1]) - int(numbers[2])) * PAGE
    return 0


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.05):
            self.peak = max(self.peak, sum(map(_private, tree(self.pid))))


@dataclass(slots=True)
class Product:
    """An installation: its home, and what is set for it in the environment."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()
    """What runs the command, such as ``setpriv …``."""

    def start(self, *arguments: str | Path, **more: Any) -> subprocess.Popen[bytes]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MINGJIAN_")}
        given = {
            "MINGJIAN_HOME": str(self.home),
            "MINGJIAN_LANGUAGE": "en",
            "MINGJIAN_WORKERS": "1",
        }
        return subprocess.Popen(
            [*self.prefix, *COMMAND, *map(str, arguments)],
            env={**clean, **given, **self.environment},
            **{
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "stdin": subprocess.DEVNULL,
                **more,
            },
        )

    def run(self, *arguments: str | Path, **more: Any) -> Ended:
        began = time.monotonic()
        process = self.start(*arguments, **more)
        watch = _Watch(process.pid)
        watch.start()
        out, err = process.communicate()
        watch.ended.set()
        watch.join()
        return Ended(
            code=process.returncode,
            out=(out or b"").decode("utf-8"),
            err=(err or b"").decode("utf-8", "replace"),
            peak=watch.peak,
            seconds=time.monotonic() - began,
        )

    def examine(self, *paths: str | Path, expect: int = 0, **more: Any) -> Examination:
        """Examine, and hold the outcome against the published schema and the report's promise."""
        report = self.home.parent / f"{self.home.name}.html"
        ended = self.run("examine", *paths, "--json", "--report", report, **more)
        assert ended.code == expect, ended.err
        found = json.loads(ended.out)
        wrong = next(schema().iter_errors(found), None)
        assert wrong is None, (list(wrong.absolute_path), wrong.message[:300])
        page = report.read_text("utf-8")
        assert page.rstrip().endswith("</html>")
        assert "<script" not in page.lower()
        return Examination(found, ended)

    def problems(self) -> list[str]:
        """What `custody verify` would name, asked of the same use case without a new process."""
        from mingjian.app.keeping import verify_store
        from mingjian.app.settings import load_settings

        database = self.environment.get("MINGJIAN_DATABASE")
        settings = load_settings(home=self.home, database=database)
        return [f"{one.where}: {one.what.en}" for one in verify_store(settings)]

    def verify(self) -> list[str]:
        """What `custody verify` names."""
        ended = self.run("custody", "verify", "--json")
        found = json.loads(ended.out)
        assert ended.code == (0 if found["intact"] else 1), ended.err
        return [f"{one['where']}: {one['what']['en']}" for one in found["problems"]]


@dataclass(frozen=True, slots=True)
class Examination:
    """The JSON of an examination, with what it cost."""

    json: Mapping[str, Any]
    ended: Ended

    @property
    def evidence(self) -> list[dict[str, Any]]:
        return list(self.json["evidence"])

    @property
    def items(self) -> list[dict[str, Any]]:
        return [one for one in self.evidence if one["parent"] is None]

    def of(self, name: str) -> Iterator[dict[str, Any]]:
        """The records of an item and of its parts."""
        for one in self.evidence:
            path = one["path"].partition("/")[2]
            if path == name or path.startswith(name + "/"):
                yield one

    def reasons(self, name: str) -> str:
        """All that was not examined of an item, and why."""
        return "\n".join(gap["why"]["en"] for one in self.of(name) for gap in one["not_examined"])

    def states(self, name: str) -> dict[str, str]:
        """Detector: state, of the item itself."""
        own = next(self.of(name))
        return {one["detector"]: one["state"] for one in own["examinations"]}


def check_complete(done: Examination, folder: Path) -> None:
    """Every entry of the folder has exactly one record, with an examination or a reason."""
    there = sorted(
        os.fsencode(os.path.relpath(os.path.join(parent, name), folder.parent))
        for parent, folders, names in os.walk(folder)
        for name in [*names, *(n for n in folders if os.path.islink(os.path.join(parent, n)))]
    )
    listed = sorted(os.fsencode(one["path"]) for one in done.items)
    assert listed == there
    for one in done.evidence:
        assert one["examinations"] or one["not_examined"] or one["not_applicable"], one["path"]


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
