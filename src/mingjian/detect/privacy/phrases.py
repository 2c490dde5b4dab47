"""Which of a list of labels stands directly before a place: by look-up, not by pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import EDGE, among, codes_of, held

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REACH = 52
_FILLING = " \t\u3000\"'“”’*[(（+＋#>|=:：,，-"
_COPULAS = (" is", " was", "是", "为")
_FILLED = 5
"""Characters between a label and what it announces at most, brackets with a remark aside."""
_LINE = ord("\n")
_CASES = {"k": "kK\u212a", "å": "åÅ\u212b"}
"""What is written alike in small letters: the signs of kelvin and ångström too."""


class Phrases:
    """Labels in lower case, each with what it announces; `_` and `-` count as a space."""

    def __init__(self, meaning: Mapping[str, str]) -> None:
        self._meaning = dict(meaning)
        self._sizes = tuple(sorted({len(phrase) for phrase in meaning}, reverse=True))
        self._last = frozenset(phrase[-1] for phrase in meaning)
        self._ends = frozenset(
            phrase[-2:] for phrase in (*meaning, *_COPULAS) if len(phrase) > 1
        ) | frozenset(_COPULAS)
        self._short = frozenset(phrase for phrase in meaning if len(phrase) == 1) | frozenset(
            (")", "）", *_COPULAS)
        )
        self._arrays: tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None = None

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases:
        return cls(dict.fromkeys(phrases, ""))

    def may_end(self, text: str, place: int) -> bool:
        """A quick answer to whether `before` could find a label: False is certain."""
        at = place - 1
        least = max(at - _FILLED, -1)
        while at > least and text[at] in _FILLING:
            at -= 1
        if at == place - 1 and at >= 0 and text[at] == "\n":  # the label may fill the line above
            at -= 1
            least = max(at - _FILLED, -1)
            while at > least and text[at] in _FILLING:
                at -= 1
        if at < 0 or text[at] == "\n":
            return False
        if at == least:
            return True
        if text[at] in self._short:
            return True
        return text[at - 1 if at else 0 : at + 1].lower() in self._ends

    def may_end_at(self, codes: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
        """`may_end` for many places of a text given as codes, with six lines before it at least."""
        import numpy as np

        if self._arrays is None:
            self._arrays = self._as_arrays()
        filling, short, ends = self._arrays
        at = places - 1
        at = at - (codes[at] == _LINE)  # the label may fill the line above
        skipped = np.zeros(len(at), np.int64)
        for _ in range(_FILLED):
            more = filling[codes[at]]
            at = at - more
            skipped += more
        pairs = codes[at - 1].astype(np.int64) << 16 | codes[at]
        answer: NDArray[Any] = (codes[at] != _LINE) & (
            (skipped == _FILLED) | short[codes[at]] | among(pairs, ends)
        )
        return answer

    def followed_by(self, kind: str, text: str) -> list[int]:
        """Where in a long text one of a class of characters stands that `before` may answer for."""
        import numpy as np

        codes = codes_of(text)
        at = np.flatnonzero(held(kind, codes))
        places: list[int] = (at[self.may_end_at(codes, at)] - EDGE).tolist()
        return places

    def _as_arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Which characters fill, which end a label alone, and the pairs that end one."""
        import numpy as np

        filling, short = np.zeros(0x10000, bool), np.zeros(0x10000, bool)
        filling[[ord(c) for c in _FILLING]] = True
        short[[ord(c) for c in self._short if len(c) == 1]] = True
        pairs = {
            ord(first) << 16 | ord(last)
            for pair in self._ends
            if len(pair) == 2
            for first in _CASES.get(pair[0], pair[0] + pair[0].upper())
            for last in _CASES.get(pair[1], pair[1] + pair[1].upper())
        }
        return filling, short, np.array(sorted(pairs), np.int64)

    def before(self, text: str, place: int) -> tuple[int, int, str] | None:
        """Start, end and meaning of the longest label before `place`.

        It stands on the same line, or fills the end of the line above.

        Quotes, colons, brackets, a short remark in brackets and "is" may stand in between.
        """
        if not self.may_end(text, place):
            return None
        left = max(0, place - _REACH)
        tail = text[left:place]
        if tail.endswith("\n"):  # the label may fill the line before
            tail = tail[:-1]
        cut = tail.rfind("\n") + 1
        if cut:
            left += cut
            tail = tail[cut:]
        tail = tail.rstrip(_FILLING)
        if tail[-1:] in ")）":
            opening = max(tail.rfind("("), tail.rfind("（"))
            if opening >= 0 and len(tail) - opening <= 14:
                tail = tail[:opening].rstrip(_FILLING)
        for copula in _COPULAS:
            if tail.endswith(copula):
                tail = tail[: -len(copula)].rstrip(_FILLING)
                break
        low = tail.lower()
        if not low or low[-1] not in self._last or len(low) != len(tail):
            return None
        low = low.replace("_", " ").replace("-", " ")
        for size in self._sizes:
            phrase = low[-size:]
            if phrase in self._meaning and len(phrase) == size:
                at = len(low) - size
                if at and phrase[0].isascii() and low[at - 1].isascii() and low[at - 1].isalpha():
                    continue
                return left + at, left + len(low), self._meaning[phrase]
        return None
