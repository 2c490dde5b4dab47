"""A whole log: what each client did, measured together; behaviours that one line cannot show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Protocol

from mingjian.detect.traffic.gauge import Gauged
from mingjian.detect.traffic.guessing import Doors, Tries
from mingjian.detect.traffic.lines import Reader
from mingjian.detect.traffic.masked import masked
from mingjian.detect.traffic.request import Request
from mingjian.detect.traffic.shares import Shares, some_of, tempered

CLIENT_FEATURES = ("strongest", "share")
"""What is measured of one client, in the order of `Client.features`."""
LEAST, MOST, TEMPER = -1.0, 4.0, 0.5
"""The evidence of one request within a client lies between these and counts half: the requests
of one client are not independent. An innocent one hardly counts against the others."""
TOLD = 2.5
"""Strength of a pattern from which on a payload is remembered for what several show."""
ADAPTIVE = 4
"""So many differently built payloads on one path are a directed search."""
LOWEST = -6.0
"""Stands for a request that was not made, or less telling than this."""
MOST_CLIENTS = 20_000
"""Clients kept apart; those that come later are counted together."""
MOST_SHAPES = 200
OTHERS = "…"
_SINCE_1970 = re.compile(r"\d{9,19}(?:\.\d{0,9})?")
_YEAR_5000 = 1e11
_PARAMETER = re.compile(r"[?&]([\w.\[\]-]{1,60})=")


@dataclass(slots=True)
class Client:
    """What one client did."""

    name: str
    requests: int = 0
    attacks: int = 0
    classes: set[str] = field(default_factory=set)
    tools: set[str] = field(default_factory=set)
    shapes: dict[str, int] = field(default_factory=dict)
    """Masked payloads of its requests, each with how often."""
    parameters: set[str] = field(default_factory=set)
    places: dict[str, set[str]] = field(default_factory=dict)
    """For each path, the shapes of payload in requests that count as attacks."""
    times: list[float] = field(default_factory=list)
    """Seconds of its first requests with a payload."""
    first: int = 0
    last: int = 0
    """Line numbers of its first and last attack request."""
    tries: int = 0
    """Requests with a payload, counted as attacks or not."""
    tried: dict[str, set[str]] = field(default_factory=dict)
    """For each path, the shapes of payload tried on it."""
    strongest: float = LOWEST
    """The highest measurement among its requests."""
    seen: set[tuple[str, str]] = field(default_factory=set)
    """Requests that were counted in `share`: path, and the shape of the payload."""
    share: Shares = field(default_factory=Shares)
    """The evidence that some of its different requests are attacks."""
    doors: Doors = field(default_factory=Doors)

    @property
    def varies(self) -> int:
        """The most differently built payloads that it tried on one path."""
        return max(map(len, self.tried.values()), default=0)

    def features(self) -> list[float]:
        """The numbers behind the measurement of a client, in the order of `CLIENT_FEATURES`."""
        return [self.strongest, tempered(self.share.value())]


class Measures(Protocol):
    """What a survey needs of a gauge."""

    in_log: float

    def of(self, request: Request) -> Gauged: ...

    def of_client(self, features: list[float]) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """One of the strongest lines."""

    number: int
    request: Request
    gauged: Gauged


@dataclass(slots=True)
class Survey:
    """What was found in a log."""

    lines: int = 0
    unread: int = 0
    """Lines in no log form."""
    attacks: int = 0
    clients: dict[str, Client] = field(default_factory=dict)
    strongest: list[Strong] = field(default_factory=list)
    crowded: bool = False
    guessed: list[Tries] = field(default_factory=list)
    """Doors at which a password was guessed at."""

    def worst(self, most: int = 10) -> list[Client]:
        """The clients with the most attack requests."""
        found = [client for client in self.clients.values() if client.attacks]
        return sorted(found, key=lambda client: (-client.attacks, client.first))[:most]

    def by_client(self, gauge: Measures) -> list[float]:
        """The evidence that each client is hostile."""
        return [gauge.of_client(client.features()) for client in self.clients.values()]

    def value(self, gauge: Measures) -> float:
        """The measurement of the log: that some of its clients are hostile.

        One scanner in a large log is found, and so is a scan that is spread thinly over many
        clients; a log of one client is measured as that client.
        """
        return tempered(some_of(self.by_client(gauge)))


def _seconds(time: str | None) -> float | None:
    """Seconds since 1970 of a time in any form that logs write, or None."""
    time = time or ""
    try:
        return datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z").timestamp()
    except ValueError:
        pass
    if _SINCE_1970.fullmatch(time):
        seconds = float(time)
        while seconds > _YEAR_5000:  # thousandths of a second, and thousandths of those
            seconds /= 1000
        return seconds
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def survey(lines: Iterable[str], gauge: Measures) -> Survey:
    """Measure every line and gather by client; memory is bounded by the number of clients."""
    found, reader = Survey(), Reader()
    for number, line in enumerate(lines, 1):
        if not line.strip() or (request := reader.read(line)) is None:
            continue
        found.lines += 1
        if not request.logged:
            found.unread += 1
            continue
        gauged = gauge.of(request)
        name = request.client or "-"
        if name not in found.clients and len(found.clients) >= MOST_CLIENTS:
            name, found.crowded = OTHERS, True
        client = found.clients.setdefault(name, Client(name))
        strong = Strong(number=number, request=request, gauged=gauged)
        _count(client, strong, gauge.in_log)
        if client.name != OTHERS:  # several clients' mistyping is no guessing
            client.doors.note(number, request)
        _keep(found.strongest, strong)
        if gauged.value >= gauge.in_log:
            found.attacks += 1
            _note(client, strong)
        if gauged.measured.values["strongest"] >= TOLD:
            _try(client, strong)
    for client in found.clients.values():
        if client.name != OTHERS and client.varies >= ADAPTIVE:
            client.share.add(MOST / 2)
        guessed = client.doors.guessed()
        if guessed is not None:
            found.attacks += _guessed(client, guessed)
            found.guessed.append(guessed)
    return found


def _guessed(client: Client, tries: Tries) -> int:
    """Count the guesses at a password as attacks; how many they are."""
    guesses = max(tries.knocks, len(tries.names))
    client.attacks += guesses
    client.first = min(client.first or tries.first, tries.first)
    client.last = max(client.last, tries.last)
    client.share.add(MOST)
    return guesses


def _keep(strongest: list[Strong], one: Strong, most: int = 8) -> None:
    """Keep the `most` strongest lines, strongest first, earlier ones first among equals."""
    if len(strongest) == most and one.gauged.value <= strongest[-1].gauged.value:
        return
    strongest.append(one)
    strongest.sort(key=lambda strong: (-strong.gauged.value, strong.number))
    del strongest[most:]


def _count(client: Client, one: Strong, in_log: float) -> None:
    value, shape = one.gauged.value, ""
    client.requests += 1
    client.strongest = max(client.strongest, value)
    if one.gauged.measured.values["strongest"] >= TOLD:
        shape = _shape(one)
    # The same asked for again says nothing new; once the store is full, everything is new.
    what = (one.request.path[:200], shape)
    if what not in client.seen:
        if len(client.seen) < MOST_SHAPES:
            client.seen.add(what)
        client.share.add(min(MOST, max(LEAST, TEMPER * (value - in_log))))


def _note(client: Client, one: Strong) -> None:
    measured, request = one.gauged.measured, one.request
    client.attacks += 1
    client.first = client.first or one.number
    client.last = one.number
    client.classes.update(hit.of.id for hit in measured.hits)
    if measured.tool:
        client.tools.add(measured.tool)
    if measured.hits:
        _place(client.places, request, _shape(one))


def _shape(one: Strong) -> str:
    text = one.gauged.measured.decoded.text
    return masked(text.partition("?")[2][:300] or text[:300])


def _place(places: dict[str, set[str]], request: Request, shape: str) -> None:
    path = request.path[:200]
    if path in places or len(places) < MOST_SHAPES:
        places.setdefault(path, set()).add(shape)


def _try(client: Client, one: Strong) -> None:
    """Remember a payload, also one too weak to count by itself, for what several show."""
    client.tries += 1
    request, shape = one.request, _shape(one)
    if len(client.times) < MOST_SHAPES and (seconds := _seconds(request.time)) is not None:
        client.times.append(seconds)
    if shape in client.shapes or len(client.shapes) < MOST_SHAPES:
        client.shapes[shape] = client.shapes.get(shape, 0) + 1
    client.parameters.update(_PARAMETER.findall(request.target)[:8])
    _place(client.tried, request, shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Something only several requests together show. `kind`: adaptive, varied, guessing,
    distributed."""

    kind: str
    clients: tuple[str, ...]
    requests: int
    first: int
    last: int
    detail: dict[str, float]


def behaviours(found: Survey) -> Iterator[Behaviour]:
    """What the survey shows, each with the numbers that make it so.

    adaptive: one client tries at least 4 (`ADAPTIVE`) differently built payloads on one path.
    varied: one client that names no tool sends at least 6 attacks, nearly all built differently,
    to at least 3 parameters, with a typical pause of 1 to 120 seconds: slower than a scanner.
    guessing: one client is refused under at least 3 names at one path, or at least 5 times at a
    door (`guessing.py`).
    distributed: at least 3 clients send a payload of the same uncommon build.
    """
    for client in found.worst():
        if client.varies >= ADAPTIVE:
            yield _of("adaptive", [client], {"shapes": client.varies})
        pauses = [b - a for a, b in zip(client.times, client.times[1:], strict=False)]
        pause = median(pauses) if pauses else 0.0
        if (
            client.tries >= 6
            and not client.tools
            and len(client.shapes) >= max(5, round(0.7 * client.tries))
            and len(client.parameters) >= 3
            and 1 <= pause <= 120
        ):
            yield _of("varied", [client], {"shapes": len(client.shapes), "pause": pause})
        guessed = client.doors.guessed()
        if guessed is not None:
            told = {"names": float(len(guessed.names)), "guesses": float(guessed.knocks)}
            yield _of("guessing", [client], told)
    by_shape: dict[str, list[Client]] = {}
    for client in found.clients.values():
        for shape in client.shapes if client.attacks else ():
            if len(shape) >= 12:
                by_shape.setdefault(shape, []).append(client)
    groups = sorted(by_shape.items(), key=lambda item: (-len(item[1]), item[0]))
    for shape, clients in groups[:3]:
        if len(clients) >= 3:
            same = sum(client.shapes[shape] for client in clients)
            yield _of("distributed", clients, {"same": same})


def _of(kind: str, clients: list[Client], detail: dict[str, float]) -> Behaviour:
    return Behaviour(
        kind=kind,
        clients=tuple(client.name for client in clients[:20]),
        requests=sum(max(client.attacks, client.tries) for client in clients),
        first=min(client.first for client in clients),
        last=max(client.last for client in clients),
        detail={"clients": len(clients), **detail},
    )
