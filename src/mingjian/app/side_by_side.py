"""Many small items examined side by side: one detector goes over all before the next does.

Its code and its tables then stay in the processor's caches, which saves a third of the time of
short texts. What comes out is what `pipeline.examine_content` gives for each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from mingjian.app.pipeline import (
    Skip,
    Step,
    Workbench,
    examine_content,
    examine_with,
    taken_in,
    weigh,
)
from mingjian.domain.evidence import Content, EvidenceKind
from mingjian.domain.examination import Examination
from mingjian.domain.record import EvidenceRecord

_T = TypeVar("_T")
MOST = 64
"""Items of a group: their examinations are in memory at once …"""
LARGE = 1 << 18
"""… and so are their contents, up to this many bytes; one that has as many stands alone."""


@dataclass(frozen=True, slots=True)
class Given:
    """An item as it comes in: its content, what it is called, and what it is said to be."""

    content: Content
    path: str
    declared: EvidenceKind | None


def groups(items: Iterable[_T], size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Neighbours that are examined side by side."""
    group: list[_T] = []
    together = 0
    for item in items:
        own = size(item)
        if group and (len(group) >= MOST or together + own >= LARGE):
            yield group
            group, together = [], 0
        group.append(item)
        together += own
    if group:
        yield group


def examine_several(
    given: Sequence[Given],
    bench: Workbench,
    step: Step | None = None,
    skip: Skip | None = None,
    spool: Path | None = None,
) -> list[list[EvidenceRecord]]:
    """For each item, in order, its own record and those of its parts."""
    if len(given) == 1:
        (one,) = given
        alone = examine_content(
            one.content, one.path, bench, declared=one.declared, step=step, skip=skip, spool=spool
        )
        return [alone]
    taken = [
        taken_in(one.content, one.path, bench, one.declared, step, skip, spool) for one in given
    ]
    flat = [item for items in taken for item in items]
    examined: list[list[Examination]] = [[] for _ in flat]
    for entry in bench.entries:
        for item, done in zip(flat, examined, strict=True):
            if item.evidence.kind in entry.accepts:
                done.append(examine_with(entry, item, step, skip))
    rest = iter(map(tuple, examined))
    return [weigh(items, list(islice(rest, len(items))), bench) for items in taken]
