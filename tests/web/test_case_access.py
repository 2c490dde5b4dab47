"""Who may do what by the pages of a case, with forms that would work; and nobody reaches into
another case through the one he was let into."""

from __future__ import annotations

import pytest

from mingjian.app import case_decisions, cases, incident_case
from mingjian.app.access import ALLOWED, Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.web.pages import PAGES

from .conftest import CASE
from .people import Person

WHY = {"reason": "why"}
GRADE = {"fact.loss_cny": "1", **WHY}
# Page/deed: the case it is done on, and a form that works. What is not here needs a case of a
# special kind; `test_walk` holds every deed against every role, and `tests/app` every use case.
WORKING = {
    "case/open": ("draft", WHY),
    "case/edit": ("open", {"title": "t", "class": "other"}),
    "case/note": ("open", {"text": "n"}),
    "case/task": ("open", {"text": "t"}),
    "case/task-done": ("open", {"id": "1"}),
    "case/assign": ("open", {"person": "Wu"}),
    "case/dispose": ("open", {"kind": "no_crime", "effect": "b", "appeal": "c", **WHY}),
    "case/confirm": ("disposed", {}),
    "case/hold": ("open", WHY),
    "case/release": ("held", WHY),
    "case/submit": ("open", WHY),
    "case/return": ("review", WHY),
    "case/close": ("disposed", WHY),
    "case/reopen": ("closed", WHY),
    "case-new/make": ("made", {"name": "made"}),
    "conducts/judge": ("open", {"conduct": "ip.patent", "taken_up": "yes", **WHY}),
    "case-law/facts": ("open", {"date": "2026-01-01"}),
    "relations/link": ("open", {"other": "draft", **WHY}),
    "relations/unlink": ("linked", {"other": "held"}),
    "relations/merge": ("draft", {"other": "open", **WHY}),
    "relations/unmerge": ("merged", WHY),
    "relations/reveal": ("open", {}),
    "incident/grade": ("open", GRADE),
    "incident/confirm": ("grave", {}),
    "incident/draft": ("graded", {"to": "public"}),
    "report/make": ("open", {"kind": "custody", "format": "jsonl"}),
    "playbook/answer": ("open", {}),
    "drill/start": ("open", {"case": "drilled", "speed": "1"}),
}


@pytest.fixture(scope="module")
def prepared(settings):
    """A case of each kind."""
    who = Actor("First", Role.LEAD)
    with opened_store(settings) as store:
        for kind in ("draft", "open", "disposed", "held", "review", "closed", "merged", "linked"):
            cases.new(store, who, kind)
        for kind, loss in (("grave", 5e7), ("graded", 1)):
            cases.new(store, who, kind)
            incident_case.grade(store, who, kind, {"facts": {"loss_cny": loss}}, "why")
        for kind in ("open", "review", "disposed"):
            case_decisions.open_(store, who, kind, "why")
        cases.task(store, who, "open", "a task")
        cases.link(store, who, "linked", "held", "why")
        case_decisions.hold(store, who, "held", "why")
        for kind in ("disposed", "closed"):
            case_decisions.dispose(store, who, kind, "no_crime", "a", "b", "c")
        for kind in ("disposed", "review"):
            case_decisions.submit(store, who, kind, "why")
        case_decisions.close(store, who, "closed", "why")
        case_decisions.merge(store, who, "merged", "linked", "why")


@pytest.fixture(scope="module")
def people(server):
    return {role: Person(server, "戊", role) for role in Role}


def test_a_form_that_works_is_refused_only_for_the_role(people, prepared, settings):
    """First by somebody whose role does not do, then by somebody whose role does."""
    for where, (kind, fields) in WORKING.items():
        page, _, name = where.partition("/")
        may = ALLOWED[next(one.action for one in PAGES[page].deeds if one.name == name)]
        query = {"name": kind}
        if page in ("playbook", "drill"):
            query = {"name": "rogue_agent", **({"case": "open"} if page == "playbook" else {})}
        if page == "playbook":
            asked = people[Role.AUDITOR].read("playbook", **query)["run"]["next"]
            fields = {"step": asked["step"], "outcome": "done"}
        for person in [one for role, one in people.items() if role not in may][:1]:
            status, _, body = person.file(where, query, **fields)
            assert status == 403, where
            # It says which roles may, and who holds one.
            assert b"these roles may" in body, where
            assert f"戊 {min(may)}".encode() in body, where
        status, _, body = people[max(may)].file(where, query, **fields)
        assert status in (200, 303), (where, body[:3000])


@pytest.fixture(scope="module")
def pair(server, settings):
    """A lead, and two cases that have nothing to do with each other."""
    with opened_store(settings) as store:
        who = Actor("x", Role.LEAD)
        for name in ("mine", "theirs"):
            cases.new(store, who, name)
        cases.task(store, who, "theirs", "a task")
    return Person(server, "己", Role.LEAD)


def heads(settings):
    with opened_store(settings) as store:
        return {name: store.head(name) for name in ("theirs", CASE)}


def test_no_form_reaches_into_another_case(pair, settings):
    """What a form names besides the case of its page must belong to that case."""
    sha256 = pair.read("relations", name=CASE)["items"][0]["sha256"]
    before = heads(settings)
    mine = {"name": "mine"}
    for where, fields in {
        "case/task-done": {"id": "1"},
        "relations/split": {"into": "stolen", "evidence": sha256, **WHY},
        "relations/unsplit": {"other": "theirs", **WHY},
        "relations/unmerge": {"merged": "theirs", **WHY},
        "relations/unlink": {"other": "theirs"},
        "incident/file": {"to": "public"},
        "case/edit": {"title": "t", "parent": "nowhere", "class": "other"},
    }.items():
        reply = pair.do(where, mine, **fields)
        assert reply.status in (404, 422), (where, reply.status)
    drill = {"name": "rogue_agent", "case": "theirs"}
    assert pair.do("drill/answer", drill, to="A1", choice="b").status in (404, 422)
    assert heads(settings) == before
    # The case is that of the address; a field of its name changes nothing.
    assert pair.do("case/note", mine, name="theirs", case="theirs", text="n").status == 303
    assert heads(settings) == before
    assert pair.read("case", name="mine")["head"]["notes"][0]["text"] == "n"


@pytest.mark.parametrize("name", ["", "none", "mine\x00", "../mine", "MINE"])
def test_a_case_that_is_not_there_is_not_found(pair, name):
    for where in ("case/note", "incident/grade", "report/make", "relations/link"):
        reply = pair.do(where, {"name": name}, text="n", kind="case", format="html", **GRADE)
        assert reply.status == 404, where


def test_refusals_are_told_to_programs_too(pair):
    status, told = pair.told("case/close", {"name": "mine"}, **WHY)
    assert status == 422
    assert told["problem"]["what"]["zh"]
    assert told["problem"]["what"]["en"]
    status, told = pair.told("case/note", {"name": "mine"}, text="n")
    assert (status, told["said"]["en"]) == (200, "noted")
    assert told["next"].startswith("/en/case?name=mine")
