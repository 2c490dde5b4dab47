"""The names a facts file may use, read from `data/facts.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mingjian.domain.message import Message

Kind = Literal["number", "yes_no", "choice"]
Value = float | bool | str
YES = Message("是", "yes")
NO = Message("否", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWord:
    """One fact: what it is called, what is asked for it, and which values it takes."""

    id: str
    kind: Kind
    name: Message
    ask: Message
    unit: Message | None
    choices: Mapping[str, Message]
    """Of a choice, from the least grave to the gravest where it is `ordered`."""
    ordered: bool

    def rank(self, value: Value) -> float:
        """How much harm a value stands for, on this fact's own scale."""
        if self.kind == "choice":
            return list(self.choices).index(str(value))
        return float(value)

    def said(self, value: Value) -> Message:
        """A value in words: ``1,200,000 人`` / ``1,200,000``, ``5 %``, ``yes``, ``city``."""
        if self.kind == "choice":
            return self.choices[str(value)]
        if self.kind == "yes_no":
            return YES if value else NO
        number = f"{float(value):,.10g}"
        if self.unit is None:
            return Message(number, number)
        # English names of facts hold their unit ("hours the site was down"), sums do not.
        unit = f" {self.unit.en}" if self.unit.en in ("%", "CNY") else ""
        return Message(f"{number} {self.unit.zh}", f"{number}{unit}")


def message(value: Mapping[str, Any]) -> Message:
    """A message from its JSON form."""
    return Message(str(value["zh"]), str(value["en"]))


def data(name: str) -> Any:
    """A file of `data/`."""
    return json.loads((files(__package__) / "data" / name).read_text("utf-8"))


@cache
def fact_words() -> Mapping[str, FactWord]:
    return {
        name: FactWord(
            id=name,
            kind=item["kind"],
            name=message(item["name"]),
            ask=message(item["ask"]),
            unit=message(item["unit"]) if "unit" in item else None,
            choices={key: message(choice) for key, choice in item.get("choices", {}).items()},
            ordered=item.get("ordered", True),
        )
        for name, item in data("facts.json").items()
    }
