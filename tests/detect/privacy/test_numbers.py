"""Which numbers are read in which forms, and where: as they were before they were read faster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.detect.privacy import gates, numbers
from mingjian.detect.privacy.numbers import find_numbers

WRITTEN: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("numbers.json").read_text("utf-8")
)


@pytest.mark.parametrize("long", [0, 1 << 40], ids=["in arrays", "one by one"])
@pytest.mark.parametrize("line", WRITTEN)
def test_a_number_is_read_where_it_was(
    line: str, long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "LONG", long)
    monkeypatch.setattr(numbers, "LONG", long)
    found = [f"{hit.kind} {hit.start}-{hit.end} {hit.value}" for hit in find_numbers(line)]
    gates.forget()
    assert found == WRITTEN[line]
