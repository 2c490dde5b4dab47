"""The campaign explorer: texts of a case's table that are alike, and never who sent them."""

from __future__ import annotations

import csv
from hashlib import sha256

import pytest

from mingjian.app.access import Role
from mingjian.app.examine import examine_paths

from .conftest import CASE
from .people import Person

SENDER = "13800138000"
FILL = ("王芳", "李雷", "赵敏", "孙丽", "周强", "吴静")


@pytest.fixture(scope="module")
def table(settings, tmp_path_factory):
    """A table of a case: six fills of one text among others."""
    path = tmp_path_factory.mktemp("table") / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["sender", "text", "time"])
        for at, name in enumerate(FILL):
            link = f"http://p{at}.example/a"
            text = f"尊敬的{name}，您的包裹因地址不详被退回，请点击 {link} 重新填写地址 <b>"
            rows.writerow([SENDER, text, f"2026-11-0{at + 1}T10:00:00+08:00"])
        rows.writerow(
            [SENDER, "明天下午三点在会议室开会，请带上季度报表。", "2026-11-02T09:00:00+08:00"]
        )
    examine_paths([path], settings, case="copies")
    return {"case": "copies", "sha256": sha256(path.read_bytes()).hexdigest()}


@pytest.fixture(scope="module")
def reader(server):
    return Person(server, "子", Role.AUDITOR)


def test_from_the_list_of_tables_to_what_is_shared(reader, table):
    listed = reader.read("campaigns")["tables"]
    assert table["sha256"] in [one["sha256"] for one in listed]
    offered = reader.read("campaigns", **table)
    assert offered["columns"] == ["sender", "text", "time"]
    assert offered["usual"] == {"text": "text", "time": "time"}
    assert offered["found"] is None
    found = reader.read("campaigns", **table, text="text", time="time")["found"]
    assert (found["items"], found["clusters"]) == (7, 1)
    (one,) = found["campaigns"]
    assert one["items"] == 6
    assert [day["count"] for day in one["days"]] == [1] * 6
    slots = [piece["text"] for piece in one["pieces"] if piece["slot"]]
    assert "〔link〕" in slots
    assert "members" not in one


def test_senders_and_names_are_not_shown(reader, table):
    page = reader.page("campaigns", **table, text="text", time="time")
    assert SENDER not in page
    assert not [name for name in FILL if name in page]
    assert "<b>" not in page.partition('class="passage"')[2].partition("</pre>")[0]
    assert '<svg class="columns"' in page


@pytest.mark.parametrize(
    "change",
    [{"case": CASE}, {"case": "none"}, {"sha256": "0" * 64}, {"sha256": "x"}, {"text": "body"}],
)
def test_what_is_not_in_the_case_is_not_read(reader, table, change):
    reply = reader.ask(
        "/en/campaigns?" + "&".join(f"{k}={v}" for k, v in {**table, **change}.items()
                                    if v.isascii())
    )  # fmt: skip
    assert reply.status == 404
    assert "尊敬的" not in reply.body
