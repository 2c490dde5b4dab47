"""One reading of a text: hidden passages decoded, windows measured, numbers for the last step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from mingjian.detect.learned.normal import Normal, normalise, replace_all
from mingjian.detect.prompt.coded import coded_passages
from mingjian.detect.prompt.gauge import Gauge, means
from mingjian.detect.prompt.hidden import INVISIBLE, TERMINAL, Passage, hidden_passages
from mingjian.detect.prompt.windows import Window, windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 200_000
"""Characters of a text that are read."""
STRETCH = 1500
"""Characters of a stretch of windows, measured as a whole."""
SHORT = 100
"""A text up to this long is one window."""
MEASURED = 24
"""Decoded passages measured."""
_MARKUP = re.compile(r"<(?:!--[^>]{0,2000}--|/?[a-zA-Z][^<>]{0,1000})>")
_BLOCKS = re.compile(r"(?<![ \t])[ \t]*+<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/td)\b[^<>]{0,300}>", re.I)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HIDDEN = """
unicode-tags variation-selectors zero-width-bits zero-width-split reversed-direction
terminal-hidden comment css-hidden attribute pushed-away
"""
HIDDEN = frozenset(_HIDDEN.split())
"""Ways that hide text from the reader; the others only write it differently."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A decoded passage with its two measures."""

    passage: Passage
    takeover: float
    request: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured: windows with their measures, stretches, decoded passages."""

    normal: Normal
    windows: list[Window]
    takeover: NDArray[np.float64]
    request: NDArray[np.float64]
    stretch: float
    marks: list[list[int]]
    heard: list[Heard]
    cut: bool

    def prompt_numbers(self) -> list[float]:
        """For a text typed to a model: how the whole and its worst window measure; a decoded
        passage counts as either."""
        top = float(self.takeover.max()) if self.takeover.size else -4.0
        told = max((heard.takeover for heard in self.heard), default=-9.0)
        return [max(self.stretch, told), max(top, told)]

    def window_numbers(self) -> NDArray[np.float64]:
        """For each window of a document, `WINDOW_NUMBERS`."""
        import numpy as np

        count = len(self.windows)
        starts = np.array([w.start for w in self.windows], dtype=np.int64)
        ends = np.array([w.end for w in self.windows], dtype=np.int64)
        edge = np.zeros(count)
        edge[[0, -1]] = 1.0
        alone = np.array([float(w.alone) for w in self.windows])
        rest = np.zeros(count)
        if count > 1:
            rest += (self.request.sum() - self.request) / (count - 1)
        vectors = means(self.normal.text, starts, ends)
        others = vectors.sum(axis=0) - vectors
        others /= np.maximum(np.sqrt((others * others).sum(axis=1, keepdims=True)), 1e-6)
        broken = np.array([_break(self.normal.text, w) for w in self.windows])
        return np.column_stack(
            (
                self.request,
                self.takeover,
                alone,
                edge,
                rest,
                (vectors * others).sum(axis=1),
                broken,
                np.log(np.minimum(ends - starts, 300)),
                alone * edge,
                np.maximum(self.request, self.takeover),
            )
        )

    def document_numbers(self, windows: NDArray[np.float64], veiled: bool = False) -> list[float]:
        """For a document, `DOCUMENT_NUMBERS`: its windows measured as planted (`windows`, from
        `window_numbers`), and what was decoded; `veiled` says that the whole was hidden."""
        import numpy as np

        count = len(self.windows)
        hidden = [h.request for h in self.heard if h.passage.way in HIDDEN]
        decoded = [h.takeover for h in self.heard]
        if not count:
            least = [-4.0, -6.0, -4.0, 0.0, 0.0, 1.0]
            return [*least, max(decoded, default=-4.0), max(hidden, default=-4.0)]
        ranked = np.sort(windows)[::-1] if count > 1 else self.takeover - 3.0
        if veiled:
            decoded.append(float(self.takeover.max()))
            hidden.append(float(self.request.max()))
        return [
            float(ranked[0]),
            float(ranked[1]) if count > 1 else -6.0,
            self.stretch,
            max(0.0, float(self.takeover.max()) - 1.0),
            log(count),
            float(count == 1),
            max(decoded, default=-4.0),
            max(hidden, default=-4.0),
        ]


WINDOW_NUMBERS = (
    "request", "takeover", "alone on its line", "first or last", "request of the others",
    "likeness to the others", "language break", "length", "alone and first or last",
    "request or takeover",
)  # fmt: skip
DOCUMENT_NUMBERS = (
    "planted", "second planted", "stretch", "takeover beyond 1", "windows", "single",
    "decoded takeover", "hidden request",
)  # fmt: skip
PROMPT_NUMBERS = ("whole", "window")


def _break(text: str, window: Window) -> float:
    """1 where the window is in the other of Chinese and not Chinese than the text around it."""
    inside = bool(_HAN.search(text, window.start, window.end))
    around = text[max(0, window.start - 400) : window.start] + text[window.end : window.end + 400]
    if sum(c.isalpha() for c in around) < 40:
        return 0.0
    return float(inside != bool(_HAN.search(around)))


def cleaned(text: str) -> Normal:
    """The text as it is measured: invisible characters and markup taken out, normalised."""
    normal = Normal(text)
    if not text.isascii() and INVISIBLE.search(text):
        normal = replace_all(normal, INVISIBLE, "")
    if "\x1b" in text:
        normal = replace_all(normal, TERMINAL, "")
    if "<" in text and ("</" in text or "<br" in text or "<!--" in text):
        normal = replace_all(replace_all(normal, _BLOCKS, "\n"), _MARKUP, " ")
    return normal


def alike(text: str) -> Normal:
    """`normalise`, but line ends stay: windows are cut at them."""
    made = normalise(text.replace("\n", "\uf8ff"))
    if "\uf8ff" not in made.text:
        return made
    return Normal(made.text.replace("\uf8ff", "\n"), made.origin)


def _joined(outer: Normal, inner: Normal) -> Normal:
    if outer.origin is None:
        return inner
    if inner.origin is None:
        return Normal(inner.text, outer.origin[: len(inner.text)])
    return Normal(inner.text, outer.origin[inner.origin])


def read(text: str, gauge: Gauge) -> Reading:
    """Read a text with a gauge; nothing beyond `LONGEST` characters is looked at."""
    import numpy as np

    cut = len(text) > LONGEST
    text = text[:LONGEST]
    passages = hidden_passages(text)
    clean = cleaned(text)
    passages += coded_passages(clean.text if clean.origin is None else text)
    normal = _joined(clean, alike(clean.text))
    parts = windows(normal.text) if len(text) > SHORT or not _short(text) else _whole(normal.text)
    spans = [(w.start, w.end) for w in parts]
    stretches = _stretches(parts)
    if len(parts) == 1:
        spans, stretches = [(parts[0].start, parts[0].end)], []
    takeover, request, marks = gauge.measure(normal.text, spans + stretches)
    size = len(parts)
    stretch = takeover[size:] if stretches else takeover[:size]
    heard = [_hear(passage, gauge) for passage in passages[:MEASURED]]
    return Reading(
        normal,
        parts,
        takeover[:size],
        request[:size],
        float(np.max(stretch)) if stretch.size else -4.0,
        marks[:size],
        heard,
        cut,
    )


def _short(text: str) -> bool:
    """Whether a text is too short for its sentences to differ: a Han character counts double."""
    return len(text) + (0 if text.isascii() else len(_HAN.findall(text))) <= SHORT


def _whole(text: str) -> list[Window]:
    return [Window(0, len(text), True)] if text.strip() else []


def _stretches(parts: list[Window]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start, end = -1, -1
    for window in parts:
        if start >= 0 and window.end - start > STRETCH:
            found.append((start, end))
            start = -1
        if start < 0:
            start = window.start
        end = window.end
    if start >= 0:
        found.append((start, end))
    return found


def _hear(passage: Passage, gauge: Gauge) -> Heard:
    text = alike(cleaned(passage.text).text).text.strip()
    takeover, request, _ = gauge.measure(text, [(0, len(text))])
    return Heard(passage, float(takeover[0]), float(request[0]))
