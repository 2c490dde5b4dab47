"""Logs put together from labelled lines, to measure `traffic.log` on.

An H2 log holds sessions of one ordinary source: real ones where the source is a log, else one
client with one browser's name asking for 1 to 25 things, sometimes all of them gone (a site
that moved). An H1 log has lines of one attack source strewn in: from one to three clients that
keep at it, or each from a client of its own. Every line is measured by the models that saw no
row of its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pandas as pd
from traffic_bounded import bounded_logistic

from mingjian.detect.traffic.gauge import Gauged
from mingjian.detect.traffic.log import CLIENT_FEATURES, LEAST, Client, survey
from mingjian.detect.traffic.request import Request, read_request

LOGS = 36
"""Logs of each pair of sources."""
REAL = ("elastic-apache", "ocatak-acunetix", "ocatak-w3af")
"""Sources that are logs: their lines stay in order, with their clients."""
MIXED = ("own work", "own exchange")
"""Sources whose lines keep the names of their programs, which go with what is asked for; and their
answers: nobody goes on working in a console that is gone."""
_AGENT = re.compile(r'"[^"]*"$')
_STATUS = re.compile(r'(?<=" )\d{3}(?= \d+ ")')
HIDDEN = 3
"""For each request of a hostile client, ordinary ones that it makes too, in a second telling of
that client: so that the measure of clients does not come to rest on scanners' purity."""

Of = Callable[[str, Request], Gauged]
"""The measurement of a request by the models without the source that is named."""


class Recorded:
    """Stands in for `Gauge`: measures each line by the models of the source it came from."""

    def __init__(self, of: Of, alarm: float) -> None:
        self._of, self.in_log = of, alarm
        self.source: dict[Request, str] = {}
        self._known: dict[Request, Gauged] = {}
        self.weights = np.zeros(len(CLIENT_FEATURES) + 1)

    def read(self, lines: Sequence[str], source: str) -> list[str]:
        """Remember where these lines come from."""
        for line in lines:
            self.source[_bare(read_request(line))] = source
        return list(lines)

    def of(self, request: Request) -> Gauged:
        key = _bare(request)
        if key not in self._known:
            self._known[key] = self._of(self.source[key], key)
        return self._known[key]

    def of_client(self, features: Sequence[float]) -> float:
        return float(self.weights[:-1] @ np.array(features) + self.weights[-1])


def _bare(request: Request) -> Request:
    return Request(
        request.target,
        0,
        method=request.method,
        status=request.status,
        referer=request.referer,
        agent=request.agent,
        user=request.user,
    )


class Logs:
    """The made logs, surveyed: clients with their features, and which of them are hostile."""

    def __init__(self, data: pd.DataFrame, of: Of, alarm: float) -> None:
        random = np.random.default_rng(11)
        self.gauge = Recorded(of, alarm)
        # A line that is in no log form (an overlong one, say) is no line of a log.
        data = data[[read_request(text).logged for text in data.text]]
        pools = {key: group.text.tolist() for key, group in data.groupby(["source", "is_attack"])}
        calm = [source for source, attack in pools if not attack]
        hostile = [source for source, attack in pools if attack]
        self.surveys, self.is_attack, self.source = [], [], []
        self.clients: list[tuple[list[float], bool, str]] = []
        for ground in calm:
            for other in (None, *hostile):
                for _ in range(LOGS * (len(hostile) if other is None else 1)):
                    size = int(np.exp(random.uniform(np.log(4), np.log(200))))
                    lines = self._calm(pools[ground, False], ground, size, random)
                    if other is not None:
                        lines = self._strew(lines, pools[other, True], other, random)
                    self._add(lines, ground, other)
        self.is_attack = np.array(self.is_attack)
        self.source = np.array(self.source)

    def _add(self, lines: list[str], ground: str, other: str | None) -> None:
        found = survey(lines, self.gauge)
        self.surveys.append(found)
        self.is_attack.append(other is not None)
        self.source.append(other or ground)
        for client in found.clients.values():
            bad = client.name.startswith("203.0.113.")
            origin = str(other) if bad else ground
            self.clients.append((client.features(), bad, origin))
            if bad:
                self.clients.append((_hidden(client), bad, origin))

    def _calm(
        self, pool: list[str], source: str, size: int, random: np.random.Generator
    ) -> list[str]:
        if source in REAL:
            start = int(random.integers(0, max(1, len(pool) - size)))
            return self.gauge.read(pool[start : start + size], source)
        found: list[str] = []
        while len(found) < size:
            count = min(size - len(found), int(np.exp(random.uniform(0, np.log(25)))))
            client = f"198.51.100.{len(found) % 250}"
            at_work = source in MIXED
            found += _session(pool, count, client, random, False if at_work else None, not at_work)
        return self.gauge.read(found, source)

    def _strew(
        self, lines: list[str], pool: list[str], source: str, random: np.random.Generator
    ) -> list[str]:
        count = int(np.exp(random.uniform(0, np.log(60))))
        clients = [f"203.0.113.{n}" for n in random.permutation(250)]
        spread = random.random() < 0.25
        found: list[str] = []
        if source in REAL:
            start = int(random.integers(0, max(1, len(pool) - count)))
            few = clients[: int(random.integers(1, 4))]
            chosen = clients if spread else few
            found = [
                _from(line, chosen[i % len(chosen)])
                for i, line in enumerate(pool[start : start + count])
            ]
        else:
            each = 1 if spread else -(-count // int(random.integers(1, 4)))
            while len(found) < count:
                found += _session(pool, each, clients.pop(), random, moved=False)
        self.gauge.read(found, source)
        # Each keeps its own order: requests of a session follow one another.
        order = np.sort(random.integers(0, len(lines) + 1, len(found)))
        mixed, taken = [], 0
        for place in range(len(lines) + 1):
            while taken < len(found) and order[taken] == place:
                mixed.append(found[taken])
                taken += 1
            mixed += lines[place : place + 1]
        return mixed

    def client_weights(self, without: str) -> np.ndarray:
        """Weights of the client features, fitted without one source."""
        kept = [row for row in self.clients if row[2] != without]
        columns = np.array([row[0] for row in kept])
        is_h1 = np.array([row[1] for row in kept])
        return bounded_logistic(columns, is_h1, _even([row[2] for row in kept]))

    def values(self) -> list[float]:
        """The measurement of every log, by weights fitted without its source."""
        found = np.zeros(len(self.surveys))
        for source in np.unique(self.source):
            self.gauge.weights = self.client_weights(source)
            for place in np.flatnonzero(self.source == source):
                found[place] = self.surveys[place].value(self.gauge)
        return [float(value) for value in found]


def _hidden(client: Client) -> list[float]:
    """The features of a client that hides its requests among ordinary ones."""
    hidden = replace(client, share=deepcopy(client.share))
    hidden.share.add(LEAST, HIDDEN * client.requests)
    return hidden.features()


def _even(sources: Sequence[str]) -> np.ndarray:
    """Weights that give every source the same say."""
    each = pd.Series(list(sources))
    counts = each.map(each.value_counts()).to_numpy()
    return len(each) / each.nunique() / counts


def _from(line: str, client: str) -> str:
    own = read_request(line).client or ""
    return line.replace(own, client, 1)


def _session(
    pool: Sequence[str],
    count: int,
    client: str,
    random: np.random.Generator,
    moved: bool | None = None,
    one: bool = True,
) -> list[str]:
    """Lines of one client, under one browser's name unless it is an office of many programs."""
    lines = [str(pool[i]) for i in random.integers(0, len(pool), count)]
    agent = _AGENT.search(lines[0])
    moved = random.random() < 0.05 if moved is None else moved
    found = []
    for line in lines:
        own = _from(line, client)
        if agent is not None and one:
            own = _AGENT.sub(lambda _: agent[0], own)
        found.append(_STATUS.sub("404", own) if moved else own)
    return found
