"""The groups of digits of a whole text in arrays, and the stretches of neighbouring groups.

Places are those of the padded text (`gates.codes_of`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import Gate, as_places, codes_of, held, narrowed, of_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

BETWEEN = " -.()\u00a0\u2009\u3000·•–—（）"
"""What may stand between the digits of one number."""
_LEAST_DIGITS = 7
_TAIL = " -."
"""What may stand between the last digit and an X."""
MARGIN = 32
"""Noughts behind the digits of a text, so that looking at the next ones needs no bounds."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Every group of digits of a text."""

    begins: NDArray[Any]
    ends: NDArray[Any]
    sizes: NDArray[Any]
    at: NDArray[Any]
    """Which of all digits of the text is the first of the group."""
    digits: NDArray[Any]
    """All digits of the text as numbers, one after another."""
    joined: NDArray[Any]
    """Nothing but separators stands between the group and the next."""

    @property
    def written(self) -> str:
        """All digits of the text, one after another."""
        import numpy as np

        return (self.digits + np.uint8(ord("0"))).tobytes().decode("ascii")


class DigitGate(Gate):
    """A `Gate` that is open where a group of so many digits begins, or some places before."""

    def __init__(
        self, least: int, *around: tuple[int | range, str], before: tuple[int, ...] = (0,)
    ) -> None:
        super().__init__(*around)
        self._least, self._before = least, before

    def places(self, text: str) -> list[int]:
        return as_places(self.at(text))

    def at(self, text: str) -> NDArray[Any]:
        """Where it is open in the padded text."""
        import numpy as np

        codes, groups = codes_of(text), groups_of(text)
        begins = groups.begins[groups.sizes >= self._least]
        open_ = [narrowed(codes, begins - before, *self._around) for before in self._before]
        at: NDArray[Any] = np.unique(np.concatenate(open_)) if len(open_) > 1 else open_[0]
        return at


@dataclass(frozen=True, slots=True)
class Stretches:
    """Neighbouring groups, seven digits or more, with nothing but separators between them."""

    first: NDArray[Any]
    last: NDArray[Any]
    """Numbers of the first and the last group."""
    digits: NDArray[Any]
    x_at: NDArray[Any]
    """Where the X stands that ends the stretch, 0 where none does."""

    @property
    def alone(self) -> NDArray[Any]:
        """One group of digits, and no X behind it."""
        alone: NDArray[Any] = (self.first == self.last) & (self.x_at == 0)
        return alone

    def where(self, chosen: NDArray[Any]) -> Stretches:
        return Stretches(
            self.first[chosen], self.last[chosen], self.digits[chosen], self.x_at[chosen]
        )


def of_these(codes: NDArray[Any], characters: str) -> NDArray[Any]:
    """Which of `codes` are among the characters."""
    return held(f"[{re.escape(characters)}]", codes)


def spread(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[Any]:
    """Of each start that number, the one after it and so on, as many as counted."""
    import numpy as np

    behind = np.cumsum(counts)
    base = np.repeat(starts - behind + counts, counts)
    return base + np.arange(len(base))


@of_text
def groups_of(text: str) -> Groups:
    """The groups of digits of a text."""
    import numpy as np

    codes = codes_of(text)
    digit = codes - np.uint16(ord("0")) <= 9
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    sizes = ends - begins
    digits = np.zeros(int(sizes.sum()) + MARGIN, np.uint8)
    digits[:-MARGIN] = np.compress(digit, codes) - np.uint16(ord("0"))
    joined = np.append(_only(codes, ends[:-1], begins[1:], BETWEEN), False)
    return Groups(begins, ends, sizes, np.cumsum(sizes) - sizes, digits, joined[: len(begins)])


def _only(
    codes: NDArray[Any], start: NDArray[Any], end: NDArray[Any], characters: str
) -> NDArray[Any]:
    """Nothing but these characters stands between each start and end, at least one."""
    import numpy as np

    only: NDArray[Any] = of_these(codes[start], characters) & of_these(codes[end - 1], characters)
    wide = np.flatnonzero(only & (end - start > 2))
    if len(wide):
        sizes = end[wide] - start[wide]
        inside = of_these(codes[spread(start[wide], sizes)], characters)
        only[wide] = np.logical_and.reduceat(inside, np.cumsum(sizes) - sizes)
    return only


def stretches_of(codes: NDArray[Any], groups: Groups) -> Stretches:
    """The stretches of a text."""
    import numpy as np

    last = np.flatnonzero(~groups.joined)
    first = np.append(0, last[:-1] + 1)[: len(last)]
    digits = groups.at[last] + groups.sizes[last] - groups.at[first]
    many = digits >= _LEAST_DIGITS
    first, last, digits = first[many], last[many], digits[many]
    return Stretches(first, last, digits, _ending_x(codes, groups.ends[last]))


def _ending_x(codes: NDArray[Any], ends: NDArray[Any]) -> NDArray[Any]:
    """Where an X stands behind each end, separators aside; 0 where none does."""
    import numpy as np

    x_at = np.where(of_these(codes[ends], "xX"), ends, 0)
    places = np.flatnonzero(of_these(codes, "xX"))
    places = places[of_these(codes[places - 1], _TAIL)]
    before = np.searchsorted(ends, places, "right") - 1
    nearest = np.diff(before, prepend=-1) > 0
    places, before = places[nearest], before[nearest]
    reached = _only(codes, ends[before], places, _TAIL)
    x_at[before[reached]] = places[reached]
    return x_at
