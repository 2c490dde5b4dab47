"""The examiner's list of known recordings: fingerprints and labels, searchable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mingjian.detect.audio.landmarks import (
    HOP,
    PATTERN,
    STEP,
    Landmarks,
    from_text,
    landmarks,
)
from mingjian.detect.learned.known_lists import Form, ListFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.detect.audio.landmarks import Samples

FORM: Final = Form(PATTERN, "audio.content_fingerprint")
MOST_LANDMARKS: Final = 20_000_000
SHIFTS: Final = 4
"""Times the question is cut into frames, each a quarter of a frame later: where a copy was
trimmed is not known."""
AGREE: Final = 1
"""Frames by which the shift of landmarks may differ."""
MOST_HITS: Final = 4_000_000
SHOWN: Final = 150


@dataclass(frozen=True, slots=True)
class Match:
    """A listed recording that shares landmarks at one shift of time."""

    number: int
    common: int
    """Landmarks in common at that shift."""
    share: float
    """Of those the listed recording has in the time they overlap."""
    shift: float
    """Seconds into the listed recording at which the examined one begins; negative: before."""
    start: float
    """Seconds of the examined recording in which the landmarks lie."""
    end: float


class Index:
    """Landmarks of many recordings, found by what they are."""

    def __init__(self) -> None:
        self._each: list[Landmarks] = []
        self._marks = np.zeros(0, np.uint32)
        self._frames = np.zeros(0, np.int32)
        self._numbers = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self._each)

    def add(self, fingerprints: list[Landmarks]) -> None:
        """Found by the next search."""
        base = len(self._each)
        self._each += fingerprints
        if sum(map(len, self._each)) > MOST_LANDMARKS:
            raise ValueError("too many landmarks in the list")
        marks = np.concatenate([self._marks, *(one.marks for one in fingerprints)])
        frames = np.concatenate([self._frames, *(one.frames for one in fingerprints)])
        new = np.repeat(np.arange(len(fingerprints)) + base, [len(one) for one in fingerprints])
        numbers = np.concatenate([self._numbers, new])
        order = np.argsort(marks, kind="stable")
        self._marks = marks[order]
        self._frames = frames[order].astype(np.int32)
        self._numbers = numbers[order].astype(np.int32)

    def matches(self, samples: Samples, least: int, share: float) -> list[Match]:
        """Recordings with at least `least` landmarks and `share` of them in common, most first."""
        found = [self._hits(landmarks(samples, shift * HOP // SHIFTS)) for shift in range(SHIFTS)]
        numbers, listed, asked, marks = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(numbers, kind="stable")
        each, starts = np.unique(numbers[order], return_index=True)
        ends = np.append(starts[1:], len(order))
        matches = []
        for number, start, end in zip(each.tolist(), starts.tolist(), ends.tolist(), strict=True):
            if end - start >= least:
                mine = order[start:end]
                match = self._best(number, listed[mine], asked[mine], marks[mine], len(samples))
                if match.common >= least and match.share >= share:
                    matches.append(match)
        return sorted(matches, key=lambda one: (-one.common, one.number))

    def by_shift(self, samples: Samples, number: int) -> list[tuple[float, int]]:
        """(seconds, landmarks in common) around the best shift against one recording, for the
        exhibit: at most `SHOWN` steps on either side."""
        numbers, listed, asked, _ = self._hits(landmarks(samples))
        shifts = (listed - asked)[numbers == number]
        if not len(shifts):
            return [(0.0, 0)]
        low = int(shifts.min())
        counts = np.bincount(shifts - low)
        best = int(np.argmax(counts))
        first = max(0, best - SHOWN)
        return [
            (round((low + first + i) * STEP, 3), n)
            for i, n in enumerate(counts[first : best + SHOWN + 1].tolist())
        ]

    def _hits(self, asked: Landmarks) -> tuple[NDArray[np.int64], ...]:
        """Recording, its frame, the asked frame and the landmark of every one in common."""
        first = np.searchsorted(self._marks, asked.marks, "left")
        sizes = np.searchsorted(self._marks, asked.marks, "right") - first
        # A landmark that half the list holds tells nothing; leave those out before the sum.
        while sizes.sum() > MOST_HITS:
            sizes = np.where(sizes == sizes.max(), 0, sizes)
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        within = np.arange(total) + np.repeat(first - ends + sizes, sizes)
        return (
            self._numbers[within].astype(np.int64),
            self._frames[within].astype(np.int64),
            np.repeat(asked.frames, sizes),
            np.repeat(asked.marks.astype(np.int64), sizes),
        )

    def _best(
        self,
        number: int,
        listed: NDArray[np.int64],
        asked: NDArray[np.int64],
        marks: NDArray[np.int64],
        samples: int,
    ) -> Match:
        shifts = listed - asked
        low = int(shifts.min())
        counts = np.bincount(shifts - low)
        near = np.convolve(counts, np.ones(2 * AGREE + 1, int), "same")
        best = int(np.argmax(near)) + low
        agree = np.abs(shifts - best) <= AGREE
        # One landmark of the listed recording counts once, however many cuts found it.
        common = len(np.unique(listed[agree] << 20 | marks[agree]))
        own = self._each[number].frames
        length = samples // HOP
        inside = int(((own >= best) & (own < best + length)).sum())
        first, last = int(asked[agree].min()), int(asked[agree].max())
        return Match(
            number=number,
            common=common,
            share=common / max(1, inside),
            shift=round(best * STEP, 2),
            start=round(first * STEP, 2),
            end=round(last * STEP, 2),
        )


class KnownList(ListFile):
    """The fingerprints of a file, searchable."""

    form = FORM

    def empty(self) -> None:
        self.index = Index()

    def take(self, hashes: list[str]) -> None:
        self.index.add([from_text(text) for text in hashes])
