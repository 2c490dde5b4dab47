"""A drill at the keyboard: what is shown as it happens, and answers typed against the clock."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import Any

from mingjian.app.drill import banner, mark
from mingjian.cli.speak import line
from mingjian.domain.message import Language
from mingjian.respond.drill import Answer, Clock, Event
from mingjian.respond.drill.exercise import clock_time
from mingjian.respond.drill.scenario import Inject, Scenario


def teller(
    scenario: Scenario, language: Language, quiet: bool
) -> Callable[[Event, Inject | None], None]:
    """Shows the scenario's opening now, and later each event as it happens."""
    zh = language == "zh"
    if quiet:
        return lambda event, inject: None

    def say(text: str) -> None:
        line(mark(text, language))

    line(banner(language))
    say(scenario.title.in_language(language))
    say(scenario.intro.in_language(language))

    def tell(event: Event, inject: Inject | None) -> None:
        text = event.text.in_language(language)
        if event.kind == "answer" and event.answer is not None:
            answer = event.answer
            said = f"{answer.to} {answer.choice} {answer.text}".rstrip()
            stray = f"  ({text})" if event.id.startswith("?") else ""
            say(f"{event.clock} ← {said}{stray}")
        elif event.kind == "missed":
            say(f"{event.clock} {'到期未答' if zh else 'missed'} {event.id}: {text}")
        else:
            say(f"{event.clock} ■ {text}")
        for wanted in inject.expects if inject is not None else ():
            due = clock_time(event.at + wanted.within)
            ask = wanted.ask.in_language(language)
            say(f"      {wanted.id} {ask}" + (f"（{due} 前）" if zh else f" (by {due})"))
            for key, choice in wanted.choices.items():
                say(f"         {key}) {choice.in_language(language)}")

    return tell


class Typed:
    """Answers typed on standard input while the clock runs; none after its end."""

    def __init__(self, by: str) -> None:
        self._by = by
        self._held = b""
        self._over = False

    def _line(self, seconds: float) -> str | None:
        """A whole line, if one is there within `seconds`; None if not."""
        if b"\n" not in self._held:
            if self._over:
                return None
            ready, _, _ = select.select([sys.stdin], [], [], seconds)
            if not ready:
                return None
            more = os.read(sys.stdin.fileno(), 4096)
            self._over = not more
            self._held += more if more else b"\n" if self._held else b""
        row, found, rest = self._held.partition(b"\n")
        if not found:
            return ""
        self._held = rest
        return row.decode("utf-8", "replace")

    def next(self, clock: Clock, before: int, inclusive: bool) -> Answer | None:
        while True:
            row = None if self._over and not self._held else self._line(clock.real(before))
            if row is None:
                clock.wait_until(before)
                return None
            words = row.split(None, 2)
            if words:
                at = min(int(clock.seconds()), before)
                return _answer(words, at, self._by)
            if clock.real(before) <= 0:
                return None


def _answer(words: list[str], at: int, by: str) -> Answer:
    rest: Any = [*words[1:], "", ""]
    return Answer(at=at, to=words[0].upper(), choice=rest[0].lower(), text=rest[1][:2000], by=by)
