"""The index of campaigns: items come in batches, clusters of alike content grow and merge.

An item is a text, features (kind, value) such as a link or the hash of a picture, and a time.
The index holds no text: runs of characters as hashes, min-hashes, and who belongs together. Who
sent an item is not asked for and not held: a cluster is of content, never of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.learned.min_hash import HASHES, min_hashes
from mingjian.detect.learned.near_hashes import NearHashes, words_of
from mingjian.warn.campaign_overlap import agreeing, overlap
from mingjian.warn.campaign_profiles import fitting, holding
from mingjian.warn.campaign_rarity import Rarity
from mingjian.warn.campaign_tables import (
    Grown,
    Keys,
    Numbers,
    Together,
    distinct,
    paired,
    pairs_of,
)
from mingjian.warn.campaign_text import Runs, gathered_runs, runs_of_texts

Feature = tuple[str, str]
"""Kind and value. `picture` and `frame`: 256-bit perceptual hashes as 64 hexadecimal digits, alike
within 31 bits. `content` and `sound`: alike where equal; recordings that are alike and not equal
come as runs (`campaign_prints`). All others (link, phone, account, …) are things that texts may
share."""
NEAR = frozenset({"picture", "frame"})
EQUAL = frozenset({"content", "sound"})

SHORTEST = 5
"""Runs a text must have to be compared at all; shorter ones ("ok") say nothing."""
FEWEST = 10
"""Runs a text must have to be compared for more than being the same skeleton."""
SAME = 0.8
"""Share of runs in common at which two texts are together without more ado."""
ALIKE = 0.5
"""Share at which they are, as long as few are together; then their profiles decide."""
THROUGHOUT, REACHED = 0.22, 7
"""The same where what they share reaches 7 of the 8 eighths of both: a copy with small edits
shares little, but everywhere; two texts with one stock phrase in common share it in one place."""
TIED = 0.3
"""The same for texts that share a link, a number or an account."""
HINT = 0.15
"""Share from which the profiles of their clusters are compared."""
SMALL = 16
"""Most texts that come together by pairs alone, so that no chain of pairs grows long."""
AGREE = 6
"""Min-hashes of 64 that texts must have in common to be compared."""
ROUNDS = 12
_BANDS, _BAND = 32, 2
_GROUP = 4
"""Bands looked at before what they brought together is left out of the next."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a batch did to the clusters; each is named by the number of its first text."""

    grown: tuple[int, ...]
    """Clusters of two or more items that got new ones."""
    merged: tuple[tuple[int, int], ...]
    """Clusters that are part of another now, with that other."""


class Index:
    """Everything seen so far; `add` is the only way in. About 1 kB for each different text."""

    def __init__(self) -> None:
        self._codes = Grown(np.empty(0, np.uint32))
        self._eighths = Grown(np.empty(0, np.uint8))
        self._starts = Grown(np.zeros(1, np.int64))
        self._prints = Grown(np.empty((0, HASHES), np.uint16))
        self._rarity = Rarity()
        self._wholes = Keys(np.empty(0, np.uint64), np.empty(0, np.uint32))
        self._bands = [Keys(np.empty(0, np.uint32), np.empty(0, np.uint32)) for _ in range(_BANDS)]
        self._things = Keys(np.empty(0, np.uint64), np.empty(0, np.uint32))
        self._pictures = NearHashes()
        self._pictured = Grown(np.empty((0, 5), np.uint64))
        self._together = Together(np.empty(0, np.uint32))
        self._close = Together(np.empty(0, np.uint32))
        """Who is together by pairs alone: what a cluster falls back to that does not hold."""
        self._hints = np.empty(0, np.int64)
        self._text_of = Grown(np.empty(0, np.int64))
        self._times = Grown(np.empty(0, np.float64))
        self._features = Grown(np.empty((0, 2), np.uint64))
        self._names = Grown(np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self._text_of)

    @property
    def clusters(self) -> Numbers:
        """For each item the cluster it is in; -1 for one that had nothing to compare."""
        texts = self._text_of.values
        leader = self._together.leader
        if not len(leader):
            return texts.copy()
        return np.where(texts < 0, -1, leader[np.maximum(texts, 0)].astype(np.int64))

    @property
    def texts(self) -> Numbers:
        """For each item the number of its text: the same for the same skeleton."""
        return self._text_of.values

    @property
    def times(self) -> NDArray[np.float64]:
        """For each item its time in seconds since 1970; NaN where not known."""
        return self._times.values

    @property
    def features(self) -> NDArray[np.uint64]:
        """Rows of item and `thing` for every feature of every item."""
        return self._features.values

    @property
    def names(self) -> NDArray[np.int64]:
        """For each item the number it was given by `add_runs`; -1 where it was given none."""
        return self._names.values

    def add(
        self,
        texts: Sequence[str],
        times: Sequence[float | None] | None = None,
        features: Sequence[Sequence[Feature]] | None = None,
    ) -> Changed:
        """Take in a batch. Large batches (100,000) cost least; small ones are found as well."""
        return self.add_runs(runs_of_texts(texts), times, features)

    def add_runs(
        self,
        runs: Runs,
        times: Sequence[float | None] | None = None,
        features: Sequence[Sequence[Feature]] | None = None,
        names: Sequence[int] | None = None,
    ) -> Changed:
        """The same of items whose runs were made before, of a text or of a recording."""
        before = self._together.leader.copy()
        first_item, count = len(self), len(runs.sizes)
        known = times or [None] * count
        self._times.add(np.array([np.nan if t is None else t for t in known], np.float64))
        self._names.add(np.array(names or [-1] * count, np.int64))
        listed = [(item, feature) for item, held in enumerate(features or ()) for feature in held]
        pictured = {item for item, (kind, _) in listed if kind in NEAR | EQUAL}
        item_text, new = self._numbered(runs, pictured)
        self._text_of.add(item_text)
        self._keep(gathered_runs(runs, new))
        self._compare(len(before))
        self._compare_features(first_item, listed)
        self._settle()
        return self._changed(before, item_text)

    def _numbered(self, runs: Runs, pictured: set[int]) -> tuple[Numbers, Numbers]:
        """For each item its text's number, and the items whose text is new, in order."""
        whole = runs.whole()
        known = self._wholes.first_with(whole)
        _, first, again = np.unique(whole, return_index=True, return_inverse=True)
        text_of_first = known[first]
        worded = runs.sizes >= SHORTEST
        unseen = first[(text_of_first < 0) & worded[first]]
        alone = np.array(sorted(item for item in pictured if not worded[item]), dtype=np.int64)
        new = np.sort(np.concatenate((unseen, alone)))
        numbers = len(self._together.leader) + np.arange(len(new))
        own = np.full(len(whole), -1, dtype=np.int64)
        own[new] = numbers
        texts = np.where(known >= 0, known, own[first][again])
        texts = np.where(worded, texts, own)
        by_whole = worded[new]
        self._wholes.add(whole[new[by_whole]], numbers[by_whole])
        return texts, new

    def _keep(self, runs: Runs) -> None:
        self._codes.add(runs.codes)
        self._eighths.add(runs.eighths)
        self._starts.add(runs.starts[1:] + self._starts.values[-1])
        self._rarity.add(runs.codes, len(runs.starts) - 1)
        self._together.grow(len(self._starts) - 1)
        self._close.grow(len(self._starts) - 1)

    @property
    def _runs(self) -> Runs:
        return Runs(self._codes.values, self._eighths.values, self._starts.values)

    def _compare(self, first: int) -> None:
        """Bring the texts from number `first` on together with those like them."""
        starts = self._starts.values[first:]
        long = np.flatnonzero(np.diff(starts) >= FEWEST)
        prints = np.zeros((len(starts) - 1, HASHES), dtype=np.uint32)
        if len(long):
            # A text too short to compare lies between two others and is cut out.
            runs = gathered_runs(self._runs, first + long)
            prints[long] = min_hashes(runs.codes, runs.starts[:-1])
        self._prints.add(prints.astype(np.uint16))
        seen = np.empty(0, dtype=np.int64)
        for group in range(0, _BANDS, _GROUP):
            found = []
            for band in range(group, group + _GROUP):
                pair = prints[long, _BAND * band : _BAND * (band + 1)]
                keys = pair[:, 0] * np.uint32(0x9E3779B1) ^ pair[:, 1]
                found.append(self._bands[band].add(keys, first + long))
            pairs = distinct(np.concatenate(found))
            pairs = pairs[np.isin(pairs, seen, assume_unique=True, invert=True, kind="sort")]
            pairs = pairs[self._together.apart(pairs)]
            seen = distinct(np.concatenate((seen, pairs)))
            self._judge(pairs[agreeing(self._prints.values, pairs) >= AGREE], ALIKE)

    def _judge(self, pairs: Numbers, alike: float) -> None:
        """Join the pairs that are alike, keep the rest as hints."""
        found = overlap(self._runs, pairs, self._rarity)
        same = found.share >= SAME
        self._join(pairs[same])
        throughout = (found.share >= THROUGHOUT) & (found.eighths >= REACHED)
        close = np.flatnonzero((found.share >= alike) | throughout)
        closest = close[np.argsort(-found.share[close], kind="stable")]
        self._close.join_small(self._together.join_small(pairs[closest], SMALL), SMALL)
        hints = pairs[(found.share >= HINT) & ~same]
        self._hints = distinct(np.concatenate((self._hints, hints)))

    def _compare_features(self, first_item: int, listed: list[tuple[int, Feature]]) -> None:
        rows = []
        for item, (kind, value) in listed:
            rows.append((first_item + item, thing(kind, value)))
            text = int(self._text_of.values[first_item + item])
            if kind in NEAR:
                self._near_picture(value, text)
        if not rows:
            return
        held = np.array(rows, dtype=np.uint64)
        self._features.add(held)
        texts = self._text_of.values[held[:, 0].astype(np.int64)]
        equal = np.array([kind in EQUAL for _, (kind, _) in listed], dtype=bool)
        worded = (texts >= 0) & np.array([kind not in NEAR for _, (kind, _) in listed], dtype=bool)
        order = np.argsort(texts[worded], kind="stable")
        texts, keys, equal = texts[worded][order], held[worded, 1][order], equal[worded][order]
        # Equal content joins; what is only mentioned makes a pair worth comparing.
        self._join(self._things.add(keys[equal], texts[equal]))
        pairs = distinct(self._things.add(keys[~equal], texts[~equal]))
        self._judge(pairs[self._together.apart(pairs)], TIED)

    def _near_picture(self, value: str, text: int) -> None:
        words = words_of([value])
        near = self._pictures.near(words[0])
        if near:
            other = int(self._pictured.values[near[0][0], 4])
            self._join(paired(np.array([text]), np.array([other])))
        self._pictures.add(words)
        self._pictured.add(np.append(words[0], np.uint64(text))[None, :])

    def _join(self, pairs: Numbers) -> None:
        """Bring the texts of each pair together for good."""
        self._together.join(pairs)
        self._close.join(pairs)

    def _settle(self) -> None:
        """Join clusters of the same words until none are left to join; take apart again what
        does not hold as a whole."""
        touched = []
        for _ in range(ROUNDS):
            self._hints = self._hints[self._together.apart(self._hints)]
            joined = fitting(self._runs, self._together.leader, self._hints, self._rarity)
            if not len(joined):
                break
            self._together.join(joined)
            touched.append(joined >> 32)
        if touched:
            self._take_apart(distinct(self._together.leader[np.concatenate(touched)]))

    def _take_apart(self, clusters: Numbers) -> None:
        """Of these clusters, let those that do not hold be what they are by pairs alone."""
        leader = self._together.leader
        large = clusters[self._together.sizes()[clusters] > SMALL]
        loose = large[~holding(self._runs, leader, large.astype(np.int64), self._rarity)]
        if len(loose):
            one, other = pairs_of(self._hints)
            within = np.isin(leader[one], loose) & (leader[one] == leader[other])
            self._hints = self._hints[~within]
            texts = np.isin(leader, loose)
            leader[texts] = self._close.leader[texts]

    def _changed(self, before: NDArray[np.uint32], item_text: Numbers) -> Changed:
        leader = self._together.leader
        now = leader[distinct(item_text[item_text >= 0])]
        many = np.bincount(self.clusters[self.texts >= 0], minlength=len(leader))
        grown = distinct(now[many[now] > 1])
        led = np.flatnonzero(before == np.arange(len(before)))
        gone = led[leader[led] != led]
        return Changed(
            tuple(grown.tolist()),
            tuple(zip(gone.tolist(), leader[gone].tolist(), strict=True)),
        )

    def save(self, path: Path) -> None:
        """Write everything to one file of plain arrays."""
        arrays = {name: getattr(self, name).values for name in _GROWN}
        for name, keys in self._tables():
            arrays[name + ".keys"], arrays[name + ".texts"] = keys.keys, keys.texts
        with path.open("wb") as file:
            np.savez(
                file,
                form=np.array(FORM),
                held=self._rarity.held,
                hints=self._hints,
                leader=self._together.leader,
                close=self._close.leader,
                **arrays,
            )

    @classmethod
    def load(cls, path: Path) -> Index:
        """What `save` wrote. Raises `ValueError` for anything else, `OSError` as `open` does."""
        index = cls()
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if int(arrays["form"]) != FORM:
                    raise ValueError("an index of another form")
                for name in _GROWN:
                    setattr(index, name, Grown(arrays[name]))
                for name, keys in index._tables():
                    keys.keys, keys.texts = arrays[name + ".keys"], arrays[name + ".texts"]
                index._hints = arrays["hints"]
                index._rarity = Rarity(arrays["held"], len(index._starts) - 1)
                index._together = Together(arrays["leader"])
                index._close = Together(arrays["close"])
        except (KeyError, EOFError, AttributeError, TypeError, BadZipFile) as error:
            raise ValueError("no index of campaigns") from error
        index._pictures.add(index._pictured.values[:, :4])
        return index

    def _tables(self) -> list[tuple[str, Keys]]:
        bands = [(f"band{number}", keys) for number, keys in enumerate(self._bands)]
        return [("wholes", self._wholes), ("things", self._things), *bands]


FORM = 2
_GROWN = (
    "_codes", "_eighths", "_starts", "_prints", "_pictured", "_text_of", "_times", "_features",
    "_names",
)  # fmt: skip


def thing(kind: str, value: str) -> int:
    """A feature as a number: the index does not hold what it says."""
    digest = blake2b(f"{kind}\0{value}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
