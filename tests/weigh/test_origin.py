"""One origin or two, against a reference population given for the case."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.domain.message import Message
from mingjian.weigh.calibrate import FitError
from mingjian.weigh.origin import FEWEST, Population
from mingjian.weigh.scale import Scale

SIZE = 10


def drawn(origins: int, *, apart: float = 3.0, each: int = 3, seed: int = 0):
    """Vectors that spread by 1 within an origin and by `apart` between origins."""
    random = np.random.default_rng(seed)
    centres = random.normal(0, apart, (origins, SIZE))
    vectors = np.repeat(centres, each, axis=0) + random.normal(0, 1, (origins * each, SIZE))
    return vectors, tuple(f"o{number:03}" for number in range(origins) for _ in range(each))


def scale_of(population: Population) -> Scale:
    scale, _ = population.scale(
        "voice.same", signal="voice.likeness", version="1", description=Message("样本", "samples")
    )
    return scale


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(*drawn(40))


@pytest.fixture(scope="module")
def scale(population: Population) -> Scale:
    return scale_of(population)


def test_new_pairs_are_told_and_the_claim_is_bounded(population: Population, scale: Scale) -> None:
    vectors, origins = drawn(30, seed=9)
    right = wrong = 0
    for a in range(0, len(origins), 3):
        same = population.ratio(scale, vectors[a], vectors[a + 1])
        other = population.ratio(scale, vectors[a], vectors[(a + 3) % len(origins)])
        assert same.opinion
        assert other.opinion
        assert max(abs(same.log10_lr), abs(other.log10_lr)) <= np.log10(40)
        right += (same.log10_lr > 0) + (other.log10_lr < 0)
        wrong += (same.log10_lr < -1) + (other.log10_lr > 1)
    assert right >= 57
    assert wrong <= 1


@given(seed=st.integers(0, 10_000), far=st.floats(0.1, 3.0))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_two_does_not_matter(
    population: Population, scale: Scale, seed: int, far: float
) -> None:
    one, other = np.random.default_rng(seed).normal(0, far, (2, SIZE))
    ratio, swapped = population.ratio(scale, one, other), population.ratio(scale, other, one)
    assert ratio.log10_lr == swapped.log10_lr
    outside = population.strangers(one, other)
    assert outside == population.strangers(other, one)[::-1]
    # Where one alone is outside, the reason names it by its place.
    assert ratio == swapped or (sum(outside) == 1 and not ratio.opinion and not swapped.opinion)


def test_what_nothing_tells_apart_gets_no_opinion_or_next_to_none() -> None:
    population = Population(*drawn(24, apart=0.0, seed=4))
    vectors, _ = drawn(2, apart=0.0, seed=5)
    ratio = population.ratio(scale_of(population), vectors[0], vectors[1])
    assert abs(ratio.log10_lr) < 0.3


def test_what_is_unlike_the_population_gets_no_opinion(
    population: Population, scale: Scale
) -> None:
    near, far = np.zeros(SIZE), np.full(SIZE, 40.0)
    ratio = population.ratio(scale, near, far)
    assert not ratio.opinion
    assert ratio.log10_lr == 0
    assert "the second lies" in ratio.why.en
    assert "the first lies" in population.ratio(scale, far, near).why.en
    assert "both lie" in population.ratio(scale, far, -far).why.en


def test_too_few_origins_are_refused() -> None:
    vectors, origins = drawn(FEWEST - 1)
    with pytest.raises(FitError, match="20 are needed"):
        Population(vectors, origins)
    # An origin measured once tells nothing of how far one origin spreads.
    once, names = drawn(FEWEST, each=1)
    with pytest.raises(FitError, match="0 origins"):
        Population(once, names)
