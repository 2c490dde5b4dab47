"""The second reading: how much of a passage is read, and what heads hear in its pieces."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.detect.prompt.second import READ, Heads, share_read


def test_a_passage_is_read_whole_up_to_a_length() -> None:
    assert share_read("") == share_read("a" * READ) == share_read("字" * (READ // 2)) == 1.0
    assert share_read("a" * 4 * READ) == pytest.approx(0.25)
    assert share_read("字" * READ) == pytest.approx(0.5)


def test_a_head_hears_the_piece_that_matters_however_long_the_rest_is() -> None:
    # The first number of a piece makes it matter, the second is what it tells.
    where, what = np.array([[9.0], [0.0]]), np.array([[0.0], [1.0]])
    heads = Heads(where.astype(np.float32), what.astype(np.float32), bias=-0.5)
    loud, rest = np.array([[2.0, 3.0]]), np.array([[0.0, -1.0]])
    for count in (1, 10, 90):
        pieces = np.concatenate([loud, *[rest] * count]).astype(np.float32)
        assert heads.hear(pieces) == pytest.approx(2.5, abs=0.01)
    assert heads.hear(rest.astype(np.float32)) == pytest.approx(-1.5)


def test_heads_are_summed_and_the_order_of_pieces_does_not_count() -> None:
    draw = np.random.default_rng(3)
    where, what = (draw.normal(size=(6, 4)).astype(np.float32) for _ in range(2))
    pieces = draw.normal(size=(9, 6)).astype(np.float32)
    alone = [Heads(where[:, [k]], what[:, [k]], 0.0).hear(pieces) for k in range(4)]
    together = Heads(where, what, 0.25)
    assert together.hear(pieces) == pytest.approx(sum(alone) + 0.25, abs=1e-4)
    assert together.hear(pieces[::-1]) == pytest.approx(together.hear(pieces), abs=1e-4)


def test_numbers_however_large_are_heard() -> None:
    heads = Heads(np.full((2, 1), 400, np.float32), np.ones((2, 1), np.float32), 0.0)
    assert np.isfinite(heads.hear(np.array([[9.0, 9.0], [-9.0, 9.0]], np.float32)))
