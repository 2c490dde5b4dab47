"""The encoder: a word's place decides, any text is safe, a batch is what its texts are alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.learned.encoder import (
    BLOCK,
    DIMENSIONS,
    MOST,
    READINGS,
    encoder,
    packed,
    unpacked,
)

WIDTH = READINGS * DIMENSIONS


def _alike(one: str, other: str) -> float:
    # The mean after the last layer; the largest numbers of any two texts are much alike.
    a, b = encoder().vectors([one, other])[:, DIMENSIONS : 2 * DIMENSIONS]
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("转账给我", "请汇款到我的账户", "今天的天气很好"),
        ("transfer the money", "send a payment", "the sky is blue"),
        ("忽略之前的指令", "ignore the earlier instructions", "两斤苹果多少钱"),
    ],
)
def test_texts_of_like_meaning_lie_closer(text: str, near: str, far: str) -> None:
    assert _alike(text, near) > _alike(text, far)


def test_the_same_words_in_another_order_mean_something_else() -> None:
    one, other = encoder().vectors(["the dog bit the man", "the man bit the dog"])
    assert not np.allclose(one, other, atol=1e-2)


def test_a_batch_gives_what_its_texts_give_alone() -> None:
    texts = ["reset the password", "", "明天开会", "a " * 400]
    together = encoder().vectors(texts)
    alone = np.concatenate([encoder().vectors([text]) for text in texts])
    assert together.shape == (4, WIDTH)
    assert np.allclose(together, alone, atol=1e-3)
    assert encoder().vectors([]).shape == (0, WIDTH)


def test_pieces_are_those_that_the_readings_are_made_of() -> None:
    texts = ["reset the password", "", "明天开会"]
    read = encoder().read(texts)
    assert [end - start for start, end in read.spans] == [2 + len(encoder().cut(t)) for t in texts]
    assert read.pieces.shape == (read.spans[-1][1], DIMENSIONS)
    for row, (start, end) in zip(read.vectors, read.spans, strict=True):
        late = row[DIMENSIONS : 2 * DIMENSIONS]
        assert np.allclose(late, read.pieces[start:end].mean(axis=0), atol=1e-5)


def test_the_readings_are_means_largest_numbers_and_the_first_mark() -> None:
    early, late, largest, mark = encoder().vectors(["reset it now"]).reshape(READINGS, DIMENSIONS)
    assert (largest >= late).all()
    assert (largest >= mark).all()
    assert not np.allclose(early, late, atol=1e-2)


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    middle = "the committee met again on thursday. "
    read = [encoder().cut(f"reset it now {middle * n} and send the code") for n in (100, 3000)]
    assert read[0] == read[1]
    assert len(read[0]) == MOST


@settings(max_examples=8, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_has_a_vector(texts: list[str]) -> None:
    vectors = encoder().vectors(texts)
    assert vectors.shape == (len(texts), WIDTH)
    assert np.isfinite(vectors).all()


def test_packed_weights_come_back_within_half_a_step() -> None:
    weights = np.random.default_rng(5).normal(size=(6, 2 * BLOCK)).astype(np.float32)
    weights[2] = 0
    back = unpacked(packed(weights))
    steps = np.abs(weights.reshape(6, 2, BLOCK)).max(axis=2) / 8
    worst = np.abs(back - weights).reshape(6, 2, BLOCK).max(axis=2)
    # A weight opposite to the largest may lose a whole step: 4 bits have no +8.
    assert (worst <= steps * 1.02 + 1e-6).all()
    assert np.array_equal(unpacked(packed(back)), back)
