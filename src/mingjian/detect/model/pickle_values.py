"""What stands on the walker's stack in place of the objects a real unpickler would make."""

from __future__ import annotations

from typing import Final

from mingjian.detect.model.allow_list import Ranking, Standing, allow_list

_DANGEROUS: Final = Standing.DANGEROUS
_SPECIAL: Final = allow_list().special
NAMED: Final = 0
MADE: Final = 1
"""Rebuilt as a class without calling it: NEWOBJ and its kin."""
CALLED: Final = 2


class Global:
    """A name the file imports; one object per distinct name, at its first offset."""

    __slots__ = ("module", "name", "offset", "plain", "ranking", "use")

    def __init__(self, module: str, name: str, offset: int, ranking: Ranking) -> None:
        self.module = module
        self.name = name
        self.offset = offset
        self.ranking = ranking
        self.plain = ranking.plain
        self.use = NAMED

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}"


class Call:
    """The unmade result of ``func(*args)``, with the offset of the opcode that calls."""

    __slots__ = ("args", "func", "offset", "opcode", "state")

    def __init__(self, func: object, args: object, offset: int, opcode: str) -> None:
        self.func = func
        self.args = args
        self.offset = offset
        self.opcode = opcode
        self.state: object = None


class Unknown:
    """A value the walker cannot know: an extension code, a persistent id, a broken stack."""

    __slots__ = ("offset", "why")

    def __init__(self, why: str, offset: int) -> None:
        self.why = why
        self.offset = offset


class Pairs(list[object]):
    """A dictionary as its keys and values in order, flat: keys need not be hashable."""


class Flaw:
    """Something no ordinary pickler writes, at an offset."""

    __slots__ = ("kind", "offset")

    def __init__(self, kind: str, offset: int) -> None:
        self.kind = kind
        self.offset = offset


class Walk:
    """What one walk over one or more pickles in a row saw.

    Written out, not a dataclass: its factories cost as much as walking a small pickle.
    """

    __slots__ = (
        "calls",
        "constants",
        "dynamic",
        "end",
        "flaws",
        "globals",
        "opcodes",
        "pickles",
        "protocol",
        "start",
        "writes",
    )

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        """Where reading ended: past the last STOP, or where the stream broke off."""
        self.pickles = 0
        """Streams that reached STOP."""
        self.opcodes = 0
        self.globals: dict[tuple[str, str], Global] = {}
        self.calls: list[Call] = []
        """Calls that are not calls of plain globals."""
        self.writes: list[tuple[str, object, object, int]] = []
        """(opcode, target, what, offset) of state set on something that is no fresh object."""
        self.dynamic: list[tuple[object, object, int]] = []
        """(module, name, offset) of imports whose name is not a constant string."""
        self.flaws: list[Flaw] = []
        self.constants: list[tuple[int, bytes]] = []
        """(offset, bytes) of constants that may be pickles or containers themselves."""
        self.protocol = 0

    def names_danger(self) -> bool:
        """Does any import stand among the dangerous names?"""
        return any(found.ranking.standing is _DANGEROUS for found in self.globals.values())

    def absorb(self, other: Walk) -> None:
        """Add what another walk over the same bytes saw."""
        for key, found in other.globals.items():
            known = self.globals.setdefault(key, found)
            known.use = max(known.use, found.use)
        self.pickles += other.pickles
        self.opcodes += other.opcodes
        self.calls += other.calls
        self.writes += other.writes
        self.dynamic += other.dynamic
        self.flaws += other.flaws
        self.constants += other.constants
        self.protocol = max(self.protocol, other.protocol)


def touches_special(state: object) -> bool:
    """Does a state set a name such as ``__setstate__``, or one that its class executes?"""
    for part in state if state.__class__ is tuple else (state,):
        if part.__class__ is Pairs:
            keys = part[:2048:2]
            try:
                if not _SPECIAL.isdisjoint(keys):
                    return True
            except TypeError:  # some keys are lists
                if any(type(key) is str and key in _SPECIAL for key in keys):
                    return True
    return False


def persistent(identity: object, offset: int) -> object:
    """What a persistent id stands for: PyTorch's ``('module', cls, …)`` is the class itself."""
    if type(identity) is tuple and len(identity) > 1 and identity[0] == "module":
        return identity[1]
    return Unknown("persistent", offset)
