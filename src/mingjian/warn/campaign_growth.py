"""How a campaign grows over time, and which campaigns somebody should hear of now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mingjian.domain.message import Message
from mingjian.warn.alert import Alarm
from mingjian.warn.grades import Rule

HOUR, DAY = 3_600.0, 86_400.0
MOST_HOURS, MOST_DAYS = 168, 400
"""Steps that are listed; of a longer history the last ones."""
FEWEST = 10
"""Items of the last day without which nothing is said."""
TIMES = 3.0
"""How many times as many as the day before a campaign known for two days must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """When the items of a campaign came. Seconds since 1970; items without a time left out."""

    timed: int
    first: float
    last: float
    per_hour: tuple[tuple[float, int], ...]
    per_day: tuple[tuple[float, int], ...]
    """Beginning (in UTC) and count of the hours and days that had any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A campaign to hear of: its template is new, or spreads faster than before."""

    campaign: int
    what: Literal["new", "growing"]
    first: float
    recent: int
    """Items in the 24 hours up to `now`."""
    before: int
    """Items in the 24 hours before those."""
    at: float
    """The moment this is said of: `now`."""
    because: Message

    def alarm(self, rule: Rule, subject: str | None = None) -> Alarm:
        """The same as an alarm about `subject`, or the campaign by its number. It is a screen: no
        rate of false alarms is known for it."""
        times = self.recent / self.before if self.before else None
        grade = rule.grade(stands=False, chance=1.0, times=times or 0.0, screen=True)
        if grade is None:
            raise ValueError("the rule for grades has no grade for a screen")
        return Alarm(
            kind="campaign",
            subject=subject or f"campaign {self.campaign}",
            at=datetime.fromtimestamp(self.at, UTC).date(),
            days=1,
            grade=grade.grade,
            grade_name=grade.name,
            rule=grade.words(rule.share_false),
            why=self.because,
            method="new template" if self.what == "new" else "growth of a template",
            since=datetime.fromtimestamp(self.first, UTC).date(),
            observed=float(self.recent),
            times=times,
        )


def growth(times: NDArray[np.float64]) -> Growth | None:
    """The course of one campaign; None where no item has a time."""
    known = np.sort(times[np.isfinite(times)])
    if not len(known):
        return None
    return Growth(
        timed=len(known),
        first=float(known[0]),
        last=float(known[-1]),
        per_hour=_counted(known, HOUR, MOST_HOURS),
        per_day=_counted(known, DAY, MOST_DAYS),
    )


def _counted(times: NDArray[np.float64], step: float, most: int) -> tuple[tuple[float, int], ...]:
    starts = (np.floor(times / step) * step).tolist()
    return tuple(sorted(Counter(starts).items()))[-most:]


def new_templates(
    campaigns: Iterable[tuple[int, Sequence[float] | NDArray[np.float64]]], now: float
) -> list[NewTemplate]:
    """Campaigns (number, times of their items) that are new or growing at `now`, most items
    of the last day first. An input for alerts: what is new is counted, not judged."""
    found = []
    for number, moments in campaigns:
        times = np.asarray(moments, dtype=np.float64)
        times = times[np.isfinite(times) & (times <= now)]
        recent = int((times > now - DAY).sum())
        before = int(((times > now - 2 * DAY) & (times <= now - DAY)).sum())
        if recent < FEWEST:
            continue
        first = float(times.min())
        if first > now - DAY:
            found.append(_new(number, first, recent, now))
        elif first <= now - 2 * DAY and recent >= TIMES * max(before, 1):
            found.append(_growing(number, first, recent, before, now))
    return sorted(found, key=lambda one: (-one.recent, one.campaign))


def _new(number: int, first: float, recent: int, now: float) -> NewTemplate:
    return NewTemplate(
        campaign=number,
        what="new",
        first=first,
        recent=recent,
        before=0,
        at=now,
        because=Message(
            f"最近 24 小时内首次出现的模板，已有 {recent} 条。",
            f"A template first seen within the last 24 hours, with {recent:,} items so far.",
        ),
    )


def _growing(number: int, first: float, recent: int, before: int, now: float) -> NewTemplate:
    return NewTemplate(
        campaign=number,
        what="growing",
        first=first,
        recent=recent,
        before=before,
        at=now,
        because=Message(
            f"最近 24 小时有 {recent} 条，前一个 24 小时有 {before} 条。",
            f"{recent:,} items in the last 24 hours, {before:,} in the 24 hours before.",
        ),
    )
