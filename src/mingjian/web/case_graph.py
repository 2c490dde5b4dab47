"""The ties of a case as a drawing: time runs down, each other case has a lane of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingjian.domain.record import Json

LANE = 120
"""Width of a lane."""
ROW = 34
"""Height of one event."""
LANES = 8
"""Other cases that get a lane; the table beside the drawing has all of them."""
NAME = 14
"""Characters of a case's name that fit above its lane."""


def graph(ties: Sequence[Json]) -> Json | None:
    """Where everything stands, in units of the drawing; None where there is nothing to draw.

    The case itself is the first lane. A tie that no longer stands is drawn dashed, and so is
    its undoing, which leads back.
    """
    rows: list[Any] = list(ties)
    others = list(dict.fromkeys(str(row["other"]) for row in rows))[:LANES]
    shown = [row for row in rows if row["other"] in others]
    if not shown:
        return None
    left, top = LANE // 2, 2 * ROW
    marks = []
    for number, row in enumerate(shown):
        away = row["kind"] in ("merged_into", "gave")
        marks.append(
            {
                "seq": row["seq"],
                "kind": row["kind"],
                "y": top + number * ROW,
                "x": left + (others.index(str(row["other"])) + 1) * LANE,
                # An undoing leads the other way round.
                "out": away != bool(row["undoes"]),
                "standing": row["standing"],
                "link": row["kind"] == "link",
            }
        )
    height = top + len(shown) * ROW
    return {
        "width": (len(others) + 1) * LANE,
        "height": height,
        "left": left,
        "lanes": [
            {
                "x": left + (number + 1) * LANE,
                "name": name if len(name) <= NAME else name[: NAME - 1] + "…",
                "from": min(
                    mark["y"]
                    for mark, row in zip(marks, shown, strict=True)
                    if row["other"] == name
                ),
                "case": name,
            }
            for number, name in enumerate(others)
        ],
        "marks": marks,
        "more": len(rows) - len(shown),
    }
