"""`mingjian watch run`: look at sources, examine what is new once each, count what was found.

A turn: look at every source and keep what is listed there; pass items over if too many wait;
examine some of those that wait; keep what became of them, with the counts, in one transaction;
tell of new counts. Killed at any moment and started again, it goes on with the next turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mingjian.app.alone import alone
from mingjian.app.cases import takes_evidence
from mingjian.app.errors import BrokenError
from mingjian.app.incident import BEIJING
from mingjian.app.keeping import opened_store, ready_workbench, versions
from mingjian.app.settings import Settings
from mingjian.app.watch_config import (
    Alerts,
    AnySource,
    DropSource,
    FolderSource,
    ImapSource,
    MaildirSource,
    PushSource,
    Watch,
)
from mingjian.app.watch_items import LONGEST_WAIT, Bench, Handle
from mingjian.app.watch_retention import Retention
from mingjian.app.watch_shed import passed_over, shares
from mingjian.app.watch_sources import Source, Unreachable
from mingjian.domain.message import Message
from mingjian.run.sandbox import SandboxBroken, remove_stale_spools
from mingjian.run.stream import Stream
from mingjian.store import watch as kept
from mingjian.store.store import Store
from mingjian.store.watch_finish import Counted, Filing, told, untold

if TYPE_CHECKING:
    from mingjian.app.campaign_watch import Grouping

FUNCTION = "mingjian.app.watch_examine:examine_watched"
LIST = 5_000
"""Items listed at one look."""
CHUNK = 2_048
"""Items examined in one turn."""
QUIET = 30.0
"""`--once` waits no longer than this for files that still change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsBatch:
    """Counts that were added together. The same `key` may come again after a kill."""

    key: str
    watch: str
    counts: tuple[Counted, ...]


class OnCounts(Protocol):
    """Told of every batch of counts after it is kept, at least once, in order.

    Who is told keeps the key with what it makes of the batch, and passes over a key it has.
    """

    def __call__(self, batch: CountsBatch) -> None: ...


@dataclass(slots=True)
class Turned:
    """What a watch has done since it was started."""

    listed: int = 0
    examined: int = 0
    flagged: int = 0
    dead: int = 0
    shed: int = 0
    problems: int = 0
    """Sources that could not be read at the last turn."""
    alerts_behind: bool = False
    """Somebody could not be told of counts, or alarms not recorded; it is tried again."""


Tell = Callable[[Turned], None]


def run_watch(
    watch: Watch,
    settings: Settings,
    *,
    once: bool = False,
    seconds: float | None = None,
    on_counts: OnCounts | None = None,
    tell: Tell = lambda turned: None,
) -> Turned:
    """Watch until stopped; with `once` until nothing is new, at most for `seconds`."""
    bound = versions(ready_workbench(settings))
    scratch = settings.home / "scratch"
    with ExitStack() as stack:
        store = stack.enter_context(opened_store(settings))
        stack.enter_context(_alone(watch, settings))
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        remove_stale_spools(scratch)
        stream = stack.enter_context(
            Stream(FUNCTION, settings.limits.limits(), settings.workers, scratch)
        )
        watching = _Watching(watch, settings, store, stream, bound, on_counts)
        stack.callback(watching.close)
        try:
            watching.run(once, seconds, tell)
            if watching.group is not None:
                watching.group(now=True)
        except SandboxBroken as broken:
            raise BrokenError(broken.what) from None
        return watching.turned


def _alone(watch: Watch, settings: Settings) -> AbstractContextManager[None]:
    folder = settings.home / "watch"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    running = Message(f"监测“{watch.name}”已在运行", f"the watch “{watch.name}” is running already")
    return alone(folder / f"{watch.name}.lock", running)


def _source(of: AnySource, watch: Watch, settings: Settings) -> Source:
    """The reader for a source. Those with more imports are loaded when they are named."""
    from mingjian.app.watch_sources import Folder, Maildir

    if isinstance(of, FolderSource):
        return Folder(of)
    if isinstance(of, MaildirSource):
        return Maildir(of)
    if isinstance(of, DropSource):
        from mingjian.app.watch_drop import Drop

        return Drop(of)
    if isinstance(of, PushSource):
        from mingjian.app.watch_push import Push, spool_folder

        return Push(of, spool_folder(settings, watch.name, of.name))
    from mingjian.app.watch_remote import Imap
    from mingjian.app.watch_remote import Stream as QueueStream

    return Imap(of) if isinstance(of, ImapSource) else QueueStream(of)


def _judge(watch: Watch, alerts: Alerts, settings: Settings, store: Store) -> Callable[[], None]:
    from mingjian.app.watch_alerts import Judge

    return Judge(watch, alerts, settings, store)


def _group(watch: Watch, settings: Settings, store: Store) -> Grouping:
    from mingjian.app.campaign_watch import Grouping

    return Grouping(watch, settings, store)


class _Watching:
    def __init__(
        self,
        watch: Watch,
        settings: Settings,
        store: Store,
        stream: Stream,
        bound: Mapping[str, object],
        on_counts: OnCounts | None,
    ) -> None:
        self.watch = watch
        self.settings = settings
        self.store = store
        self.bound = bound
        self.on_counts = on_counts
        self.turned = Turned()
        self.judge = None if watch.alerts is None else _judge(watch, watch.alerts, settings, store)
        self.retention = Retention(watch, settings, store)
        self.group = None if watch.campaigns is None else _group(watch, settings, store)
        self.pending = False
        self.allowance = float(watch.capacity or 0)
        self.allowed_at = time.monotonic()
        self.handles = {}
        for of in watch.source:
            row = kept.open_source(store.database, watch.name, of.name, of.type)
            self.handles[row.id] = Handle(of, _source(of, watch, settings), row)
        self.bench = Bench(watch, settings, store, stream, self.turned)

    def close(self) -> None:
        for handle in self.handles.values():
            handle.source.close()

    def run(self, once: bool, seconds: float | None, tell: Tell) -> None:
        until = None if seconds is None else time.monotonic() + seconds
        quiet_since = None
        if self.judge is not None:
            self.judge()  # what keeps it from working is said at once
        while True:
            busy = self._turn()
            tell(self.turned)
            now = time.monotonic()
            if until is not None and now >= until:
                return
            if busy:
                quiet_since = None
                continue
            quiet_since = quiet_since or now
            waits = sum(self._waiting().values())
            if once and not waits and (not self.pending or now - quiet_since > QUIET):
                return
            pause = 0.2 if once or waits else self.watch.every
            time.sleep(pause if until is None else max(0.0, min(pause, until - now)))

    def _turn(self) -> bool:
        self.turned.problems, self.turned.alerts_behind, self.pending = 0, False, False
        self._tell()
        before = self.turned.listed
        for handle in self.handles.values():
            self._look(handle)
        if self.watch.full == "shed":
            self._shed()
        examined = self._examine()
        self._tell()
        self._alert()
        self.retention()
        return examined > 0 or self.turned.listed > before

    # ---- listing --------------------------------------------------------------------------

    def _look(self, handle: Handle) -> None:
        """Keep what the source lists that is new, as far as it may wait here."""
        database = self.store.database
        if time.monotonic() < handle.not_before:
            self.turned.problems += 1
            return
        handle.reachable = True
        while True:
            room = LIST
            if self.watch.full == "wait":
                waits = kept.waiting(database, [handle.row.id]).get(handle.row.id, 0)
                room = min(LIST, max(1, self.watch.backlog // len(self.handles)) - waits)
            if room <= 0:
                return
            try:
                found = handle.source.look(handle.row.position, room)
                handle.row, new, done = kept.enter_listed(
                    database, handle.row, found.items, found.position
                )
                handle.source.entered([one.key for one in found.items])
                # What was kept and not settled, because this process was killed in between.
                handle.source.settled(done, kept.oldest_waiting(database, handle.row.id))
            except Unreachable as problem:
                self._failed(handle, problem)
                return
            except kept.Overtaken:
                raise BrokenError(
                    Message(
                        f"来源“{handle.of.name}”正由另一台机器上的同名监测读取",
                        f"the source “{handle.of.name}” is being read by a watch of this name on "
                        "another machine",
                    )
                ) from None
            handle.failures = 0
            self.turned.listed += new
            self.pending = self.pending or found.pending
            if not found.more or self.watch.full == "wait":
                return

    def _failed(self, handle: Handle, problem: Unreachable) -> None:
        """A server that refuses is not asked again at once: accounts are locked for less."""
        wait = min(self.watch.every * 2**handle.failures, LONGEST_WAIT)
        handle.failures = min(handle.failures + 1, 16)
        handle.not_before = time.monotonic() + wait
        handle.reachable = False
        self.turned.problems += 1
        kept.enter_problem(self.store.database, handle.row, problem.why)

    def _shed(self) -> None:
        """Pass over what is more than may wait, by `watch_shed.RULE`."""
        database = self.store.database
        waits = kept.waiting(database, self.handles)
        if sum(waits.values()) <= self.watch.backlog:
            return
        for source, share in shares(waits, self.watch.backlog).items():
            if waits[source] > share:
                chosen = passed_over(kept.waiting_keys(database, source), share)
                self.turned.shed += kept.shed(database, source, [one[0] for one in chosen])
                with suppress(Unreachable):
                    # A queue that is away now gives them out again, and is told then.
                    oldest = kept.oldest_waiting(database, source)
                    self.handles[source].source.settled([one[1] for one in chosen], oldest)

    # ---- examining ------------------------------------------------------------------------

    def _examine(self) -> int:
        """Examine some of what waits, shared between the sources; how many were tried."""
        todo = []
        for source, share in shares(self._waiting(), self._room()).items():
            handle = self.handles[source]
            todo += [(handle, one) for one in kept.due(self.store.database, source, share)]
        self.allowance -= len(todo)
        if todo:
            takes_evidence(self.store, self.watch.case)
            filing = Filing(
                watch=self.watch.name,
                case=self.watch.case,
                day=datetime.now(BEIJING).date().isoformat(),
                settings_digest=self.settings.digest(),
                versions=self.bound,
            )
            self.bench.examine(todo, filing, tell=self.on_counts is not None)
        return len(todo)

    def _waiting(self) -> dict[int, int]:
        """How many items wait at each source that can be reached."""
        waits = kept.waiting(self.store.database, self.handles)
        return {one: number for one, number in waits.items() if self.handles[one].reachable}

    def _room(self) -> int:
        """How many items the stated capacity allows now, a minute's worth at most."""
        if self.watch.capacity is None:
            return CHUNK
        now = time.monotonic()
        more = (now - self.allowed_at) * self.watch.capacity / 60
        self.allowance = min(self.allowance + more, float(self.watch.capacity))
        self.allowed_at = now
        return min(CHUNK, int(self.allowance))

    # ---- telling --------------------------------------------------------------------------

    def _alert(self) -> None:
        """Record the alarms of a day that has ended, and of campaigns; what fails is tried again
        at a later turn."""
        for look in (self.judge, self.group):
            if look is not None:
                try:
                    look()
                except Exception:
                    self.turned.alerts_behind = True

    def _tell(self) -> None:
        """Tell of counts that are kept; what fails is told again, with the same key."""
        if self.on_counts is None:
            return
        for number, counts in untold(self.store, self.watch.name):
            key = f"{self.watch.name}/{number}"
            try:
                self.on_counts(CountsBatch(key=key, watch=self.watch.name, counts=tuple(counts)))
            except Exception:
                # Whoever is told may fail; watching goes on, and the reader sees it is behind.
                self.turned.alerts_behind = True
                return
            told(self.store, number)
