"""A detector going blind is told; windows that merely differ as they always do are not."""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from mingjian.warn.alert_kinds import drift_alarms
from mingjian.warn.drift import Window, drifts


def windows(
    rng: np.random.Generator,
    count: int = 20,
    size: int = 200,
    apart: float = 0.2,
    last: float = 0.0,
    silent: float = 0.02,
    last_silent: float | None = None,
) -> list[Window]:
    """Windows whose means differ by `apart` deviations; the last one by `last` more."""
    made = []
    for number in range(count):
        is_last = number == count - 1
        middle = rng.normal(0, apart) + (last if is_last else 0)
        share = last_silent if is_last and last_silent is not None else rng.beta(2, 2 / silent - 2)
        made.append(Window(list(rng.normal(middle, 1, size)), size, int(rng.binomial(size, share))))
    return made


def test_without_a_change_little_stands() -> None:
    rng = np.random.default_rng(1)
    p_values, stood = [], 0
    for _ in range(30):
        found = drifts({f"d{n}": windows(rng, size=80) for n in range(5)})
        p_values += [each.p_value for each in found]
        stood += any(each.stands for each in found)
    assert stood <= 4  # of 30 days; 5 % asked for
    assert np.mean(np.array(p_values) < 0.05) < 0.08


def test_a_detector_that_falls_silent_or_measures_otherwise_is_told() -> None:
    rng = np.random.default_rng(2)
    found = drifts(
        {
            "well": windows(rng),
            "shifted": windows(rng, last=1.5),
            "silent": windows(rng, last_silent=0.6),
        }
    )
    told = {(each.detector, each.what) for each in found if each.stands}
    assert told == {("shifted", "measurements"), ("silent", "silence")}
    alarms = drift_alarms(found, date(2026, 11, 23), 7)
    grades = {alarm.subject: alarm.grade for alarm in alarms}
    assert grades == {"silent (silence)": "orange", "shifted (measurements)": "yellow"}
    assert all(alarm.kind == "drift" and "gone blind" in alarm.why.en for alarm in alarms)


def test_too_little_past_gives_no_opinion() -> None:
    rng = np.random.default_rng(3)
    found = drifts({"young": windows(rng, count=6, last=9), "new": windows(rng, count=1)})
    assert {each.detector for each in found} == {"young"}
    assert all(math.isnan(each.p_value) and not each.stands for each in found)
    few = drifts({"rare": windows(rng, size=5, last=9)})
    assert all(math.isnan(each.p_value) for each in few)


def test_equal_measurements_and_a_first_failure_are_no_alarm() -> None:
    same = [Window([1.0] * 50, 50, 0) for _ in range(12)]
    assert not any(each.stands for each in drifts({"fact": same}))
    assert not any(each.stands for each in drifts({"fact": [*same, Window([1.0] * 50, 50, 1)]}))
