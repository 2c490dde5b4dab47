"""The user code that ordinary pickles refer to: a project's own classes and functions."""

from __future__ import annotations

import enum
from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator, TransformerMixin

Point = namedtuple("Point", ["x", "y"])


class Plan(enum.Enum):
    FREE = "free"
    PAID = "paid"


class Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


@dataclass
class Customer:
    name: str
    plan: Plan = Plan.FREE
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setting:
    rate: float
    steps: int


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self, left: Any, right: Any) -> None:
        self.left, self.right = left, right


class Keeper:
    """Has its own state methods."""

    def __init__(self, size: int) -> None:
        self.size, self.cache = size, object()

    def __getstate__(self) -> dict[str, Any]:
        return {"size": self.size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class Reduced:
    """Rebuilds itself through its own class."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.value,)


class Bag(dict[str, Any]):
    pass


def add_ratio(values: Any) -> Any:
    return np.c_[values, values[:, :1] / (values[:, 1:2] + 1e-9)]


class Clip(BaseEstimator, TransformerMixin):  # type: ignore[misc]
    def __init__(self, low: float = -1.0, high: float = 1.0) -> None:
        self.low, self.high = low, high

    def fit(self, values: Any, target: Any = None) -> Clip:
        self.n_features_in_ = values.shape[1]
        return self

    def transform(self, values: Any) -> Any:
        return np.clip(values, self.low, self.high)


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Linear(4, 8), torch.nn.GELU(), torch.nn.Linear(8, 2)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


class Rows(torch.utils.data.Dataset):  # type: ignore[type-arg]
    def __init__(self) -> None:
        self.rows = [(i, str(i)) for i in range(5)]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[int, str]:
        return self.rows[index]
