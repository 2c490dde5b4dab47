"""Counts as rows become series; what cannot be read is refused with its place."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from mingjian.warn.table import Series, TableRefused, series_from


def read(text: str, *, missing_is_zero: bool = False) -> list[Series]:
    return series_from(csv.DictReader(io.StringIO(text)), missing_is_zero=missing_is_zero)


def test_weeks_and_days_are_told_apart() -> None:
    weekly = read("series,date,count\na,2026-01-05,3\na,2026-01-12,4\nb,2026-01-12,1\n")
    assert [(s.name, s.pace, len(s.counts)) for s in weekly] == [("a", "week", 2), ("b", "week", 1)]
    (daily,) = read("date,count\n2026-01-05,3\n2026/01/06,4\n")
    assert (daily.name, daily.pace, daily.date_of(1)) == ("all", "day", date(2026, 1, 6))
    assert weekly[0].index_of(date(2026, 1, 12)) == 1
    assert weekly[0].index_of(date(2026, 1, 13)) is None


def test_columns_in_chinese_with_exposure_and_outbreak() -> None:
    (found,) = read("序列,日期,数量,基数,暴发\n诈骗,2026-01-05,3,100.5,\n诈骗,2026-01-06,9,99,是\n")
    assert found.exposure is not None
    assert found.exposure.tolist() == [100.5, 99]
    assert found.outbreak is not None
    assert found.outbreak.tolist() == [False, True]


def test_gaps_are_refused_or_zero() -> None:
    text = "series,date,count\na,2026-01-05,3\na,2026-01-07,4\nb,2026-01-09,1\n"
    with pytest.raises(TableRefused, match="lacks 2026-01-06"):
        read(text)
    a, b = read(text, missing_is_zero=True)
    assert a.counts.tolist() == [3, 0, 4, 0, 0]
    assert b.counts.tolist() == [1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("series,count\na,1\n", "lacks the column date"),
        ("date,count\n5 Jan,1\n", "row 2: a date"),
        ("date,count\n2026-01-05,-1\n", "whole number"),
        ("date,count\n2026-01-05,1.5\n", "whole number"),
        ("date,count\n2026-01-05,inf\n", "whole number"),
        ("date,count\n2026-01-05,nan\n", "whole number"),
        ("date,count\n2026-01-05,1e300\n", "whole number"),
        ("date,count\n2026-01-05,1\n2026-01-05,1\n", "row 3: 2026-01-05 is there twice"),
        ("date,count,exposure\n2026-01-05,1,0\n", "above zero"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(TableRefused, match=said) as refused:
        read(text)
    assert refused.value.why.zh


def test_a_small_file_that_spans_ages_is_refused() -> None:
    with pytest.raises(TableRefused, match="too long"):
        read("date,count\n0001-01-01,1\n9999-01-01,1\n", missing_is_zero=True)
