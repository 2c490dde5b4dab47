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
from mingjian.app.playbook import Folder, LettersIn
from mingjian.domain.message import Message
from mingjian.respond.document import Draft, ExerciseDocument
from mingjian.respond.letter import Value
from mingjian.respond.playbook import Playbook
from mingjian.respond.playbook.names import uuid_of
from mingjian.respond.playbook.run import Given, Run, document, keeps_custody
from mingjian.store.cases import Change, NewEvent, State
from mingjian.store.store import Store


class CaseRun:
    """Where a run in a case is kept; the letters themselves go to a folder."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        case: str,
        playbook: Playbook,
        letters: Path,
        form: str = "txt",
    ) -> None:
        require("playbook.start", actor)
        self.store, self.actor, self.case = store, actor, case
        name = playbook.extension.get("key") or uuid_of(playbook.id)
        self.aspect = f"playbook:{name}"[:60]
        self.head = Folder(letters, playbook).head
        self.exercise = is_exercise(store, case)
        self._letters = LettersIn(letters, form)

    @property
    def where(self) -> str:
        """What to tell a person about where it is kept."""
        return f"{self.case} · {self.aspect}"

    def state(self) -> State:
        with in_words():
            return self.store.state(self.case, self.aspect)

    def answers(self) -> list[Given]:
        """Answers kept so far; refused if they belong to another version of the playbook."""
        body: Any = self.state().body
        if body and body["playbook"] != self.head:
            raise UsageError(
                Message(
                    "案件中的这次执行属于预案的另一版本",
                    "this run in the case belongs to another version of the playbook",
                )
            )
        return [Given(**row) for row in body.get("answers", ())]

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
        if run.current is None:
            return []
        draft = document(run.current, {"case": self.case, **values})
        if draft is None:
            return []
        made: Draft | ExerciseDocument = draft
        if self.exercise:
            scene = Message(f"演练案件 {self.case}", f"exercise case {self.case}")
            made = ExerciseDocument(draft.letter, scene)
        number = len(run.answers) + 1
        paths = self._letters.write(number, made)
        known: Any = self.state().body.get("letters", {})
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        letter = {
            "template": draft.letter.template,
            "status": "Exercise" if self.exercise else "Draft",
            "sha256": digests,
        }
        if known.get(str(number)) != letter:
            self._change([event_of("playbook.letter", letter)], letter=letter, number=number)
        return paths
