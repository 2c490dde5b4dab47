"""Which method judges a step, that a replay is what was live, and how alarms are graded."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from mingjian.warn.desk import judge_day
from mingjian.warn.grades import RuleRefused, own_rule, rule_from
from mingjian.warn.judge import Settings, choose, judge, judged
from mingjian.warn.replay import outbreaks, replay
from mingjian.warn.table import Pace, Series
from mingjian.warn.words import odds, why_now

FIRST = date(2020, 1, 6)


def series(
    counts: NDArray[np.int64] | list[int],
    pace: Pace = "week",
    name: str = "one",
    outbreak: NDArray[np.bool_] | None = None,
    last: date | None = None,
) -> Series:
    days = 7 if pace == "week" else 1
    first = FIRST if last is None else last - timedelta(days=days * (len(counts) - 1))
    return Series(name, first, pace, np.asarray(counts, dtype=float), None, outbreak)


def quiet(length: int, seed: int = 1, level: float = 10.0) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    return rng.poisson(level * rng.gamma(8, 1 / 8, length))


@pytest.mark.parametrize(
    ("pace", "history", "method", "years"),
    [
        ("week", 3, "none", 0),
        ("week", 8, "ears", 0),
        ("week", 40, "cusum", 0),
        ("week", 150, "cusum", 0),
        ("week", 165, "farrington", 3),
        ("week", 300, "farrington", 5),
        ("day", 6, "none", 0),
        ("day", 20, "ears", 0),
        ("day", 60, "cusum", 0),
        ("day", 2000, "cusum", 0),
    ],
)
def test_the_method_follows_the_history(pace: Pace, history: int, method: str, years: int) -> None:
    choice = choose(series([5] * (history + 1), pace), history)
    assert (choice.method, choice.years) == (method, years)
    assert choice.why.zh
    assert choice.why.en


@pytest.mark.parametrize(("pace", "length"), [("week", 175), ("day", 190)])
def test_a_replay_is_what_was_live(pace: Pace, length: int) -> None:
    """Every step judged in one go equals the step judged when it was the last."""
    whole = quiet(length)
    settings = Settings()
    together = list(judged(series(whole, pace), range(length), settings))
    for index in (3, 9, 50, 70, 100, 140, length - 1):
        alone = judge(series(whole[: index + 1], pace), index, settings)
        assert repr(alone) == repr(together[index])


@pytest.mark.parametrize(("pace", "length"), [("week", 200), ("week", 60), ("day", 120)])
def test_a_large_excess_is_an_alarm_that_says_why(pace: Pace, length: int) -> None:
    counts = quiet(length)
    counts[-1] = 90
    one = judge(series(counts, pace), length - 1, Settings())
    assert one.alarm
    assert one.low <= one.expected <= one.high <= one.upper < one.observed
    said = why_now(one, weekly=pace == "week")
    assert "90" in said.zh
    assert said.en.count(". ") == 1  # two sentences
    assert f"{one.upper:.0f}" in said.en or "threshold" in said.en


@pytest.mark.parametrize("length", [10, 60, 200])
def test_an_all_zero_past_is_no_alarm_and_is_said(length: int) -> None:
    one = judge(series([0] * length + [30]), length, Settings())
    assert not one.baseline
    assert not one.alarm
    assert "no baseline" in why_now(one, weekly=True).en


def test_too_few_cases_are_said() -> None:
    one = judge(series([1, 0, 0, 0, 0, 0] * 35), 209, Settings())
    assert one.few
    assert "fewer than five" in why_now(one, weekly=True).en


def test_a_slow_rise_is_told_with_its_beginning() -> None:
    counts = quiet(120, seed=4)
    counts[-20:] = counts[-20:] * 17 // 10
    steps = list(judged(series(counts, "day"), range(100, 120), Settings()))
    first = next(step for step in steps if step.alarm)
    assert first.since is not None
    assert first.since < first.at
    assert f"Since {first.since}" in why_now(first, weekly=False).en


def test_odds_in_plain_words() -> None:
    assert odds(1e-9).en == "less than one in a million"
    assert odds(0.0004991).en == "about one in 2,000"
    assert odds(0.9).zh == "很大"


def test_grades_and_standing_among_many_series() -> None:
    last = FIRST + timedelta(weeks=219)
    many = [series(quiet(220, seed), name=f"quiet {seed}", last=last) for seed in range(40)]
    loud = quiet(220, 77)
    loud[-1] = 80
    many.append(series(loud, name="loud", last=last))
    young = quiet(9, 5)
    young[-1] = 99
    many += [series(young, name="young", last=last), series(quiet(50), name="ended")]
    seen, absent = judge_day(many, last, Settings(), own_rule())
    assert absent == ["ended"]
    assert seen[0].judged.series == "loud"
    assert seen[0].grade is not None
    assert seen[0].grade.grade == "red"
    screened = next(one for one in seen if one.judged.series == "young")
    assert screened.grade is not None
    assert screened.grade.grade == "blue"
    assert not screened.stands
    assert seen[0].stands
    assert sum(one.stands for one in seen) <= 2
    for one in seen:
        alone = judge(
            next(s for s in many if s.name == one.judged.series), one.judged.index, Settings()
        )
        assert one.judged.p_value == pytest.approx(alone.p_value, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"grades": [], "share_false": 0.1, "screen_at_most": "blue"},
        {"grades": [{"grade": "pink", "name": {"zh": "粉", "en": "pink"}}], "share_false": 0.1,
         "screen_at_most": "blue"},
        {"grades": [{"grade": "blue", "name": {"zh": "蓝", "en": "blue"}}] * 2,
         "share_false": 0.1, "screen_at_most": "blue"},
        {"grades": [{"grade": "blue", "name": {"zh": "蓝", "en": "blue"}, "chance_at_most": 0}],
         "share_false": 0.1, "screen_at_most": "blue"},
    ],
)  # fmt: skip
def test_a_rule_that_is_off_is_refused(value: object) -> None:
    with pytest.raises(RuleRefused):
        rule_from(value)


def test_replay_counts_delay_and_false_alarms() -> None:
    counts = quiet(260, seed=9)
    marks = np.zeros(260, dtype=bool)
    marks[200] = True  # only its beginning is marked
    counts[202:206] += 40
    marks[240:244] = True  # too small to see
    found = replay([series(counts, outbreak=marks)], Settings())
    first, second = found.met
    assert first.delay == 14
    assert second.delay is None
    assert found.marked
    inside = {*range(200, 208), *range(240, 244)}
    assert found.false == sum(alarm.index not in inside for alarm in found.alarms)
    low, high = found.false_between()
    assert low <= found.false_a_year <= high


def test_marked_runs() -> None:
    marks = np.array([0, 1, 1, 0, 0, 1] + [0] * 20, dtype=bool)
    assert outbreaks(series([1] * 26, outbreak=marks)) == [range(1, 3), range(5, 13)]
    assert outbreaks(series([1] * 26)) == []


def test_false_alarms_expected_are_those_that_come() -> None:
    """Five quiet series over five years: alarms seen lie near those the models expected."""
    many = [series(quiet(270, seed), name=str(seed)) for seed in range(5)]
    found = replay(many, Settings(false_alarms=1.0))
    assert found.series_years == pytest.approx(5, rel=0.01)
    assert found.expected_false > 8
    assert abs(found.false - found.expected_false) < 3.5 * math.sqrt(found.expected_false)
