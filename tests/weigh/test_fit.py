"""Fitting: held out by source, round trip, withheld where useless, bounds that n supports."""

import json
from collections import Counter
from math import inf, log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_scales import SAID, finding

from mingjian.weigh.calibrate import FitError, elub
from mingjian.weigh.fit import fit, fit_fusion, fit_scale, write_scale
from mingjian.weigh.folds import MOST_FOLDS, folds_by_source
from mingjian.weigh.scale import Scale, load_scales

NAMES = {"signal": "test.ink", "proposition": "test.marked", "description": SAID}


def made_up(seed=7, n=600, shift=2.0):
    """Normal scores, H1 higher by `shift`, three sources of each class and one of both."""
    rng = np.random.default_rng(seed)
    labels = rng.random(n) < 0.4
    scores = rng.normal(size=n) + shift * labels
    kinds = rng.integers(4, size=n)
    sources = [
        "both" if kind == 3 else f"{'h1' if label else 'h2'}-{kind}"
        for kind, label in zip(kinds, labels, strict=True)
    ]
    return scores.tolist(), labels.tolist(), sources


@pytest.mark.parametrize("method", ["isotonic", "logistic", "soft-logistic"])
def test_round_trip(method, tmp_path):
    document = fit_scale(*made_up(), **NAMES, method=method, fitted="2026-11-01")
    file = tmp_path / "test.ink.scale.json"
    file.write_bytes(write_scale(document))
    (scale,) = load_scales([file])["test.ink"]
    assert json.loads(file.read_bytes()) == document
    assert [list(knot) for knot in scale.knots] == document["knots"]
    assert list(scale.bounds) == document["bounds"]
    assert scale.reference.n_h1 + scale.reference.n_h2 == 600
    assert scale.ratio(finding(2.5)).log10_lr > 0.5
    assert scale.ratio(finding(-1.0)).log10_lr < -0.5
    if method == "logistic":
        assert len(scale.knots) == 2


@pytest.mark.parametrize("method", ["isotonic", "logistic", "soft-logistic"])
def test_the_fit_recovers_a_known_likelihood_ratio(method):
    """Two unit normals 2 apart: ln LR = 2 (x - 1)."""
    made = Scale.from_json(fit_scale(*made_up(n=6000), **NAMES, method=method))
    for x in (0.0, 0.5, 1.0, 1.5, 2.0):
        assert made.at(x) == pytest.approx(2 * (x - 1) / np.log(10), abs=0.2)


@pytest.mark.parametrize("method", ["isotonic", "logistic", "soft-logistic"])
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(40, 200), st.floats(-1, 4))
def test_bounds_never_pass_what_n_supports(method, seed, n, shift):
    scores, labels, sources = made_up(seed, n, shift)
    try:
        document = fit_scale(scores, labels, sources, **NAMES, method=method)
    except FitError:
        assert min(len({s for s, k in zip(sources, labels, strict=True) if k == c}) for c in
                   (True, False)) < 2  # fmt: skip
        return
    low, high = document["bounds"]
    assert -log10(sum(labels)) <= low <= 0 <= high <= log10(n - sum(labels))
    scale = Scale.from_json(json.loads(write_scale(document)))
    values = [scale.at(x) for x in np.linspace(-9, 9, 50)]
    assert values == sorted(values)


def test_same_data_in_any_order_same_scale():
    scores, labels, sources = made_up()
    order = np.random.default_rng(1).permutation(len(scores))
    mixed = [[column[i] for i in order] for column in (scores, labels, sources)]
    first, second = (fit_scale(*data, **NAMES) for data in ((scores, labels, sources), mixed))
    assert first["data_sha256"] == second["data_sha256"]
    assert first["bounds"] == second["bounds"]
    np.testing.assert_allclose(first["knots"], second["knots"], atol=1e-6)


def test_a_useless_score_is_withheld():
    scores, labels, sources = made_up(shift=0.0)
    document = fit_scale(scores, labels, sources, **NAMES)
    assert document["metrics"]["pooled"]["cllr"] >= 1
    assert document["withheld"]
    assert not Scale.from_json(document).ratio(finding(9.0)).opinion


def test_a_score_that_falls_with_h1_never_supports_h1():
    scores, labels, sources = made_up()
    document = fit_scale([-s for s in scores], labels, sources, **NAMES, method="logistic")
    assert not Scale.from_json(document).ratio(finding(-3.0)).opinion


def test_a_score_that_only_tells_sources_apart_is_found_out():
    """Each source has scores of its own: resubstitution is perfect, holding out is not."""
    rng = np.random.default_rng(3)
    sources = [f"s{i}" for i in range(12) for _ in range(40)]
    labels = [i % 2 == 0 for i in range(12) for _ in range(40)]
    places = rng.permutation(12).tolist()
    scores = [places[int(s[1:])] + 0.01 * rng.normal() for s in sources]
    document = fit_scale(scores, labels, sources, **NAMES)
    assert document["metrics"]["pooled"]["cllr"] > 0.9


def test_no_case_is_measured_by_a_fit_on_its_own_source():
    """One source is labelled the wrong way round: its own held-out LRs must mislead."""
    scores, labels, sources = made_up()
    wrong = [label != (source == "both") for label, source in zip(labels, sources, strict=True)]
    held = fit(scores, wrong, sources, **NAMES).held_out
    assert held.metrics("both").cllr > 1.5
    assert held.metrics("both").misleading_h1 > 0.7


def test_a_threshold_is_frozen_on_the_other_sources():
    """One benign source scores far above all others: it is flagged whole, and named."""
    scores, labels, sources = made_up()
    moved = [s + 50 * (source == "h2-1") for s, source in zip(scores, sources, strict=True)]
    metrics = fit_scale(moved, labels, sources, **NAMES)["metrics"]
    assert metrics["worst_frozen_fpr"] == {"source": "h2-1", "frozen_fpr": 1.0}


def test_bounds_are_the_elub_of_the_held_out_ratios():
    fitted = fit(*made_up(), **NAMES)
    held = fitted.held_out
    assert fitted.document["bounds"] == pytest.approx(elub(held.llrs, held.is_h1), abs=1e-4)
    # n alone would have allowed far more than these overlapping scores support.
    assert fitted.document["bounds"][1] < log10((~held.is_h1).sum()) - 0.5


def test_one_side_alone_can_be_held_within_a_limit():
    low, high = fit_scale(*made_up(), **NAMES)["bounds"]
    assert low < -0.6
    held = fit_scale(*made_up(), **NAMES, largest=(-0.5, inf))["bounds"]
    assert held == pytest.approx([-0.5, high], abs=0.02)
    assert fit_scale(*made_up(), **NAMES, largest=0.5)["bounds"] == pytest.approx(
        [-0.5, 0.5], abs=0.02
    )


def test_cases_that_count_more_move_the_map_and_nothing_else():
    scores, labels, sources = made_up()
    high = [source == "h2-1" for source in sources]
    moved = [score + 1.5 * much for score, much in zip(scores, high, strict=True)]
    said = {**NAMES, "method": "logistic", "fitted": "2026-11-01"}
    alike = fit_scale(moved, labels, sources, **said, weights=[1.0] * len(scores))
    assert alike == fit_scale(moved, labels, sources, **said)
    weights = [5.0 if much else 1.0 for much in high]
    heavy = fit_scale(moved, labels, sources, **said, weights=weights)
    assert heavy["threshold"] == alike["threshold"]

    def at(document, score):
        (x0, y0), (x1, y1) = document["knots"]
        return y0 + (y1 - y0) / (x1 - x0) * (score - x0)

    assert at(heavy, 2.0) < at(alike, 2.0)


def test_only_a_logistic_map_weighs_its_cases():
    scores, labels, sources = made_up()
    with pytest.raises(FitError, match="logistic"):
        fit_scale(scores, labels, sources, **NAMES, weights=[1.0] * len(scores))


def test_licences_decide_research():
    scores, labels, sources = made_up(n=200)
    free = dict.fromkeys(set(sources), "Apache-2.0")
    data = (scores, labels, sources)
    assert fit_scale(*data, **NAMES, licences=free)["research"] is False
    assert fit_scale(*data, **NAMES)["research"] is True
    some = {**free, "both": "CC BY-NC 4.0"}
    assert fit_scale(*data, **NAMES, licences=some)["research"] is True


def test_threshold_and_worst_source():
    document = fit_scale(*made_up(n=3000), **NAMES)
    scores, labels, _ = made_up(n=3000)
    benign = np.array(scores)[~np.array(labels)]
    assert 0.005 <= (benign >= document["threshold"]).mean() <= 0.01
    worst = document["metrics"]["worst_frozen_fpr"]
    rates = {k: v["frozen_fpr"] for k, v in document["metrics"]["by_source"].items()}
    assert worst["frozen_fpr"] == max(rate for rate in rates.values() if rate is not None)
    assert rates[worst["source"]] == worst["frozen_fpr"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s, k, o: (s[:-1], k, o), "equally long"),
        (lambda s, k, o: ([float("nan"), *s[1:]], k, o), "finite"),
        (lambda s, k, o: (s, [2, *k[1:]], o), "labels"),
        (lambda s, k, o: (s, k, ["one"] * len(s)), "at least two"),
        (lambda s, k, o: (s, k, ["a" if x else "b" for x in k]), "at least two"),
    ],
)
def test_data_that_support_no_scale(change, said):
    with pytest.raises(FitError, match=said):
        fit_scale(*change(*made_up(n=80)), **NAMES)


def test_given_folds_must_hold_out_every_source_once():
    data = made_up(n=300)
    halves = [frozenset({"h1-0", "h2-0"}), frozenset({"h1-1", "h2-1"})]
    with pytest.raises(FitError, match="exactly once"):
        fit_scale(*data, **NAMES, folds=halves)
    whole = [*halves, frozenset({"h1-2", "h2-2", "both"})]
    assert fit_scale(*data, **NAMES, folds=whole)["metrics"]["pooled"]["cllr"] < 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=120))
def test_folds_cover_every_source_once_and_leave_both_classes(rows):
    labels = [label for label, _ in rows]
    sources = [f"s{number}" for _, number in rows]
    try:
        folds = folds_by_source(labels, sources)
    except FitError:
        assert min(len({s for k, s in rows if k == c}) for c in (True, False)) < 2
        return
    held = Counter(name for fold in folds for name in fold)
    assert held == Counter(set(sources))
    assert len(folds) <= 2 * MOST_FOLDS
    for fold in folds:
        kept = {k for k, s in zip(labels, sources, strict=True) if s not in fold}
        assert kept == {True, False}


def test_fusion_beats_its_members():
    scores, labels, sources = made_up(shift=1.0, n=1500)
    rng = np.random.default_rng(11)
    other = (rng.normal(size=1500) + 1.5 * np.array(labels)).tolist()
    noise = (rng.normal(size=1500) - 0.5 * np.array(labels)).tolist()
    common = {"proposition": "test.marked", "description": SAID}
    document = fit_fusion(
        {"test.ink": scores, "test.paper": other, "test.noise": noise}, labels, sources, **common
    )
    write_scale(document)
    alone = [
        fit_scale(column, labels, sources, **NAMES, method="logistic") for column in (scores, other)
    ]
    fused = document["metrics"]["pooled"]["cllr"]
    assert fused < min(one["metrics"]["pooled"]["cllr"] for one in alone)
    assert document["signal"] == "fusion.test.marked"
    assert document["members"]["test.noise"] == 0.0
    assert document["members"]["test.paper"] > document["members"]["test.ink"] > 0
