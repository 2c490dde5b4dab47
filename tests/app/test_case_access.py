"""The permission matrix: every use case of cases, every role."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from mingjian.app import (
    case_decisions,
    case_evidence,
    case_facts,
    case_law,
    case_views,
    cases,
    lists,
)
from mingjian.app.access import (
    ALLOWED,
    Actor,
    NotAllowed,
    Role,
    allowed,
    needs_two,
    require,
    require_other_person,
)
from mingjian.app.errors import MingjianError
from mingjian.store.cases import Change, NewEvent
from mingjian.store.lists import CasesAsked, ItemsAsked
from mingjian.store.tables import case_state

LATE = datetime(2099, 1, 1, tzinfo=UTC)
# Use case: the roles that may, by first letter (admin is x), and a call that would work.
MATRIX = {
    case_views.list_cases: ("e r l a x", lambda s, who: case_views.list_cases(s, who)),
    lists.case_page: ("e r l a x", lambda s, who: lists.case_page(s, who, CasesAsked())),
    lists.own_cases: ("e r l a x", lambda s, who: lists.own_cases(s, who)),
    lists.every_case: ("e r l a x", lambda s, who: list(lists.every_case(s, who, CasesAsked()))),
    lists.item_page: (
        "e r l a x",
        lambda s, who: lists.item_page(s, who, ItemsAsked(case="open")),
    ),
    lists.unfinished: ("e r l a x", lambda s, who: lists.unfinished(s, who, 50)),
    lists.every_item: (
        "e r l a x",
        lambda s, who: list(lists.every_item(s, who, ItemsAsked(case="open"))),
    ),
    case_views.show: ("e r l a x", lambda s, who: case_views.show(s, who, "open")),
    case_views.history: ("e r l a x", lambda s, who: case_views.history(s, who, "open")),
    case_views.case_timeline: (
        "e r l a x",
        lambda s, who: case_views.case_timeline(s, who, "open"),
    ),
    case_evidence.related_cases: (
        "e r l a x",
        lambda s, who: case_evidence.related_cases(s, who, "open"),
    ),
    case_evidence.artefacts_of: (
        "e r l",
        lambda s, who: case_evidence.artefacts_of(s, who, "open", reveal=True),
    ),
    case_law.conducts: ("e r l a x", lambda s, who: case_law.conducts(s, who, "open")),
    case_law.case_law: ("e r l a x", lambda s, who: case_law.case_law(s, who, "open")),
    case_law.case_duties: ("e r l a x", lambda s, who: case_law.case_duties(s, who, "open")),
    case_law.to_look_at_again: (
        "e r l a x",
        lambda s, who: case_law.to_look_at_again(s, who, ["ip.patent"]),
    ),
    cases.new: ("e r l", lambda s, who: cases.new(s, who, "another")),
    cases.edit: ("e r l", lambda s, who: cases.edit(s, who, "open", title="t")),
    case_facts.state_facts: (
        "e r l",
        lambda s, who: case_facts.state_facts(s, who, "open", date="2026-01-01"),
    ),
    cases.note: ("e r l", lambda s, who: cases.note(s, who, "open", "n")),
    cases.task: ("e r l", lambda s, who: cases.task(s, who, "open", "t")),
    cases.task_done: ("e r l", lambda s, who: cases.task_done(s, who, "open", 1)),
    cases.link: ("e r l", lambda s, who: cases.link(s, who, "open", "draft", "why")),
    cases.unlink: ("e r l", lambda s, who: cases.unlink(s, who, "open", "linked")),
    case_facts.judge: (
        "e r l",
        lambda s, who: case_facts.judge(s, who, "open", "ip.patent", True, "why"),
    ),
    cases.assign: ("l", lambda s, who: cases.assign(s, who, "open", "Wu")),
    case_decisions.open_: ("r l", lambda s, who: case_decisions.open_(s, who, "draft", "why")),
    case_decisions.submit: ("e r l", lambda s, who: case_decisions.submit(s, who, "open", "why")),
    case_decisions.return_: (
        "r l",
        lambda s, who: case_decisions.return_(s, who, "review", "why"),
    ),
    case_decisions.dispose: (
        "l",
        lambda s, who: case_decisions.dispose(s, who, "open", "no_crime", "a", "b", "c"),
    ),
    case_decisions.confirm: ("r l", lambda s, who: case_decisions.confirm(s, who, "review")),
    case_decisions.close: ("l", lambda s, who: case_decisions.close(s, who, "review", "why")),
    case_decisions.reopen: ("l", lambda s, who: case_decisions.reopen(s, who, "closed", "why")),
    case_decisions.merge: (
        "l",
        lambda s, who: case_decisions.merge(s, who, "draft", "open", "why"),
    ),
    case_decisions.unmerge: ("l", lambda s, who: case_decisions.unmerge(s, who, "merged", "why")),
    case_decisions.split: (
        "l",
        lambda s, who: case_decisions.split(s, who, "open", "apart", [s.wanted], "why"),
    ),
    case_decisions.unsplit: (
        "l",
        lambda s, who: case_decisions.unsplit(s, who, "open", "given", "why"),
    ),
    case_decisions.hold: ("l x", lambda s, who: case_decisions.hold(s, who, "open", "why")),
    case_decisions.release: ("l x", lambda s, who: case_decisions.release(s, who, "held", "why")),
    case_decisions.erase: (
        "x",
        lambda s, who: case_decisions.erase(s, who, "closed", "why", today=LATE),
    ),
}
LETTERS = {
    "e": Role.EXAMINER,
    "r": Role.REVIEWER,
    "l": Role.LEAD,
    "a": Role.AUDITOR,
    "x": Role.ADMIN,
}
GENERAL = {"change", "change_both", "changed", "require", "require_other_person"}
"""Functions the use cases are made of; they ask the table for an action they are given."""


def prepare(casebook):
    store, lead = casebook.store, Actor("First", Role.LEAD)
    made = casebook.file("open", one="1", two="2")
    for name in ("draft", "review", "closed", "merged", "held", "linked"):
        cases.new(store, lead, name)
    for name in ("open", "review"):
        case_decisions.open_(store, lead, name, "why")
    cases.task(store, lead, "open", "a task")
    cases.link(store, lead, "open", "linked", "why")
    case_decisions.split(store, lead, "open", "given", [made["two"]], "why")
    case_decisions.merge(store, lead, "merged", "open", "why")
    case_decisions.hold(store, lead, "held", "why")
    for name in ("review", "closed"):
        case_decisions.dispose(store, lead, name, "no_crime", "a", "b", "c")
    case_decisions.submit(store, lead, "review", "why")
    case_decisions.close(store, lead, "closed", "why")
    store.wanted = made["one"]
    return store


@pytest.mark.parametrize("role", Role)
def test_every_use_case_is_open_to_the_roles_that_may_and_to_no_other(casebook, role):
    store = prepare(casebook)
    who = Actor("Second", role)

    class Undone(Exception):
        pass

    for use_case, (letters, call) in MATRIX.items():
        may = role in {LETTERS[letter] for letter in letters.split()}
        heads = store.cases()
        if not may:
            with pytest.raises(NotAllowed):
                call(store, who)
            assert store.cases() == heads, use_case.__name__
            continue
        real = store.change_together

        def undone(keys, decide, real=real, **more):
            """The decision is made under the lock and then given up."""

            def given_up(states):
                decide(states)
                raise Undone

            return real(keys, given_up, **more)

        store.change_together = undone
        try:
            call(store, who)
        except Undone:
            pass
        finally:
            store.change_together = real


def test_the_matrix_knows_every_use_case():
    found = set()
    for module in (cases, case_facts, case_decisions, case_evidence, case_law, case_views, lists):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            takes = "actor" in inspect.signature(function).parameters
            if takes and not name.startswith("_") and name not in GENERAL:
                found.add(function)
    assert found == set(MATRIX)


def test_the_table_names_roles_only_and_an_unknown_action_is_nobodys():
    assert all(roles <= set(Role) and roles for roles in ALLOWED.values())
    with pytest.raises(KeyError):
        allowed("case.forge", Role.ADMIN)
    with pytest.raises(NotAllowed, match="who you are"):
        require("case.list", Actor("  ", Role.LEAD))


def test_no_action_alters_custody_and_the_auditor_changes_nothing():
    assert not [name for name in ALLOWED if "custody" in name]
    auditor = {name for name in ALLOWED if allowed(name, Role.AUDITOR)}
    assert {name.partition(".")[2] for name in auditor} <= {"list", "read"}


def test_two_persons_for_grades_one_and_two_whoever_they_say_they_are():
    assert [needs_two(level) for level in (None, 1, 2, 3, 4)] == [False, True, True, False, False]
    require_other_person("Li", Actor("Wu", Role.LEAD))
    for same in ("Li", "LI", "  li", "ＬＩ"):
        with pytest.raises(NotAllowed):
            require_other_person("Li", Actor(same, Role.REVIEWER))


def test_a_refusal_is_said_in_both_languages():
    with pytest.raises(MingjianError) as caught:
        require("case.close", Actor("Eva", Role.AUDITOR))
    assert "审计员" in caught.value.in_language("zh")
    assert "these roles may: lead" in caught.value.in_language("en")


def test_a_state_forged_by_whoever_holds_the_database_is_named(casebook):
    store = prepare(casebook)
    assert list(store.verify()) == []
    store.change(
        "open",
        lambda state: Change([NewEvent("note.added", {"text": "x"})], state.body),
        actor="x",
        role="lead",
    )
    with store.database.write() as connection:
        connection.execute(sa.update(case_state).values(body=b'{"status":"closed"}'))
    assert {p.where for p in store.verify()} >= {"case open, case", "case closed, case"}
