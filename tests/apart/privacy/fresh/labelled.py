"""Reads the documents of this set: text with its labels inside, `[[name:张伟]]`.

`[[name:…]]` and `[[address:…]]` are items; `[[~:…]]` is neutral. What is labelled once is labelled
wherever it stands in the same document, so that a second mention need not be marked; a part of a
labelled name alone (曲先生, Hanson) is neutral.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

DOCUMENTS = Path(__file__).with_name("documents")
MARK = re.compile(r"\[\[(name|address|~):([^\]]+)\]\]")
HAN_NAME = re.compile(r"[一-鿿]{2,5}")
TITLE = "某|先生|女士|老师|总|经理|主任|师傅|阿姨|叔叔"


def documents() -> Iterator[dict[str, object]]:
    """Every document: id, source (the file), text, items and neutral, as in the other set."""
    for path in sorted(DOCUMENTS.glob("*.txt")):
        for number, marked in enumerate(path.read_text("utf-8").split("===\n")[1:]):
            yield labelled(f"{path.stem}-{number:02d}", path.stem, marked.strip("\n"))


def labelled(name: str, source: str, marked: str) -> dict[str, object]:
    text, items, neutral, at = "", [], [], 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        place = (mark[1], len(text), len(text) + len(mark[2]))
        text += mark[2]
        at = mark.end()
        if mark[1] == "~":
            neutral.append(place)
        else:
            items.append(place)
    text += marked[at:]
    items += list(_again(text, items))
    neutral += list(_parts(text, items))
    return {
        "id": name,
        "source": source,
        "text": text,
        "items": [
            {"kind": kind, "start": start, "end": end, "value": text[start:end]}
            for kind, start, end in sorted(items, key=lambda item: item[1])
        ],
        "neutral": [list(place) for place in neutral],
    }


Place = tuple[str, int, int]


def _again(text: str, items: list[Place]) -> Iterator[Place]:
    taken = [False] * len(text)
    for _, start, end in items:
        taken[start:end] = [True] * (end - start)
    for kind, value in sorted({(kind, text[start:end]) for kind, start, end in items}):
        for more in re.finditer(re.escape(value), text):
            if not any(taken[more.start() : more.end()]):
                taken[more.start() : more.end()] = [True] * len(value)
                yield kind, more.start(), more.end()


def _parts(text: str, items: list[Place]) -> Iterator[Place]:
    for kind, start, end in items:
        if kind != "name":
            continue
        value = text[start:end]
        if HAN_NAME.fullmatch(value):
            parts = [f"{value[:count]}(?:{TITLE})" for count in (1, 2)]
        else:
            parts = [rf"\b{re.escape(word)}\b" for word in re.findall(r"[\w'-]{3,}", value)]
        for part in parts:
            for more in re.finditer(part, text):
                if not any(s < more.end() and more.start() < e for _, s, e in items):
                    yield "~", more.start(), more.end()
