"""Finishing a chunk: records, evidence, custody and item states in one transaction, once."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mingjian.casework.case.item_line import item_line
from mingjian.casework.custody.entry import Action, Draft, canonical, now
from mingjian.casework.custody.key import CustodyKey
from mingjian.store import chain, listing, words
from mingjian.store.database import Database
from mingjian.store.tables import DONE, FAILED, LEASED, evidence, item, record, run
from mingjian.store.work import ItemResult

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A result ready to write: hashed and compressed before any lock is taken."""

    result: ItemResult
    records: list[Row]
    evidence: list[Row]
    drafts: list[Draft]
    line: Row
    listed: Row


def prepare(run_id: int, result: ItemResult) -> Prepared:
    """Bind each record by the hash of its canonical JSON, and name what produced it."""
    records: list[Row] = []
    rows: list[Row] = []
    drafts: list[Draft] = []
    ordinal = result.leased.ordinal
    for number, found in enumerate(result.records):
        body = canonical(found)
        named = found["sha256"]
        subject = str(named) if named is not None else None
        vaulted = subject in result.vaulted
        records.append(
            {
                "run_id": run_id,
                "ordinal": ordinal,
                "number": number,
                "sha256": subject,
                "path": found["path"],
                "parent": found["parent"],
                "body": zlib.compress(body, 6 if len(body) > 4096 else 1),
            }
        )
        place = {"run": run_id, "ordinal": ordinal, "number": number}
        if subject is not None:
            rows.append(
                {
                    "sha256": subject,
                    "sm3": found["sm3"],
                    "size": found["size"],
                    "kind": found["kind"],
                    "format": found["format"],
                    "vaulted": int(vaulted),
                }
            )
            taken_in = {name: found[name] for name in ("sm3", "size", "path", "parent", "step")}
            drafts.append(Draft(Action.TAKEN_IN, subject, {**taken_in, "vaulted": vaulted}))
        results = sha256(body).hexdigest()
        if result.failure is not None:
            why = {"path": found["path"], "why": result.failure.as_json()}
            drafts.append(
                Draft(Action.REFUSED, subject, {**place, **why, "results_sha256": results})
            )
        else:
            used = _used(found)
            drafts.append(
                Draft(Action.EXAMINED, subject, {**place, **used, "results_sha256": results})
            )
    line, listed = listing.line_rows(run_id, ordinal, item_line(result.records))
    return Prepared(result, records, rows, drafts, line, listed)


def _used(found: Mapping[str, object]) -> dict[str, list[str]]:
    """The detectors (name@version) and scales (signal@version) behind a record."""
    detectors, scales = [], set()
    examinations = found.get("examinations") or ()
    assert isinstance(examinations, (list, tuple))
    for examination in examinations:
        detectors.append(f"{examination['detector']}@{examination['version']}")
        for finding in examination["findings"]:
            if finding.get("scale"):
                scales.add(finding["scale"])
    return {"detectors": detectors, "scales": sorted(scales)}


def finish_chunk(
    database: Database,
    run_id: int,
    results: Sequence[ItemResult],
    key: CustodyKey,
    actor: str,
) -> int:
    """Write the results whose lease still holds; how many they were.

    A late worker, whose items were leased to another, writes nothing of them: the lease is
    looked at under the same lock that the writing happens under.
    """
    prepared = [prepare(run_id, result) for result in results]
    with database.write() as connection:
        held = _held(connection, run_id, results)
        prepared = [one for one in prepared if one.result.leased.ordinal in held]
        if not prepared:
            return 0
        _set_states(connection, run_id, prepared)
        case_id = connection.scalar(sa.select(run.c.case_id).where(run.c.id == run_id))
        assert case_id is not None
        write_prepared(database, connection, case_id, prepared, key, actor)
    return len(prepared)


def write_prepared(
    database: Database,
    connection: Connection,
    case_id: int,
    prepared: Sequence[Prepared],
    key: CustodyKey,
    actor: str,
) -> None:
    """Records, evidence, custody and lists inside the caller's write transaction."""
    connection.execute(sa.insert(record), [row for one in prepared for row in one.records])
    _insert_evidence(database, connection, [row for one in prepared for row in one.evidence])
    drafts = [draft for one in prepared for draft in one.drafts]
    chain.extend(database, connection, case_id, drafts, key, actor)
    lines, listed = [one.line for one in prepared], [one.listed for one in prepared]
    listing.add_items(connection, case_id, lines, listed)
    words.add(connection, listed)


def _held(connection: Connection, run_id: int, results: Sequence[ItemResult]) -> set[int]:
    leases = {result.leased.ordinal: result.leased for result in results}
    rows = connection.execute(
        sa.select(item.c.ordinal, item.c.owner, item.c.attempts)
        .where(
            item.c.run_id == run_id,
            item.c.ordinal.in_(list(leases)),
            item.c.state == LEASED,
        )
        .order_by(item.c.ordinal)
        .with_for_update()
    )
    return {
        row.ordinal
        for row in rows
        if (row.owner, row.attempts) == (leases[row.ordinal].owner, leases[row.ordinal].attempt)
    }


def _insert_evidence(database: Database, connection: Connection, rows: list[Row]) -> None:
    distinct: dict[str, Row] = {}
    for row in rows:
        seen = distinct.setdefault(str(row["sha256"]), row)
        if row["vaulted"]:
            seen["vaulted"] = 1
    if not distinct:
        return
    # One order for all writers, so that two of them cannot wait for each other.
    ordered = [distinct[name] for name in sorted(distinct)]
    connection.execute(database.insert_new(evidence), ordered)
    vaulted = [row["sha256"] for row in ordered if row["vaulted"]]
    if vaulted:
        connection.execute(
            sa.update(evidence)
            .where(evidence.c.sha256.in_(vaulted), evidence.c.vaulted == 0)
            .values(vaulted=1)
        )


def _set_states(connection: Connection, run_id: int, prepared: list[Prepared]) -> None:
    failed = [one.result.leased.ordinal for one in prepared if one.result.failure is not None]
    done = [one.result.leased.ordinal for one in prepared if one.result.failure is None]
    for state, ordinals in ((DONE, done), (FAILED, failed)):
        if ordinals:
            connection.execute(
                sa.update(item)
                .where(item.c.run_id == run_id, item.c.ordinal.in_(ordinals))
                .values(state=state, owner=None, until=None)
            )
    for one in prepared:
        if one.result.skip:
            connection.execute(
                sa.update(item)
                .where(item.c.run_id == run_id, item.c.ordinal == one.result.leased.ordinal)
                .values(skip=canonical(list(one.result.skip)))
            )
    row = connection.execute(
        sa.update(run)
        .where(run.c.id == run_id)
        .values(done=run.c.done + len(done), failed=run.c.failed + len(failed))
        .returning(run.c.item_count, run.c.done, run.c.failed)
    ).one()
    if row.done + row.failed >= row.item_count:
        connection.execute(
            sa.update(run).where(run.c.id == run_id).values(state="done", ended=now())
        )
