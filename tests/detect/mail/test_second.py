"""The second reading: when it is asked for, how it counts, and that it is bounded."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.detect.contract import Unavailable
from mingjian.detect.learned import encoder, store
from mingjian.detect.learned.heads import WINDOW
from mingjian.detect.mail.acts import made_alike
from mingjian.detect.mail.phishing import Phishing
from mingjian.detect.mail.second import MOST, Second, opening
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.testing import evidence_from

ASKING = (
    "Working space\nHi Nora, lovely to have met you at the fair. The drawings are in our client "
    "room; sign in with your work mail and password when it asks: https://a.example/x"
)
HARMLESS = (
    "Choir\nDear all, thanks for the lovely evening, see you on Monday. You get this newsletter "
    "because you subscribed; unsubscribe below. No action is needed."
)


def finding(text: str):
    (found,) = Phishing({}).examine(evidence_from(text.encode(), declared=EvidenceKind.MAIL)[0])
    return found


def arrays(least: float) -> dict[str, np.ndarray]:
    return {
        "heads_where": np.zeros((encoder.DIMENSIONS, 2), dtype=np.float32),
        "heads_what": np.zeros((encoder.DIMENSIONS, 2), dtype=np.float32),
        "heads_bias": np.array(2.0),
        "second_last": np.array([least, 0.5, 0.25, 3.0]),
    }


def test_only_what_is_not_clearly_ordinary_is_read_twice(monkeypatch):
    def never(self, texts):
        raise AssertionError("read twice")

    assert finding(ASKING).details["read_twice"] is True
    monkeypatch.setattr(encoder.Encoder, "read", never)
    assert finding(HARMLESS).details["read_twice"] is False


def test_both_readings_are_added_up():
    second = Second(arrays(-1.0))
    normal = made_alike(ASKING)
    assert second.least == -1.0
    assert second.told(normal, "en") == pytest.approx(2.0)
    assert second.together(4.0, 2.0) == pytest.approx(0.5 + 1.0 + 6.0)


@pytest.mark.parametrize(("word", "tongue"), [("word ", "en"), ("邮件", "zh")])
def test_the_beginning_is_read_and_no_more(word: str, tongue: str):
    normal = made_alike(word * 10_000)
    read = opening(normal, tongue)
    assert len(read) == MOST
    assert "".join(read) == normal.text[: MOST * WINDOW[tongue]]
    assert len(opening(made_alike(word), tongue)) == 1
    assert opening(made_alike(""), tongue) == [""]


def test_a_reading_that_is_clear_is_told_in_words(monkeypatch):
    monkeypatch.setattr(Second, "told", lambda self, normal, tongue: 2.0)
    found = finding(ASKING)
    assert "read as a whole" in found.because.en
    assert "通读开头" in found.because.zh
    assert "read as a whole" not in finding(HARMLESS).because.en


def test_without_the_encoder_there_is_no_measure(monkeypatch):
    def missing(package, name):
        raise Unavailable(Message("没有编码器", "no encoder"))

    monkeypatch.setattr(store, "data", missing)
    with pytest.raises(Unavailable):
        Second(arrays(0.0))
