"""Counting personal information as article 5 of the 2017 interpretation counts it.

The same item is counted once (article 11 (3): what is shown to be repeated does not count
again). Besides items, records are counted: neighbouring items of different kinds, such as one
line of a table or one form, are one record of its strictest class. Which of the two a court
counts is a person's decision; both are facts.
"""

from __future__ import annotations

from collections import Counter
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
        for hit in hits:
            self.total[hit.kind] += 1
            new = self._is_new(hit)
            if new:
                self.distinct[hit.kind] += 1
                samples = self.samples.setdefault(hit.kind, [])
                if len(samples) < SAMPLES:
                    samples.append(mask(hit.kind, text[hit.start : hit.end])[:60])
            known = kinds()[hit.kind]
            if known.legal_class is None:
                continue
            if len(self.spans) < SPANS:
                self.spans.append((hit.start + offset, hit.end + offset, hit.kind))
            start = hit.start + offset
            if self._open and start - self._last_end > _RECORD_GAP:
                self._close()
            while self._open_kinds.get(hit.kind, hit.value) != hit.value:
                self._close(text.rfind("\n", 0, hit.start) + offset)
            self._open.append((start, hit, new))
            self._open_kinds[hit.kind] = hit.value
            self._last_end = hit.end + offset

    def _is_new(self, hit: Hit) -> bool:
        key = (hit.kind, hit.value)
        if key in self._items:
            return False
        if len(self._items) >= REMEMBERED:
            self.capped = True
            return False
        self._items.add(key)
        return True

    def _close(self, line: int | None = None) -> None:
        """Count the record that has ended.

        What stands behind the end of line at `line` is the next record's, if something of this one
        stands before it: or a row that lacks an item would pair those of two persons from then on.
        """
        before = [one for one in self._open if line is not None and one[0] < line]
        ended = before or self._open
        begun = self._open[len(ended) :]
        held = {hit.kind: hit.value for _, hit, _ in ended}
        known = kinds()
        bound = not _IDENTIFYING.isdisjoint(held) or ("name" in held and len(held) > 1)
        added = sum(known[hit.kind].weight for _, hit, new in ended if new)
        self.weight += added * (1.0 if bound else _NAMES_ALONE if "name" in held else _ALONE)
        key = frozenset(held.items())
        if key not in self._records:
            if len(self._records) < REMEMBERED:
                self._records.add(key)
                classes = {known[kind].legal_class for kind in held}
                self.records[next(name for name in CLASSES if name in classes)] += 1
            else:
                self.capped = True
        self._open = begun
        self._open_kinds = {hit.kind: hit.value for _, hit, _ in begun}

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
