"""The situation: what is counted, what is compared, and that every number leads to its rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mingjian.cli.main import app
from mingjian.warn.chances import wilson
from mingjian.warn.situation import (
    Class,
    Incident,
    period_of,
    periods,
    situation,
)


def incident(ref: str, day: str, **known: object) -> Incident:
    return Incident(source="t", ref=ref, day=date.fromisoformat(day), **known)  # type: ignore[arg-type]


def test_periods_and_which_of_them_are_whole() -> None:
    listed = periods(date(2026, 2, 1), date(2026, 12, 31), "quarter", date(2026, 11, 25))
    assert listed == [
        ("2026-Q1", False),  # January is not in the span
        ("2026-Q2", True),
        ("2026-Q3", True),
        ("2026-Q4", False),  # not over yet
    ]
    year = periods(date(2024, 1, 1), date(2025, 12, 31), "year", date(2025, 12, 31))
    assert year == [("2024", True), ("2025", True)]
    assert [
        name for name, _ in periods(date(2025, 12, 31), date(2026, 1, 1), "month", date.max)
    ] == [
        "2025-12",
        "2026-01",
    ]


@given(st.dates(date(1999, 1, 1), date(2035, 1, 1)), st.integers(0, 2_000))
@settings(deadline=None, max_examples=60)
def test_every_day_lies_in_one_period(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    for every in ("year", "quarter", "month"):
        names = [name for name, _ in periods(first, last, every, last)]  # type: ignore[arg-type]
        assert len(set(names)) == len(names)
        assert names[0] == period_of(first, every)  # type: ignore[arg-type]
        assert names[-1] == period_of(last, every)  # type: ignore[arg-type]


def test_wilson_is_the_interval_of_the_paper_on_intervals() -> None:
    # L. Brown, T. Cai, A. DasGupta, Statistical Science 16 (2001): the score interval.
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-4)
    assert wilson(15, 50) == pytest.approx((0.1910, 0.4375), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_four_questions() -> None:
    incidents = [
        incident(
            "1",
            "2024-03-01",
            lead="诈骗",
            fine="冒充领导",
            techniques=("克隆声音",),
            skill="expert",
        ),
        incident(
            "2",
            "2025-03-01",
            lead="诈骗",
            fine="冒充领导",
            techniques=("克隆声音", "换脸"),
            skill="none",
        ),
        incident(
            "3", "2025-05-01", lead="诈骗", fine="冒充亲友", techniques=("换脸",), skill="none"
        ),
        incident("4", "2025-06-01", lead="敲诈", fine="图片敲诈", conducts=("a",)),
        incident("5", "2026-01-01"),
    ]
    classes = [
        Class("诈骗", "冒充领导", True, "2"),
        Class("诈骗", "合同诈骗", False, "3"),
        Class("盗窃", "扒窃", False, "4"),
    ]
    told = situation(incidents, classes, date(2024, 1, 1), date(2025, 12, 31), "year")
    assert told.total.value == 4  # the fifth lies outside
    before, after = told.growth
    assert (before.count.value, before.times) == (1, None)
    assert (after.count.value, after.times) == (3, 3.0)
    assert after.low is not None
    assert after.high is not None
    assert after.low < 1 < 3 < after.high  # one and three: no change can be stated
    lead, fine = told.spread
    assert (lead.classes, lead.marked.value, lead.met.value) == (2, 1, 1)
    assert (fine.classes, fine.marked.value, fine.met.value) == (3, 1, 1)
    assert lead.unlisted == ("敲诈",)
    assert fine.unlisted == ("冒充亲友", "图片敲诈")
    first, second = told.techniques
    assert [(name, number.value, number.of) for name, number in second.shares] == [
        ("换脸", 2, 2),
        ("克隆声音", 1, 2),
    ]
    assert (first.new, second.new) == ((), ("换脸",))
    assert [(one.period, one.without.value, one.without.of) for one in told.thresholds] == [
        ("2024", 0, 1),
        ("2025", 2, 2),
    ]
    ids = [number.id for number in told.numbers()]
    assert sorted(ids, key=lambda name: int(name[1:])) == [
        f"N{at}" for at in range(1, len(ids) + 1)
    ]
    assert after.count.rows == ("t:2", "t:3", "t:4")


def test_the_ratios_of_the_paper() -> None:
    """1.2: 214 of 1,071 lead classes are 19.98 %; 596 of 2,840 fine classes (there 20.98 %)."""
    classes = [
        Class(f"l{at % 1071}", f"f{at}", at % 1071 < 214 and at < 596, str(at))
        for at in range(2840)
    ]
    lead, fine = situation([], classes, date(2024, 1, 1), date(2024, 9, 30), "year").spread
    assert (lead.marked.value, lead.marked.of) == (214, 1071)
    assert round(lead.marked.value / lead.classes, 4) == 0.1998
    assert fine.marked.of == 2840


INCIDENTS = """日期,编号,行为,主案别,细分类,手法,技能
2025-02-01,A1,fraud.deepfake,诈骗,冒充领导,克隆声音;换脸,专业
2025-08-01,A2,fraud.deepfake;pi.infringement,诈骗,冒充亲友,换脸,无
2026-02-01,A3,,诈骗,冒充领导,,
"""
CLASSES = "主案别,细分类,涉人工智能\n诈骗,冒充领导,是\n诈骗,合同诈骗,否\n盗窃,扒窃,否\n"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    (tmp_path / "i.csv").write_text(INCIDENTS, "utf-8-sig")
    (tmp_path / "c.csv").write_text(CLASSES, "utf-8")
    return ["--incidents", str(tmp_path / "i.csv"), "--classes", str(tmp_path / "c.csv")]


def test_from_tables_to_a_report_and_back_to_the_rows(tables: list[str], tmp_path: Path) -> None:
    run, command = CliRunner().invoke, ["situation", "report", *tables, "--every", "year"]
    data, page = tmp_path / "r.json", tmp_path / "r.html"
    assert run(app, [*command, "--out", str(data)]).exit_code == 0
    told = json.loads(data.read_text("utf-8"))
    assert [source["rows"] for source in told["sources"]] == [3, 3, 0]
    assert told["numbers"][told["total"]]["rows"] == ["i.csv:A1", "i.csv:A2", "i.csv:A3"]
    done = run(app, ["situation", "rows", str(data), told["growth"][0]["count"], "--lang", "en"])
    assert done.output.split() == ["incidents", "of", "2025:", "2", "i.csv:A1", "i.csv:A2"]
    assert run(app, ["situation", "rows", str(data), "N999"]).exit_code != 0
    for language, words in (
        ("zh", ("人工智能犯罪形势报告", "1 / 2 = 50.00%", "AI 换脸换声、语音机器人诈骗")),
        ("en", ("Situation: AI-enabled crime", "1 / 2 = 50.00%", "without special skill")),
    ):
        assert run(app, [*command, "--out", str(page), "--lang", language]).exit_code == 0
        text = page.read_text("utf-8")
        for word in words:
            assert word in text
        for name in told["numbers"]:
            assert f"[{name}]" in text


def test_cases_are_counted_once_and_by_what_was_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    run = CliRunner().invoke
    for name in ("one", "two"):
        assert run(app, ["case", "new", name, "--title", name]).exit_code == 0
    done = run(app, ["case", "facts", "one", "--date", "2025-05-05"])
    assert done.exit_code == 0, done.output
    done = run(app, ["situation", "report", "--every", "year", "--json"])
    told = json.loads(done.stdout)
    assert told["numbers"][told["total"]]["rows"][0] == "cases:one"
    assert told["numbers"][told["total"]]["value"] == 2
    assert told["first"] == "2025-05-05"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date\n2025-13-01\n", "row 2"),
        ("day,id\n2025-01-01,1\n", "lacks the column date"),
        ("date,skill\n2025-01-01,much\n", "skill is one of"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mingjian.app.errors import UsageError
    from mingjian.app.situation import read_incidents

    file = tmp_path / "i.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as refused:
        read_incidents(file)
    assert said in refused.value.what.en


def test_nothing_to_count_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(app, ["situation", "report"])
    assert done.exit_code != 0
