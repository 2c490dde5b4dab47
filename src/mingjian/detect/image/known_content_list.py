"""The examiner's list of known pictures: hashes and labels, nothing else.

Read from CSV (`hash,label`, one picture a line, the heading optional), from JSON (a list of
objects with `hash` and `label`, or an object of label by hash), and from what
`mingjian examine FOLDER --json` printed (the label is then the path). Written as CSV or JSON.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mingjian.detect.learned.near_hashes import FARTHEST, NearHashes, words_of

MOST_KNOWN: Final = 2_000_000
MAX_BYTES: Final = 256 << 20
LONGEST_LABEL: Final = 200
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SIGNAL: Final = "image.content_hash"

Entry = tuple[str, str]
"""Hash (64 hexadecimal digits) and label."""


class KnownList:
    """The hashes of a file, searchable. Lines appended to a CSV are read before the next search."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._changed = 0
        self._start = b""
        self._ended = False
        self.index = NearHashes()
        self.labels: list[str] = []
        self.renew()

    def __len__(self) -> int:
        return len(self.labels)

    def renew(self) -> None:
        """Read what was added to the file; all of it where it was written anew.

        Raises `OSError` or `ValueError` where there is no list to read.
        """
        state = self._path.stat()
        if (state.st_size, state.st_mtime_ns) == (self._read_to, self._changed):
            return
        if state.st_size > MAX_BYTES:
            raise ValueError("the list is too large")
        with self._path.open("rb") as file:
            start = file.read(64)
            # A last line without its end may have been read half written: then all is read.
            grown = self._ended and state.st_size > self._read_to and start == self._start
            if start.lstrip()[:1] in (b"{", b"["):
                grown = False
            file.seek(self._read_to if grown else 0)
            data = file.read(state.st_size - file.tell())
        entries = list(read(data))
        if not grown:
            if not entries:
                raise ValueError("no hash of 64 hexadecimal digits in the list")
            self.index, self.labels = NearHashes(), []
        self._add(entries)
        self._read_to, self._changed = state.st_size, state.st_mtime_ns
        self._start, self._ended = start, data.endswith(b"\n")

    def _add(self, entries: list[Entry]) -> None:
        if len(self.labels) + len(entries) > MOST_KNOWN:
            raise ValueError("too many hashes in the list")
        if entries:
            self.index.add(words_of([digest for digest, _ in entries]))
            self.labels += [sys.intern(label) for _, label in entries]

    def near(self, own: object, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """(number, differing bits), the nearest first."""
        return self.index.near(own, farthest)  # type: ignore[arg-type]


def read(data: bytes) -> Iterator[Entry]:
    """The entries of a list in any of its forms; lines without a hash are passed over.

    Raises `ValueError` for bytes that are neither.
    """
    text = data.decode("utf-8-sig")
    rows = _of_json(json.loads(text)) if text.lstrip()[:1] in ("{", "[") else _of_csv(text)
    for digest, label in rows:
        digest = digest.strip().lower()
        if _HASH.fullmatch(digest):
            yield digest, label.strip()[:LONGEST_LABEL]


def _of_csv(text: str) -> Iterator[Entry]:
    for row in csv.reader(io.StringIO(text)):
        if row:
            yield row[0], row[1] if len(row) > 1 else ""


def _of_json(value: object) -> Iterator[Entry]:
    waiting: list[tuple[object, str]] = [(value, "")]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            waiting += [(item, path) for item in reversed(value)]
        elif isinstance(value, Mapping):
            path = str(value["path"]) if isinstance(value.get("path"), str) else path
            details = value.get("details")
            if value.get("signal") == _SIGNAL and isinstance(details, Mapping):
                yield str(details.get("hash", "")), path
            elif isinstance(value.get("hash"), str):
                yield str(value["hash"]), str(value.get("label") or "")
            else:
                for key, item in value.items():
                    if isinstance(item, str) and _HASH.fullmatch(str(key).lower()):
                        yield str(key), item
                waiting += [(item, path) for item in reversed(list(value.values()))]


def as_csv(entries: Iterable[Entry]) -> str:
    """A list as CSV, with its heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("hash", "label"))
    writer.writerows(entries)
    return out.getvalue()


def as_json(entries: Iterable[Entry]) -> str:
    """A list as JSON: objects with `hash` and `label`."""
    rows = [{"hash": digest, "label": label} for digest, label in entries]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
