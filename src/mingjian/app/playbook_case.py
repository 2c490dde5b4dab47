"""A playbook worked through within a case: answers and letters are events in its custody.

The same run as in a folder, kept as the aspect `playbook:NAME` of the case. In an exercise
case the letters are exercise papers, which nobody can release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.cases import in_words
from mingjian.app.errors import UsageError
from mingjian.app.incident_case import event_of, is_exercise
from mingjian.app.playbook import LettersIn, begin, every, head_of, report, summary
from mingjian.app.response_paper import letter as as_pages
from mingjian.app.settings import Settings
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.respond.document import Draft, ExerciseDocument
from mingjian.respond.letter import Value, fill
from mingjian.respond.playbook import Playbook
from mingjian.respond.playbook.names import uuid_of
from mingjian.respond.playbook.run import Given, Run, document, keeps_custody, letter_of
from mingjian.store.cases import Change, NewEvent, State
from mingjian.store.store import Store


def aspect_of(playbook: Playbook) -> str:
    """Where a case keeps its run of this playbook."""
    return f"playbook:{playbook.extension.get('key') or uuid_of(playbook.id)}"[:60]


def _answers(state: State, playbook: Playbook) -> list[Given]:
    """Answers kept so far; refused if they belong to another version of the playbook."""
    body: Any = state.body
    if body and body["playbook"] != head_of(playbook):
        raise UsageError(
            Message(
                "案件中的这次执行属于预案的另一版本",
                "this run in the case belongs to another version of the playbook",
            )
        )
    return [Given(**row) for row in body.get("answers", ())]


def going(store: Store, actor: Actor, case: str, playbook: Playbook) -> tuple[Run, State]:
    """A playbook as far as a case has come with it, and what is kept of it."""
    require("playbook.read", actor)
    with in_words():
        state = store.state(case, aspect_of(playbook))
    return begin(playbook, _answers(state, playbook)), state


def of_case(store: Store, actor: Actor, case: str, settings: Settings) -> list[Json]:
    """The playbooks a case has begun, with how far each has come."""
    require("playbook.read", actor)
    known = {aspect_of(playbook): playbook for playbook in every(settings).values()}
    listed: list[Json] = []
    for state in store.states(case):
        playbook = known.get(state.aspect)
        if playbook is None:
            continue
        try:
            listed.append(report(begin(playbook, _answers(state, playbook))))
        except UsageError as refused:
            told = {"playbook": summary(playbook), "state": "altered", "answers": []}
            listed.append({**told, "next": None, "why": refused.what.as_json()})
    return listed


class CaseRun:
    """A run in a case, where each answer, letter and act of preservation is an event.

    Letters go to the folder `letters` if one is given, or are made one at a time (`letter`).
    """

    def __init__(
        self,
        store: Store,
        actor: Actor,
        case: str,
        playbook: Playbook,
        letters: Path | None = None,
        form: str = "txt",
    ) -> None:
        require("playbook.start", actor)
        self.store, self.actor, self.case = store, actor, case
        self.playbook = playbook
        self.aspect = aspect_of(playbook)
        self.head = head_of(playbook)
        self.exercise = is_exercise(store, case)
        self._letters = LettersIn(letters, form) if letters is not None else None

    @property
    def where(self) -> str:
        """What to tell a person about where it is kept."""
        return f"{self.case} · {self.aspect}"

    def state(self) -> State:
        with in_words():
            return self.store.state(self.case, self.aspect)

    def answers(self) -> list[Given]:
        """Answers kept so far; refused if they belong to another version of the playbook."""
        return _answers(self.state(), self.playbook)

    def _change(self, events: list[NewEvent], **more: object) -> None:
        def decide(state: State) -> Change:
            body: dict[str, Any] = {"answers": [], "letters": {}, **state.body}
            body["playbook"] = self.head
            first = [event_of("playbook.started", self.head)] if state.revision == 0 else []
            if "answer" in more:
                if len(body["answers"]) != more["number"]:
                    raise UsageError(
                        Message(
                            "他人已在此案中继续这个预案；请重新运行同一命令",
                            "someone else went on with this playbook; run the same command again",
                        )
                    )
                body["answers"] = [*body["answers"], more["answer"]]
            if "values" in more:
                body["values"] = more["values"]
            if "letter" in more:
                body["letters"] = {**body["letters"], str(more["number"]): more["letter"]}
            return Change([*first, *events], body)

        with in_words():
            self.store.change(
                self.case,
                decide,
                actor=self.actor.name,
                role=str(self.actor.role),
                aspect=self.aspect,
            )

    def keep(self, given: Given, run: Run) -> None:
        """Enter an answer; a step that preserves evidence is entered as such, too."""
        require("playbook.step", self.actor)
        step = run.playbook.steps[given.step]
        name = run.playbook.step_name(step)
        told = {**given.as_json(), "name": name.as_json()}
        events = [event_of("playbook.answered", told)]
        if given.outcome == "done" and keeps_custody(step):
            number = str(len(run.answers))
            letters: Any = self.state().body.get("letters", {})
            kept = {"step": given.step, "name": name.as_json(), "letter": letters.get(number)}
            events.append(event_of("playbook.preserved", kept))
        if run.current is None:
            events.append(event_of("playbook.ended", {"state": run.state}))
        self._change(events, answer=given.as_json(), number=len(run.answers) - 1)

    def letters(self, run: Run, values: Mapping[str, Value]) -> list[Path]:
        """The draft (or exercise paper) of the step asked about now, its hash in custody."""
        if run.current is None or self._letters is None:
            return []
        draft = document(run.current, {"case": self.case, **values})
        if draft is None:
            return []
        number = len(run.answers) + 1
        paths = self._letters.write(number, self._standing(draft))
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        self._note(number, draft.letter.template, digests)
        return paths

    def _standing(self, draft: Draft) -> Draft | ExerciseDocument:
        """A draft, or in an exercise its paper, which nobody can release."""
        if not self.exercise:
            return draft
        scene = Message(f"演练案件 {self.case}", f"exercise case {self.case}")
        return ExerciseDocument(draft.letter, scene)

    def _note(self, number: int, template: str, digests: Mapping[str, str]) -> None:
        """Enter the hashes of a letter, unless just these were entered before."""
        letters: Any = self.state().body.get("letters", {})
        status = "Exercise" if self.exercise else "Draft"
        letter = {"template": template, "status": status, "sha256": dict(digests)}
        if letters.get(str(number)) != letter:
            self._change([event_of("playbook.letter", letter)], letter=letter, number=number)

    def letter(
        self, run: Run, number: int, values: Mapping[str, Value], language: Language, form: str
    ) -> tuple[str, bytes]:
        """The letter of the step with this number as a file, its hash in custody.

        `values` that were not stated in this run before are kept with it for the next letter.
        """
        steps = [run.playbook.steps[given.step] for given in run.answers]
        steps += [run.current.step] if run.current else []
        template = letter_of(steps[number - 1]) if 0 < number <= len(steps) else None
        if template is None:
            raise UsageError(Message("这一步没有文书", "this step has no letter"))
        body: Any = self.state().body
        stated = {name: value for name, value in values.items() if value}
        known = {**body.get("values", {}), **stated}
        if known != body.get("values", {}):
            self._change([event_of("playbook.stated", {"values": stated})], values=known)
        draft = self._standing(Draft(fill(template, {"case": self.case, **known})))
        data = as_pages(draft, language, form)
        mark = "EXERCISE-" if self.exercise else ""
        name = f"{mark}{number:02}-{template}.{language}.{form}"
        before = body.get("letters", {}).get(str(number), {}).get("sha256", {})
        self._note(number, template, {**before, name: hashlib.sha256(data).hexdigest()})
        return name, data
