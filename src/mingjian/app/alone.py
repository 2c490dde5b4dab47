"""One process at a time, held by a lock on a file that goes when the process does."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mingjian.app.errors import UsageError
from mingjian.domain.message import Message


@contextmanager
def alone(path: Path, refusal: Message, hint: Message | None = None) -> Iterator[None]:
    """Hold the lock file; `UsageError` with the refusal where another process holds it."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(refusal, hint) from None
        yield
