"""The sandboxed child: the only process in which untrusted bytes are parsed.

Started by `sandbox` as ``python -P -m mingjian.run.child IN OUT BOARD PARENT``. The first frame
it reads says which function to load and under which limits; then each frame holds requests,
and one frame goes back for each of them, in order.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from mingjian.run import frames
from mingjian.run.board import Chalk
from mingjian.run.confine import confine, die_with_parent

Step = Callable[[str], None]
Function = Callable[[Mapping[str, object], Step], Mapping[str, object]]


def load(name: str) -> Function:
    """The function at ``module:function``."""
    module, _, attribute = name.partition(":")
    found: Any = getattr(importlib.import_module(module), attribute)
    return found  # type: ignore[no-any-return]


def serve(requests: int, replies: int, board: int) -> None:
    """Answer requests until the pipe ends."""
    setting: Mapping[str, Any] | None = frames.read_frame(requests)
    if setting is None:
        return
    held = confine(int(setting["memory_bytes"]), int(setting["file_bytes"]))
    try:
        function = load(str(setting["function"]))
    except Exception as error:
        _send(replies, {"error": f"{type(error).__name__}: {error}"})
        return
    _send(replies, {"ready": True, "held": held})
    if (given := setting["prepare"]) is not None:
        # What goes wrong here goes wrong again with the first request, which tells it.
        with contextlib.suppress(Exception):
            prepare: Any = load(str(given["function"]))
            prepare(given["options"])
    limit = int(setting["reply_bytes"])
    chalk = Chalk(board)
    while (batch := frames.read_frame(requests)) is not None:
        listed: Any = batch["requests"]
        for request in listed:
            chalk.step("")
            reply = _answer(function, request, chalk, limit)
            frames.write_all(replies, reply)
            if reply is _OUT_OF_MEMORY:
                # What is left of this process cannot be relied on.
                os._exit(0)
            del reply


_OUT_OF_MEMORY = frames.encode({"error": "out_of_memory"})


def _answer(function: Function, request: Mapping[str, object], chalk: Chalk, limit: int) -> bytes:
    try:
        result = dict(function(request, chalk.step))
        raw = result.pop(frames.RAW, b"")
        reply = frames.encode({"result": result}, raw if isinstance(raw, bytes) else b"")
    except MemoryError:
        return _OUT_OF_MEMORY
    except BaseException as error:
        # The text of the exception may quote the evidence, so only its type is passed on.
        kind = type(error).__name__
        return frames.encode({"error": "failed", "kind": kind, "step": chalk.current})
    if len(reply) - frames.HEADER.size > limit:
        return frames.encode({"error": "reply too large", "step": chalk.current})
    return reply


def _send(descriptor: int, value: object) -> None:
    frames.write_all(descriptor, frames.encode(value))


def main(arguments: list[str]) -> None:
    requests, replies, board, parent = map(int, arguments)
    die_with_parent(parent)
    # The keyboard's interrupt goes to the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(requests, replies, board)


if __name__ == "__main__":
    main(sys.argv[1:])
