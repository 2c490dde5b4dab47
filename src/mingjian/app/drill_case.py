"""A drill run in an exercise case, by people at their own screens, each when they have time to.

What is kept is when it began, how fast, and the answers. What has happened by now is the same
schedule replayed (`mingjian.respond.drill`), so nothing has to run in between and two screens
show the same. Imports neither `Draft` nor `release`: an exercise stays one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mingjian.app import drill
from mingjian.app.access import Actor, require
from mingjian.app.cases import in_words
from mingjian.app.errors import UsageError
from mingjian.app.incident_case import event_of
from mingjian.casework.custody.entry import digest
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.respond.document import EXERCISE_BANNER, ExerciseDocument
from mingjian.respond.drill import (
    Answer,
    Debrief,
    Event,
    HandClock,
    Log,
    Scenario,
    Scripted,
    debrief,
    exercise,
)
from mingjian.respond.drill.exercise import STATUS, clock_time, stopped
from mingjian.respond.drill.scenario import Expectation, Inject
from mingjian.store.cases import Change, State
from mingjian.store.store import Store

SPEEDS = (1, 2, 5, 10, 60)
"""How many times faster than life a screen may run a drill."""
TEXT = 2000


def aspect_of(scenario: str) -> str:
    """Where a case keeps this drill."""
    return f"drill:{scenario}"[:60]


def _now(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Live:
    """A drill as it stands in its case."""

    scenario: Scenario
    state: State

    @property
    def body(self) -> Any:
        return self.state.body

    @property
    def over(self) -> bool:
        """Whether a person has ended it."""
        return self.body.get("ended") is not None

    def second(self, now: datetime) -> int:
        """The drill's own second, never beyond its end."""
        if self.over:
            return int(self.body["ended"])
        began = datetime.fromisoformat(self.body["started"])
        passed = (now - began).total_seconds() * float(self.body["speed"])
        return max(0, min(int(passed), self.scenario.end))

    def log(self, second: int) -> Log:
        """What happened up to a second. Somebody may still answer in the very second in which
        an answer is due, so that it was missed is only said after it."""
        answers = [Answer(**given) for given in self.body["answers"]]
        log = exercise(self.scenario, HandClock(), Scripted(answers))
        if second < self.scenario.end:
            log.events[:] = [
                event
                for event in log.events
                if event.at < second or (event.at == second and event.kind != "missed")
            ]
        return log

    def debrief(self, second: int) -> Debrief:
        """The drill looked back on, as of a second."""
        log = self.log(second)
        if second < self.scenario.end:
            clock = HandClock()
            clock.wait_until(second)
            stopped(log, clock)
        people = [*self.body["people"], *(given["by"] for given in self.body["answers"])]
        return debrief(
            log,
            speed=float(self.body["speed"]),
            started=self.body["started"],
            people=tuple(dict.fromkeys(people)),
        )

    def waiting(self, second: int) -> list[tuple[Inject, Expectation]]:
        """What was asked and not answered yet, what is overdue included."""
        answered = {given["to"] for given in self.body["answers"]}
        return [
            (inject, wanted)
            for inject in self.scenario.injects
            if inject.at <= second
            for wanted in inject.expects
            if wanted.id not in answered
        ]


def kept(store: Store, actor: Actor, case: str, scenario: str) -> Live:
    """The drill of this scenario in this case, or a `UsageError`."""
    require("drill.read", actor)
    known = drill.find(scenario)
    with in_words():
        state = store.state(case, aspect_of(scenario))
    if "answers" not in state.body:
        raise UsageError(
            Message("本案没有在此进行的这个演练", "no such drill was run here in this case"),
            Message("可从演练页开始", "start one from the page of drills"),
        )
    return Live(known, state)


def start(
    store: Store,
    actor: Actor,
    case: str,
    scenario: str,
    *,
    speed: float = 1,
    people: Sequence[str] = (),
    now: datetime | None = None,
) -> State:
    """Begin a drill in an exercise case; one case takes a scenario once, so that a report is
    never written over."""
    drill.may_enter(store, actor, case)
    known = drill.find(scenario)
    if speed not in SPEEDS:
        listed = ", ".join(map(str, SPEEDS))
        raise UsageError(Message(f"速度可选：{listed}", f"the speed is one of: {listed}"))
    named = [name.strip()[:80] for name in (actor.name, *people) if name.strip()]
    body: dict[str, Any] = {
        "status": STATUS,
        "scenario": known.id,
        "title": known.title.as_json(),
        "started": _now(now).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "speed": float(speed),
        "people": list(dict.fromkeys(named))[:50],
    }

    def decide(state: State) -> Change:
        if state.revision:
            raise UsageError(
                Message("本案已做过这个演练", "this case holds this drill already"),
                Message("请另建一个演练案件", "make another exercise case for it"),
            )
        kept = {**body, "answers": [], "ended": None}
        return Change([event_of("drill.started", body)], kept)

    return _change(store, actor, case, known, decide)


def answer(
    store: Store,
    actor: Actor,
    case: str,
    scenario: str,
    to: str,
    choice: str,
    text: str = "",
    now: datetime | None = None,
) -> State:
    """Answer what is asked, at the drill's second in which the answer came in."""
    require("drill.run", actor)
    known = kept(store, actor, case, scenario).scenario

    def decide(state: State) -> Change:
        live = Live(known, state)
        second = live.second(_now(now))
        wanted = known.expectation(to)
        if live.over or second >= known.end:
            raise UsageError(Message("演练已经结束", "the drill is over"))
        if wanted is None or all(one.id != to for _, one in live.waiting(second)):
            raise UsageError(
                Message("没有等待这一编号的回答", "nothing with this id is waiting for an answer"),
                Message("可能他人已答，请重新载入", "somebody may have answered it: reload"),
            )
        if wanted.choices and choice not in wanted.choices:
            raise UsageError(Message("请选一项", "choose one of the answers"))
        given = {
            "at": second,
            "to": to,
            "choice": choice if wanted.choices else "",
            "text": text.strip()[:TEXT],
            "by": actor.name,
        }
        told = event_of("drill.answered", {"status": STATUS, **given})
        return Change([told], {**state.body, "answers": [*live.body["answers"], given]})

    return _change(store, actor, case, known, decide)


def end(store: Store, actor: Actor, case: str, scenario: str, now: datetime | None = None) -> State:
    """End a drill: at its time, or broken off before. From then on there is its report."""
    require("drill.run", actor)
    known = kept(store, actor, case, scenario).scenario

    def decide(state: State) -> Change:
        live = Live(known, state)
        if live.over:
            raise UsageError(Message("演练已经结束", "the drill is over"))
        second = live.second(_now(now))
        report = live.debrief(second).as_json()
        told = {
            "status": STATUS,
            "scenario": known.id,
            "counts": report["counts"],
            "people": report["people"],
            "sha256": digest(report),
        }
        ended = {**state.body, "ended": second, **told}
        return Change([event_of("drill.ended", told)], ended)

    return _change(store, actor, case, known, decide)


def _change(store: Store, actor: Actor, case: str, scenario: Scenario, decide: Any) -> State:
    with in_words():
        return store.change(
            case,
            decide,
            actor=actor.name,
            role=str(actor.role),
            aspect=aspect_of(scenario.id),
        )


def view(store: Store, actor: Actor, case: str, scenario: str, now: datetime | None = None) -> Json:
    """The drill as a screen shows it: what happened, what waits for an answer, what comes."""
    live = kept(store, actor, case, scenario)
    known, second = live.scenario, live.second(_now(now))
    running = not live.over and second < known.end
    ahead = [inject.at for inject in known.injects if inject.at > second] if running else []
    return {
        "status": STATUS,
        "banner": EXERCISE_BANNER.as_json(),
        "case": case,
        "revision": live.state.revision,
        **drill.summary(known),
        "intro": known.intro.as_json(),
        "started": live.body["started"],
        "speed": live.body["speed"],
        "people": live.body["people"],
        "second": second,
        "clock": clock_time(second),
        "end": clock_time(known.end),
        "running": running,
        "over": live.over,
        "next": {"clock": clock_time(ahead[0]), "at": ahead[0]} if ahead else None,
        "waiting": [_waiting(one, wanted, second) for one, wanted in live.waiting(second)]
        if running
        else [],
        "events": [_told(event) for event in reversed(live.log(second).events)],
        "report": live.debrief(second).as_json() if live.over else None,
    }


def _waiting(inject: Inject, wanted: Expectation, second: int) -> Json:
    due = inject.at + wanted.within
    return {
        "status": STATUS,
        "id": wanted.id,
        "inject": inject.text.as_json(),
        "ask": wanted.ask.as_json(),
        "choices": {key: words.as_json() for key, words in wanted.choices.items()},
        "due": clock_time(due),
        "left": due - second,
    }


def _told(event: Event) -> Json:
    answer = event.answer
    return {
        "status": STATUS,
        "clock": event.clock,
        "kind": event.kind,
        "id": event.id,
        "text": event.text.as_json(),
        "choice": answer.choice if answer else "",
        "said": answer.text if answer else "",
        "by": answer.by if answer else "",
    }


def report(store: Store, actor: Actor, case: str, scenario: str) -> Json:
    """The after-action report of an ended drill."""
    live = kept(store, actor, case, scenario)
    if not live.over:
        raise UsageError(
            Message("演练尚未结束", "the drill is not over yet"),
            Message("先结束演练", "end it first"),
        )
    return live.debrief(live.second(_now(None))).as_json()


def papers(store: Store, actor: Actor, case: str, scenario: str) -> list[ExerciseDocument]:
    """The exercise papers its answers have made so far, in order."""
    live = kept(store, actor, case, scenario)
    return live.log(live.second(_now(None))).papers
