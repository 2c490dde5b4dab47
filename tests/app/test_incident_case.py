"""The incident, notices, playbooks and drills of a case: roles, two persons, custody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mingjian.app import case_decisions, case_views, drill, incident_case, playbook
from mingjian.app.access import ALLOWED, Actor, NotAllowed, Role
from mingjian.app.case_decisions import close
from mingjian.app.cases import new
from mingjian.app.errors import UsageError
from mingjian.app.playbook_case import CaseRun
from mingjian.casework.custody import verify_entries
from mingjian.respond.document import Draft, ExerciseDocument, Released
from mingjian.respond.drill import HandClock, Scripted
from mingjian.respond.playbook import library
from mingjian.store.chain import public_keys

WANG = Actor("王敏", Role.EXAMINER)
LI = Actor("李强", Role.REVIEWER)
ZHAO = Actor("赵一", Role.LEAD)
QIAN = Actor("钱二", Role.LEAD)
FILLED = ("what_happened", "information_kinds", "cause", "impact", "measures", "advice")
WORDS = {name: f"（{name}）" for name in (*FILLED, "unit", "contact_person", "phone", "email")}


def facts(loss: float) -> dict:
    return {
        "title": "仿声转账",
        "known_at": "2026-11-25T16:30:00+08:00",
        "facts": {"loss_cny": loss, "operator": "other"},
        "notice": WORDS,
    }


@pytest.fixture
def store(casebook):
    new(casebook.store, WANG, "case")
    new(casebook.store, WANG, "exercise", exercise=True)
    return casebook.store


def events(store, case="case"):
    return [event.name for event in store.events(case) if event.aspect != "case"]


def test_levels_three_and_four_take_one_person(store) -> None:
    state = incident_case.grade(store, WANG, "case", facts(6e6), "已核对")
    assert state.body["level"] == "III"
    assert state.body["graded"]["by"] == "王敏"
    view = incident_case.view(state)
    assert view["level"]["zh"] == "较大"
    assert view["report"]["grade"]["CN"]["report"] == "yes"
    assert events(store) == ["incident.stated", "incident.graded"]


def test_levels_one_and_two_wait_for_another_person(store) -> None:
    state = incident_case.grade(store, WANG, "case", facts(3e7), "已核对")
    assert state.body.get("level") is None
    assert state.body["proposed"]["level"] == "II"
    with pytest.raises(NotAllowed):
        incident_case.confirm(store, WANG, "case")
    with pytest.raises(NotAllowed, match="another person"):
        incident_case.confirm(store, Actor("王 敏 ".replace(" ", ""), Role.REVIEWER), "case")
    state = incident_case.confirm(store, LI, "case")
    assert state.body["level"] == "II"
    assert state.body["graded"]["confirmed_by"] == "李强"
    with pytest.raises(UsageError, match="no grade waits"):
        incident_case.confirm(store, LI, "case")
    # Down from II takes two again.
    state = incident_case.grade(store, ZHAO, "case", facts(1e6), "重新核对")
    assert state.body["level"] == "II"
    assert state.body["proposed"]["level"] == "IV"


def test_a_person_may_decide_on_another_level_with_a_reason(store) -> None:
    state = incident_case.grade(store, WANG, "case", facts(1e6), "影响特殊群体", "III")
    told = state.body["graded"]
    assert (told["level"], told["suggested"]) == ("III", "IV")
    with pytest.raises(UsageError, match="reason"):
        incident_case.grade(store, WANG, "case", facts(1e6), " ")
    with pytest.raises(UsageError, match="no such level"):
        incident_case.grade(store, WANG, "case", facts(1e6), "r", "V")
    with pytest.raises(UsageError, match="unknown field"):
        incident_case.grade(store, WANG, "case", {"x": 1}, "r")


def test_a_notice_is_a_draft_until_two_leads_have_answered_for_it(store) -> None:
    incident_case.grade(store, WANG, "case", facts(3e7), "已核对")
    draft = incident_case.notice(store, WANG, "case", "public")
    assert isinstance(draft, Draft)
    assert isinstance(incident_case.notice(store, WANG, "case", "public"), Draft)
    first = incident_case.release(store, ZHAO, "case", "public", "已核对")
    assert isinstance(first, Draft)
    with pytest.raises(NotAllowed):
        incident_case.release(store, ZHAO, "case", "public", "再来一次")
    made = incident_case.release(store, QIAN, "case", "public", "同意")
    assert isinstance(made, Released)
    assert made.by == ("赵一", "钱二")
    assert "签发：赵一、钱二" in made.text("zh")
    with pytest.raises(UsageError, match="released already"):
        incident_case.release(store, Actor("孙三", Role.LEAD), "case", "public", "r")
    assert events(store).count("incident.notice_drafted") == 1


def test_an_approval_is_for_the_text_that_was_seen(store) -> None:
    incident_case.grade(store, WANG, "case", facts(6e6), "已核对")
    incident_case.notice(store, WANG, "case", "public")
    changed = facts(6e6)
    changed["notice"] = {**WORDS, "impact": "另一种说法"}
    incident_case.grade(store, WANG, "case", changed, "更正")
    with pytest.raises(UsageError, match="draft it again"):
        incident_case.release(store, ZHAO, "case", "public", "r")
    incident_case.notice(store, WANG, "case", "public")
    assert isinstance(incident_case.release(store, ZHAO, "case", "public", "r"), Released)


def test_blanks_keep_a_notice_a_draft(store) -> None:
    bare = {**facts(6e6), "notice": {}}
    incident_case.grade(store, WANG, "case", bare, "r")
    incident_case.notice(store, WANG, "case", "public")
    with pytest.raises(UsageError, match="blanks"):
        incident_case.release(store, ZHAO, "case", "public", "r")
    assert "incident.notice_approved" not in events(store)


def test_an_exercise_case_makes_exercise_papers_only(store, tmp_path) -> None:
    incident_case.grade(store, WANG, "exercise", facts(6e6), "r")
    made = incident_case.notice(store, WANG, "exercise", "public")
    assert isinstance(made, ExerciseDocument)
    with pytest.raises(UsageError, match="exercise"):
        incident_case.release(store, ZHAO, "exercise", "public", "r")
    run, kept = _begun(store, "exercise", tmp_path)
    _answer(run, kept, "done")
    _answer(run, kept, "yes")
    paths = kept.letters(run, {})
    assert [path.name for path in paths] == [
        "EXERCISE-03-freeze-request.zh.txt",
        "EXERCISE-03-freeze-request.en.txt",
    ]
    assert all(
        "Exercise" in line for path in paths for line in path.read_text("utf-8").splitlines()
    )


def _begun(store, case, folder, actor=WANG):
    found = library()["voice_clone_transfer"]
    kept = CaseRun(store, actor, case, found, folder)
    return playbook.begin(found, kept.answers()), kept


def _answer(run, kept, outcome, note=""):
    kept.keep(playbook.answer(run, outcome, note, kept.actor.name), run)


def test_a_playbook_in_a_case_is_in_its_custody_and_goes_on(store, tmp_path) -> None:
    run, kept = _begun(store, "case", tmp_path)
    _answer(run, kept, "done", "已挂断")
    _answer(run, kept, "yes")
    kept.letters(run, {"amount": "86,000 元"})
    kept.letters(run, {"amount": "86,000 元"})
    _answer(run, kept, "done")
    again, other = _begun(store, "case", tmp_path, LI)
    assert again.current == run.current
    assert events(store) == [
        "playbook.started",
        "playbook.answered",
        "playbook.answered",
        "playbook.letter",
        "playbook.answered",
        "playbook.preserved",
    ]
    _answer(again, other, "done")
    # The first person's screen is behind now: nothing is lost or given twice.
    with pytest.raises(UsageError, match="went on"):
        _answer(run, kept, "done")
    while again.current is not None:
        _answer(again, other, again.current.choices[0])
    assert events(store)[-1] == "playbook.ended"
    assert verify_entries(store.entries("case"), public_keys(store.database)) == []
    lines = [line.as_json() for line in case_views.history(store, WANG, "case")]
    told = str(lines)
    assert "预案步骤" in told
    assert "稳住并核实：完成 已挂断" in told


def test_a_drill_goes_into_an_exercise_case_only(store, tmp_path) -> None:
    done = drill.run(
        drill.find("rogue_agent"),
        HandClock(),
        Scripted([]),
        tmp_path / "d",
        speed=60,
        people=["甲"],
        tell=lambda event, inject: None,
    )
    drill.enter(store, WANG, "exercise", done)
    assert store.state("exercise", "drill:rogue_agent").body["counts"]["missed"] == 6
    with pytest.raises(UsageError, match="not an exercise"):
        drill.enter(store, WANG, "case", done)


ROLES = {
    "incident.read": lambda s, who, f: incident_case.stored(s, who, "case"),
    "incident.grade": lambda s, who, f: incident_case.grade(s, who, "case", facts(1), "r"),
    "incident.confirm": lambda s, who, f: incident_case.confirm(s, who, "case"),
    "incident.notice": lambda s, who, f: incident_case.notice(s, who, "case", "public"),
    "incident.send": lambda s, who, f: incident_case.release(s, who, "case", "public", "r"),
    "playbook.start": lambda s, who, f: CaseRun(s, who, "case", library()["rogue_agent"], f),
    "drill.run": lambda s, who, f: drill.may_enter(s, who, "exercise"),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", sorted(ROLES))
def test_who_may(store, tmp_path, action, role) -> None:
    def do() -> None:
        ROLES[action](store, Actor("孙三", role), tmp_path)

    if role in ALLOWED[action]:
        try:
            do()
        except NotAllowed:
            raise
        except UsageError:
            pass  # allowed, and refused for another reason: nothing was graded yet
    else:
        with pytest.raises(NotAllowed):
            do()


def test_closing_a_grave_case_still_needs_its_disposition(store) -> None:
    incident_case.grade(store, WANG, "case", facts(3e7), "r")
    with pytest.raises(UsageError):
        close(store, ZHAO, "case", "r")


def test_a_drill_broken_off_is_kept_as_far_as_it_came(tmp_path) -> None:
    def tell(event, inject) -> None:
        if event.at >= 390:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drill.run(
            drill.find("rogue_agent"),
            HandClock(),
            Scripted([]),
            tmp_path / "d",
            speed=1,
            people=["甲"],
            tell=tell,
        )
    report = drill.kept_report(tmp_path / "d")
    assert report["events"][-1]["kind"] == "stopped"
    assert report["events"][-1]["at"] == 390
    assert report["counts"]["missed"] == 3
    assert report["counts"]["not_reached"] == 3
    assert "未进行 3" in drill.kept_text(tmp_path / "d", "zh")


def test_what_was_written_is_erased_with_the_case_when_its_time_is_over(store, tmp_path) -> None:
    incident_case.grade(store, WANG, "case", facts(6e6), "秘密理由")
    run, kept = _begun(store, "case", tmp_path)
    _answer(run, kept, "done", "秘密说明")
    for who, step in ((LI, "open_"), (WANG, "submit")):
        getattr(case_decisions, step)(store, who, "case", "r")
    case_decisions.dispose(store, ZHAO, "case", "no_crime", "r", "e", "a")
    close(store, ZHAO, "case", "r")
    late = datetime(2099, 1, 1, tzinfo=UTC)
    case_decisions.erase(store, Actor("管", Role.ADMIN), "case", "期满", today=late)
    told = str([*(event.body for event in store.events("case"))])
    told += str([state.body for state in store.states("case")])
    for word in ("秘密", "仿声转账", "（impact）"):
        assert word not in told
    assert store.state("case", "incident").body["level"] == "III"
    assert verify_entries(store.entries("case"), public_keys(store.database)) == []
    again, _ = _begun(store, "case", tmp_path)
    assert len(again.answers) == 1
