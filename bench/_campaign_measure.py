"""How well clusters agree with the templates that texts were made from; and the measured run."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench._campaign_texts import Made

FEWEST = 3
PLANTED = ("exact", "edited", "varied")
KINDS = (*PLANTED, "translated", "notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of clusters of at least three."""

    precision: float
    """Of the pairs of items in one cluster, the share that are of one template; clusters with
    planted items."""
    precision_all: float
    """The same over all clusters, everyday messages included."""
    purity: float
    """Share of clustered items that are of their cluster's commonest template."""
    recall: dict[str, float]
    """By kind, the share of a template's items in the cluster with most of them; mean."""
    worst: dict[str, float]


def agreement(clusters: Sequence[int], made: Sequence[Made]) -> Agreement:
    """Hold the cluster of each text against the template it was made from."""
    by_cluster: dict[int, Counter[str]] = defaultdict(Counter)
    planted = {one.truth for one in made if one.kind in PLANTED}
    for number, one in zip(clusters, made, strict=True):
        if number >= 0:
            by_cluster[number][one.truth] += 1
    pairs = [0, 0]
    pairs_planted = [0, 0]
    pure = clustered = 0
    best: Counter[str] = Counter()
    for counts in by_cluster.values():
        size = sum(counts.values())
        if size < FEWEST:
            continue
        same = sum(count * (count - 1) // 2 for count in counts.values())
        every = size * (size - 1) // 2
        pairs = [pairs[0] + same, pairs[1] + every]
        if not planted.isdisjoint(counts):
            pairs_planted = [pairs_planted[0] + same, pairs_planted[1] + every]
        pure += max(counts.values())
        clustered += size
        for truth, count in counts.items():
            best[truth] = max(best[truth], count)
    sizes = Counter(one.truth for one in made)
    kind_of = {one.truth: one.kind for one in made}
    shares: dict[str, list[float]] = defaultdict(list)
    for truth, size in sizes.items():
        shares[kind_of[truth]].append(best[truth] / size)
    return Agreement(
        precision=pairs_planted[0] / max(1, pairs_planted[1]),
        precision_all=pairs[0] / max(1, pairs[1]),
        purity=pure / max(1, clustered),
        recall={kind: float(np.mean(shares[kind])) for kind in KINDS},
        worst={kind: min(shares[kind]) for kind in KINDS},
    )


def main() -> None:
    """Find the campaigns of the table `argv[1]`; cluster of each row and costs to `argv[2]`."""
    from mingjian.app.campaign import find
    from mingjian.app.campaign_files import Fields, rows_of_table
    from mingjian.warn.campaign_index import Index

    table, target = Path(sys.argv[1]), Path(sys.argv[2])
    index = Index()
    wall, begun = time.monotonic(), time.process_time()
    found = find(lambda: rows_of_table(table, Fields(text="text", time="time")), index)
    cost = {
        "wall": time.monotonic() - wall,
        "processor": time.process_time() - begun,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "found": found.found,
        "clusters": index.clusters.tolist(),
    }
    target.write_text(json.dumps(cost))


if __name__ == "__main__":
    main()
