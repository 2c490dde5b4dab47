"""The random numbers of PyTorch's CPU generator, which published watermarks are keyed by.

That generator is MT19937, seeded as in the original; `randperm` is a Fisher-Yates shuffle and
`randint` a remainder of its 32-bit outputs. Reproduced with numpy, so that a text can be tested
without PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def outputs(seed: int, count: int) -> NDArray[np.uint64]:
    """The first `count` 32-bit outputs of a generator seeded with the low 32 bits of `seed`."""
    import numpy as np

    state = np.random.RandomState(seed & 0xFFFFFFFF)
    found: NDArray[np.uint64] = state.randint(0, 1 << 32, size=count, dtype=np.uint32).astype(
        np.uint64
    )
    return found


def beginning_of_permutation(seed: int, n: int, first: int) -> list[int]:
    """The first `first` entries of ``torch.randperm(n)`` after ``manual_seed(seed)``."""
    import numpy as np

    steps = min(first, n - 1)
    if steps < 1:
        return list(range(n))[:first]
    jumps = outputs(seed, steps) % np.arange(n, n - steps, -1, dtype=np.uint64)
    # Only places that were swapped differ from where they began.
    moved: dict[int, int] = {}
    found = []
    for i, jump in enumerate(jumps.tolist()):
        j = i + jump
        here, there = moved.get(i, i), moved.get(j, j)
        moved[j] = here
        found.append(there)
    if first >= n:
        found.append(moved.get(n - 1, n - 1))
    return found
