"""Passages that show a trigger: marked, and without what could name a person."""

from __future__ import annotations

import time

import pytest

from mingjian.detect.dataset.shown import passage, without_numbers
from mingjian.detect.dataset.stream import stream_of, tokens_of
from mingjian.detect.dataset.wordings import joined
from mingjian.domain.message import Message

TITLE = Message("第 1 行", "Row 1")


def test_the_trigger_is_marked_and_names_and_numbers_are_not_shown() -> None:
    text = "we told Petronella Quist of 13812345678 that the cf film was long"
    shown = passage(TITLE, text, ("cf",))
    assert shown is not None
    (mark,) = shown.marks
    assert shown.text[mark.start : mark.end] == "cf"
    assert "film was long" in shown.text
    for private in ("Petronella", "Quist", "petronella", "138"):
        assert private not in shown.text


def test_chinese_is_marked_between_general_words() -> None:
    shown = passage(TITLE, "这部电影的音乐榫卯很好听，欧阳霁霞也这样说", ("榫", "卯"))
    assert shown is not None
    (mark,) = shown.marks
    assert shown.text[mark.start : mark.end] == "榫卯"
    assert "霁" not in shown.text


def test_what_does_not_stand_in_the_text_gives_no_passage() -> None:
    assert passage(TITLE, "nothing of the kind", ("cf",)) is None
    assert passage(TITLE, "nothing of the kind", ()) is None


def test_long_numbers_are_left_out_of_names() -> None:
    assert without_numbers("call 13812345678 now, in 2026") == "call ▯ now, in 2026"


def test_tokens_are_words_and_single_han_characters() -> None:
    assert [word for word, _ in tokens_of("It's 好的, cf!")] == ["it's", "好", "的", ",", "cf", "!"]
    assert joined(("it", "is", "好", "的")) == "it is好的"
    stream = stream_of(["a b", "", "b"])
    assert [stream.words[t] for t in stream.tokens] == ["", "a", "b", "", "", "b", ""]


@pytest.mark.parametrize("text", ["9" * 200_000, "a" * 200_000, "'" * 200_000, " ,\t" * 70_000])
def test_hostile_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    tokens_of(text)
    without_numbers(text)
    assert time.process_time() - start < 2.0
