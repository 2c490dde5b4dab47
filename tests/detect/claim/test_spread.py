"""The pace and shape of cascades, and damage that is told and left out."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from mingjian.detect.claim.cascade import UNKNOWN, cascade
from mingjian.detect.claim.spread import SpreadFacts
from mingjian.detect.contract import NotApplicable
from mingjian.testing import assert_keeps_promise, evidence_from

CSV = (
    "id,parent_id,created_at\n"
    "a,,2024-05-01 10:00:00\n"
    "b,a,2024-05-01 10:10:00\n"
    "c,b,2024-05-01 12:00:00\n"
    "d,a,2024-05-03 10:00:00\n"
)


def examine(data: str, name: str):
    return tuple(SpreadFacts({}).examine(evidence_from(data.encode(), name)[0]))


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


def test_the_facts_of_one_cascade():
    facts = cascade([60.0, 3_600.0, 7_200.0, 90_000.0], [-1, 0, -1, 1])
    assert (facts.first_hour, facts.first_day) == (2, 3)
    assert facts.half_after == 3_600
    assert facts.last_after == 90_000
    assert (facts.depth, facts.breadth, facts.direct) == (3, 2, 2)
    assert facts.direct_share == 0.5
    assert facts.damage.total == 0


def test_structural_virality_is_the_mean_distance():
    choose = random.Random(5)
    parents = [choose.randrange(-1, i) for i in range(30)]
    edges = {(i + 1, parent + 1) for i, parent in enumerate(parents)}
    far = [[0 if i == j else 99 for j in range(31)] for i in range(31)]
    for i, j in edges:
        far[i][j] = far[j][i] = 1
    for k, i, j in itertools.product(range(31), repeat=3):
        far[i][j] = min(far[i][j], far[i][k] + far[k][j])
    mean = sum(map(sum, far)) / (31 * 30)
    assert cascade([None] * 30, parents).virality == pytest.approx(mean)


def test_order_does_not_matter():
    one = cascade([10.0, 20.0, 30.0], [-1, 0, 1])
    other = cascade([30.0, 20.0, 10.0], [1, 2, -1])
    assert one == other


def test_damage_is_counted_and_left_out():
    # 0 ok, 1-2 a circle, 3 hangs from it, 4 outside, 5 itself, 6 before its parent, 7 no delay
    delays = [100.0, 200.0, 200.0, 300.0, 400.0, 500.0, 50.0, None]
    facts = cascade(delays, [-1, 2, 1, 1, 99, 5, 0, 0])
    assert facts.damage.cycle == 2
    assert facts.damage.parent == 2
    assert facts.damage.order == 1
    assert facts.damage.delay == 1
    assert facts.placed == 2
    assert facts.timed == 7


def test_nothing_left_is_no_error():
    facts = cascade([None], [UNKNOWN])
    assert facts.virality is None
    assert facts.half_after is None
    assert facts.direct_share is None


def test_a_long_chain_needs_no_recursion():
    facts = cascade([float(i) for i in range(50_000)], list(range(-1, 49_999)))
    assert facts.depth == 50_000


def test_lists_of_delays_and_parents():
    data = lines(
        {"id": "p1", "delay_s": [5, 4_000], "parent": [-1, 0]},
        {"id": "p2", "delay_s": [7, -3, None, 1e400], "parent": [-1, 0, 0, 1]},
    )
    (finding,) = examine(data, "s.jsonl")
    assert finding.details["posts"] == 2
    assert finding.details["left_out"]["delay"] == 3
    assert "3" in finding.because.en
    assert "由此不能断定" in finding.because.zh
    assert "不判断真假" in finding.because.zh
    assert finding.score is None


def test_unequal_lists_and_broken_rows_are_told():
    data = lines(
        {"id": "p1", "delay_s": [5, 6], "parent": [-1]},
        {"id": "p2", "delay_s": "no", "parent": []},
        {"id": "p3", "delay_s": [1], "parent": ["x"]},
    )
    (finding,) = examine(data, "s.jsonl")
    assert finding.details["left_out"]["parent"] == 2
    assert finding.details["left_out"]["rows"] == 1


def test_a_row_for_each_repost():
    (finding,) = examine(CSV, "r.csv")
    (facts,) = finding.details["most"]
    assert facts["post"] == "a"
    assert facts["first_hour"] == 1
    assert facts["first_day"] == 2
    assert facts["depth"] == 2
    assert "passed on 3 times" in finding.because.en


def test_unseen_first_posts_and_circles_in_reposts():
    data = (
        CSV
        + "e,x,2024-05-01 10:00:00\nf,e,2024-05-01 10:05:00\n"
        + "g,h,2024-05-01 10:00:00\nh,g,2024-05-01 10:00:00\ng,a,2024-05-01 11:00:00\n"
    )
    (finding,) = examine(data, "r.csv")
    assert finding.details["posts"] == 3
    assert finding.details["left_out"]["cycle"] == 2
    assert finding.details["left_out"]["rows"] == 1
    assert "not in the table" in finding.because.en


@pytest.mark.parametrize("data", ["a,b\n1,2\n3,4\n", "id,parent_id\na,\nb,a\n"])
def test_other_tables_are_not_applicable(data):
    with pytest.raises(NotApplicable):
        examine(data, "t.csv")


def test_promise():
    rows = [{"delay_s": [1, 2], "parent": [-1, 0]}, {"delay_s": [float("nan")], "parent": [3]}]
    assert_keeps_promise(SpreadFacts, [CSV.encode(), lines(*rows).encode()])
