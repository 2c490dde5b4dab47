"""What `warn drift` and `warn mix` look at: a table, what a watch has kept, or the case base."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from mingjian.app.access import Actor
from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.app.lists import every_case
from mingjian.app.situation import case_base
from mingjian.app.warn_files import table
from mingjian.app.watch_counts import View, current_counts, known_watch
from mingjian.casework.custody.entry import Action
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store import watch as kept
from mingjian.store.lists import CasesAsked
from mingjian.store.store import Store
from mingjian.store.watch_tables import EXAMINED

Measured = tuple[str, date, float | None]
"""A detector's signal, the day, and its measurement; None where it had no opinion."""
Counted = tuple[str, date, int]
"""A method, the day, and how many."""
WINDOWS = 60
"""Windows of a watch or of the case base that are looked back on."""
_ROWS = 2_000_000
_SILENT = ("failed", "timed_out", "not_examinable")


# ---- a table ----------------------------------------------------------------------------------


def measurements_in(path: Path) -> Iterator[Measured]:
    """Rows detector, date, value of a CSV file. Raises `UsageError`."""
    for who, day, text in _cells(path, "detector"):
        try:
            value = float(text) if text else None
        except ValueError:
            value = math.nan
        if value is not None and not math.isfinite(value):
            raise UsageError(Message(f"不是数：{text[:20]}", f"not a number: {text[:20]}"))
        yield who, day, value


def methods_in(path: Path) -> Iterator[Counted]:
    """Rows method, date, value of a CSV file; no value is one. Raises `UsageError`."""
    for who, day, text in _cells(path, "method"):
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise UsageError(Message(f"不是个数：{text[:20]}", f"not a count: {text[:20]}"))
        yield who, day, int(text or 1)


def _cells(path: Path, name: str) -> Iterator[tuple[str, date, str]]:
    for number, row in enumerate(table(path), start=2):
        who = (row.get(name) or "").strip()
        try:
            day = date.fromisoformat((row.get("date") or "").strip())
        except ValueError:
            raise _off(number, name) from None
        if not who or number > _ROWS:
            raise _off(number, name)
        yield who, day, (row.get("value") or "").strip()


def _off(number: int, name: str) -> UsageError:
    return UsageError(
        Message(f"第 {number} 行有误", f"row {number} is off"),
        Message(
            f"表头写作 {name},date,value，日期写作 2026-01-05",
            f"the header is {name},date,value, dates written 2026-01-05",
        ),
    )


# ---- a watch ----------------------------------------------------------------------------------


def last_whole_day() -> date:
    """The day, in Beijing, that ended last: the present one is only filling up."""
    return datetime.now(BEIJING).date() - timedelta(days=1)


def measurements_of_watch(store: Store, watch: str, days: int) -> list[Measured]:
    """What detectors measured in the items a watch examined, by the day of examination.

    A signal that is weighed anywhere has no opinion where it was not; a detector that could not
    look at an item has none either.
    """
    found: list[tuple[str, date, float | None, bool]] = []
    last = last_whole_day()
    first = last - timedelta(days=WINDOWS * days)
    for source in known_watch(store, watch):
        for one in kept.items(store.database, source.id, EXAMINED):
            day = datetime.fromtimestamp(one.ended or 0.0, BEIJING).date()
            if first < day <= last:
                found += _of_note(one.note, day)
    return _with_opinions(found)


def _of_note(note: Json, day: date) -> Iterator[tuple[str, date, float | None, bool]]:
    measured: Any = note.get("measured", {})
    for signal, (score, weight) in measured.items():
        yield signal, day, score, weight is not None
    gaps: Any = note.get("not_examined", ())
    for detector in gaps:
        yield detector, day, None, False


def _with_opinions(
    found: Iterable[tuple[str, date, float | None, bool]],
) -> list[Measured]:
    listed = list(found)
    weighed = {signal for signal, _, _, opinion in listed if opinion}
    return [
        (signal, day, value if opinion or signal not in weighed else None)
        for signal, day, value, opinion in listed
    ]


def methods_of_watch(store: Store, watch: str, aspect: str) -> list[Counted]:
    """How many items a watch found with what, by the day they came in."""
    view, last = View(aspect=aspect, clock="received"), last_whole_day()
    return [
        (one.value, view.step(one), one.count)
        for one in current_counts(store, watch)
        if one.aspect == aspect and one.value and view.step(one) <= last
    ]


# ---- the case base ----------------------------------------------------------------------------


def measurements_of_cases(store: Store, actor: Actor) -> list[Measured]:
    """What detectors measured in the items of all cases, by the day of examination.

    Exercises are left out, and so is what a watch filed: of that only the flagged items are here.
    """
    real = {line.case for line in every_case(store, actor, CasesAsked(exercise=False))}
    found: list[tuple[str, date, float | None, bool]] = []
    for case in sorted(real):
        for entry in store.milestones(case):
            roots: Any = entry.details.get("roots", ())
            if entry.action == Action.RUN_STARTED and not roots[0].startswith("watch:"):
                day = datetime.fromisoformat(entry.time).astimezone(BEIJING).date()
                run: Any = entry.details["run"]
                for row in store.results(run):
                    found += _of_record(row.record, day)
    return _with_opinions(found)


def _of_record(record: Any, day: date) -> Iterator[tuple[str, date, float | None, bool]]:
    for examination in record["examinations"]:
        if examination["state"] in _SILENT:
            yield examination["detector"], day, None, False
        for finding in examination["findings"]:
            if finding["score"] is not None:
                yield finding["signal"], day, finding["score"], finding["opinion"]


def methods_of_cases(store: Store, actor: Actor) -> list[Counted]:
    """The methods of cases by their day, as the situation report counts them."""
    incidents, _, _ = case_base(store, actor)
    return [(method, one.day, 1) for one in incidents for method in one.techniques]
