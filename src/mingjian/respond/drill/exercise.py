"""Running a drill: injects, answers and missed deadlines in order of the drill's own clock.

What is scheduled (an inject, a deadline, a prepared answer) happens at its own second,
whatever the machine does in between; the clock only paces it. What people type carries the
second at which it came in. An answer in the very second of its deadline is in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mingjian.domain.message import Message
from mingjian.respond.document import ExerciseDocument
from mingjian.respond.drill.clock import Clock
from mingjian.respond.drill.scenario import Expectation, Inject, Scenario
from mingjian.respond.letter import fill

STATUS = "Exercise"
Kind = Literal["inject", "answer", "missed", "end", "stopped"]
STRAY = Message("没有等待这一编号的回答", "nothing with this id is waiting for an answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What people answered: to which expectation, which choice, in which words."""

    at: int
    to: str
    choice: str = ""
    text: str = ""
    by: str = ""


class Answers(Protocol):
    """Where answers come from."""

    def next(self, clock: Clock, before: int, inclusive: bool) -> Answer | None:
        """The next answer earlier than second `before` (or in it, if `inclusive`); None once
        the clock has come to `before` without one."""


class Scripted:
    """Answers prepared beforehand, given at the second they name."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._left = sorted(answers, key=lambda item: item.at)

    def next(self, clock: Clock, before: int, inclusive: bool) -> Answer | None:
        if self._left and (self._left[0].at < before or (inclusive and self._left[0].at == before)):
            answer = self._left.pop(0)
            clock.wait_until(answer.at)
            return answer
        clock.wait_until(before)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, at a whole second of the drill."""

    at: int
    kind: Kind
    id: str
    text: Message
    answer: Answer | None = None

    @property
    def clock(self) -> str:
        return clock_time(self.at)


@dataclass(slots=True)
class Log:
    """Everything that happened in a drill, in order."""

    scenario: Scenario
    events: list[Event] = field(default_factory=list)
    papers: list[ExerciseDocument] = field(default_factory=list)


def clock_time(second: int) -> str:
    """``07:05``, or ``1:07:05`` beyond an hour."""
    hours, rest = divmod(second, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def exercise(
    scenario: Scenario,
    clock: Clock,
    answers: Answers,
    tell: Callable[[Event, Inject | None], None] = lambda event, inject: None,
    log: Log | None = None,
) -> Log:
    """Run a scenario to its end; `tell` hears of every event as it happens.

    Who gives a `log` has in it what happened so far, should the drill be interrupted.
    """
    log = log or Log(scenario)
    open_: dict[str, Expectation] = {}
    schedule: list[tuple[int, int, Inject | Expectation | None]] = []
    for inject in scenario.injects:
        schedule.append((inject.at, 0, inject))
        schedule += [(inject.at + item.within, 1, item) for item in inject.expects]
    schedule.append((scenario.end, 2, None))
    schedule.sort(key=lambda item: item[:2])

    def happened(event: Event, inject: Inject | None = None) -> None:
        log.events.append(event)
        tell(event, inject)

    for at, order, item in schedule:
        if not log.events:
            clock.wait_until(at)
        # In one second: what happens first, then answers, then what was missed.
        # Before anything was told there is nothing to answer.
        while log.events and (answer := answers.next(clock, at, inclusive=order > 0)) is not None:
            happened(_answered(scenario, answer, open_, log))
        if isinstance(item, Inject):
            open_ |= {wanted.id: wanted for wanted in item.expects}
            happened(Event(at=at, kind="inject", id=item.id, text=item.text), item)
        elif isinstance(item, Expectation):
            if open_.get(item.id) is item and not _is_answered(log, item.id):
                happened(Event(at=at, kind="missed", id=item.id, text=item.ask))
        else:
            end = Message("演练结束", "end of the drill")
            happened(Event(at=at, kind="end", id="end", text=end))
    return log


def stopped(log: Log, clock: Clock) -> None:
    """Note that the drill was broken off now."""
    last = log.events[-1].at if log.events else 0
    at = min(max(int(clock.seconds()), last), log.scenario.end)
    words = Message("演练提前中止", "the drill was broken off")
    log.events.append(Event(at=at, kind="stopped", id="stopped", text=words))


def _is_answered(log: Log, name: str) -> bool:
    return any(event.kind == "answer" and event.id == name for event in log.events)


def _answered(scenario: Scenario, answer: Answer, open_: dict[str, Expectation], log: Log) -> Event:
    """Log an answer; the first one to an expectation counts, and makes its exercise paper."""
    wanted = open_.pop(answer.to, None)
    if wanted is None:
        return Event(at=answer.at, kind="answer", id=f"?{answer.to}", text=STRAY, answer=answer)
    if wanted.document is not None:
        paper = ExerciseDocument(fill(wanted.document, scenario.values), scenario.title)
        log.papers.append(paper)
    return Event(at=answer.at, kind="answer", id=answer.to, text=wanted.ask, answer=answer)
