"""A new method is told from an unchanged mix, and from more of everything; other kinds of alarm."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from mingjian.warn.alert_kinds import mix_alarm, nowcast_alarm
from mingjian.warn.chances import chi_square_above
from mingjian.warn.mix import mix
from mingjian.warn.nowcast import Delays, nowcast, triangle

DAY = date(2026, 11, 23)
SHARES = np.array([0.5, 0.3, 0.15, 0.05])
NAMES = ["voice", "face", "text", "link"]


def period(rng: np.random.Generator, total: int, wide: float = 0.0) -> dict[str, int]:
    shares = rng.dirichlet(SHARES / wide) if wide else SHARES
    return dict(zip(NAMES, map(int, rng.multinomial(total, shares)), strict=True))


@pytest.mark.parametrize("wide", [0.0, 0.02])
def test_an_unchanged_mix_is_no_alarm(wide: float) -> None:
    """Also where periods always differ more than a multinomial would."""
    rng = np.random.default_rng(4)
    low, told = 0, 0
    for _ in range(300):
        found = mix([period(rng, 100, wide) for _ in range(12)], period(rng, 120, wide))
        low += found.p_value < 0.05
        told += bool(found.grown)
    assert low < 0.09 * 300
    assert told < 0.09 * 300


def test_a_new_method_is_named_and_more_of_everything_is_not() -> None:
    rng = np.random.default_rng(5)
    past = [period(rng, 100) for _ in range(12)]
    assert mix(past, period(rng, 1000)).grown == ()
    found = mix(past, {**period(rng, 100), "new template": 40})
    assert [(each.method, each.new) for each in found.grown] == [("new template", True)]
    alarm = mix_alarm("fraud", found, DAY, 7)
    assert alarm is not None
    assert (alarm.grade, alarm.kind) == ("orange", "mix")
    assert "“new template” rose from 0.0%" in alarm.why.en
    assert mix_alarm("fraud", mix(past, period(rng, 100)), DAY, 7) is None


def test_too_little_gives_no_opinion() -> None:
    found = mix([{"a": 50, "b": 50}] * 3, {"a": 1, "b": 99})
    assert math.isnan(found.p_value)
    assert mix_alarm("x", found, DAY, 7) is None


def test_chi_square_tails() -> None:
    for value, degrees, tail in ((3.841459, 1, 0.05), (18.307038, 10, 0.05), (16.266236, 3, 0.001)):
        assert chi_square_above(value, degrees) == pytest.approx(tail, rel=1e-5)
    assert chi_square_above(0, 4) == 1


def test_counts_corrected_for_their_delay() -> None:
    rng = np.random.default_rng(8)
    pairs = []
    for number in range(60):
        event = DAY - timedelta(days=59 - number)
        count = rng.poisson(60 if number == 58 else 12)
        pairs += [
            (event, event + timedelta(days=int(delay))) for delay in rng.integers(0, 4, count)
        ]
    settings = Delays(longest=6)
    found = nowcast(triangle(pairs, DAY, settings), settings)
    yesterday = DAY - timedelta(days=1)
    alarm = nowcast_alarm("fraud", found, yesterday, expected=12, bound=24)
    assert alarm is not None
    reported = int(found.reported[58])
    assert alarm.observed is not None
    assert alarm.observed > reported
    assert f"{reported} reported" in alarm.why.en
    assert nowcast_alarm("fraud", found, yesterday - timedelta(days=5), 12, 24) is None
