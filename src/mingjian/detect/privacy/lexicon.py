"""Words by a hash of them, each looked up at one place of a table, many at once.

The keys are hashed to groups; each group has a number of its own (found when the model is made,
`training/privacy_lexicon.py`) that sends its keys to places no other key has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 65_599
"""The key of a word is the key of all but its last character times this, and its last."""
GROUP_BITS, PLACE_BITS = 15, 18
_GROUP, _SPREAD, _PLACE = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35


def key_of(word: str) -> int:
    """The key of a word of characters of the first plane."""
    key = 0
    for character in word:
        key = (key * STEP + ord(character)) & 0xFFFFFFFF
    return key


def groups(keys: NDArray[Any]) -> NDArray[Any]:
    """The group of each of `keys` (32 bits without sign)."""
    import numpy as np

    found: NDArray[Any] = (keys * np.uint32(_GROUP)) >> np.uint32(32 - GROUP_BITS)
    return found


def places(keys: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
    """Where each of `keys` stands in the table, given its group's number as `spread_out` has it."""
    import numpy as np

    found: NDArray[Any] = ((keys ^ spread) * np.uint32(_PLACE)) >> np.uint32(32 - PLACE_BITS)
    return found


def spread_out(numbers: NDArray[Any]) -> NDArray[Any]:
    """The numbers of groups over all 32 bits."""
    import numpy as np

    spread: NDArray[Any] = numbers.astype(np.uint32) * np.uint32(_SPREAD)
    return spread


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of two to four characters, and how common each is."""

    spread: NDArray[Any]
    """The number of each group, spread out."""
    keys: NDArray[Any]
    levels: NDArray[Any]

    @classmethod
    def of(cls, keys: NDArray[Any], levels: NDArray[Any], sent: NDArray[Any]) -> Lexicon:
        """Of the keys of words, how common each is, and the numbers of the groups."""
        import numpy as np

        spread = spread_out(sent)
        at = places(keys, spread[groups(keys)])
        table = np.zeros(1 << PLACE_BITS, np.uint32)
        table[at] = keys
        known = np.zeros(1 << PLACE_BITS, np.float32)
        known[at] = levels
        return cls(spread, table, known)

    def common(self, keys: NDArray[Any]) -> NDArray[Any]:
        """How common the words of these keys are; 0 for what is no word."""
        at = places(keys, self.spread.take(groups(keys)))
        found: NDArray[Any] = self.levels.take(at)
        found *= self.keys.take(at) == keys
        return found
