"""Lists: complete and without repeats whatever is added meanwhile, filtered, kept in step."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjian.store import listing
from mingjian.store.cases import Change, NewEvent
from mingjian.store.list_tables import case_item, case_line, case_person, item_count, item_line
from mingjian.store.lists import CASE_ORDERS, ITEM_ORDERS, CasesAsked, ItemsAsked, NoSuchPlace

TABLES = (item_line, case_item, item_count, case_line, case_person)


def file(filled, case, names, root="/in", **more):
    """Examine items of these names in a case; the same name is the same evidence."""
    items = [filled.item(name) for name in names]
    run = filled.store.create_or_resume_run(case, [root, *names], "d" * 64, items, {})
    for leased in filled.store.lease(run.id, "w", len(items), 60):
        result = filled.result(leased, text=leased.item.name, **more.get(leased.item.name, {}))
        filled.store.finish_chunk(run.id, [result])


def walk(filled, asked, size, between=lambda: None):
    """All rows of a list, a page at a time; something may happen between two pages."""
    rows, after = [], ""
    while after is not None:
        page = filled.store.list_items(asked, after, size)
        rows += [row.line["path"] for row in page.rows]
        after = page.following
        between()
    return rows


def said(filled, name, decide):
    return filled.store.change(name, decide, actor="Li", role="lead")


def state(**body):
    return lambda _: Change([NewEvent("case.edited", body)], body)


@given(
    names=st.lists(st.text("ab/\udcff甲", min_size=1, max_size=3), min_size=1, max_size=9),
    late=st.lists(st.text("xyz", min_size=1, max_size=2), max_size=4, unique=True),
    size=st.integers(1, 4),
    order=st.sampled_from(ITEM_ORDERS),
)
@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_page_goes_on_where_the_one_before_ended(filled, names, late, size, order):
    number = filled.count = getattr(filled, "count", 0) + 1
    case = f"case {number}"
    # Names of one example are evidence of its own.
    file(filled, case, [f"{name}#{number}" for name in names], root=f"/{number}")
    before = walk(filled, ItemsAsked(case=case, order=order), 100)
    coming = [f"{name}#{number}" for name in late]

    def between():
        if coming:
            file(filled, case, [coming.pop()], root=f"/late{len(coming)}")

    rows = walk(filled, ItemsAsked(case=case, order=order), size, between)
    assert len(rows) == len(set(rows))
    assert [row for row in rows if row in before] == before
    assert set(before) == {f"{name}#{number}" for name in names}


def test_filters_and_counts(filled):
    flagged = {"weight": ("message.fraud", 2.5), "kind": "image"}
    file(
        filled,
        "A",
        ["发票 ＡＢＣ.eml", "50%_off.txt", "plain", "broken"],
        **{"发票 ＡＢＣ.eml": flagged, "broken": {"states": ["failed", "unavailable"]}},
    )
    file(filled, "B", ["plain", "other"])

    def found(case="A", **asked):
        return walk(filled, ItemsAsked(case=case, **asked), 2)

    assert found()[0] == "发票 ＡＢＣ.eml"
    assert found(order="path") == sorted(found(), key=lambda path: path.encode())
    assert found(words="abc 发票") == found(kind="image") == found(state="flagged")
    assert found(proposition="message.fraud") == ["发票 ＡＢＣ.eml"]
    assert found(proposition="message") == []
    assert found(missed="failed") == found(missed="unavailable") == ["broken"]
    assert found(missed="timed_out") == []
    assert found(words="%_") == ["50%_off.txt"]
    assert found(case="nothing") == []
    assert walk(filled, ItemsAsked(words="plain"), 1) == ["plain", "plain"]
    sha256 = next(row.line["sha256"] for row in filled.store.list_items(ItemsAsked(case="B")).rows)
    assert len(walk(filled, ItemsAsked(words=sha256[:12]), 9)) >= 1
    counts = {(kind, how): total for kind, how, total, _ in filled.store.item_counts("A")}
    assert counts == {("image", "flagged"): 1, ("text", "found"): 3}
    row = filled.store.listed_case("A")
    assert (row.items, row.flagged) == (4, 1)


def test_the_newest_examination_of_an_evidence_stands_for_it(filled):
    file(filled, "A", ["one", "two"])
    file(filled, "A", ["one"], root="/again", one={"weight": ("message.fraud", 2.5)})
    rows = filled.store.list_items(ItemsAsked(case="A")).rows
    assert [(row.line["path"], row.run) for row in rows] == [("one", 2), ("two", 1)]
    row = filled.store.listed_case("A")
    assert (row.items, row.flagged) == (2, 1)


def test_a_place_that_no_page_gave_is_refused(filled):
    file(filled, "A", ["one"])
    for after in ("x", "1", "1.x", "-1.0", "9.9", "١.٢", "1.0.0"):
        with pytest.raises(NoSuchPlace):
            filled.store.list_items(ItemsAsked(case="A"), after)
        for order in CASE_ORDERS:
            with pytest.raises(NoSuchPlace):
                filled.store.list_cases(CasesAsked(order=order), after + "~x")


def test_cases_are_ordered_found_and_counted(filled):
    for number in range(7):
        file(filled, f"案件 {number}", [f"{number}-{one}" for one in range(number)])
    said(
        filled,
        "案件 2",
        state(title="Ｐｈｉｓｈｉｎｇ ring", assigned=["Li  Ming"], parent="案件 1"),
    )
    said(filled, "案件 4", state(status="closed", assigned=["li ming", "Wu"]))

    def names(size=2, **asked):
        rows, after = [], ""
        while after is not None:
            page = filled.store.list_cases(CasesAsked(**asked), after, size)
            rows += [row.name for row in page.rows]
            after = page.following
        return rows

    every = [f"案件 {number}" for number in range(7)]
    assert names() == every[::-1]
    for order in CASE_ORDERS:
        assert sorted(names(order=order)) == every
    assert names(words="phishing") == ["案件 2"]
    assert names(assigned="LI MING") == ["案件 4", "案件 2"]
    assert names(status="closed") == ["案件 4"]
    assert filled.store.count_cases(CasesAsked(assigned="Li Ming")) == 2
    assert filled.store.children("案件 1") == ("案件 2",)


def test_lists_made_anew_are_the_lists_that_were_kept(filled):
    file(filled, "A", ["one", "two", "three"], one={"weight": ("message.fraud", 2.5)})
    file(filled, "B", ["two", "four"])
    file(filled, "C", ["five"])
    two = filled.store.item_places("A")
    assert len(two) == 3
    sha256 = filled.store.list_items(ItemsAsked(case="A", words="three")).rows[0].line["sha256"]

    def split(states):
        return [
            Change([NewEvent("case.split")], {"given": {sha256: "C"}}),
            Change([NewEvent("case.split")], {"taken": {sha256: "A"}}),
        ]

    filled.store.change_together([("A", "case"), ("C", "case")], split, actor="x", role="lead")

    def merge(states):
        return [
            Change([NewEvent("case.merged")], {"merged_into": "A", "status": "merged"}),
            Change([NewEvent("case.merged")], {"given": {sha256: "C"}, "merged": ["B"]}),
        ]

    filled.store.change_together([("B", "case"), ("A", "case")], merge, actor="x", role="lead")
    assert sorted(walk(filled, ItemsAsked(case="A"), 2)) == ["four", "one", "two"]
    assert sorted(walk(filled, ItemsAsked(case="C"), 2)) == ["five", "three"]
    file(filled, "B", ["six"])  # what was under way when it was merged
    assert "six" in walk(filled, ItemsAsked(case="A"), 2)
    kept = contents(filled)
    with filled.store.database.write() as connection:
        for table in TABLES:
            connection.execute(sa.delete(table))
        listing.fill(connection)
    assert contents(filled) == kept


def contents(filled):
    """All rows, but for what only counts how often they were written."""
    found = {}
    with filled.store.database.read() as connection:
        for table in TABLES:
            left = [column for column in table.c if column.name not in ("changed", "version")]
            rows = connection.execute(sa.select(*left)).all()
            found[table.name] = sorted(json.dumps([*map(repr, row)]) for row in rows)
    return found
