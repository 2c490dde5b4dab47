"""Examining watched items: their content fetched, handed to the sandboxes, the outcome kept."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mingjian.app.settings import Settings
from mingjian.app.watch_config import AnySource, Watch
from mingjian.app.watch_sources import Loaded, Source, Unobtainable, Unreachable, tag
from mingjian.domain.message import Message
from mingjian.run.answer import BadAnswer, checked_records
from mingjian.run.stream import Piece, Stream
from mingjian.store import watch as kept
from mingjian.store.store import Store
from mingjian.store.vault import Mismatch
from mingjian.store.watch import SourceRow, Watched
from mingjian.store.watch_finish import Ended, Filing, finish_watched
from mingjian.store.watch_tables import DEAD, EXAMINED, REPEATED, WAITING

if TYPE_CHECKING:
    from mingjian.app.watch import Turned

Json = dict[str, Any]
BATCH = 128
BATCH_BYTES = 4 << 20
FLUSH_ITEMS = 1_024
FLUSH_SECONDS = 2.0
LONGEST_WAIT = 300.0
_CHANGED = Message("内容在检验过程中被改动。", "The content changed while it was examined.")
_WRONG = Message("检验进程的答复有误。", "The examining process gave a wrong answer.")


@dataclass(slots=True)
class Handle:
    """A source, how it is read, and how far."""

    of: AnySource
    source: Source
    row: SourceRow
    reachable: bool = True
    failures: int = 0
    """Looks that failed one after another."""
    not_before: float = 0.0
    """By the monotonic clock: no look until then."""
    ended: list[Ended] = field(default_factory=list)
    """Outcomes that are still to be written."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An item under examination."""

    handle: Handle
    watched: Watched
    loaded: Loaded
    sha256: str
    size: int


class Bench:
    """Where items of all sources are examined, in batches that keep every sandbox busy."""

    def __init__(
        self, watch: Watch, settings: Settings, store: Store, stream: Stream, turned: Turned
    ) -> None:
        self.watch = watch
        self.options = settings.examination_options()
        self.store = store
        self.stream = stream
        self.turned = turned
        self._held: dict[str, _Held] = {}
        self._flushed = time.monotonic()

    def examine(
        self, todo: Sequence[tuple[Handle, Watched]], filing: Filing, *, tell: bool
    ) -> None:
        """Examine items and keep what became of them."""
        self._held = {}
        handles = {id(handle): handle for handle, _ in todo}
        for piece in self.stream.answers(self._requests(todo)):
            self._take(piece)
            if time.monotonic() - self._flushed > FLUSH_SECONDS:
                self._flush(handles.values(), filing, tell)
        self._flush(handles.values(), filing, tell)

    # ---- before ---------------------------------------------------------------------------

    def _requests(self, todo: Sequence[tuple[Handle, Watched]]) -> Iterator[Json]:
        batch: list[Json] = []
        size = 0
        for handle, watched in todo:
            held = self._load(handle, watched)
            if held is None:
                continue
            entry = self._entry(held)
            self._held[entry["id"]] = held
            if batch and size + held.size > BATCH_BYTES:
                yield {"options": self.options, "records": batch}
                batch, size = [], 0
            batch.append(entry)
            size += held.size
            if len(batch) == BATCH:
                yield {"options": self.options, "records": batch}
                batch, size = [], 0
        if batch:
            yield {"options": self.options, "records": batch}

    def _load(self, handle: Handle, watched: Watched) -> _Held | None:
        """The item's content and hash; None where it cannot be had, which is noted."""
        if not handle.reachable:
            return None
        try:
            loaded = handle.source.load(watched)
            sha256, size = self._hashed(loaded)
        except Unobtainable as problem:
            self._fail(handle, watched, problem.why, lasting=problem.lasting)
            return None
        except Unreachable as problem:
            # It was there a moment ago: it may be this item that ends the connection.
            handle.reachable = False
            self._fail(handle, watched, problem.why)
            return None
        except (OSError, ValueError):
            self._fail(handle, watched, Message("内容无法读取。", "It cannot be read."))
            return None
        same = watched.locator.get("same")
        if same is not None and kept.seen_before(self.store.database, watched.source, sha256, same):
            handle.ended.append(Ended(watched=watched, state=REPEATED, sha256=sha256))
            return None
        return _Held(handle, watched, loaded, sha256, size)

    def _hashed(self, loaded: Loaded) -> tuple[str, int]:
        if loaded.path is not None:
            return self.store.vault.hash_file(loaded.path, follow=False)
        data = _bytes(loaded)
        return hashlib.sha256(data).hexdigest(), len(data)

    def _entry(self, held: _Held) -> Json:
        of, loaded = held.handle.of, held.loaded
        entry: Json = {
            "id": f"{held.watched.source}/{held.watched.number}",
            "name": f"{of.name}/{loaded.name}",
            "declared": of.holds.value if of.holds else None,
            "keep": of.keep or self.watch.keep,
            "excerpt": self.watch.excerpt,
            "print": self.watch.campaigns is not None,
        }
        if loaded.path is not None:
            entry["path"] = str(loaded.path.absolute())
        elif loaded.text is not None:
            entry["text"] = loaded.text
        else:
            entry["data"] = base64.b64encode(loaded.data or b"").decode("ascii")
        return entry

    # ---- after ----------------------------------------------------------------------------

    def _take(self, piece: Piece) -> None:
        """What a batch's answer says of each of its items; where it says too little, nothing."""
        records: Any = piece.request["records"]
        held = [self._held.pop(record["id"]) for record in records]
        result = piece.outcome.result
        raw = (result or {}).get("raw")
        lines = raw.splitlines() if isinstance(raw, bytes) else []
        if len(lines) != len(held):
            why = piece.outcome.reason() if result is None else _WRONG
            for one in held:
                self._fail(one.handle, one.watched, why)
            return
        for one, line in zip(held, lines, strict=True):
            try:
                one.handle.ended.append(self._ended(one, line))
            except Mismatch:
                self._fail(one.handle, one.watched, _CHANGED)
            except (BadAnswer, ValueError, KeyError, TypeError):
                self._fail(one.handle, one.watched, _WRONG)
            except OSError:
                self._fail(one.handle, one.watched, Message("无法保存。", "It cannot be kept."))

    def _ended(self, held: _Held, line: bytes) -> Ended:
        """The outcome as the child tells it, held against what this side knows."""
        said = json.loads(line)
        of, loaded = held.handle.of, held.loaded
        if said["sha256"] != held.sha256:
            raise Mismatch
        aspects = tuple((_word(name, 20), _word(value, 64)) for name, value in said["aspects"])
        records = checked_records(said, held.sha256) if "records" in said else []
        if records:
            self._keep(held)
        return Ended(
            watched=held.watched,
            state=EXAMINED,
            event=loaded.event,
            sha256=held.sha256,
            note=said["note"] if isinstance(said["note"], dict) else {},
            aspects=(("items", ""), *aspects),
            region=loaded.region or of.region,
            channel=loaded.channel or tag(of.channel),
            service=loaded.service or tag(of.service),
            flagged=bool(said["flagged"]),
            name=f"{of.name}/{loaded.name}",
            size=held.size,
            records=records,
            vaulted=frozenset({held.sha256}) if records else frozenset(),
            print=self._print(said),
        )

    def _print(self, said: Json) -> bytes | None:
        """What campaigns are found by, where the watch keeps it."""
        if self.watch.campaigns is None:
            return None
        from mingjian.warn.campaign_prints import unpacked

        data = base64.b64decode(said["print"], validate=True)
        unpacked(data)  # refused here rather than when campaigns are looked for
        return data

    def _keep(self, held: _Held) -> None:
        """The item's own bytes into the vault; its parts come out of them again."""
        vault, loaded = self.store.vault, held.loaded
        if loaded.path is not None:
            vault.put_file(loaded.path, held.sha256, follow=False)
        else:
            vault.put_bytes(_bytes(loaded), held.sha256)

    def _fail(
        self, handle: Handle, watched: Watched, why: Message, *, lasting: bool = False
    ) -> None:
        """Try an item again later, or put it aside with the reason."""
        given_up = lasting or watched.attempts + 1 >= self.watch.attempts
        handle.ended.append(
            Ended(
                watched=watched,
                state=DEAD if given_up else WAITING,
                due=min(2.0**watched.attempts, LONGEST_WAIT),
                note={"why": why.as_json()},
            )
        )

    def _flush(self, handles: Iterable[Handle], filing: Filing, tell: bool) -> None:
        for handle in handles:
            while handle.ended:
                part = handle.ended[:FLUSH_ITEMS]
                finish_watched(self.store, handle.of.name, part, filing, tell=tell)
                del handle.ended[:FLUSH_ITEMS]
                self.turned.examined += sum(one.state == EXAMINED for one in part)
                self.turned.flagged += sum(one.flagged for one in part)
                self.turned.dead += sum(one.state == DEAD for one in part)
                self._settle(handle, part)
        self._flushed = time.monotonic()

    def _settle(self, handle: Handle, part: Sequence[Ended]) -> None:
        keys = [one.watched.key for one in part if one.state != WAITING]
        oldest = kept.oldest_waiting(self.store.database, handle.row.id)
        try:
            handle.source.settled(keys, oldest)
        except Unreachable as problem:
            kept.enter_problem(self.store.database, handle.row, problem.why)


def _word(value: object, longest: int) -> str:
    """An identifier out of the child's answer, before it reaches the database."""
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        raise BadAnswer("aspect")
    return value[:longest]


def _bytes(loaded: Loaded) -> bytes:
    if loaded.data is not None:
        return loaded.data
    return (loaded.text or "").encode("utf-8", "surrogatepass")
