"""Texts with names marked that training/privacy_names.py learns from (see there)."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from privacy_names_draw import Spans
from privacy_names_lists import COMPOUND

ROOT = Path(__file__).parent.parent


def shared(folder: Path, name: str) -> list[tuple[str, Spans, Spans]]:
    table = folder / f"data/text/{name}.parquet"
    rows = duckdb.sql(f"select text, spans from '{table}' where split = 'train'").fetchall()
    return [
        (text, {(a, b) for a, b, kind in json.loads(spans) if kind.lower() == "name"}, set())
        for text, spans in rows
    ]


def peoples_daily(path: Path) -> list[tuple[str, Spans, Spans]]:
    """Family and given name are tagged apart; single tags (a first name, 克林顿) are left out."""
    made = []
    fold = {0xFF10 + i: 0x30 + i for i in range(10)}
    for line in path.read_text("utf-8").splitlines():
        text, spans, skipped = "", set(), set()
        before: tuple[int, int] | None = None
        for token in line.split():
            word, _, tag = token.rpartition("/")
            start = len(text)
            text += word
            if tag != "nr":
                before = None
            elif (
                before is not None
                and before[1] == start
                and len(word) <= 2
                and (before[1] - before[0] == 1 or text[slice(*before)] in COMPOUND)
            ):
                spans.add((before[0], len(text)))
                skipped.discard(before)
                before = None
            else:
                before = (start, len(text))
                if len(word) > 1:
                    skipped.add(before)
        made.append((text.translate(fold), spans, skipped))
    return made


def own_documents() -> list[tuple[str, Spans, Spans]]:
    made: list[tuple[str, Spans, Spans]] = []
    for line in (ROOT / "tests/apart/privacy/set.jsonl").read_text("utf-8").splitlines():
        doc = json.loads(line)
        if doc["half"] == "tune":
            names = {(i["start"], i["end"]) for i in doc["items"] if i["kind"] == "name"}
            made.append((doc["text"], names, set()))
    return made
