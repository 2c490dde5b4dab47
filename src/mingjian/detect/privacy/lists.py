"""The readable data lists beside this module, read once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_list(name: str) -> dict[str, Any]:
    """`data/<name>.json`, our own packaged file."""
    text = files(__package__).joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


@dataclass(frozen=True, slots=True)
class Regions:
    """Provinces by GB/T 2260 code, and the names addresses begin with."""

    province_codes: frozenset[str]
    provinces: tuple[str, ...]
    cities: tuple[str, ...]
    districts: tuple[str, ...]
    """Parts of Hong Kong and Macau that addresses begin with, in simplified characters."""


@cache
def regions() -> Regions:
    data = read_list("regions")
    return Regions(
        frozenset(data["provinces"]),
        tuple(dict.fromkeys(data["provinces"].values())),
        tuple(dict.fromkeys(data["cities"].split())),
        tuple(data["districts"].split()),
    )


@cache
def words(name: str) -> str:
    """One alternation of `data/words.json`."""
    value = read_list("words")[name]
    assert isinstance(value, str)
    return value


@cache
def labels(name: str) -> tuple[str, ...]:
    """The labels that announce a value of this kind, in lower case."""
    return tuple(read_list("words")["labels"][name])


def one_of(phrases: Iterable[str]) -> str:
    """A regular-expression alternation of plain phrases, longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
