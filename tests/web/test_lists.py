"""Lists of the desk: filters in the address, places that hold, tables no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote, urlencode

import pytest

from mingjian.web import csv_rows

from .conftest import CASE, HOSTILE


def rows_of(desk, path):
    reply = desk.ask(path)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert reply.body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(reply.body[1:])))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\u0009=1"),
        ("\r=1", "'\\u000d=1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("\u202e=1", "\\u202e=1"),
        ('plain, "quoted"', 'plain, "quoted"'),
        (-1.5, "-1.5"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(typed, shown):
    data = b"".join(csv_rows.lines([[typed, "x"]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data))) == [[shown, "x"]]
    assert not shown.startswith(csv_rows.STARTS) or isinstance(typed, float)


def test_a_long_table_is_sent_while_it_is_read():
    pieces = list(csv_rows.lines([str(number), "x" * 100] for number in range(3000)))
    assert len(pieces) > 3
    assert b"".join(pieces).count(b"\r\n") == 3000


def test_cases_and_items_as_csv(desk):
    cases = rows_of(desk, "/zh/desk/export.csv")
    assert cases[0][:2] == ["案件", "标题"]
    assert CASE in [row[0] for row in cases[1:]]
    assert rows_of(desk, f"/en/desk/export.csv?q={quote('演练')}")[1][1] == "演练案"
    items = rows_of(desk, f"/en/items/export.csv?{urlencode({'name': CASE})}")
    assert items[0][:3] == ["Case", "Path", "SHA-256"]
    assert len(items) > 2
    assert rows_of(desk, "/en/find/export.csv?q=plain")[1][1].endswith("plain.csv")
    assert desk.ask("/en/items/export.csv?name=typo").status == 404
    assert desk.ask("/en/help/export.csv").status == 404


def test_the_address_says_what_is_listed(desk):
    def paths(**asked):
        return [
            one["path"] for one in desk.ask(f"/en/items.json?{urlencode(asked)}").json()["items"]
        ]

    every = paths(name=CASE)
    (plain,) = paths(name=CASE, q="plain")
    assert plain.endswith("plain.csv")
    (flagged,) = paths(name=CASE, state="flagged")
    assert flagged.endswith(HOSTILE)
    assert sorted(paths(name=CASE, order="path")) == sorted(every)
    assert paths(name=CASE, q="nothing") == []
    page = desk.ask(f"/en/items?{urlencode({'name': CASE, 'state': 'flagged'})}").body
    assert '<option value="flagged" selected>' in page
    assert "state=flagged" in page.partition("export.csv?")[2][:200]
    found = desk.ask("/en/find.json?q=plain").json()["items"]
    assert [one["case"] for one in found] == [CASE]
    assert desk.ask("/en/items.json?name=typo").status == 404


def test_a_place_that_no_page_gave(desk):
    for path in (f"/zh/items?name={quote(CASE)}&after=x", "/zh/desk?after=~", "/zh/find?after=1.x"):
        reply = desk.ask(path)
        assert reply.status == 404
        assert "列表中没有这个位置" in reply.body
