"""One reading of a text: hidden passages decoded, windows measured, numbers for the last step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING

from mingjian.detect.learned.normal import Normal, normalise, replace_all
from mingjian.detect.prompt.coded import coded_passages
from mingjian.detect.prompt.gauge import Gauge
from mingjian.detect.prompt.hidden import INVISIBLE, TERMINAL, Passage, hidden_passages
from mingjian.detect.prompt.windows import Window, han_count, windows

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
AGAIN = 6000
"""Characters of a document that are read a second time, a Han character counts double: about a
second's work."""
_MARKUP = re.compile(r"<(?:!--[^<>]{0,2000}--|/?[a-zA-Z][^<>]{0,1000})>")
_BLOCKS = re.compile(
    r"(?<![ \t])[ \t]*+<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/td)\b[^<>]{0,300}>", re.I
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_HIDDEN = """
unicode-tags variation-selectors zero-width-bits zero-width-split reversed-direction
terminal-hidden comment css-hidden attribute pushed-away
"""
HIDDEN = frozenset(_HIDDEN.split())
"""Ways that hide text from the reader; the others only write it differently."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A decoded passage with its two measures, and its text as it was measured."""

    passage: Passage
    takeover: float
    request: float
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured: windows with their measures, stretches, decoded passages."""

    normal: Normal
    windows: list[Window]
    takeover: list[float]
    request: list[float]
    stretch: float
    """The highest takeover of a stretch of windows, where stretches were measured."""
    marks: list[tuple[int, ...]]
    vectors: NDArray[np.float32]
    heard: list[Heard]
    cut: bool

    def prompt_numbers(self) -> list[float]:
        """For a text typed to a model: how the whole and its worst window measure; a decoded
        passage counts as either."""
        top = max(self.takeover, default=-4.0)
        told = max((heard.takeover for heard in self.heard), default=-9.0)
        return [max(self.stretch, told), max(top, told)]

    @property
    def loudest(self) -> Heard | None:
        """The decoded passage that takes over more than anything written openly."""
        loudest = max(self.heard, key=lambda heard: heard.takeover, default=None)
        open_ = max(self.takeover, default=-9.0)
        if loudest is not None and self.windows and loudest.takeover <= max(open_, self.stretch):
            return None
        return loudest

    def passage(self) -> str:
        """What is read a second time of a prompt: the loudest decoded passage, else the whole."""
        return self.loudest.text if self.loudest else self.normal.text

    def again(self, planted: Sequence[float]) -> list[tuple[str, int]]:
        """What is read a second time of a document, whose windows were measured as `planted`: each
        window as text and number, of a long document those that look most planted; behind them the
        loudest decoded passage, in the name of the first."""
        found: list[tuple[str, int]] = []
        size = 0
        for i in sorted(range(len(planted)), key=lambda i: -planted[i]):
            window = self.windows[i]
            text = self.normal.text[window.start : window.end]
            size += len(text) + han_count(text)
            if size > AGAIN and found:
                break
            found.append((text, i))
        if self.loudest and found:
            found.append((self.loudest.text, found[0][1]))
        return found

    def window_numbers(self) -> list[list[float]]:
        """For each window of a document, `WINDOW_NUMBERS`."""
        import numpy as np

        last = len(self.windows) - 1
        together = sum(self.request)
        # Of each direction v, with the sum s of all: v by (s - v), over the length of s - v.
        everything = np.add.reduce(self.vectors, axis=0)
        square = float(everything @ everything)
        products = (self.vectors @ everything).tolist()
        breaks = _breaks(self.normal.text, self.windows)
        numbers = []
        for i, (window, request, takeover, product, broken) in enumerate(
            zip(self.windows, self.request, self.takeover, products, breaks, strict=True)
        ):
            own = 1.0 if product else 0.0
            alone, edge = float(window.alone), float(i in (0, last))
            numbers.append(
                [
                    request,
                    takeover,
                    alone,
                    edge,
                    (together - request) / max(1, last),
                    (product - own) / sqrt(max(square - 2 * product + own, 1e-6)),
                    broken,
                    log(min(window.end - window.start, 300)),
                    alone * edge,
                    max(request, takeover),
                ]
            )
        return numbers

    def document_numbers(self, windows: Sequence[float], veiled: bool = False) -> list[float]:
        """For a document, `DOCUMENT_NUMBERS`: its windows measured as planted (`windows`, from
        `window_numbers`), and what was decoded; `veiled` says that the whole was hidden."""
        count = len(self.windows)
        hidden = [h.request for h in self.heard if h.passage.way in HIDDEN]
        decoded = [h.takeover for h in self.heard]
        if not count:
            least = [-4.0, -6.0, 0.0, 0.0, 1.0]
            return [*least, max(decoded, default=-4.0), max(hidden, default=-4.0)]
        top = max(self.takeover)
        first, second = top - 3.0, -6.0
        if count > 1:
            second, first = sorted(windows)[-2:]
        if veiled:
            decoded.append(top)
            hidden.append(max(self.request))
        return [
            first,
            second,
            max(0.0, top - 1.0),
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
    "planted", "second planted", "takeover beyond 1", "windows", "single",
    "decoded takeover", "hidden request",
)  # fmt: skip
PROMPT_NUMBERS = ("whole", "window")


def _breaks(text: str, parts: list[Window]) -> list[float]:
    """1 for each window in the other of Chinese and not Chinese than the text around it."""
    if text.isascii():
        return [0.0] * len(parts)
    return [_break(text, window) for window in parts]


def _break(text: str, window: Window) -> float:
    inside = bool(_HAN.search(text, window.start, window.end))
    around = text[max(0, window.start - 400) : window.start] + text[window.end : window.end + 400]
    if inside == bool(_HAN.search(around)) or len(_LETTER.findall(around)) < 40:
        return 0.0
    return 1.0


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
    if "\n" not in text:
        return normalise(text)
    made = normalise(text.replace("\n", "\uf8ff"))
    return Normal(made.text.replace("\uf8ff", "\n"), made.origin)


def _joined(outer: Normal, inner: Normal) -> Normal:
    if outer.origin is None:
        return inner
    if inner.origin is None:
        return Normal(inner.text, outer.origin[: len(inner.text)])
    return Normal(inner.text, outer.origin[inner.origin])


def read(text: str, gauge: Gauge, *, whole: bool) -> Reading:
    """Read a text with a gauge, its stretches too where `whole` (a prompt is judged by them,
    a document by its windows); nothing beyond `LONGEST` characters is looked at."""
    cut = len(text) > LONGEST
    text = text[:LONGEST]
    passages = hidden_passages(text)
    clean = cleaned(text)
    passages += coded_passages(clean.text if clean.origin is None else text)
    normal = _joined(clean, alike(clean.text))
    parts = windows(normal.text) if len(text) > SHORT or not _short(text) else _whole(normal.text)
    spans = [(w.start, w.end) for w in parts]
    size = len(spans)
    if whole and size > 1:
        spans += _stretches(parts)
    made = gauge.measure(normal.text, spans)
    return Reading(
        normal,
        parts,
        made.takeover[:size],
        made.request[:size],
        max(made.takeover[size:] or made.takeover, default=-4.0),
        made.marks[:size],
        made.vectors[:size],
        [_hear(passage, gauge) for passage in passages[:MEASURED]],
        cut,
    )


def _short(text: str) -> bool:
    """Whether a text is too short for its sentences to differ: a Han character counts double."""
    return len(text) * 2 <= SHORT or text.isascii() or len(text) + han_count(text) <= SHORT


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
    made = gauge.measure(text, [(0, len(text))])
    return Heard(passage, made.takeover[0], made.request[0], text)
