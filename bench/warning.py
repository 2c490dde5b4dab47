"""Early warning: Farrington flexible beside R's surveillance package, and many series at once.

The same invented series, the same 150 weeks and settings, in one run; processor time without
start-up. R is asked for only if `Rscript` and the package are here (Debian: r-base-core,
r-cran-surveillance).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mingjian.warn.farrington import Farrington, farrington, farrington_now
from mingjian.warn.seasons import Calendar

WEEKS, LENGTH, SERIES = 150, 420, 10_000
R = """
suppressMessages(library(surveillance))
x <- scan("{file}", quiet = TRUE)
s <- sts(observed = x, frequency = 52)
control <- list(range = {first}:{last}, b = 3, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26,
                pThresholdTrend = 1, alpha = 0.01, thresholdMethod = "nbPlugin")
start <- proc.time()
r <- farringtonFlexible(s, control)
spent <- proc.time() - start
cat(sum(spent[1:2]), sum(alarms(r)), as.character(packageVersion("surveillance")), "\\n")
"""


def _counts(rng: np.random.Generator, rows: int) -> np.ndarray:
    week = np.arange(LENGTH)
    season = 0.5 * np.sin(2 * np.pi * week / 52)
    level = rng.uniform(-0.5, 3, (rows, 1))
    return rng.negative_binomial(4, 4 / (4 + np.exp(level + season))).astype(float)


def _reference(counts: np.ndarray) -> tuple[float, str, str] | None:
    """Seconds, alarms and version of R's run; None without R or the package."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "x.txt", Path(folder) / "x.R"
        data.write_text(" ".join(str(int(value)) for value in counts))
        text = R.format(file=data, first=LENGTH - WEEKS + 1, last=LENGTH)
        script.write_text(text)
        done = subprocess.run(["Rscript", str(script)], capture_output=True, text=True)
    if done.returncode:
        return None
    seconds, alarms, version = done.stdout.split()
    return float(seconds), alarms, version


def main() -> None:
    rng = np.random.default_rng(5)
    one = _counts(rng, 1)[0]
    weeks = range(LENGTH - WEEKS, LENGTH)
    farrington(one, weeks[:2], Farrington(), Calendar())
    start = time.process_time()
    found = farrington(one, weeks, Farrington(), Calendar())
    ours = time.process_time() - start
    rows = [["one series, Mingjian", WEEKS, f"{ours:.3f}", f"{ours / WEEKS * 1e3:.2f}", "1"]]
    alarms = sum(week.alarm for week in found)
    notes = [f"Alarms: Mingjian {alarms}."]
    reference = _reference(one)
    if reference is None:
        notes.append("R with surveillance is not installed here: not compared.")
    else:
        seconds, theirs, version = reference
        each = f"{seconds / WEEKS * 1e3:.2f}"
        rows.append([f"one series, R surveillance {version}", WEEKS, f"{seconds:.3f}", each, ""])
        rows[0][4] = f"{seconds / ours:.0f} times as fast"
        notes = [f"Alarms: Mingjian {alarms}, R {theirs}."]
    table = _counts(rng, SERIES)
    start, wall = time.process_time(), time.perf_counter()
    for first in range(0, SERIES, 1_000):
        farrington_now(table[first : first + 1_000], LENGTH - 1, Farrington(), Calendar())
    spent, wall = time.process_time() - start, time.perf_counter() - wall
    rows.append(
        [f"the present week of {SERIES:,} series", SERIES, f"{spent:.1f}",
         f"{spent / SERIES * 1e3:.2f}", f"{wall:.1f} s of wall time on one core"]
    )  # fmt: skip
    result = {
        "title": "Early warning: Farrington flexible",
        "how": "Invented weekly counts with a season; 3 years of history, 10 periods, "
        "negative-binomial bound. Processor time.",
        "columns": ["what", "points", "seconds", "ms a point", "note"],
        "rows": rows,
        "notes": notes,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
