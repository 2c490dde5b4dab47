"""The shape and pace of one cascade: how a post was passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HOUR, DAY = 3_600.0, 86_400.0
FIRST_POST = -1
"""The parent of a repost that was taken from the first post itself."""
UNKNOWN = -2
"""A parent that is damaged: the repost counts for the pace, not for the shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Values left out, by what is wrong with them. Counts of reposts."""

    delay: int = 0
    """No number, not finite, or negative."""
    parent: int = 0
    """No index of a repost of the same post, or the repost itself."""
    cycle: int = 0
    """Part of a circle of parents. The place of what hangs from it is not known either."""
    order: int = 0
    """Earlier than the repost it is said to come from."""

    def __add__(self, other: Damage) -> Damage:
        return Damage(
            delay=self.delay + other.delay,
            parent=self.parent + other.parent,
            cycle=self.cycle + other.cycle,
            order=self.order + other.order,
        )

    @property
    def total(self) -> int:
        return self.delay + self.parent + self.cycle + self.order


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Facts of one post's reposts. Times are seconds from the post; None where nothing is left."""

    reposts: int
    timed: int
    """Reposts with a usable delay."""
    first_hour: int
    first_day: int
    half_after: float | None
    """Until half of the timed reposts were there."""
    last_after: float | None
    placed: int
    """Reposts whose place in the tree is known."""
    direct: int
    """Taken from the first post itself."""
    depth: int
    breadth: int
    """Most reposts at one depth."""
    virality: float | None
    """Structural virality: mean distance between two posts of the tree (Goel et al. 2016)."""
    damage: Damage

    @property
    def direct_share(self) -> float | None:
        return self.direct / self.placed if self.placed else None

    @property
    def hour_share(self) -> float | None:
        return self.first_hour / self.timed if self.timed else None

    @property
    def day_share(self) -> float | None:
        return self.first_day / self.timed if self.timed else None


def cascade(delays: Sequence[float | None], parents: Sequence[int]) -> Cascade:
    """The facts of one post. Order does not matter: `parents` are indexes into the same lists.

    A delay that is None is damaged; so is a parent outside -1 to len - 1. Both lists are as
    long as one another.
    """
    count = len(delays)
    timed = sorted(delay for delay in delays if delay is not None)
    above = list(parents)
    bad_parent = bad_order = 0
    for i, parent in enumerate(above):
        if parent == FIRST_POST:
            continue
        if not 0 <= parent < count or parent == i:
            above[i] = UNKNOWN
            bad_parent += 1
            continue
        own, earlier = delays[i], delays[parent]
        if own is not None and earlier is not None and own < earlier:
            above[i] = UNKNOWN
            bad_order += 1
    depths, cycles = _depths(above)
    placed = [depth for depth in depths if depth > 0]
    levels: dict[int, int] = {}
    for depth in placed:
        levels[depth] = levels.get(depth, 0) + 1
    return Cascade(
        reposts=count,
        timed=len(timed),
        first_hour=sum(delay <= HOUR for delay in timed),
        first_day=sum(delay <= DAY for delay in timed),
        half_after=timed[(len(timed) - 1) // 2] if timed else None,
        last_after=timed[-1] if timed else None,
        placed=len(placed),
        direct=levels.get(1, 0),
        depth=max(levels, default=0),
        breadth=max(levels.values(), default=0),
        virality=_mean_distance(above, depths),
        damage=Damage(delay=count - len(timed), parent=bad_parent, cycle=cycles, order=bad_order),
    )


def _depths(above: Sequence[int]) -> tuple[list[int], int]:
    """Depth of each repost (1 = direct; -1 = place not known), and how many stand in a circle."""
    depths = [0] * len(above)
    cycles = 0
    for start in range(len(above)):
        path: list[int] = []
        i = start
        while i >= 0 and depths[i] == 0:
            depths[i] = -3  # on the way
            path.append(i)
            i = above[i]
        if i == FIRST_POST:
            depth = 0
        elif i == UNKNOWN:
            depth = -1
        elif depths[i] == -3:
            depth, cycles = -1, cycles + len(path) - path.index(i)
        else:
            depth = depths[i]
        for i in reversed(path):
            depth = depth + 1 if depth >= 0 else -1
            depths[i] = depth
    return depths, cycles


def _mean_distance(above: Sequence[int], depths: Sequence[int]) -> float | None:
    """Mean distance over all pairs of the tree, the first post among them.

    Each edge lies on the way of s (n - s) pairs, s being the posts below it.
    """
    placed = [i for i, depth in enumerate(depths) if depth > 0]
    total = len(placed) + 1
    if total < 2:
        return None
    below = [1] * len(above)
    ways = 0
    for i in sorted(placed, key=lambda i: -depths[i]):
        ways += below[i] * (total - below[i])
        if above[i] >= 0:
            below[above[i]] += below[i]
    return 2 * ways / (total * (total - 1))
