"""The after-action report: what was asked when, answered when, and what to take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

from mingjian.domain.message import Language, Message
from mingjian.respond.document import EXERCISE_BANNER, EXERCISE_MARK
from mingjian.respond.drill.exercise import STATUS, Event, Log, clock_time
from mingjian.respond.drill.scenario import Expectation, Inject

State = Literal["in_time", "late", "wrong", "missed", "not_reached"]
STATES: Mapping[State, Message] = {
    "in_time": Message("按时", "in time"),
    "late": Message("超时", "late"),
    "wrong": Message("不妥", "not right"),
    "missed": Message("未答", "missed"),
    "not_reached": Message("未进行", "not reached"),
}
Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One expectation: all times are seconds of the drill."""

    expectation: Expectation
    inject: Inject
    asked: int
    due: int
    answered: int | None
    choice: str
    text: str
    by: str
    right: bool
    reached: bool = True
    """False where the drill was broken off before this was due."""

    @property
    def took(self) -> int | None:
        return None if self.answered is None else self.answered - self.asked

    @property
    def state(self) -> State:
        if self.answered is None:
            return "missed" if self.reached else "not_reached"
        if not self.right:
            return "wrong"
        return "late" if self.answered > self.due else "in_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """A drill looked back on."""

    log: Log
    speed: float
    started: str
    people: tuple[str, ...]
    results: tuple[Result, ...]

    def count(self, state: State) -> int:
        return sum(item.state == state for item in self.results)

    @property
    def typical(self) -> float | None:
        """Median of the seconds people took where they answered."""
        took = [item.took for item in self.results if item.took is not None]
        return float(median(took)) if took else None

    def as_json(self) -> Json:
        scenario = self.log.scenario
        return {
            "status": STATUS,
            "banner": EXERCISE_BANNER.as_json(),
            "scenario": scenario.id,
            "title": scenario.title.as_json(),
            "playbook": scenario.playbook,
            "started": self.started,
            "speed": self.speed,
            "minutes": scenario.minutes,
            "people": list(self.people),
            "counts": {state: self.count(state) for state in STATES},
            "median_seconds": self.typical,
            "results": [_result_json(item) for item in self.results],
            "events": [_event_json(item) for item in self.log.events],
            "papers": [paper.letter.template for paper in self.log.papers],
        }

    def text(self, language: Language) -> str:
        """The report as text; every line says that it was an exercise."""
        mark = EXERCISE_MARK.in_language(language)
        return "".join(f"{mark} {line}".rstrip() + "\n" for line in _lines(self, language))


def debrief(log: Log, *, speed: float, started: str, people: tuple[str, ...]) -> Debrief:
    """Hold the log against what was expected."""
    answers = {event.id: event for event in log.events if event.kind == "answer"}
    broken = next((event.at for event in log.events if event.kind == "stopped"), None)
    results = []
    for inject in log.scenario.injects:
        for item in inject.expects:
            event = answers.get(item.id)
            answer = event.answer if event else None
            results.append(
                Result(
                    expectation=item,
                    inject=inject,
                    asked=inject.at,
                    due=inject.at + item.within,
                    answered=answer.at if answer else None,
                    choice=answer.choice if answer else "",
                    text=answer.text if answer else "",
                    by=answer.by if answer else "",
                    reached=broken is None or inject.at + item.within <= broken,
                    right=answer is not None and (not item.right or answer.choice in item.right),
                )
            )
    return Debrief(log=log, speed=speed, started=started, people=people, results=tuple(results))


def _result_json(result: Result) -> Json:
    item = result.expectation
    return {
        "status": STATUS,
        "id": item.id,
        "inject": result.inject.id,
        "ask": item.ask.as_json(),
        "asked": result.asked,
        "due": result.due,
        "answered": result.answered,
        "took": result.took,
        "state": result.state,
        "choice": result.choice,
        "right": sorted(item.right),
        "text": result.text,
        "by": result.by,
        "lesson": item.lesson.as_json(),
    }


def _event_json(event: Event) -> Json:
    answer = event.answer
    return {
        "status": STATUS,
        "at": event.at,
        "clock": event.clock,
        "kind": event.kind,
        "id": event.id,
        "text": event.text.as_json(),
        **({"choice": answer.choice, "said": answer.text, "by": answer.by} if answer else {}),
    }


def _lines(report: Debrief, language: Language) -> list[str]:
    zh = language == "zh"
    scenario = report.log.scenario

    def say(chinese: str, english: str) -> str:
        return chinese if zh else english

    counts = "，".join if zh else ", ".join
    told = counts(
        f"{words.in_language(language)} {report.count(state)}"
        for state, words in STATES.items()
        if state != "not_reached" or report.count(state)
    )
    lines = [
        EXERCISE_BANNER.in_language(language),
        say("演练总结", "After-action report"),
        scenario.title.in_language(language),
        say(f"预案：{scenario.playbook}", f"playbook: {scenario.playbook}"),
        say(
            f"开始：{report.started}；时长 {scenario.minutes} 分钟；速度 {report.speed:g} 倍",
            f"started {report.started}; {scenario.minutes} minutes at {report.speed:g} times life",
        ),
        say("参加：", "people: ") + ("、" if zh else ", ").join(report.people),
        "",
        say("结果：", "results: ") + told,
    ]
    if report.typical is not None:
        lines.append(
            say(f"应答用时中位数：{report.typical:g} 秒", f"median answer: {report.typical:g} s")
        )
    lines += ["", say("逐项", "One by one")]
    for item in report.results:
        lines += _result_lines(item, language)
    weak = [item for item in report.results if item.state not in ("in_time", "not_reached")]
    lines += ["", say("要改进的", "What to take away")]
    lines += [
        f"  {item.expectation.id} {item.expectation.lesson.in_language(language)}" for item in weak
    ] or [say("  全部按时、得当。", "  All in time and right.")]
    lines += ["", say("经过", "What happened")]
    for event in report.log.events:
        answer = event.answer
        said = f" {answer.choice} {answer.text}".rstrip() if answer else ""
        kind = kind_words(event.kind, event.id, language)
        told = f"{event.clock} {kind}{said}".rstrip()
        lines.append(f"  {told} {event.text.in_language(language)}")
    lines += ["", EXERCISE_BANNER.in_language(language)]
    return lines


KINDS: Mapping[str, Message] = {
    "inject": Message("情况", "inject"),
    "answer": Message("回答", "answer"),
    "missed": Message("到期未答", "missed"),
}


def kind_words(kind: str, name: str, language: Language) -> str:
    """What kind of event, with its id; nothing for an end, whose text says all."""
    return "" if kind in ("end", "stopped") else f"{KINDS[kind].in_language(language)} {name}"


def _result_lines(item: Result, language: Language) -> list[str]:
    zh = language == "zh"
    wanted = item.expectation
    asked, due = clock_time(item.asked), clock_time(item.due)
    state = STATES[item.state].in_language(language)
    if item.answered is None:
        when = f"下达 {asked}，期限 {due}，未答" if zh else f"asked {asked}, due {due}, no answer"
    else:
        at = clock_time(item.answered)
        when = (
            f"下达 {asked}，期限 {due}，回答 {at}，用时 {item.took} 秒"
            if zh
            else f"asked {asked}, due {due}, answered {at}, took {item.took} s"
        )
    told = item.inject.text.in_language(language)
    lines = [
        f"  {wanted.id} {state}: {wanted.ask.in_language(language)}",
        f"     {item.inject.id}: {told}",
        f"     {when}",
    ]
    if item.choice in wanted.choices:
        chosen = wanted.choices[item.choice].in_language(language)
        lines.append(("     选择：" if zh else "     chosen: ") + f"{item.choice} {chosen}")
    if item.state == "wrong":
        right = (" / ").join(
            wanted.choices[name].in_language(language) for name in sorted(wanted.right)
        )
        lines.append(("     应选：" if zh else "     right: ") + right)
    return lines
