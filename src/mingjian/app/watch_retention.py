"""How long a watch keeps what items have left (`keep_days`): looked to once a day."""

from __future__ import annotations

import time
from datetime import date, datetime

from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.app.settings import Settings
from mingjian.app.watch_config import Watch
from mingjian.store import watch as kept
from mingjian.store.store import Store
from mingjian.store.watch_retention import forget

DAY = 86_400.0


class Retention:
    """Called after every turn of a watch; forgets what is old when another day has begun."""

    def __init__(self, watch: Watch, settings: Settings, store: Store) -> None:
        self.watch, self.settings, self.store = watch, settings, store
        self._looked: date | None = None
        self._stale = False
        """The index of campaigns still has hashes of what was forgotten."""

    def __call__(self) -> None:
        today = datetime.now(BEIJING).date()
        if self.watch.keep_days is None or self._looked == today:
            return
        before = time.time() - self.watch.keep_days * DAY
        for source in kept.sources(self.store.database, self.watch.name):
            done = forget(self.store, source, self.watch.case, before)
            self._stale |= done.deleted + done.emptied > 0
        if self._stale and not self._index_forgotten():
            return
        self._looked, self._stale = today, False

    def _index_forgotten(self) -> bool:
        """Let the next look make the index of what is left; False while another process has it."""
        from mingjian.app.campaign_files import forget_index
        from mingjian.app.campaign_watch import state_folder

        try:
            forget_index(state_folder(self.settings, self.watch.name))
        except UsageError:
            return False
        return True
