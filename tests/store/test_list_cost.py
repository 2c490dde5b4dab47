"""Lists stay as quick with many rows as with few: by an index, and in the same few questions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjian.domain.folding import folded
from mingjian.store import words
from mingjian.store.list_tables import case_item
from mingjian.store.lists import CasesAsked, ItemsAsked

CASE = "case A"
NAMES = [
    "发票/报告-0001.eml",
    "发票/合同-0002.eml",
    "chat/export_100%.txt",
    "Straße/ABC.PNG",
    "a/b",
]


def examined(filled, names, case=CASE, **more):
    """Items of these names, examined in a case."""
    run = filled.store.create_or_resume_run(
        case, ["/in", *names], "d" * 64, [filled.item(name) for name in names], {}
    )
    leased = filled.store.lease(run.id, "w", len(names), 60)
    filled.store.finish_chunk(
        run.id, [filled.result(one, text=one.item.name, **more) for one in leased]
    )


def found(filled, text, case=None):
    page = filled.store.list_items(ItemsAsked(case=case, words=text), size=100)
    return {row.line["path"] for row in page.rows}


@given(st.text("发票报告0-/%_ ABCeimlx", max_size=5))
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_words_find_what_reading_every_path_finds(filled, text):
    if not found(filled, ""):
        examined(filled, NAMES)
    asked = folded(text).split()
    expected = {name for name in NAMES if all(word in folded(name) for word in asked)}
    assert found(filled, text) == expected
    assert found(filled, text, CASE) == expected


def test_what_more_items_hold_than_are_read_one_by_one_is_found_in_order(filled, monkeypatch):
    monkeypatch.setattr(words, "MOST", 2)
    examined(filled, NAMES)
    assert found(filled, "发票 eml") == set(NAMES[:2])
    assert found(filled, "e") == {name for name in NAMES if "e" in folded(name)}


def test_an_index_made_late_holds_what_was_examined_before(filled):
    examined(filled, NAMES)
    with filled.store.database.write() as connection:
        connection.exec_driver_sql("drop table item_gram")
        words.make(connection)
    assert found(filled, "合同-0002") == {NAMES[1]}


def test_without_the_index_every_path_is_read(filled):
    if not filled.store.database.sqlite:
        pytest.skip("PostgreSQL always has it")
    examined(filled, NAMES[:2])
    with filled.store.database.write() as connection:
        connection.exec_driver_sql("drop table item_gram")
    examined(filled, NAMES[2:], case="case B")
    assert found(filled, "合同-0002") == {NAMES[1]}
    assert found(filled, "export_100%") == {NAMES[2]}


class Asked:
    """The statements a database was asked."""

    def __init__(self, database):
        self.statements = []
        sa.event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, connection, cursor, statement, parameters, context, many):
        if statement.startswith("SELECT"):
            self.statements.append((statement, parameters))


LISTS = {
    "by weight": (ItemsAsked(case=CASE), "case_item_by_weight", 1),
    "newest": (ItemsAsked(case=CASE, order="newest"), "case_item_by_time", 1),
    "by path": (ItemsAsked(case=CASE, order="path"), "case_item_by_path", 1),
    "failed": (ItemsAsked(case=CASE, missed="failed"), "case_item_gaps", 1),
    "a word": (ItemsAsked(case=CASE, words="合同-0002"), "case_item_of_all", 2),
    "all": (ItemsAsked(), "case_item_of_all", 1),
    "all flagged": (ItemsAsked(state="flagged"), "case_item_by_state", 1),
    "all of a kind": (ItemsAsked(kind="image"), "case_item_by_kind", 1),
    "all failed": (ItemsAsked(missed="failed"), "case_item_gaps_of_all", 1),
    "all with a word": (ItemsAsked(words="合同-0002"), "case_item_of_all", 2),
    "cases by time": (CasesAsked(order="changed"), "case_line_changed", 1),
    "cases by grade": (CasesAsked(order="grade"), "case_line_grade", 1),
    "cases of one": (CasesAsked(assigned="Li"), "case_person_cases", 1),
    "cases of one by time": (CasesAsked(assigned="Li", order="changed"), "case_line_changed", 1),
}
"""What is asked, the index it is read by, and how often rows are put in order afterwards: once
those of a page; twice where all that fit are few."""


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_read_by_an_index(filled, name):
    database = filled.store.database
    if not database.sqlite:
        pytest.skip("PostgreSQL chooses by what its tables hold; these are too small to tell")
    examined(filled, NAMES)
    asked, index, sorts = LISTS[name]
    seen = Asked(database)
    if isinstance(asked, ItemsAsked):
        filled.store.list_items(asked)
    else:
        filled.store.list_cases(asked)
    statement, parameters = seen.statements[-1]
    with database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    told = "\n".join(row[3] for row in plan)
    assert index in told
    assert told.count("USE TEMP B-TREE FOR ORDER BY") <= sorts, told


def test_a_page_asks_as_much_of_many_rows_as_of_few(filled):
    def asked():
        seen = Asked(filled.store.database)
        with filled.store.database.at_one_moment():
            filled.store.list_items(ItemsAsked(case=CASE))
            filled.store.list_cases(CasesAsked())
            filled.store.items_with_gaps(50)
            list(filled.store.counted_cases())
        sa.event.remove(filled.store.database.engine, "before_cursor_execute", seen._note)
        return len(seen.statements)

    examined(filled, NAMES[:1])
    few = asked()
    for number in range(12):
        examined(filled, [f"{number}-{name}" for name in NAMES], case=f"case {number}")
    examined(filled, NAMES[1:])
    assert asked() == few


def test_what_is_written_at_one_moment_is_seen_in_it(filled):
    database = filled.store.database
    examined(filled, NAMES[:1])
    with database.at_one_moment():
        assert len(found(filled, "")) == 1
        examined(filled, NAMES[1:2], case="case B")
        assert len(found(filled, "")) == 2


def test_a_moment_does_not_mix_what_was_before_and_after(filled):
    database = filled.store.database
    if not database.sqlite:
        pytest.skip("PostgreSQL reads what is committed, statement by statement")
    examined(filled, NAMES[:1])
    other = filled.another()
    with database.at_one_moment():
        assert len(found(filled, "")) == 1
        with other.database.write() as connection:
            connection.execute(sa.delete(case_item))
        assert len(found(filled, "")) == 1
    assert not found(filled, "")
    other.close()
