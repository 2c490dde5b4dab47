"""The second reading of dialogues: what is read, when, and how it counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.contract import Unavailable
from mingjian.detect.learned import store
from mingjian.detect.learned.heads import WINDOW, windows
from mingjian.detect.message.fraud import MessageFraud
from mingjian.detect.message.measure import Measure
from mingjian.detect.message.reading import gather
from mingjian.detect.message.second import MOST, Second
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.testing.evidence import text_evidence

QUIET = "A: Did the bus come? B: No, ten minutes late, so we walked. A: How are the ducks? B: Loud."
PRESSING = (
    "A: This is the fraud desk of your bank. B: Oh? A: Move your savings to the safe account "
    "today and do not tell your family. B: Which account? A: I will read it out, be quick."
)


@given(st.text(max_size=6000), st.sampled_from(sorted(WINDOW)))
def test_windows_are_even_and_bounded(text: str, language: str) -> None:
    found = windows(text, language, MOST)
    assert len(found) <= MOST
    assert all(len(window) <= WINDOW[language] for window in found)
    if len(text) <= MOST * WINDOW[language] - MOST:
        assert "".join(found) == text
        assert all(len(window) == len(found[0]) for window in found[:-1])
    else:
        assert text.startswith(found[0])
        assert text.endswith(found[-1])


def test_only_what_is_not_clearly_low_is_read_twice() -> None:
    measure = Measure(store.load("mingjian.detect.message", "fraud"))
    quiet, pressing = (
        measure(gather(text, "plain-text", declared=True, language="en")[0], "en-dialogue")
        for text in (QUIET, PRESSING)
    )
    assert quiet.told is None
    assert quiet.score < 0
    assert pressing.told is not None
    assert pressing.score > 0
    message = measure(
        gather(PRESSING, "plain-text", declared=False, language="en")[0], "en-message"
    )
    assert message.told is None


def test_the_step_counts_all_three() -> None:
    arrays = {
        "heads_where": np.zeros((384, 1), np.float32),
        "heads_what": np.zeros((384, 1), np.float32),
        "heads_bias": np.array(0.5),
        "en-dialogue.again": np.array([-1.0, 2.0, 3.0, 4.0, 0.25]),
    }
    second = Second(arrays, ("en-dialogue",))
    assert second.wanted(-1.0, "en-dialogue")
    assert not second.wanted(-1.5, "en-dialogue")
    assert not second.wanted(9.0, "en-message")
    assert second.told("hello there", "en") == 0.5
    assert second.together(1.0, 1.0, 1.0, "en-dialogue") == 9.25


def test_without_the_encoder_there_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = store.load("mingjian.detect.message", "fraud")

    def missing(package: str, name: str) -> bytes:
        raise Unavailable(Message("没有编码器", "no encoder"))

    monkeypatch.setattr(store, "data", missing)
    with pytest.raises(Unavailable):
        Measure(arrays)


def test_a_clear_second_reading_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def because(told: float) -> Message:
        monkeypatch.setattr(Second, "told", lambda self, text, language: told)
        monkeypatch.setattr(Second, "together", lambda self, *parts: 1.0)
        evidence = text_evidence(PRESSING, kind=EvidenceKind.DIALOGUE)
        found = next(f for f in MessageFraud({}).examine(evidence) if f.proposition)
        return found.because

    assert "close to fraud too" in because(2.0).en
    assert "也接近诈骗" in because(2.0).zh
    assert "closer to ordinary talk" in because(-2.0).en
    assert "Read as a whole" not in because(0.5).en
