"""From the command to the result: one short text, beside what loading the detectors takes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
LOAD = (
    "from mingjian.app.pipeline import workbench; from mingjian.app.settings import Settings; "
    "workbench(Settings().examination_options())"
)


def _seconds(command: list[str], home: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *command],
        check=True,
        capture_output=True,
        env={**os.environ, "MINGJIAN_HOME": str(home)},
    )
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "message.txt"
        text.write_text("您的包裹因地址不详无法投递，请于今日内补填。", "utf-8")
        commands = {
            "mingjian --version": ["-m", "mingjian", "--version"],
            "loading the detectors, one process": ["-c", LOAD],
            "mingjian examine, one short text": ["-m", "mingjian", "examine", str(text)],
        }
        measured: dict[str, list[float]] = {name: [] for name in commands}
        # One after the other in every round, so that a slow moment of the machine meets all.
        for number in range(ROUNDS):
            for name, command in commands.items():
                measured[name].append(_seconds(command, Path(folder) / f"home{number}"))
    rows = [
        [name, f"{min(times):.2f}", f"{statistics.median(times):.2f}"]
        for name, times in measured.items()
    ]
    print(
        json.dumps(
            {
                "title": "Start: from the command to the result",
                "how": "An examination loads the detectors twice: the process that keeps the "
                f"records and the sandboxed one, side by side. {ROUNDS} rounds.",
                "columns": ["command", "seconds, least", "median"],
                "rows": rows,
                "notes": [],
            }
        )
    )


if __name__ == "__main__":
    main()
