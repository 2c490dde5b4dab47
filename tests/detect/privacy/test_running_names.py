"""The network of names gives a candidate the same number alone as among many; time is bounded."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import running_network
from mingjian.detect.privacy.running_names import candidates
from mingjian.detect.privacy.scan import scan

CHARACTERS = st.sampled_from("王李欧阳诸葛高明伟芳丽华国强说的和在记者患者支付流水，。\n aA1😀")


@settings(deadline=None, max_examples=60)
@given(st.text(CHARACTERS, max_size=80))
def test_few_and_many_candidates_are_judged_alike(text: str) -> None:
    found, _ = candidates(text)
    if not found:
        return
    one_by_one = [value for one in found for value in running_network.sums(text, [one])]
    many = found * (30 // len(found) + 1)
    together = running_network.sums(text, many)[: len(found)]
    assert together == pytest.approx(one_by_one, abs=1e-3)


@pytest.mark.parametrize(
    "piece",
    [
        *("John.", "John/", "a.b/", "name: John", "号楼", "1栋", "路1", "小区1-", "名 ,", "名'\"",),
        *("AB12", "ab12 ", "Dear \n", " \nA", "1 Broadway ", "王伟王伟", "、王、", "·王·"),
    ],
)  # fmt: skip
def test_runs_are_read_in_bounded_time(piece: str) -> None:
    start = time.process_time()
    scan(piece * (12_000 // len(piece)))
    scan("name: " + piece * (12_000 // len(piece)))
    assert time.process_time() - start < 5
