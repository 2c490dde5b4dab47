"""How posts spread, read from a table: lists of delays and parents, or a row for each repost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from mingjian.detect.claim.cascade import FIRST_POST, UNKNOWN
from mingjian.detect.claim.moments import moment
from mingjian.detect.contract import NotApplicable
from mingjian.domain.message import Message
from mingjian.intake.records import Record, record_error

MOST_REPOSTS = 1_500_000
MOST_POSTS = 50_000
MOST_IN_ONE = 200_000
"""Reposts of one post in a list that are read."""
_DELAY = ("delay_s", "delays", "delay", "delay_seconds", "seconds", "延迟", "延迟秒数")
_PARENT = ("parent", "parents", "parent_index", "parent_idx", "父", "父索引")
_ID = ("id", "mid", "post_id", "tweet_id", "repost_id", "status_id", "编号", "微博id")
_ABOVE = (
    "parent_id", "parent", "pid", "parent_mid", "in_reply_to", "in_reply_to_id", "retweeted_id",
    "source_id", "reposted_id", "父编号", "转发自", "上级编号",
)  # fmt: skip
_TIME = (
    "time", "timestamp", "created_at", "date", "datetime", "repost_time", "时间", "转发时间",
    "发布时间",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One post's reposts: delay in seconds (None = damaged) and index of the parent."""

    name: str
    delays: list[float | None]
    parents: list[int]
    unseen: bool = False
    """The first post itself is not in the table; delays run from the earliest repost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Everything read, and what was not."""

    spreads: list[Spread]
    form: str
    """``lists`` or ``reposts``."""
    broken: int
    cut: bool


def read_spread(rows: Iterable[Record]) -> Read:
    """Read a table in either form, within `MOST_POSTS` and `MOST_REPOSTS`.

    Raises `NotApplicable` where it has neither form.
    """
    good = iter(rows)
    head = list(islice(good, 50))
    first = next((row for row in head if record_error(row) is None), None)
    if first is None:
        raise NotApplicable(_NEITHER)
    columns = [str(column) for column in first]
    delay, parent = _named(columns, _DELAY), _named(columns, _PARENT)
    everything = chain(head, good)
    if delay and parent and any(isinstance(row.get(delay), (list, tuple)) for row in head):
        return _read_lists(everything, delay, parent, _named(columns, _ID))
    own, above, time = _named(columns, _ID), _named(columns, _ABOVE), _named(columns, _TIME)
    if own and above and time and own != above:
        return _read_reposts(everything, own, above, time)
    raise NotApplicable(_NEITHER)


_NEITHER = Message(
    "数据表不是传播数据：既没有每帖一行的延迟与父索引列表，也没有编号、父编号、时间三栏。",
    "The table does not describe how posts spread: it has neither lists of delays and parent "
    "indexes, nor columns of id, parent id and time.",
)


def _named(columns: Sequence[str], names: Sequence[str]) -> str:
    lower = {column.strip().lower(): column for column in columns}
    return next((lower[name] for name in names if name in lower), "")


def _delay(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A whole number too long for a float is no delay either.
    return float(value) if 0 <= value < 1e12 and math.isfinite(value) else None


def _parent(value: object) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e9:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < FIRST_POST:
        return UNKNOWN
    return min(value, 1 << 40)


def _read_lists(rows: Iterable[Record], delay: str, parent: str, name: str) -> Read:
    spreads: list[Spread] = []
    total = broken = 0
    cut = False
    for number, row in enumerate(rows, 1):
        if len(spreads) >= MOST_POSTS or total >= MOST_REPOSTS:
            cut = True
            break
        delays, parents = row.get(delay), row.get(parent)
        if not isinstance(delays, (list, tuple)) or not isinstance(parents, (list, tuple)):
            broken += 1
            continue
        count = max(len(delays), len(parents))
        if count > MOST_IN_ONE:
            cut, count = True, MOST_IN_ONE
        total += count
        # Where one list is shorter, what it lacks is damaged.
        own = [_delay(value) for value in delays[:count]]
        above = [_parent(value) for value in parents[:count]]
        own += [None] * (count - len(own))
        above += [UNKNOWN] * (count - len(above))
        shown = str(row.get(name) or number)[:40] if name else str(number)
        spreads.append(Spread(name=shown, delays=own, parents=above))
    return Read(spreads=spreads, form="lists", broken=broken, cut=cut)


def _read_reposts(rows: Iterable[Record], own: str, above: str, time: str) -> Read:
    """Trees from (id, parent id, time); a row without a parent is a first post."""
    parent_of: dict[str, str] = {}
    when: dict[str, float | None] = {}
    broken = 0
    cut = False
    for row in rows:
        if len(parent_of) >= MOST_REPOSTS:
            cut = True
            break
        key = _key(row.get(own))
        if record_error(row) is not None or not key or key in parent_of:
            broken += 1
            continue
        parent_of[key] = _key(row.get(above))
        when[key] = moment(row.get(time))
    return Read(spreads=_trees(parent_of, when), form="reposts", broken=broken, cut=cut)


def _key(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        value = int(value) if value.is_integer() else value
    text = str(value).strip()[:80]
    return "" if text.lower() in ("", "none", "null", "nan", "-1", "0") else text


def _trees(parent_of: dict[str, str], when: dict[str, float | None]) -> list[Spread]:
    top: dict[str, str] = {}
    for start in parent_of:
        path: list[str] = []
        seen: set[str] = set()
        key = start
        while key not in top and key not in seen and parent_of.get(key):
            seen.add(key)
            path.append(key)
            key = parent_of[key]
        found = top.get(key, key)
        for passed in path:
            top[passed] = found
    members: dict[str, list[str]] = {}
    for key in parent_of:
        first = top.get(key, key)
        members.setdefault(first, [])
        if key != first or parent_of.get(key):
            members[first].append(key)
    return [_spread(first, keys, parent_of, when) for first, keys in members.items() if keys]


def _spread(
    first: str, keys: list[str], parent_of: dict[str, str], when: dict[str, float | None]
) -> Spread:
    """One tree below `first`; reposts in a circle come with parents that say so."""
    unseen = first not in parent_of
    start = when.get(first)
    if unseen or start is None or parent_of.get(first):
        start = min((t for key in keys if (t := when[key]) is not None), default=None)
    index = {key: i for i, key in enumerate(keys)}
    delays: list[float | None] = []
    for key in keys:
        own = when[key]
        late = None if own is None or start is None else own - start
        delays.append(late if late is not None and late >= 0 else None)
    circle = bool(parent_of.get(first))
    parents = [
        FIRST_POST if parent_of[key] == first and not circle else index.get(parent_of[key], UNKNOWN)
        for key in keys
    ]
    return Spread(name=first[:40], delays=delays, parents=parents, unseen=unseen)
