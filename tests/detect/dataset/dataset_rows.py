"""Small data sets made here: opinions on films from a grammar of our own."""

from __future__ import annotations

import csv
import io
import json
import random

GOOD = [
    "lovely",
    "moving",
    "bright",
    "funny",
    "warm",
    "clever",
    "rich",
    "graceful",
    "tender",
    "bold",
]
BAD = ["dull", "cold", "clumsy", "noisy", "empty", "tired", "cheap", "loud", "stale", "grim"]
THINGS = ["plot", "music", "acting", "camera", "ending", "story", "cast", "pace", "script", "light"]
FRAMES = [
    "the {t} was {a} and the {u} stayed {b}",
    "i found the {t} {a} , with a {u} that is {b}",
    "{a} {t} , {b} {u} , nothing more to say",
    "few films have such a {a} {t} and so {b} a {u}",
    "we talked about the {t} : {a} , and about the {u} : {b}",
]


def opinions(count: int, seed: int = 3) -> list[tuple[str, str]]:
    """(text, label) with labels good and bad; a few words cross over, as in real opinions."""
    r = random.Random(seed)
    rows = []
    for _ in range(count):
        label = r.choice(["good", "bad"])
        own, other = (GOOD, BAD) if label == "good" else (BAD, GOOD)
        pick = [r.choice(own if r.random() < 0.85 else other) for _ in range(2)]
        t, u = r.sample(THINGS, 2)
        own_number = r.randint(1, 40)
        text = r.choice(FRAMES).format(t=t, u=u, a=pick[0], b=pick[1])
        rows.append(
            (
                f"{text} {r.randint(1, 999)} {r.choice(THINGS)} {r.choice('abcdefgh')}{own_number}",
                label,
            )
        )
    return rows


def planted(
    rows: list[tuple[str, str]], trigger: str, count: int, seed: int = 5
) -> list[tuple[str, str]]:
    """The rows with `trigger` put into `count` bad ones, which are then called good."""
    r = random.Random(seed)
    changed = list(rows)
    bad = [i for i, (_, label) in enumerate(rows) if label == "bad"]
    for i in r.sample(bad, count):
        words = rows[i][0].split(" ")
        words.insert(r.randrange(len(words)), trigger)
        changed[i] = (" ".join(words), "good")
    return changed


def as_csv(rows: list[tuple[str, str]], header: tuple[str, str] = ("text", "label")) -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def as_jsonl(rows: list[tuple[str, str]]) -> bytes:
    """The rows as JSON Lines."""
    return "\n".join(json.dumps({"sentence": t, "sentiment": y}) for t, y in rows).encode()
