"""The examiner's list of known pictures: hash, first seen, note."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_KNOWN = 1_000_000
MAX_BYTES = 256 << 20
_HASH = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A list of pictures seen before; entry i has hash i, when and the note."""

    hashes: NDArray[np.uint64]
    seen: tuple[str, ...]
    notes: tuple[str, ...]


def read_known(data: bytes) -> Known:
    """A CSV with the columns hash, first_seen and note, or the JSON that `mingjian examine
    --json` printed for pictures (notes are then the paths).

    Raises `ValueError` where there is no hash of 16 hexadecimal digits in it.
    """
    import numpy as np

    text = data.decode("utf-8-sig")
    rows = _of_json(text) if text.lstrip()[:1] in "{[" else _of_csv(text)
    hashes, seen, notes = [], [], []
    for digest, first_seen, note in rows:
        digest = digest.strip().lower()
        if _HASH.fullmatch(digest):
            hashes.append(int(digest, 16))
            seen.append(first_seen.strip()[:40])
            notes.append(note.strip()[:200])
        if len(hashes) > MOST_KNOWN:
            raise ValueError("too many hashes in the list")
    if not hashes:
        raise ValueError("no hash in the list")
    return Known(hashes=np.array(hashes, dtype=np.uint64), seen=tuple(seen), notes=tuple(notes))


def _of_csv(text: str) -> Iterator[tuple[str, str, str]]:
    for row in csv.DictReader(text.splitlines()):
        field = {str(key).strip().lower(): str(value or "") for key, value in row.items()}
        yield field.get("hash", ""), field.get("first_seen", ""), field.get("note", "")


def _of_json(text: str) -> Iterator[tuple[str, str, str]]:
    """Every `details.hash` of a finding `claim.image_hash`, with the path of its evidence."""
    read = json.loads(text)
    open_values: list[tuple[object, str]] = [(read, "")]
    while open_values:
        value, path = open_values.pop()
        if isinstance(value, list):
            open_values += [(item, path) for item in reversed(value)]
        elif isinstance(value, dict):
            path = str(value["path"]) if isinstance(value.get("path"), str) else path
            details = value.get("details")
            if value.get("signal") == "claim.image_hash" and isinstance(details, Mapping):
                yield str(details.get("hash", "")), "", path
            else:
                open_values += [(item, path) for item in reversed(list(value.values()))]
