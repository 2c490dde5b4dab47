"""Where in the bytes of an item findings point: a strip of its whole length, and a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mingjian.domain.record import Json

WIDTH = 640.0
THINNEST = 3.0
"""A range is drawn at least so wide: one byte of a gigabyte is still seen."""
MOST = 100
"""Ranges shown."""


def byte_map(record: Mapping[str, Any]) -> Json | None:
    """The ranges in order of place, each once; None where no finding points at bytes."""
    size = int(record["size"])
    found: dict[tuple[int, int, str], Json] = {}
    for start, end, finding, link in _ranges(record):
        start, end = max(0, min(start, size)), max(0, min(end, size))
        if start < end:
            found.setdefault(
                (start, end, finding["signal"]),
                {
                    "start": start,
                    "end": end,
                    "signal": finding["signal"],
                    "because": link or finding["because"],
                    "quiet": finding["quiet"],
                },
            )
    if not found:
        return None
    rows = [_placed(found[key], size) for key in sorted(found)]
    return {"width": WIDTH, "size": size, "rows": rows[:MOST], "of": len(rows)}


def _ranges(record: Mapping[str, Any]) -> Iterator[tuple[int, int, Any, Any]]:
    """Start, end, finding, and where a step of a chain is meant, what it does."""
    for one in record["examinations"]:
        for finding in one["findings"]:
            for place in finding["where"]:
                if place["type"] == "bytes":
                    yield place["start"], place["end"], finding, None
            for exhibit in finding["exhibits"]:
                if exhibit["type"] == "bytes":
                    for mark in exhibit["marks"]:
                        yield mark["start"], mark["end"], finding, None
                elif exhibit["type"] == "chain":
                    for link in exhibit["links"][:MOST]:
                        yield link["offset"], link["offset"] + 1, finding, link["meaning"]


def _placed(row: Json, size: int) -> Json:
    start, end = int(str(row["start"])), int(str(row["end"]))
    width = max((end - start) / size * WIDTH, THINNEST)
    return {**row, "x": round(min(start / size * WIDTH, WIDTH - width), 1), "w": round(width, 1)}
