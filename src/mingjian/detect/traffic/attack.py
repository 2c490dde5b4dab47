"""Detector `traffic.attack`: automated attacks in the logs of web servers.

Two measurements on one pair: `traffic.request` for a single request or a bare payload, and
`traffic.log` for a log of several lines. What only several requests together show is stated
as a fact (`traffic.behaviour`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.detect.learned import store
from mingjian.detect.traffic import wording
from mingjian.detect.traffic.gauge import NAME, PACKAGE, Gauge, Gauged
from mingjian.detect.traffic.lines import Reader, lines_of
from mingjian.detect.traffic.log import behaviours, survey
from mingjian.detect.traffic.request import LONGEST_LINE, Request, read_request
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Lines, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

TRAFFIC_ATTACK = PropositionPair(
    id="traffic.attack",
    h1=Message(
        "这些网络请求含有攻击载荷或来自攻击性扫描",
        "The requests carry attack payloads or come from a hostile scan",
    ),
    h2=Message(
        "这些网络请求是普通访问",
        "The requests are ordinary traffic",
    ),
)
_NO_REQUEST = Message(
    "日志有 #Fields: 行，但没有一行可以读作请求；至少须记录 cs-method、cs-uri-stem 与 sc-status",
    "the log has a #Fields: line, but none of its lines can be read as a request; it has to hold "
    "cs-method, cs-uri-stem and sc-status at least",
)
SURE = 3.0
"""Strength of a pattern that is worth a reader's look by itself."""
MOST_DOORS = 8
"""Doors guessed at that a finding points to."""
FEWEST_OF_LOG = 2
"""Logged lines from which on the whole is measured as a log."""


class Attack:
    """Measures requests and logs."""

    name: ClassVar[str] = "traffic.attack"
    version: ClassVar[str] = store.version("6", PACKAGE, NAME)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.WEB_LOG})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (TRAFFIC_ATTACK,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options. Raises `Unavailable` where the model file is missing or altered."""
        self._gauge = Gauge()

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement of the request or of the log, and facts about behaviour."""
        reader = Reader()
        logged, first, number = 0, None, 0
        for place, line in enumerate(lines_of(evidence), 1):
            if line.strip() and (request := reader.read(line)) is not None:
                if first is None:
                    first, number = request, place
                logged += request.logged
                if logged >= FEWEST_OF_LOG:
                    yield from self._log(evidence)
                    return
        if reader.is_w3c and not logged:
            raise NotApplicable(_NO_REQUEST)
        yield self._single(evidence, first or read_request(""), number)

    def _single(self, evidence: Evidence, request: Request, number: int) -> Finding:
        """One log line, the `number`-th, or a payload of any number of lines."""
        text = evidence.text
        if not request.logged and text is not None:
            request = _with_body(text, read_request(text.lstrip("\r\n ")))
        gauged = self._gauge.of(request)
        found = (
            gauged.value >= self._gauge.alarm[request.logged]
            # A payload that no ordinary text holds is told, however little it weighs here.
            or gauged.measured.values["strongest"] >= SURE
        )
        return Finding(
            signal="traffic.request",
            proposition=TRAFFIC_ATTACK.id,
            score=gauged.value,
            quiet=not found,
            because=wording.of_request(request, gauged, found),
            where=_where(text or "", request, gauged.measured.where, number) if found else (),
            exhibits=wording.exhibits_of(gauged) if found else (),
            context={"form": "line" if request.logged else "payload"},
            details=_details(gauged),
        )

    def _log(self, evidence: Evidence) -> Iterator[Finding]:
        found = survey(lines_of(evidence), self._gauge)
        alarmed = found.attacks > 0
        yield Finding(
            signal="traffic.log",
            proposition=TRAFFIC_ATTACK.id,
            score=found.value(self._gauge),
            quiet=not alarmed,
            because=wording.of_log(found),
            where=(
                *(
                    Lines(strong.number, strong.number)
                    for strong in found.strongest
                    if strong.gauged.value >= self._gauge.in_log
                ),
                *(Lines(tries.first, tries.last) for tries in found.guessed[:MOST_DOORS]),
            ),
            exhibits=wording.tables_of(found, self._gauge.in_log) if alarmed else (),
            context={"form": "log", "length": float(found.lines - found.unread)},
            details={
                "lines": found.lines,
                "lines_in_no_log_form": found.unread,
                "attack_requests": found.attacks,
                "clients": len(found.clients),
                "strongest_client": round(max(found.by_client(self._gauge)), 4),
            },
        )
        for behaviour in behaviours(found):
            yield Finding(
                signal="traffic.behaviour",
                proposition=TRAFFIC_ATTACK.id,
                because=wording.of_behaviour(behaviour),
                where=(Lines(behaviour.first, behaviour.last),),
                details={"kind": behaviour.kind, **behaviour.detail},
            )


def _where(
    text: str, request: Request, field: str | None, number: int
) -> tuple[TextSpan | Lines, ...]:
    """What holds the payload, else the target, or the line where it does not stand as sent."""
    if request.offset < 0:
        return (Lines(number, number),)
    # What stands before is no part of the target: "/" stands in a date, too.
    start = text.find(request.target, request.offset) if request.target else -1
    shown = {"agent": request.agent, "referer": request.referer}.get(field or "") or request.target
    if start >= 0 and shown != request.target:
        start = text.find(shown, start + len(request.target))
    return (TextSpan(start, start + len(shown)),) if start >= 0 else ()


def _details(gauged: Gauged) -> dict[str, object]:
    measured = gauged.measured
    return {
        "classes": sorted({hit.of.id for hit in measured.hits}),
        "tool": measured.tool,
        "probe": measured.probe and measured.probe.id,
        "features": {name: round(v, 4) for name, v in measured.values.items() if v},
    }


def _with_body(text: str, request: Request) -> Request:
    """A raw request's body joined to its target, so that a payload in either is seen."""
    _, gap, body = text.partition("\r\n\r\n" if "\r\n\r\n" in text else "\n\n")
    if request.method is None or not gap:
        return request
    return Request(f"{request.target} {body}"[:LONGEST_LINE], request.offset, request.method)
