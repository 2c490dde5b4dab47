"""Working on a case by its pages: every journey as a browser without script sends it."""

from __future__ import annotations

import json

import pytest

from mingjian.app import cases
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings

from .conftest import CASE, served
from .people import Person


@pytest.fixture(scope="module")
def lead(server):
    return Person(server, "李", Role.LEAD)


@pytest.fixture(scope="module")
def reviewer(server):
    return Person(server, "吴", Role.REVIEWER)


@pytest.fixture(scope="module")
def examiner(server):
    return Person(server, "赵", Role.EXAMINER)


@pytest.fixture
def case(settings, request):
    """A draft of its own for each test."""
    name = request.node.name[:60]
    with opened_store(settings) as store:
        cases.new(store, Actor("x", Role.LEAD), name)
    return {"name": name}


def head(person, case):
    return person.read("case", **case)["head"]


def test_a_draft_is_accepted_by_a_person_with_a_reason(examiner, reviewer, case):
    assert 'class="card draft"' in examiner.page("case", **case)
    assert reviewer.do("case/open", case, reason=" ").status == 422
    done = reviewer.do("case/open", case, reason="two victims", form="open")
    assert done.status == 303
    assert done.headers["Location"].startswith("/en/case?name=")
    assert "the case is open" in reviewer.page("case", **case)
    assert "the case is open" not in reviewer.page("case", **case)  # said once
    assert head(reviewer, case)["decisions"][0]["by"] == reviewer.name


def test_a_new_case_is_a_draft(lead):
    made = lead.do("case-new/make", {}, name="n-1", title="Calls", template="voice_clone_transfer")
    assert made.status == 303
    told = head(lead, {"name": "n-1"})
    assert (told["status"], told["title"]) == ("draft", "Calls")
    assert told["tasks"]
    refused = lead.do("case-new/make", {}, name="n-1", title="kept", form="make")
    assert refused.status == 422
    assert 'value="kept"' in refused.body


def test_tasks_notes_and_assignment(lead, examiner, case):
    examiner.do("case/task", case, text="ask the bank", person="赵")
    examiner.do("case/task-done", case, id="1", done="yes")
    assert head(lead, case)["tasks"][0]["done"]["by"] == examiner.name
    examiner.do("case/task-done", case, id="1", done="no")
    assert head(lead, case)["tasks"][0]["done"] is None
    noted = {"text": "the call", "happened": "2026-02-01T09:30", "happened_zone": "+08:00"}
    examiner.do("case/note", case, **noted)
    assert head(lead, case)["notes"][0]["happened"] == "2026-02-01T01:30:00Z"
    lead.do("case/assign", case, person="赵")
    assert head(lead, case)["assigned"] == ["赵"]
    lead.do("case/assign", case, person="赵", assigned="no")
    assert head(lead, case)["assigned"] == []


def test_two_who_change_the_same_are_told(lead, examiner, case):
    """Nothing is overwritten unseen: what changed is named, what was typed is kept."""
    seen = str(head(lead, case)["revision"])
    same = {"summary": "", "class": "other", "parent": "", "form": "edit", "revision": seen}
    assert lead.do("case/edit", case, title="first", **same).status == 303
    late = examiner.do("case/edit", case, title="second", **same)
    assert late.status == 409
    assert lead.name in late.body
    assert "title: first" in late.body
    assert 'value="second"' in late.body
    assert head(lead, case)["title"] == "first"
    status, told = examiner.told("case/edit", case, title="second", **same)
    assert status == 409
    assert "其间" in told["problem"]["next"]["zh"]


def test_conduct_and_law(lead, case):
    seen = str(head(lead, case)["revision"])
    judged = {"conduct": "phishing.mail", "taken_up": "yes", "revision": seen}
    assert lead.do("conducts/judge", case, reason="seen", **judged).status == 303
    (found,) = lead.read("conducts", **case)["conducts"]
    assert found["judged"]["by"] == lead.name
    facts = {"date": "2026-02-01", "count.amount": "40,000", "if.telecom": "yes"}
    assert lead.do("case-law/facts", case, **facts).status == 303
    told = lead.read("case-law", **case)
    assert told["head"]["facts"]["counts"] == {"amount": 40000}
    assert told["suggestions"]["date"] == "2026-02-01"
    assert lead.do("case-law/facts", case, **{"count.amount": "many"}).status == 422
    # Left empty it is unknown again, never zero.
    lead.do("case-law/facts", case, **{"date": "", "count.amount": "", "if.telecom": ""})
    stated = lead.read("case-law", **case)["head"]["facts"]
    assert (stated["date"], stated["counts"], stated["circumstances"]) == (None, {}, [])


GRAVE = {
    "title": "leak",
    "known_at": "2026-11-20T08:30",
    "known_at_zone": "+08:00",
    "fact.pi_people": "12,000,000",
    "fact.operator": "other",
    "reason": "counted",
}


def test_a_grave_incident_and_its_disposition_take_two_persons(lead, reviewer, examiner, case):
    empty = examiner.read("incident", **case)
    assert empty["form"]["groups"]["CN"]
    assert not empty["form"]["groups"]["known"]
    assert examiner.do("incident/grade", case, **GRAVE).status == 303
    found = examiner.read("incident", **case)
    assert found["incident"]["proposed"]["level"] == "II"
    assert [one["id"] for one in found["form"]["groups"]["known"]] == ["pi_people", "operator"]
    assert found["form"]["times"]["known_at"] == {"local": "2026-11-20T08:30:00", "zone": "+08:00"}
    assert found["incident"]["report"]["deadlines"]
    assert examiner.do("incident/confirm", case).status == 403
    seen = str(found["incident"]["revision"])
    assert reviewer.do("incident/confirm", case, revision=seen).status == 303
    disposed = {"kind": "transferred", "reason": "a", "effect": "b", "appeal": "c"}
    assert lead.do("case/dispose", case, **disposed).status == 303
    own = lead.do("case/confirm", case, form="confirm")
    assert own.status == 403
    assert "another person" in own.body
    assert "You were the first person" in own.body
    assert lead.do("case/close", case, reason="done").status == 422
    assert reviewer.do("case/confirm", case).status == 303
    assert lead.do("case/close", case, reason="done").status == 303
    closed = head(lead, case)
    assert (closed["status"], closed["decided"]) == ("closed", True)
    assert closed["disposition"]["confirmed"]["by"] == reviewer.name


def test_notices_are_drafts_until_released(lead, examiner, case):
    examiner.do("incident/grade", case, **{**GRAVE, "fact.pi_people": "12"})
    drafted = {"to": "public", "slot.unit": "our unit"}
    assert examiner.do("incident/draft", case, **drafted).status == 303
    public = examiner.read("incident", **case)["notices"][2]
    assert (public["to"], public["status"]) == ("public", "Draft")
    assert "our unit" in public["text"]["en"]
    refused = lead.do("incident/release", case, to="public", reason="checked")
    assert refused.status == 422
    assert "blanks left" in refused.body
    status, headers, data = examiner.file("incident/file", case, to="public", format="docx")
    assert (status, data[:2]) == (200, b"PK")
    assert headers["Content-Disposition"].startswith("attachment")
    everything = {f"slot.{name}": "x" for name in public["slots"]}
    examiner.do("incident/draft", case, to="public", **everything)
    assert lead.do("incident/release", case, to="public", reason="checked").status == 303
    assert lead.read("incident", **case)["notices"][2]["status"] == "Actual"
    # Grading stands as it was: only the words of the notice were stated anew.
    assert lead.read("incident", **case)["incident"]["graded"]["by"] == examiner.name


def test_ties_are_made_shown_and_undone(lead, case, settings):
    with opened_store(settings) as store:
        cases.new(store, Actor("x", Role.LEAD), "other <b>")
    other = {"other": "other <b>", "reason": "one matter"}
    assert lead.do("relations/link", case, **other).status == 303
    assert lead.do("relations/merge", case, **other).status == 303
    page = lead.page("relations", **case)
    assert '<svg class="lanes"' in page
    assert "other &lt;b&gt;" in page
    assert "other <b>" not in page
    assert head(lead, case)["status"] == "merged"
    # Undone from the side that took it in.
    undone = {"merged": case["name"], "reason": "no"}
    assert lead.do("relations/unmerge", {"name": "other <b>"}, **undone).status == 303
    assert lead.do("relations/unlink", case, other="other <b>").status == 303
    rows = lead.read("relations", **case)["ties"]
    assert [(row["kind"], row["standing"]) for row in rows] == [
        ("link", False),
        ("merged_into", False),
        ("merged_into", False),
        ("link", False),
    ]
    assert lead.do("relations/merge", case, other="nowhere", reason="x").status == 404


def test_evidence_is_split_off_and_taken_back(lead):
    case = {"name": CASE}
    items = lead.read("relations", **case)["items"]
    first = items[0]["sha256"]
    gone = lead.do("relations/split", case, into="apart", evidence=first, reason="another matter")
    assert gone.status == 303
    assert lead.read("relations", name="apart")["items"][0]["sha256"] == first
    assert lead.read("case", name="apart")["head"]["status"] == "draft"
    back = lead.do("relations/unsplit", case, other="apart", reason="no")
    assert back.status == 303
    assert len(lead.read("relations", **case)["items"]) == len(items)


def test_artefacts_in_clear_are_a_file_and_an_event(lead, examiner):
    status, headers, data = examiner.file("relations/reveal", {"name": CASE})
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert isinstance(json.loads(data), list)
    rows = lead.read("history", name=CASE)["rows"]
    assert rows[-1]["name"] == "artefacts.revealed"


def test_hold_keeps_and_the_chain_is_checked(lead, case):
    assert lead.do("case/hold", case, reason="a trial").status == 303
    assert head(lead, case)["hold"]["reason"] == "a trial"
    assert lead.do("case/release", case, reason="over").status == 303
    told = lead.read("history", **case, check="yes")["checked"]
    assert told["problems"] == []
    assert "This chain is intact" in lead.page("history", **case, check="yes")
    assert lead.read("history", **case)["checked"] is None


@pytest.mark.parametrize(
    ("kind", "form", "start"),
    [
        ("case", "pdf", b"%PDF"),
        ("case", "docx", b"PK"),
        ("case", "html", b"<!doctype html"),
        ("examiner", "docx", b"PK"),
        ("examiner", "case", b"{"),
        ("custody", "jsonl", b"{"),
    ],
)
def test_reports_are_sent_as_files(lead, kind, form, start):
    wanted = {"kind": kind, "format": form, "language": "en"}
    status, headers, data = lead.file("report/make", {"name": CASE}, **wanted)
    assert status == 200
    assert data.lower().startswith(start.lower())
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "\n" not in headers["Content-Disposition"]
    if kind != "custody":
        made = lead.read("report", name=CASE)["made"][0]
        assert (made["by"], made["format"]) == (lead.name, form)


def test_a_report_that_cannot_be_had_says_so(lead):
    wrong = lead.do("report/make", {"name": CASE}, kind="custody", format="pdf")
    assert wrong.status == 422
    assert "this format" in wrong.body


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_url, tmp_path):
    """One journey, two persons, on a server's database."""
    settings = Settings(home=tmp_path, database=postgres_url, language="en", actor="x", workers=1)
    with served(settings) as server:
        lead, reviewer = Person(server, "Li", Role.LEAD), Person(server, "Wu", Role.REVIEWER)
        case = {"name": "p-1"}
        assert lead.do("case-new/make", {}, name="p-1").status == 303
        assert reviewer.do("case/open", case, reason="why").status == 303
        assert lead.do("incident/grade", case, **GRAVE).status == 303
        assert reviewer.do("incident/confirm", case).status == 303
        disposed = {"kind": "transferred", "reason": "a", "effect": "b", "appeal": "c"}
        assert lead.do("case/dispose", case, **disposed).status == 303
        assert reviewer.do("case/confirm", case).status == 303
        assert lead.do("case/submit", case, reason="why").status == 303
        assert lead.do("case/close", case, reason="why").status == 303
        assert lead.read("history", **case, check="yes")["checked"]["problems"] == []
