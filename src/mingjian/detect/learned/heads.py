"""What a second reading hears: a text in windows, and heads over the pieces that an encoder makes
of them (`learned.encoder`). `training/piece_heads.py` learns the heads; a detector's model file
holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = {"zh": 150, "en": 420}
"""Characters of a window, at most: about as many as the encoder reads at once."""


def windows(text: str, language: str, most: int) -> list[str]:
    """Parts of a text of even length, none longer than `WINDOW`, `most` of them at most: of a
    longer text half of them from its beginning, half from its end. An empty text is one part."""
    count = max(1, -(-len(text) // WINDOW[language]))
    step = max(1, -(-len(text) // count))
    found = [text[start : start + step] for start in range(0, max(1, len(text)), step)]
    return found if len(found) <= most else found[: most // 2] + found[-most // 2 :]


class Heads:
    """Each head has its own mind which pieces of a text matter, and what they tell."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`heads_where` makes a piece matter and `heads_what` makes it tell, one column a head."""
        self._where, self._what = arrays["heads_where"], arrays["heads_what"]
        self._bias = float(arrays["heads_bias"])

    def hear(self, pieces: NDArray[np.float32]) -> float:
        """Above zero where the pieces of a text tell of what the heads were taught (a logit)."""
        import numpy as np

        share = pieces @ self._where
        np.exp(share - share.max(axis=0), out=share)
        told = (share * (pieces @ self._what)).sum(axis=0) / share.sum(axis=0)
        return float(told.sum()) + self._bias
