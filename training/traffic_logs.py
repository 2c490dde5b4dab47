"""Logs put together from labelled lines, to measure `traffic.log` on.

An H2 log holds lines of one ordinary source; an H1 log has lines of one attack source strewn
in, sent by one to three clients. Every line keeps the measurement that a model without its
source gave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from traffic_bounded import bounded_logistic

from mingjian.detect.traffic.features import measure
from mingjian.detect.traffic.gauge import Gauge, Gauged
from mingjian.detect.traffic.log import FEATURES, survey
from mingjian.detect.traffic.request import Request, read_request

LOGS = 60
"""Logs of each pair of sources."""


class Recorded:
    """Stands in for `Gauge`: gives each line the measurement it was given before."""

    def __init__(self, values: dict[str, float], alarm: float) -> None:
        self.values, self.in_log = values, alarm
        self.known: dict[str, Gauged] = {}

    def of(self, request: Request) -> Gauged:
        key = _key(request)
        if key not in self.known:
            self.known[key] = Gauged(self.values[key], measure(request))
        return self.known[key]


def _key(request: Request) -> str:
    return f"{request.target}|{request.agent}|{request.referer}|{request.status}"


def made_logs(data: pd.DataFrame, values: np.ndarray, alarm: float) -> pd.DataFrame:
    """One row a log: its features, is_attack, source."""
    random = np.random.default_rng(11)
    recorded = Recorded(
        dict(zip(map(_key, map(read_request, data.text)), values.tolist(), strict=True)), alarm
    )
    # A line that is in no log form (an overlong one, say) is no line of a log.
    data = data[[read_request(text).logged for text in data.text]]
    pools = {key: group.text.tolist() for key, group in data.groupby(["source", "is_attack"])}
    ordinary = [source for source, attack in pools if not attack]
    attacks = [source for source, attack in pools if attack]
    rows: list[tuple[list[float], bool, str]] = []
    for calm in ordinary:
        for hostile in (None, *attacks):
            for _ in range(LOGS * (len(attacks) if hostile is None else 1)):
                size = int(np.exp(random.uniform(np.log(4), np.log(300))))
                lines = list(random.choice(pools[calm, False], size))
                if hostile is not None:
                    lines += _burst(pools[hostile, True], random)
                    random.shuffle(lines)
                found = survey(lines, cast(Gauge, recorded))
                rows.append((found.features(), hostile is not None, str(hostile or calm)))
    table = pd.DataFrame([features for features, _, _ in rows], columns=list(FEATURES))
    table["is_attack"] = [attack for _, attack, _ in rows]
    table["source"] = [source for _, _, source in rows]
    return table


def _burst(pool: Sequence[str], random: np.random.Generator) -> list[str]:
    count = int(np.exp(random.uniform(0, np.log(80))))
    clients = [f"203.0.113.{n}" for n in random.integers(1, 255, random.integers(1, 4))]
    burst = []
    for line in random.choice(np.array(pool, dtype=object), count):
        own = read_request(line).client or ""
        burst.append(line.replace(own, str(random.choice(clients)), 1))
    return burst


def log_weights(logs: pd.DataFrame, kept: Sequence[str]) -> np.ndarray:
    """Weights of the log features, fitted on the logs of the `kept` sources."""
    mine = logs.source.isin(kept).to_numpy()
    is_h1 = logs.is_attack.to_numpy()[mine]
    groups = logs.source[mine]
    weight = (1.0 / groups.map(groups.value_counts())).to_numpy()
    columns = logs[list(FEATURES)].to_numpy()[mine]
    return bounded_logistic(columns, is_h1, weight * mine.sum() / groups.nunique())


def log_values(logs: pd.DataFrame) -> list[float]:
    """The measurement of every log, by weights fitted without its source."""
    values = np.zeros(len(logs))
    columns = logs[list(FEATURES)].to_numpy()
    sources = logs.source.unique()
    for source in sources:
        weights = log_weights(logs, [other for other in sources if other != source])
        mine = (logs.source == source).to_numpy()
        values[mine] = columns[mine] @ weights[:-1] + weights[-1]
    return [float(value) for value in values]
