"""Drills: right to the second, marked on every line, misses and lessons in the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.app import incident
from mingjian.respond.document import EXERCISE_MARK
from mingjian.respond.drill import (
    Answer,
    HandClock,
    PacedClock,
    Scripted,
    debrief,
    exercise,
    scenarios,
)
from mingjian.respond.drill.scenario import ScenarioRefused, scenario_from
from mingjian.respond.playbook import library

GOLDEN = Path(__file__).parent / "golden"
ANSWERS = [
    Answer(at=60, to="A1", choice="b", by="王敏"),
    Answer(at=181, to="A2", choice="a", by="王敏"),
    Answer(at=200, to="A3", choice="a", by="李强"),
    Answer(at=410, to="A9", choice="a", by="李强"),
    Answer(at=420, to="A4", choice="b", text="已导出", by="李强"),
]


def drilled(answers=ANSWERS, clock=None, name="voice_clone_transfer"):
    log = exercise(scenarios()[name], clock or HandClock(), Scripted(answers))
    return debrief(log, speed=60, started="2026-11-25T08:00:00Z", people=("王敏", "李强"))


def test_times_and_misses_are_right_to_the_second() -> None:
    report = drilled()
    found = {item.expectation.id: (item.state, item.answered, item.took) for item in report.results}
    assert found == {
        "A1": ("in_time", 60, 60),
        "A2": ("late", 181, 181),
        "A3": ("wrong", 200, 50),
        "A4": ("in_time", 420, 90),
        "A5": ("missed", None, None),
        "A6": ("missed", None, None),
        "A7": ("missed", None, None),
        "A8": ("missed", None, None),
    }
    events = [(event.at, event.kind, event.id) for event in report.log.events]
    assert (180, "missed", "A2") in events
    assert (690, "missed", "A5") in events
    assert (1190, "missed", "A8") in events
    assert events[0] == (0, "inject", "I1")
    assert events[-1] == (1200, "end", "end")
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)
    assert (410, "answer", "?A9") in events


class Ticks:
    """Real time that moves only when slept on, each sleep a little too long."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept = 0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 0.013
        self.slept += 1


def test_twenty_minutes_at_sixty_times_take_twenty_seconds_and_change_nothing() -> None:
    ticks = Ticks()
    clock = PacedClock(60, monotonic=ticks.monotonic, sleep=ticks.sleep)
    report = drilled(clock=clock)
    assert ticks.now - 100 == pytest.approx(20, abs=0.05)
    assert report.as_json() == drilled().as_json()


def test_a_short_drill_on_the_real_clock() -> None:
    value = json.loads(
        (
            Path(scenarios.__wrapped__.__code__.co_filename).parent
            / "scenarios"
            / "rogue_agent.json"
        ).read_text("utf-8")
    )
    report = debrief(
        exercise(
            scenario_from(value), PacedClock(3000), Scripted([Answer(at=59, to="A1", choice="b")])
        ),
        speed=3000,
        started="t",
        people=(),
    )
    assert report.results[0].state == "in_time"
    assert report.log.events[-1].at == 900


def test_exercise_on_every_line_and_in_every_record() -> None:
    report = drilled()
    for language in ("zh", "en"):
        mark = EXERCISE_MARK.in_language(language)
        assert all(line.startswith(mark) for line in report.text(language).splitlines())
    value = report.as_json()
    assert value["status"] == "Exercise"
    for kind in ("results", "events"):
        assert all(item["status"] == "Exercise" for item in value[kind])
    assert [paper.letter.template for paper in report.log.papers] == [
        "freeze-request",
        "preservation-letter",
    ]
    assert all(paper.status == "Exercise" for paper in report.log.papers)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_golden_report(language) -> None:
    text = drilled().text(language)
    assert text == (GOLDEN / f"drill-report.{language}.txt").read_text("utf-8")


def test_the_first_answer_counts() -> None:
    report = drilled([Answer(at=5, to="A1", choice="a"), Answer(at=9, to="A1", choice="b")])
    assert report.results[0].state == "wrong"
    assert report.log.events[2].id == "?A1"


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_scenarios_are_sound_and_can_be_passed(name) -> None:
    scenario = scenarios()[name]
    assert scenario.playbook in library()
    right = [
        Answer(at=inject.at + 1, to=item.id, choice=min(item.right))
        for inject in scenario.injects
        for item in inject.expects
    ]
    report = drilled(right, name=name)
    assert report.count("in_time") == len(right)
    assert "全部按时、得当" in report.text("zh")
    facts = incident.from_json({"facts": scenario.incident["facts"]})
    assert incident.assess(facts).chinese.step.id == scenario.incident["level"]


def _value():
    return {
        "id": "x",
        "title": {"zh": "题", "en": "title"},
        "intro": {"zh": "始", "en": "intro"},
        "playbook": "rogue_agent",
        "minutes": 2,
        "injects": [
            {
                "id": "I1",
                "at": 0,
                "text": {"zh": "一", "en": "one"},
                "expects": [
                    {
                        "id": "A1",
                        "within": 60,
                        "ask": {"zh": "问", "en": "ask"},
                        "lesson": {"zh": "学", "en": "lesson"},
                    }
                ],
            }
        ],
    }


def test_free_answers_need_no_choice() -> None:
    log = exercise(
        scenario_from(_value()), HandClock(), Scripted([Answer(at=60, to="A1", text="done")])
    )
    report = debrief(log, speed=1, started="t", people=())
    assert report.results[0].state == "in_time"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.pop("title"), "not complete"),
        (lambda v: v.update(minutes=0), "length"),
        (lambda v: v["injects"][0].update(at=121), "order of time"),
        (lambda v: v["injects"][0]["expects"][0].update(within=121), "outside the drill"),
        (lambda v: v["injects"][0]["expects"][0].update(id="I1"), "unique"),
        (lambda v: v["injects"][0]["expects"][0].update(right=["a"]), "right choices"),
        (lambda v: v["injects"][0]["expects"][0].update(document="none"), "no letter"),
    ],
)
def test_a_scenario_that_does_not_hold_together_is_refused(change, said) -> None:
    value = _value()
    change(value)
    with pytest.raises(ScenarioRefused) as refused:
        scenario_from(value)
    assert said in refused.value.why.en


@pytest.mark.parametrize("speed", [0, -1, 1e9, float("nan")])
def test_a_clock_needs_a_speed(speed) -> None:
    with pytest.raises(ValueError):
        PacedClock(speed)
