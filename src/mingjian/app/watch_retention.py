"""How long a watch keeps what items have left (`keep_days`): looked to once a day."""

from __future__ import annotations

import time
from datetime import date, datetime

from mingjian.app.incident import BEIJING
from mingjian.app.watch_config import Watch
from mingjian.store import watch as kept
from mingjian.store.store import Store
from mingjian.store.watch_retention import forget

DAY = 86_400.0


class Retention:
    """Called after every turn of a watch; forgets what is old when another day has begun."""

    def __init__(self, watch: Watch, store: Store) -> None:
        self.watch, self.store = watch, store
        self._looked: date | None = None

    def __call__(self) -> None:
        today = datetime.now(BEIJING).date()
        if self.watch.keep_days is None or self._looked == today:
            return
        before = time.time() - self.watch.keep_days * DAY
        for source in kept.sources(self.store.database, self.watch.name):
            forget(self.store, source, self.watch.case, before)
        self._looked = today
