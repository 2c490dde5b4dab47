"""Classes of one's own, as users write them, saved in the ordinary way."""

from __future__ import annotations

import collections
import copyreg
import datetime
import decimal
import enum
import functools
import gzip
import operator
import pathlib
import pickle
import random
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

Row = tuple[str, str, bytes]
PROTOCOLS = (0, 1, 2, 3, 4, 5)


class Colour(enum.Enum):
    RED = 1
    GREEN = "g"


class Flags(enum.IntFlag):
    A = 1
    B = 2


class Point(NamedTuple):
    x: float
    y: float


class Plain:
    def __init__(self, **kw: Any) -> None:
        self.__dict__.update(kw)

    def method(self) -> int:
        return 1


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self) -> None:
        self.a, self.b = 1, [2]


class Reduced:
    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> Any:
        return Reduced, (self.text,)


class Rebuilt:
    def __reduce__(self) -> Any:
        return rebuild, ({"n": 1}, [1, 2, 3])


def rebuild(a: Any, b: Any) -> Rebuilt:
    return Rebuilt()


class Table(dict):  # type: ignore[type-arg]
    pass


class Failure(ValueError):
    pass


def transform(x: Any) -> Any:
    return x


class Registered:
    """Rebuilt by a function registered with copyreg, as many extension types are."""

    def __init__(self, *state: Any) -> None:
        self.state = state


def _make_registered(*state: Any) -> Registered:
    return Registered(*state)


class Versioned:
    def __init__(self, **state: Any) -> None:
        self.state = state

    @classmethod
    def from_state(cls, state: Any) -> Versioned:
        return cls(**state)

    def __reduce__(self) -> Any:
        return Versioned.from_state, (self.state,)


def write_classes() -> Iterator[Row]:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.preprocessing import FunctionTransformer

    class Own(BaseEstimator, TransformerMixin):  # type: ignore[misc]
        def __init__(self, k: int = 2) -> None:
            self.k = k

    global OwnEstimator
    OwnEstimator = Own
    Own.__name__ = Own.__qualname__ = "OwnEstimator"
    copyreg.pickle(Registered, lambda item: (_make_registered, item.state))
    table = Table(a=1)
    table.extra = 3  # type: ignore[attr-defined]
    things: dict[str, Any] = {
        "enum": [Colour.RED, Colour.GREEN],
        "flags": Flags.A | Flags.B,
        "point": Point(1.0, 2.0),
        "plain": Plain(a=1, b="text", c=[1, 2]),
        "slotted": Slotted(),
        "reduced": Reduced("hello"),
        "rebuilt": Rebuilt(),
        "registered": Registered(1, "two"),
        "registered_many": [Registered(i, str(i)) for i in range(20)],
        "versioned": Versioned(a=1, b="x"),
        "table": table,
        "failure": Failure("went wrong"),
        "estimator": OwnEstimator(3),
        "function": FunctionTransformer(transform),
        "bound": Plain(f=1).method,
        "classes": [Plain, Colour],
        "partial": functools.partial(transform, 3),
        "itemgetter": operator.itemgetter("a", "b"),
        "attrgetter": operator.attrgetter("name"),
        "default": collections.defaultdict(list, a=[1]),
        "default_int": collections.defaultdict(int),
        "counter": collections.Counter("hello"),
        "deque": collections.deque([1, 2], maxlen=5),
        "dates": [datetime.datetime.now(datetime.UTC), datetime.date.today(), datetime.time(3)],
        "decimal": decimal.Decimal("1.5"),
        "uuid": uuid.UUID(int=5),
        "path": pathlib.Path("a/b"),
        "sets": [{1, 2}, frozenset("ab"), bytearray(b"abc"), b"\x00\x80", 1 << 90, 2.5, 1j],
        "range": [range(5), slice(1, 2), Ellipsis],
        "pattern": __import__("re").compile(r"a+b"),
        "random": random.Random(3),
        "logger": {"log": __import__("logging").getLogger("x")},
        "mixed": {"text": "import os is a phrase", "nested": {"k": (1, None, True)}},
        "long_text": ["the quick brown fox"] * 50,
        "config": {"lr": 0.1, "url": "https://example.org/model", "cmd": "python train.py"},
    }
    for name, thing in things.items():
        for protocol in PROTOCOLS:
            try:
                data = pickle.dumps(thing, protocol)
            except Exception:
                continue
            yield "user-classes", f"{name}_{protocol}.pkl", data
        if name in ("plain", "mixed", "config"):
            yield "user-classes", f"{name}.pkl.gz", gzip.compress(pickle.dumps(thing))


OwnEstimator: Any = None
