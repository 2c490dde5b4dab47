"""Lists of known content: a hash or fingerprint and a label for each, nothing else.

Read from CSV (`hash,label`, one a line, the heading optional), from JSON (a list of objects with
`hash` and `label`, or an object of label by hash), and from what `mingjian examine FOLDER --json`
printed (the label is then the path). Written as CSV or JSON. One file may hold pictures and
recordings: each detector takes what has its form and passes over the rest.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from mingjian.detect.contract import Unavailable
from mingjian.domain.message import Message

MAX_BYTES: Final = 256 << 20
LONGEST_LABEL: Final = 200
UNREADABLE: Final = (OSError, ValueError, csv.Error, RecursionError, MemoryError)
"""What reading a list may raise where there is none, or it is none."""

Entry = tuple[str, str]
"""Hash and label."""


@dataclass(frozen=True, slots=True)
class Form:
    """What an entry of one kind looks like."""

    pattern: re.Pattern[str]
    """The whole hash, in small letters."""
    signal: str
    """Findings of this signal hold it as `details.hash`."""


@contextmanager
def readable(what: Message) -> Iterator[None]:
    """A list of `what` that cannot be read makes the detector unavailable, and it says so."""
    try:
        yield
    except UNREADABLE as error:
        raise Unavailable(
            Message(
                f"{what.zh}清单无法读取（{type(error).__name__}）；"
                "需要每行为 hash,label 的 CSV，或 JSON",
                f"the list of {what.en} could not be read ({type(error).__name__}); it must be a "
                "CSV with lines hash,label, or JSON",
            )
        ) from None


class ListFile(ABC):
    """A list kept in a file. Lines appended to a CSV are read before the next search."""

    form: ClassVar[Form]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._changed = 0
        self._start = b""
        self._ended = False
        self.clear()
        self.renew()

    def __len__(self) -> int:
        return len(self.labels)

    def clear(self) -> None:
        """Forget all entries: the file was written anew."""
        self.labels: list[str] = []
        self.empty()

    def add(self, entries: list[Entry]) -> None:
        """Take in entries, numbered as they come."""
        if entries:
            self.take([digest for digest, _ in entries])
            self.labels += [sys.intern(label) for _, label in entries]

    @abstractmethod
    def empty(self) -> None:
        """Begin an index without hashes."""

    @abstractmethod
    def take(self, hashes: list[str]) -> None:
        """Take hashes into the index; raise `ValueError` where they are too many."""

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
        entries = list(read(data, self.form))
        if not grown:
            if not entries:
                raise ValueError("no hash of this form in the list")
            self.clear()
        self.add(entries)
        self._read_to, self._changed = state.st_size, state.st_mtime_ns
        self._start, self._ended = start, data.endswith(b"\n")


def read(data: bytes, form: Form) -> Iterator[Entry]:
    """The entries of `form` in a list of any kind; what has no such hash is passed over.

    Raises `ValueError` for bytes that are no list.
    """
    text = data.decode("utf-8-sig")
    is_json = text.lstrip()[:1] in ("{", "[")
    for digest, label in _of_json(json.loads(text), form) if is_json else _of_csv(text):
        digest = digest.strip().lower()
        if form.pattern.fullmatch(digest):
            yield digest, label.strip()[:LONGEST_LABEL]


def _of_csv(text: str) -> Iterator[Entry]:
    for row in csv.reader(io.StringIO(text)):
        if row:
            yield row[0], row[1] if len(row) > 1 else ""


def _of_json(value: object, form: Form) -> Iterator[Entry]:
    waiting: list[tuple[object, str]] = [(value, "")]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            waiting += [(item, path) for item in reversed(value)]
        elif isinstance(value, Mapping):
            path = str(value["path"]) if isinstance(value.get("path"), str) else path
            details = value.get("details")
            if value.get("signal") == form.signal and isinstance(details, Mapping):
                yield str(details.get("hash", "")), path
            elif isinstance(value.get("hash"), str):
                yield str(value["hash"]), str(value.get("label") or "")
            else:
                for key, item in value.items():
                    if isinstance(item, str) and form.pattern.fullmatch(str(key).lower()):
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
