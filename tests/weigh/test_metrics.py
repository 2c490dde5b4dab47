"""Measures: the published vectors, infinities without warnings, and what must always hold."""

from itertools import pairwise
from math import inf

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mingjian.weigh.calibrate import (
    elub,
    isotonic,
    isotonic_knots,
    logistic,
    pool_adjacent_violators,
    supported,
)
from mingjian.weigh.validate.metrics import (
    auroc,
    cllr,
    cllr_cal,
    cllr_min,
    devpav,
    measure,
    threshold_at_1fpr,
    tpr_at_1fpr,
)

LLR = st.one_of(st.floats(-6, 6), st.sampled_from([-inf, inf, 0.0, 1.0]))
CASES = st.tuples(
    st.lists(LLR, min_size=1, max_size=25), st.lists(LLR, min_size=1, max_size=25)
).map(lambda both: arrays(*both))


def arrays(h1, h2):
    llrs = np.array([*h1, *h2], dtype=np.float64)
    return llrs, np.array([True] * len(h1) + [False] * len(h2))


@pytest.mark.parametrize(
    ("h1", "h2", "expected"),
    [
        ([0, 0, 0], [0, 0], 1.0),
        ([3, 3], [-3, -3], 0.001442),
        ([-1], [1], 3.459432),
        ([1, 2, -0.5], [-1, -2, 0.5], 0.736411),
        ([inf], [-inf], 0.0),
        ([-inf], [-3], inf),
    ],
)
def test_cllr_vectors(h1, h2, expected):
    """The vectors of standards.md section 8, to the digits given there."""
    assert cllr(*arrays(h1, h2)) == pytest.approx(expected, abs=5e-7)


@given(CASES)
def test_cllr_splits_into_two_parts_none_negative(cases):
    assert 0 <= cllr_min(*cases) <= 1 + 1e-12
    assert cllr_cal(*cases) >= 0
    if np.isfinite(cllr(*cases)):
        assert cllr_min(*cases) + cllr_cal(*cases) == pytest.approx(cllr(*cases))
    assert cllr_min(*cases) <= cllr(*cases) + 1e-9


@given(CASES, st.sampled_from([lambda x: x**3, lambda x: 2 * x - 1, np.arctan]))
def test_cllr_min_ignores_monotone_maps(cases, stretch):
    llrs, is_h1 = cases
    stretched = stretch(llrs)
    # Rounding may merge values that differ by less than a float can carry.
    assume(np.unique(stretched).size == np.unique(llrs).size)
    assert cllr_min(stretched, is_h1) == pytest.approx(cllr_min(llrs, is_h1))


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(0.1, 5)), min_size=1, max_size=30))
def test_pav_is_the_closest_rising_sequence(pairs):
    """Optimality (KKT): rising, each block its mean, no prefix of a block below that mean."""
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    fitted = pool_adjacent_violators(values, weights)
    assert (np.diff(fitted) >= 0).all()
    edges = [0, *(np.flatnonzero(np.diff(fitted) > 0) + 1), len(fitted)]
    for start, end in pairwise(edges):
        v, w = values[start:end], weights[start:end]
        assert fitted[start] == pytest.approx(np.average(v, weights=w), abs=1e-9)
        running = np.cumsum(v * w) / np.cumsum(w)
        assert (running >= fitted[start] - 1e-9).all()


@given(CASES)
def test_isotonic_with_pseudo_trials_is_finite_and_supported(cases):
    llrs, is_h1 = cases
    _, fitted = isotonic(llrs, is_h1, pseudo=1)
    low, high = supported(int(is_h1.sum()) + 1, int((~is_h1).sum()) + 1)
    assert (np.diff(fitted) >= 0).all()
    assert fitted.min() >= low - 1e-9
    assert fitted.max() <= high + 1e-9


@given(CASES)
def test_isotonic_knots_lose_nothing(cases):
    llrs, is_h1 = cases
    finite = np.isfinite(llrs)
    assume(is_h1[finite].any() and (~is_h1[finite]).any())
    distinct, fitted = isotonic(llrs[finite], is_h1[finite], pseudo=1)
    knots = isotonic_knots(llrs[finite], is_h1[finite])
    again = np.interp(distinct, [x for x, _ in knots], [y for _, y in knots])
    np.testing.assert_allclose(again, fitted, atol=1e-9)


@given(CASES)
def test_elub_holds_zero_and_what_n_supports(cases):
    llrs, is_h1 = cases
    low, high = elub(llrs, is_h1)
    widest = supported(int(is_h1.sum()) + 1, int((~is_h1).sum()) + 1)
    assert widest[0] - 0.011 <= low <= 0 <= high <= widest[1] + 0.011


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
)
def test_logistic_is_the_optimum_and_never_falls(h1, h2):
    scores, is_h1 = arrays(h1, h2)
    fitted = logistic(scores[:, None], is_h1)
    assert fitted.slopes[0] >= 0
    assert np.isfinite(fitted.intercept)
    if fitted.slopes[0] == 0:
        return
    # At the optimum the balanced residuals sum to nothing.
    share = 1 / (1 + 10.0 ** -np.clip(fitted.at(scores[:, None]), -300, 300))
    residual = np.where(is_h1, (1 - share) / is_h1.sum(), -share / (~is_h1).sum())
    assert residual.sum() == pytest.approx(0, abs=1e-5)


def test_auroc_counts_ties_as_half():
    assert auroc(*arrays([2, 3], [0, 1])) == 1.0
    assert auroc(*arrays([1, 1], [1])) == 0.5
    assert auroc(*arrays([0], [1, 2])) == 0.0
    assert auroc(*arrays([1, 3], [1, 2])) == 0.625


@given(CASES)
def test_auroc_against_the_plain_definition(cases):
    llrs, is_h1 = cases
    h1, h2 = llrs[is_h1].tolist(), llrs[~is_h1].tolist()
    pairs = [(a > b) + 0.5 * (a == b) for a in h1 for b in h2]
    assert auroc(llrs, is_h1) == pytest.approx(sum(pairs) / len(pairs))


@given(CASES)
@example(arrays([0.0], [-inf]))
@example(arrays([inf], [0.0]))
@example(arrays([1.0], [1.0]))
def test_the_threshold_keeps_to_one_per_cent(cases):
    values, is_h1 = cases
    threshold = threshold_at_1fpr(values, is_h1)
    if threshold is None:
        assert tpr_at_1fpr(values, is_h1) == 0
        return
    assert (values[~is_h1] >= threshold).mean() <= 0.01
    assert (values >= threshold).any()


def test_one_false_positive_in_a_hundred_is_allowed():
    values, is_h1 = arrays([4.0, 10.0], [*range(-98, 1), 5.0])
    assert threshold_at_1fpr(values, is_h1) == 2.0
    assert tpr_at_1fpr(values, is_h1) == 1.0
    values, is_h1 = arrays([4.0, 10.0], [*range(-97, 1), 5.0])
    assert tpr_at_1fpr(values, is_h1) == 0.5


def test_devpav():
    assert devpav(*arrays([3.0], [-3.0])) is None
    assert devpav(*arrays([-inf, 1.0], [0.0])) == inf
    assert devpav(*arrays([1.0], [1.0])) == 1.0
    # One of two on either side, at ±1: PAV gives 0 throughout, on average 0.5 off.
    assert devpav(*arrays([1.0, -1.0], [1.0, -1.0])) == pytest.approx(0.5)


def test_measure_counts_and_rates():
    llrs, is_h1 = arrays([2.0, -0.5, -2.0, 9.0], [1.5, 0.5, 0.0, -1.0])
    opinion = np.array([True, True, True, False, True, True, True, True])
    flagged = np.array([True, False, False, True, True, False, False, False])
    found = measure(llrs, is_h1, opinion, flagged)
    assert (found.n_h1, found.n_h2, found.no_opinion_h1, found.no_opinion_h2) == (4, 4, 1, 0)
    assert found.misleading_h1 == pytest.approx(2 / 3)
    assert found.strongly_misleading_h1 == pytest.approx(1 / 3)
    assert found.misleading_h2 == pytest.approx(2 / 4)
    assert found.strongly_misleading_h2 == pytest.approx(1 / 4)
    assert found.frozen_tpr == pytest.approx(1 / 3)
    assert found.frozen_fpr == pytest.approx(1 / 4)


def test_measure_of_one_class_or_of_silence():
    llrs, is_h1 = arrays([1.0, 2.0], [0.0])
    only = measure(llrs[:2], is_h1[:2], is_h1[:2], is_h1[:2])
    assert only.cllr is None
    assert only.cllr_h1 is not None
    assert only.frozen_fpr is None
    silent = measure(llrs, is_h1, np.zeros(3, dtype=bool), is_h1)
    assert (silent.no_opinion_h1, silent.no_opinion_h2) == (2, 1)
    assert silent.misleading_h1 is None


@given(CASES)
def test_measure_writes_plain_json(cases):
    import json

    llrs, is_h1 = cases
    every = np.ones(llrs.size, dtype=bool)
    json.dumps(measure(llrs, is_h1, every, llrs > 1).as_json(), allow_nan=False)
