"""Alerts out of a watch: each day that has ended, its counts are judged once and alarms recorded.

Days and weeks are those of receipt, so that what was judged does not change afterwards. Judging
the same day again, after a kill, records nothing twice (`alerts.raise_alarms`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from mingjian.app import alert_delivery, alert_sending, warn, warn_files
from mingjian.app.access import Actor, Role
from mingjian.app.incident import BEIJING
from mingjian.app.settings import Settings
from mingjian.app.watch_config import Alerts, Watch
from mingjian.app.watch_counts import View, series
from mingjian.store.store import Store


def _today() -> date:
    return datetime.now(BEIJING).date()


class Judge:
    """Called after every turn of a watch; judges when another day or week has ended."""

    def __init__(
        self,
        watch: Watch,
        alerts: Alerts,
        settings: Settings,
        store: Store,
        today: Callable[[], date] | None = None,
    ) -> None:
        self.watch, self.store, self.today = watch.name, store, today or _today
        self.actor = Actor(settings.actor, Role(settings.role))
        self.view = View(
            aspect=alerts.aspect,
            by=alerts.by,
            level=alerts.level,
            pace=alerts.step,
            clock="received",
        )
        self.settings = warn.settings_from(alerts.false_alarms, alerts.factor)
        self.rule = warn_files.read_rule(None)
        self.channels = alert_sending.channels_of(settings)
        self._judged: date | None = None

    def __call__(self) -> None:
        """Record the alarms of the last whole day or week, unless that was done already."""
        last = self._last_whole()
        if self._judged != last:
            judged = series(self.store, self.watch, self.view, until=last)
            if judged:
                found = warn.alarms(judged, last, self.settings, self.rule)
                alert_sending.raise_and_tell(self.store, self.actor, found, self.channels)
            self._judged = last
        alert_delivery.deliver_due(self.store, self.actor, self.channels)

    def _last_whole(self) -> date:
        """The day, or the Monday of the week, that ended last."""
        today = self.today()
        if self.view.pace == "day":
            return today - timedelta(days=1)
        return today - timedelta(days=today.weekday() + 7)
