"""What heads hear in the pieces of a text."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.detect.learned.heads import Heads


def heads(where: np.ndarray, what: np.ndarray, bias: float) -> Heads:
    arrays = {"heads_where": where, "heads_what": what, "heads_bias": np.array(bias)}
    return Heads({name: array.astype(np.float32) for name, array in arrays.items()})


def test_a_head_hears_the_piece_that_matters_however_long_the_rest_is() -> None:
    # The first number of a piece makes it matter, the second is what it tells.
    made = heads(np.array([[9.0], [0.0]]), np.array([[0.0], [1.0]]), -0.5)
    loud, rest = np.array([[2.0, 3.0]]), np.array([[0.0, -1.0]])
    for count in (1, 10, 90):
        pieces = np.concatenate([loud, *[rest] * count]).astype(np.float32)
        assert made.hear(pieces) == pytest.approx(2.5, abs=0.01)
    assert made.hear(rest.astype(np.float32)) == pytest.approx(-1.5)


def test_heads_are_summed_and_the_order_of_pieces_does_not_count() -> None:
    draw = np.random.default_rng(3)
    where, what = (draw.normal(size=(6, 4)) for _ in range(2))
    pieces = draw.normal(size=(9, 6)).astype(np.float32)
    alone = [heads(where[:, [k]], what[:, [k]], 0.0).hear(pieces) for k in range(4)]
    together = heads(where, what, 0.25)
    assert together.hear(pieces) == pytest.approx(sum(alone) + 0.25, abs=1e-4)
    assert together.hear(pieces[::-1]) == pytest.approx(together.hear(pieces), abs=1e-4)


def test_numbers_however_large_are_heard() -> None:
    made = heads(np.full((2, 1), 400), np.ones((2, 1)), 0.0)
    assert np.isfinite(made.hear(np.array([[9.0, 9.0], [-9.0, 9.0]], np.float32)))
