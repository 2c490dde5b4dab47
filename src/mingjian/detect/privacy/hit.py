"""What the recognisers report, and the kinds of personal information with their legal class."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, compress, count, islice
from operator import itemgetter, lt
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


_PLACE, _START, _END = itemgetter(1, 2), itemgetter(1), itemgetter(2)
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


@cache
def _ranks() -> dict[str, int]:
    return {id_: kind.rank for id_, kind in kinds().items()}


def without_overlap(hits: list[Hit]) -> list[Hit]:
    """Hits in order of place; where two overlap, the kind of earlier rank, then the longer."""
    hits.sort(key=_START)
    reaches = accumulate(map(_END, hits), max)
    reached = compress(count(1), map(lt, map(_START, islice(hits, 1, None)), reaches))
    kept: list[Hit] = []
    done = 0
    for first, after in _neighbours(reached):
        kept += hits[done : first - 1]
        kept += _resolved(hits[first - 1 : after])
        done = after
    return kept + hits[done:]


def _neighbours(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and one behind the last of each run of whole numbers that follow one another."""
    first = after = 0
    for place in places:
        if place != after:
            if after:
                yield first, after
            first = place
        after = place + 1
    if after:
        yield first, after


def _resolved(cluster: list[Hit]) -> list[Hit]:
    """Those that stay of hits that overlap one another."""
    ranks = _ranks()
    if len(set(map(_PLACE, cluster))) == 1:  # the kind decides
        return [min(cluster, key=lambda hit: ranks[hit[0]])]
    cluster.sort(key=lambda hit: (ranks[hit[0]], hit[1] - hit[2], hit[1]))
    return _chosen(cluster)


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
