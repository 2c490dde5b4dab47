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
    local = threading.local()
    boxes: list[Sandbox] = []

    def answer(request: Mapping[str, object]) -> list[Piece]:
        # One sandbox per thread, made in it: a child dies with the thread that started it.
        if not hasattr(local, "box"):
            local.box = Sandbox(function, limits, scratch)
            boxes.append(local.box)
        return list(_halving(local.box, request))

    source = iter(requests)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="mingjian-stream")
    try:
        waiting: deque[Future[list[Piece]]] = deque()
        while True:
            room = workers * AHEAD - len(waiting)
            waiting.extend(pool.submit(answer, request) for request in islice(source, room))
            if not waiting:
                return
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for box in boxes:
            box.close()


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
