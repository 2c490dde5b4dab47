"""Names in running text are judged alike one by one and many at once, in bounded time."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import gates, running_network
from mingjian.detect.privacy.lexicon import key_of
from mingjian.detect.privacy.running_first import candidates
from mingjian.detect.privacy.scan import scan

CHARACTERS = st.sampled_from(
    "王李欧阳诸葛高明伟芳丽华国强说的和在记者患者支付流水，。\n aA1😀👌\uffff"
)


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


@settings(deadline=None, max_examples=100)
@given(st.text(CHARACTERS, max_size=80))
def test_the_first_sum_is_the_same_in_arrays(text: str) -> None:
    one_by_one, starts = candidates(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        in_arrays, same_starts = candidates(text)
    assert (sorted(in_arrays), same_starts) == (sorted(one_by_one), starts)


def test_a_word_is_found_by_its_key_and_nothing_else_is() -> None:
    words = running_network.model().words
    keys = np.array(
        [key_of(word) for word in ("支付", "流水", "记者", "付流", "者患", "")], np.uint32
    )
    common = words.common(keys)
    assert (common[:3] > 1).all()
    assert not common[3:].any()


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
