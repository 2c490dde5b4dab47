"""Checking all that is kept: every flipped byte of evidence, entry, record or scale by name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from mingjian.casework.custody.entry import Action, Entry, Head, NotAnEntry, canonical
from mingjian.casework.custody.key import PublicKeys, key_id
from mingjian.casework.custody.verify import ChainCheck, Problem
from mingjian.domain.message import Message
from mingjian.store import chain, paging
from mingjian.store.check_alerts import alert_problems
from mingjian.store.check_cases import BoundEvents
from mingjian.store.database import StoreProblem
from mingjian.store.tables import evidence, record, run

if TYPE_CHECKING:
    from mingjian.store.store import Store

BATCH = 500
Tell = Callable[[str, int], None]


def verify(
    store: Store, scale_files: Mapping[str, Path] | None = None, progress: Tell | None = None
) -> Iterator[Problem]:
    """Problems of the whole store, as they are found; none means that all is as custody says.

    `scale_files`: scale name (as bound when the run started) -> the installed file; a scale
    that is bound but not installed under that name is reported too. `progress` gets the name
    of a stage (entries, evidence) and a count.
    """
    tell = progress or (lambda stage, count: None)
    yield from _guarded(_database(store))
    keys: dict[str, bytes] = {}
    yield from _guarded(_keys(store, keys))
    heads: dict[str, Head] = {}
    yield from _guarded(_heads(store, heads))
    for case, head in heads.items():
        yield from _guarded(_case(store, case, head, keys, scale_files, tell))
    yield from _guarded(alert_problems(store.database, keys))
    altered: set[str] = set()
    for name, what in store.vault.verify(lambda count: tell("evidence", count)):
        altered.add(name)
        yield Problem(f"evidence {name}", what)
    yield from _guarded(_absent(store, altered))


def _guarded(problems: Iterator[Problem]) -> Iterator[Problem]:
    """A database that cannot be read is one more problem, and the other checks go on."""
    try:
        yield from problems
    except (sa.exc.DBAPIError, StoreProblem, UnicodeDecodeError, OverflowError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        yield _problem(
            "database",
            f"数据库已损坏，无法读完（{kind}）。",
            f"The database is damaged and cannot be read to its end ({kind}).",
        )


def _keys(store: Store, found: dict[str, bytes]) -> Iterator[Problem]:
    for name, public in store.public_keys().items():
        found[name] = public
        if key_id(public) != name:
            yield _problem(f"public key {name}", "该公钥已被改动。", "This public key was altered.")


def _heads(store: Store, found: dict[str, Head]) -> Iterator[Problem]:
    found.update(store.cases())
    yield from ()


def _problem(where: str, zh: str, en: str) -> Problem:
    return Problem(where, Message(zh, en))


def _database(store: Store) -> Iterator[Problem]:
    if not store.database.sqlite:
        return
    with store.database.read() as connection:
        for line in connection.scalars(sa.text("PRAGMA integrity_check(20)")):
            if line != "ok":
                yield _problem(
                    "database",
                    f"数据库文件的结构已损坏（{line}）。",
                    f"The structure of the database file is damaged ({line}).",
                )


def _case(
    store: Store,
    case: str,
    head: Head,
    keys: PublicKeys,
    scale_files: Mapping[str, Path] | None,
    tell: Tell,
) -> Iterator[Problem]:
    case_id = store.case_id(case)
    check = ChainCheck(case, keys)
    bound = _Bound(store, case)
    events = BoundEvents(store.database, case, case_id)
    for row in chain.stored_lines(store.database, case_id):
        where = f"{case} #{row.seq}"
        try:
            entry = Entry.parse(bytes(row.line))
        except NotAnEntry as error:
            check.unread()
            yield _problem(
                where,
                "该条目已被改动：不再是规范格式。",
                f"This entry was altered: it is no longer in canonical form ({error}).",
            )
            continue
        yield from check.check(entry, where)
        columns = (row.seq, row.action, row.subject, row.hash)
        if columns != (entry.seq, entry.action, entry.subject, entry.hash):
            yield _problem(
                where,
                "该条目的索引列与其内容不符：已被改动。",
                "The index columns of this entry differ from its content: they were altered.",
            )
        if entry.action == Action.RUN_STARTED:
            yield from _run_started(store, entry, where, scale_files)
        yield from bound.add(entry)
        events.add(entry)
        if entry.seq % BATCH == 0:
            tell("entries", entry.seq)
    yield from bound.check_all()
    yield from bound.unbound(case_id)
    yield from events.problems()
    tell("entries", check.head.seq)
    if check.head != head:
        yield _problem(
            f"{case} #{check.head.seq}",
            f"保管链应止于第 {head.seq} 条，实际止于第 {check.head.seq} 条或末条不符："
            "末尾条目被删除、添加或改动。",
            f"The chain should end at entry {head.seq}; it ends at {check.head.seq} or with "
            "another last entry: entries at the end were removed, added or altered.",
        )


def _run_started(
    store: Store, entry: Entry, where: str, scale_files: Mapping[str, Path] | None
) -> Iterator[Problem]:
    details: Mapping[str, Any] = entry.details
    with store.database.read() as connection:
        row = connection.execute(
            sa.select(run.c.versions, run.c.settings_digest).where(run.c.id == details.get("run"))
        ).one_or_none()
    if row is None or (bytes(row.versions), row.settings_digest) != (
        canonical(details.get("versions")),
        details.get("settings_digest"),
    ):
        yield _problem(
            f"run {details.get('run')}",
            f"该运行的设置或版本与条目 {where} 所载不符。",
            f"The settings or versions of this run differ from what entry {where} states.",
        )
    if scale_files is None:
        return
    versions = details.get("versions")
    scales = versions.get("scales", {}) if isinstance(versions, dict) else {}
    for name, stated in scales.items():
        file = scale_files.get(name)
        if file is None or not file.is_file():
            yield _problem(
                f"scale {name}",
                "检验时所用的这一标度现未安装，无法比对。",
                "This scale, used in the run, is not installed now and cannot be compared.",
            )
            continue
        with file.open("rb") as stream:
            actual = file_digest(stream, "sha256").hexdigest()
        if actual != stated:
            yield _problem(
                f"scale {name}",
                "标度文件与检验时所用的不同：已被改动或替换。",
                "The scale file differs from the one used in the run: it was altered or replaced.",
            )


class _Bound:
    """Records and evidence rows against the entries that bind them, in batches."""

    def __init__(self, store: Store, case: str) -> None:
        self.store = store
        self.case = case
        self.pending: list[Entry] = []
        self.seen: dict[int, int] = {}
        """Number of bound records per run."""

    def add(self, entry: Entry) -> Iterator[Problem]:
        if entry.action in (Action.TAKEN_IN, Action.EXAMINED, Action.REFUSED):
            self.pending.append(entry)
            if len(self.pending) >= BATCH:
                yield from self.check_all()

    def check_all(self) -> Iterator[Problem]:
        pending, self.pending = self.pending, []
        taken = [entry for entry in pending if entry.action == Action.TAKEN_IN]
        yield from self._evidence(taken)
        by_run: dict[int, list[Entry]] = {}
        for entry in pending:
            if "results_sha256" in entry.details:
                number = entry.details.get("run")
                by_run.setdefault(number if isinstance(number, int) else -1, []).append(entry)
        for run_id, entries in by_run.items():
            self.seen[run_id] = self.seen.get(run_id, 0) + len(entries)
            yield from self._records(run_id, entries)

    def _evidence(self, entries: list[Entry]) -> Iterator[Problem]:
        wanted = {entry.subject for entry in entries if entry.subject}
        with self.store.database.read() as connection:
            rows = {
                row.sha256: row
                for row in connection.execute(
                    sa.select(evidence).where(evidence.c.sha256.in_(wanted))
                )
            }
        for entry in entries:
            row = rows.get(entry.subject)
            stated = (entry.details.get("sm3"), entry.details.get("size"))
            if row is None:
                yield _problem(
                    f"evidence {entry.subject}",
                    f"条目 #{entry.seq} 所收取的证据在库中缺失。",
                    f"The evidence taken in by entry #{entry.seq} is missing from the store.",
                )
            elif (row.sm3, row.size) != stated or (
                entry.details.get("vaulted") and not row.vaulted
            ):
                yield _problem(
                    f"evidence {entry.subject}",
                    f"该证据的登记信息与条目 #{entry.seq} 所载不符。",
                    f"What the store says of this evidence differs from entry #{entry.seq}.",
                )

    def _records(self, run_id: int, entries: list[Entry]) -> Iterator[Problem]:
        ordinals = {entry.details.get("ordinal") for entry in entries}
        with self.store.database.read() as connection:
            rows = {
                (row.ordinal, row.number): row
                for row in connection.execute(
                    sa.select(record).where(
                        record.c.run_id == run_id, record.c.ordinal.in_(ordinals)
                    )
                )
            }
        for entry in entries:
            details = entry.details
            where = (
                f"record {run_id}/{details.get('ordinal')}/{details.get('number')} "
                f"of {entry.subject}"
            )
            row = rows.get((details.get("ordinal"), details.get("number")))
            if row is None:
                yield _problem(
                    where,
                    f"条目 #{entry.seq} 所载的检验结果在库中缺失。",
                    f"The results bound by entry #{entry.seq} are missing from the store.",
                )
            elif not _record_holds(row, entry):
                yield _problem(
                    where,
                    f"检验结果已被改动：与条目 #{entry.seq} 所载的散列值不符。",
                    f"These results were altered: they do not match the hash in entry "
                    f"#{entry.seq}.",
                )

    def unbound(self, case_id: int) -> Iterator[Problem]:
        """Records that no entry speaks of: somebody added them."""
        with self.store.database.read() as connection:
            counts = connection.execute(
                sa.select(record.c.run_id, sa.func.count())
                .join(run, run.c.id == record.c.run_id)
                .where(run.c.case_id == case_id)
                .group_by(record.c.run_id)
            ).all()
        for run_id, count in counts:
            if count > self.seen.get(run_id, 0):
                yield _problem(
                    f"run {run_id}",
                    f"该运行有 {count} 条检验结果，保管链只记载了 {self.seen.get(run_id, 0)} 条。",
                    f"This run holds {count} results; custody knows of only "
                    f"{self.seen.get(run_id, 0)}.",
                )


def _record_holds(row: Any, entry: Entry) -> bool:
    try:
        body = zlib.decompress(bytes(row.body))
        value = json.loads(body)
    except (zlib.error, ValueError, RecursionError):
        return False
    columns = (row.sha256, row.path, row.parent)
    return (
        sha256(body).hexdigest() == entry.details.get("results_sha256")
        and columns == (value["sha256"], value["path"], value["parent"])
        and row.sha256 == entry.subject
    )


def _absent(store: Store, altered: set[str]) -> Iterator[Problem]:
    """Evidence that should be in the vault and is not."""
    query = sa.select(evidence.c.sha256).where(evidence.c.vaulted == 1)
    for (name,) in paging.rows(store.database.read, query, evidence.c.sha256):
        if name not in altered and not store.vault.holds(name):
            missing = store.vault.check(name)
            if missing is not None:
                yield Problem(f"evidence {name}", missing)
