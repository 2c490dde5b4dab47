"""Records through several sandboxes: in order, and a bad one costs only itself."""

from __future__ import annotations

from itertools import count

import pytest

from mingjian.intake.limits import Limits
from mingjian.run.outcome import State
from mingjian.run.sandbox import SandboxBroken
from mingjian.run.stream import AHEAD, stream

QUICK = Limits(item_seconds=3.0, detector_seconds=0.7, memory_bytes=512 << 20)


def batches(texts, size):
    for at in range(0, len(texts), size):
        yield {"records": [{"text": text} for text in texts[at : at + size]]}


def lines(pieces):
    for piece in pieces:
        if piece.outcome.state is State.DONE:
            yield from piece.outcome.result["lines"]
        else:
            assert len(piece.request["records"]) == 1
            yield piece.outcome.state.value


def test_records_come_back_in_order(tmp_path):
    texts = [f"text {number}" for number in range(500)]
    found = lines(stream("fakes:records", batches(texts, 32), QUICK, 2, tmp_path))
    assert list(found) == [text.upper() for text in texts]
    assert list(tmp_path.iterdir()) == []


def test_bad_records_cost_only_themselves(tmp_path):
    texts = [f"text {number}" for number in range(20)]
    texts[3], texts[4], texts[17] = "segfault", "raise", "bomb"
    found = lines(stream("fakes:records", batches(texts, 8), QUICK, 2, tmp_path))
    expected = [text.upper() for text in texts]
    expected[3], expected[4], expected[17] = "died", "failed", "out_of_memory"
    assert list(found) == expected


def test_no_more_is_read_than_is_under_way(tmp_path):
    read = []

    def endless():
        for number in count():
            read.append(number)
            yield {"records": [{"text": str(number)}]}

    pieces = stream("fakes:records", endless(), QUICK, 2, tmp_path)
    assert [next(pieces).outcome.result["lines"] for _ in range(3)] == [["0"], ["1"], ["2"]]
    assert len(read) <= 3 + 2 * AHEAD
    pieces.close()
    assert list(tmp_path.iterdir()) == []


def test_a_function_that_does_not_load_is_said_in_words(tmp_path):
    with pytest.raises(SandboxBroken):
        list(stream("fakes:absent", batches(["a"], 1), QUICK, 1, tmp_path))
