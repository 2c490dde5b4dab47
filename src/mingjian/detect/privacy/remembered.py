"""What was counted before, in little memory: a list that leaked may have a million rows."""

from __future__ import annotations

from array import array
from collections.abc import Hashable

_SLOTS = 64


class Remembered:
    """A set of hashes: sixteen bytes an entry at most on the whole, where a `set` takes ninety.

    Two different values are taken for one if their hashes of 64 bits are the same.
    """

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * _SLOTS))
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def __contains__(self, value: Hashable) -> bool:
        return self._slots[self._place(_number(value))] != 0

    def add(self, value: Hashable) -> bool:
        """Remember `value`; whether it was new."""
        number = _number(value)
        place = self._place(number)
        if self._slots[place]:
            return False
        self._slots[place] = number
        self._held += 1
        if 2 * self._held > len(self._slots):
            self._grow()
        return True

    def _place(self, number: int) -> int:
        """Where `number` stands, or the free slot where it would."""
        slots = self._slots
        last = len(slots) - 1
        place = number & last
        while (held := slots[place]) and held != number:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        numbers = self._slots
        self._slots = array("q", bytes(16 * len(numbers)))
        for number in numbers:
            if number:
                self._slots[self._place(number)] = number


def _number(value: Hashable) -> int:
    return hash(value) or -1  # nought marks a free slot, and no hash is -1
