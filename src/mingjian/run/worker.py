"""The trusted half of a worker: leases items, has them examined, keeps what was found.

It holds the database and the custody key and parses nothing; its sandboxed child parses and
holds neither. Called by `start` in a process of its own, or by ``mingjian worker`` on another
machine.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingjian.domain.message import Message
from mingjian.run.answer import BadAnswer, checked_records, keep_parts, refused_record
from mingjian.run.attempts import Attempted, attempt_all
from mingjian.run.outcome import State
from mingjian.run.sandbox import Sandbox
from mingjian.run.task import Task
from mingjian.store.store import Store
from mingjian.store.work import ItemResult, Leased

CHUNK = 64
"""Most items per lease and per transaction."""
BATCH_BYTES = 64 << 20
"""Items are taken in and examined in batches of at most this, unless one alone is larger."""
FLUSH_SECONDS = 2.0
"""Results wait no longer than about this to be written."""
IDLE_SECONDS = 0.1
CAREFUL_FROM = 2
"""An item blamed as often as this for the death of its worker has all of its chunk examined
one by one, each result written at once, so that the next death shows which item it is …"""
GIVE_UP_AT = 5
"""… which is recorded as not examined when it has been blamed so often."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """An item whose bytes the trusted half has read and hashed itself."""

    leased: Leased
    sha256: str
    path: Path
    """What the child reads: the copy in the vault, or the original."""


def work(
    task: Task,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
    sandbox: Sandbox | None = None,
) -> None:
    """Take part in a run until nothing of it is left, or `stop` says so.

    In `sandbox`, which stays open, or one of its own. Raises `SandboxBroken` or `StoreProblem`.
    """
    if sandbox is None:
        with task.sandbox(owner) as own:
            work(task, owner, stop, own)
        return
    with task.open_store() as store, _heartbeat(task, owner):
        worker = _Worker(task, owner, store, sandbox)
        try:
            while not stop():
                progress = store.progress(task.run)
                if progress.left == 0:
                    return
                count = max(1, min(CHUNK, progress.left // (task.workers * 2)))
                leased = store.lease(task.run, owner, count, task.lease_seconds)
                if leased:
                    worker.examine(leased)
                else:
                    time.sleep(IDLE_SECONDS)
        finally:
            store.release(task.run, owner)


@contextlib.contextmanager
def _heartbeat(task: Task, owner: str) -> Iterator[None]:
    """Renew this worker's leases from a thread of its own while it examines."""
    ended = threading.Event()

    def beat() -> None:
        with task.open_store() as store:
            while not ended.wait(task.lease_seconds / 4):
                # A database that is away for a moment costs a beat, not the worker.
                with contextlib.suppress(Exception):
                    store.renew(task.run, owner, task.lease_seconds)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5.0)


class _Worker:
    def __init__(self, task: Task, owner: str, store: Store, sandbox: Sandbox) -> None:
        self.task = task
        self.owner = owner
        self.store = store
        self.sandbox = sandbox
        self._results: list[ItemResult] = []
        self._flushed = time.monotonic()

    def examine(self, leased: Sequence[Leased]) -> None:
        """Examine leased items and write what was found, now and then and at the end."""
        if leased[0].blamed >= GIVE_UP_AT:
            self._refuse(leased[0], _GAVE_UP, None)
            self._flush()
            leased = leased[1:]
        careful = any(one.blamed >= CAREFUL_FROM for one in leased)
        for batch in ([one] for one in leased) if careful else _batches(leased):
            taken = [one for one in map(self._take, batch) if one is not None]
            requests = [self._request(one) for one in taken]
            for one, attempted in zip(taken, attempt_all(self.sandbox, requests), strict=True):
                self._results.append(self._result(one, attempted))
                if time.monotonic() - self._flushed > FLUSH_SECONDS:
                    self._flush()
            self.sandbox.clear_spool()
            if careful:
                self._flush()
        self._flush()

    def _flush(self) -> None:
        if self._results:
            self.store.finish_chunk(self.task.run, self._results)
        self._results = []
        self._flushed = time.monotonic()

    def _take(self, leased: Leased) -> _Taken | None:
        """Hash an item's bytes, copying them in the same pass; refuse what cannot be read."""
        path = Path(leased.item.path)
        try:
            if self.task.vault == "copy":
                sha256, _ = self.store.vault.put_file(path, follow=False)
                path = self.store.vault.path(sha256)
            else:
                sha256, _ = self.store.vault.hash_file(path, follow=False)
        except (OSError, ValueError) as error:
            self._refuse(leased, _unreadable(error), None)
            return None
        return _Taken(leased, sha256, path.absolute())

    def _request(self, taken: _Taken) -> dict[str, object]:
        item = taken.leased.item
        return {
            "path": str(taken.path),
            "name": item.name,
            "declared": item.declared,
            "skip": [],
            "spool": str(self.sandbox.spool),
            "options": self.task.options,
        }

    def _result(self, taken: _Taken, attempted: Attempted) -> ItemResult:
        outcome, keeping = attempted.outcome, self.task.vault == "copy"
        why = outcome.reason()
        if outcome.state is State.DONE and outcome.result is not None:
            try:
                records = checked_records(outcome.result, taken.sha256)
                kept: frozenset[str] = frozenset()
                if keeping:
                    vault, spool = self.store.vault, self.sandbox.spool
                    kept = keep_parts(outcome.result, records, vault, spool) | {taken.sha256}
                return ItemResult(
                    leased=taken.leased, records=records, vaulted=kept, skip=attempted.skip
                )
            except BadAnswer as error:
                why = Message(
                    f"检验进程的答复有误（{error}），不予采信。",
                    f"The examining process gave a wrong answer ({error}), "
                    "which was not relied on.",
                )
        return ItemResult(
            leased=taken.leased,
            records=[refused_record(taken.leased.item, why, taken.path)],
            vaulted=frozenset({taken.sha256}) if keeping else frozenset(),
            skip=attempted.skip,
            failure=why,
        )

    def _refuse(self, leased: Leased, why: Message, content: Path | None) -> None:
        record = refused_record(leased.item, why, content)
        self._results.append(ItemResult(leased=leased, records=[record], failure=why))


_GAVE_UP = Message(
    "检验此件时工作进程多次异常终止，已放弃。",
    "The worker ended unexpectedly each time it examined this item, so it was given up.",
)


def _unreadable(error: Exception) -> Message:
    match error:
        case FileNotFoundError():
            return Message("文件已不存在。", "The file is no longer there.")
        case PermissionError():
            return Message("没有读取该文件的权限。", "There is no permission to read the file.")
        case OSError(errno=errno.ELOOP):
            return Message(
                "这是符号链接，不跟随；请直接给出其目标。",
                "It is a symbolic link, which is not followed; name its target itself.",
            )
        case OSError(errno=None) | ValueError():
            return Message("不是普通文件。", "It is not an ordinary file.")
    return Message(
        f"无法读取该文件（{type(error).__name__}）。",
        f"The file cannot be read ({type(error).__name__}).",
    )


def _batches(leased: Sequence[Leased]) -> Iterator[list[Leased]]:
    """Items that are examined one after another with all their bytes taken in before."""
    batch: list[Leased] = []
    held = 0
    for one in leased:
        if batch and held + one.item.size > BATCH_BYTES:
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += one.item.size
    if batch:
        yield batch
