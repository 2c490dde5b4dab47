"""Words: bands, mirrored, number and words together, never a posterior."""

from math import inf, log10, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.weigh.words import NO_OPINION, number, verbal_scale, words


@pytest.mark.parametrize(
    ("lr", "en", "zh"),
    [
        (1, "no support", "无倾向"),
        (1.99, "no support", "无倾向"),
        (2, "weak support", "微弱支持"),
        (9.99, "weak support", "微弱支持"),
        (10, "moderate support", "中等支持"),
        (100, "moderately strong support", "较强支持"),
        (1000, "strong support", "强支持"),
        (10_000, "very strong support", "很强支持"),
        (1_000_000, "very strong support", "很强支持"),
        (1_000_001, "extremely strong support", "极强支持"),
    ],
)
def test_bands_of_the_example_scale(lr, en, zh):
    said = words(log10(lr), True)
    assert f": {en} " in said.en
    assert f"：{zh}" in said.zh
    against = words(-log10(lr), True)
    assert f": {en} " in against.en
    assert ("for H2 over H1" in against.en) == (lr >= 2)


def test_a_whole_sentence():
    said = words(2.2, True)
    assert said.en == (
        "log10 LR = +2.20: moderately strong support for H1 over H2; the findings are about 160 "
        "times more probable if H1 is true than if H2 is true"
    )
    assert said.zh == (
        "log10 LR = +2.20：较强支持 H1（相对于 H2）；"
        "若 H1 为真，出现这些发现的可能性约为 H2 为真时的 160 倍"
    )


def test_no_opinion_has_no_number():
    assert words(3.0, False) == NO_OPINION


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_weight_is_finite(value):
    with pytest.raises(ValueError, match="finite"):
        words(value, True)


@given(st.floats(-20, 20))
def test_the_number_never_flatters(value):
    shown = float(number(value))
    assert abs(shown) <= abs(value) + 1e-6
    assert shown == pytest.approx(value, abs=0.0101)


@given(st.floats(0, 20), st.floats(0, 20))
def test_bands_rise(a, b):
    verbal = verbal_scale()
    low, high = sorted((a, b))
    assert verbal.bands.index(verbal.band(low)) <= verbal.bands.index(verbal.band(-high))


def test_the_scale_says_what_it_is():
    verbal = verbal_scale()
    assert verbal.name in verbal.note.en
    assert not verbal.verified
    assert "待核验" in verbal.note.zh
    assert "not yet verified" in verbal.note.en
