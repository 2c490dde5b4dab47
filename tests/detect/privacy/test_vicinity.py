"""Words around a place are looked up in arrays first: what is found stays the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import context, gates
from mingjian.detect.privacy.gates import Beginnings
from mingjian.detect.privacy.lists import labels, words

PIECES = [
    *("客服热线", "Copyright", "©", "LTD", "Help desk", "order no", "REF", "reference", "订单编号"),
    *("收货人", "Patient", "lives at", "İnc", "ınc", "Kelvin", "\u212a", "银行卡", "Card No."),
    *("手机", "mobile", "x", "，", " ", "\n", "138", "\ud800", "𠮷"),
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)
ASKED: list[Callable[[str, int], bool]] = [
    lambda text, at: context.of_business(text, at, at + 3),
    context.not_a_card,
    lambda text, at: context.mentioned(text, at, at + 3, "bank_card"),
    lambda text, at: context.mentioned(text, at, at + 3, "phone", 12),
]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_long_text_says_what_a_short_one_says(text: str) -> None:
    short = [ask(text, at) for ask in ASKED for at in range(0, len(text), 5)]
    gates.forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        patch.setattr(context, "LONG", 0)
        assert [ask(text, at) for ask in ASKED for at in range(0, len(text), 5)] == short
    gates.forget()


@pytest.mark.parametrize("name", ["business", "personal", "not_card"])
def test_every_alternative_has_a_beginning(name: str) -> None:
    alternatives = gates._ALTERNATIVE.findall(words(name))
    assert len(alternatives) > 50
    assert all(gates._PLAIN.match(one) is not None for one in alternatives)


def test_alternatives_are_parted_outside_brackets_only() -> None:
    heads = Beginnings.of_alternation("live(?<=\\blive)s?\\b|help ?desk|office (?:is|at)|©").heads
    assert heads == {"liv", "hel", "off", "©"}
    with pytest.raises(ValueError, match="plain"):
        Beginnings.of_alternation("a|[bc]")


def test_where_words_may_begin() -> None:
    text = "Card 卡 CAR\nXcard, ca"
    assert Beginnings(labels("bank_card")).places("银行卡 Card") == [0, 4]
    assert Beginnings(["card"]).places(text) == [0, 7, 12]
    gates.forget()
