"""Paths that scanners ask for, by product and family of flaw, kept as data (`probes.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from mingjian.domain.message import Message

Kind = Literal["secret", "exploit", "device", "shell", "product"]
LONGEST = 400
"""Characters of a decoded target that are read."""
_KEY = 4
_DOORS = frozenset({"secret", "exploit", "device", "shell"})
_STATIC = (".png", ".jpg", ".jpeg", ".gif", ".css", ".js", ".svg", ".ico", ".woff", ".woff2")


@dataclass(frozen=True, slots=True)
class Family:
    """Paths of one kind. `secret`: never meant for the public; `exploit`, `device`, `shell`:
    known flaws and back doors; `product`: pages that are ordinary where the product stands."""

    id: str
    kind: Kind
    name: Message


@lru_cache(maxsize=1)
def _table() -> dict[str, list[tuple[str, bool, Family]]]:
    """By the first characters: the path, whether it must end there, and its family."""
    text = files("mingjian.detect.traffic").joinpath("probes.json").read_text("utf-8")
    found: dict[str, list[tuple[str, bool, Family]]] = {}
    for one in json.loads(text)["families"]:
        family = Family(one["id"], one["kind"], Message(one["zh"], one["en"]))
        for path in " ".join(one["paths"]).split():
            whole = path.removesuffix("$")
            found.setdefault(whole[:_KEY], []).append((whole, whole != path, family))
    for paths in found.values():
        paths.sort(key=lambda entry: -len(entry[0]))
    return found


def _ends(text: str, end: int, exactly: bool) -> bool:
    rest = text[end : end + 2]
    if exactly:
        return rest[:1] in ("", "?") or rest in ("/", "/?")
    last = text[end - 1]
    return not (last.isalpha() and (rest[:1].isalpha() or rest[:1] in ("-", "_")))


def probed(target: str, status: int) -> Family | None:
    """The family of the probed path in a decoded, lower-case target, products last; or None.

    Pictures and styles that the server has are no probes, whatever they are called.
    """
    text = target[:LONGEST].replace("//", "/")
    path = text.partition("?")[0]
    if status < 400 and path.endswith(_STATIC):
        return None
    table = _table()
    start, product = text.find("/"), None
    while 0 <= start < len(path):
        for whole, exactly, family in table.get(text[start : start + _KEY], ()):
            if text.startswith(whole, start) and _ends(text, start + len(whole), exactly):
                word = exactly and "." not in whole and family.kind in _DOORS
                if start and word and whole.count("/") == 1:
                    continue  # a word like any other further down: /blog/tags/shell
                if family.kind != "product":
                    return family
                product = product or family
        start = text.find("/", start + 1)
    return product
