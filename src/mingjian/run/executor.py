"""The local executor: starts workers, replaces those that die, stops when all is done."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from mingjian.domain.message import Message
from mingjian.run.sandbox import alive, remove_stale_spools
from mingjian.run.task import Task, task_line
from mingjian.store.store import Store
from mingjian.store.work import Progress

POLL_SECONDS = 0.1
END_SECONDS = 5.0
FRUITLESS = 10
"""So many deaths of workers in a row without one more item done, and the run is stopped."""


class RunBroken(Exception):
    """The run cannot go on; carries the reader's reason. It can be taken up again later."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


@dataclass(slots=True)
class _Worker:
    """A process that waits for the number of its run."""

    process: subprocess.Popen[bytes]
    owner: str
    said: IO[bytes]

    @classmethod
    def started(cls, task: Task) -> _Worker:
        owner = owner_name()
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the worker is buried
        process = subprocess.Popen(
            # -P: never import from the current folder, which may be the evidence.
            [sys.executable, "-P", "-m", "mingjian.run.start"],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.DEVNULL,
        )
        worker = cls(process, owner, said)
        # Not as an argument: the database's address may hold a password.
        worker._tell(task_line(task, owner))
        return worker

    def go(self, run: int) -> None:
        self._tell(b"%d\n" % run)

    def _tell(self, line: bytes) -> None:
        assert self.process.stdin is not None
        # One that died at once is buried with the others.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def terminate(self) -> None:
        """Tell it to end, once: told again it would leave off tidying up."""
        if self.process.poll() is None:
            self.process.terminate()

    def await_end(self) -> None:
        """Give it time to end, then none, and close what leads to it."""
        try:
            self.process.wait(10.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.close()

    def close(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.said.close()


class Standby:
    """A worker that loads what it needs while its run is still being made."""

    def __init__(self, task: Task) -> None:
        self._worker: _Worker | None = _Worker.started(task)

    def __enter__(self) -> Standby:
        return self

    def __exit__(self, *_: object) -> None:
        if (worker := self.take()) is not None:
            worker.terminate()
            worker.await_end()

    def take(self) -> _Worker | None:
        """The worker, the first time; who takes it stops it."""
        worker, self._worker = self._worker, None
        return worker


def execute(
    task: Task,
    report: Callable[[Progress], None] = lambda progress: None,
    standby: Standby | None = None,
) -> Progress:
    """Examine all that is left of a run with `task.workers` processes; how it ended.

    Killed at any moment and called again, it goes on where it was: every item is examined
    exactly once. `report` is called a few times a second. `standby`, made in this thread for the
    same task but for its run, is its first worker. Raises `RunBroken`.
    """
    with task.open_store() as store:
        store.vault.scratch.mkdir(parents=True, exist_ok=True)
        remove_stale_spools(store.vault.scratch)
        release_of_the_dead(store, task.run)
        try:
            return _Executor(task, store, report, standby).run()
        finally:
            remove_stale_spools(store.vault.scratch)


def owner_name() -> str:
    """A lease owner that tells, on this host, whether its executor is still alive."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(6)}"


def release_of_the_dead(store: Store, run: int) -> int:
    """Give back leases whose executor, a process of this host, is no more; how many."""
    host = socket.gethostname()[:32]
    released = 0
    for owner in store.owners(run):
        name, _, rest = owner.partition(":")
        pid = rest.partition(":")[0]
        if name == host and pid.isdigit() and not alive(int(pid)):
            released += store.release(run, owner)
    return released


class _Executor:
    def __init__(
        self,
        task: Task,
        store: Store,
        report: Callable[[Progress], None],
        standby: Standby | None,
    ) -> None:
        self.task = task
        self.store = store
        self.report = report
        self.standby = standby
        self.workers: list[_Worker] = []
        self.deaths = 0
        self.reached = -1

    def run(self) -> Progress:
        try:
            while (progress := self.store.progress(self.task.run)).left:
                self.report(progress)
                if progress.left != self.reached:
                    self.reached, self.deaths = progress.left, 0
                self._bury_and_start(progress.left)
                time.sleep(POLL_SECONDS)
            self._await_end()
        finally:
            self._stop()
        self.report(progress)
        return progress

    def _await_end(self) -> None:
        """Nothing is left: the workers see it too and end by themselves."""
        until = time.monotonic() + END_SECONDS
        for worker in self.workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(max(0.0, until - time.monotonic()))

    def _bury_and_start(self, left: int) -> None:
        for worker in [one for one in self.workers if one.process.poll() is not None]:
            self.workers.remove(worker)
            self._bury(worker)
        while len(self.workers) < min(self.task.workers, left):
            self.workers.append(self._start())

    def _start(self) -> _Worker:
        waiting = self.standby.take() if self.standby is not None else None
        worker = waiting or _Worker.started(self.task)
        worker.go(self.task.run)
        return worker

    def _bury(self, worker: _Worker) -> None:
        """Free what a dead worker had leased, at once; give up if it cannot work here."""
        worker.said.seek(0)
        said = worker.said.read(10_000)
        worker.close()
        died = worker.process.returncode not in (0, 3)
        self.store.release(self.task.run, worker.owner, died=died)
        if worker.process.returncode == 3:
            message = json.loads(said)
            raise RunBroken(Message(message["zh"], message["en"]))
        if died:
            self.deaths += 1
        if self.deaths >= FRUITLESS * self.task.workers:
            raise RunBroken(
                Message(
                    "工作进程接连异常终止，检验已停止；已完成的部分均已保存，可再次运行以继续。",
                    "Workers keep ending unexpectedly, so the run was stopped. What was done is "
                    "kept; run it again to go on.",
                )
            )

    def _stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.await_end()
            self.store.release(self.task.run, worker.owner)
        self.workers = []
