"""Which runs of digit groups can be numbers at all: by look-up, for a whole text at once.

What is turned away here is what the readers of stretches (`numbers`, `telephones`) would turn away,
one after another. The tables are worked out with their own tests of single numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.check.bank_card import issuer_of
from mingjian.detect.privacy.check.many import X, luhn_digits, may_be_old, number, resident_ids
from mingjian.detect.privacy.check.phone import is_cn_landline, is_cn_mobile, is_nanp
from mingjian.detect.privacy.digit_groups import Groups, Stretches, spread
from mingjian.detect.privacy.gates import among
from mingjian.detect.privacy.groupings import (
    CARD_GROUPS,
    CN_LANDLINE_GROUPS,
    MOBILE_GROUPS,
    UK_GROUPS,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST, MOST = 7, 19
"""Digits of a number."""
_WIDEST_GAP = 3
_GROUPS = 4
"""Most groups in the groupings of telephone numbers, mobiles digit by digit aside."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Neighbouring groups of one stretch each, 7 to 19 digits, by the group they begin with."""

    stretch: NDArray[Any]
    first: NDArray[Any]
    last: NDArray[Any]
    size: NDArray[Any]
    at: NDArray[Any]
    """Which of all digits of the text is the first of the run."""

    def where(self, chosen: NDArray[Any]) -> Runs:
        return Runs(
            self.stretch[chosen],
            self.first[chosen],
            self.last[chosen],
            self.size[chosen],
            self.at[chosen],
        )


def runs_of(groups: Groups, stretches: Stretches) -> Runs:
    """All runs of the stretches."""
    import numpy as np

    counts = stretches.last - stretches.first + 1
    first = spread(stretches.first, counts)
    stretch = np.repeat(np.arange(len(counts)), counts)
    behind = groups.at + groups.sizes
    wide = np.flatnonzero(groups.begins[1:] - groups.ends[:-1] > _WIDEST_GAP)
    last = np.searchsorted(behind, groups.at[first] + MOST, "right") - 1
    last = np.minimum(last, stretches.last[stretch])
    last = np.minimum(last, np.append(wide, len(behind))[np.searchsorted(wide, first)])
    least = np.searchsorted(behind, groups.at[first] + _LEAST)
    several = np.maximum(last - least + 1, 0)
    first, last = np.repeat(first, several), spread(least, several)
    at = groups.at[first]
    return Runs(np.repeat(stretch, several), first, last, behind[last] - at, at)


@dataclass(frozen=True, slots=True)
class Readings:
    """What each run may be read as."""

    mobile: NDArray[Any]
    """Eleven digits of a mobile."""
    resident_id: NDArray[Any]
    """An identity number, with its X where that stands behind: this one is certain."""
    card: NDArray[Any]
    """Thirteen digits or more of an issuer, with a Luhn digit."""
    other: NDArray[Any]

    @property
    def any(self) -> NDArray[Any]:
        """Which of the runs can be numbers."""
        able: NDArray[Any] = self.mobile | self.resident_id | self.card | self.other
        return able

    def where(self, chosen: NDArray[Any]) -> Readings:
        return Readings(
            self.mobile[chosen],
            self.resident_id[chosen],
            self.card[chosen],
            self.other[chosen],
        )


def readings(
    groups: Groups, runs: Runs, *, labelled: NDArray[Any], before_x: NDArray[Any]
) -> Readings:
    """`labelled`: beside which runs a label may stand; `before_x`: behind which an X stands."""
    import numpy as np

    size, at, digits = runs.size, runs.at, groups.digits
    shape, several = _shapes(groups, runs), runs.last - runs.first
    written = _grouped(shape, MOBILE_GROUPS) | (several == 10)  # each digit on its own
    with_x = before_x & (size == 17)
    full = np.flatnonzero(with_x | (size == 18) & _one_gap(groups, runs))
    check = np.where(with_x[full], X, digits[at[full] + 17])
    identity = np.zeros(len(size), bool)
    identity[full] = resident_ids(digits, at[full], check)
    return Readings(
        mobile=(size == 11) & written & mobile(digits, at),
        resident_id=identity,
        card=_cards(groups, runs, shape, labelled),
        other=labelled & (size <= 14)
        | _prefixed(digits, runs)
        | _telephones(digits, runs, shape)
        | (size == 15) & (several == 0) & may_be_old(digits, at),
    )


def _cards(groups: Groups, runs: Runs, shape: NDArray[Any], labelled: NDArray[Any]) -> NDArray[Any]:
    """Thirteen digits or more of an issuer, with a Luhn digit, grouped as cards are or labelled."""
    import numpy as np

    usual = _all_of(4, groups, runs) | _all_of(1, groups, runs) | _grouped(shape, CARD_GROUPS)
    some = (runs.size >= 13) & _one_gap(groups, runs) & (usual | labelled | (runs.size < 15))
    long = np.flatnonzero(some)
    long = long[luhn_digits(groups.digits, runs.at[long], runs.size[long])]
    written = groups.written
    places = zip(long.tolist(), runs.at[long].tolist(), runs.size[long].tolist(), strict=True)
    cards = np.zeros(len(runs.size), bool)
    cards[[run for run, at, size in places if issuer_of(written[at : at + size])]] = True
    return cards


def _all_of(size: int, groups: Groups, runs: Runs) -> NDArray[Any]:
    """All groups but the last are of this size."""
    import numpy as np

    others = np.append(0, np.cumsum(groups.sizes != size))
    alike: NDArray[Any] = others[runs.last] == others[runs.first]
    return alike


def _prefixed(digits: NDArray[Any], runs: Runs) -> NDArray[Any]:
    """A mobile behind 86, 086 or 0086, or what may be a landline behind 86."""
    size, at = runs.size, runs.at
    head, second = digits[at], digits[at + 1]
    china = (head == 8) & (second == 6)
    prefixed: NDArray[Any] = (
        china & (size == 13) & mobile(digits, at + 2)
        | china & (size >= 11) & (size <= 13) & (runs.last > runs.first)
        | (head == 0) & (second == 8) & (size == 14) & mobile(digits, at + 3)
        | (head == 0) & (second == 0) & (size == 15) & mobile(digits, at + 4)
    )
    return prefixed


def _telephones(digits: NDArray[Any], runs: Runs, shape: NDArray[Any]) -> NDArray[Any]:
    """Landlines and numbers of North America and the United Kingdom, by their groups."""
    head, second, at = digits[runs.at], digits[runs.at + 1], runs.at
    british = (second == 1) | (second == 2) | (second == 3) | (second == 7)
    telephones: NDArray[Any] = (
        (head == 0) & _landline(digits, at) & _grouped(shape, CN_LANDLINE_GROUPS)
        | (head == 0) & british & _grouped(shape, UK_GROUPS)
        | _american(digits, at) & _grouped(shape, ((3, 3, 4),))
        | (head == 1) & _grouped(shape, ((1, 3, 3, 4),))
    )
    return telephones


def _american(digits: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """An area of North America stands here, and an exchange behind it."""
    begins: NDArray[Any] = _areas()[number(digits, at, 3)] & (digits[at + 3] > 1)
    return begins


@cache
def _areas() -> NDArray[Any]:
    import numpy as np

    return np.array([is_nanp(f"{area:03d}2222222") for area in range(1000)])


def mobile(digits: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """A mobile segment of mainland China begins here."""
    begins: NDArray[Any] = _mobile_heads()[number(digits, at, 3)]
    return begins


@cache
def _mobile_heads() -> NDArray[Any]:
    import numpy as np

    return np.array([is_cn_mobile(f"{head:03d}00000000") for head in range(1000)])


def _landline(digits: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """A trunk 0 stands here, and may begin the number of a Chinese landline."""
    begins: NDArray[Any] = _landline_heads()[number(digits, at + 1, 3)]
    return begins


@cache
def _landline_heads() -> NDArray[Any]:
    import numpy as np

    heads = (f"0{head:03d}" for head in range(1000))
    return np.array([is_cn_landline(f"{head}2222222") for head in heads])


def _grouped(shape: NDArray[Any], shapes: Iterable[tuple[int, ...]]) -> NDArray[Any]:
    """Which runs are grouped in one of these ways."""
    return among(shape, _numbers_of(frozenset(shapes)))


@cache
def _numbers_of(shapes: frozenset[tuple[int, ...]]) -> NDArray[Any]:
    import numpy as np

    filled = ((*shape, 0, 0, 0)[:_GROUPS] for shape in shapes if len(shape) <= _GROUPS)
    return np.array(sorted(reduce(_as_one, shape) for shape in filled))


def _shapes(groups: Groups, runs: Runs) -> NDArray[Any]:
    """The sizes of up to four groups of each run as one number, 0 of more groups."""
    import numpy as np

    sizes = np.append(groups.sizes, np.zeros(_GROUPS, np.int64))
    each = [
        np.where(runs.first + more <= runs.last, sizes[runs.first + more], 0)
        for more in range(_GROUPS)
    ]
    return np.where(runs.last - runs.first < _GROUPS, reduce(_as_one, each), 0)


def _as_one(before: Any, size: Any) -> Any:
    return before << 5 | size


def _one_gap(groups: Groups, runs: Runs) -> NDArray[Any]:
    """The groups are all as far apart."""
    import numpy as np

    gaps = np.append(groups.begins[1:], 0) - groups.ends
    changes = np.append(0, np.cumsum(gaps[1:] != gaps[:-1]))
    inside = np.maximum(runs.last - 1, runs.first)
    alike: NDArray[Any] = changes[inside] == changes[runs.first]
    return alike
