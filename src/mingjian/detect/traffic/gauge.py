"""The learned measurement of a request: named features and a grammar model, added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.detect.learned import store
from mingjian.detect.learned.linear import Linear
from mingjian.detect.traffic.features import NAMES, Measured, grammar_text, measure
from mingjian.detect.traffic.request import Request

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE, NAME = "mingjian.detect.traffic", "requests"
LONGEST_GRAM = 5
BUCKETS = 1 << 16


@dataclass(frozen=True, slots=True)
class Gauged:
    """The measurement (a logit up to a constant) and what it was made of."""

    value: float
    measured: Measured


class Gauge:
    """Reads the model once; `of` measures one request."""

    def __init__(self) -> None:
        """Raises `Unavailable` where the model file is missing or altered."""
        arrays = store.load(PACKAGE, NAME)
        self._grammar = Linear.of(arrays)
        self._weights: dict[bool, NDArray[np.float64]] = {
            True: arrays["line"],
            False: arrays["payload"],
        }
        payload, line, in_log = arrays["alarm"].tolist()
        self.in_log = float(in_log)
        """Measurement from which on a line counts as an attack in a log of many lines."""
        self.alarm = {True: float(line), False: float(payload)}
        """Measurement from which on a logged line (True) or a bare payload is worth a look."""
        self._client: NDArray[np.float64] = arrays["client"]

    def of(self, request: Request) -> Gauged:
        """Measure a log line (with what surrounds the request) or a bare payload."""
        import numpy as np

        measured = measure(request)
        values = measured.values
        values["grammar"] = self._grammar.measure(
            self._grammar.grams(grammar_text(measured.decoded))
        )
        weights = self._weights[request.logged]
        row = np.array([values[name] for name in NAMES])
        return Gauged(float(weights[:-1] @ row + weights[-1]), measured)

    def of_client(self, features: Sequence[float]) -> float:
        """The measurement of one client of a log (`log.CLIENT_FEATURES`)."""
        import numpy as np

        return float(self._client[:-1] @ np.array(features) + self._client[-1])
