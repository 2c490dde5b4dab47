"""How well each Chinese word could be foreseen from the one before it.

A model writes what is likely; people, more often, do not. A table of word pairs (from the language
model of the input method libime, made before there were chat models) says how much likelier than
usual a word is after another. The table knows nothing of models or of the texts measured here, so
what it says carries over to other sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store
from mingjian.detect.learned.meaning import meaning
from mingjian.detect.text.prose import Prose
from mingjian.domain.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "mingjian.detect.text"
FILE = "flow_zh"
STEP = 16
"""The table's whole numbers are decades times this: 16 is ten times likelier."""
WIDTH = 1 << 16
"""A pair's key is the first word's row times this, plus the second's."""
_RUN = re.compile("[\u4e00-\u9fff]+")
_STOP, _END = -1, -2
"""What stands between words that do not follow one another, and after a sentence."""
_FEWEST = 8
"""Fewer foreseen words than this say nothing, and the traits stay at `_PLAIN`."""
_PLAIN = (0.54, 0.84, -3.4, 1.35, 0.62, 0.014, 0.26, -3.4, -3.9, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Word pairs by key, and words by row: all gains and chances as decimal logarithms."""

    keys: NDArray[np.uint32]
    gains: NDArray[np.int8]
    alone: NDArray[np.float32]
    """How frequent each word is; above 0 where the table does not know it."""
    unseen: NDArray[np.float32]
    """The gain after each word of one that was never seen to follow it."""

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Pairs:
        import numpy as np

        firsts = np.repeat(
            np.arange(arrays["followers"].size, dtype=np.uint32), arrays["followers"]
        )
        return cls(
            keys=firsts * np.uint32(WIDTH) + arrays["second"],
            gains=arrays["gain"],
            alone=(arrays["alone"] / STEP).astype(np.float32),
            unseen=(arrays["unseen"] / STEP).astype(np.float32),
        )

    def gain(
        self, first: NDArray[np.intp], second: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """How much likelier each second word is after the first, and whether the pair is known."""
        import numpy as np

        key = first.astype(np.uint32) * np.uint32(WIDTH) + second.astype(np.uint32)
        # Looked up in order, neighbours lie near each other in memory: several times quicker.
        order = np.argsort(key)
        at = np.empty(key.size, dtype=np.intp)
        at[order] = np.searchsorted(self.keys, key[order])
        at = np.minimum(at, self.keys.size - 1)
        known = self.keys[at] == key
        return np.where(known, self.gains[at] / STEP, self.unseen[first]).astype(float), known


@lru_cache(maxsize=1)
def pairs() -> Pairs:
    """The table; raises `Unavailable` where its file is missing or altered."""
    return Pairs.of(dict(store.load(PACKAGE, FILE)))


@lru_cache(maxsize=512)
def rows_of(run: str) -> tuple[int, ...]:
    """The words of a run of Han characters, by their rows in `learned.meaning`. Two views of a
    text ask for them, so the last ones are remembered."""
    return tuple(row for row, _ in meaning().han_words(run))


def _m(zh: str, en: str) -> Message:
    return Message(zh, en)


def names() -> tuple[tuple[str, Message, Message], ...]:
    """What the numbers of `flow` are, in their order: id, where high, where low."""
    return (
        ("flow_gain", _m("词与词的衔接在意料之中", "words that the word before leads to"),
         _m("词与词的衔接出人意料", "words that the word before does not lead to")),
        ("flow_gain_spread", _m("衔接时紧时松", "tight and loose word pairs by turns"),
         _m("衔接松紧均匀", "word pairs alike in tightness")),
        ("flow_chance", _m("用词容易预料", "words easily foreseen"),
         _m("用词不易预料", "words hard to foresee")),
        ("flow_chance_spread", _m("可预料程度起伏大", "words now easy, now hard to foresee"),
         _m("可预料程度起伏小", "words foreseen with like ease")),
        ("flow_known", _m("多为常见的两词搭配", "mostly common word pairs"),
         _m("少见的两词搭配多", "many uncommon word pairs")),
        ("flow_sure", _m("顺口而出的搭配多", "many word pairs that go without saying"),
         _m("顺口而出的搭配少", "few word pairs that go without saying")),
        ("flow_odd", _m("冷僻的接续多", "many odd continuations"),
         _m("冷僻的接续少", "few odd continuations")),
        ("flow_middle", _m("多数词容易预料", "most words easily foreseen"),
         _m("多数词不易预料", "most words hard to foresee")),
        ("flow_common", _m("多用常见词", "mostly frequent words"),
         _m("常用词少", "fewer frequent words")),
        ("flow_uneven", _m("各句可预料程度不一", "sentences foreseeable to unlike degrees"),
         _m("各句可预料程度相近", "sentences foreseeable to a like degree")),
        ("flow_runs", _m("易料的词成串、难料的词也成串", "words easily foreseen stand together"),
         _m("易料与难料的词相间", "words easily and hardly foreseen by turns")),
    )  # fmt: skip


def flow(text: Prose) -> list[float]:
    """The traits of a Chinese text, in the order of `names`."""
    import numpy as np

    table = pairs()
    rows: list[int] = []
    for sentence in text.sentences:
        for run in _RUN.findall(sentence.text):
            rows += rows_of(run)
            rows.append(_STOP)
        rows.append(_END)
    words = np.array(rows, dtype=np.intp)
    # What stands for a stop is no word; it reads the last row here and is left out for being < 0.
    familiar = (words >= 0) & (table.alone[words] <= 0)
    counted = familiar[:-1] & familiar[1:]
    if np.count_nonzero(counted) < _FEWEST:
        return list(_PLAIN)
    before, after = words[:-1][counted], words[1:][counted]
    sentence_of = np.cumsum(words == _END)[1:][counted]
    gain, known = table.gain(before, after)
    alone = table.alone[after].astype(float)
    chance = alone + gain
    # Sums and counts: on so few numbers numpy's mean, std and median take several times as long.
    n = chance.size
    gained, expected = gain.sum() / n, chance.sum() / n
    odd = gain - gained
    off = chance - expected
    swing = off @ off
    ordered = np.sort(chance)
    near = sentence_of[1:] == sentence_of[:-1]
    size = np.bincount(sentence_of)
    enough = size > 4
    means = np.bincount(sentence_of, chance)[enough] / size[enough]
    return [
        float(gained),
        sqrt(odd @ odd / n),
        float(expected),
        sqrt(swing / n),
        int(np.count_nonzero(known)) / n,
        int(np.count_nonzero(chance > -1)) / n,
        int(np.count_nonzero(chance < -4.5)) / n,
        float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2,
        float(alone.sum()) / n,
        # Fewer sentences differ less by chance, so the spread is of an average sentence.
        float(means.std() * log(1 + means.size)) if means.size > 1 else _PLAIN[9],
        float((off[1:] * off[:-1])[near].sum() / max(swing, 1e-6)),
    ]
