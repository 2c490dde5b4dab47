"""What stands on the walker's stack in place of the objects a real unpickler would make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mingjian.detect.model.allow_list import Ranking, Standing, allow_list

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
        self.plain = ranking.standing is Standing.PLAIN and not ranking.made_only
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


@dataclass(slots=True)
class Flaw:
    """Something no ordinary pickler writes, at an offset."""

    kind: str
    offset: int


@dataclass(slots=True)
class Walk:
    """What one walk over one or more pickles in a row saw."""

    start: int
    end: int = 0
    """Where reading ended: past the last STOP, or where the stream broke off."""
    pickles: int = 0
    """Streams that reached STOP."""
    opcodes: int = 0
    globals: dict[tuple[str, str], Global] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    """Calls that are not calls of plain globals."""
    writes: list[tuple[str, object, object, int]] = field(default_factory=list)
    """(opcode, target, what, offset) of state set on something that is no fresh object."""
    dynamic: list[tuple[object, object, int]] = field(default_factory=list)
    """(module, name, offset) of imports whose name is not a constant string."""
    flaws: list[Flaw] = field(default_factory=list)
    constants: list[tuple[int, bytes]] = field(default_factory=list)
    """(offset, bytes) of constants that may be pickles or containers themselves."""
    protocol: int = 0

    def names_danger(self) -> bool:
        """Does any import stand among the dangerous names?"""
        return any(g.ranking.standing is Standing.DANGEROUS for g in self.globals.values())

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
    special = allow_list().special
    parts = state if type(state) is tuple else (state,)
    for part in parts:
        if type(part) is Pairs:
            for key in part[:2048:2]:
                if type(key) is str and key in special:
                    return True
    return False


def persistent(identity: object, offset: int) -> object:
    """What a persistent id stands for: PyTorch's ``('module', cls, …)`` is the class itself."""
    if type(identity) is tuple and len(identity) > 1 and identity[0] == "module":
        return identity[1]
    return Unknown("persistent", offset)
