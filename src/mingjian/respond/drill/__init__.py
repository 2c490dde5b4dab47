"""Drills 演练: a scenario with injects on a clock, answered by people, looked back on after.

Nothing here can make a real notice: this package knows `ExerciseDocument` alone, neither
`Draft` nor `release` (a test holds it to that).
"""

from mingjian.respond.drill.clock import Clock, HandClock, PacedClock
from mingjian.respond.drill.debrief import Debrief, debrief
from mingjian.respond.drill.exercise import Answer, Answers, Event, Log, Scripted, exercise
from mingjian.respond.drill.scenario import Scenario, scenarios

__all__ = [
    "Answer",
    "Answers",
    "Clock",
    "Debrief",
    "Event",
    "HandClock",
    "Log",
    "PacedClock",
    "Scenario",
    "Scripted",
    "debrief",
    "exercise",
    "scenarios",
]
