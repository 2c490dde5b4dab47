"""Which runs of digit groups can be numbers at all: by look-up, for a whole text at once.

What is turned away here is what the readers of stretches (`numbers`, `telephones`) would turn away,
one after another. The tables are worked out with their own tests of single numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.check.bank_card import issuer_of
from mingjian.detect.privacy.check.many import X, luhn_digits, may_be_old, number, resident_ids
from mingjian.detect.privacy.check.phone import is_cn_landline, is_cn_mobile, is_nanp
from mingjian.detect.privacy.digit_groups import Groups, Stretches, spread
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
_SHORT = 11
"""Groups of fewer digits are rather parts of a number than one."""
_GROUPS, _BITS = 4, 5
"""Most groups in the groupings of telephone numbers, mobiles digit by digit aside."""
_MOBILE, _LANDLINE, _BRITISH, _AMERICAN, _COUNTRY_ONE, _CARD = (1 << bit for bit in range(6))
_SHAPES: dict[int, Iterable[tuple[int, ...]]] = {
    _MOBILE: MOBILE_GROUPS,
    _LANDLINE: CN_LANDLINE_GROUPS,
    _BRITISH: UK_GROUPS,
    _AMERICAN: [(3, 3, 4)],
    _COUNTRY_ONE: [(1, 3, 3, 4)],
    _CARD: CARD_GROUPS,
}
"""How people group the numbers of each kind."""


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
    codes: NDArray[Any],
    groups: Groups,
    stretches: Stretches,
    runs: Runs,
    *,
    labelled: NDArray[Any],
    before_x: NDArray[Any],
) -> Readings:
    """`labelled`: beside which runs a label may stand; `before_x`: behind which an X stands."""
    size, at, digits = runs.size, runs.at, groups.digits
    ways, one_group = _ways_of(groups, runs), runs.first == runs.last
    crowded = _only(ways > 0, lambda some: _crowded(codes, groups, stretches, runs.where(some)))
    return Readings(
        mobile=_only((size == 11) & (ways & _MOBILE > 0), lambda some: _mobile(digits, at[some])),
        resident_id=_only(
            (size == 18) | (size == 17) & before_x,
            lambda some: _identities(groups, runs.where(some)),
        ),
        card=_only(size >= 13, lambda some: _cards(groups, runs.where(some), labelled[some])),
        other=labelled & (size <= 14)
        | _only((ways > 0) & ~crowded, lambda some: _telephones(digits, at[some], ways[some]))
        | _only((size >= 11) & (size <= 15), lambda some: _prefixed(digits, runs.where(some)))
        | _only((size == 15) & one_group, lambda some: may_be_old(digits, at[some])),
    )


def _only(some: NDArray[Any], holds: Callable[[NDArray[Any]], NDArray[Any]]) -> NDArray[Any]:
    """Where `some` and what is asked of these alone."""
    import numpy as np

    both = np.zeros(len(some), bool)
    at = np.flatnonzero(some)
    both[at] = holds(at)
    return both


def _crowded(codes: NDArray[Any], groups: Groups, stretches: Stretches, runs: Runs) -> NDArray[Any]:
    """With a blank inside and other short groups beside, as in rows of figures."""
    import numpy as np

    shorts = np.append(0, np.cumsum(groups.sizes < _SHORT))
    inside = shorts[runs.last + 1] - shorts[runs.first]
    first, last = stretches.first[runs.stretch], stretches.last[runs.stretch]
    beside = shorts[last + 1] - shorts[first] - inside
    gap = groups.begins[np.minimum(runs.first + 1, runs.last)] - groups.ends[runs.first]
    blank = (gap == 1) & (codes[groups.ends[runs.first]] == ord(" "))
    crowded: NDArray[Any] = blank & (beside > 1)
    return crowded


def _identities(groups: Groups, runs: Runs) -> NDArray[Any]:
    """Identity numbers of eighteen digits, or of seventeen and an X."""
    import numpy as np

    check = np.where(runs.size == 17, X, groups.digits[runs.at + 17])
    whole: NDArray[Any] = (runs.size == 17) | _one_gap(groups, runs)
    whole &= resident_ids(groups.digits, runs.at, check)
    return whole


def _cards(groups: Groups, runs: Runs, labelled: NDArray[Any]) -> NDArray[Any]:
    """Numbers of an issuer with a Luhn digit, grouped as cards are or labelled."""
    import numpy as np

    usual = _all_of(4, groups, runs) | _all_of(1, groups, runs)
    usual |= labelled | (runs.size < 15) | (_ways_of(groups, runs) & _CARD > 0)
    long = np.flatnonzero(usual & _one_gap(groups, runs))
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
        china & (size == 13) & _mobile(digits, at + 2)
        | china & (size <= 13) & (runs.last > runs.first)
        | (head == 0) & (second == 8) & (size == 14) & _mobile(digits, at + 3)
        | (head == 0) & (second == 0) & (size == 15) & _mobile(digits, at + 4)
    )
    return prefixed


def _telephones(digits: NDArray[Any], at: NDArray[Any], ways: NDArray[Any]) -> NDArray[Any]:
    """Landlines and numbers of North America and the United Kingdom, by their groups."""
    head, second = digits[at], digits[at + 1]
    british = (second == 1) | (second == 2) | (second == 3) | (second == 7)
    telephones: NDArray[Any] = (
        (head == 0) & _landline(digits, at) & (ways & _LANDLINE > 0)
        | (head == 0) & british & (ways & _BRITISH > 0)
        | _american(digits, at) & (ways & _AMERICAN > 0)
        | (head == 1) & (ways & _COUNTRY_ONE > 0)
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


def _mobile(digits: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
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


@cache
def _ways() -> NDArray[Any]:
    """Whose numbers are grouped so, by the sizes of the groups as `_as_one` writes them."""
    import numpy as np

    ways = np.zeros(1 << _BITS * _GROUPS, np.uint8)
    for way, shapes in _SHAPES.items():
        for shape in shapes:
            if len(shape) <= _GROUPS:
                ways[reduce(_as_one, (*shape, 0, 0, 0)[:_GROUPS])] |= way
    return ways


def _ways_of(groups: Groups, runs: Runs) -> NDArray[Any]:
    """Whose numbers are grouped as the runs are."""
    import numpy as np

    sizes = np.append(groups.sizes, np.zeros(_GROUPS, np.int64))
    behind = runs.last - runs.first
    each = [np.where(behind >= more, sizes[runs.first + more], 0) for more in range(_GROUPS)]
    ways = np.where(behind < _GROUPS, _ways()[reduce(_as_one, each)], 0)
    ways[behind + 1 == runs.size] |= _MOBILE  # each digit on its own
    return ways


def _as_one(before: Any, size: Any) -> Any:
    return before << _BITS | size


def _one_gap(groups: Groups, runs: Runs) -> NDArray[Any]:
    """The groups are all as far apart."""
    import numpy as np

    gaps = np.append(groups.begins[1:], 0) - groups.ends
    changes = np.append(0, np.cumsum(gaps[1:] != gaps[:-1]))
    inside = np.maximum(runs.last - 1, runs.first)
    alike: NDArray[Any] = changes[inside] == changes[runs.first]
    return alike
