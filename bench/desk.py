"""Lists and searches of the desk over many cases and items, many users at once.

BENCH_ITEMS, BENCH_CASES, BENCH_USERS, BENCH_SECONDS and BENCH_PAUSE set the size;
BENCH_DATABASE (a PostgreSQL address) replaces SQLite; BENCH_HOME keeps the store for another run.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ITEMS = int(os.environ.get("BENCH_ITEMS", "100000"))
CASES = int(os.environ.get("BENCH_CASES", "10000"))
USERS = int(os.environ.get("BENCH_USERS", "20"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
PAUSE = float(os.environ.get("BENCH_PAUSE", "1"))
"""Seconds a user reads before the next question, on average; 0: asks at once."""
LARGEST = "案件 00000"
PASSWORD = "correct horse battery staple 7"
DETECTORS = ("message.fraud", "link.phishing", "text.generated", "privacy.exposed")
KINDS = ("message", "image", "mail", "document", "link", "audio")
WORDS = ["发票", "报告", "合同", "invoice", "scan", "照片", "chat", "export", "通知", "letter"]


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


def fill(home: Path) -> float:
    """Write the store; the seconds it took. Its tables get the rows that the store's own
    functions make, but those of some hundred examined items over and over, under other names,
    and without a custody entry for each: signing so many would take an hour."""
    import sqlalchemy as sa

    from mingjian.app import cases
    from mingjian.app.access import Actor, Role
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import Settings
    from mingjian.casework.case.listing import listed
    from mingjian.casework.custody import Head
    from mingjian.store import finish, list_tables, tables
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
            own = {"key": sha256, "path": path, "words": path, "home_id": number}
            put(list_tables.case_item, **{**one.listed, **place, **own, **case})
            put(tables.record, **{**one.records[0], **place, "sha256": sha256, "path": path})
            counted[str(one.listed["kind"]), str(one.listed["state"])] += 1
        for (kind, state), total in counted.items():
            put(list_tables.item_count, kind=kind, state=state, total=total, gaps=0, **case)
        flagged = sum(total for (_, state), total in counted.items() if state == "flagged")
        totals = {"changed": at, "total": size, "flagged": flagged, "version": 1}
        put(list_tables.case_line, **case, **listed(name, {}, {}), **totals)
    with opened_store(Settings(home=home)) as store:
        with store.database.write() as connection:
            for table in (tables.case, tables.run, *(set(rows) - {tables.case, tables.run})):
                connection.execute(sa.insert(table), rows[table])
        lead = Actor("bench", Role.LEAD)
        for number in range(0, CASES, 50):
            name = f"案件 {number:05d}"
            cases.edit(store, lead, name, title=f"{random_.choice(WORDS)}诈骗 {number}")
            cases.assign(store, lead, name, random_.choice(["bench", "王晓", "Li"]))
    return time.monotonic() - started


@contextmanager
def server(home: Path) -> Iterator[tuple[int, int]]:
    """`mingjian serve` on a free port: the port, and the number of its process."""
    running = subprocess.Popen(
        [sys.executable, "-m", "mingjian.cli.main", "serve", "--port", "0", "--lang", "zh"],
        env={**os.environ, "MINGJIAN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    try:
        said = running.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        if found is None:
            raise RuntimeError(f"the server did not start: {said}")
        yield int(found[1]), running.pid
    finally:
        running.terminate()
        running.wait(20)


def routes(random_: random.Random) -> dict[str, str]:
    """One question of each kind, as a person might ask it."""
    any_case = quote(f"案件 {random_.randrange(CASES):05d}")
    large = quote(LARGEST)
    word = quote(random_.choice(WORDS))
    name = f"{random_.randrange(CASES)}-000001"
    sha256 = hashlib.sha256(name.encode()).hexdigest()[:8]
    return {
        "cases, newest": "/zh/desk",
        "cases, last worked on": "/zh/desk?order=changed",
        "cases, a word": f"/zh/desk?q={word}",
        "cases, none fits": "/zh/desk?q=nothing-is-called-this",
        "cases, mine": "/zh/desk?assigned=me&order=flagged",
        "case": f"/zh/case?name={any_case}",
        "case, largest": f"/zh/case?name={large}",
        "history": f"/zh/history?name={large}",
        "timeline": f"/zh/timeline?name={any_case}",
        "items": f"/zh/items?name={large}",
        "items, by path": f"/zh/items?name={large}&order=path",
        "items, flagged images": f"/zh/items?name={large}&state=flagged&kind=image",
        "items, past for one": f"/zh/items?name={large}&proposition=link.phishing",
        "items, failed": f"/zh/items?name={large}&missed=failed",
        "items, a word": f"/zh/items?name={large}&q={word}",
        "items, none fits": f"/zh/items?name={large}&q=nothing-is-called-this",
        "find": "/zh/find",
        "find flagged": "/zh/find?state=flagged",
        "find a name": f"/zh/find?q={name}",
        "find, none fits": f"/zh/find?q={sha256}",
        "law, a word": f"/zh/law?q={quote('诈骗')}",
        "detectors": "/zh/detectors?q=message",
    }


class Users:
    """Users who each ask one question after another."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.times: dict[str, list[float]] = {}
        self.sizes: dict[str, int] = {}
        self.wrong: list[str] = []

    def work(self, seed: int, until: float, pause: float) -> None:
        random_ = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        following = ""
        while time.monotonic() < until:
            what, path = random_.choice(list(routes(random_).items()))
            if following and random_.random() < 0.3:
                what, path = "next page", following
            started = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": self.cookie})
            reply = connection.getresponse()
            body = reply.read()
            self.times.setdefault(what, []).append(time.perf_counter() - started)
            self.sizes[what] = max(self.sizes.get(what, 0), len(body))
            if reply.status != 200:
                self.wrong.append(f"{reply.status} {path}")
            found = re.search(rb'href="([^"]+)" rel="next"', body)
            following = found[1].decode().replace("&amp;", "&") if found else ""
            if pause:
                time.sleep(random_.expovariate(1 / pause))

    def run(self, users: int, seconds: float, pause: float) -> None:
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=self.work, args=(seed, until, pause)) for seed in range(users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


def cpu_seconds(process: int) -> float:
    """CPU time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(home: Path) -> tuple[list[list[object]], list[str]]:
    from mingjian.app.accounts import Accounts
    from mingjian.app.settings import Settings

    accounts = Accounts(Settings(home=home))
    link = accounts.first_link("bench")
    secret = (
        accounts.enter(link, PASSWORD, "", "")
        if link
        else accounts.sign_in("bench", PASSWORD, "", "")
    )
    with server(home) as (port, process):
        cookie = f"mingjian-{port}={secret}"
        Users(port, cookie).run(1, 8, 0)  # what is read once per process
        calm, rush = Users(port, cookie), Users(port, cookie)
        calm.run(USERS, SECONDS, PAUSE)
        used = cpu_seconds(process)
        rush.run(USERS, SECONDS / 2, 0)
        used = cpu_seconds(process) - used
    accounts.close()
    rows: list[list[object]] = []
    for what in sorted(calm.times, key=lambda name: -at(calm.times[name], 0.95)):
        times, hurried = calm.times[what], rush.times.get(what, [0.0])
        rows.append(
            [
                what,
                len(times),
                f"{at(times, 0.5):.0f}",
                f"{at(times, 0.95):.0f}",
                f"{at(hurried, 0.95):.0f}",
                f"{max(calm.sizes[what], rush.sizes.get(what, 0)) / 1000:.0f}",
            ]
        )
    every = [time_ for times in calm.times.values() for time_ in times]
    hurried = [time_ for times in rush.times.values() for time_ in times]
    wrong = sorted({*calm.wrong, *rush.wrong})
    notes = [
        f"All with pauses: {len(every)} answers, p95 {at(every, 0.95):.0f} ms; without: "
        f"{len(hurried)} answers, {len(hurried) / (SECONDS / 2):.0f} a second, p95 "
        f"{at(hurried, 0.95):.0f} ms. The users run on the same cores as the server.",
        f"The server used {1000 * used / len(hurried):.1f} ms of CPU time for an answer, whatever "
        f"else ran on the machine (load {os.getloadavg()[0]:.1f} at the end).",
        f"Answers other than 200: {len(calm.wrong) + len(rush.wrong)} {wrong[:3]}",
    ]
    return rows, notes


def main() -> None:
    kept = os.environ.get("BENCH_HOME")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(kept or folder)
        if address := os.environ.get("BENCH_DATABASE"):
            os.environ["MINGJIAN_DATABASE"] = address
        notes = []
        if not (home / "filled").exists():
            home.mkdir(parents=True, exist_ok=True)
            seconds = fill(home)
            (home / "filled").touch()
            notes = [f"Writing the store took {seconds:.0f} s."]
        rows, more = measured(home)
    which = "PostgreSQL" if os.environ.get("BENCH_DATABASE") else "SQLite"
    print(
        json.dumps(
            {
                "title": "The desk: lists and searches",
                "how": f"{ITEMS:,} items in {CASES:,} cases on {which}, the largest case with "
                f"{ITEMS // 3:,}; mingjian serve on loopback, {USERS} users who pause {PAUSE:g} s "
                "on average between questions, then the same without a pause.",
                "columns": ["what", "n", "p50 ms", "p95 ms", "p95 ms without pauses", "KB"],
                "rows": rows,
                "notes": notes + more,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
