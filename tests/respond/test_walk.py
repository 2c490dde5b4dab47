"""Walking through playbooks: every step asked, branches entered and left, runs taken up again."""

from __future__ import annotations

import copy

import pytest

from mingjian.respond.playbook import Answer, Playbook, library, walk
from mingjian.respond.playbook.run import AnswerRefused, Given, Run, commands, document, said
from mingjian.respond.playbook.walk import NotWalkable


def names(key: str, choose) -> tuple[list[str], str]:
    playbook = library()[key]
    going, asked = walk(playbook), []
    try:
        ask = next(going)
        while True:
            asked.append(playbook.step_name(ask.step).en)
            ask = going.send(Answer(outcome=choose(asked[-1], ask)))
    except StopIteration as end:
        return asked, end.value


def yes(name, ask):
    return ask.choices[0]


def test_both_branches_of_a_condition() -> None:
    paid, end = names("voice_clone_transfer", yes)
    assert end == "finished"
    assert paid[1:4] == ["Has money been sent?", "Ask for a stop of payment", "Call the police"]
    unpaid, _ = names(
        "voice_clone_transfer", lambda name, ask: "no" if "sent?" in name else ask.choices[0]
    )
    assert "Ask for a stop of payment" not in unpaid
    assert unpaid[2] == "Warn those around"
    assert unpaid[3:] == paid[4:]


def test_a_loop_is_asked_again_until_it_is_over() -> None:
    left = [3]

    def choose(name, ask):
        if name == "Are copies still running?":
            left[0] -= 1
            return "yes" if left[0] > 0 else "no"
        return ask.choices[0]

    asked, end = names("rogue_agent", choose)
    assert end == "finished"
    assert asked.count("Are copies still running?") == 3
    assert asked.count("Stop each") == 2


@pytest.mark.parametrize("case", ["payment", "disclosure", "deletion", "default"])
def test_a_switch_enters_the_case_chosen(case) -> None:
    asked, _ = names(
        "injected_agent",
        lambda name, ask: case if ask.kind == "switch-condition" else ask.choices[0],
    )
    first = {
        "payment": "Ask to stop payment",
        "disclosure": "Handle the disclosure",
        "deletion": "Restore the data",
        "default": "Record the effect",
    }[case]
    assert asked[asked.index("What did it cause?") + 1] == first
    assert ("Run: notice of leaked personal information" in asked) == (case == "disclosure")


def test_every_step_of_the_library_can_be_come_to() -> None:
    for playbook in library().values():
        seen: set[str] = set()
        for turn in range(4):
            going = walk(playbook)
            visits: dict[str, int] = {}
            try:
                ask = next(going)
                while True:
                    seen.add(ask.step_id)
                    visits[ask.step_id] = visits.get(ask.step_id, 0) + 1
                    loop = ask.kind == "while-condition" and visits[ask.step_id] > 1
                    number = 1 if loop else turn % len(ask.choices)
                    if ask.kind in ("action", "playbook-action"):
                        number = 0
                    ask = going.send(Answer(outcome=ask.choices[number]))
            except StopIteration:
                pass
        asked = {
            key
            for key, step in playbook.steps.items()
            if step["type"] not in ("start", "end", "parallel")
        }
        assert seen == asked, playbook.key


def _failing(**after) -> Playbook:
    raw = copy.deepcopy(dict(library()["label_stripping"].raw))
    first = raw["workflow"][raw["workflow_start"]]["on_completion"]
    step = raw["workflow"][first]
    step["on_success"] = step.pop("on_completion")
    step.update(after)
    return Playbook(raw)


def test_a_failed_step_goes_where_the_playbook_says_or_stops() -> None:
    going = walk(_failing())
    next(going)
    with pytest.raises(StopIteration) as end:
        going.send(Answer(outcome="failed"))
    assert end.value.value == "stopped"
    ends = [key for key, step in _failing().steps.items() if step["type"] == "end"]
    going = walk(_failing(on_failure=ends[-1]))
    next(going)
    with pytest.raises(StopIteration) as end:
        going.send(Answer(outcome="failed"))
    assert end.value.value == "finished"


def test_a_playbook_that_leads_nowhere() -> None:
    raw = {**library()["label_stripping"].raw, "workflow_start": "start--none"}
    with pytest.raises(NotWalkable):
        Run(Playbook(raw))
    circle = "start--00000000-0000-4000-8000-000000000000"
    raw["workflow"] = {circle: {"type": "start", "on_completion": circle}}
    raw["workflow_start"] = circle
    with pytest.raises(NotWalkable):
        Run(Playbook(raw))


def test_a_run_is_its_answers() -> None:
    playbook = library()["voice_clone_transfer"]
    run = Run(playbook)
    while len(run.answers) < 4:
        ask = run.current
        run.answer(Given(step=ask.step_id, outcome=ask.choices[0], by="王敏", at="t", note="n"))
    again = Run(playbook, run.answers)
    assert again.current == run.current
    assert again.state == "running"
    with pytest.raises(AnswerRefused):
        again.answer(Given(step="action--x", outcome="done", by="", at=""))
    with pytest.raises(AnswerRefused):
        again.answer(Given(step=again.current.step_id, outcome="maybe", by="", at=""))


def test_letters_and_texts_of_a_step() -> None:
    playbook = library()["voice_clone_transfer"]
    run = Run(playbook)
    assert document(run.current, {}) is None
    for outcome in ("done", "yes"):
        run.answer(Given(step=run.current.step_id, outcome=outcome, by="a", at="t"))
    draft = document(run.current, {"amount": "86,000 元"})
    assert draft.letter.template == "freeze-request"
    assert "金额：86,000 元" in draft.letter.body("zh")
    (text,) = commands(run.current)
    assert "86,000 元，请求紧急止付" in said(text.zh, {"amount": "86,000 元"}, "zh")
    assert "[to fill in: amount]" in said(text.en, {}, "en")


def test_a_command_for_a_machine_is_asked_about_not_run(monkeypatch) -> None:
    import os
    import subprocess

    def never(*args, **kwargs):
        raise AssertionError("a command was run")

    monkeypatch.setattr(os, "system", never)
    monkeypatch.setattr(subprocess, "Popen", never)
    raw = copy.deepcopy(dict(library()["rogue_agent"].raw))
    first = raw["workflow"][raw["workflow_start"]]["on_completion"]
    raw["workflow"][first]["commands"] = [{"type": "bash", "command": "touch /tmp/mingjian-ran"}]
    run = Run(Playbook(raw))
    assert run.current.manual is False
    run.answer(Given(step=first, outcome="done", by="a", at="t"))
    assert len(run.answers) == 1
