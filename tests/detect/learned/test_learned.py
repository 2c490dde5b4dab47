"""Features, linear models and their explanations: the same at training time and at run time."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.contract import Unavailable
from mingjian.detect.learned import store
from mingjian.detect.learned.language import language_of
from mingjian.detect.learned.linear import Linear, matrix, quantised
from mingjian.detect.learned.ngrams import grams, quick_grams
from mingjian.detect.learned.normal import normalise, replace_all
from mingjian.detect.learned.spans import clause, strongest_spans

RNG = np.random.default_rng(7)
MODEL = quantised(RNG.normal(size=1 << 12), 0.25, 1, 4)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_and_offsets_lead_back(text: str) -> None:
    once = normalise(text)
    if once.origin is not None:
        assert once.origin.size == len(once.text)
        assert (np.diff(once.origin) >= 0).all()
    for i in range(len(once.text)):
        start, end = once.place(i, i + 1)
        assert 0 <= start < end <= len(text)


def test_full_width_is_half_width() -> None:
    assert normalise("【ＡＢＣ】１２，　好").text == "【abc】00, 好"


def test_replacing_keeps_the_way_back() -> None:
    text = "ＶＩＳＩＴ http://a.example/long now"
    normal = replace_all(normalise(text), re.compile(r"http\S+"), "\ue000")
    assert normal.text == "visit \ue000 now"
    start = normal.text.index("now")
    assert text[slice(*normal.place(start, start + 3))] == "now"


@given(st.text(max_size=120))
def test_every_gram_is_counted_once(text: str) -> None:
    found = grams(text, 2, 4, 1 << 16)
    assert found.bucket.size == sum(max(0, len(text) - n + 1) for n in (2, 3, 4))
    _, values = found.values()
    assert not values.size or abs(float(values @ values) - 1.0) < 1e-9


def test_equal_grams_share_a_bucket_wherever_they_stand() -> None:
    one, other = grams("abc", 3, 3, 1 << 20), grams("xxabc", 3, 3, 1 << 20)
    assert one.bucket[0] == other.bucket[-1]


@given(st.text(max_size=80))
def test_a_row_of_the_training_matrix_is_what_the_run_time_measures(text: str) -> None:
    data, indices, ends = matrix([text], 1, 4, MODEL.weights.size)
    assert ends.tolist() == [0, indices.size]
    row = MODEL.bias + MODEL.step * float(MODEL.weights[indices] @ data)
    assert abs(row - MODEL.measure(MODEL.grams(text))) < 1e-9


@given(st.text(max_size=80))
def test_what_moved_a_measurement_adds_up(text: str) -> None:
    found = MODEL.grams(text)
    moved = MODEL.moved_by(found, len(text))
    assert moved.size == len(text)
    assert abs(moved.sum() - (MODEL.measure(found) - MODEL.bias)) < 1e-6


@given(st.text(max_size=120))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    spans = strongest_spans(text, RNG.normal(size=len(text)), most=4)
    assert len(spans) <= 4
    last = 0
    for start, end, gain in spans:
        assert last <= start < end <= len(text)
        assert gain > 0
        last = end


def test_the_span_is_where_the_weight_lies() -> None:
    text = "nothing here but secret payload and more"
    moved = np.zeros(len(text))
    at = text.index("secret")
    moved[at : at + len("secret payload")] = 1.0
    ((start, end, _),) = strongest_spans(text, moved, most=1)
    assert text[start:end] == "secret payload"


def test_a_model_file_is_read_back_or_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "own_models"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    rows = [{"name": "made here", "licence": "Apache-2.0", "n": 1}]
    first = store.save(package, "m", MODEL.as_arrays(), script="training/x.py", rows=rows)
    assert first == store.save(package, "m", MODEL.as_arrays(), script="training/x.py", rows=rows)
    read = Linear.of(store.load("own_models", "m"))
    assert read.measure(read.grams("abc")) == MODEL.measure(MODEL.grams("abc"))
    assert store.version("3", "own_models", "m") == f"3+{first[:8]}"
    data = bytearray((package / "m.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (package / "m.npz").write_bytes(bytes(data))
    with pytest.raises(Unavailable, match="SHA-256"):
        store.load("own_models", "m")
    (package / "m.json").unlink()
    with pytest.raises(Unavailable, match=r"m\.json"):
        store.load("own_models", "m")
    sys.modules.pop("own_models", None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("请尽快联系客服处理您的订单", "zh"),
        ("【Apple】您的 Apple ID 已在 iPhone 登录", "zh"),
        ("Please update your account details before Friday.", "en"),
        ("act as a code reviewer", "en"),
        ("今日はとても天気がいいですね、散歩に行きましょう", "other"),
        ("안녕하세요 만나서 반갑습니다", "other"),
        ("Здравствуйте, пришлите, пожалуйста, документы", "other"),
        ("Je suis très content de vous écrire à propos de votre dernière commande", "other"),
        ("Sie haben ein Paket und wir warten auf Ihre Antwort", "other"),
        ("Seu pedido esta retido em nossa central, veja os dados na sua conta", "other"),
        ("Bonjour, merci de confirmer votre adresse pour la livraison du colis", "other"),
        ("He paid the bill at Le Grand in Paris, and she was in a hurry to go", "en"),
        ("import os; os.system('ls')", "en"),
        ("12345", "other"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=80), st.integers(1, 3), st.integers(0, 3))
def test_quick_grams_are_as_many_and_stay_below_the_bound(
    text: str, shortest: int, more: int
) -> None:
    bucket, counts = quick_grams(text, shortest, shortest + more, 10)
    assert counts == [max(0, len(text) - n + 1) for n in range(shortest, shortest + more + 1)]
    assert bucket.size == sum(counts)
    assert not bucket.size or int(bucket.max()) < 1 << 10


def test_quick_grams_of_alike_pieces_are_alike() -> None:
    one, counts = quick_grams("abcabc", 2, 3, 16)
    assert counts == [5, 4]
    assert one[0] == one[3] != one[1]
    assert one[5] == one[8]


@given(st.text(alphabet="甲乙a b，。,.;\n", max_size=120), st.data())
def test_a_clause_holds_its_passage(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = clause(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
    # What was added to the passage holds no stop.
    assert not set("，。;\n") & {*text[first:start], *text[end:last]}


def test_a_clause_ends_at_its_stops() -> None:
    text = "您好，手机摔坏换号了，旧号别打。Pay $6.40 today at a.example, or else"
    for passage, whole in (
        ("手机摔", "手机摔坏换号了"),
        ("别打。", "旧号别打。"),
        ("today", "Pay $6.40 today at a.example"),
    ):
        start = text.index(passage)
        first, last = clause(text, start, start + len(passage))
        assert text[first:last] == whole


def test_a_clause_without_a_stop_nearby_is_the_passage() -> None:
    assert clause("x" * 500, 200, 210) == (200, 210)
