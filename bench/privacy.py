"""Personal information: megabytes per second on one core, side by side with presidio's patterns.

Both read the same invented texts in one run, one after another in one process each. Presidio
runs its pattern recognisers (card, e-mail, IBAN, telephone, US SSN, IP address) directly, without
a language model; ours also looks for names, addresses, Chinese identity numbers and the rest.
`BENCH_PYTHON` names a Python with presidio-analyzer; without it that column is left out.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "training"))

TABLE_MB = int(os.environ.get("BENCH_PRIVACY_TABLE_MB", "100"))
SIZE = int(os.environ.get("BENCH_PRIVACY_CHARACTERS", "600000"))

_PRESIDIO = """
import json, sys, time
from presidio_analyzer import predefined_recognizers as p
made = [p.CreditCardRecognizer(), p.EmailRecognizer(), p.IbanRecognizer(), p.PhoneRecognizer(),
        p.UsSsnRecognizer(), p.IpRecognizer()]
out = {}
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    lines = text.splitlines()
    start, found = time.process_time(), 0
    for line in lines:
        for recogniser in made:
            found += len(recogniser.analyze(line, recogniser.supported_entities, None))
    out[path] = [time.process_time() - start, found]
print(json.dumps(out))
"""


def _texts() -> dict[str, str]:
    from privacy_families import FAMILIES, LOOKALIKES, Draw

    draw = Draw(20)
    random_ = random.Random(20)
    pages = json.loads((ROOT / "tests/detect/privacy/benign_pages.json").read_text("utf-8"))[
        "pages"
    ]

    def until(line: object) -> str:
        made: list[str] = []
        size = 0
        while size < SIZE:
            made.append(line())  # type: ignore[operator]
            size += len(made[-1])
        return "\n".join(made)

    def ordinary() -> str:
        return str(random_.choice(pages))

    def mixed() -> str:
        if random_.random() < 0.1:
            return random_.choice(list(FAMILIES.values()))(draw).text
        return ordinary()

    return {
        "prose: the guides of this project": _prose(),
        "pages full of look-alike numbers": until(ordinary),
        "one record in ten holds personal information": until(mixed),
        "logs, orders, tables of figures": until(
            lambda: random_.choice(list(LOOKALIKES.values()))(draw).text
        ),
        "leaked lists, every line": until(
            lambda: FAMILIES[random_.choice(["csv_zh", "dump_zh", "json_mixed"])](draw).text
        ),
    }


def _prose() -> str:
    """The guides of this project, Chinese and English, as often as it takes."""
    files = sorted((ROOT / "docs" / "how-to").glob("*.md")) + sorted(
        (ROOT / "docs").glob("w*/*.md")
    )
    text = "\n".join(file.read_text("utf-8") for file in files)
    return text * (SIZE // len(text) + 1)


_FIRST = "联系人张伟，北京市朝阳区建国路1号；John Smith, 12 High Street, +44 20 7946 0958\n"
"""Read before the time is taken, once short and once long: a process opens its patterns, tables
and models once."""


def _opening() -> float:
    """Seconds for what a process does once."""
    start = time.process_time()
    from mingjian.detect.privacy.scan import scan

    scan(_FIRST)
    scan(_FIRST * 60)
    return time.process_time() - start


def _ours(text: str) -> tuple[float, int]:
    from mingjian.detect.privacy.scan import scan
    from mingjian.detect.privacy.tally import Tally

    start = time.process_time()
    tally = Tally()
    table = None
    for line in text.splitlines(keepends=True):
        hits, table = scan(line, table)
        tally.add(hits, line, 0)
    tally.finish()
    return time.process_time() - start, sum(tally.total.values())


def _whole(text: str) -> float:
    """Seconds for the whole text at once, the least of three rounds: the machine is shared."""
    from mingjian.detect.privacy.scan import scan

    rounds = []
    for _ in range(3):
        start = time.process_time()
        scan(text)
        rounds.append(time.process_time() - start)
    return min(rounds)


def _short_message() -> float:
    """Microseconds for a message of 100 characters that holds nothing."""
    from mingjian.detect.privacy.personal_information import PersonalInformation
    from mingjian.testing import text_evidence

    detector = PersonalInformation({})
    evidence = text_evidence(
        ("您好，会议改到明天下午三点，请带上季度报告，谢谢大家的配合。" * 4)[:100]
    )
    times = []
    for _ in range(2000):
        start = time.perf_counter()
        list(detector.examine(evidence))
        times.append(time.perf_counter() - start)
    return sorted(times)[1000] * 1e6


def _table_memory() -> str:
    """Anonymous memory in the first and the last fifth of a large table, and the speed."""
    from mingjian.detect.privacy.personal_information import PersonalInformation
    from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
    from mingjian.intake.content import FileContent

    memory: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            memory.append(_anonymous())

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        _write_table(path, TABLE_MB * 1_000_000)
        table = Evidence(
            sha256="",
            sm3="",
            size=path.stat().st_size,
            path="orders.csv",
            identity=Identity(kind=EvidenceKind.DATASET, format="csv", encoding="utf-8"),
            content=FileContent(path),
        )
        detector = PersonalInformation({})
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        start = time.process_time()
        counted = next(iter(detector.examine(table)))
        seconds = time.process_time() - start
        done.set()
        watcher.join()
    counts = counted.details["counts"]
    assert isinstance(counts, dict)
    fifth = max(1, len(memory) // 5)
    return (
        f"A table of {TABLE_MB} MB, read in blocks: at most {max(memory[:fifth]):.0f} MiB of "
        f"anonymous memory in its first fifth, {max(memory[-fifth:]):.0f} MiB in its last; "
        f"{TABLE_MB / seconds:.2f} MB/s; {sum(counts.values())} distinct items."
    )


def _anonymous() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


def _write_table(path: Path, size: int) -> None:
    """Orders with goods and amounts; each of 20,000 persons comes again and again."""
    from privacy_families import Draw

    draw, random_ = Draw(21), random.Random(21)
    persons = [f"{draw.name()},{draw.mobile()}" for _ in range(20_000)]
    goods = ("保温杯", "蓝牙耳机", "运动鞋", "台灯", "电饭煲", "雨伞", "书包", "充电器")
    written, number = 0, 0
    with path.open("w", encoding="utf-8") as out:
        written += out.write("序号,商品,数量,金额,姓名,手机,备注\n")
        while written < size:
            number += 1
            row = (
                f"{number},{random_.choice(goods)},{random_.randint(1, 9)},"
                f"{random_.randint(100, 99999) / 100:.2f},{random_.choice(persons)},"
                "请在工作日送货，放在门卫处即可，谢谢\n"
            )
            out.write(row)
            written += len(row.encode())


def _presidio(texts: dict[str, str]) -> dict[str, list[float]] | str:
    python = os.environ.get("BENCH_PYTHON")
    if not python:
        return "BENCH_PYTHON is not set"
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (name, text) in enumerate(texts.items()):
            path = Path(folder) / f"{number}.txt"
            path.write_text(text, encoding="utf-8")
            paths[str(path)] = name
        done = subprocess.run(
            [python, "-c", _PRESIDIO, *paths], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "failed"
        return {paths[path]: value for path, value in json.loads(done.stdout).items()}


def main() -> None:
    opening = _opening()
    texts = _texts()
    theirs = _presidio(texts)
    rows = []
    for name, text in texts.items():
        size = len(text.encode()) / 1e6
        by_line, found = _ours(text)
        whole = _whole(text)
        row = [name, f"{size:.1f}", f"{size / whole:.2f}", f"{size / by_line:.2f}", found]
        if isinstance(theirs, str):
            row += ["not run", ""]
        else:
            seconds, count = theirs[name]
            row += [f"{size / seconds:.2f}", int(count)]
        rows.append(row)
    notes = [
        f"A message of 100 characters without personal information: {_short_message():.0f} µs.",
        f"Opening patterns, tables and models, once a process: {opening:.2f} s, not counted above.",
        _table_memory(),
    ]
    if isinstance(theirs, str):
        notes.append(f"Presidio was not run: {theirs}.")
    print(
        json.dumps(
            {
                "title": "Personal information: speed on one core",
                "how": "Invented texts (training/privacy_families.py, benign pages of the tests); "
                "CPU seconds of one process, the whole text best of three; presidio-analyzer's "
                "pattern recognisers without a language model, line by line.",
                "columns": [
                    "text",
                    "MB",
                    "Mingjian MB/s, whole",
                    "Mingjian MB/s, line by line",
                    "items",
                    "presidio MB/s, line by line",
                    "items (its own kinds)",
                ],
                "rows": rows,
                "notes": notes,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
