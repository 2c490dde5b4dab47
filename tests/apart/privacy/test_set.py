"""The labelled set is what its README says; its check digits are computed here a second time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DOCS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "set.jsonl").read_text("utf-8").splitlines()
]


def _plain(value: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in value if c not in " -")


def _luhn(value: str) -> bool:
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    backwards = [int(digit) for digit in reversed(value)]
    return (sum(backwards[::2]) + sum(doubled[digit] for digit in backwards[1::2])) % 10 == 0


def _resident(value: str) -> bool:
    if len(value) == 15:
        return True
    # ISO 7064 MOD 11-2 from the front, not with the table of weights.
    rest = 0
    for sign in value:
        rest = (rest * 2 + (10 if sign in "xX" else int(sign))) % 11
    return len(value) == 18 and rest == 1


def _iban(value: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in value[4:] + value[:4])) % 97 == 1


def _uscc(value: str) -> bool:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
    return sum(signs.index(s) * w for s, w in zip(value, weights, strict=True)) % 31 == 0


CHECKS = {
    "resident_id": _resident,
    "bank_card": _luhn,
    "card_international": _luhn,
    "iban": _iban,
    "uscc": _uscc,
}


def test_it_is_made_by_build_from_the_templates() -> None:
    done = subprocess.run([sys.executable, str(HERE / "build.py"), "--check"], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("resident_id", "11010519491231002X", "110105194912310021"),
        ("bank_card", "4111111111111111", "4111111111111112"),
        ("iban", "GB82WEST12345698765432", "GB83WEST12345698765432"),
        ("uscc", "91350100M000100Y43", "91350100M000100Y44"),
    ],
)
def test_published_examples(kind: str, right: str, wrong: str) -> None:
    assert CHECKS[kind](right)
    assert not CHECKS[kind](wrong)


def test_items_stand_where_they_say_and_check() -> None:
    for doc in DOCS:
        end = 0
        for item in doc["items"]:
            assert doc["text"][item["start"] : item["end"]] == item["value"], doc["id"]
            assert item["value"] == item["value"].strip(), doc["id"]
            assert item["start"] >= end, doc["id"]
            end = item["end"]
            check = CHECKS.get(item["kind"])
            assert check is None or check(_plain(item["value"])), (doc["id"], item)


def test_size_and_halves() -> None:
    assert len(DOCS) >= 450
    assert len({doc["id"] for doc in DOCS}) == len(DOCS)
    assert min(Counter(doc["source"] for doc in DOCS).values()) >= 40
    benign = [doc for doc in DOCS if doc["source"].endswith("_benign")]
    assert not any(doc["items"] for doc in benign)
    half_of: dict[str, str] = {}
    for doc in DOCS:
        template = doc["id"].rsplit("-", 1)[0]
        assert half_of.setdefault(template, doc["half"]) == doc["half"]
