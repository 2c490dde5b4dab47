"""Numbers in one piece that stand free: found in arrays, without a look at each of them.

Lists and tables hold thousands of plain mobiles, identity and card numbers. Those about which
neither label nor neighbour can change anything are made hits at once, all others are left to
`numbers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.context import may_not_be_cards, not_a_card
from mingjian.detect.privacy.digit_groups import of_these
from mingjian.detect.privacy.digit_runs import MONEY, Begun, Found, found_in, is_word
from mingjian.detect.privacy.gates import EDGE
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.telephones import UNITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_APART = "-.–—·"
"""What ties a group to the next where it stands alone between them."""
_SURE_CARD = 16
"""Digits from which a card needs no word that it is one."""
_KINDS = ("resident_id", "mobile", "bank_card")
_UNITS_BEGIN = "".join({unit[0] for unit in UNITS})


def certain_numbers(text: str) -> tuple[list[Hit], list[Begun]]:
    """Numbers of a long text, and the stretches in which others are still to be looked for."""
    import numpy as np

    found = found_in(text)
    certain = _certain(text, found)
    doubtful = found.plus.copy()
    doubtful[found.runs.stretch[~certain]] = True
    sure = np.flatnonzero(certain & ~doubtful[found.runs.stretch])
    return list(_hits(text, found, sure)), found.begun(np.flatnonzero(doubtful))


def _certain(text: str, found: Found) -> NDArray[Any]:
    """Which runs are certainly hits."""
    import numpy as np

    codes, groups, runs, read = found.codes, found.groups, found.runs, found.readings
    begins, ends = groups.begins[runs.first], groups.ends[runs.last]
    behind = codes[ends]
    amount = of_these(np.where(behind == ord(" "), codes[ends + 1], behind), _UNITS_BEGIN)
    labelled = found.near[runs.stretch] & (runs.first == found.stretches.first[runs.stretch])
    x_at = found.stretches.x_at[runs.stretch]
    card = read.card & (runs.size >= _SURE_CARD) & ~(labelled & (runs.size == 18)) & (x_at == 0)
    known = read.resident_id | card | read.mobile & ~amount
    certain: NDArray[Any] = (runs.first == runs.last) & known
    with_x = certain & read.resident_id & (runs.size == 17)
    certain &= np.where(with_x, (x_at == ends) & _open(codes, ends + 1), _free(found, begins, ends))
    named = np.flatnonzero(certain & ~read.resident_id)
    for run in named[may_not_be_cards(text, begins[named] - EDGE)].tolist():
        certain[run] = not not_a_card(text, int(begins[run]) - EDGE)
    return certain


def _free(found: Found, begins: NDArray[Any], ends: NDArray[Any]) -> NDArray[Any]:
    """Nothing runs into the groups, nor ties them to their neighbours in the stretch."""
    import numpy as np

    codes, groups, runs, stretches = found.codes, found.groups, found.runs, found.stretches
    begun = runs.first == stretches.first[runs.stretch]
    ended = runs.last == stretches.last[runs.stretch]
    before, behind = codes[begins - 1], codes[ends]
    outside = of_these(before, "-.") & is_word(codes[begins - 2])
    outside |= is_word(before) | of_these(before, MONEY)
    inside = of_these(before, _APART) & (begins - groups.ends[runs.first - 1] == 1)
    left = ~np.where(begun, outside, inside)
    following = groups.begins[runs.last + 1 - ended]
    right = np.where(ended, _open(codes, ends), ~of_these(behind, _APART) | (following - ends > 1))
    free: NDArray[Any] = left & right
    return free


def _open(codes: NDArray[Any], ends: NDArray[Any]) -> NDArray[Any]:
    """No word follows, nor one behind a dash."""
    behind = codes[ends]
    open_: NDArray[Any] = ~is_word(behind) & ~((behind == ord("-")) & is_word(codes[ends + 1]))
    return open_


def _hits(text: str, found: Found, sure: NDArray[Any]) -> Iterator[Hit]:
    """The hits of these runs."""
    import numpy as np

    runs, read = found.runs.where(sure), found.readings.where(sure)
    with_x = read.resident_id & (runs.size == 17)
    starts = found.groups.begins[runs.first] - EDGE
    ends = found.groups.ends[runs.first] + with_x - EDGE
    kinds = np.where(read.resident_id, 0, np.where(read.mobile, 1, 2))
    for start, end, kind in zip(starts.tolist(), ends.tolist(), kinds.tolist(), strict=True):
        value = text[start:end]
        yield Hit(_KINDS[kind], start, end, value.upper() if kind == 0 else value)
