"""Many small records through sandboxed children, in order, in constant memory.

Each worker thread owns one child; the threads only move bytes, so two children keep two cores
busy. A batch that kills its child is cut in halves until the one record that does it stands
alone; that record is tried again without the detector that was running.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from mingjian.app.errors import BrokenError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.run.outcome import Outcome, State
from mingjian.run.sandbox import Sandbox, SandboxBroken, remove_stale_spools

FUNCTION = "mingjian.app.pipeline:examine_records"
BATCH = 256
AHEAD = 4
"""Batches in flight per worker: enough that no child waits, few enough to stay small."""
RETRIES = 8

Request = Mapping[str, object]


class _Worker:
    """One child and what is asked of it."""

    def __init__(self, settings: Settings, declared: EvidenceKind | None) -> None:
        limits = settings.limits.limits()
        self._sandbox = Sandbox(FUNCTION, limits, settings.home / "scratch")
        self._options = settings.examination_options()
        self._declared = declared.value if declared else None

    def close(self) -> None:
        self._sandbox.close()

    def _ask(self, records: Sequence[Request], skip: Sequence[Request] = ()) -> Outcome:
        request = {
            "options": self._options,
            "declared": self._declared,
            "records": records,
            "skip": skip,
            "spool": str(self._sandbox.spool),
        }
        (outcome,) = list(self._sandbox.run([request]))
        if any(self._sandbox.spool.iterdir()):
            self._sandbox.clear_spool()
        return outcome

    def lines(self, records: Sequence[Request]) -> list[str]:
        """One line per record, whatever happens to the child."""
        outcome = self._ask(records)
        if outcome.result is not None:
            found: Any = outcome.result["lines"]
            return list(found)
        if len(records) > 1:
            middle = len(records) // 2
            return self.lines(records[:middle]) + self.lines(records[middle:])
        return [self._stubborn(records[0], outcome)]

    def _stubborn(self, record: Request, outcome: Outcome) -> str:
        skip: list[Request] = []
        while len(skip) < RETRIES:
            detector, _, _ = outcome.step.partition("|")
            if "." not in detector or any(item["step"] == outcome.step for item in skip):
                break
            state = "timed_out" if outcome.state is State.TIMED_OUT else "failed"
            skip.append(
                {"step": outcome.step, "state": state, "reason": outcome.reason().as_json()}
            )
            outcome = self._ask([record], skip)
            if outcome.result is not None:
                found: Any = outcome.result["lines"]
                return str(found[0])
        return error_line(record["id"], outcome.reason())


def error_line(identity: object, reason: Message) -> str:
    """The output line of a record that could not be examined."""
    return json.dumps({"id": identity, "error": reason.as_json()}, ensure_ascii=False)


def _batches(records: Iterable[Request]) -> Iterator[list[Request]]:
    stream = iter(records)
    while batch := list(islice(stream, BATCH)):
        yield batch


_Answer = tuple[int, list[str] | BaseException]


def examine_stream(
    records: Iterable[Request], settings: Settings, declared: EvidenceKind | None
) -> Iterator[list[str]]:
    """Lists of output lines, in the order of the records (see `pipeline.examine_records`)."""
    (settings.home / "scratch").mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_stale_spools(Path(settings.home / "scratch"))
    asked: queue.Queue[tuple[int, list[Request]] | None] = queue.Queue()
    answered: queue.Queue[_Answer] = queue.Queue()

    def work() -> None:
        worker = _Worker(settings, declared)
        try:
            while (task := asked.get()) is not None:
                number, batch = task
                answered.put((number, worker.lines(batch)))
        except BaseException as error:
            answered.put((-1, error))
        finally:
            worker.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(settings.workers)]
    for thread in threads:
        thread.start()
    try:
        yield from _in_order(_batches(records), asked, answered, AHEAD * settings.workers)
    finally:
        for _ in threads:
            asked.put(None)
        for thread in threads:
            thread.join(timeout=30)


def _in_order(
    batches: Iterator[list[Request]],
    asked: queue.Queue[tuple[int, list[Request]] | None],
    answered: queue.Queue[_Answer],
    window: int,
) -> Iterator[list[str]]:
    """Keep `window` batches under way and hand their answers out in order."""
    waiting: dict[int, list[str]] = {}
    sent = given = 0
    more = True
    while True:
        while more and sent - given < window:
            batch = next(batches, None)
            if batch is None:
                more = False
                break
            asked.put((sent, batch))
            sent += 1
        if given == sent:
            return
        number, lines = answered.get()
        if isinstance(lines, SandboxBroken):
            raise BrokenError(lines.what) from None
        if isinstance(lines, BaseException):
            raise lines
        waiting[number] = lines
        while given in waiting:
            yield waiting.pop(given)
            given += 1
