"""False alarms a year that a desk is told to expect, beside those that then came.

The desk is the invented one of tests/warn/test_expected.py: twenty series, weekly and daily, most
of them overdispersed, some with a season. Each desk has a past of its own; what is stated from it
is held against fresh years of the same series, judged live. BENCH_FALSE_ALARMS sets how many desks
there are (12).
"""

from __future__ import annotations

import json
import math
import os
import sys
import time

import numpy as np
from tests.warn.test_expected import DESK, desk, drawn

from mingjian.warn.expected import false_alarms
from mingjian.warn.judge import Settings, judged
from mingjian.warn.table import Series

DESKS = int(os.environ.get("BENCH_FALSE_ALARMS", "12"))
YEARS = 2


def came(series: list[Series], seed: int) -> int:
    """False alarms of `YEARS` fresh years, each going on from the same past."""
    rng, found = np.random.default_rng([seed, 99]), 0
    for each, kind in zip(series, DESK, strict=True):
        length = len(each.counts)
        for _ in range(YEARS):
            counts = np.concatenate([each.counts, drawn(rng, kind, length, each.a_year)])
            live = Series(each.name, each.first, each.pace, counts)
            found += sum(one.alarm for one in judged(live, range(length, len(counts)), Settings()))
    return found


def main() -> None:
    rows: list[list[object]] = []
    inside, stated_sum, came_sum, start = 0, 0.0, 0, time.process_time()
    for seed in range(100, 100 + DESKS):
        series = desk(seed)
        stated = false_alarms([(each, len(each.counts) - 1) for each in series], Settings())
        found = came(series, seed)
        low, high = YEARS * stated.low, YEARS * stated.high
        # The interval is of the expected number; what comes in a few years scatters besides.
        least, most = low - 1.96 * math.sqrt(low), high + 1.96 * math.sqrt(high)
        inside += least <= found <= most
        stated_sum, came_sum = stated_sum + stated.a_year, came_sum + found
        rows.append(
            [
                f"desk {seed - 99}",
                f"{stated.a_year:.1f} ({stated.low:.1f}-{stated.high:.1f})",
                f"{found / YEARS:.1f}",
                "yes" if low <= found <= high else "with scatter" if least <= found <= most
                else "no",
            ]
        )  # fmt: skip
    error = math.sqrt(came_sum) / YEARS / DESKS
    rows.append(
        [
            "mean",
            f"{stated_sum / DESKS:.2f}",
            f"{came_sum / YEARS / DESKS:.2f} (standard error {error:.2f})",
            f"{inside} of {DESKS}",
        ]
    )
    result = {
        "title": "Early warning: false alarms stated and false alarms that came",
        "how": f"{DESKS} desks of {len(DESK)} series, half a false alarm a year asked of each; "
        f"{YEARS} fresh years each. {time.process_time() - start:.0f} s of processor time.",
        "columns": ["desk", "stated a year (95 %)", "came a year", "within"],
        "rows": rows,
        "notes": [
            "Within: the mean of the fresh years lies in the stated interval, which is of the "
            "expected number; or it does once the Poisson scatter of so few years is counted in."
        ],
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
