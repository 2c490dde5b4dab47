"""Events and states of a case against the entries that bind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from mingjian.casework.custody.entry import Action, Entry
from mingjian.casework.custody.verify import Problem
from mingjian.domain.message import Message
from mingjian.store import paging
from mingjian.store.database import Database
from mingjian.store.tables import case_event, case_state


@dataclass(frozen=True, slots=True)
class _Bound:
    aspect: object
    name: object
    digest: object


class BoundEvents:
    """Collects what the entries of one case bind, then checks what is stored against it."""

    def __init__(self, database: Database, case: str, case_id: int) -> None:
        self.database = database
        self.case = case
        self.case_id = case_id
        self.events: dict[int, _Bound] = {}
        self.erased: set[object] = set()
        self.states: dict[object, tuple[object, object]] = {}
        """Aspect -> revision and digest of the state after its last change."""

    def add(self, entry: Entry) -> None:
        if entry.action != Action.CASE_EVENT:
            return
        details = entry.details
        self.events[entry.seq] = _Bound(
            details.get("aspect"), details.get("event"), details.get("body_sha256")
        )
        erased = details.get("erased")
        self.erased.update(erased if isinstance(erased, list) else ())
        if "state_sha256" in details:
            after = (details.get("revision"), details["state_sha256"])
            self.states[details.get("aspect")] = after

    def problems(self) -> Iterator[Problem]:
        """What is missing, altered or added."""
        missing = set(self.events)
        query = sa.select(case_event).where(case_event.c.case_id == self.case_id)
        for row in paging.rows(self.database.read, query, case_event.c.seq):
            missing.discard(row.seq)
            yield from self._event(row)
        for seq in sorted(missing):
            yield self._problem(
                seq,
                "保管链所载的案件事项在库中缺失。",
                "What was done in the case is missing from the store.",
            )
        yield from self._states()

    def _event(self, row: Any) -> Iterator[Problem]:
        bound = self.events.get(row.seq)
        if bound is None:
            yield self._problem(
                row.seq,
                "库中的案件事项不见于保管链：系他人添加。",
                "The store tells of something done that no entry speaks of: it was added.",
            )
            return
        if row.body is None:
            fine = row.seq in self.erased
        else:
            fine = sha256(bytes(row.body)).hexdigest() == bound.digest
        if not fine or (row.aspect, row.name) != (bound.aspect, bound.name):
            yield self._problem(
                row.seq,
                "案件事项的内容已被改动：与保管链所载的散列值不符。",
                "What was done in the case was altered: it does not match the hash in its entry.",
            )

    def _states(self) -> Iterator[Problem]:
        with self.database.read() as connection:
            rows = connection.execute(
                sa.select(case_state).where(case_state.c.case_id == self.case_id)
            ).all()
        stored = {row.aspect: (row.revision, sha256(bytes(row.body)).hexdigest()) for row in rows}
        for aspect in sorted(map(str, {*stored, *self.states})):
            if stored.get(aspect) != self.states.get(aspect):
                yield Problem(
                    f"case {self.case}, {aspect}",
                    Message(
                        "案件的当前状态与最后一次变更所载的不符：已被改动。",
                        "The case does not stand as its last change left it: it was altered.",
                    ),
                )

    def _problem(self, seq: int, zh: str, en: str) -> Problem:
        return Problem(f"{self.case} #{seq}", Message(zh, en))
