"""Guesses at a password: one client refused under several names, or asking a door over and over.

No single request shows it: each is what anybody sends who signs in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mingjian.detect.traffic.request import Request

NAMES, KNOCKS = 3, 5
"""So many names refused at one path, or requests to one door in vain, are no mistyping."""
MOST_PATHS, MOST_NAMES = 20, 50
_REFUSED = frozenset({401, 403, 407, 429})
_DOOR = re.compile(
    r"/(?:log-?in|sign-?in|logon|signon|auth(?:enticate|orize)?|session|token|j_security_check"
    r"|account/login|oauth/token)(?:\.\w{2,5})?/?$"
)
_WORDPRESS = re.compile(r"/(?:xmlrpc|wp-login)\.php$")
"""Doors that answer 200 to a wrong password, too."""
_AT_HOME = re.compile(r"wordpress|jetpack|mainwp|managewp|ithemes")


@dataclass(slots=True)
class Tries:
    """What was tried at one path."""

    names: set[str] = field(default_factory=set)
    knocks: int = 0
    first: int = 0
    last: int = 0

    @property
    def guesses(self) -> bool:
        return len(self.names) >= NAMES or self.knocks >= KNOCKS


@dataclass(slots=True)
class Doors:
    """The doors at which one client was refused, each with what was tried."""

    tried: dict[str, Tries] = field(default_factory=dict)

    def note(self, number: int, request: Request) -> None:
        """Remember a request, the `number`-th line of the log, if it is one at a door in vain."""
        status, path = request.status or 200, request.path.lower()[:200]
        name = request.user if request.user not in (None, "-", "") else None
        refused = status in _REFUSED
        knock = request.method == "POST" and (
            (refused and _DOOR.search(path) is not None)
            or (status != 302 and _WORDPRESS.search(path) is not None and _stranger(request))
        )
        if not knock and not (refused and name):
            return
        if path not in self.tried and len(self.tried) >= MOST_PATHS:
            return
        tries = self.tried.setdefault(path, Tries(first=number))
        tries.last = number
        tries.knocks += knock
        if refused and name and len(tries.names) < MOST_NAMES:
            tries.names.add(name)

    def guessed(self) -> Tries | None:
        """The door with the most guesses, where there are enough to call them so."""
        found = [tries for tries in self.tried.values() if tries.guesses]
        return max(found, key=lambda tries: (len(tries.names), tries.knocks), default=None)


def _stranger(request: Request) -> bool:
    return not request.referred and _AT_HOME.search((request.agent or "").lower()) is None
