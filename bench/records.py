"""A million short records through `mingjian examine --records`: rate and memory over time."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from pathlib import Path

from bench._measure import measure

COUNT = int(os.environ.get("BENCH_RECORDS", "1000000"))

WORDS = [
    "您好", "快递", "明天", "到达", "请", "查收", "会议", "改到", "下午", "三点", "谢谢", "收到",
    "项目", "进度", "已经", "更新", "order", "shipped", "tomorrow", "please", "confirm", "thanks",
]  # fmt: skip


def _text(random_: random.Random) -> str:
    text = " ".join(random_.choices(WORDS, k=random_.randint(6, 18)))
    roll = random_.random()
    if roll < 0.02:
        text += f" 联系电话 1{random_.choice('3578')}{random_.randrange(10**9):09d}"
    elif roll < 0.04:
        text += f" https://shop{random_.randrange(1000)}.example/a?id={random_.randrange(10**6)}"
    return text


def main() -> None:
    random_ = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "records.csv"
        with table.open("w", encoding="utf-8") as file:
            file.write("id,text\n")
            for number in range(COUNT):
                file.write(f"{number},{_text(random_)}\n")
        out = Path(folder) / "out.jsonl"
        done = measure(
            [
                sys.executable,
                "-m",
                "mingjian.cli.main",
                "examine",
                "--records",
                str(table),
                "--text-field",
                "text",
                "--id-field",
                "id",
                "--as",
                "message",
                "--out",
                str(out),
            ],
            env={**os.environ, "MINGJIAN_HOME": str(Path(folder) / "home")},
        )
        lines = sum(1 for _ in out.open("rb")) if out.exists() else 0
        size = out.stat().st_size if out.exists() else 0
    cores = os.cpu_count() or 1
    print(
        json.dumps(
            {
                "title": "Records: a table of short messages",
                "how": f"{COUNT:,} synthetic messages of 20 to 120 characters in a CSV.",
                "columns": ["what", "value"],
                "rows": [
                    ["lines written", f"{lines:,}"],
                    ["exit code", done.code],
                    ["seconds", f"{done.seconds:.0f}"],
                    ["records/s", f"{COUNT / done.seconds:,.0f}"],
                    ["records/s per core", f"{COUNT / done.seconds / cores:,.0f}"],
                    ["output, MB", f"{size / 1e6:,.0f}"],
                    [
                        "peak memory in the first fifth, all processes, MiB",
                        f"{done.peak_between(0, 0.2):.0f}",
                    ],
                    ["peak memory in the last fifth, MiB", f"{done.peak_between(0.8, 1):.0f}"],
                ],
            }
        )
    )


if __name__ == "__main__":
    main()
