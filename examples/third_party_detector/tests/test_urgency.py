"""Run with `pytest examples/third_party_detector/tests`."""

from mingjian_example_urgency.urgency import Urgency

from mingjian.testing import assert_keeps_promise, text_evidence


def test_keeps_the_promise() -> None:
    assert_keeps_promise(Urgency, examples=["请立即转账".encode(), b"see you tomorrow"])


def test_counts_pressing_phrases() -> None:
    (finding,) = Urgency({}).examine(text_evidence("请马上处理，逾期作废"))
    assert [(span.start, span.end) for span in finding.where] == [(1, 3), (6, 8)]


def test_ordinary_text_is_quiet() -> None:
    (finding,) = Urgency({}).examine(text_evidence("明天下午三点开会"))
    assert finding.quiet
    assert finding.score == 0
