"""Probabilities of counts: sums, inverses, limits, and digits known from elsewhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.warn.chances import (
    beta_up_to,
    chance_above,
    chance_of,
    chance_up_to,
    count_quantile,
    normal_above,
    student_two_sided,
)

SIZES = st.one_of(st.floats(0.05, 1e6), st.sampled_from([math.inf, 1e12, 1e19]))


@given(st.floats(0.01, 300), SIZES)
@settings(max_examples=80, deadline=None)
def test_chances_sum_to_one(mean: float, size: float) -> None:
    count = count_quantile(0.9, mean, size)
    below, above = chance_up_to(count, mean, size), chance_above(count, mean, size)
    assert below + above == pytest.approx(1, abs=1e-10)
    assert chance_up_to(count, mean, size) - chance_up_to(count - 1, mean, size) == pytest.approx(
        chance_of(count, mean, size), abs=1e-10
    )


@given(st.floats(0.01, 1e4), SIZES, st.floats(0.5, 0.999))
@settings(max_examples=80, deadline=None)
def test_a_quantile_is_the_smallest_that_reaches(mean: float, size: float, chance: float) -> None:
    count = count_quantile(chance, mean, size)
    assert chance_up_to(count, mean, size) >= chance - 1e-9
    assert count == 0 or chance_up_to(count - 1, mean, size) < chance + 1e-9


def test_a_huge_size_is_the_poisson_and_neither_hangs_nor_aborts() -> None:
    for size in (1e15, 1e19, 1e300, math.inf):
        assert count_quantile(0.99, 2.5, size) == 7
        assert chance_up_to(3, 2.5, size) == pytest.approx(0.757576133133066, rel=1e-9)


def test_digits_known_from_elsewhere() -> None:
    # P(Y = 2), size 3, probability 0.4: C(4, 2) 0.4^3 0.6^2.
    assert chance_of(2, 4.5, 3.0) == pytest.approx(6 * 0.4**3 * 0.6**2, rel=1e-13)
    assert chance_of(0, 4.5, 3.0) == pytest.approx(0.4**3, rel=1e-13)
    assert normal_above(1.959963984540054) == pytest.approx(0.025, rel=1e-12)
    # Student with one degree is Cauchy, with two it has a closed form.
    assert student_two_sided(1.0, 1) == pytest.approx(0.5, rel=1e-12)
    assert student_two_sided(2.0, 2) == pytest.approx(1 - 2 / math.sqrt(6), rel=1e-12)
    assert beta_up_to(0.3, 1, 1) == pytest.approx(0.3, rel=1e-13)


def test_edges() -> None:
    assert chance_of(-1, 3, 2) == 0
    assert chance_up_to(-1, 3, 2) == 0
    assert chance_above(-1, 3, 2) == 1
    assert chance_of(0, 0, 2) == 1
    assert count_quantile(0.99, 0, 2) == 0
    assert student_two_sided(math.inf, 5) == 0
