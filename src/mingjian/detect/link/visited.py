"""Whether a site is among those that most people visit, by two published lists of a million.

The lists are kept as fingerprints: 32 bits of a hash, so one name in some 4,300 that stands in no
list is taken for one that does. Names under which anybody may put pages are left out of them
(`training/link_visited.py`): that such a service is visited says nothing of a page on it.
"""

from __future__ import annotations

from collections.abc import Iterable
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
LISTS = ("top", "sites", "hosts")
"""The first ten thousand and the whole million of Tranco (registrable domains), and the million
of Chrome's report on user experience (hosts)."""


def fingerprint(name: str) -> int:
    """32 bits of a hash of a host or domain in lower case."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def packed(names: Iterable[str]) -> NDArray[Any]:
    """Fingerprints of names in rising order, each as its distance from the one before."""
    import numpy as np

    found = np.array(sorted({fingerprint(name) for name in names}), np.uint32)
    return np.diff(found, prepend=np.uint32(0))


@dataclass(frozen=True, slots=True)
class Visited:
    """The three lists as rising fingerprints."""

    lists: tuple[NDArray[Any], ...]

    def holds(self, which: int, name: str) -> bool:
        """Whether list `which` of `LISTS` holds the name."""
        held, mark = self.lists[which], fingerprint(name)
        at = int(held.searchsorted(held.dtype.type(mark)))
        return at < held.size and int(held[at]) == mark


@cache
def visited() -> Visited:
    """The lists; raises `Unavailable` where the file is missing or another."""
    import numpy as np

    arrays = store.load(PACKAGE, NAME)
    return Visited(tuple(np.cumsum(arrays[name], dtype=np.uint32) for name in LISTS))


def in_lists(site: Site) -> tuple[bool, bool, bool, bool]:
    """Whether the site's domain is of the million most visited, and of the first ten thousand;
    whether its host or domain, and whether its domain alone, is of those of Chrome's report.

    Of a page on a service where anybody may put pages only its own host counts.
    """
    if site.ip is not None:
        return False, False, False, False
    held = visited()
    host, domain = site.host.removeprefix("www."), site.domain
    own = site.hosting is None
    of_host = held.holds(2, host)
    of_domain = own and (of_host if host == domain else held.holds(2, domain))
    return (
        own and held.holds(1, domain),
        own and held.holds(0, domain),
        of_host or of_domain,
        of_domain and host != domain,
    )
