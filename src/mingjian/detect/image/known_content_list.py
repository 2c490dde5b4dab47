"""The examiner's list of known pictures: 256-bit hashes and labels, searchable."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from mingjian.detect.learned.known_lists import Entry, Form, ListFile
from mingjian.detect.learned.near_hashes import FARTHEST, NearHashes, words_of

MOST_KNOWN: Final = 2_000_000
FORM: Final = Form(re.compile(r"[0-9a-f]{64}"), "image.content_hash")


class KnownList(ListFile):
    """The hashes of a file, searchable."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, FORM)
        self.clear()
        self.renew()

    def __len__(self) -> int:
        return len(self.labels)

    def clear(self) -> None:
        self.index = NearHashes()
        self.labels: list[str] = []

    def add(self, entries: list[Entry]) -> None:
        if len(self.labels) + len(entries) > MOST_KNOWN:
            raise ValueError("too many hashes in the list")
        if entries:
            self.index.add(words_of([digest for digest, _ in entries]))
            self.labels += [sys.intern(label) for _, label in entries]

    def near(self, own: object, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """(number, differing bits), the nearest first."""
        return self.index.near(own, farthest)  # type: ignore[arg-type]
