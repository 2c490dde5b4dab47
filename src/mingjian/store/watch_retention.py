"""Forgetting what a watch has kept for long enough: by policy, in pieces, each entered in custody.

Of an old item its excerpt, measurements and print go. Where a source lists everything it holds
again and again, the item's key and hash stay, for they are what keeps it from being examined
twice; of other sources the whole row goes. Counts name no item and stay. What waits for a person
(put aside, passed over) stays too, and so does what was filed in a case.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from mingjian.casework.custody.entry import Action, Draft
from mingjian.store import chain, watch_prints
from mingjian.store.store import Store
from mingjian.store.watch import SourceRow
from mingjian.store.watch_tables import EXAMINED, REPEATED, watch_item

AT_ONCE = 10_000
"""Rows of one transaction, and of one custody entry."""
LISTED_ONCE = frozenset({"drop", "queue"})
"""Kinds of sources that are read on from a position and never list an item again."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many items of a watch were forgotten."""

    deleted: int
    emptied: int
    """Of these key and hash are left."""


def forget(store: Store, source: SourceRow, case: str, before: float) -> Forgotten:
    """Forget what a source's items that ended before a moment (seconds since 1970) have left.

    Each piece is entered in the chain of `case`, in the same transaction.
    """
    whole = source.kind in LISTED_ONCE
    total = 0
    while True:
        piece = _piece(store, source, case, before, whole)
        total += piece
        if piece < AT_ONCE:
            return Forgotten(total, 0) if whole else Forgotten(0, total)


def _piece(store: Store, source: SourceRow, case: str, before: float, whole: bool) -> int:
    database = store.database
    old = sa.and_(
        watch_item.c.source_id == source.id,
        watch_item.c.state.in_((EXAMINED, REPEATED)),
        watch_item.c.ended < before,
    )
    if not whole:
        old = sa.and_(old, watch_item.c.note.is_not(None))
    with database.write() as connection:
        numbers = connection.scalars(
            sa.select(watch_item.c.number).where(old).order_by(watch_item.c.number).limit(AT_ONCE)
        ).all()
        if not numbers:
            return 0
        chosen = sa.and_(
            watch_item.c.source_id == source.id,
            watch_item.c.number.between(numbers[0], numbers[-1]),
            old,
        )
        if whole:
            connection.execute(sa.delete(watch_item).where(chosen))
        else:
            connection.execute(sa.update(watch_item).where(chosen).values(note=None, event=None))
        prints = watch_prints.forget(connection, source.id, before)
        details = {
            "watch": source.watch,
            "source": source.name,
            "ended_before": before,
            "items": len(numbers),
            "prints": prints,
            "left": [] if whole else ["key", "sha256"],
        }
        case_id = chain.open_case(database, connection, case, store.key, store.actor)
        draft = Draft(Action.FORGOTTEN, details=details)
        chain.extend(database, connection, case_id, [draft], store.key, store.actor)
    return len(numbers)
