"""The published tests for two statistical watermarks of language models.

* Green list: Kirchenbauer et al., A Watermark for Large Language Models, ICML 2023. The token
  before seeds a shuffle of the vocabulary by ``key * id``; its first share (gamma) is green.
  Under H0 (written without the key) a token is green with probability gamma.
* SynthID-Text: Dathathri et al., Scalable watermarking for identifying large language model
  outputs, Nature 634 (2024), mean test: every n-gram of tokens gives a bit for each key by a
  linear congruential hash into a table of random bits; under H0 the bits are even.

Both follow the authors' published code, with PyTorch's random numbers (`torch_random`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erfc, exp, lgamma, log, sqrt

from mingjian.detect.text.torch_random import beginning_of_permutation, outputs

_MULTIPLIER = 6364136223846793005
_MASK = (1 << 64) - 1
TABLE_SIZE = 1 << 16
MOST_PAIRS = 400
"""Pairs of tokens tested: each needs a shuffle of the vocabulary."""
LEAST = 20
"""Fewer tested tokens than this say nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of `tested` units were marked, what was expected, z, and one-sided p under H0."""

    tested: int
    marked: int
    expected: float
    z: float
    p: float


def binomial_tail(successes: int, trials: int, share: float) -> float:
    """P(X >= successes) for a binomial; exact but for rounding."""
    if successes <= 0:
        return 1.0
    total = 0.0
    for k in range(successes, trials + 1):
        total += exp(
            lgamma(trials + 1)
            - lgamma(k + 1)
            - lgamma(trials - k + 1)
            + k * log(share)
            + (trials - k) * log(1 - share)
        )
    return min(1.0, total)


def green_list(ids: Sequence[int], key: int, gamma: float, vocabulary_size: int) -> Outcome | None:
    """The green-list test over distinct pairs of neighbouring tokens; None where too few.

    A pair counts once, however often it comes back: repeats are not independent.
    """
    pairs = list(dict.fromkeys(pairwise(ids)))[:MOST_PAIRS]
    pairs = [(a, b) for a, b in pairs if a < vocabulary_size and b < vocabulary_size]
    if len(pairs) < LEAST:
        return None
    size = int(vocabulary_size * gamma)
    green: dict[int, frozenset[int]] = {}
    marked = 0
    for before, token in pairs:
        if before not in green:
            seed = (key * before) % _MASK
            green[before] = frozenset(beginning_of_permutation(seed, vocabulary_size, size))
        marked += token in green[before]
    share = size / vocabulary_size
    n = len(pairs)
    z = (marked - share * n) / sqrt(n * share * (1 - share))
    return Outcome(n, marked, share * n, z, binomial_tail(marked, n, share))


def _signed(value: int) -> int:
    value &= _MASK
    return value - (1 << 64) if value >> 63 else value


def _accumulate(value: int, data: Sequence[int]) -> int:
    for one in data:
        value = ((value + one) * _MULTIPLIER + 1) & _MASK
    return value


def synthid_bits(ids: Sequence[int], keys: Sequence[int], ngram: int, seed: int = 0) -> list[int]:
    """The g-values of every n-gram whose context is new, key by key."""
    table = (outputs(seed, TABLE_SIZE) % 2).tolist()
    seen: set[tuple[int, ...]] = set()
    bits = []
    for at in range(len(ids) - ngram + 1):
        gram = tuple(ids[at : at + ngram])
        if gram[:-1] in seen:
            continue
        seen.add(gram[:-1])
        start = _accumulate(1, gram)
        # Python's remainder of a negative number is positive, like PyTorch's.
        bits += [table[_signed(_accumulate(start, (key,))) % TABLE_SIZE] for key in keys]
    return bits


def synthid(ids: Sequence[int], keys: Sequence[int], ngram: int, seed: int = 0) -> Outcome | None:
    """The mean test of SynthID-Text; None where there are too few tokens."""
    bits = synthid_bits(ids, keys, ngram, seed)
    if len(bits) < LEAST * len(keys):
        return None
    n, marked = len(bits), sum(bits)
    z = (marked - n / 2) / sqrt(n / 4)
    return Outcome(n, marked, n / 2, z, 0.5 * erfc(z / sqrt(2)))
