"""Which of a list of labels stands directly before a place: by look-up, not by pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import EDGE, among, codes_of, held, small_letters

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REACH = 52
_FILLING = " \t\u3000\"'“”’*[(（+＋#>|=:：,，-"
_COPULAS = (" is", " was", "是", "为")
_FILLED = 5
"""Characters between a label and what it announces at most, brackets with a remark aside."""
_LINE = ord("\n")
_END = 4
"""Characters of a label's end that are looked at first."""
_BACK = range(_END - 1, -1, -1)


def _spellings(end: str) -> Iterator[str]:
    """With `_` or `-` for any of its spaces."""
    return map("".join, product(*(" _-" if character == " " else character for character in end)))


def _as_one(before: Any, code: Any) -> Any:
    """Up to four characters, or arrays of them, as one number."""
    return before << 16 | code


class Phrases:
    """Labels in lower case, each with what it announces; `_` and `-` count as a space."""

    def __init__(self, meaning: Mapping[str, str]) -> None:
        self._meaning = dict(meaning)
        self._sizes = tuple(sorted({len(phrase) for phrase in meaning}, reverse=True))
        self._last = frozenset(phrase[-1] for phrase in meaning)
        ends = [phrase[-_END:] for phrase in (*meaning, *_COPULAS, ")", "）")]
        self._ends = frozenset(spelled for end in ends for spelled in _spellings(end))
        self._arrays: tuple[NDArray[Any], list[tuple[int, NDArray[Any]]]] | None = None

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
        end = text[at + 1 - _END if at >= _END else 0 : at + 1].lower()
        ends = self._ends
        return end in ends or end[1:] in ends or end[2:] in ends or end[3:] in ends

    def may_end_at(self, text: str, places: NDArray[Any]) -> NDArray[Any]:
        """`may_end` for many places of a long text, numbered as in `gates.codes_of`."""
        import numpy as np

        if self._arrays is None:
            self._arrays = self._as_arrays()
        filling, ends = self._arrays
        codes = small_letters(text)
        at = places - 1
        at = at - (codes[at] == _LINE)  # the label may fill the line above
        skipped = np.zeros(len(at), np.int64)
        for _ in range(_FILLED):
            more = filling[codes[at]]
            at = at - more
            skipped += more
        written = reduce(_as_one, [codes[at - back].astype(np.uint64) for back in _BACK])
        answer: NDArray[Any] = skipped == _FILLED
        for size, known in ends:
            answer |= among(written & np.uint64((1 << 16 * size) - 1), known)
        answer &= codes[at] != _LINE
        return answer

    def followed_by(self, kind: str, text: str) -> list[int]:
        """Where in a long text one of a class of characters stands that `before` may answer for."""
        import numpy as np

        codes = codes_of(text)
        at = np.flatnonzero(held(kind, codes))
        places: list[int] = (at[self.may_end_at(text, at)] - EDGE).tolist()
        return places

    def _as_arrays(self) -> tuple[NDArray[Any], list[tuple[int, NDArray[Any]]]]:
        """Which characters fill, and the ends of labels of each size as numbers."""
        import numpy as np

        filling = np.zeros(0x10000, bool)
        filling[[ord(c) for c in _FILLING]] = True
        ends = [
            (size, sorted(reduce(_as_one, map(ord, end)) for end in self._ends if len(end) == size))
            for size in {len(end) for end in self._ends}
        ]
        return filling, [(size, np.array(known, np.uint64)) for size, known in ends]

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
