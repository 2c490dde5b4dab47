"""Alerts at the desk: the list, one alert with its course, what persons do about it."""

from __future__ import annotations

import csv
import http.server
import io
import threading

import pytest

from mingjian.app import alerts, cases
from mingjian.app.access import ALLOWED, Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.web.alert_chart import chart, crossing, steps_of
from mingjian.web.alert_regions import HEIGHT, PROVINCES, TILE, WIDTH, by_province, province_of
from mingjian.web.pages import PAGES
from mingjian.web.words import TEXT

from .browser import CHROMIUM, Browser
from .conftest import HOSTILE, alarm, served
from .people import Person

WHY = {"reason": "why"}


@pytest.fixture(scope="module")
def people(server):
    return {role: Person(server, "庚", role) for role in Role}


@pytest.fixture
def raised(settings):
    """Raises alerts and gives their numbers."""

    def make(*subjects: str, exercise: str | None = None) -> list[str]:
        with opened_store(settings) as store:
            who = Actor("x", Role.LEAD)
            found = [alarm(subject) for subject in subjects]
            done = alerts.raise_alarms(store, who, found, exercise=exercise)
        return [str(one.alert) for one in done]

    return make


# ---- looking ------------------------------------------------------------------------------------


def test_the_list_has_the_gravest_first_and_its_filters_in_the_address(people):
    anybody = people[Role.AUDITOR]
    every = anybody.read("alerts")["alerts"]
    assert every[0]["grade"] == "red"
    assert every[0]["grade_words"] == {"zh": "红色", "en": "red"}
    assert [one["subject"] for one in anybody.read("alerts", grade="red")["alerts"]] == [
        "fraud | 310000"
    ]
    drills = anybody.read("alerts", exercise="yes")["alerts"]
    assert {one["exercise"] for one in drills} == {"秋季演练"}
    assert anybody.read("alerts", q="DRILLED", exercise="no")["alerts"] == []
    assert TEXT["none_fits"].en in anybody.page("alerts", kind="mix")
    assert TEXT["drill_banner"].en in anybody.page("alerts", exercise="yes")
    assert TEXT["drill_banner"].en not in anybody.page("alerts")


def test_the_list_is_paged_and_a_place_that_is_gone_starts_anew(people, monkeypatch):
    monkeypatch.setattr("mingjian.web.alert_pages.ROWS", 1)
    anybody = people[Role.AUDITOR]
    first = anybody.read("alerts")
    second = anybody.read("alerts", after=first["next"])
    assert first["alerts"] != second["alerts"]
    assert anybody.read("alerts", after="gone")["alerts"] == first["alerts"]


def test_the_list_as_csv_holds_no_formula(people, raised):
    raised('=HYPERLINK("http://x")')
    body = people[Role.AUDITOR].ask("/zh/alerts/export.csv?status=all").body
    rows = list(csv.reader(io.StringIO(body.lstrip("\ufeff"))))
    assert rows[0][:3] == ["编号", "等级", "状态"]
    assert "'=HYPERLINK" in body
    assert "\u202e" not in body
    assert all(len(row) == len(rows[0]) for row in rows)


def test_one_alert_shows_why_its_course_and_where_the_bound_was_crossed(people, raised):
    (number,) = raised("shown")
    shown = people[Role.AUDITOR].read("alert", id=number)
    assert [step["above"] for step in shown["steps"]] == [False, False, False, True]
    assert shown["crossed"] == "2026-11-23"
    body = people[Role.AUDITOR].page("alert", id=number)
    assert "18 came, 5 were expected. Over 12." in body
    assert '<svg class="course"' in body
    assert "0.2–1.1" in body
    assert TEXT["no_channel"].en in body
    assert "drilled" not in body


def test_a_hostile_subject_stays_text(people):
    body = people[Role.AUDITOR].page("alerts")
    assert "<img" not in body
    assert "\u202e" not in body
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202e" in body
    number = next(
        one["id"] for one in people[Role.LEAD].read("alerts")["alerts"] if one["subject"] == HOSTILE
    )
    assert "<img" not in people[Role.LEAD].page("alert", id=str(number))


# ---- acting -------------------------------------------------------------------------------------


def test_triage_from_raised_to_closed(people, raised):
    (number,) = raised("triage")
    query = {"id": number}
    examiner, reviewer = people[Role.EXAMINER], people[Role.REVIEWER]
    before = examiner.read("alert", **query)["revision"]
    assert examiner.do("alert/acknowledge", query, note="seen", revision=str(before)).status == 303
    shown = examiner.read("alert", **query)
    assert (shown["status"], shown["acknowledged"]["by"]) == ("acknowledged", examiner.name)
    # Somebody who still sees the page as it was is told so.
    stale = {"for": "3d", "revision": str(before), **WHY}
    assert examiner.do("alert/snooze", query, **stale).status == 409
    refused = examiner.do("alert/snooze", query, form="snooze", reason="", **{"for": "3d"})
    assert refused.status == 422
    assert 'role="alert"' in refused.body
    assert examiner.do("alert/snooze", query, **WHY, **{"for": "3d"}).status == 303
    assert examiner.read("alert", **query)["status"] == "snoozed"
    assert examiner.do("alert/snooze", query, **WHY, until="2020-01-01T00:00").status == 422
    went = examiner.do("alert/escalate", query, **WHY)
    assert went.headers["Location"] == f"/en/case?name=alert-{number}"
    draft = examiner.read("case", name=f"alert-{number}")["head"]
    assert draft["status"] == "draft"
    assert "18 came" in draft["summary"]
    assert examiner.do("alert/escalate", query, **WHY).status == 422
    assert examiner.do("alert/close", query, outcome="true_event", **WHY).status == 403
    assert reviewer.do("alert/close", query, outcome="nonsense", **WHY).status == 422
    assert reviewer.do("alert/close", query, outcome="true_event", **WHY).status == 303
    assert reviewer.do("alert/close", query, outcome="data_error", **WHY).status == 303
    shown = reviewer.read("alert", **query)
    assert shown["closed"]["outcome"] == "data_error"
    assert [one["outcome"] for one in shown["past_closings"]] == ["true_event"]
    names = ["raised", "acknowledged", "snoozed", "escalated", "closed", "closed"]
    assert [one["event"] for one in shown["history"]] == [f"alert.{name}" for name in names]
    assert number not in [str(one["id"]) for one in reviewer.read("alerts")["alerts"]]


def test_an_alert_is_noted_in_a_case_that_is_there(people, raised, settings):
    with opened_store(settings) as store:
        cases.new(store, Actor("x", Role.LEAD), "noted")
    (number,) = raised("noted")
    lead = people[Role.LEAD]
    assert "noted" in lead.read("alert", id=number)["cases"]
    assert lead.do("alert/escalate", {"id": number}, case="nowhere", **WHY).status in (404, 422)
    assert lead.do("alert/escalate", {"id": number}, case="noted", **WHY).status == 303
    assert f"Alert {number}" in lead.read("case", name="noted")["head"]["notes"][0]["text"]


def test_what_belongs_to_a_drill_stays_there(people, raised):
    (number,) = raised("a drill", exercise="drill of May")
    lead, query = people[Role.LEAD], {"id": number}
    body = lead.page("alert", **query)
    assert TEXT["drill_alert"].en in body
    assert lead.do("alert/escalate", query, case="noted", **WHY).status in (404, 422)
    assert "noted" not in lead.read("alert", **query)["cases"]
    assert lead.do("alert/escalate", query, **WHY).status == 303
    assert lead.read("case", name=f"alert-{number}")["head"]["exercise"] is True
    assert lead.do("alert/close", query, outcome="true_event", **WHY).status == 422
    assert lead.do("alert/close", query, outcome="drill", **WHY).status == 303


@pytest.mark.parametrize("number", ["", "0", "-1", "99999", "1 or 1", "x" * 50])
def test_an_alert_that_is_not_there_is_not_found(people, number):
    lead = people[Role.LEAD]
    for page in ("alert", "alert-notice"):
        assert lead.ask(f"/en/{page}.json?id={number.replace(' ', '+')}").status == 404
    for where in ("alert/acknowledge", "alert/close", "alert/escalate", "alert-notice/send"):
        reply = lead.do(where, {"id": number}, outcome="true_event", at="2026-01-01", **WHY)
        assert reply.status in (404, 422), where


def test_the_alert_is_that_of_the_address(people, raised):
    mine, other = raised("mine", "other")
    lead = people[Role.LEAD]
    assert lead.do("alert/acknowledge", {"id": mine}, id=other, alert=other).status == 303
    assert lead.read("alert", id=other)["acknowledged"] is None


WORKING = {
    "acknowledge": {},
    "snooze": {"for": "1d", **WHY},
    "escalate": WHY,
    "close": {"outcome": "true_event", **WHY},
}


@pytest.mark.parametrize("name", WORKING)
def test_a_form_that_works_is_refused_only_for_the_role(people, raised, name):
    (number,) = raised(f"role {name}")
    may = ALLOWED[next(one.action for one in PAGES["alert"].deeds if one.name == name)]
    for role, person in sorted(people.items(), key=lambda pair: pair[0] in may):
        reply = person.do(f"alert/{name}", {"id": number}, **WORKING[name])
        if role in may:
            assert reply.status == 303, role
            break
        assert reply.status == 403, role
        assert "these roles may" in reply.body
        # The form is not even there; who may is said in its place.
        page = person.page("alert", id=number)
        assert f'name="form" value="{name}"' not in page
        assert TEXT["role_needed"].en in page


# ---- sending ------------------------------------------------------------------------------------


def test_without_a_channel_nothing_is_sent(people, raised):
    (number,) = raised("to send")
    lead, query = people[Role.LEAD], {"id": number, "audience": "duty", "reason": "why"}
    shown = lead.read("alert-notice", **query)
    assert shown["digest"] is None
    assert 'value="send"' not in lead.page("alert-notice", **query)
    assert lead.do("alert-notice/send", query, at=shown["at"], digest="0" * 64).status == 422
    assert lead.do("alert-notice/send", query, at="now", digest="").status == 422
    assert lead.read("alert", id=number)["deliveries"] == []
    fields = lead.read("alert-notice", id=number, audience="public")["fields"]
    assert {"slot.what_happened", "slot.advice"} <= {f"slot.{one['slot']}" for one in fields}
    assert lead.ask(f"/en/alert-notice?id={number}&audience=all").status == 404


@pytest.fixture
def receiver():
    """Something on this machine that takes messages."""
    got: list[bytes] = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = http.server.HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running.server_port, got
    running.shutdown()
    thread.join(10)
    running.server_close()


def test_what_was_shown_is_sent_once_in_a_persons_name(tmp_path, receiver):
    port, got = receiver
    (tmp_path / "secret").write_bytes(b"0123456789abcdef0123456789abcdef")
    (tmp_path / "channels.toml").write_text(
        f'[desk]\nsender = "desk.example.cn"\n[[channel]]\nname = "duty"\nkind = "webhook"\n'
        f'url = "http://127.0.0.1:{port}/"\nsecret_file = "secret"\naudience = "duty"\n'
        'tlp = "TLP:AMBER"\nprivate = true\n',
        "utf-8",
    )
    settings = Settings(home=tmp_path, language="zh", workers=1, channels="channels.toml")
    with opened_store(settings) as store:
        alerts.raise_alarms(store, Actor("x", Role.LEAD), [alarm("sent")])
    with served(settings) as server:
        lead, examiner = Person(server, "辛", Role.LEAD), Person(server, "辛", Role.EXAMINER)
        query = {"id": "1", "audience": "duty", "reason": "why"}
        shown = lead.read("alert-notice", **query)
        form = {"at": shown["at"], "digest": shown["digest"]}
        assert 'value="send"' in lead.page("alert-notice", **query)
        assert examiner.do("alert-notice/send", query, **form).status == 403
        altered = {**query, "reason": "another"}
        assert lead.do("alert-notice/send", altered, **form).status == 422
        assert got == []
        for _ in range(2):
            assert lead.do("alert-notice/send", query, **form).status == 303
        assert [body.decode() for body in got] == [shown["messages"][0]["text"]]
        page = lead.read("alert", id="1")
        assert [one["state"] for one in page["deliveries"]] == ["delivered"]
        assert page["history"][-1]["by"] == lead.name
        assert b'"course": []' in got[0]  # what the desk counted before stays here


# ---- drawing ------------------------------------------------------------------------------------


def test_steps_come_from_the_alarms_where_the_method_tells_none():
    alarms = [{**alarm("x").as_json(), "at": day} for day in ("2026-11-02", "2026-11-01")]
    history = [{"details": {"alarm": one}} for one in alarms] + [{"details": {}}]
    steps = steps_of({"course": [], "history": history})
    assert [step["at"] for step in steps] == ["2026-11-01", "2026-11-02"]
    assert crossing(steps) == 0
    drawn = chart(steps)
    assert len(drawn["points"]) == 2
    assert drawn["crossing"] == drawn["points"][0]
    assert chart([]) is None


def test_a_drawing_bears_steps_without_a_baseline():
    step = {"at": "2026-11-01", "observed": 0.0, "expected": None, "low": None, "high": None}
    steps = steps_of({"course": [{**step, "upper": None}], "history": []})
    drawn = chart(steps)
    assert (drawn["band"], drawn["expected"], drawn["bound"], drawn["crossing"]) == (
        *("", "", ""),
        None,
    )


def test_tiles_lie_beside_each_other_and_take_their_series():
    places = {(one["x"], one["y"]) for one in PROVINCES.values()}
    assert len(PROVINCES) == len(places) == 34
    assert all(0 <= x <= WIDTH - TILE and 0 <= y <= HEIGHT - TILE for x, y in places)
    assert province_of("message.fraud | 310000") == "31"
    assert province_of("watch/region/44/x") == "44"
    assert province_of("message.fraud | 000000") is None
    assert province_of("12 | 3100") is None
    assert by_province([]) is None


def test_provinces_are_shown_once_a_series_names_one(people):
    regions = people[Role.AUDITOR].read("alerts", grade="red")["regions"]
    assert [(one["code"], one["excess"], one["shade"]) for one in regions["rows"]] == [
        ("31", 13.0, 3)
    ]
    assert "Shanghai" in people[Role.AUDITOR].page("alerts")
    assert people[Role.AUDITOR].read("alerts", exercise="yes")["regions"] is None


# ---- on the desk, and in a browser --------------------------------------------------------------


def test_the_desk_names_what_waits(people):
    desk = people[Role.LEAD].read("desk")
    assert desk["alerts"]["rows"][0]["grade"] == "red"
    assert desk["alerts"]["of"] >= 2
    assert {"own", "drills", "unfinished", "clocks"} <= set(desk)


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
def test_escalate_an_alert_in_a_browser(people, raised, server, tmp_path):
    (number,) = raised("by browser")
    browser = Browser(tmp_path)
    try:
        base = f"http://127.0.0.1:{server.port}"
        tab = browser.person(base, people[Role.EXAMINER].cookie)
        tab.go("/zh/alerts?q=by+browser")
        tab.run("window.left = true; document.querySelector('main table a').click()")
        tab._settled()
        assert "为何现在" in tab.text()
        tab.fill("escalate", reason="两名被害人报案")
        tab.send("escalate")
        assert f"已建立案件草稿“alert-{number}”" in tab.text()
        tab.go(f"/en/alert?id={number}")
        assert "Escalated to the case" in tab.text()
        assert [one for one in browser.asked if not one.startswith((base, "data:", "about:"))] == []
        assert browser.said == []
    finally:
        browser.close()
