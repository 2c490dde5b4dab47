"""Whether a wording belongs where it stands: do its neighbours fit better without it?

Taken out of a sentence, a word that was planted leaves two neighbours that stood together
before. The pairs of neighbours in the rest of the data set tell how well two words go together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingjian.detect.dataset.stream import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMOOTH = 0.3
_SAMPLE = 40_000


class Joins:
    """Pairs of neighbours of one data set."""

    def __init__(self, stream: Stream) -> None:
        import numpy as np

        self._tokens, self._size = stream.tokens, len(stream.words)
        tokens = stream.tokens
        self.count = np.bincount(tokens, minlength=self._size).astype(float)
        self.all = float(tokens.size)
        self._pairs, self._seen = np.unique(
            tokens[:-1] * self._size + tokens[1:], return_counts=True
        )
        places = np.flatnonzero(tokens[1:-1]) + 1
        if places.size > _SAMPLE:
            places = places[:: places.size // _SAMPLE]
        if places.size < 2:
            self.real = self.real_spread = self.apart = 0.0
            return
        real = self.fit(tokens[places - 1], tokens[places], 1.0)
        apart = self.fit(tokens[places - 1], tokens[places + 1])
        self.real, self.real_spread = float(real.mean()), float(real.std()) + 0.1
        """How well neighbours fit, each pair without itself, and how far that scatters."""
        self.apart = float(apart.mean())
        """How well two words fit that another stands between."""

    def fit(
        self, left: NDArray[np.int64], right: NDArray[np.int64], own: float = 0.0
    ) -> NDArray[np.float64]:
        """Nats by which each pair stands together more often than by chance."""
        import numpy as np

        key = left * self._size + right
        at = np.minimum(np.searchsorted(self._pairs, key), self._pairs.size - 1)
        seen = np.where(self._pairs[at] == key, self._seen[at], 0).astype(float)
        usual = (self.count[left] - own) * (self.count[right] - own) / self.all
        found: NDArray[np.float64] = np.log(
            (np.maximum(seen - own, 0.0) + SMOOTH) / (usual + SMOOTH)
        )
        return found

    def without(self, place: NDArray[np.int64], length: int) -> NDArray[np.float64]:
        """How well the neighbours of each occurrence fit once it is taken out."""
        return self.fit(self._tokens[place - 1], self._tokens[place + length])

    def clings(self, place: NDArray[np.int64], length: int) -> tuple[float, float]:
        """How far an occurrence's left and right neighbours are foretold by the others'."""
        import numpy as np

        sides = []
        for beside in (self._tokens[place - 1], self._tokens[place + length]):
            beside = beside[beside > 0]
            if beside.size < 2:
                sides.append(0.0)
                continue
            _, inverse, many = np.unique(beside, return_inverse=True, return_counts=True)
            usual = beside.size * self.count[beside] / self.all
            sides.append(float(np.log((many[inverse] - 1 + SMOOTH) / (usual + SMOOTH)).mean()))
        return sides[0], sides[1]
