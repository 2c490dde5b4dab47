"""Cases as the command line and the web use them."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from mingjian.app import case_decisions as decisions
from mingjian.app import case_facts, cases
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.case_evidence import artefacts_of, items_of, related_cases
from mingjian.app.case_law import case_duties, case_law, conducts, to_look_at_again
from mingjian.app.case_views import case_timeline, history, list_cases, show
from mingjian.app.cases import ChangedMeanwhile, again_if_changed, takes_evidence
from mingjian.app.errors import UsageError
from mingjian.casework.case.state import apply, fresh
from mingjian.casework.custody import verify_entries
from mingjian.store.cases import Change, NewEvent

LEAD, OTHER = Actor("Li", Role.LEAD), Actor("Wu", Role.REVIEWER)
AUDITOR, ADMIN = Actor("Eva", Role.AUDITOR), Actor("root", Role.ADMIN)


def paths(store, case):
    return [item.root["path"] for item in items_of(store, case)]


def graded(store, case, **body):
    store.change(
        case,
        lambda state: Change([NewEvent("incident.graded", body)], body),
        actor="Li",
        role="lead",
        aspect="incident",
    )


def close(store, case):
    decisions.dispose(store, LEAD, case, "no_crime", "nothing in it", "none", "ask the lead")
    return decisions.close(store, LEAD, case, "done")


def test_an_examination_is_a_draft_that_a_person_opens(casebook):
    store = casebook.store
    casebook.file("A", one="x")
    (line,) = list_cases(store, AUDITOR)
    assert (line.body["status"], line.revision, line.items) == ("draft", 0, 1)
    done = decisions.open_(store, LEAD, "A", "two victims have come forward")
    assert (done.body["status"], done.revision) == ("open", 1)
    casebook.file("A", two="y")  # evidence joins an open case
    assert paths(store, "A") == ["two", "one"]
    with pytest.raises(UsageError, match="nobody has filed"):
        decisions.open_(store, LEAD, "unfiled", "all of it")


def test_a_closed_case_takes_no_evidence_and_is_opened_again_with_a_reason(casebook):
    store = casebook.store
    casebook.file("A", one="x")
    close(store, "A")
    with pytest.raises(UsageError, match="closed"):
        takes_evidence(store, "A")
    decisions.reopen(store, LEAD, "A", "a third victim")
    takes_evidence(store, "A")
    takes_evidence(store, "not there yet")


def test_what_was_changed_meanwhile_is_said_and_kept(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A")
    seen = show(store, LEAD, "A").line.revision
    cases.note(store, OTHER, "A", "I was quicker")
    with pytest.raises(ChangedMeanwhile, match="Someone changed case “A”"):
        cases.edit(store, LEAD, "A", title="late", revision=seen)
    body = again_if_changed(
        lambda: cases.edit(
            store, LEAD, "A", title="now", revision=show(store, LEAD, "A").line.revision
        )
    ).body
    assert (body["title"], len(body["notes"])) == ("now", 1)


def test_names_that_are_not_there_are_said(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A")
    for wrong in (
        lambda: show(store, LEAD, "typo"),
        lambda: cases.note(store, LEAD, "typo", "x"),
        lambda: cases.link(store, LEAD, "A", "typo", "x"),
        lambda: cases.link(store, LEAD, "A", "A", "x"),
        lambda: cases.edit(store, LEAD, "A", parent="typo"),
        lambda: cases.new(store, LEAD, "A"),
        lambda: cases.new(store, LEAD, " \n "),
        lambda: cases.new(store, LEAD, "B", template="typo"),
        lambda: case_facts.judge(store, LEAD, "A", "typo", True, "x"),
        lambda: case_facts.state_facts(store, LEAD, "A", counts={"typo": 1}),
        lambda: case_facts.state_facts(store, LEAD, "A", date="soon"),
        lambda: decisions.split(store, LEAD, "A", "B", ["abcd"], "x"),
        lambda: decisions.unmerge(store, LEAD, "A", "x"),
    ):
        with pytest.raises(UsageError):
            wrong()
    assert list(store.cases()) == ["A"]
    assert store.state("A").revision == 1


def test_hierarchy_has_no_rings(casebook):
    store = casebook.store
    for name in "ABC":
        cases.new(store, LEAD, name)
    cases.edit(store, LEAD, "B", parent="A")
    cases.edit(store, LEAD, "C", parent="B")
    assert show(store, LEAD, "A").children == ("B",)
    with pytest.raises(UsageError, match="below itself"):
        cases.edit(store, LEAD, "A", parent="C")
    with pytest.raises(UsageError, match="below itself"):
        cases.edit(store, LEAD, "A", parent="A")
    assert cases.edit(store, LEAD, "C", parent="").body["parent"] is None


def test_evidence_follows_merging_and_splitting_and_comes_back(casebook):
    store = casebook.store
    a = casebook.file("A", one="1", two="2")
    casebook.file("B", three="3")
    decisions.merge(store, LEAD, "A", "B", "same matter")
    assert paths(store, "B") == ["three", "one", "two"]
    decisions.unmerge(store, LEAD, "A", "not so")
    assert (paths(store, "A"), paths(store, "B")) == (["one", "two"], ["three"])
    decisions.split(store, LEAD, "A", "C", [a["two"][:8].upper()], "another matter")
    assert (paths(store, "A"), paths(store, "C")) == (["one"], ["two"])
    decisions.split(store, LEAD, "C", "D", [a["two"]], "and another")
    assert (paths(store, "C"), paths(store, "D")) == ([], ["two"])
    decisions.merge(store, LEAD, "D", "B", "belongs here")
    assert paths(store, "B") == ["three", "two"]
    with pytest.raises(UsageError, match="no single item"):
        decisions.split(store, LEAD, "A", "E", [a["two"]], "is not here any more")
    decisions.unmerge(store, LEAD, "D", "no")
    decisions.unsplit(store, LEAD, "C", "D", "back")
    decisions.unsplit(store, LEAD, "A", "C", "back")
    assert paths(store, "A") == ["one", "two"]
    assert list(store.verify()) == []


def test_links_stand_in_both_cases(casebook):
    store = casebook.store
    for name in "AB":
        cases.new(store, LEAD, name)
    cases.link(store, LEAD, "A", "B", "the same account")
    assert show(store, LEAD, "B").body["links"][0]["case"] == "A"
    cases.unlink(store, LEAD, "B", "A")
    assert show(store, LEAD, "A").body["links"] == []


@pytest.mark.parametrize("grade", [{"level": 2}, {"level": "I"}, {"proposed": {"level": 1}}])
def test_grades_one_and_two_close_with_two_persons(casebook, grade):
    store = casebook.store
    cases.new(store, LEAD, "A")
    graded(store, "A", **grade)
    assert show(store, LEAD, "A").two_persons
    assert not show(store, LEAD, "A").decided
    with pytest.raises(UsageError, match="second person"):
        close(store, "A")
    assert not show(store, LEAD, "A").decided  # one person's word is still a draft
    for same in ("Li", " li ", "Ｌｉ"):
        with pytest.raises(NotAllowed, match="another person"):
            decisions.confirm(store, Actor(same, Role.REVIEWER), "A")
    decisions.confirm(store, OTHER, "A")
    assert show(store, LEAD, "A").decided
    assert decisions.close(store, LEAD, "A", "done").body["status"] == "closed"


def test_lower_grades_close_with_one_person_and_a_new_disposition_is_unconfirmed(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A")
    graded(store, "A", level=3)
    decisions.dispose(store, LEAD, "A", "not_enough", "a", "b", "c")
    decisions.confirm(store, OTHER, "A")
    body = decisions.dispose(store, LEAD, "A", "no_crime", "a", "b", "c").body
    assert body["disposition"]["confirmed"] is None
    assert [item["kind"] for item in body["past_dispositions"]] == ["not_enough"]
    decisions.close(store, LEAD, "A", "done")


def test_texts_are_erased_only_when_their_time_is_over_and_nothing_holds_them(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A", summary="about somebody")
    cases.note(store, LEAD, "A", "what she told us")
    late = datetime.now(UTC) + timedelta(days=366 * 4)
    with pytest.raises(UsageError, match="not over"):
        decisions.erase(store, ADMIN, "A", "time", today=late)
    close(store, "A")
    (line,) = list_cases(store, ADMIN)
    closed = line.body["decisions"][-1]["at"]
    assert int(line.as_json()["keep_until"][:4]) == int(closed[:4]) + 3
    assert list_cases(store, ADMIN, due=True) == []
    decisions.hold(store, ADMIN, "A", "a court asked")
    with pytest.raises(UsageError, match="legal hold"):
        decisions.erase(store, ADMIN, "A", "time", today=late)
    decisions.release(store, ADMIN, "A", "the court is done")
    with pytest.raises(UsageError, match="not over"):
        decisions.erase(store, ADMIN, "A", "time")
    decisions.erase(store, ADMIN, "A", "time", today=late)
    view = show(store, AUDITOR, "A")
    assert (view.body["notes"], view.body["title"], view.body["summary"]) == ([], "—", "")
    assert "she told us" not in str([line.as_json() for line in history(store, AUDITOR, "A")])
    assert [line.name for line in history(store, AUDITOR, "A")][-1] == "text.erased"
    assert list(store.verify()) == []


def test_history_names_everybody_and_everything_in_both_languages(casebook):
    store = casebook.store
    casebook.file("A", one="x")
    cases.edit(store, LEAD, "A", template="phishing_wave")
    decisions.open_(store, OTHER, "A", "a wave")
    graded(store, "A", level=3, words={"zh": "三级", "en": "grade III"})
    lines = history(store, AUDITOR, "A")
    assert [line.seq for line in lines] == sorted(line.seq for line in lines)
    assert [(line.name, line.who) for line in lines[-2:]] == [
        ("status.changed", "Wu"),
        ("incident.graded", "Li"),
    ]
    assert lines[-1].detail.zh == "三级"
    assert "taken_in" not in {line.name for line in lines}
    assert verify_entries(store.entries("A"), store.public_keys()) == []


def test_the_timeline_has_statements_files_work_and_gaps(casebook):
    store = casebook.store
    casebook.file("A", one="x")
    cases.note(store, LEAD, "A", "the call came", happened="2026-01-05T08:00+08:00")
    cases.note(store, LEAD, "A", "the money went", happened="2026-01-25T08:00+08:00")
    case_facts.state_facts(store, LEAD, "A", date="2026-01-05")
    found = case_timeline(store, AUDITOR, "A", longest=timedelta(days=7))
    assert {item.source for item in found} == {"stated", "file", "handled", "gap"}
    (gap,) = [item for item in found if item.source == "gap"]
    assert gap.what.en == "20 days about which nothing is stated"


def test_artefacts_are_redacted_until_a_person_asks_and_that_is_an_event(casebook):
    store = casebook.store
    casebook.file("A", one="电话 13812345678")
    (phone,) = [item for item in artefacts_of(store, AUDITOR, "A") if item["kind"] == "phone"]
    assert phone["value"] == "13******78"
    with pytest.raises(NotAllowed):
        artefacts_of(store, AUDITOR, "A", reveal=True)
    shown = artefacts_of(store, LEAD, "A", reveal=True)
    assert "13812345678" in [item["value"] for item in shown]
    assert history(store, LEAD, "A")[-1].name == "artefacts.revealed"


def test_related_cases_share_what_few_others_have(casebook):
    store = casebook.store
    for number in range(6):
        casebook.file(f"C{number}", note=f"微信号 public_{number} 客服 400-800-8000")
    casebook.file("A", note="电话 13812345678 客服 400-800-8000")
    casebook.file("B", letter="请回电 13812345678")
    found = related_cases(store, AUDITOR, "A")
    assert found[0]["case"] == "B"
    assert found[0]["shared"][0]["value"] == "13******78"
    assert found[0]["shared"][0]["cases"] == 2
    assert found[0]["shared"][0]["bits"] > found[1]["shared"][0]["bits"]
    decisions.merge(store, LEAD, "B", "A", "the same number")
    assert "B" not in [item["case"] for item in related_cases(store, AUDITOR, "A")]


def test_conduct_law_and_duties_follow_findings_and_what_persons_state(casebook):
    store = casebook.store
    casebook.file("A", weighed="请转账")
    (item,) = [c for c in conducts(store, LEAD, "A")["conducts"] if c["state"] == "supported"]
    assert item["conduct"] == "fraud.deepfake"
    law = case_law(store, LEAD, "A")
    assert "nobody has taken up" in law["basis"]["en"]
    assert law["suggestions"]["undated"]
    case_facts.state_facts(
        store, LEAD, "A", date="2026-02-01", counts={"amount": 40000}, circumstances=["telecom"]
    )
    case_facts.judge(store, LEAD, "A", "fraud.deepfake", True, "the label and the wording agree")
    law = case_law(store, LEAD, "A")
    assert "took up" in law["basis"]["en"]
    (found,) = law["suggestions"]["conducts"]
    by_ref = {article["ref"]: article for article in found["jurisdictions"]["CN"]["articles"]}
    assert by_ref["criminal-law/266"]["band"]["index"] == 1
    chain = {link["role"]: link["duties"] for link in case_duties(store, AUDITOR, "A")["chain"]}
    assert list(chain) == ["developer", "provider", "propagator", "user"]
    assert any(duty["asked"] for duty in chain["provider"])
    case_facts.judge(store, LEAD, "A", "fraud.deepfake", False, "an exercise text")
    assert case_law(store, LEAD, "A")["suggestions"] is None


def test_a_change_of_law_lists_the_cases_in_work_that_it_touches(casebook):
    store = casebook.store
    casebook.file("A", weighed="请转账")
    casebook.file("B", weighed="请转账")
    cases.new(store, LEAD, "C")
    close(store, "B")
    changed = (date(2025, 12, 31), date(2026, 1, 1))
    found = to_look_at_again(store, AUDITOR, between=changed)
    assert [item["case"] for item in found["cases"]] == ["A"]
    assert found["cases"][0]["conducts"] == ["fraud.deepfake"]
    case_facts.judge(store, LEAD, "C", "ip.patent", True, "a person says so")
    found = to_look_at_again(store, AUDITOR, ["ip.patent"])
    assert [item["case"] for item in found["cases"]] == ["C"]


def test_stated_facts_add_up_and_can_be_taken_back(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A")
    case_facts.state_facts(
        store, LEAD, "A", counts={"views": 10}, circumstances=["telecom", "spread"]
    )
    facts = case_facts.state_facts(
        store,
        LEAD,
        "A",
        counts={"views": None, "forwards": 5},
        excluded=["spread"],
        unknown=["telecom"],
    ).body["facts"]
    assert facts["counts"] == {"forwards": 5}
    assert (facts["circumstances"], facts["excluded"]) == ([], ["spread"])


def test_a_state_is_its_events_applied_in_order(casebook):
    store = casebook.store
    made = casebook.file("A", one="1", two="2")
    casebook.file("B", three="3")
    cases.edit(store, LEAD, "A", template="rogue_agent", case_class="other")
    cases.task_done(store, OTHER, "A", 1)
    case_facts.state_facts(store, LEAD, "A", counts={"views": 3})
    decisions.split(store, LEAD, "A", "C", [made["two"]], "apart")
    decisions.merge(store, LEAD, "B", "A", "together")
    decisions.unmerge(store, LEAD, "B", "not so")
    close(store, "A")
    decisions.reopen(store, LEAD, "A", "again")
    for case in "ABC":
        body = fresh(case)
        for event in store.events(case, "case"):
            by = {"by": event.actor, "role": event.role, "at": event.at}
            body = apply(body, event.name, event.body, by)
        assert body == store.state(case).body


def test_threads_working_on_one_case_lose_nothing(casebook):
    store = casebook.store
    cases.new(store, LEAD, "A")
    errors = []

    def work(name):
        try:
            for number in range(5):
                cases.note(store, Actor(name, Role.EXAMINER), "A", f"{number}")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"p{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    notes = show(store, LEAD, "A").body["notes"]
    assert [note["id"] for note in notes] == list(range(1, 21))
