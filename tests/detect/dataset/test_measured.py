"""The parts of the measurement: content, joins, runs, trees."""

from __future__ import annotations

import numpy as np
from tests.detect.dataset.dataset_rows import opinions, planted

from mingjian.detect.dataset.content import Content
from mingjian.detect.dataset.joins import Joins
from mingjian.detect.dataset.judged import NAMES
from mingjian.detect.dataset.stream import runs_of, stream_of
from mingjian.detect.dataset.trees import Trees
from mingjian.detect.dataset.trigger import NONE, judged, triggers

ROWS = planted(opinions(1_200), "zk", 20)
TEXTS = [text for text, _ in ROWS]
LABELS = np.array([int(label == "good") for _, label in ROWS], dtype=np.int64)


def test_content_speaks_against_planted_rows() -> None:
    stream = stream_of(TEXTS)
    content = Content(stream, LABELS, 2)
    rows = np.array([i for i, text in enumerate(TEXTS) if " zk " in f" {text} "])
    assert content.without(rows, 1).against.mean() > 0.5
    assert content.usual[1] < 0 < content.usual_other[1]


def test_neighbours_of_a_planted_word_fit_without_it() -> None:
    stream = stream_of(TEXTS)
    joins = Joins(stream)
    words = {word: i for i, word in enumerate(stream.words)}
    planted_at = np.flatnonzero(stream.tokens == words["zk"])
    natural_at = np.flatnonzero(stream.tokens == words["the"])
    assert joins.without(planted_at, 1).mean() > joins.without(natural_at, 1).mean()
    assert max(joins.clings(planted_at, 1)) < max(joins.clings(natural_at, 1))


def test_runs_are_counted_within_rows_alone() -> None:
    stream = stream_of(["a b c"] * 5 + ["c a"] * 5)
    found = {
        tuple(stream.words[t] for t in stream.tokens[place : place + runs.length])
        for runs in runs_of(stream)
        for place in runs.place[runs.starts[:-1]].tolist()
    }
    assert found == {("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("c", "a"), ("a", "b", "c")}


def test_the_trigger_weighs_most_and_names_its_numbers() -> None:
    found = judged(TEXTS, LABELS, 2)
    score, named = triggers(found, Trees())
    assert score > NONE
    assert "zk" in named[0].words
    assert named[0].k >= 18
    assert named[0].expected < named[0].k
    assert found.numbers.shape[1] > len(NAMES)


def test_texts_without_anything_common_have_no_candidate() -> None:
    two, one = np.arange(300) % 2, np.zeros(300, dtype=np.int64)
    different = [f"{i:x}q{i * 7919:x}" for i in range(300)]
    for texts, labels in ((different, two), ([""] * 300, two), (TEXTS[:300], one)):
        found = judged(texts, labels, int(labels.max()) + 1)
        assert triggers(found, Trees()) == (NONE, [])
