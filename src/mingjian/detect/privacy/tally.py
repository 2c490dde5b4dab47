"""Counting personal information as article 5 of the 2017 interpretation counts it.

The same item is counted once (article 11 (3): what is shown to be repeated does not count
again). Besides items, records are counted: neighbouring items of different kinds, such as one
line of a table or one form, are one record of its strictest class. Which of the two a court
counts is a person's decision; both are facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from math import log10, sqrt

from mingjian.detect.privacy.hit import Hit, kinds
from mingjian.detect.privacy.redact import mask
from mingjian.detect.privacy.remembered import Remembered

REMEMBERED = 1_000_000
"""Distinct items and records kept to recognise repetition; beyond it counts are "at least"."""
SHORT = 5_000
"""Characters up to which the length of a text does not matter."""
SPANS = 50
SAMPLES = 3
CLASSES = ("core", "sensitive", "other")
_RECORD_GAP = 200
_ALONE = 0.25
"""Share of its weight that a landline, an address, a plate or an account keeps when it stands
alone, bound to nobody."""
_NAMES_ALONE = 0.05
"""The same for a name, which without anything else is no more than a mention."""
_IDENTIFYING = frozenset(("resident_id", "passport", "ssn", "bank_card", "iban", "mobile", "email"))


@dataclass(slots=True)
class Tally:
    """Running counts over one piece of evidence; constant memory once `REMEMBERED` is reached."""

    distinct: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    weight: float = 0.0
    capped: bool = False
    _items: Remembered = field(default_factory=Remembered)
    _records: Remembered = field(default_factory=Remembered)
    _open: list[tuple[int, Hit, bool]] = field(default_factory=list)
    """Place, item and whether it was new, of the record that is not ended yet."""
    _open_kinds: dict[str, str] = field(default_factory=dict)
    _last_end: int = 0

    def add(self, hits: list[Hit], text: str, offset: int) -> None:
        """Count the hits of one block of text that begins `offset` characters into the whole."""
        known, open_kinds = kinds(), self._open_kinds
        for hit in hits:
            kind, start, end, value = hit
            self.total[kind] += 1
            new = self._is_new(self._items, (kind, value))
            if new:
                self.distinct[kind] += 1
                samples = self.samples.setdefault(kind, [])
                if len(samples) < SAMPLES:
                    samples.append(mask(kind, text[start:end])[:60])
            if known[kind].legal_class is None:
                continue
            if len(self.spans) < SPANS:
                self.spans.append((start + offset, end + offset, kind))
            if self._open and start + offset - self._last_end > _RECORD_GAP:
                self._close()
            while open_kinds.get(kind, value) != value:
                self._close(text.rfind("\n", 0, start) + offset)
            self._open.append((start + offset, hit, new))
            open_kinds[kind] = value
            self._last_end = end + offset

    def _is_new(self, remembered: Remembered, value: Hashable) -> bool:
        """Whether `value` was not counted before; once memory is full, nothing is new."""
        if len(remembered) < REMEMBERED:
            return remembered.add(value)
        self.capped = self.capped or value not in remembered
        return False

    def _close(self, line: int | None = None) -> None:
        """Count the record that has ended.

        What stands behind the end of line at `line` is the next record's, if something of this one
        stands before it: or a row that lacks an item would pair those of two persons from then on.
        """
        ended = self._open
        before = 0 if line is None else sum([place < line for place, _, _ in ended])
        self._open = ended[before:] if before else []
        if self._open:
            ended = ended[:before]
        held, added, known = {}, 0.0, kinds()
        for _, (kind, _, _, value), new in ended:
            held[kind] = value
            if new:
                added += known[kind].weight
        bound = not _IDENTIFYING.isdisjoint(held) or ("name" in held and len(held) > 1)
        self.weight += added * (1.0 if bound else _NAMES_ALONE if "name" in held else _ALONE)
        if self._is_new(self._records, frozenset(held.items())):
            self.records[_strictest(held)] += 1
        self._open_kinds.clear()
        self._open_kinds.update((hit.kind, hit.value) for _, hit, _ in self._open)

    def finish(self) -> None:
        """Close the last record; call once, at the end."""
        if self._open:
            self._close()

    def items(self, legal_class: str) -> int:
        """Distinct items of the kinds of one class."""
        known = kinds()
        return sum(n for kind, n in self.distinct.items() if known[kind].legal_class == legal_class)

    def exposure(self, length: int) -> float:
        """The measurement for a text of `length` characters: log10(1 + w).

        w is the sum of the weights of all distinct items. Over `SHORT` characters it is divided
        by the square root of how many times longer the text is, or long texts that mention
        somebody now and then would look like lists of persons.
        """
        return round(log10(1 + self.weight / sqrt(max(1.0, length / SHORT))), 6)


def _strictest(held: Iterable[str]) -> str:
    """The strictest class that these kinds are of."""
    known = kinds()
    classes = {known[kind].legal_class for kind in held}
    return next(name for name in CLASSES if name in classes)
