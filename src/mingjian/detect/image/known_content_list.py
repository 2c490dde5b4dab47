"""The examiner's list of known pictures: 256-bit hashes and labels, searchable."""

from __future__ import annotations

import re
from typing import Final

from mingjian.detect.learned.known_lists import Form, ListFile
from mingjian.detect.learned.near_hashes import FARTHEST, NearHashes, words_of

MOST_KNOWN: Final = 2_000_000
FORM: Final = Form(re.compile(r"[0-9a-f]{64}"), "image.content_hash")


class KnownList(ListFile):
    """The hashes of a file, searchable."""

    form = FORM

    def empty(self) -> None:
        self.index = NearHashes()

    def take(self, hashes: list[str]) -> None:
        if len(self) + len(hashes) > MOST_KNOWN:
            raise ValueError("too many hashes in the list")
        self.index.add(words_of(hashes))

    def near(self, own: object, farthest: int = FARTHEST) -> list[tuple[int, int]]:
        """(number, differing bits), the nearest first."""
        return self.index.near(own, farthest)  # type: ignore[arg-type]
