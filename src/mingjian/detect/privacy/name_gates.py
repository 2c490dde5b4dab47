"""Where in a long text a name in Latin letters can be at all, found in arrays.

Most capitalised words are in no name. Words that one pattern takes together are a run; unless one
of its words is on a list, is written unusually or stands behind a word that announces names,
nothing is looked for in the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mingjian.detect.privacy.gates import Gate, as_places, codes_of, held, narrowed
from mingjian.detect.privacy.words import (
    CAPITAL,
    Known,
    Pairs,
    WordGate,
    Words,
    behind,
    last_words,
    standing,
    words_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP = 8
"""Between words of a run: a blank or a particle between two."""
_WITHIN = r"[A-Za-z '’\-]"
"""What may stand before a word that is not the first of its run."""
_UNUSUAL = r"[A-Za-z\u00c0-\u017e'’\-]"
"""Behind the letters of one case: the word goes on otherwise."""
_NEXT_WORD = CAPITAL.removesuffix("]") + "abdeiltvz]"
"""Capitals, and the first letters of particles (van, de, bin)."""
_BLANKS, _LABEL_REACH = 24, 44
"""Behind a separator, and from it back to the label, at most."""
_AROUND_WORDS = r"[\s.,:;()\"']"


class RunGate(Gate):
    """Before words with others behind them, in runs that hold a word of a list."""

    def __init__(
        self,
        known: Callable[[], Known],
        announcing: Iterable[str],
        pairs: Iterable[str],
        *around: tuple[int | range, str],
    ) -> None:
        """`announcing`: words, and `pairs` of words, that stand before or in a run."""
        super().__init__(*around)
        self._known, self._announcing, self._pairs = known, announcing, pairs

    def places(self, text: str) -> list[int]:
        import numpy as np

        codes, words = codes_of(text), words_of(text)
        going_on = followed(codes, words)
        initial = (words.end - words.at == 1) & held("[ .]", codes[words.end])
        of_note = unusual(codes, words) | initial | self._known().among(words)
        of_note |= self._announcing_words.among(words)
        others = np.flatnonzero(going_on & ~of_note & ~_behind_another(codes, words))
        of_note[others] = self._announced(codes, words.at[others])
        open_ = in_runs(codes, words, of_note, _GAP) & going_on
        return as_places(narrowed(codes, words.at[open_], *self._around))

    @cached_property
    def _announcing_words(self) -> Known:
        return Known([*self._announcing, *(pair.split()[1] for pair in self._pairs)])

    @cached_property
    def _announcing_before(self) -> tuple[Known, Known, Known]:
        """Such words, second ones of pairs and first ones, read from their ends."""
        pairs = [pair[::-1].split() for pair in self._pairs]
        ends = [word[::-1] for word in self._announcing]
        return Known(ends), Known(second for second, _ in pairs), Known(first for _, first in pairs)

    def _announced(self, codes: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        alone, second, first = self._announcing_before
        last = behind(codes, at - 1, _AROUND_WORDS, _GAP, -1)
        words = last_words(codes, last)
        far = last == at - 1 - _GAP
        found: NDArray[Any] = alone.among(words) | far | (codes[last] == ord("é"))
        paired = np.flatnonzero(second.among(words))
        before = behind(codes, words.end[paired], _AROUND_WORDS, _GAP, -1)
        found[paired] |= first.among(last_words(codes, before))
        return found


class CapitalsGate(WordGate):
    """Before words in capitals, in runs that hold one of a list or a comma."""

    def places(self, text: str) -> list[int]:
        codes, words = codes_of(text), words_of(text)
        of_note = unusual(codes, words) | (codes[words.end] == ord(","))
        open_ = in_runs(codes, words, of_note | self.known.among(words), _GAP)
        return as_places(narrowed(codes, words.at[open_], *self._around))


class FollowedGate(Gate):
    """Before words with others behind them."""

    def places(self, text: str) -> list[int]:
        codes, words = codes_of(text), words_of(text)
        return as_places(narrowed(codes, words.at[followed(codes, words)], *self._around))


class TicketGate(Gate):
    """Before words with a slash behind them, as on tickets."""

    def places(self, text: str) -> list[int]:
        codes, words = codes_of(text), words_of(text)
        open_ = words.cut() | held(r"[/'\-]", codes[words.end])
        return as_places(narrowed(codes, words.at[open_], *self._around))


class IntroGate(Gate):
    """Before the blank between what introduces a name and the name."""

    def __init__(self, tails: Iterable[str], sure: Iterable[str], known: Callable[[], Known]):
        """`tails`: the last two characters of introductions; behind others than the `sure` ones
        the name must be on the list."""
        super().__init__((-1, r"[ \n]"))
        self._tails, self._sure, self._known = Pairs(tails), Pairs(sure), known

    def places(self, text: str) -> list[int]:
        codes, words = codes_of(text), words_of(text)
        words = words.only(held(r"[ \n]", codes[words.at - 1]))
        last = behind(codes, words.at - 2, r"[ \n]", 3, -1)
        listed = self._tails.hold(codes, last) & self._known().among(words)
        open_ = listed | self._sure.hold(codes, last)
        return as_places(words.at[open_] - 1)


class LastFirstGate(Gate):
    """Before the labels of names that are written the surname first."""

    @cached_property
    def _known(self) -> Known:
        return Known(["From", "To", "Cc"])

    def places(self, text: str) -> list[int]:
        codes, words = codes_of(text), words_of(text)
        words = words.only(self._known.among(words))
        roots = [place - 1 for root in ("ame", "AME") for place in standing(root, text) if place]
        return sorted(roots + as_places(words.at[codes[words.end] == ord(":")]))


class LabelGate(Gate):
    """Before separators between what may be a label of names and a capital."""

    def __init__(self, filling: str, ends: Callable[[], Iterable[str]]) -> None:
        """What may stand between a label and a separator, and the last letters of labels."""
        super().__init__()
        self._filling, self._ends = filling, ends

    def places(self, text: str) -> list[int]:
        import numpy as np

        codes, at = codes_of(text), words_of(text).at
        at = at - 1 - held("[\"']", codes[at - 1])
        separators = [at[held("[:：=|\t]", codes[at])]]
        for _ in range(_BLANKS):
            at = at[held(r"[ \t]", codes[at])] - 1
            if not len(at):
                break
            separators.append(at[held("[:：=|\t]", codes[at])])
        at = np.unique(np.concatenate(separators))
        label = behind(codes, at - 1, self._filling, _LABEL_REACH, -1)
        ends = [ord(letter) for end in self._ends() for letter in (end, end.upper())]
        return as_places(at[np.isin(codes[label], ends)])


def unusual(codes: NDArray[Any], words: Words) -> NDArray[Any]:
    """Words that go on behind their letters of one case."""
    unusual: NDArray[Any] = held(_UNUSUAL, codes[words.end]) | words.cut() | words.foreign()
    return unusual


def in_runs(codes: NDArray[Any], words: Words, of_note: NDArray[Any], gap: int) -> NDArray[Any]:
    """Which words are in one run with a word of note. An unusual word must be of note."""
    import numpy as np

    if not len(words.at):
        return of_note
    near = words.at[1:] - words.end[:-1] <= gap
    starts = np.flatnonzero(np.append(True, ~(near & held(_WITHIN, codes[words.at[1:] - 1]))))
    lengths = np.diff(np.append(starts, len(words.at)))
    within: NDArray[Any] = np.repeat(np.logical_or.reduceat(of_note, starts), lengths)
    return within


def _behind_another(codes: NDArray[Any], words: Words) -> NDArray[Any]:
    """Which stand one blank behind the word before."""
    behind: NDArray[Any] = codes[words.at - 1] == ord(" ")
    behind[1:] &= words.at[1:] - words.end[:-1] == 1
    behind[:1] = False
    return behind


def followed(codes: NDArray[Any], words: Words) -> NDArray[Any]:
    """Which may have a second word behind them."""
    next_ = (codes[words.end] == ord(" ")) & held(_NEXT_WORD, codes[words.end + 1])
    followed: NDArray[Any] = next_ | unusual(codes, words)
    return followed
