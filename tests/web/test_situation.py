"""The screen Situation: numbers that lead to their rows, and reports as files."""

from __future__ import annotations

import json

import pytest

from mingjian.app.access import Role
from mingjian.app.settings import Settings

from .conftest import CASE, served
from .people import Person

INCIDENTS = "日期,主案别,细分类,技能\n2026-01-05,诈骗,电信诈骗,无\n2026-04-06,诈骗,合同诈骗,专业\n"
CLASSES = "fine,lead,ai\n电信诈骗,诈骗,yes\n合同诈骗,诈骗,\n盗窃,盗窃,\n"


@pytest.fixture(scope="module")
def lead(server):
    return Person(server, "壬", Role.LEAD)


def test_every_number_leads_to_its_rows(lead):
    told = lead.read("situation", every="month")["told"]
    assert told["every"] == "month"
    total = told["numbers"][told["total"]]
    rows = lead.read("situation-rows", number=told["total"], every="month")
    assert rows["value"] == total["value"] == len(rows["rows"])
    assert {"source": "cases", "ref": CASE, "case": True} in rows["rows"]
    assert "drill" not in [row["ref"] for row in rows["rows"]]
    page = lead.page("situation", every="month")
    assert f"/en/situation-rows?number={told['total']}&amp;every=month" in page
    assert "/en/case?name=" in lead.page("situation-rows", number=told["total"])


def test_spans_and_numbers_that_do_not_exist_are_said_to(lead):
    for path in ("situation?from=yesterday", "situation-rows?number=N999", "situation-rows"):
        assert lead.ask(f"/en/{path}").status == 404
    assert lead.ask("/en/situation?from=2026-02-01&to=2026-01-01").status == 404
    assert lead.read("situation", every="century")["told"]["every"] == "quarter"


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK"), ("html", b"<!doctype html>")])
def test_the_report_is_handed_over_as_a_file(lead, form, start):
    status, headers, data = lead.file(
        "situation/make", {}, format=form, language="zh", cases="yes", every="quarter"
    )
    assert status == 200
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''situation-")
    assert data.lower().startswith(start.lower())


def test_pasted_tables_are_counted_for_one_report(lead):
    fields = {"format": "json", "incidents": INCIDENTS, "classes": CLASSES}
    status, _, data = lead.file("situation/make", {}, **fields)
    assert status == 200
    told = json.loads(data)
    assert [source["name"] for source in told["sources"]] == ["incidents.csv", "classes.csv"]
    spread = {one["level"]: one for one in told["spread"]}
    assert told["numbers"][spread["fine"]["marked"]]["share"] == pytest.approx(1 / 3, abs=1e-3)
    assert told["numbers"][spread["lead"]["met"]]["value"] == 1
    assert told["thresholds"]


def test_a_table_that_cannot_be_read_says_why_and_keeps_what_was_pasted(lead):
    text = "id,when\n1,2026-01-05\n"
    reply = lead.do("situation/make", {}, form="make", format="json", incidents=text)
    assert reply.status == 422
    assert "the header of incidents.csv lacks the column date" in reply.body
    assert "1,2026-01-05" in reply.body
    assert lead.do("situation/make", {}, format="exe", cases="yes").status == 422
    assert lead.do("situation/make", {}, format="json").status == 422  # nothing to count


def test_an_empty_case_base_says_how_to_begin(tmp_path):
    with served(Settings(home=tmp_path, language="en", workers=1)) as server:
        anybody = Person(server, "癸", Role.AUDITOR)
        assert anybody.read("situation")["told"] is None
        assert "mingjian situation report --incidents" in anybody.page("situation")
        assert "mingjian warn check" in anybody.page("alerts")
