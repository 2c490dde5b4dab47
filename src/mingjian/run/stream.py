"""Many small requests through several sandboxes, in order and in constant memory.

For tables of records: each request holds a batch under `records`. A batch that kills its
child is cut in halves until the record that does it stands alone; the others get their result.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mingjian.intake.limits import Limits
from mingjian.run.attempts import attempt_all
from mingjian.run.frames import Json
from mingjian.run.outcome import Outcome, State
from mingjian.run.sandbox import Sandbox

AHEAD = 2
"""Requests under way or waiting per sandbox."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A request, or the part of one, with what became of it.

    Where `outcome` is not done, `request` holds a single record.
    """

    request: Mapping[str, object]
    outcome: Outcome


class Stream:
    """Sandboxes that stay ready for one `function` between calls; close it when done.

    The limit on an item's time is that of a batch.
    """

    def __init__(
        self, function: str, limits: Limits, workers: int, scratch: Path | None = None
    ) -> None:
        self._made = (function, limits, scratch)
        self._workers = workers
        self._local = threading.local()
        self._boxes: list[Sandbox] = []
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="mingjian-stream")

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for box in self._boxes:
            box.close()

    def answers(self, requests: Iterable[Mapping[str, object]]) -> Iterator[Piece]:
        """Pieces in request order, in constant memory. `SandboxBroken` if no child starts."""
        source = iter(requests)
        waiting: deque[Future[list[Piece]]] = deque()
        while True:
            room = self._workers * AHEAD - len(waiting)
            waiting.extend(
                self._pool.submit(self._answer, request) for request in islice(source, room)
            )
            if not waiting:
                return
            yield from waiting.popleft().result()

    def _answer(self, request: Mapping[str, object]) -> list[Piece]:
        # One sandbox per thread, made in it: a child dies with the thread that started it.
        if not hasattr(self._local, "box"):
            self._local.box = Sandbox(*self._made)
            self._boxes.append(self._local.box)
        return list(_halving(self._local.box, request))


def stream(
    function: str,
    requests: Iterable[Mapping[str, object]],
    limits: Limits,
    workers: int,
    scratch: Path | None = None,
) -> Iterator[Piece]:
    """Run `function` over all requests with `workers` sandboxes; pieces in request order.

    The limit on an item's time is that of a batch. Raises `SandboxBroken` if no child starts.
    """
    with Stream(function, limits, workers, scratch) as ready:
        yield from ready.answers(requests)


def _halving(sandbox: Sandbox, request: Mapping[str, object]) -> Iterator[Piece]:
    records = request["records"]
    assert isinstance(records, list)
    if len(records) > 1:
        (outcome,) = sandbox.run([request])
        if outcome.state is State.DONE:
            yield Piece(request, outcome)
            return
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]):
            part: Json = {**request, "records": half}
            yield from _halving(sandbox, part)
        return
    (attempted,) = attempt_all(sandbox, [request])
    yield Piece(request, attempted.outcome)
