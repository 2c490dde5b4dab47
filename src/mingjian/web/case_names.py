"""What the forms and tables of case and response call things: choices, outcomes, clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mingjian.app.access import ALLOWED, ROLE_NAMES
from mingjian.casework.case.workflow import templates, workflow
from mingjian.casework.incident.events import OUTCOMES
from mingjian.domain.message import Language
from mingjian.law.library import library
from mingjian.respond.drill.debrief import STATES
from mingjian.respond.drill.exercise import clock_time

Choices = list[tuple[str, str]]
"""Values of a field and what each is called."""


def case_names(language: Language) -> dict[str, object]:
    """The names templates use, in one language."""

    def say(message: Any) -> str:
        if isinstance(message, Mapping):
            return str(message[language])
        return str(message.in_language(language))

    def choices_of(words: Mapping[str, object]) -> Choices:
        return [(str(key), say(word)) for key, word in words.items()]

    def who_may(action: str) -> str:
        names = [say(ROLE_NAMES[role]) for role in sorted(ALLOWED[action])]
        return ("、" if language == "zh" else ", ").join(names)

    flow = workflow()
    return {
        "choices_of": choices_of,
        "who_may": who_may,
        "case_classes": choices_of(flow.classes),
        "case_templates": choices_of({key: one.name for key, one in templates().items()}),
        "conduct_choices": choices_of({one.id: one.name for one in library().conducts.values()}),
        "disposition_choices": lambda exercise: choices_of(
            {
                key: words
                for key, words in flow.dispositions.items()
                if (key == "exercise") == exercise
            }
        ),
        "criteria_choices": lambda criteria: [(one["id"], say(one["name"])) for one in criteria],
        "formats_of": lambda formats, words: [(one, say(words[one])) for one in formats],
        "runs_of": _runs_of(language),
        "speeds_of": lambda speeds: [(str(one), f"{one}×") for one in speeds],
        "taken_up": lambda conducts: [key for key, one in conducts.items() if one["taken_up"]],
        "outcome_words": lambda name: say(OUTCOMES[name]) if name in OUTCOMES else name,
        "drill_states": lambda state: say(STATES[state]),
        "clock": clock_time,
    }


def _runs_of(language: Language) -> Callable[[Iterable[Mapping[str, Any]]], Choices]:
    def listed(runs: Iterable[Mapping[str, Any]]) -> Choices:
        unit = " 件" if language == "zh" else " items"
        return [(str(run["id"]), f"#{run['id']} · {run['items']}{unit}") for run in runs]

    return listed
