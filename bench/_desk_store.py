"""A store as large as the desk is measured with, written faster than by examining."""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from collections import Counter
from pathlib import Path

ITEMS = int(os.environ.get("BENCH_ITEMS", "100000"))
CASES = int(os.environ.get("BENCH_CASES", "10000"))
LARGEST = "案件 00000"
DETECTORS = ("message.fraud", "link.phishing", "text.generated", "privacy.exposed")
KINDS = ("message", "image", "mail", "document", "link", "audio")
WORDS = ["发票", "报告", "合同", "invoice", "scan", "照片", "chat", "export", "通知", "letter"]
PERSONS = ["bench", "王晓", "Li"]


def sizes(random_: random.Random) -> list[int]:
    """Items of each case: one holds a third of all, twenty hold some hundred, the rest few."""
    large, some = ITEMS // 3, [max(1, ITEMS // 200)] * 20
    left = ITEMS - large - sum(some)
    rest = [0] * (CASES - 21)
    for _ in range(left):
        rest[random_.randrange(len(rest))] += 1
    return [large, *some, *rest]


def weight(name: str, value: float, flagged: bool) -> dict[str, object]:
    return {
        "proposition": name,
        "h1": {"zh": f"{name} 的第一命题成立", "en": f"the first proposition of {name} holds"},
        "h2": {"zh": f"{name} 的第二命题成立", "en": f"the second proposition of {name} holds"},
        "log10_lr": value,
        "lr_bounds": [-2.0, 2.5],
        "words": {"zh": "较强支持第一命题", "en": "moderately strong support for the first"},
        "opinion": True,
        "flagged": flagged,
        "why": {"zh": "由一项发现得出", "en": "from one finding"},
        "carried_from": None,
    }


def examination(name: str, state: str, value: float) -> dict[str, object]:
    finding = {
        "signal": f"{name}.measured",
        "score": value,
        "proposition": name,
        "log10_lr": value,
        "lr_bounds": [-2.0, 2.5],
        "opinion": True,
        "flagged": value > 1.9,
        "why": {"zh": "在标度的参照总体之内", "en": "inside the scale's population"},
        "scale": f"{name}@1",
        "quiet": value < 0.5,
        "because": {"zh": "文字中有三处可疑的表达", "en": "three passages read as suspicious"},
        "where": [{"type": "text", "start": 3, "end": 19}],
        "exhibits": [],
        "context": {"language": "zh"},
        "details": {},
    }
    found = [finding] if state in ("found", "quiet") else []
    reason = None if found else {"zh": "超过时限", "en": "it took too long"}
    return {"detector": name, "version": "1", "state": state, "reason": reason, "findings": found}


def record(random_: random.Random, name: str) -> dict[str, object]:
    data = hashlib.sha256(name.encode()).hexdigest()
    values = [round(random_.gauss(-0.5, 1.0), 3) for _ in DETECTORS]
    states = ["found" if value >= 0.5 else "quiet" for value in values]
    if random_.random() < 0.01:
        states[0] = random_.choice(["failed", "timed_out"])
    return {
        "sha256": data,
        "sm3": data[::-1],
        "path": name,
        "kind": random_.choice(KINDS),
        "format": "plain-text",
        "encoding": "utf-8",
        "size": random_.randrange(100, 10**6),
        "parent": None,
        "step": None,
        "detail": None,
        "notes": [],
        "parts": [],
        "not_examined": [],
        "examinations": list(map(examination, DETECTORS, states, values)),
        "not_applicable": [],
        "weights": [weight(n, v, v > 1.9) for n, v in zip(DETECTORS, values, strict=True)],
    }


def fill(home: Path, database: str | None) -> float:
    """Write the store; the seconds it took. Its tables get the rows that the store's own
    functions make, but those of some hundred examined items over and over, under other names,
    and without a custody entry for each: signing so many would take an hour. Every 50th case is
    worked on through the use cases, which sign; the others get the state that this leads to."""
    import sqlalchemy as sa

    from mingjian.app import cases
    from mingjian.app.access import Actor, Role
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import Settings
    from mingjian.casework.case.listing import listed, persons
    from mingjian.casework.custody import Head
    from mingjian.domain.folding import folded
    from mingjian.store import finish, list_tables, tables, words
    from mingjian.store.work import Item, ItemResult, Leased

    random_ = random.Random(7)
    started = time.monotonic()
    at = "2026-11-25T00:00:00Z"
    patterns = []
    for number in range(400):
        item = Item(path="/in", name=f"pattern-{number}", size=1, mtime=1.7e9)
        leased = Leased(ordinal=0, item=item, attempt=1, owner="bench")
        result = ItemResult(leased=leased, records=[record(random_, item.name)])
        patterns.append(finish.prepare(0, result))
    done = {"state": "done", "started": at, "ended": at, "failed": 0}
    settings = {"roots": "[]", "settings_digest": "d" * 64, "versions": b"{}"}
    rows: dict[sa.Table, list[dict[str, object]]] = {}

    def put(table: sa.Table, **row: object) -> None:
        rows.setdefault(table, []).append(row)

    for number, size in enumerate(sizes(random_), 1):
        case, name = {"case_id": number}, f"案件 {number - 1:05d}"
        head = Head.of_new(name)
        put(tables.case, id=number, name=name, opened=at, head_seq=head.seq, head_hash=head.hash)
        put(tables.run, id=number, item_count=size, done=size, **case, **settings, **done)
        counted: Counter[tuple[str, str]] = Counter()
        for ordinal in range(size):
            one = random_.choice(patterns)
            word = random_.choice(WORDS)
            path = f"{word}/{random_.choice(WORDS)}-{number - 1}-{ordinal:06d}.eml"
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            place = {"run_id": number, "ordinal": ordinal}
            put(list_tables.item_line, **{**one.line, **place})
            own = {"key": sha256, "path": path, "words": folded(path), "home_id": number}
            put(list_tables.case_item, **{**one.listed, **place, **own, **case})
            put(tables.record, **{**one.records[0], **place, "sha256": sha256, "path": path})
            counted[str(one.listed["kind"]), str(one.listed["state"])] += 1
        for (kind, state), total in counted.items():
            put(list_tables.item_count, kind=kind, state=state, total=total, gaps=0, **case)
        flagged = sum(total for (_, state), total in counted.items() if state == "flagged")
        totals = {"changed": at, "total": size, "flagged": flagged, "version": 1}
        put(list_tables.case_line, **case, **listed(name, {}, {}), **totals)
    lead = Actor("bench", Role.LEAD)

    def title(number: int) -> str:
        return f"{random_.choice(WORDS)}诈骗 {number}"

    with opened_store(Settings(home=home, database=database)) as store:
        with store.database.write() as connection:
            for table in (tables.case, tables.run, *(set(rows) - {tables.case, tables.run})):
                connection.execute(sa.insert(table), rows[table])
            words.add(connection, rows[list_tables.case_item])
        for number in range(0, CASES, 50):
            name = f"案件 {number:05d}"
            cases.edit(store, lead, name, title=title(number))
            cases.assign(store, lead, name, random_.choice(PERSONS))
        like, states, in_charge, named = dict(store.state(LARGEST).body), [], [], []
        for number in range(CASES):
            if number % 50:
                name, case_id = f"案件 {number:05d}", number + 1
                body = {**like, "title": title(number), "assigned": [random_.choice(PERSONS)]}
                told = json.dumps(body).encode()
                states.append({"case_id": case_id, "aspect": "case", "revision": 2, "body": told})
                in_charge += [{"case_id": case_id, "person": one} for one in persons(name, body)]
                named.append({"id": case_id, "found_by": listed(name, body, {})["words"]})
        with store.database.write() as connection:
            connection.execute(sa.insert(tables.case_state), states)
            connection.execute(sa.insert(list_tables.case_person), in_charge)
            line = list_tables.case_line
            found_by = sa.update(line).where(line.c.case_id == sa.bindparam("id"))
            connection.execute(found_by.values(words=sa.bindparam("found_by")), named)
        with store.database.engine.connect() as connection:
            # As a database that has been at work for a while: PostgreSQL knows its tables.
            if not store.database.sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                    "vacuum analyze"
                )
    return time.monotonic() - started
