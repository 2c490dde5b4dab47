"""The incident of a case: facts asked for as a form, grade, clocks, notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mingjian.app import incident, incident_case
from mingjian.app.access import Actor
from mingjian.app.errors import UsageError
from mingjian.app.incident import BEIJING
from mingjian.app.incident_notice import NOTICES
from mingjian.app.response_paper import letter
from mingjian.casework.incident.classes import class_names, of_conducts
from mingjian.casework.incident.facts import TIMES
from mingjian.casework.incident.words import NO, YES, fact_words
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.library import library
from mingjian.respond.letter import slot_names, templates
from mingjian.store.store import Store
from mingjian.web.case_deeds import deed
from mingjian.web.page import Asked, Page, of_case
from mingjian.web.session import Deed, Given, Sent
from mingjian.web.typed import LETTER_FORMS, amount, format_of, language, moment


def incident_page(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        state = incident_case.stored(store, asked.actor, case)
        stated: Any = state.body.get("facts") or {}
        seen = incident.report(incident.assess(incident.from_json(stated)))
        return {
            "incident": incident_case.view(state),
            "suggested": seen["grade"],
            "form": _form(stated, seen),
            "notices": [_notice(store, asked.actor, case, to, stated) for to in NOTICES],
        }

    return of_case(asked, more)


def _form(stated: Json, seen: Json) -> Json:
    """The fields of the facts: those that could change the grade first, in words."""
    values: Any = stated.get("facts", {})
    asked: Any = seen["ask"]
    wanted = {place: [one["fact"] for one in asked[place]] for place in ("CN", "EU")}
    groups: dict[str, list[Json]] = {"known": [], "CN": [], "EU": [], "rest": []}
    for name, word in fact_words().items():
        group = next((place for place in ("CN", "EU") if name in wanted[place]), "rest")
        choices = {"yes": YES, "no": NO} if word.kind == "yes_no" else word.choices
        value = values.get(name)
        groups["known" if value is not None else group].append(
            {
                "id": name,
                "kind": word.kind,
                "name": word.name.as_json(),
                "ask": word.ask.as_json(),
                "unit": word.unit.as_json() if word.unit else None,
                "choices": {key: words.as_json() for key, words in choices.items()},
                "value": {True: "yes", False: "no"}[value]
                if isinstance(value, bool)
                else value
                if not isinstance(value, float)
                else f"{value:.15g}",
            }
        )
    schemes: Any = seen["schemes"]
    criteria = [
        {"id": one["id"], "name": one["name"], "set_aside": one["set_aside"]}
        for scheme in schemes
        for one in scheme["criteria"]
        if one["missing"] or one["set_aside"]
    ]
    conducts = library().conducts
    return {
        "title": stated.get("title", ""),
        "times": {name: _local(stated.get(name)) for name in TIMES},
        "groups": groups,
        "criteria": criteria,
        "classes": {name: words.as_json() for name, words in class_names().items()},
        "chosen": stated.get("classes", []),
        "conducts": {name: conducts[name].name.as_json() for name in of_conducts()},
        "named": stated.get("conducts"),
    }


def _local(value: object) -> Json:
    """A stored time as a form shows it: without offset, and the offset beside it."""
    if not value:
        return {"local": "", "zone": "+08:00"}
    time = datetime.fromisoformat(str(value))
    if time.utcoffset() is None or time.utcoffset() != BEIJING.utcoffset(None):
        return {"local": incident.utc(time).removesuffix("Z"), "zone": "+00:00"}
    return {"local": time.isoformat(timespec="seconds")[:19], "zone": "+08:00"}


def _notice(store: Store, actor: Actor, case: str, to: str, stated: Json) -> Json:
    """One notice: what only people can fill in, and its draft once there is one."""
    made = incident_case.standing(store, actor, case, to) if stated else None
    words: Any = stated.get("notice", {})
    return {
        "to": to,
        "title": templates()[NOTICES[to]].title.as_json(),
        "status": made.status if made else None,
        "text": {"zh": made.text("zh"), "en": made.text("en")} if made else None,
        "blanks": list(made.letter.blanks) if made else [],
        "slots": {
            name: {"name": slot_names()[name].as_json(), "value": words.get(name, "")}
            for name in templates()[NOTICES[to]].slots
            if name not in FROM_FACTS
        },
    }


FROM_FACTS = frozenset(
    {"title", "level", "level_basis", "classes", "known_at", "deadlines", "facts", "unknown"}
    | {"causal_link", "signer", "date"}
)
"""What a notice takes from the facts, or from those who release it."""


# ---- deeds ----------------------------------------------------------------------------------


def facts_of(given: Given, before: Json) -> Json:
    """The facts as typed; what is empty is unknown, never zero."""
    values: dict[str, object] = {}
    for name, word in fact_words().items():
        typed = given[f"fact.{name}"]
        if not typed:
            continue
        if word.kind == "number":
            values[name] = amount(given, f"fact.{name}")
        else:
            values[name] = {"yes": True, "no": False}.get(typed, typed)
    stated: Json = {
        "title": given["title"],
        **{name: time for name in TIMES if (time := moment(given, name))},
        "classes": list(given.all("class")),
        "conducts": list(given.all("conduct")),
        "facts": values,
        "not_concerned": list(given.all("not_concerned")),
        "notice": before.get("notice", {}),
    }
    return {name: value for name, value in stated.items() if value}


def _grade(store: Store, actor: Actor, case: str, given: Given) -> Message:
    before: Any = incident_case.stored(store, actor, case).body.get("facts") or {}
    state = incident_case.grade(
        store,
        actor,
        case,
        facts_of(given, before),
        given["reason"],
        given["level"] or None,
        revision=given.number("revision"),
    )
    waiting: Any = state.body.get("proposed")
    if waiting:
        level = waiting["level"]
        return Message(
            f"已提议定为 {level} 级，须由另一人确认",
            f"level {level} is proposed; another person must confirm it",
        )
    level = state.body["level"]
    return Message(f"已定为 {level} 级", f"graded: level {level}")


def _confirm(store: Store, actor: Actor, case: str, given: Given) -> Message:
    state = incident_case.confirm(store, actor, case, revision=given.number("revision"))
    level = state.body["level"]
    return Message(f"已确认为 {level} 级", f"level {level} is confirmed")


def _words(store: Store, actor: Actor, case: str, given: Given) -> Message:
    words = {
        name.removeprefix("slot."): given[name] for name in given.fields if name.startswith("slot.")
    }
    incident_case.state_notice(store, actor, case, words, revision=given.number("revision"))
    incident_case.notice(store, actor, case, given["to"])
    return Message("已起草，仍是草稿", "drafted; it stays a draft until it is released")


def _release(store: Store, actor: Actor, case: str, given: Given) -> Message:
    made = incident_case.release(store, actor, case, given["to"], given["reason"])
    if made.status == "Actual":
        return Message("通知已签发", "the notice is released")
    return Message("已同意签发，须再由一人签发", "approved; one more person must release it")


def _file(asked: Asked, given: Given) -> Sent:
    """A notice as a file, in the standing it has."""
    case, to, form = asked["name"], given["to"], format_of(given, LETTER_FORMS)
    with asked.store() as store:
        made = incident_case.standing(store, asked.actor, case, to) if to in NOTICES else None
    if made is None:
        raise UsageError(
            Message("还没有这份通知", "there is no such notice yet"),
            Message("先起草", "draft it first"),
        )
    chosen = language(given)
    return Sent(f"{case}-{NOTICES[to]}.{chosen}.{form}", letter(made, chosen, form))


def _incident(name: str, does: Message, action: str, work: Any, *takes: str) -> Deed:
    return deed(name, does, action, work, takes, page="incident", aspect="incident")


INCIDENT = Page(
    name="incident",
    area="desk",
    title=Message("事件定级", "Incident"),
    make=incident_page,
    takes=("name",),
    action="incident.read",
    deeds=(
        _incident(
            "grade",
            Message("陈述事实并定级", "state the facts and grade"),
            "incident.grade",
            _grade,
            *("title", *TIMES, *(f"{name}_zone" for name in TIMES), "class", "conduct"),
            *(f"fact.{name}" for name in fact_words()),
            *("not_concerned", "level", "reason"),
        ),
        _incident(
            "confirm",
            Message("作为第二人确认定级", "confirm the grade as the second person"),
            "incident.confirm",
            _confirm,
        ),
        _incident(
            "draft",
            Message("起草通知", "draft a notice"),
            "incident.notice",
            _words,
            "to",
            *(f"slot.{name}" for name in slot_names()),
        ),
        _incident(
            "release",
            Message("签发通知", "release a notice"),
            "incident.send",
            _release,
            *("to", "reason"),
        ),
        Deed(
            name="file",
            does=Message("下载通知", "download a notice"),
            action="incident.read",
            do=_file,
            takes=("to", "language", "format"),
        ),
    ),
)
