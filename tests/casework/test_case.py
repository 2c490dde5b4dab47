"""What may be decided about a case, and what each decision does to it."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.app.access import ALLOWED
from mingjian.casework.case import decide
from mingjian.casework.case.decide import Refused
from mingjian.casework.case.history import _DETAIL, detail_of_event, name_of_event
from mingjian.casework.case.keeping import keep_until
from mingjian.casework.case.state import EVENTS, apply, fresh
from mingjian.casework.case.timeline import Moment, timeline
from mingjian.casework.case.workflow import templates, workflow
from mingjian.domain.message import Message

BY = {"by": "Li", "role": "lead", "at": "2026-02-28T08:00:00.000Z"}


def do(body, events):
    for name, args in events:
        body = apply(body, name, args, dict(BY))
    return body


def case(**more):
    return {**fresh("A"), **more}


def closed():
    body = do(case(), decide.dispose(case(), "no_crime", "why", "none", "ask again"))
    return do(body, decide.step(body, "close", "done"))


def test_every_step_has_a_rule_who_may_take_it_and_every_status_is_reached():
    data = workflow()
    assert {f"case.{verb}" for verb in data.steps} <= set(ALLOWED)
    reached = {"draft", "merged"} | {step.to for step in data.steps.values()}
    assert reached == set(data.statuses)


def test_templates_name_classes_and_playbooks_and_bring_tasks_in_both_languages():
    library = files("mingjian.respond.playbook").joinpath("library")
    playbooks = {file.name for file in library.iterdir()}
    for template in templates().values():
        assert f"{template.playbook}.json" in playbooks
        assert template.case_class in workflow().classes
        body = do(case(), decide.use_template(case(), template))
        assert (body["template"], body["class"]) == (template.id, template.case_class)
        assert [task["id"] for task in body["tasks"]] == list(range(1, len(template.tasks) + 1))
        assert all(task["text"]["zh"] and task["text"]["en"] for task in body["tasks"])
        with pytest.raises(Refused, match="already"):
            decide.use_template(body, template)


def test_the_workflow_from_draft_to_closed_and_back():
    body = case()
    with pytest.raises(Refused, match="only a case that is open"):
        decide.step(body, "submit", "x")
    body = do(body, decide.step(body, "open", "it is a matter"))
    with pytest.raises(Refused, match="draft or under review"):
        decide.step(body, "close", "x")
    body = do(body, decide.step(body, "submit", "ready"))
    body = do(body, decide.step(body, "return", "a statement is wanting"))
    body = do(body, decide.step(body, "submit", "ready"))
    with pytest.raises(Refused, match="make a disposition first"):
        decide.step(body, "close", "x")
    body = do(body, decide.dispose(body, "transferred", "why", "goes to X", "within 7 days"))
    with pytest.raises(Refused, match="second person"):
        decide.step(body, "close", "x", two_persons=True)
    body = do(body, decide.confirm(body))
    body = do(body, decide.step(body, "close", "all done", two_persons=True))
    assert body["status"] == "closed"
    with pytest.raises(Refused, match="nothing in it can be changed"):
        decide.note(body, "late")
    body = do(body, decide.step(body, "reopen", "new evidence"))
    assert body["disposition"] is None
    assert [item["kind"] for item in body["past_dispositions"]] == ["transferred"]
    assert [item["step"] for item in body["decisions"]] == [
        "open",
        "submit",
        "return",
        "submit",
        "close",
        "reopen",
    ]


def test_no_decision_without_a_reason():
    for refused in (
        lambda: decide.step(case(), "open", "  "),
        lambda: decide.hold(case(), ""),
        lambda: decide.judge(case(), "fraud.deepfake", True, ""),
        lambda: decide.dispose(case(), "no_crime", "why", "", "appeal"),
        lambda: decide.dispose(case(), "no_crime", "why", "effect", ""),
        lambda: decide.link(case(), "B", ""),
        lambda: decide.merge(case(), case(), "A", "B", ""),
    ):
        with pytest.raises(Refused, match="must not be empty"):
            refused()


def test_merge_and_split_are_undone_without_a_trace_in_the_state():
    own, other = case(status="open"), case(status="open")
    before = copy.deepcopy((own, other))
    gave, got = decide.merge(own, other, "A", "B", "one matter")
    own, other = do(own, gave), do(other, got)
    assert (own["status"], own["merged_into"], other["merged"]) == ("merged", "B", ["A"])
    with pytest.raises(Refused, match="merged into another"):
        decide.note(own, "x")
    gave, got = decide.unmerge(own, other, "A", "no")
    own, other = do(own, gave), do(other, got)
    assert (own, other) == before

    moved = ["a" * 64, "b" * 64]
    gave, got = decide.split(own, "A", "B", moved, "two matters")
    own, other = do(own, gave), do(other, got)
    assert other["taken"] == dict.fromkeys(moved, "A")
    gave, got = decide.unsplit(own, other, "A", "B", "one after all")
    assert (do(own, gave), do(other, got)) == before


def test_what_was_split_on_must_come_back_first():
    own, other, third = case(), case(), case()
    gave, got = decide.split(own, "A", "B", ["a" * 64], "x")
    own, other = do(own, gave), do(other, got)
    gave, got = decide.split(other, "B", "C", ["a" * 64], "x")
    other, third = do(other, gave), do(third, got)
    with pytest.raises(Refused, match="undo that first"):
        decide.unsplit(own, other, "A", "B", "x")
    with pytest.raises(Refused, match="nothing was split"):
        decide.unsplit(own, third, "A", "C", "x")


def test_exercises_and_real_cases_do_not_mix():
    with pytest.raises(Refused, match="cannot be merged"):
        decide.merge(case(exercise=True), case(), "A", "B", "x")
    with pytest.raises(Refused, match="exercise"):
        decide.dispose(case(exercise=True), "no_crime", "x", "x", "x")
    with pytest.raises(Refused, match="exercise"):
        decide.dispose(case(), "exercise", "x", "x", "x")
    assert decide.dispose(case(exercise=True), "exercise", "x", "x", "x")


def test_keeping_counts_from_closing_and_stops_on_hold():
    body = {**closed(), "class": "fraud_extortion"}
    assert keep_until(body) == date(2046, 2, 28)
    body["decisions"][-1]["at"] = "2028-02-29T00:00:00.000Z"
    assert keep_until({**body, "class": "exercise"}) == date(2029, 3, 1)
    assert keep_until(do(body, decide.hold(body, "a court asked"))) is None
    assert keep_until(case()) is None


@pytest.mark.parametrize(
    "value", ["2026-01-31", "2026-01-31T08:00", "soon", "", "9999-12-31T23:59-14:00"]
)
def test_a_moment_without_an_offset_is_refused(value):
    with pytest.raises(Refused):
        decide.moment(value)


def test_a_moment_is_kept_in_utc():
    assert decide.moment("2026-01-31T08:00+08:00") == "2026-01-31T00:00:00Z"


def test_gaps_are_named_in_what_was_done_and_in_what_is_stated():
    def at(day, source="handled"):
        return Moment(at=f"2026-01-{day:02}T00:00:00Z", source=source, what=Message("事", "thing"))

    moments = [at(20), at(1), at(2), at(3, "stated"), at(15, "stated"), at(5, "file")]
    found = timeline(moments, timedelta(days=7), "2026-01-28T00:00:00Z")
    assert [item.at for item in found] == sorted(item.at for item in found)
    gaps = [(item.at[8:10], item.until[8:10], item.what.en) for item in found if item.until]
    assert gaps == [
        ("02", "20", "18 days in which nothing was done"),
        ("03", "15", "12 days about which nothing is stated"),
        ("20", "28", "8 days in which nothing was done"),
    ]


def test_every_event_has_words_for_its_name_and_its_content():
    assert set(_DETAIL) <= set(EVENTS)
    for name, (_, words) in EVENTS.items():
        assert name_of_event(name) == words
        assert words.zh
        assert words.en
    assert detail_of_event("note.added", None).en.startswith("(the text was erased")
    assert name_of_event("exchange.received").en == "exchange.received"  # not ours to name


WISHES = {
    "title": lambda body, n: decide.edit(body, title=f"t{n}", parent="P" if n % 2 else ""),
    "note": lambda body, n: decide.note(body, f"note {n}"),
    "task": lambda body, n: decide.task(body, f"task {n}", "Wu"),
    "done": lambda body, n: decide.task_done(body, n, n % 2 == 0),
    "assign": lambda body, n: decide.assign(body, f"p{n % 3}", n % 2 == 0),
    "link": lambda body, n: decide.link(body, f"c{n % 3}", "why"),
    "unlink": lambda body, n: decide.unlink(body, f"c{n % 3}"),
    "judge": lambda body, n: decide.judge(body, "fraud.deepfake", n % 2 == 0, "why"),
    "hold": lambda body, n: decide.hold(body, "why"),
    "release": lambda body, n: decide.release(body, "why"),
    "dispose": lambda body, n: decide.dispose(body, "no_crime", "a", "b", "c"),
    "confirm": lambda body, n: decide.confirm(body),
    **{
        verb: lambda body, n, verb=verb: decide.step(body, verb, "why") for verb in workflow().steps
    },
}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(sorted(WISHES)), st.integers(0, 5)), max_size=25))
def test_whatever_is_wished_leads_to_a_state_or_a_refusal_and_can_be_told(wishes):
    body, events = fresh("A"), []
    for name, number in wishes:
        before = copy.deepcopy(body)
        try:
            decided = WISHES[name](body, number)
        except Refused:
            assert body == before  # a refusal touches nothing
            continue
        assert body == before
        body = do(body, decided)
        events += decided
        assert body["status"] in workflow().statuses
    again = fresh("A")
    for name, args in events:
        again = apply(again, name, args, dict(BY))
        detail_of_event(name, args)
    assert again == body
