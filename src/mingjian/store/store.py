"""The store: records, custody and vault behind one door."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa

from mingjian.casework.custody import CustodyKey, Draft, Entry, Head, load_key, write_export
from mingjian.casework.custody.entry import Action
from mingjian.casework.custody.key import PublicKeys
from mingjian.casework.custody.verify import Problem
from mingjian.domain.message import Message
from mingjian.store import (
    accounts,  # noqa: F401  (its tables)
    alerts,  # noqa: F401  (its tables)
    artefacts,
    cases,
    chain,
    deliveries,  # noqa: F401  (its tables)
    finish,
    list_items,
    lists,
    lookup,
    runs,
    seen,
)
from mingjian.store.cases import Change, Decide, Event, Key, State
from mingjian.store.database import Database, StoreProblem
from mingjian.store.tables import ID_OF
from mingjian.store.tables import case as case_table
from mingjian.store.vault import Vault
from mingjian.store.work import (
    EvidenceRow,
    Item,
    ItemResult,
    Leased,
    Progress,
    RecordRow,
    Run,
)


def open_store(
    url: str, vault_dir: Path, *, key_dir: Path | None = None, actor: str | None = None
) -> Store:
    """Open the store at `url`, made or brought up to date first; raises `StoreProblem`.

    `url`: ``sqlite:////path/to/file`` or ``postgresql://…``. `key_dir` (default: beside the
    vault) holds the custody key, made when the first entry is written. `actor` is who
    custody entries name.
    """
    return Store(
        Database(url), Vault(vault_dir), key_dir or vault_dir.parent, actor or getpass.getuser()
    )


class Store:
    """Everything kept. Safe to use from several processes, each with its own object."""

    def __init__(self, database: Database, vault: Vault, key_dir: Path, actor: str) -> None:
        self.database = database
        self.vault = vault
        self.key_dir = key_dir
        self.actor = actor
        self._ids: dict[str, int] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()

    @cached_property
    def key(self) -> CustodyKey:
        return load_key(self.key_dir)

    # ---- runs ---------------------------------------------------------------------------

    def create_or_resume_run(
        self,
        case: str,
        roots: Sequence[str],
        settings_digest: str,
        items: Iterable[Item],
        versions: Mapping[str, object],
    ) -> Run:
        """The unfinished run of the same case, roots, settings and versions, or a new one.

        `items` is read only for a new run. `versions` is bound into custody:
        ``{"program": "0.1.0", "detectors": {name: version}, "scales": {name: sha256}}``.
        """
        return runs.create_or_resume(
            self.database, case, roots, settings_digest, items, versions, self.key, self.actor
        )

    def runs(self, case: str | None = None, state: str | None = None) -> list[Run]:
        """Runs, newest first; `state` is open, done or left."""
        return runs.runs(self.database, case, state)

    def lease(self, run: int, owner: str, count: int, seconds: float) -> list[Leased]:
        """Up to `count` items for `owner` alone, for `seconds`. Empty: none is free now."""
        return runs.lease(self.database, run, owner, count, seconds)

    def renew(self, run: int, owner: str, seconds: float) -> int:
        """Lengthen the leases of `owner`; how many it still has."""
        return runs.renew(self.database, run, owner, seconds)

    def release(self, run: int, owner: str, *, died: bool = False) -> int:
        """Give back the leases of `owner`, which has stopped or `died`; how many there were."""
        return runs.release(self.database, run, owner, died=died)

    def owners(self, run: int) -> list[str]:
        """Everyone who has items of this run leased now."""
        return runs.owners(self.database, run)

    def finish_chunk(self, run: int, results: Sequence[ItemResult]) -> int:
        """Write results whose lease still holds, in one transaction; how many they were."""
        self.vault.sync()
        return finish.finish_chunk(self.database, run, results, self.key, self.actor)

    def progress(self, run: int) -> Progress:
        return runs.progress(self.database, run)

    def items(self, run: int) -> Iterator[tuple[int, Item, bool]]:
        """Every item of a run in order: ordinal, item, whether it has a result."""
        return runs.items(self.database, run)

    # ---- what was found -------------------------------------------------------------------

    def results(self, run: int) -> Iterator[RecordRow]:
        """The records of a run in item order, streaming."""
        return lookup.results(self.database, run)

    def find_evidence(self, prefix: str, limit: int = 20) -> list[EvidenceRow]:
        """Evidence whose SHA-256 begins with `prefix`."""
        return lookup.find_evidence(self.database, prefix.lower(), limit)

    def records_of(self, sha256: str) -> list[RecordRow]:
        """Every record about one evidence, newest run first."""
        return lookup.records_of(self.database, sha256)

    def found_in(self, sha256: str, limit: int = 200) -> list[lookup.FoundIn]:
        """Where an evidence was found, newest run first."""
        return lookup.found_in(self.database, sha256, limit)

    def item_records(self, run: int, ordinal: int) -> list[RecordRow]:
        """The records of one item of a run: its own first, then its parts."""
        return lookup.item_records(self.database, run, ordinal)

    def records_at(self, run: int, ordinals: Sequence[int]) -> dict[int, list[RecordRow]]:
        """The records of some items of a run, by ordinal."""
        return lookup.records_at(self.database, run, ordinals)

    # ---- what persons do in cases -----------------------------------------------------------

    def change(
        self,
        case: str,
        decide: Callable[[State], Change | None],
        *,
        actor: str,
        role: str,
        aspect: str = "case",
        revision: int | None = None,
    ) -> State:
        """Change one aspect of a case; see `store.cases`. Raises `Stale` unless the state is
        still at `revision`, if that is given."""
        (after,) = self.change_together(
            [(case, aspect)],
            lambda states: [decide(states[0])],
            actor=actor,
            role=role,
            seen={} if revision is None else {(case, aspect): revision},
        )
        return after

    def change_together(
        self,
        keys: Sequence[Key],
        decide: Decide,
        *,
        actor: str,
        role: str,
        seen: Mapping[Key, int] | None = None,
        create: str | None = None,
    ) -> list[State]:
        """Change several states at once, all or none; `create` names a case that must be new."""
        return cases.change(
            self.database, keys, decide, self.key, actor, role, seen=seen, create=create
        )

    def state(self, case: str, aspect: str = "case") -> State:
        """One aspect of a case; revision 0 where nothing was done yet."""
        return cases.state_of(self.database, case, aspect)

    def states(self, case: str | None = None, aspect: str | None = None) -> list[State]:
        """States of one case, or of one aspect over all cases."""
        return cases.states(self.database, case, aspect)

    def states_of(self, names: Sequence[str], aspects: Sequence[str]) -> list[State]:
        """Some aspects of some cases, where anything was done there."""
        return cases.states_of(self.database, names, aspects)

    def cases_with(self, aspects: Sequence[str], size: int) -> list[str]:
        """Cases that have begun any of these aspects, the latest case first."""
        return cases.having(self.database, aspects, size)

    def events(
        self, case: str, aspect: str | None = None, *, seqs: Sequence[int] | None = None
    ) -> Iterator[Event]:
        """What persons did in a case, oldest first."""
        return cases.events(self.database, case, aspect, seqs)

    # ---- lists, a page at a time ------------------------------------------------------------

    def list_cases(
        self, asked: lists.CasesAsked, after: str = "", size: int = 25
    ) -> lists.ListPage[lists.ListedCase]:
        """A page of cases; see `store.lists`."""
        return lists.cases(self.database, asked, after, size)

    def count_cases(self, asked: lists.CasesAsked) -> int:
        """How many cases fit."""
        return lists.count_cases(self.database, asked)

    def counted_cases(self) -> Iterator[lists.CountedCase]:
        """All cases that are no exercises, the newest first, with what their items were flagged
        for; read while they are looked at."""
        return lists.counted(self.database)

    def listed_case(self, name: str) -> lists.ListedCase:
        """The row of one case, which is there."""
        return lists.one_case(self.database, name)

    def children(self, case: str) -> tuple[str, ...]:
        """The cases that stand right below it."""
        return lists.children(self.database, case)

    def cases_with_clocks(self, size: int) -> list[str]:
        """Cases with a reporting clock that nobody has met, those due first."""
        return lists.with_clocks(self.database, size)

    def list_items(
        self, asked: lists.ItemsAsked, after: str = "", size: int = 50
    ) -> lists.ListPage[lists.ListedItem]:
        """A page of items; see `store.lists`."""
        return list_items.items(self.database, asked, after, size)

    def items_with_gaps(self, latest: int) -> list[lists.ListedItem]:
        """Those among the `latest` examined items of which something was not examined."""
        return list_items.with_gaps(self.database, latest)

    def item_counts(self, case: str) -> Sequence[tuple[str, str, int, int]]:
        """Kind, state, number of items and of gaps of what a case holds."""
        return list_items.counts(self.database, case)

    def item_places(self, case: str) -> list[tuple[str, int, int]]:
        """Case, run and ordinal of every item a case holds: its own first, newest run first."""
        return list_items.places(self.database, case)

    def item_named(self, case: str, prefix: str) -> list[str]:
        """SHA-256 of items a case holds that begin with `prefix`, two at most."""
        return list_items.named(self.database, case, prefix)

    # ---- artefacts that cases share -------------------------------------------------------

    def index_artefacts(self, case: str, found: Callable[[], Iterable[artefacts.Found]]) -> bool:
        """Keep the artefacts of a case anew if its chain has grown; whether it had."""
        return artefacts.index(self.database, case, found)

    def not_indexed(self) -> list[str]:
        """Cases whose artefacts have to be read anew."""
        return artefacts.behind(self.database)

    def artefacts(self, case: str) -> list[tuple[str, str, int, int]]:
        """Kind, value, times in this case, number of cases with it."""
        return artefacts.of_case(self.database, case)

    def shared_artefacts(self, case: str) -> list[tuple[str, str, str, int]]:
        """Other case, kind, value, number of cases with it."""
        return artefacts.shared(self.database, case)

    # ---- what the records of a case show ----------------------------------------------------

    def seen(self, case: str) -> bytes | None:
        """What was kept of it, unless what the case holds has changed since."""
        return seen.of_case(self.database, case)

    def keep_seen(self, case: str, version: int, body: bytes) -> None:
        """Keep it as read at this version of the case."""
        seen.keep(self.database, case, version, body)

    # ---- custody --------------------------------------------------------------------------

    def cases(self) -> dict[str, Head]:
        """Every case with the head of its custody chain."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(case_table).order_by(case_table.c.id)).all()
        return {row.name: Head(row.head_seq, row.head_hash) for row in rows}

    def append(self, case: str, drafts: Sequence[Draft]) -> Head:
        """Add entries to a case's chain, opening the case if it is new."""
        with self.database.write() as connection:
            case_id = chain.open_case(self.database, connection, case, self.key, self.actor)
            return chain.extend(self.database, connection, case_id, drafts, self.key, self.actor)

    def entries(self, case: str, subject: str | None = None) -> Iterator[Entry]:
        """A case's entries, oldest first; only those about one evidence, if given."""
        return chain.stored_entries(self.database, self.case_id(case), subject)

    def milestones(self, case: str, after: int = 0, size: int | None = None) -> list[Entry]:
        """A case's entries without those about single pieces of evidence, behind number
        `after`, oldest first; at most `size`."""
        return chain.milestones(self.database, self.case_id(case), after, size)

    def count_milestones(self, case: str) -> int:
        return chain.count_milestones(self.database, self.case_id(case))

    def head(self, case: str) -> Head:
        """Where a case's chain stands."""
        return chain.head_of(self.database, self.case_id(case))

    def public_keys(self) -> PublicKeys:
        return chain.public_keys(self.database)

    def export_custody(self, case: str, path: Path) -> Head:
        """Write a case's chain to a file of its own (see `custody.export`), and say so in it.

        The entry that tells of the export is the last one in the file.
        """
        self.case_id(case)  # a mistyped name must not open a case
        self.append(case, [Draft(Action.EXPORTED, details={"what": "custody"})])
        return write_export(path, case, self.entries(case), self.public_keys(), self.key)

    def verify(
        self,
        scale_files: Mapping[str, Path] | None = None,
        progress: Callable[[str, int], None] | None = None,
    ) -> Iterator[Problem]:
        """Check everything kept against custody; see `store.check.verify`."""
        from mingjian.store.check import verify

        return verify(self, scale_files, progress)

    def case_id(self, case: str) -> int:
        """The number of a case, which it keeps: one store asks for it once."""
        found = self._ids.get(case)
        if found is None:
            with self.database.read() as connection:
                found = connection.scalar(ID_OF, {"name": case})
            if found is None:
                raise StoreProblem(Message(f"没有案件“{case}”。", f"There is no case “{case}”."))
            self._ids[case] = found
        return found
