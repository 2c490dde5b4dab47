"""Looking at cases: list, one case, its history, its timeline. Nothing here changes a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mingjian.app.access import ROLE_NAMES, Actor, allowed, needs_two, require
from mingjian.app.case_evidence import CaseItem, items_of
from mingjian.app.cases import INCIDENT, UNFILED, in_words
from mingjian.casework.case.history import ENTRIES, both, detail_of_event, name_of_event
from mingjian.casework.case.keeping import keep_until
from mingjian.casework.case.state import Body, body_of
from mingjian.casework.case.timeline import FILE_TIME, Moment, timeline
from mingjian.casework.case.workflow import workflow
from mingjian.casework.incident.level import level_of
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.store.cases import Event, State
from mingjian.store.store import Store
from mingjian.store.work import Run

FILES = 200
"""File times shown in a timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    case: str
    revision: int
    body: Body
    level: int | None
    """Incident level in force or proposed, 1 (gravest) to 4; None: not graded."""
    items: int
    """Items its own examinations were given, without those split off, with those received."""

    @property
    def due(self) -> bool:
        """Whether its time is over and nothing holds it."""
        until = keep_until(self.body)
        return until is not None and until <= datetime.now(UTC).date()

    def as_json(self) -> Json:
        body, until = self.body, keep_until(self.body)
        return {
            "case": self.case,
            "revision": self.revision,
            "title": body["title"],
            "status": body["status"],
            "status_words": workflow().statuses[body["status"]].name.as_json(),
            "class": body["class"],
            "class_words": workflow().classes[body["class"]].as_json(),
            "level": self.level,
            "exercise": body["exercise"],
            "assigned": list(body["assigned"]),
            "parent": body["parent"],
            "merged_into": body["merged_into"],
            "hold": body["hold"] is not None,
            "open_tasks": sum(1 for task in body["tasks"] if task["done"] is None),
            "items": self.items,
            "keep_until": until.isoformat() if until else None,
        }


def list_cases(
    store: Store,
    actor: Actor,
    *,
    status: str | None = None,
    assigned: str | None = None,
    exercise: bool | None = None,
    due: bool = False,
) -> list[CaseLine]:
    """All cases in the order in which they came, or those that fit."""
    require("case.list", actor)
    states = {(state.case, state.aspect): state for state in store.states()}
    runs = store.runs()
    lines = [_line(name, states, runs) for name in store.cases()]
    return [
        line
        for line in lines
        if status in (None, line.body["status"])
        and (assigned is None or assigned in line.body["assigned"])
        and exercise in (None, line.body["exercise"])
        and (line.due or not due)
    ]


def _line(name: str, states: dict[tuple[str, str], State], runs: list[Run]) -> CaseLine:
    state = states.get((name, "case"))
    incident = states.get((name, INCIDENT))
    body = body_of(name, state.body if state else {})
    return CaseLine(
        case=name,
        revision=state.revision if state else 0,
        body=body,
        level=level_of(incident.body) if incident else None,
        items=sum(run.items for run in runs if run.case == name)
        - len(body["given"])
        + len(body["taken"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case as a page shows it."""

    line: CaseLine
    children: tuple[str, ...]
    items: tuple[CaseItem, ...]
    cut: bool
    """More items than are read."""
    two_persons: bool
    """Whether a second person must confirm the disposition."""
    steps: tuple[str, ...]
    """Steps of the workflow that this person may take now."""
    aspects: tuple[str, ...]
    """What else the case has: incident, playbook:…, drill:…"""
    custody: tuple[int, str]
    """Number of entries, hash of the last one."""

    @property
    def body(self) -> Body:
        return self.line.body

    @property
    def decided(self) -> bool:
        """Whether a person has decided the matter, with a second one where the rule asks.
        Until then everything made from the case is a draft and must say so."""
        made = self.body["disposition"]
        return made is not None and (made["confirmed"] is not None or not self.two_persons)

    def as_json(self) -> Json:
        return {
            **self.line.as_json(),
            **{name: value for name, value in self.body.items() if name != "hold"},
            "hold": self.body["hold"],
            "children": list(self.children),
            "two_persons": self.two_persons,
            "steps": list(self.steps),
            "aspects": list(self.aspects),
            "decided": self.decided,
            "evidence": [_item_json(item) for item in self.items],
            "evidence_cut": self.cut,
            "custody": {"entries": self.custody[0], "head": self.custody[1]},
        }


def _item_json(item: CaseItem) -> Json:
    root = item.root
    return {
        "sha256": root["sha256"],
        "path": root["path"],
        "kind": root["kind"],
        "case": item.case,
        "run": item.run,
        "parts": len(item.records) - 1,
        "weights": [weight for weight in root["weights"] if weight["opinion"]],
        "flagged": any(weight["flagged"] for weight in root["weights"]),
    }


def show(store: Store, actor: Actor, case: str) -> CaseView:
    """Everything about one case but its history."""
    require("case.read", actor)
    with in_words():
        store.case_id(case)
    states = {(state.case, state.aspect): state for state in store.states(case)}
    line = _line(case, states, store.runs(case))
    found = items_of(store, case)
    others = store.states(aspect="case")
    head = store.cases()[case]
    return CaseView(
        line=line,
        children=tuple(state.case for state in others if state.body.get("parent") == case),
        items=tuple(found.items),
        cut=found.cut,
        two_persons=needs_two(line.level),
        steps=tuple(
            verb
            for verb, step in workflow().steps.items()
            if line.body["status"] in step.start
            and allowed(f"case.{verb}", actor.role)
            and not (case == UNFILED and verb == "open")
        ),
        aspects=tuple(aspect for _, aspect in states if aspect != "case"),
        custody=(head.seq, head.hash),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry of the chain in words. Entries about single items are left to the chain."""

    seq: int
    at: str
    who: str
    role: str | None
    """None: the entry names no role (examining, exporting)."""
    aspect: str
    name: str
    what: Message
    detail: Message | None
    body: Json | None

    def as_json(self) -> Json:
        return {
            "seq": self.seq,
            "at": self.at,
            "who": self.who,
            "role": self.role,
            "role_words": ROLE_NAMES[self.role].as_json() if self.role else None,
            "aspect": self.aspect,
            "name": self.name,
            "what": self.what.as_json(),
            "detail": self.detail.as_json() if self.detail else None,
            "body": self.body,
        }


def history(store: Store, actor: Actor, case: str) -> list[HistoryLine]:
    """All that was done in a case, from its chain, oldest first."""
    require("case.read", actor)
    with in_words():
        store.case_id(case)
    return list(_history(store, case))


def _history(store: Store, case: str) -> Iterator[HistoryLine]:
    events = {event.seq: event for event in store.events(case)}
    for entry in store.milestones(case):
        event = events.get(entry.seq)
        details: Any = entry.details
        if event is not None:
            what, detail, body = name_of_event(event.name), _detail(event), event.body
        else:
            what, body = ENTRIES.get(entry.action, both(entry.action)), None
            detail = _entry_detail(entry.action, details)
        yield HistoryLine(
            seq=entry.seq,
            at=entry.time,
            who=entry.actor,
            role=event.role if event else None,
            aspect=event.aspect if event else "custody",
            name=event.name if event else entry.action,
            what=what,
            detail=detail,
            body=body,
        )


def _detail(event: Event) -> Message | None:
    if event.aspect == "case" or event.body is None:
        return detail_of_event(event.name, event.body)
    # Other aspects bring their own words, if any.
    words = event.body.get("words")
    if isinstance(words, dict) and {"zh", "en"} <= set(words):
        return Message(str(words["zh"]), str(words["en"]))
    return None


def _entry_detail(action: str, details: Any) -> Message | None:
    # A watch files what it flags in the course of a day: how many is not known at first.
    if action == "run_started" and "items" in details:
        number = details["items"]
        return Message(f"{number} 件材料", f"items: {number}")
    return None


def case_timeline(
    store: Store, actor: Actor, case: str, *, longest: timedelta = timedelta(days=7)
) -> list[Moment]:
    """What happened (as stated, and as files are dated) and what was done, gaps named."""
    require("case.read", actor)
    with in_words():
        body = body_of(case, store.state(case).body)
    moments = [
        Moment(
            at=line.at,
            source="handled",
            who=line.who,
            what=_sentence(line.what, line.detail),
        )
        for line in _history(store, case)
    ]
    for note in body["notes"]:
        if note["happened"]:
            stated = both(note["text"])
            moments.append(
                Moment(at=note["happened"], source="stated", who=note["by"], what=stated)
            )
    if body["facts"]["date"]:
        day = Message("行为日期（所陈述）", "the date of the act, as stated")
        moments.append(Moment(at=f"{body['facts']['date']}T00:00:00Z", source="stated", what=day))
    moments += _file_times(store, case)
    working = workflow().statuses[body["status"]].work
    now = datetime.now(UTC).isoformat(timespec="seconds") if working else None
    return timeline(moments, longest, now)


def _sentence(what: Message, detail: Message | None) -> Message:
    if detail is None:
        return what
    return Message(f"{what.zh}：{detail.zh}", f"{what.en}: {detail.en}")


def _file_times(store: Store, case: str) -> list[Moment]:
    moments: list[Moment] = []
    for run in store.runs(case):
        for _, item, _ in store.items(run.id):
            if len(moments) >= FILES:
                return moments
            at = datetime.fromtimestamp(item.mtime, UTC).isoformat(timespec="seconds")
            what = Message(f"{item.name}（{FILE_TIME.zh}）", f"{item.name} ({FILE_TIME.en})")
            moments.append(Moment(at=at.replace("+00:00", "Z"), source="file", what=what))
    return moments
