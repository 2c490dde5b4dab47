"""How the numbers of claim.spread lie in the development set, by verdict: orientation, no scale.

    /work/venv-train/bin/python training/claim_spread.py ../shared/data/text/rumor_spread_zh.parquet

Prints quartiles for posts with a verdict of rumour and of no rumour, and how often a rumour's
number is the larger one (0.5 = the number tells nothing).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from mingjian.detect.claim.cascade import cascade
from mingjian.detect.claim.spread import _FACTS
from mingjian.detect.claim.spread_rows import read_spread
from mingjian.intake.records import read_records


def main(path: Path) -> None:
    """Read the table and print one line for each fact."""
    rows = list(read_records(path, ["label", "year", "delay_s", "parent"]))
    read = read_spread(rows)
    found = [cascade(one.delays, one.parents) for one in read.spreads]
    label = np.array([row["label"] == "rumor" for row in rows])
    year = np.array([row["year"] for row in rows])
    for name, value in _FACTS.items():
        known = np.array([np.nan if (v := value(one)) is None else v for one in found])
        has = ~np.isnan(known)
        line = [f"{name:18}"]
        for verdict in (True, False):
            quartiles = np.quantile(known[has & (label == verdict)], [0.25, 0.5, 0.75])
            line.append(" / ".join(f"{q:10.2f}" for q in quartiles))
        line.append(f"all {larger(known[has & label], known[has & ~label]):.2f}")
        for y in (2011, 2012, 2013, 2014):
            of_year = has & (year == y)
            line.append(f"{y} {larger(known[of_year & label], known[of_year & ~label]):.2f}")
        print("  ".join(line))


def larger(first: np.ndarray, second: np.ndarray) -> float:
    """How often a value of `first` is the larger one of a pair; ties count half."""
    if not len(first) or not len(second):
        return float("nan")
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, "left") + np.searchsorted(ordered, first, "right")
    return float(np.mean(below / 2 / len(second)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
