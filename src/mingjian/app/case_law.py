"""From a case's findings to suggested conduct, law and duties. Suggestions only, for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from mingjian.app import law
from mingjian.app.access import Actor, require
from mingjian.app.case_evidence import seen_of
from mingjian.app.case_views import list_cases
from mingjian.app.cases import in_words
from mingjian.casework.case.state import Body, body_of
from mingjian.casework.case.workflow import workflow
from mingjian.casework.conduct.duties import reasons, topics_of
from mingjian.casework.conduct.rules import NOTE, Suggested, suggest
from mingjian.casework.conduct.seen import Seen
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.duties import ROLES
from mingjian.law.facts import JURISDICTIONS
from mingjian.law.library import library
from mingjian.store.store import Store

TAKEN_UP = Message("依据已由人采纳的行为", "for the conducts that a person took up")
SUGGESTED = Message(
    "尚无人采纳任何行为：暂按迹象齐全的建议列出",
    "nobody has taken up a conduct yet: listed for the suggestions whose signs are all there",
)
ASK = Message(
    "是否未履行义务由人查明；下列只说明该问什么",
    "whether a duty was missed is for a person to find; this only says what to ask",
)


def _read(store: Store, actor: Actor, case: str) -> tuple[Body, Seen]:
    require("case.read", actor)
    with in_words():
        body = body_of(case, store.state(case).body)
    facts = body["facts"]
    seen = seen_of(store, case)
    return body, seen.with_facts(facts["counts"], facts["circumstances"], facts["excluded"])


def _suggested(body: Body, seen: Seen) -> list[Suggested]:
    named = frozenset(name for name, item in body["conducts"].items() if item["taken_up"])
    return suggest(seen, named)


def conducts(store: Store, actor: Actor, case: str) -> Json:
    """Suggested conducts with support, gaps, what would change them, and a person's view."""
    body, seen = _read(store, actor, case)
    listed = []
    for item in _suggested(body, seen):
        judged = body["conducts"].get(item.conduct.id)
        listed.append({**item.as_json(library()), "judged": dict(judged) if judged else None})
    return {"case": case, "note": NOTE.as_json(), "conducts": listed}


def _for_law(body: Body, suggested: list[Suggested]) -> tuple[list[str], Message]:
    """The conducts the law is asked about, and how they were chosen."""
    taken = [name for name, item in body["conducts"].items() if item["taken_up"]]
    if taken:
        return taken, TAKEN_UP
    return [
        item.conduct.id
        for item in suggested
        if item.state == "supported" and item.conduct.id not in body["conducts"]
    ], SUGGESTED


def case_law(store: Store, actor: Actor, case: str) -> Json:
    """Articles, bands and coverage for the case's conducts, counts and date of the act."""
    body, seen = _read(store, actor, case)
    names, basis = _for_law(body, _suggested(body, seen))
    facts = body["facts"]
    stated = {
        "conducts": names,
        "date": facts["date"],
        "counts": seen.counts,
        "circumstances": facts["circumstances"],
        "excluded": facts["excluded"],
        "jurisdictions": facts["jurisdictions"] or list(JURISDICTIONS),
    }
    report = law.suggest(stated).as_json() if names else None
    counted = {kind: number for kind, number in seen.counts.items() if kind not in facts["counts"]}
    return {
        "case": case,
        "basis": basis.as_json(),
        "counted_in_evidence": counted,
        "suggestions": report,
    }


def case_duties(store: Store, actor: Actor, case: str) -> Json:
    """The chain developer, provider, propagator, user: duties in force on the date of the act
    that this case gives reason to ask about, and what to ask for."""
    body, seen = _read(store, actor, case)
    names, basis = _for_law(body, _suggested(body, seen))
    of_conducts = {ref for name in names for ref in library().conducts[name].refs()}
    facts = body["facts"]
    day = date.fromisoformat(facts["date"]) if facts["date"] else date.today()
    roles: dict[str, list[Json]] = {role: [] for role in ROLES}
    for duty in law.chain(day, tuple(facts["jurisdictions"] or JURISDICTIONS)):
        ref = str(duty["ref"])
        asked = [
            {
                "topic": topic.id,
                "words": topic.name.as_json(),
                "because": [item.as_json() for item in why],
                "ask_for": topic.ask.as_json(),
            }
            for topic in topics_of(ref)
            if (why := reasons(topic, seen))
        ]
        if asked or ref in of_conducts:
            found: Any = {**duty, "of_conduct": ref in of_conducts, "asked": asked}
            roles[str(duty["role"])].append(found)
    return {
        "case": case,
        "note": ASK.as_json(),
        "basis": basis.as_json(),
        "date": facts["date"],
        "as_of": day.isoformat(),
        "chain": [
            {"role": role, "words": ROLES[role].as_json(), "duties": listed}
            for role, listed in roles.items()
        ],
    }


def to_look_at_again(
    store: Store,
    actor: Actor,
    touched: Iterable[str] = (),
    *,
    between: tuple[date, date] | None = None,
) -> Json:
    """Cases still in work whose conducts a change of law touches.

    `touched` names conducts (as `mingjian law import` and `diff` list them); `between` takes
    those of what is not the same in the law data on two days.
    """
    require("case.read", actor)
    names = set(touched)
    if between is not None:
        for change in law.between(*between):
            names.update(cast(list[str], change["conducts"]))
    listed = []
    for line in list_cases(store, actor):
        if not workflow().statuses[line.body["status"]].work:
            continue
        body, seen = _read(store, actor, line.case)
        hit = sorted(names & set(_for_law(body, _suggested(body, seen))[0]))
        if hit:
            listed.append({**line.as_json(), "conducts": hit, "date": body["facts"]["date"]})
    return {"conducts": sorted(names), "cases": listed}
