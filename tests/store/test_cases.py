"""Events and states of cases: bound into custody, erased without harm, tampering named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mingjian.casework.custody import verify_entries, verify_export
from mingjian.store.cases import Change, NewEvent, Stale
from mingjian.store.database import StoreProblem
from mingjian.store.tables import case_event, case_state

WHO = {"actor": "Li", "role": "lead"}


def noted(text):
    """A decision that adds a note to a state."""
    return lambda state: Change(
        [NewEvent("note.added", {"text": text})],
        {"notes": [*state.body.get("notes", []), text]},
    )


def start(store, name="case A"):
    store.change_together(
        [(name, "case")],
        lambda states: [Change([NewEvent("case.drafted")], {})],
        create=name,
        **WHO,
    )


def test_a_change_is_event_state_and_signed_entry(filled):
    store = filled.store
    start(store)
    after = store.change("case A", noted("Ü\udcff"), **WHO)
    assert (after.revision, after.body) == (2, {"notes": ["Ü\udcff"]})
    assert store.state("case A").body == after.body
    event = list(store.events("case A"))[-1]
    assert (event.name, event.actor, event.role, event.revision) == ("note.added", "Li", "lead", 2)
    assert event.at == after.at
    assert event.body == {"text": "Ü\udcff"}
    entry = list(store.entries("case A"))[-1]
    assert (entry.action, entry.seq, entry.actor) == ("case_event", event.seq, "Li")
    # The chain binds the text and does not hold it: it can be handed over without it.
    assert "notes" not in str(entry.details)
    assert "body_sha256" in entry.details
    assert list(store.verify()) == []


def test_what_was_changed_meanwhile_is_not_overwritten(filled):
    store = filled.store
    start(store)
    store.change("case A", noted("first"), revision=1, **WHO)
    with pytest.raises(Stale, match="Reload"):
        store.change("case A", noted("late"), revision=1, **WHO)
    assert store.state("case A").body == {"notes": ["first"]}


def test_aspects_have_revisions_of_their_own(filled):
    store = filled.store
    start(store)
    store.change("case A", noted("x"), aspect="incident", revision=0, **WHO)
    store.change("case A", noted("y"), aspect="playbook:a-1.b", **WHO)
    assert store.state("case A").revision == 1
    assert [state.aspect for state in store.states("case A")] == [
        "case",
        "incident",
        "playbook:a-1.b",
    ]
    assert [event.name for event in store.events("case A", "incident")] == ["note.added"]
    with pytest.raises(ValueError, match="aspect"):
        store.change("case A", noted("z"), aspect="In Cident", **WHO)
    with pytest.raises(ValueError, match="name"):
        store.change("case A", lambda state: Change([NewEvent("odd")], {}), **WHO)


def test_two_cases_change_together_or_not_at_all(filled):
    store = filled.store
    start(store)
    start(store, "case B")

    def decide(states):
        assert [state.case for state in states] == ["case B", "case A"]
        return [noted("both")(state) for state in states]

    store.change_together([("case B", "case"), ("case A", "case")], decide, **WHO)
    assert store.state("case A").body == store.state("case B").body == {"notes": ["both"]}

    def fail(states):
        raise KeyError("refused")

    with pytest.raises(KeyError):
        store.change_together(
            [("case A", "case"), ("case C", "case")], fail, create="case C", **WHO
        )
    assert list(store.cases()) == ["case A", "case B"]
    with pytest.raises(StoreProblem, match="no case"):
        store.change_together([("typo", "case")], fail, **WHO)
    with pytest.raises(StoreProblem, match="already"):
        store.change_together([("case A", "case")], fail, create="case A", **WHO)


def test_no_decision_writes_nothing(filled):
    store = filled.store
    start(store)
    head = store.cases()["case A"]
    store.change("case A", lambda state: None, **WHO)
    store.change("case A", lambda state: Change([], {"x": 1}), **WHO)
    assert store.cases()["case A"] == head
    assert store.state("case A").body == {}


def test_a_text_is_erased_and_the_chain_stays_whole(filled):
    store = filled.store
    start(store)
    store.change("case A", noted("of the person's private life"), **WHO)
    (note,) = [event for event in store.events("case A") if event.name == "note.added"]
    store.change(
        "case A", lambda state: Change([NewEvent("text.erased")], {}, erase=[note.seq]), **WHO
    )
    assert [event.body for event in store.events("case A")] == [{}, None, {}]
    assert list(store.verify()) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (sa.update(case_event).where(case_event.c.seq == 3).values(body=b'{"text":"n"}'), "#3"),
        (sa.update(case_event).where(case_event.c.seq == 3).values(body=None), "#3"),
        (sa.update(case_event).where(case_event.c.seq == 3).values(name="hold.set"), "#3"),
        (sa.delete(case_event).where(case_event.c.seq == 3), "#3"),
        (
            sa.insert(case_event).values(
                case_id=1, seq=9, aspect="case", name="note.added", body=b"{}"
            ),
            "#9",
        ),
        (sa.update(case_state).values(body=b'{"notes":[]}'), "case A, case"),
        (sa.update(case_state).values(revision=7), "case A, case"),
        (sa.delete(case_state), "case A, case"),
    ],
)
def test_tampering_with_events_and_states_is_named(filled, statement, said):
    store = filled.store
    start(store)
    store.change("case A", noted("as written"), **WHO)
    with store.database.write() as connection:
        connection.execute(statement)
    problems = list(store.verify())
    assert len(problems) == 1
    assert said in problems[0].where


def test_the_export_vouches_for_events_and_names_tampering(filled, tmp_path):
    store = filled.store
    start(store)
    store.change("case A", noted("secret words"), **WHO)
    file = tmp_path / "custody.jsonl"
    store.export_custody("case A", file)
    assert verify_export(file).whole
    data = file.read_bytes()
    assert b"secret words" not in data
    file.write_bytes(data.replace(b'"role":"lead"', b'"role":"boss"', 1))
    assert not verify_export(file).whole


def test_artefacts_are_indexed_when_the_chain_has_grown(filled):
    store = filled.store
    for name in ("case A", "case B", "case C"):
        start(store, name)
        found = [("host", "a.test", 2), ("file", name, 1)]
        assert store.index_artefacts(name, lambda found=found: found)
        assert not store.index_artefacts(name, lambda: pytest.fail("read again"))
    assert store.shared_artefacts("case A") == [
        ("case B", "host", "a.test", 3),
        ("case C", "host", "a.test", 3),
    ]
    assert store.not_indexed() == []
    store.change("case C", noted("more"), **WHO)
    assert store.not_indexed() == ["case C"]
    assert store.index_artefacts("case C", list)
    assert store.artefacts("case A") == [("file", "case A", 1, 1), ("host", "a.test", 2, 2)]


def test_entries_verify_across_examining_and_deciding(filled):
    run = filled.start(2)
    filled.store.change("case A", noted("while examining"), **WHO)
    filled.finish_all(run)
    entries = list(filled.store.entries("case A"))
    assert verify_entries(entries, filled.store.public_keys()) == []
    assert [entry.action for entry in filled.store.milestones("case A")] == [
        "case_opened",
        "run_started",
        "case_event",
    ]
