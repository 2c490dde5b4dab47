"""What the recognisers report, and the kinds of personal information with their legal class."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from mingjian.detect.privacy.lists import read_list
from mingjian.domain.message import Message


class Hit(NamedTuple):
    """One item at characters `start` to `end`; `value` is its normal form, for counting."""

    kind: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of information (`data/kinds.json`)."""

    id: str
    name: Message
    legal_class: str | None
    """core (50), sensitive (500), other (5,000); None: not personal information."""
    verified: bool
    """Whether the class is stated in the article itself; False is shown as 待核验."""
    weight: float
    """What one distinct item adds to the exposure measurement."""
    rank: int
    """Order of the list: an earlier kind wins where two overlap."""


_ORDER = (
    "credential",
    "email",
    "iban",
    "organisation_code",
    "resident_id",
    "bank_card",
    "business_contact",
    "mobile",
    "ssn",
    "passport",
    "plate",
    "landline",
    "phone",
    "account",
    "address",
    "name",
)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by id."""
    data = read_list("kinds")["kinds"]
    ranks = {kind: rank for rank, kind in enumerate(_ORDER)}
    return {
        id_: Kind(
            id=id_,
            name=Message(item["zh"], item["en"]),
            legal_class=item["class"],
            verified=item["verified"],
            weight=item["weight"],
            rank=ranks.get(id_, len(ranks)),
        )
        for id_, item in data.items()
    }


def without_overlap(hits: list[Hit]) -> list[Hit]:
    """Hits in order of place; where two overlap, the kind of earlier rank, then the longer."""
    if len(hits) < 2:
        return hits
    known = kinds()
    hits.sort(key=itemgetter(1, 2))
    if all(a[2] <= b[1] for a, b in pairwise(hits)):
        return hits
    kept: list[Hit] = []
    for cluster in _clusters(hits):
        if len(cluster) > 1:
            if len({hit[1:3] for hit in cluster}) == 1:  # one place: the kind decides
                cluster = [min(cluster, key=lambda hit: known[hit[0]].rank)]
            else:
                cluster.sort(key=lambda hit: (known[hit[0]].rank, hit[1] - hit[2], hit[1]))
                cluster = _chosen(cluster)
        kept += cluster
    return kept


def _chosen(cluster: list[Hit]) -> list[Hit]:
    """Those that fit beside the ones chosen before them, in order of place."""
    starts: list[int] = []
    chosen: list[Hit] = []
    for hit in cluster:
        at = bisect_right(starts, hit.start)
        if at and chosen[at - 1].end > hit.start:
            continue
        if at < len(starts) and starts[at] < hit.end:
            continue
        starts.insert(at, hit.start)
        chosen.insert(at, hit)
    return chosen


def _clusters(hits: list[Hit]) -> list[list[Hit]]:
    clusters: list[list[Hit]] = []
    reach = -1
    for hit in hits:
        _, start, end, _ = hit
        if start < reach:
            clusters[-1].append(hit)
        else:
            clusters.append([hit])
        if end > reach:
            reach = end
    return clusters
