"""False discoveries over many series stay at the stated share."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mingjian.warn.discoveries import adjusted, believed, believed_down


def test_values_by_hand() -> None:
    """As R's p.adjust(method = "BH") has them."""
    found = adjusted([0.01, 0.02, 0.03, 0.5, 0.005])
    assert found == pytest.approx([0.025, 1 / 30, 0.0375, 0.5, 0.025])
    with_gap = adjusted([0.01, math.nan, 0.03])
    assert with_gap[0] == pytest.approx(0.02)
    assert math.isnan(with_gap[1])
    assert adjusted([]) == []


def test_the_share_of_false_ones_is_kept() -> None:
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(200):
        p = {f"quiet {n}": float(v) for n, v in enumerate(rng.random(180))}
        p |= {f"true {n}": float(v) for n, v in enumerate(rng.random(20) * 1e-4)}
        names = believed(p, 0.1)
        shares.append(sum(name.startswith("quiet") for name in names) / max(len(names), 1))
    assert np.mean(shares) <= 0.11


def test_children_are_looked_at_only_below_a_believed_name() -> None:
    p = {"all": 0.001, "north": 0.002, "south": 0.4, "n1": 0.01, "n2": 0.6, "s1": 1e-9}
    parent = {"north": "all", "south": "all", "n1": "north", "n2": "north", "s1": "south"}
    assert believed_down(p, parent, 0.05) == {"all", "north", "n1"}
    assert believed_down(p | {"all": 0.5}, parent, 0.05) == set()
