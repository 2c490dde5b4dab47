"""Two measures of a passage: does it take over a model, and does it ask something of one.

Both are linear: hashed character n-grams (count over the root of their number, so that the sum
over any window comes from one cumulated array), the acts of `acts.py`, and what the words mean
(`learned.meaning`). `takeover` was learnt
from attacks against requests and documents, `request` from requests to assistants against the
sentences of documents.
"""

from __future__ import annotations

import re
from bisect import bisect_left as bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned.meaning import DIMENSIONS, meaning
from mingjian.detect.learned.ngrams import quick_grams
from mingjian.detect.prompt.acts import (
    FEW,
    Told,
    act_columns,
    acts_in,
    pair_columns,
    triple_columns,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST, LONGEST = 2, 4
BITS = 17
BUCKETS = 1 << BITS
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


@cache
def columns() -> int:
    """How many columns `dense` has."""
    return len(pair_columns()) + len(triple_columns()) + len(EXTRA)


def dense(text: str, told: Told, first: int, last: int, start: int, end: int) -> list[int]:
    """Columns set for characters `start` to `end`, whose act words are `first` to `last`."""
    return [*act_columns(told.acts[first:last]), *_extra(text, told, first, last, start, end)]


def _extra(text: str, told: Told, first: int, last: int, start: int, end: int) -> list[int]:
    """Of `dense`, the columns of `EXTRA`."""
    found: list[int] = []
    part = text[start:end]
    base = columns() - len(EXTRA)
    if "<" in part or "[" in part or ":" in part or "：" in part or "【" in part or "#" in part:
        forged = len(_FORGED.findall(part))
        if forged:
            found.append(base)
        if forged > 1:
            found.append(base + 1)
    if last - first > 1 and ('"' in part or "“" in part or "‘" in part or "「" in part):
        for match in _QUOTED.finditer(part):
            inside = sum(
                start + match.start() < told.start[k] < start + match.end()
                for k in range(first, last)
            )
            if inside >= 2:
                found.append(base + 2)
                break
    return found


_Marked = tuple[tuple[int, ...], float, float]
"""Set columns, and what they add to takeover and to request."""


@dataclass(frozen=True, slots=True)
class Line:
    """One linear measure: 8-bit weights of buckets, weights of columns."""

    weights: NDArray[np.int8]
    step: float
    dense: NDArray[np.float32]
    meaning: NDArray[np.float32]
    bias: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Both measures of each span, its set columns, and the direction of its words' meaning."""

    takeover: list[float]
    request: list[float]
    marks: list[tuple[int, ...]]
    vectors: NDArray[np.float32]


class Gauge:
    """The two measures; both weights of a bucket lie in one number, so one look-up serves both."""

    def __init__(self, takeover: Line, request: Line) -> None:
        import numpy as np

        self.takeover, self.request = takeover, request
        lines = (takeover, request)
        self._steps = [line.step for line in lines]
        self._bias = [line.bias for line in lines]
        self._packed = (takeover.weights.astype(np.int64) << 32) + request.weights
        self._meaning = np.stack([line.meaning for line in lines], axis=1).astype(np.float32)
        self._dense = [line.dense.tolist() for line in lines]
        self._remembered = lru_cache(maxsize=20_000)(self._acted)

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

    def measure(self, text: str, spans: Sequence[tuple[int, int]]) -> Measured:
        """Each span of a normalised text, in order."""
        import numpy as np

        told = acts_in(text)
        bucket, sizes = quick_grams(text, SHORTEST, LONGEST, BITS)
        packed = self._packed.take(bucket)
        words = meaning().vectors(told.row)
        if len(spans) == 1 and spans[0] == (0, len(text)):
            return self._whole(text, told, packed, words)
        if not spans:
            return Measured([], [], [], np.zeros((0, DIMENSIONS), dtype=np.float32))
        marks = [
            self._marked(text, told, bisect(told.start, start), bisect(told.start, end), start, end)
            for start, end in spans
        ]
        vectors = _directions(told.place, words, spans)
        total = np.zeros(packed.size + 1, dtype=np.int64)
        np.add.accumulate(packed, out=total[1:])
        made = [
            self._sum(span, total, sizes, mark, meant)
            for span, mark, meant in zip(
                spans, marks, (vectors @ self._meaning).tolist(), strict=True
            )
        ]
        set_ = [columns for columns, *_ in marks]
        return Measured([t for t, _ in made], [r for _, r in made], set_, vectors)

    def _acted(self, acts: tuple[int, ...]) -> _Marked:
        """The columns that act words set, and what these add to both measures."""
        found = tuple(act_columns(acts))
        takeover, request = (sum(map(dense.__getitem__, found)) for dense in self._dense)
        return found, takeover, request

    def _marked(
        self, text: str, told: Told, first: int, last: int, start: int, end: int
    ) -> _Marked:
        """`dense` of a span, and what its columns add to both measures."""
        acts = tuple(told.acts[first:last])
        made = self._remembered(acts) if len(acts) <= FEW else self._acted(acts)
        extra = _extra(text, told, first, last, start, end)
        if not extra:
            return made
        found, takeover, request = made
        for column in extra:
            takeover += self._dense[0][column]
            request += self._dense[1][column]
        return (*found, *extra), takeover, request

    def _sum(
        self,
        span: tuple[int, int],
        total: NDArray[np.int64],
        sizes: Sequence[int],
        mark: _Marked,
        meant: Sequence[float],
    ) -> tuple[float, float]:
        """Both measures of one span, from the cumulated weights of all n-grams of the text."""
        start, end = span
        sum_, count, offset = 0, 0, 0
        for n, size in enumerate(sizes, SHORTEST):
            low, high = min(start, size), end - n + 1
            if high > low:
                count += high - low
                sum_ += total.item(high + offset) - total.item(low + offset)
            offset += size
        return self._of(sum_, count, mark, meant)

    def _of(
        self, packed: int, count: int, mark: _Marked, meant: Sequence[float]
    ) -> tuple[float, float]:
        """Both measures: from the sum over n-grams, how many they are, the set columns, and
        what the meaning of the words adds."""
        upper = (packed + (1 << 31)) >> 32
        share = max(1, count) ** -0.5
        _, takeover, request = mark
        (step, other_step), (bias, other_bias) = self._steps, self._bias
        return (
            meant[0] + bias + share * step * upper + takeover,
            meant[1] + other_bias + share * other_step * (packed - (upper << 32)) + request,
        )

    def _whole(
        self, text: str, told: Told, packed: NDArray[np.int64], words: NDArray[np.float32]
    ) -> Measured:
        """`measure` of a text as one span: a handful of plain numbers."""
        import numpy as np

        mark = self._marked(text, told, 0, len(told.acts), 0, len(text))
        vector = np.add.reduce(words, axis=0)
        length = sqrt(float(vector @ vector))
        if length > 0:
            vector /= length
        meant = (vector @ self._meaning).tolist()
        takeover, request = self._of(int(np.add.reduce(packed)), packed.size, mark, meant)
        return Measured([takeover], [request], [mark[0]], vector.reshape(1, -1))


def _directions(
    places: Sequence[int], words: NDArray[np.float32], spans: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """The mean word vector of each span, of length 1; zeros where no word is known."""
    import numpy as np

    found = np.zeros((len(spans), DIMENSIONS), dtype=np.float32)
    for i, (start, end) in enumerate(spans):
        np.add.reduce(words[bisect(places, start) : bisect(places, end)], axis=0, out=found[i])
    lengths = np.sqrt(np.add.reduce(found * found, axis=1))
    found /= np.maximum(lengths, 1e-6).reshape(-1, 1)
    return found
