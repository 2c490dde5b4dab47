"""The nets of `link.phishing`: three of one hidden layer each, put together to one."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from mingjian.detect.link.net import FURTHEST

NETS, UNITS, FIRMNESS, ROUNDS, DRAWN = 3, 24, 1.0, 4, 150_000
"""How many nets of how many units each, the penalty on their weights, how often the rows are gone
through, and how many are drawn by their weight for each net."""


def nets(numbers: np.ndarray, h1: np.ndarray, weight: np.ndarray, seed: int) -> dict[str, Any]:
    """The arrays of `Net`, from one row of numbers an address."""
    middle = numbers.mean(axis=0, dtype=float)
    deviation = numbers.std(axis=0, dtype=float)
    deviation[deviation == 0] = 1.0
    even = np.clip((numbers - middle) / deviation, -FURTHEST, FURTHEST).astype(np.float32)
    made = []
    for number in range(NETS):
        rng = np.random.default_rng(seed * 100 + number)
        drawn = rng.choice(len(even), DRAWN, p=weight / weight.sum())
        model = MLPClassifier(
            (UNITS,), alpha=FIRMNESS, batch_size=512, learning_rate_init=0.002, max_iter=ROUNDS,
            random_state=seed * 100 + number,
        )  # fmt: skip
        with warnings.catch_warnings():
            # The rounds are few on purpose.
            warnings.simplefilter("ignore", ConvergenceWarning)
            made.append(model.fit(even[drawn], h1[drawn]))
    parts = {
        "middle": middle,
        "deviation": deviation,
        "layer": np.hstack([model.coefs_[0] for model in made]),
        "layer_bias": np.hstack([model.intercepts_[0] for model in made]),
        "out": np.hstack([model.coefs_[1][:, 0] for model in made]) / NETS,
        "out_bias": np.array(np.mean([model.intercepts_[1][0] for model in made])),
    }
    return {f"net.{name}": np.asarray(part, np.float32) for name, part in parts.items()}
