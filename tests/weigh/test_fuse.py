"""Fusion and carrying up: order-free, monotone, bounded, every proposition answered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_scales import PAIR, SAID, document, examination, finding, part, scale

from mingjian.domain.examination import ExaminationState
from mingjian.domain.proposition import PropositionPair
from mingjian.weigh.fuse import carry_up, combine, strongest, weigh_findings
from mingjian.weigh.scale import Scale

BOUNDS = (-3.0, 4.0)
VALUES = st.lists(
    st.tuples(st.floats(-5, 5), st.sampled_from([None, "ink", "paper", "hand"])),
    min_size=1,
    max_size=8,
)


@given(VALUES, st.randoms())
def test_order_free(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert combine(shuffled, BOUNDS) == combine(values, BOUNDS)


@given(VALUES, st.integers(0, 7), st.floats(0, 5))
def test_monotone(values, at, more):
    raised = list(values)
    value, group = raised[at % len(values)]
    raised[at % len(values)] = (value + more, group)
    # Two ways of adding the same floats may differ in the last digit.
    assert combine(raised, BOUNDS) >= combine(values, BOUNDS) - 1e-12


@given(VALUES)
def test_bounded(values):
    assert BOUNDS[0] <= combine(values, BOUNDS) <= BOUNDS[1]


@pytest.mark.parametrize(
    ("values", "fused"),
    [
        ([(1.0, "ink"), (1.5, "ink")], 1.5),
        ([(1.0, "ink"), (1.5, "paper")], 2.5),
        ([(1.0, "ink"), (-1.5, "ink")], -1.5),
        ([(1.0, "ink"), (-1.0, "ink")], 0.0),
        ([(1.0, "ink"), (-1.5, "paper")], -0.5),
        ([(1.0, None), (1.5, None)], 1.5),
        ([(1.0, None), (1.5, "ink")], 1.5),
        ([(2.0, None), (1.0, "ink"), (1.5, "paper")], 2.5),
        ([(9.0, "ink")], 4.0),
        ([], 0.0),
    ],
)
def test_the_rules(values, fused):
    assert combine(values, BOUNDS) == fused


def test_strongest_of_one_is_itself():
    assert [strongest([x]) for x in (-2.0, 0.0, 0.25)] == [-2.0, 0.0, 0.25]


def weigh(*findings, scales=None, state=ExaminationState.FOUND, propositions=(PAIR,)):
    loaded = {"test.ink": (scale(),)} if scales is None else scales
    return weigh_findings([examination(*findings, state=state)], propositions, loaded)


def test_one_finding_one_weight():
    (weighed,), (weight,) = weigh(finding(1.5))
    assert weighed.ratios[0].log10_lr == 1.5
    assert (weight.log10_lr, weight.opinion, weight.flagged) == (1.5, True, True)
    assert weight.lr_bounds == (-1.5, 2.5)
    assert "+1.50" in weight.words.en
    assert "made-up cases" in weight.why.en


def test_every_finding_gets_a_ratio_in_order():
    (weighed,), (weight,) = weigh(finding(None), finding(1.2), finding(5.0, signal="test.none"))
    assert [ratio.opinion for ratio in weighed.ratios] == [False, True, False]
    assert "fact" in weighed.ratios[0].why.en
    assert "unweighed" in weighed.ratios[2].why.en
    assert weight.log10_lr == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("made", "state", "said"),
    [
        ((), ExaminationState.QUIET, "absence of a trace"),
        ((), ExaminationState.FAILED, "could not complete"),
        ((), ExaminationState.UNAVAILABLE, "could not complete"),
        ((finding(None),), ExaminationState.FOUND, "fact"),
        ((finding(2.0, signal="test.none"),), ExaminationState.FOUND, "unweighed"),
        ((finding(2.0),), ExaminationState.TIMED_OUT, "did not finish"),
        ((finding(2.0, proposition=None),), ExaminationState.FOUND, "absence of a trace"),
    ],
)
def test_a_proposition_without_weight_says_why(made, state, said):
    _, (weight,) = weigh(*made, state=state)
    assert (weight.opinion, weight.log10_lr, weight.lr_bounds) == (False, 0.0, (0.0, 0.0))
    assert not weight.flagged
    assert said in weight.why.en
    assert weight.words.zh == "不发表意见"


def test_propositions_keep_their_order_and_count_once():
    other = PropositionPair("test.other", SAID, SAID)
    _, weights = weigh(finding(1.0), propositions=(other, PAIR, other))
    assert [weight.proposition.id for weight in weights] == ["test.other", PAIR.id]


def test_the_first_scale_whose_population_fits():
    zh = scale(population={"language": ["zh"]})
    en = scale(version="2", population={"language": ["en"]}, knots=[[0, 1.0]])
    scales = {"test.ink": (zh, en)}
    (weighed,), _ = weigh(finding(1.5, context={"language": "en"}), scales=scales)
    assert weighed.ratios[0].scale == "test.ink@2"
    (weighed,), (weight,) = weigh(finding(1.5, context={"language": "fr"}), scales=scales)
    assert not weighed.ratios[0].opinion
    assert "language is fr" in weight.why.en


def two(group_a, group_b):
    return {
        "test.ink": (scale(group=group_a),),
        "test.paper": (scale(signal="test.paper", group=group_b, bounds=[-2, 2.75]),),
    }


@pytest.mark.parametrize(
    ("groups", "fused"),
    [(("ink", "paper"), 2.5), (("ink", "ink"), 1.5), ((None, None), 1.5), (("ink", None), 1.5)],
)
def test_multiplied_only_where_shown_independent(groups, fused):
    _, (weight,) = weigh(finding(1.5), finding(4 / 3, signal="test.paper"), scales=two(*groups))
    assert weight.log10_lr == pytest.approx(fused)
    assert weight.lr_bounds == (-2.0, 2.75)
    assert "test.paper@1" in weight.why.en


def test_never_beyond_the_widest_bounds():
    _, (weight,) = weigh(finding(9), finding(9, signal="test.paper"), scales=two("a", "b"))
    assert weight.log10_lr == 2.75


def fusion(**changes):
    made = document(
        signal=f"fusion.{PAIR.id}",
        members={"test.ink": 0.5, "test.paper": 1.0},
        knots=[[0.0, -1.0], [2.0, 1.0]],
        method="logistic",
        threshold=1.8,
        **changes,
    )
    return {**two("a", "b"), f"fusion.{PAIR.id}": (Scale.from_json(made),)}


def test_a_fitted_fusion_replaces_the_rules():
    both = (finding(1.0), finding(0.9, signal="test.paper"))
    for order in (both, both[::-1]):
        _, (weight,) = weigh(*order, scales=fusion())
        assert weight.log10_lr == pytest.approx(0.4)
        assert not weight.flagged
        assert "fitted fusion" in weight.why.en


def test_a_fusion_needs_all_members_inside_its_population():
    _, (weight,) = weigh(finding(1.5), scales=fusion())
    assert weight.log10_lr == 1.5
    french = {"context": {"language": "fr"}}
    both = (finding(1.5, **french), finding(0.0, signal="test.paper", **french))
    _, (weight,) = weigh(*both, scales=fusion(population={"language": ["zh"]}))
    assert weight.log10_lr == pytest.approx(1.5 - 2.0)


def weight_of(score):
    return weigh(finding(score))[1][0]


SILENT = weigh()[1][0]


def test_a_part_toward_h1_is_carried_up():
    parts = [(part("a.zip/x"), [weight_of(0.5)]), (part("a.zip/y"), [weight_of(1.5)])]
    for given_parts in (parts, parts[::-1]):
        for own in (SILENT, weight_of(1.0)):
            (carried,) = carry_up([own], given_parts)
            assert (carried.log10_lr, carried.carried_from) == (1.5, part("a.zip/y").sha256)
            assert carried.flagged
            assert "a.zip/y" in carried.why.en
            assert "a.zip/y" in carried.why.zh


def test_own_weight_stays_where_no_part_is_further_toward_h1():
    own = weight_of(1.5)
    parts = [(part("x"), [weight_of(1.5)]), (part("y"), [SILENT]), (part("z"), [weight_of(0)])]
    assert carry_up([own], parts) == (own,)
    assert carry_up([SILENT], [(part("y"), [SILENT])]) == (SILENT,)


def test_toward_h2_only_as_far_as_the_least_part():
    parts = [(part("x"), [weight_of(0.0)]), (part("y"), [weight_of(0.75)])]
    (carried,) = carry_up([SILENT], parts)
    assert carried.log10_lr == pytest.approx(-0.5)


def test_a_flag_is_kept_even_from_a_weaker_part():
    weaker = replace(weight_of(1.1), flagged=True)
    parts = [(part("x"), [weaker]), (part("y"), [weight_of(1.15)])]
    (carried,) = carry_up([SILENT], parts)
    assert carried.carried_from == part("y").sha256
    assert carried.flagged
    assert carry_up([weight_of(1.19)], parts)[0].flagged
    assert not carry_up([weight_of(1.19)], parts[1:])[0].flagged


def test_a_proposition_known_only_from_a_part_and_from_deeper_down():
    (first,) = carry_up([], [(part("a/b/c"), [weight_of(1.5)])])
    (second,) = carry_up([], [(part("a/b"), [first])])
    assert second.carried_from == part("a/b/c").sha256
    assert "a/b/c" in second.why.en


@given(st.lists(st.floats(0, 2), min_size=1, max_size=5), st.randoms())
def test_carrying_up_is_order_free(scores, random):
    parts = [(part(f"p{i}"), [weight_of(score)]) for i, score in enumerate(scores)]
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert carry_up([SILENT], shuffled) == carry_up([SILENT], parts)


def test_the_reason_is_that_of_the_nearest_population():
    """A short dialogue is refused for its length, not for being no message."""
    far = scale(population={"form": ["message"], "length": {"min": 20}})
    near = scale(population={"form": ["dialogue"], "length": {"min": 20}})
    short = finding(1.0, context={"form": "dialogue", "length": 4.0})
    signal = short.signal
    for order in ((far, near), (near, far)):
        _, (weight,) = weigh_findings([examination(short)], [PAIR], {signal: order})
        assert not weight.opinion
        assert "length" in weight.why.en
        assert "form" not in weight.why.en
