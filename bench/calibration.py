"""Early warning held against series of known truth: the 42 scenarios, every method.

BENCH_CALIBRATION sets the replicates of each scenario (100). The same as
`mingjian warn calibrate`, which also draws the curves.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from mingjian.app.warn_calibrate import calibrated, chosen


def main() -> None:
    replicates = int(os.environ.get("BENCH_CALIBRATION", "100"))
    start = time.process_time()
    result: Any = calibrated(chosen(()), replicates, seed=1)
    rows = []
    for method in result["methods"]:
        for point in method["points"]:
            low, high = point["rate_95"]
            claimed = {one["nominal"]: one for one in method["claimed"]}.get(point["nominal"])
            rows.append(
                [
                    method["name"]["en"],
                    point["nominal"],
                    f"{point['rate']:.4f} ({low:.4f}-{high:.4f})",
                    f"{claimed['times_nominal']:.2f}" if claimed else "claims none",
                    f"{point['power']:.3f}",
                    point["delay_days"],
                ]
            )
    at = {
        method["name"]["en"]: ", ".join(
            f"{rate}: {'not reached' if power is None else f'{power:.2f}'}"
            for rate, power in method["power_at"].items()
        )
        for method in result["methods"]
    }
    print(
        json.dumps(
            {
                "title": "Early warning: calibration on the 42 scenarios",
                "how": f"{replicates} series a scenario, the last {result['weeks_watched']} weeks "
                "watched, four outbreaks in the past and one now; all methods see the same "
                f"series. {time.process_time() - start:.0f} s of processor time.",
                "columns": [
                    "method",
                    "nominal rate a week",
                    "false-alarm rate, all 42 (95 %)",
                    "times nominal, where a level is claimed",
                    "power, all 42",
                    "delay, days",
                ],
                "rows": rows,
                "notes": [
                    *(
                        f"{m['name']['en']} claims a level for: {m['claims']['en']}."
                        for m in result["methods"]
                    ),
                    *(
                        f"Power at equal false-alarm rates, {name}: {said}."
                        for name, said in at.items()
                    ),
                    result["provenance"]["en"],
                ],
            }
        )
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
