"""Sandboxes and runs over the functions in `fakes`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mingjian.intake.limits import Limits
from mingjian.run.sandbox import Sandbox
from mingjian.run.task import Task
from mingjian.store.work import Item

QUICK = Limits(item_seconds=3.0, detector_seconds=0.7, memory_bytes=512 << 20)


@pytest.fixture(autouse=True)
def _fakes_are_found(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.fixture
def sandbox(tmp_path):
    """A function that makes sandboxes, closed after the test."""
    made = []

    def make(function, limits=QUICK, **more):
        made.append(Sandbox(f"fakes:{function}", limits, tmp_path / "scratch", **more))
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert list((tmp_path / "scratch").iterdir()) == []


class Job:
    """Files, a run over them, and the task that examines it."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        (folder / "in").mkdir()

    def write(self, *texts):
        for number, text in enumerate(texts):
            (self.folder / "in" / f"{number:05}").write_text(text)
        return self

    def task(self, function, **more):
        task = Task(
            database_url=self.url,
            vault_dir=str(self.folder / "vault"),
            key_dir=str(self.folder),
            actor="examiner",
            run=0,
            function=f"fakes:{function}",
            **{"limits": {"item_seconds": 3.0, "detector_seconds": 0.7}, **more},
        )
        items = [
            Item(path=str(file), name=file.name, size=file.lstat().st_size, mtime=1.0)
            for file in sorted((self.folder / "in").iterdir())
        ]
        with task.open_store() as store:
            run = store.create_or_resume_run("A", ["in"], "d" * 64, items, {})
        return replace(task, run=run.id)


@pytest.fixture
def job(tmp_path):
    """A job on SQLite."""
    return Job(f"sqlite:///{tmp_path / 'mingjian.sqlite3'}", tmp_path)


@pytest.fixture
def job_on_either(database_url, tmp_path):
    return Job(database_url, tmp_path)
