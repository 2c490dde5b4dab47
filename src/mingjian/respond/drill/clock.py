"""The clock of a drill: seconds since it began, faster than life if so chosen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    def seconds(self) -> float:
        """Drill seconds since the start."""

    def wait_until(self, second: float) -> None:
        """Return once the drill has come to `second`; at once if it is past."""

    def real(self, second: float) -> float:
        """Real seconds from now until the drill comes to `second`; 0 if it is past."""


class PacedClock:
    """Runs at `speed` drill seconds a real second; 60 puts 20 minutes into 20 seconds."""

    def __init__(
        self,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0 < speed <= 100_000:
            raise ValueError("speed must be above 0 and at most 100,000")
        self.speed = speed
        self._monotonic = monotonic
        self._sleep = sleep
        self._start = monotonic()

    def seconds(self) -> float:
        return (self._monotonic() - self._start) * self.speed

    def real(self, second: float) -> float:
        return max(0.0, (second - self.seconds()) / self.speed)

    def wait_until(self, second: float) -> None:
        while (left := self.real(second)) > 0:
            self._sleep(left)


class HandClock:
    """Moved by whoever waits: a whole drill in no time, for tests and dry runs."""

    def __init__(self) -> None:
        self._now = 0.0

    def seconds(self) -> float:
        return self._now

    def real(self, second: float) -> float:
        return 0.0

    def wait_until(self, second: float) -> None:
        self._now = max(self._now, second)
