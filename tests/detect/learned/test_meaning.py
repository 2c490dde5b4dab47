"""Word vectors: alike words lie close, also across languages; any text is safe."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.learned.meaning import DIMENSIONS, meaning


def _alike(one: str, other: str) -> float:
    return float(meaning().of(one) @ meaning().of(other))


def test_words_of_like_meaning_lie_closer() -> None:
    assert _alike("转账", "汇款") > _alike("转账", "天气")
    assert _alike("transfer the money", "send a payment") > _alike("transfer the money", "blue sky")
    assert _alike("密码", "password") > _alike("密码", "mountain")


def test_words_are_found_longest_first_where_they_stand() -> None:
    found = meaning().words("please 银行卡 now")
    assert [offset for _, offset in found][:2] == [0, 7]


@given(st.text(max_size=80))
def test_any_text_has_a_vector(text: str) -> None:
    vector = meaning().of(text.lower())
    assert vector.shape == (DIMENSIONS,)
    assert abs(float(vector @ vector) - 1.0) < 1e-4 or not np.any(vector)


def test_a_text_is_the_mean_of_its_word_vectors() -> None:
    text = "please transfer the money 银行卡"
    mean = meaning().vectors([row for row, _ in meaning().words(text)]).mean(axis=0)
    assert np.allclose(mean / np.linalg.norm(mean), meaning().of(text), atol=1e-5)
