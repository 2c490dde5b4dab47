"""Whether a site is among those that most people visit, by two published lists of a million.

The lists are kept as fingerprints: 32 bits of a hash, so one name in some 4,300 that stands in no
list is taken for one that does. Names under which anybody may put pages are left out of them
(`training/link_visited.py`): that such a service is visited says nothing of a page on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mingjian.detect.link.address import Site

PACKAGE = "mingjian.detect.link"
NAME = "link_visited"


def fingerprint(name: str) -> int:
    """32 bits of a hash of a host or domain in lower case."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def packed(names: Iterable[str]) -> NDArray[Any]:
    """Fingerprints of names in rising order, each as its distance from the one before."""
    import numpy as np

    found = np.array(sorted({fingerprint(name) for name in names}), np.uint32)
    return np.diff(found, prepend=np.uint32(0))


def unpacked(distances: NDArray[Any]) -> NDArray[Any]:
    """The fingerprints in rising order that `packed` gave as distances."""
    import numpy as np

    return np.cumsum(distances, dtype=np.uint32)


def holds(held: NDArray[Any], mark: int) -> bool:
    """Whether the fingerprint is among those in rising order."""
    at = int(held.searchsorted(held.dtype.type(mark)))
    return at < held.size and int(held[at]) == mark


@dataclass(frozen=True, slots=True)
class Visited:
    """Fingerprints in rising order."""

    top: NDArray[Any]
    """The first ten thousand of Tranco (registrable domains)."""
    sites: NDArray[Any]
    """The whole million of Tranco."""
    hosts: NDArray[Any]
    """The million of Chrome's report on user experience."""

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Visited:
        return cls(**{field.name: unpacked(arrays[field.name]) for field in fields(cls)})


@cache
def visited() -> Visited:
    """The lists; raises `Unavailable` where the file is missing or another."""
    return Visited.of(store.load(PACKAGE, NAME))


def in_lists(site: Site) -> tuple[bool, bool, bool, bool]:
    """Whether the site's domain is of the million most visited, and of the first ten thousand;
    whether its host or domain, and whether its domain alone, is of those of Chrome's report.

    Of a page on a service where anybody may put pages only its own host counts.
    """
    if site.ip is not None:
        return False, False, False, False
    held = visited()
    host, domain = site.host.removeprefix("www."), site.domain
    own, above = site.hosting is None, host != domain
    mark = fingerprint(domain)
    of_domain = own and holds(held.hosts, mark)
    return (
        own and holds(held.sites, mark),
        own and holds(held.top, mark),
        of_domain or holds(held.hosts, fingerprint(host) if above else mark),
        of_domain and above,
    )
