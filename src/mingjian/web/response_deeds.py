"""What can be done on the screen Response: answers to steps, letters, drills."""

from __future__ import annotations

from mingjian.app import cases, drill, drill_case, playbook
from mingjian.app.desk import known
from mingjian.app.errors import UsageError
from mingjian.app.playbook_case import CaseRun
from mingjian.app.response_paper import drill as drill_pages
from mingjian.app.response_paper import letter
from mingjian.domain.message import Message
from mingjian.respond.letter import slot_names
from mingjian.store.store import Store
from mingjian.web.page import Asked
from mingjian.web.session import Deed, Given, Sent, Went
from mingjian.web.typed import LETTER_FORMS, REPORT_FORMS, format_of, language

SIGNING = frozenset({"case", "signer", "date"})
"""What a letter takes from the case, or from whoever signs it."""


def _case_of(asked: Asked, store: Store) -> str:
    known(store, asked["case"])
    return asked["case"]


# ---- playbooks ------------------------------------------------------------------------------


def _answer(asked: Asked, given: Given) -> Went:
    """Answer the step the person saw; refused where somebody else has gone on."""
    found = playbook.find(asked["name"], asked.settings)
    with asked.store() as store:
        kept = CaseRun(store, asked.actor, _case_of(asked, store), found)
        run = playbook.begin(found, kept.answers())
        if run.current is None or given["step"] != run.current.step_id:
            raise UsageError(
                Message("这一步已由他人回答", "somebody has answered this step already"),
                Message("下面是现在的步骤", "the step that is asked now stands below"),
            )
        answered = playbook.answer(run, given["outcome"], given["note"], asked.actor.name)
        kept.keep(answered, run)
    said = Message("已记入保管链", "entered into custody")
    return Went(said, "playbook", {"name": asked["name"], "case": asked["case"]})


def _letter(asked: Asked, given: Given) -> Sent:
    found = playbook.find(asked["name"], asked.settings)
    values = {
        name.removeprefix("slot."): given[name]
        for name in given.fields
        if name.removeprefix("slot.") in slot_names() and name.startswith("slot.")
    }
    with asked.store() as store:
        kept = CaseRun(store, asked.actor, _case_of(asked, store), found)
        run = playbook.begin(found, kept.answers())
        name, data = kept.letter(
            run,
            given.number("number") or 0,
            values,
            language(given),
            format_of(given, LETTER_FORMS),
        )
    return Sent(f"{asked['case']}-{name}", data)


def _export(asked: Asked, given: Given) -> Sent:
    found = playbook.find(asked["name"], asked.settings)
    return Sent(f"{found.key}.json", found.export())


PLAYBOOK_DEEDS = (
    Deed(
        name="answer",
        does=Message("回答一步", "answer a step"),
        action="playbook.step",
        do=_answer,
        takes=("step", "outcome", "note", "form"),
    ),
    Deed(
        name="letter",
        does=Message("起草并下载文书", "draft a letter and download it"),
        action="playbook.step",
        do=_letter,
        takes=("number", "language", "format", *(f"slot.{name}" for name in slot_names())),
    ),
    Deed(
        name="export",
        does=Message("导出 CACAO 文件", "export as a CACAO file"),
        action="playbook.read",
        do=_export,
    ),
)


# ---- drills ---------------------------------------------------------------------------------


def _start(asked: Asked, given: Given) -> Went:
    """Make an exercise case for the drill and begin; an empty one made before is taken."""
    scenario = drill.find(asked["name"])
    case = " ".join(given["case"].split())
    speed = given.number("speed") or 1
    people = [name for name in given["people"].replace("，", ",").split(",") if name.strip()]
    with asked.store() as store:
        if case not in store.cases():
            title = scenario.title.in_language(asked.language)
            cases.new(store, asked.actor, case, title=title, exercise=True)
        drill_case.start(store, asked.actor, case, scenario.id, speed=speed, people=people)
    said = Message("演练开始", "the drill has begun")
    return Went(said, "drill", {"name": scenario.id, "case": case})


def _drill_answer(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        drill_case.answer(
            store,
            asked.actor,
            _case_of(asked, store),
            asked["name"],
            given["to"],
            given["choice"],
            given["text"],
        )
    said = Message(f"演练：已回答 {given['to'][:8]}", f"Exercise: {given['to'][:8]} is answered")
    return Went(said, "drill", {"name": asked["name"], "case": asked["case"]})


def _end(asked: Asked, given: Given) -> Went:
    with asked.store() as store:
        drill_case.end(store, asked.actor, _case_of(asked, store), asked["name"])
    said = Message("演练结束，总结如下", "the drill is over; its report stands below")
    return Went(said, "drill", {"name": asked["name"], "case": asked["case"]})


def _report(asked: Asked, given: Given) -> Sent:
    chosen, form = language(given), format_of(given, REPORT_FORMS)
    with asked.store() as store:
        case = _case_of(asked, store)
        told = drill_case.report(store, asked.actor, case, asked["name"])
    name = f"EXERCISE-{case}-{asked['name']}.{chosen}.{form}"
    return Sent(name, drill_pages(told, chosen, form))


def _paper(asked: Asked, given: Given) -> Sent:
    chosen, form = language(given), format_of(given, LETTER_FORMS)
    with asked.store() as store:
        case = _case_of(asked, store)
        papers = drill_case.papers(store, asked.actor, case, asked["name"])
    number = given.number("number") or 0
    if not 0 < number <= len(papers):
        raise UsageError(Message("没有这份文书", "there is no such paper"))
    paper = papers[number - 1]
    name = f"EXERCISE-{case}-{number:02}-{paper.letter.template}.{chosen}.{form}"
    return Sent(name, letter(paper, chosen, form))


DRILL_DEEDS = (
    Deed(
        name="start",
        does=Message("开始演练", "begin the drill"),
        action="drill.run",
        do=_start,
        takes=("case", "speed", "people", "form"),
    ),
    Deed(
        name="answer",
        does=Message("回答", "answer"),
        action="drill.run",
        do=_drill_answer,
        takes=("to", "choice", "text", "form"),
    ),
    Deed(
        name="end",
        does=Message("结束演练", "end the drill"),
        action="drill.run",
        do=_end,
    ),
    Deed(
        name="report",
        does=Message("下载总结", "download the report"),
        action="drill.read",
        do=_report,
        takes=("language", "format"),
    ),
    Deed(
        name="paper",
        does=Message("下载演练文书", "download an exercise paper"),
        action="drill.read",
        do=_paper,
        takes=("number", "language", "format"),
    ),
)
