"""Campaigns of a table: explained, redacted, with their spread, and taken up again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mingjian.app.campaign import Campaigns, Row, find
from mingjian.app.campaign_files import (
    Fields,
    campaign_json,
    index_in,
    read_campaigns,
    rows_of_table,
    summary_json,
    write,
)
from mingjian.app.errors import UsageError
from mingjian.warn.campaign_index import Index

START = 1_762_000_000.0
PHONE = "13812345678"


def rows(count: int, start: int = 0) -> list[Row]:
    """Copies of one text with other fill, passed on in a chain, and one of chat."""
    made = [
        Row(
            id=f"p{n}",
            text=f"张伟先生，您的包裹{9000 + n}因地址不详无法派送，请于{n % 12 + 1}月3日前"
            f"致电{PHONE}补填收货信息，逾期将退回寄件人",
            time=START + 600 * n,
            parent=f"p{n - 1}" if n else None,
        )
        for n in range(start, start + count)
    ]
    return [*made, Row(id="c", text="昨天那家面馆的汤头不错，下次带你去尝尝", time=START)]


def found_in(listed: list[Row], index: Index | None = None) -> Campaigns:
    return find(lambda: listed, index)


def test_a_campaign_is_explained_redacted_with_its_spread() -> None:
    found = found_in(rows(30))
    (one,) = found.campaigns
    assert (found.items, found.clustered, found.found) == (31, 30, 1)
    assert (one.items, one.texts, one.number) == (30, 1, 0)
    assert one.wording is not None
    assert "因地址不详无法派送" in one.wording.skeleton
    shown = json.dumps(campaign_json(one), ensure_ascii=False)
    assert PHONE not in shown
    assert "张伟" not in shown
    assert [(thing.kind, thing.items) for thing in one.things] == [("phone", 30)]
    assert one.growth is not None
    assert one.growth.first == START
    assert one.spread is not None
    largest = one.spread.largest
    assert (one.spread.cascades, largest.reposts, largest.depth, largest.breadth) == (1, 29, 29, 1)
    assert (one.spread.first_hour, one.spread.first_day) == (6, 29)
    assert [signal.what for signal in found.signals] == ["new"]
    assert one.members[:2] == ("p0", "p1")
    assert "30" in one.because.zh
    assert "30" in one.because.en


def test_what_comes_later_joins_what_was_there(tmp_path: Path) -> None:
    with index_in(tmp_path) as index:
        found_in(rows(2), index)
    with index_in(tmp_path) as again:
        assert len(again) == 3
        found = found_in(rows(2, start=2), again)
    (one,) = found.campaigns
    assert (one.items, one.number, found.changed.grown) == (4, 0, (0,)) or one.items == 4
    assert one.members == ("p2", "p3")
    assert one.wording is not None


def test_without_texts_at_hand_a_campaign_is_still_counted() -> None:
    index = Index()
    found_in(rows(5), index)
    (one,) = found_in([Row(id="x", text="")], index).campaigns
    assert (one.items, one.wording, one.members) == (5, None, ())
    assert campaign_json(one)["common"] is None


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_table_is_read_with_its_fields(tmp_path: Path, ending: str) -> None:
    table = tmp_path / f"t.{ending}"
    picture = "F0" * 32
    if ending == "csv":
        head = "n,say,at,up,pdq\n"
        table.write_text(head + f'7,"a, b",2026-01-02 03:04:05,,{picture}\n8,,,7,short\n', "utf-8")
    else:
        table.write_text(
            json.dumps({"n": 7, "say": "a, b", "at": "2026-01-02 03:04:05", "up": None,
                        "pdq": picture}) + '\n{"n": 8, "say": null, "up": 7}\n', "utf-8"
        )  # fmt: skip
    fields = Fields(text="say", time="at", id="n", parent="up", picture="pdq")
    one, other = rows_of_table(table, fields)
    assert one == Row(
        id="7", text="a, b", time=1_767_323_045.0, features=(("picture", picture.lower()),)
    )
    assert other == Row(id="8", text="", parent="7")


def test_what_cannot_be_read_is_said_in_both_languages(tmp_path: Path) -> None:
    table, other = tmp_path / "t.csv", tmp_path / "campaigns.npz"
    table.write_text("a,b\n1,2\n", "utf-8")
    other.write_bytes(b"no index")
    for act in (
        lambda: list(rows_of_table(tmp_path / "none.csv", Fields(text="a"))),
        lambda: list(rows_of_table(table, Fields(text="text"))),
        lambda: index_in(tmp_path).__enter__(),
        lambda: read_campaigns(table),
        lambda: read_campaigns(tmp_path / "none"),
    ):
        with pytest.raises(UsageError) as raised:
            act()
        assert raised.value.what.zh
        assert raised.value.what.en


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    found = found_in(rows(12))
    write(map(campaign_json, found.campaigns), tmp_path / "out.jsonl")
    (one,) = read_campaigns(tmp_path / "out.jsonl")
    summary: Any = summary_json(found)
    assert one["items"] == 12
    assert one["growth"]["per_day"] == [["2025-11-01", 12]]
    assert summary["signals"][0]["campaign"] == one["campaign"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
