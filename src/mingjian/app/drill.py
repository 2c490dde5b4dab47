"""Drill use cases: scenarios, running one on a clock, its report in a folder.

Imports neither `Draft` nor `release`: what a drill writes is an exercise and stays one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.cases import in_words
from mingjian.app.errors import UsageError
from mingjian.app.given_files import MIB, bytes_of, json_of
from mingjian.app.incident_case import event_of
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.respond.document import EXERCISE_BANNER, EXERCISE_MARK
from mingjian.respond.drill import (
    Answer,
    Answers,
    Clock,
    Debrief,
    Event,
    Log,
    PacedClock,
    Scenario,
    Scripted,
    debrief,
    exercise,
    scenarios,
)
from mingjian.respond.drill.exercise import STATUS, stopped
from mingjian.respond.drill.scenario import Inject, ScenarioRefused, scenario_from
from mingjian.store.cases import Change
from mingjian.store.store import Store

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def mark(text: str, language: Language) -> str:
    """A line as a drill prints it: never without its mark."""
    return f"{EXERCISE_MARK.in_language(language)} {text}".rstrip()


def every() -> list[Scenario]:
    """The scenarios that come with Mingjian."""
    return list(scenarios().values())


def find(name: str) -> Scenario:
    """A scenario by id, or from a file."""
    if name in scenarios():
        return scenarios()[name]
    if not name.endswith(".json"):
        raise UsageError(
            Message(f"没有这个演练：{name[:80]}", f"no such scenario: {name[:80]}"),
            Message(f"可选：{', '.join(scenarios())}", f"there are: {', '.join(scenarios())}"),
        )
    try:
        return scenario_from(json_of(Path(name)))
    except ScenarioRefused as refused:
        raise UsageError(refused.why) from None


def summary(scenario: Scenario) -> Json:
    return {
        "status": STATUS,
        "id": scenario.id,
        "title": scenario.title.as_json(),
        "playbook": scenario.playbook,
        "minutes": scenario.minutes,
        "injects": len(scenario.injects),
    }


def read_answers(path: Path, by: str) -> Scripted:
    """Prepared answers: a list of ``{"at": seconds, "to": "A1", "choice": "b", "text": …}``."""
    value = json_of(path)
    made = []
    for item in value if isinstance(value, list) else [value]:
        at, to = (item.get("at"), item.get("to")) if isinstance(item, dict) else (None, None)
        if not isinstance(at, int) or at < 0 or not isinstance(to, str):
            raise UsageError(
                Message(
                    "回答应为列表，每项有 at（整秒）与 to（编号）",
                    "answers must be a list of objects with at (whole seconds) and to (an id)",
                )
            )
        made.append(
            Answer(
                at=at,
                to=to,
                choice=str(item.get("choice", "")),
                text=str(item.get("text", ""))[:2000],
                by=str(item.get("by", by)),
            )
        )
    return Scripted(made)


@dataclass(frozen=True, slots=True)
class Finished:
    """A drill that was run and the folder its papers went to."""

    debrief: Debrief
    folder: Path


def fresh(folder: Path) -> None:
    """Refuse a folder that holds a drill already: a report is not written over."""
    if (folder / "drill.json").exists():
        raise UsageError(
            Message(f"{folder} 中已有一次演练", f"{folder} holds a drill already"),
            Message("请换一个文件夹", "use another folder"),
        )


def paced(speed: float) -> PacedClock:
    """A clock at `speed` times life, started now."""
    try:
        return PacedClock(speed)
    except ValueError:
        raise UsageError(
            Message("速度应大于 0，不超过 100,000", "speed must be above 0 and at most 100,000")
        ) from None


def run(
    scenario: Scenario,
    clock: Clock,
    answers: Answers,
    folder: Path,
    *,
    speed: float,
    people: Sequence[str],
    tell: Callable[[Event, Inject | None], None],
) -> Finished:
    """Run a scenario and write log, report and exercise papers into `folder`.

    A drill that is interrupted is written as far as it came, and the interruption goes on.
    """
    fresh(folder)
    started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    log = Log(scenario)
    try:
        exercise(scenario, clock, answers, tell, log)
    except BaseException:
        stopped(log, clock)
        _keep(_debrief(log, speed, started, people), folder)
        raise
    report = _debrief(log, speed, started, people)
    _keep(report, folder)
    return Finished(report, folder)


def _debrief(log: Log, speed: float, started: str, people: Sequence[str]) -> Debrief:
    by = (event.answer.by for event in log.events if event.answer is not None)
    named = tuple(dict.fromkeys(name for name in (*people, *by) if name))
    return debrief(log, speed=speed, started=started, people=named)


def _keep(report: Debrief, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, paper in enumerate(report.log.papers, 1):
        for language in LANGUAGES:
            name = f"EXERCISE-{number:02}-{paper.letter.template}.{language}.txt"
            (folder / name).write_text(paper.text(language), "utf-8")
    for language in LANGUAGES:
        (folder / f"EXERCISE-report.{language}.txt").write_text(report.text(language), "utf-8")
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
    (folder / "drill.json").write_text(text + "\n", "utf-8")


def kept_report(folder: Path) -> Any:
    """The report of a drill that was run into `folder`."""
    value = json_of(folder / "drill.json")
    if not isinstance(value, dict) or value.get("status") != STATUS:
        raise UsageError(Message(f"{folder} 不是演练记录", f"{folder} holds no drill"))
    return value


def kept_text(folder: Path, language: Language) -> str:
    kept_report(folder)
    return bytes_of(folder / f"EXERCISE-report.{language}.txt", MIB).decode()


def kept_pages(folder: Path, language: Language, out: Path) -> bytes:
    """The report in the form that the name of `out` asks for."""
    from mingjian.app.response_paper import drill, form_of

    form = form_of(out)
    if form == "txt":
        return kept_text(folder, language).encode()
    return drill(kept_report(folder), language, form)


def banner(language: Language) -> str:
    return mark(EXERCISE_BANNER.in_language(language), language)


def may_enter(store: Store, actor: Actor, case: str) -> None:
    """Refuse a case that is not an exercise: a real case takes no drill."""
    require("drill.run", actor)
    with in_words():
        store.case_id(case)
        if not store.state(case).body.get("exercise"):
            raise UsageError(
                Message(f"案件“{case}”不是演练案件", f"case “{case}” is not an exercise"),
                Message(
                    "用 mingjian case new 名称 --exercise 建立演练案件",
                    "make one with mingjian case new NAME --exercise",
                ),
            )


def enter(store: Store, actor: Actor, case: str, done: Finished) -> None:
    """Enter a finished drill into an exercise case."""
    may_enter(store, actor, case)
    report: Any = done.debrief.as_json()
    told = {
        "status": STATUS,
        "scenario": report["scenario"],
        "counts": report["counts"],
        "people": report["people"],
        "sha256": hashlib.sha256((done.folder / "drill.json").read_bytes()).hexdigest(),
    }
    with in_words():
        store.change(
            case,
            lambda state: Change([event_of("drill.ended", told)], told),
            actor=actor.name,
            role=str(actor.role),
            aspect=f"drill:{report['scenario']}"[:60],
        )
