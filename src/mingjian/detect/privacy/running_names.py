"""Chinese names in running text that nothing announces, judged by their characters and neighbours.

Every stretch that begins with a surname is a candidate. A sum over five characters
(`running_first.py`) drops most; a small network (`running_network.py`) over the name and seven
characters on either side judges the rest (`training/privacy_names.py`; see the card). Where the
text holds other personal information less is asked of a name, and of one accepted elsewhere still
less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import Characters, characters
from mingjian.detect.privacy.running_first import candidates
from mingjian.detect.privacy.running_network import Candidate, sums

ALONE, BESIDE_OTHERS = 0.2, -0.6
"""The least sum in a text without, and with, other personal information."""
_REPEATED = -3.0
"""The least sum for a string accepted as a name elsewhere in the same text."""
_WORDLIKE = 2.5
"""What a name loses that is an everyday word too (高峰, 汪洋)."""
_SIGHTS = frozenset("殿宫寺庙陵坛塔店证案馆")
"""Last characters of sights and shops (武英殿), which begin with surnames often."""


def find_running_names(text: str, least: float, accepted: Sequence[Hit] = ()) -> Iterator[Hit]:
    """Names whose sum reaches `least`, and those that repeat one of them or of `accepted`.

    Where one of `accepted` stands, and nothing longer may, nothing is judged again.
    """
    sure = {hit.value for hit in accepted}
    survivors, starts = candidates(text)
    used = bytearray(len(text))
    for start, end in _settled(survivors, accepted).items():
        used[start:end] = b"\1" * (end - start)
    survivors = [one for one in survivors if used.find(1, one[0], one[0] + one[1] + one[2]) < 0]
    taken = [(-100.0, start, end) for start, end in _repeated(text, starts, sure, used)]
    taken += _judged(text, survivors, least)
    taken.sort()
    for rank, start, end in taken:
        name = text[start:end]
        if (rank < 50 or name in sure) and used.find(1, start, end) < 0:
            used[start:end] = b"\1" * (end - start)
            sure.add(name)
            yield Hit("name", start, end, name)


def _judged(
    text: str, survivors: list[Candidate], least: float
) -> Iterator[tuple[float, int, int]]:
    """Rank, beginning and end of what the network takes for names, the surest first."""
    known = characters()
    for value, (start, width, more) in zip(sums(text, survivors), survivors, strict=True):
        if value < _REPEATED:
            continue
        end = start + width + more
        name = text[start:end]
        if _nobody(name, width, known):
            continue
        if name in known.not_names:
            value -= _WORDLIKE
        if value >= least:
            yield -value, start, end
        elif value >= _REPEATED:
            yield 100.0 - value, start, end  # after all that stand on their own


def _repeated(
    text: str, starts: list[int], sure: set[str], used: bytearray
) -> Iterator[tuple[int, int]]:
    """Where else names of three and four characters stand that are known to be names."""
    begun = {name[:3] for name in sure}
    for start in starts if sure else ():
        if not used[start] and text[start : start + 3] in begun:
            for end in (start + 4, start + 3):
                if end <= len(text) and text[start:end] in sure:
                    yield start, end


def _settled(survivors: list[Candidate], accepted: Sequence[Hit]) -> dict[int, int]:
    """Start and end of the names of `accepted` that no candidate is longer than."""
    ends = {hit.start: hit.end for hit in accepted}
    for start, width, more in survivors if ends else ():
        if start in ends and start + width + more > ends[start]:
            del ends[start]
    return ends


def _nobody(name: str, width: int, known: Characters) -> bool:
    """A person of history, a sight, 王某, or a surname with its form of address."""
    return (
        name in known.famous
        or name[-1] in _SIGHTS
        or "某" in name
        or name[width:] in known.follow_words
    )
