"""Playbooks worked through and drills run on the screen Response."""

from __future__ import annotations

import time

import pytest

from mingjian.app import cases
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.respond.playbook import library

from .people import Person

BOOK = "voice_clone_transfer"


@pytest.fixture(scope="module")
def lead(server):
    return Person(server, "李", Role.LEAD)


@pytest.fixture(scope="module")
def auditor(server):
    return Person(server, "孙", Role.AUDITOR)


@pytest.fixture
def case(settings, request):
    name = f"r-{request.node.name[-60:]}"
    with opened_store(settings) as store:
        cases.new(store, Actor("x", Role.LEAD), name, exercise="exercise" in name)
    return name


def test_the_library_is_shown_with_what_goes_on(lead):
    told = lead.read("response")
    assert {one["key"] for one in told["playbooks"]} >= set(library())
    assert len(told["scenarios"]) >= 4
    for name in library():
        shown = lead.read("playbook", name=name)
        assert len(shown["steps"]) == shown["playbook"]["steps"]
    assert lead.ask("/zh/playbook?name=../../etc/passwd").status == 404
    assert lead.ask("/zh/drill?name=/etc/x.json").status == 404


def test_a_playbook_is_a_checklist_people_answer(lead, auditor, case):
    at = {"name": BOOK, "case": case}
    first = lead.read("playbook", **at)["run"]["next"]
    answered = {"step": first["step"], "outcome": "done", "note": "<b>called</b>"}
    assert lead.do("playbook/answer", at, **answered).status == 303
    run = lead.read("playbook", **at)["run"]
    assert run["answers"][0]["by"] == lead.name
    assert "&lt;b&gt;called" in lead.page("playbook", **at)
    # Another screen still shows the first step: nothing is answered twice.
    late = lead.do("playbook/answer", at, **answered)
    assert late.status == 422
    assert "answered this step already" in late.body
    assert lead.do("playbook/answer", at, step=run["next"]["step"], outcome="done").status == 422
    assert auditor.do("playbook/answer", at, **answered).status == 403
    assert auditor.read("playbook", **at)["run"]["answers"]  # reading is open to all
    assert case in {one["case"] for one in lead.read("response")["runs"]}


def _to_a_letter(person, at):
    """Go on until a step calls for a letter."""
    for _ in range(30):
        asked = person.read("playbook", **at)["run"]["next"]
        if asked["letter"]:
            return asked
        outcome = "yes" if "yes" in asked["choices"] else asked["choices"][0]
        person.do("playbook/answer", at, step=asked["step"], outcome=outcome)
    raise AssertionError("no letter")


@pytest.mark.parametrize("standing", ["real", "exercise"])
def test_letters_are_drafts_with_their_hash_in_custody(lead, case, standing):
    at = {"name": BOOK, "case": case}
    asked = _to_a_letter(lead, at)
    wanted = {"number": str(asked["number"]), "format": "docx", "language": "zh"}
    status, headers, data = lead.file("playbook/letter", at, **wanted, **{"slot.bank": "某银行"})
    assert (status, data[:2]) == (200, b"PK")
    assert ("EXERCISE-" in headers["Content-Disposition"]) == (standing == "exercise")
    kept = lead.read("playbook", **at)
    assert kept["values"] == {"bank": "某银行"}  # need not be typed again
    (letter,) = kept["letters"].values()
    assert letter["status"] == ("Exercise" if standing == "exercise" else "Draft")
    assert ("exercise_banner" in lead.page("playbook", **at)) is False
    assert lead.do("playbook/letter", at, number="99").status == 422
    names = [row["name"] for row in lead.read("history", name=case)["rows"]]
    assert "playbook.letter" in names


def test_a_playbook_is_exported_as_it_came(lead, auditor):
    status, _, data = auditor.file("playbook/export", {"name": BOOK})
    assert (status, data) == (200, library()[BOOK].export())


def test_a_drill_runs_on_its_clock_and_is_marked_throughout(lead, auditor):
    begun = {"case": "r-drill", "speed": "60", "people": "Wu, Zhao"}
    assert lead.do("drill/start", {"name": "rogue_agent"}, **begun).status == 303
    at = {"name": "rogue_agent", "case": "r-drill"}
    live = lead.read("drill", **at)["live"]
    assert (live["status"], live["running"]) == ("Exercise", True)
    assert live["waiting"][0]["id"] == "A1"
    assert {one["status"] for one in live["events"]} == {"Exercise"}
    assert lead.do("drill/answer", at, to="A1", choice="z").status == 422
    assert auditor.do("drill/answer", at, to="A1", choice="b").status == 403
    assert lead.do("drill/answer", at, to="A1", choice="b", text="stopped").status == 303
    again = lead.do("drill/answer", at, to="A1", choice="a")
    assert again.status == 422
    page = lead.page("drill", language="zh", **at)
    assert 'class="banner exercise"' in page
    assert "一切内容均非真实" in page
    assert lead.do("drill/report", at).status == 422  # not before its end
    time.sleep(1.1)
    assert lead.read("drill", **at)["live"]["second"] > live["second"]
    assert lead.do("drill/end", at).status == 303
    live = lead.read("drill", **at)["live"]
    assert live["over"]
    assert live["report"]["people"] == [lead.name, "Wu", "Zhao"]
    assert live["report"]["results"][0]["text"] == "stopped"
    status, headers, data = auditor.file("drill/report", at, format="docx", language="en")
    assert (status, data[:2]) == (200, b"PK")
    assert "EXERCISE-" in headers["Content-Disposition"]
    assert lead.do("drill/answer", at, to="A2", choice="a").status == 422
    assert lead.do("drill/end", at).status == 422


def test_a_real_case_takes_no_drill_and_no_case_takes_one_twice(lead, case):
    start = {"case": case, "speed": "1"}
    refused = lead.do("drill/start", {"name": "rogue_agent"}, **start)
    assert refused.status == 422
    assert "not an exercise" in refused.body
    for status in (303, 422):
        twice = {"case": "r-twice", "speed": "60"}
        assert lead.do("drill/start", {"name": "rogue_agent"}, **twice).status == status


def test_papers_of_a_drill_are_exercise_papers(lead):
    name = "voice_clone_transfer"
    lead.do("drill/start", {"name": name}, case="r-paper", speed="60")
    at = {"name": name, "case": "r-paper"}
    for one in ("A1", "A2"):
        live = lead.read("drill", **at)["live"]
        asked = next(item for item in live["waiting"] if item["id"] == one)
        lead.do("drill/answer", at, to=one, choice=next(iter(asked["choices"]), ""))
    papers = lead.read("drill", **at)["papers"]
    if papers:
        status, headers, data = lead.file("drill/paper", at, number="1", format="txt")
        assert status == 200
        assert all(line.startswith("【演练 Exercise】") for line in data.decode().splitlines())
        assert "EXERCISE-" in headers["Content-Disposition"]
    assert lead.do("drill/paper", at, number="99").status == 422
