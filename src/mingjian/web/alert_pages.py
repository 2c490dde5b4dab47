"""The screen Alerts: the list to triage, and one alert with why, how it looks and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mingjian.app import alert_sending, alerts, lists
from mingjian.app.access import Actor
from mingjian.app.warn import NOTE
from mingjian.casework.case.workflow import workflow
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.exchange.channels import AUDIENCES
from mingjian.store.lists import CasesAsked
from mingjian.store.store import Store
from mingjian.warn.alert import KINDS
from mingjian.warn.alert_state import OUTCOMES, STATUSES
from mingjian.warn.grades import ORDER, own_rule
from mingjian.web.alert_chart import chart, crossing, steps_of
from mingjian.web.alert_deeds import ALERT_DEEDS, number_in
from mingjian.web.alert_notice import NOTICE
from mingjian.web.alert_regions import by_province
from mingjian.web.csv_rows import Cell
from mingjian.web.page import Asked, Page

ROWS = 50
CASES = 50
"""Cases named where an alert may be noted."""
GRADES: Mapping[str, Message] = {one.grade: one.name for one in own_rule().conditions}

COLUMNS = (
    Message("编号", "Number"),
    Message("等级", "Grade"),
    Message("状态", "Status"),
    Message("种类", "Kind"),
    Message("监测对象", "What is watched"),
    Message("为何现在", "Why now"),
    Message("起始", "Since"),
    Message("最近", "Latest"),
    Message("报警次数", "Alarms"),
    Message("观察到", "Observed"),
    Message("预期", "Expected"),
    Message("超出", "Excess"),
    Message("每年预计误报", "False alarms a year expected"),
    Message("结论", "Outcome"),
    Message("演练", "Exercise"),
)


def _words(names: Any) -> Json:
    return {key: words.as_json() for key, words in names.items()}


def brief(alert: Json) -> Json:
    """An alert of a list with its highest grade in words."""
    return {**alert, "grade_words": GRADES[str(alert["grade"])].as_json()}


def _chosen(store: Store, asked: Asked) -> list[Json]:
    """Those that fit the filters of the address, most urgent first."""
    status = asked["status"]
    every: list[Any] = alerts.listed(
        store, asked.actor, status=status if status in STATUSES else None, closed=status == "all"
    )
    words = asked["q"].casefold()
    return [
        brief(one)
        for one in every
        if asked["grade"] in ("", one["grade"])
        and asked["kind"] in ("", one["kind"])
        and asked["exercise"] in ("", "yes" if one["exercise"] else "no")
        and words in one["subject"].casefold()
    ]


def _alerts(asked: Asked) -> Json:
    with asked.store() as store:
        found: list[Any] = _chosen(store, asked)
        measured = alerts.measured(store, asked.actor)
    places = [str(one["id"]) for one in found]
    # An alert may have left the list since: then it starts anew.
    start = places.index(asked["after"]) + 1 if asked["after"] in places else 0
    shown = found[start : start + ROWS]
    return {
        "alerts": shown,
        "of": len(found),
        "next": str(shown[-1]["id"]) if start + ROWS < len(found) else None,
        "regions": by_province(found),
        "measured": measured,
        "grades": {grade: GRADES[grade].as_json() for grade in reversed(ORDER)},
        "statuses": _words(STATUSES),
        "kinds": _words(KINDS),
        "note": NOTE.as_json(),
    }


def _alerts_csv(asked: Asked) -> Iterator[Sequence[Cell]]:
    say = asked.language
    yield [column.in_language(say) for column in COLUMNS]
    with asked.store() as store:
        found: list[Any] = _chosen(store, asked)
    for one in found:
        alarm = one["alarm"]
        yield [
            one["id"],
            one["grade_words"][say],
            one["status_words"][say],
            one["kind_words"][say],
            one["subject"],
            alarm["why"][say],
            one["began"],
            one["last"],
            one["alarms"],
            alarm["observed"],
            alarm["expected"],
            alarm["excess"],
            alarm["false_alarms"],
            one["outcome_words"][say] if one["outcome_words"] else None,
            int(one["exercise"] is not None),
        ]


def first(store: Store, actor: Actor, number: int) -> Json:
    """The most urgent alerts that wait for somebody, real ones first, and how many wait."""
    waiting = alerts.listed(store, actor, status="raised")
    waiting.sort(key=lambda one: one["exercise"] is not None)
    return {"rows": [brief(one) for one in waiting[:number]], "of": len(waiting)}


def _alert(asked: Asked) -> Json:
    with asked.store() as store:
        shown: Any = alerts.shown(store, asked.actor, number_in(asked))
        cases = _cases(store, exercise=shown["exercise"] is not None)
    steps = steps_of(shown)
    begun = crossing(steps)
    return {
        **brief(shown),
        "steps": steps,
        "chart": chart(steps),
        "crossed": None if begun is None else steps[begun]["at"],
        "history": [_told(event) for event in shown["history"]],
        "outcomes": _words(OUTCOMES),
        "audiences": _words(AUDIENCES),
        "any_channel": bool(alert_sending.channels_of(asked.settings).listed),
        "cases": cases,
        "note": NOTE.as_json(),
    }


def _cases(store: Store, *, exercise: bool) -> list[str]:
    """Cases that are worked on, of the same kind: a drill stays in its own."""
    page = store.list_cases(CasesAsked(exercise=exercise), "", CASES)
    return [
        line.case
        for line in map(lists.line_of, page.rows)
        if workflow().statuses[line.body["status"]].work
    ]


_SAID = ("case", "until", "status", "restriction", "note", "reason")


def _told(event: Any) -> Json:
    """What was done, with what the person said; of an alarm why it was one."""
    details = event["details"]
    said = [str(details[key]) for key in _SAID if details.get(key)]
    zh, en = list(said), list(said)
    named = (("audience", AUDIENCES), ("outcome", OUTCOMES))
    for words in (names[details[key]] for key, names in named if details.get(key) in names):
        zh.insert(0, words.zh)
        en.insert(0, words.en)
    if alarm := details.get("alarm"):
        zh.append(alarm["why"]["zh"])
        en.append(alarm["why"]["en"])
    return {**event, "told": Message(" · ".join(zh), " · ".join(en)).as_json()}


ALERT_PAGES = (
    Page(
        name="alerts",
        area="alerts",
        title=Message("预警", "Alerts"),
        make=_alerts,
        takes=("status", "grade", "kind", "exercise", "q", "after"),
        action="alert.list",
        table=_alerts_csv,
    ),
    Page(
        name="alert",
        area="alerts",
        title=Message("预警", "Alert"),
        make=_alert,
        takes=("id",),
        action="alert.read",
        deeds=ALERT_DEEDS,
    ),
    NOTICE,
)
