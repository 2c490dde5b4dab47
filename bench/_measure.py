"""Running a command and reading its time and peak memory, children included."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Measured:
    """Wall seconds, exit code and resident memory over time (MiB, the process tree summed)."""

    seconds: float
    code: int
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def peak(self) -> float:
        return max((amount for _, amount in self.memory), default=0.0)

    def peak_between(self, start: float, end: float) -> float:
        """Peak in a stretch of the run, both as shares of its duration."""
        return max(
            (mib for at, mib in self.memory if start * self.seconds <= at <= end * self.seconds),
            default=0.0,
        )


def _tree(root: int) -> list[int]:
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                queue += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def _resident(root: int) -> float:
    total = 0
    for pid in _tree(root):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


def measure(command: Sequence[str], every: float = 0.5, **options: object) -> Measured:
    """Run `command`; proportional resident memory of its process tree is sampled."""
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,  # type: ignore[call-overload]
    )
    result = Measured(0.0, 0)
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            result.memory.append((time.monotonic() - start, _resident(process.pid)))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    result.code = process.wait()
    result.seconds = time.monotonic() - start
    stop.set()
    watcher.join()
    return result
