"""Two measures of a passage: does it take over a model, and does it ask something of one.

Both are linear: hashed character n-grams (count over the root of their number, so that the sum
over any window comes from one cumulated array), the acts of `acts.py`, and what the words mean
(`learned.meaning`). `takeover` was learnt
from attacks against requests and documents, `request` from requests to assistants against the
sentences of documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.meaning import DIMENSIONS, meaning
from mingjian.detect.learned.ngrams import grams
from mingjian.detect.prompt.acts import Told, act_columns, acts_in, pair_columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST, LONGEST = 2, 5
BUCKETS = 1 << 17
_FORGED = re.compile(
    r"<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|\"role\"\s{0,3}:|"
    r"</?(?:system|user|assistant|instructions?|policy|config|prompt|admin)\b[^<>\n]{0,60}>|"
    r"(?:^|\n)[\s#*>\[【(]{0,6}(?:system|assistant|human|user|系统|助手|用户|管理员)[^\n:：]{0,12}[:：\]】]|"
    r"##\s{0,3}(?:end|new|system|instruction|指令|新)|---\s{0,3}end|"
    r"(?:^|\n)\"{3}|以上为用户输入|end of (?:document|instructions?|user input)"
)
_QUOTED = re.compile(r"[\"“「『‘][^\"”」』’\n]{6,300}[\"”」』’]")
EXTRA = ("forged", "forged twice", "quoted")
"""Further columns behind those of the acts."""


def columns() -> int:
    """How many columns `dense` has."""
    return len(pair_columns()) + len(EXTRA)


def dense(text: str, told: Told, first: int, last: int, start: int, end: int) -> list[int]:
    """Columns set for characters `start` to `end`, whose act words are `first` to `last`."""
    found = act_columns(told.acts[first:last])
    part = text[start:end]
    base = len(pair_columns())
    if "<" in part or "[" in part or ":" in part or "：" in part or "【" in part or "#" in part:
        forged = len(_FORGED.findall(part))
        if forged:
            found.add(base)
        if forged > 1:
            found.add(base + 1)
    if told.acts[first:last] and ('"' in part or "“" in part or "‘" in part or "「" in part):
        for match in _QUOTED.finditer(part):
            inside = sum(
                start + match.start() < told.start[k] < start + match.end()
                for k in range(first, last)
            )
            if inside >= 2:
                found.add(base + 2)
    return sorted(found)


def means(text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean word vector of each span, of length 1; zeros where no word is known."""
    import numpy as np

    table = meaning()
    words = table.words(text)
    total = np.zeros((len(words) + 1, DIMENSIONS))
    if words:
        np.cumsum(table.vectors([row for row, _ in words]), axis=0, out=total[1:])
    places = np.array([place for _, place in words], dtype=np.int64)
    found = total[np.searchsorted(places, ends)] - total[np.searchsorted(places, starts)]
    lengths = np.sqrt((found * found).sum(axis=1, keepdims=True))
    directions: NDArray[np.float64] = found / np.maximum(lengths, 1e-6)
    return directions


@dataclass(frozen=True, slots=True)
class Line:
    """One linear measure: 8-bit weights of buckets, weights of columns."""

    weights: NDArray[np.int8]
    step: float
    dense: NDArray[np.float32]
    meaning: NDArray[np.float32]
    bias: float


@dataclass(frozen=True, slots=True)
class Gauge:
    """The two measures, and the columns they were made of."""

    takeover: Line
    request: Line

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Gauge:
        """From the arrays of the model file."""

        def line(name: str) -> Line:
            numbers = arrays[f"{name}_numbers"]
            return Line(
                arrays[f"{name}_weights"],
                float(numbers[0]),
                arrays[f"{name}_dense"],
                arrays[f"{name}_meaning"],
                float(numbers[1]),
            )

        return cls(line("takeover"), line("request"))

    def measure(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], list[list[int]]]:
        """Takeover, request and set columns of each span of a normalised text, in order."""
        import numpy as np

        if len(spans) == 1 and spans[0] == (0, len(text)):
            return self._whole(text)
        told = acts_in(text)
        found = grams(text, SHORTEST, LONGEST, BUCKETS)
        lines = (self.takeover, self.request)
        marks = [self._columns(text, told, start, end) for start, end in spans]
        sums = np.zeros((2, len(spans)))
        counts = np.zeros(len(spans))
        starts = np.array([start for start, _ in spans], dtype=np.int64)
        ends = np.array([end for _, end in spans], dtype=np.int64)
        position = 0
        for n in range(SHORTEST, LONGEST + 1):
            size = max(0, len(text) - n + 1)
            bucket = found.bucket[position : position + size]
            position += size
            low = np.minimum(starts, size)
            high = np.clip(ends - n + 1, low, size)
            counts += high - low
            for i, line in enumerate(lines):
                total = np.zeros(size + 1)
                np.cumsum(line.weights[bucket], out=total[1:])
                sums[i] += line.step * (total[high] - total[low])
        sums /= np.sqrt(np.maximum(counts, 1))
        vectors = means(text, starts, ends)
        for i, line in enumerate(lines):
            sums[i] += line.bias + vectors @ line.meaning
            sums[i] += [float(line.dense[mark].sum()) if mark else 0.0 for mark in marks]
        return sums[0], sums[1], marks

    def _whole(self, text: str) -> tuple[NDArray[np.float64], NDArray[np.float64], list[list[int]]]:
        """`measure` of a text as one span, without the sums over windows."""
        import numpy as np

        told = acts_in(text)
        marks = dense(text, told, 0, len(told.acts), 0, len(text))
        bucket = grams(text, SHORTEST, LONGEST, BUCKETS).bucket
        share = 1 / max(1, bucket.size) ** 0.5
        vector = meaning().of(text)
        found = [
            line.bias
            + line.step * share * float(line.weights[bucket].sum(dtype=np.int64))
            + float(vector @ line.meaning)
            + float(line.dense[marks].sum())
            for line in (self.takeover, self.request)
        ]
        return np.array(found[:1]), np.array(found[1:]), [marks]

    @staticmethod
    def _columns(text: str, told: Told, start: int, end: int) -> list[int]:
        from bisect import bisect_left

        first = bisect_left(told.start, start)
        return dense(text, told, first, bisect_left(told.start, end), start, end)
