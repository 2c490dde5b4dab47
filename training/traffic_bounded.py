"""Logistic regression whose weights never let a sign of attack speak against one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import minimize

FEW = 10.0
"""How hard the weights are held down, in cases: heavy, since the sources are few."""


def bounded_logistic(
    columns: np.ndarray,
    is_h1: np.ndarray,
    weight: np.ndarray,
    lowest: Mapping[int, float] | None = None,
    highest: Mapping[int, float] | None = None,
) -> np.ndarray:
    """Weights of the columns (at least 0 or `lowest`, at most `highest`), and a constant."""
    spread = columns.std(axis=0) + 0.05
    data = np.column_stack([columns / spread, np.ones(len(columns))])
    sign = np.where(is_h1, 1.0, -1.0)
    hold = np.append(np.full(columns.shape[1], FEW), 0.0)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (data @ beta)
        value = (weight * np.logaddexp(0.0, -margin)).sum() + 0.5 * (hold * beta**2).sum()
        slope = -(weight * sign / (1.0 + np.exp(np.clip(margin, -50, 50)))) @ data
        return float(value), slope + hold * beta

    bounds: list[tuple[float | None, float | None]] = [(0.0, None)] * columns.shape[1]
    for column, low in (lowest or {}).items():
        bounds[column] = (low * spread[column], None)
    for column, high in (highest or {}).items():
        bounds[column] = (bounds[column][0], high * spread[column])
    start = np.zeros(data.shape[1])
    bounds.append((None, None))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.append(found[:-1] / spread, found[-1])
