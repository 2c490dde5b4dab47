"""Whether a site is among those that most people visit, now and in earlier years.

Two published lists, of a million each: Tranco's sites as they were six times from 2020 to 2025, and
the hosts of Chrome's report on user experience, three times from 2023 to 2025. A name counts if it
is in the latest list or in two at least. They are kept as fingerprints: 32 bits of a hash, so one
name in some 1,600 that stands in no list is taken for one that does. Names under which anybody may
put pages are left out (`training/link_visited.py`): that such a service is visited says nothing of
a page on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.detect.link.address import Site

PACKAGE = "mingjian.detect.link"
NAME = "link_visited"
YEARS, REPORTS = 6, 3
"""Lists of Tranco and of Chrome's report that were counted."""
NOW = 0x80
"""Beside the number of lists a name is in: it is in the latest."""


def fingerprint(name: str) -> int:
    """32 bits of a hash of a host or domain in lower case."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def packed(names: Mapping[str, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Fingerprints of names in rising order, each as its distance from the one before, and what
    is held of each (8 bits; of two names with one fingerprint the larger)."""
    import numpy as np

    held: dict[int, int] = {}
    for name, seen in names.items():
        mark = fingerprint(name)
        held[mark] = max(seen, held.get(mark, 0))
    marks = np.array(sorted(held), np.uint32)
    seen_of = np.array([held[int(mark)] for mark in marks], np.uint8)
    return np.diff(marks, prepend=np.uint32(0)), seen_of


@dataclass(frozen=True, slots=True)
class Listed:
    """Fingerprints in rising order, and what is held of each."""

    marks: NDArray[Any]
    seen: NDArray[Any]

    @classmethod
    def of(cls, distances: NDArray[Any], seen: NDArray[Any]) -> Listed:
        """What `packed` gave."""
        import numpy as np

        return cls(np.cumsum(distances, dtype=np.uint32), seen)

    def holds(self, mark: int) -> int:
        """What is held of a fingerprint; 0 where it is not there."""
        at = int(self.marks.searchsorted(self.marks.dtype.type(mark)))
        return int(self.seen[at]) if at < self.marks.size and int(self.marks[at]) == mark else 0


@dataclass(frozen=True, slots=True)
class Visited:
    """The lists."""

    top: Listed
    """The first ten thousand of Tranco (registrable domains)."""
    sites: Listed
    """The million of Tranco: in how many of the six lists."""
    hosts: Listed
    """The million of Chrome's report: in how many of the three."""

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> Visited:
        return cls(
            *(Listed.of(arrays[name], arrays[f"{name}_seen"]) for name in ("top", "sites", "hosts"))
        )


@cache
def visited() -> Visited:
    """The lists; raises `Unavailable` where the file is missing or another."""
    return Visited.read(store.load(PACKAGE, NAME))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a site stands in the lists. Of a page on a service where anybody may put pages only
    its own host counts."""

    now: bool = False
    """Its domain is of the million most visited."""
    top: bool = False
    """And of the first ten thousand."""
    page: bool = False
    """Its host or domain is of those of Chrome's report."""
    above: bool = False
    """Its domain is, and the host is another."""
    years: float = 0.0
    """The share of Tranco's lists that its domain is in."""
    reports: float = 0.0
    """The share of Chrome's reports that its host or its domain is in."""

    def numbers(self) -> tuple[float, ...]:
        return self.now, self.top, self.page, self.above, self.years, self.reports


def standing(site: Site) -> Standing:
    """Where a site stands in the lists; nowhere for an address of numbers."""
    if site.ip is not None:
        return Standing()
    held = visited()
    host, domain = site.host.removeprefix("www."), site.domain
    own, above = site.hosting is None, host != domain
    mark = fingerprint(domain)
    years = held.sites.holds(mark) if own else 0
    of_domain = held.hosts.holds(mark) if own else 0
    of_host = held.hosts.holds(fingerprint(host) if above else mark)
    return Standing(
        now=bool(years & NOW),
        top=own and held.top.holds(mark) > 0,
        page=bool((of_domain | of_host) & NOW),
        above=bool(of_domain & NOW) and above,
        years=(years & ~NOW) / YEARS,
        reports=max(of_domain & ~NOW, of_host & ~NOW) / REPORTS,
    )
