"""Watching three sources while the process is killed ten times at random, then a flood.

Items are invented messages and mails; the detectors are the installed ones. `BENCH_WATCH` is the
number of items (200,000).
"""

from __future__ import annotations

import csv
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.records import _text as text
from mingjian.app import alert_delivery, alerts
from mingjian.app.access import Actor, Role
from mingjian.app.alert_sending import channels_of
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings, load_settings
from mingjian.store import watch as kept
from mingjian.store.watch_finish import Counted, add_counts

COUNT = int(os.environ.get("BENCH_WATCH", "200000"))
KILLS = 10
REGIONS = 40
"""Cities, in each of which yesterday's counts leapt: so many alerts are to be raised."""
ALERTS = """
[alerts]
by = ["region"]
level = "city"
"""
CHANNELS = """
[[channel]]
name = "duty"
kind = "webhook"
url = "http://127.0.0.1:{port}/in"
secret_env = "BENCH_SECRET"
automatic = "blue"
private = true
"""
CONFIG = """
name = "bench"
{pace}
[[source]]
name = "drop"
type = "drop"
path = "drop.jsonl"
text = "body"
holds = "message"
[[source]]
name = "table"
type = "drop"
path = "table.csv"
text = "body"
holds = "message"
[[source]]
name = "box"
type = "maildir"
path = "box"
"""


def _write(folder: Path, count: int) -> dict[str, int]:
    """A third of the items for each source."""
    dice = random.Random(3)
    each = {"drop": count // 3, "table": count // 3, "box": count - 2 * (count // 3)}
    with (folder / "drop.jsonl").open("w") as drop:
        for number in range(each["drop"]):
            drop.write(json.dumps({"body": f"{text(dice)} {number}"}) + "\n")
    with (folder / "table.csv").open("w", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(["number", "body"])
        for number in range(each["table"]):
            writer.writerow([number, f"{text(dice)}\n{number}"])
    for name in ("new", "cur", "tmp"):
        (folder / "box" / name).mkdir(parents=True)
    for number in range(each["box"]):
        mail = f"From: a@shop.example\nTo: b@desk.example\nSubject: {number}\n\n{text(dice)}\n"
        (folder / "box" / "new" / f"{1_750_000_000 + number}.M{number}.host").write_text(mail)
    return each


def life(folder: Path) -> None:
    """What the process that is killed does: watch until nothing is new, and note the counts."""
    from mingjian.app.watch import CountsBatch, run_watch
    from mingjian.app.watch_config import read_watch

    def on_counts(batch: CountsBatch) -> None:
        total = sum(one.count for one in batch.counts if one.aspect == "items")
        with (folder / "told.jsonl").open("a") as file:
            file.write(json.dumps([batch.key, total, time.time()]) + "\n")

    run_watch(read_watch(folder / "watch.toml"), load_settings(), once=True, on_counts=on_counts)


class _Receiver(ThreadingHTTPServer):
    """Takes messages in, slowly, and counts them by their idempotency key."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taken)
        self.keys: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Taken(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys[self.headers["Idempotency-Key"]] += 1
        time.sleep(0.1)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _settings(folder: Path) -> Settings:
    return load_settings(home=folder / "home", channels="channels.toml")


def _past(folder: Path) -> None:
    """Sixty quiet days of counts in every region, and a leap yesterday."""
    hour = int(time.time() // 3600)
    counted = [
        Counted(
            source="drop", aspect=aspect, value="" if aspect == "items" else "message.fraud",
            region=f"44{number:02}00", channel="", service="",
            event_hour=hour - 24 * ago, received_hour=hour - 24 * ago, count=count,
        )
        for number in range(1, REGIONS + 1)
        for ago in range(61, 0, -1)
        for aspect, count in (
            ("items", 100), ("proposition", 60 if ago == 1 else 4 + (ago + number) % 3),
        )
    ]  # fmt: skip
    with opened_store(_settings(folder)) as store:
        row = kept.open_source(store.database, "bench", "drop", "drop")
        with store.database.write() as connection:
            add_counts(store, connection, row.id, counted)


def _alerts(folder: Path, receiver: _Receiver) -> list[list[object]]:
    """What became of the alerts, once everything is delivered."""
    settings = _settings(folder)
    lead = Actor("bench", Role.LEAD)
    with opened_store(settings) as store:
        alert_delivery.deliver_due(store, lead, channels_of(settings), seconds=90)
        listed = [alerts.shown(store, lead, int(one["id"])) for one in alerts.listed(store, lead)]
        raised = sum(event["event"] == "alert.raised" for one in listed for event in one["history"])
        sent = [one for each in listed for one in each["deliveries"]]
    return [
        ["alerts: to be raised, recorded, raised more than once",
         f"{REGIONS}, {len({one['subject'] for one in listed})}, {raised - len(listed)}"],
        ["alert messages: delivered, keys received, of them sent twice and taken in once",
         f"{sum(one['state'] == 'delivered' for one in sent)}, {len(receiver.keys)}, "
         f"{sum(count > 1 for count in receiver.keys.values())}"],
    ]  # fmt: skip


def _start(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "MINGJIAN_HOME": str(folder / "home")}
    if (folder / "home" / "channels.toml").is_file():
        environment["MINGJIAN_CHANNELS"] = "channels.toml"
    return subprocess.Popen([sys.executable, "-m", "bench.watch", str(folder)], env=environment)


def _states(folder: Path) -> dict[str, dict[int, int]]:
    with opened_store(_settings(folder)) as store:
        rows = kept.sources(store.database, "bench")
        found = kept.states(store.database, [row.id for row in rows])
    return {row.name: found[row.id] for row in rows}


def _told(folder: Path) -> list[tuple[str, int, float]]:
    """Key, items and time of every batch of counts that was told."""
    lines = (folder / "told.jsonl").read_text().splitlines()
    return [tuple(json.loads(line)) for line in lines]


def _steady(folder: Path, count: int) -> list[list[object]]:
    """The pace without kills, from the first batch to the last: starting up left out."""
    _write(folder, count)
    (folder / "watch.toml").write_text(CONFIG.format(pace=""))
    _start(folder).wait()
    lines = _told(folder)
    items = sum(total for _, total, at in lines if at > lines[0][2])
    seconds = lines[-1][2] - lines[0][2]
    return [["items/s at work, without kills", f"{items / seconds:,.0f}"]]


def _killed(folder: Path, count: int) -> list[list[object]]:
    each = _write(folder, count)
    (folder / "watch.toml").write_text(CONFIG.format(pace="") + ALERTS)
    receiver = _Receiver()
    (folder / "home").mkdir()
    channels = CHANNELS.format(port=receiver.server_port)
    (folder / "home" / "channels.toml").write_text(channels)
    os.environ["BENCH_SECRET"] = secrets.token_hex(16)
    _past(folder)
    dice = random.Random(11)
    began = time.perf_counter()
    kills = 0
    while True:
        running = _start(folder)
        try:
            if kills == KILLS:
                code = running.wait()
                break
            # Some fall into the start and the alerts, others into the work itself.
            most = 15.0 if kills % 2 else max(30.0, count / 6_000)
            code = running.wait(timeout=dice.uniform(1, most))
            break
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            kills += 1
    seconds = time.perf_counter() - began
    states = _states(folder)
    lines = _told(folder)
    told = {key: total for key, total, _ in lines}
    rows: list[list[object]] = [
        [f"{name}: items, examined once", f"{number:,}, {states[name].get(1, 0):,}"]
        for name, number in each.items()
    ]
    others = sum(n for found in states.values() for state, n in found.items() if state != 1)
    return [
        ["kills, exit code of the last life", f"{kills}, {code}"],
        *rows,
        ["items in any other state", others],
        ["counts told: batches, of them twice, sum", f"{len(told):,}, {len(lines) - len(told)}, "
         f"{sum(told.values()):,}"],
        *_alerts(folder, receiver),
        ["seconds with all restarts", f"{seconds:.0f}"],
        ["items/s with all restarts", f"{count / seconds:,.0f}"],
    ]  # fmt: skip


def _flood(folder: Path, backlog: int) -> list[list[object]]:
    """Ten times what may wait, at once."""
    _write(folder, 10 * backlog)
    pace = f'backlog = {backlog}\nfull = "shed"'
    (folder / "watch.toml").write_text(CONFIG.format(pace=pace))
    began = time.perf_counter()
    _start(folder).wait()
    seconds = time.perf_counter() - began
    found = _states(folder).values()
    examined, shed = (sum(one.get(state, 0) for one in found) for state in (1, 3))
    return [
        ["flood: items at once, room for", f"{10 * backlog:,}, {backlog:,}"],
        ["flood: examined, passed over and counted", f"{examined:,}, {shed:,}"],
        ["flood: seconds", f"{seconds:.0f}"],
    ]


def main() -> None:
    rows: list[list[object]] = []
    for part, count in (
        (_killed, COUNT),
        (_steady, max(3_000, COUNT // 10)),
        (_flood, max(100, COUNT // 100)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            rows += part(Path(folder), count)
    result = {
        "title": "Watching: three sources, killed ten times, and a flood",
        "how": f"{COUNT:,} invented items, a third each in a JSON Lines file, a CSV file and a "
        "maildir, examined by all installed detectors; the watch is killed (SIGKILL) ten times at "
        "random and started again. Meanwhile the day before is judged: 40 series leapt, and each "
        "alert leaves for a webhook that is slow.",
        "columns": ["what", "value"],
        "rows": rows,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    life(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
