"""A person's journeys in a real browser, several signed in at once; nothing leaves this place."""

from __future__ import annotations

import pytest

from mingjian.app import cases, incident_case
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store

from .browser import CHROMIUM, Browser
from .people import Person

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    running = Browser(tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def base(server):
    return f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def lead(server, browser, base):
    return browser.person(base, Person(server, "李", Role.LEAD).cookie)


@pytest.fixture(scope="module")
def reviewer(server, browser, base):
    return browser.person(base, Person(server, "吴", Role.REVIEWER).cookie)


@pytest.fixture(scope="module")
def book(settings):
    """A draft, one to merge it into, and a grave case."""
    with opened_store(settings) as store:
        who = Actor("x", Role.LEAD)
        for name in ("b-draft", "b-into", "b-grave"):
            cases.new(store, who, name)
        facts = {"facts": {"pi_people": 12_000_000}}
        incident_case.grade(store, who, "b-grave", facts, "counted")
        incident_case.confirm(store, Actor("y", Role.REVIEWER), "b-grave")


def test_accept_a_draft_and_merge_it(lead, book):
    lead.go("/en/case?name=b-draft")
    assert "Draft" in lead.text()
    lead.fill("open", reason="two victims have come forward")
    lead.send("open")
    assert "The case is open" in lead.text() or "the case is open" in lead.text()
    lead.go("/en/relations?name=b-draft")
    lead.fill("merge", other="b-into", reason="one matter")
    lead.send("merge")
    assert "it can be undone" in lead.text()
    assert lead.run("document.querySelectorAll('svg.lanes .tie').length") == 1


def test_dispose_with_two_persons(lead, reviewer, book):
    lead.go("/en/case?name=b-grave")
    lead.fill("dispose", kind="transferred", reason="a", effect="b", appeal="c")
    lead.send("dispose")
    assert "another one must sign in and confirm it" in lead.text()
    assert lead.run("!document.querySelector('input[name=form][value=confirm]')")
    reviewer.go("/zh/case?name=b-grave")
    reviewer.send("confirm")
    assert "处置已由第二人确认" in reviewer.text()
    lead.go("/en/case?name=b-grave")
    lead.fill("close", reason="handed over")
    lead.send("close")
    assert lead.run("document.querySelector('.under .tag').innerText") == "closed"


def test_run_a_step_of_a_drill(lead):
    lead.go("/zh/drill?name=rogue_agent")
    lead.fill("start", case="b-drill", speed="1")
    lead.send("start")
    assert "演练 · 一切内容均非真实" in lead.text()
    lead.fill("answer-A1", choice="b", text="停用")
    lead.send("answer-A1")
    assert "已回答 A1" in lead.text()
    assert lead.run("!document.querySelector('input[name=form][value=answer-A1]')")


def test_a_report_is_downloaded_never_shown(lead, tmp_path):
    lead.go("/en/report?name=b-into")
    lead.download_to(tmp_path)
    form = "[...document.forms].find(form => form.kind && form.kind.value === 'case')"
    lead.run(f"{form}.format.value = 'docx'; {form}.querySelector('button').click()")
    file = lead.downloaded(tmp_path)
    assert file.name == "b-into-case.en.docx"
    assert file.read_bytes()[:2] == b"PK"
    assert "Reports" in lead.text()  # the page stays


def test_forms_are_worked_by_keyboard_alone(lead, book):
    """Tab reaches each field, each has its label, and nothing is cut off on a narrow screen."""
    lead.size(390)
    for path in ("case?name=b-into", "incident?name=b-into", "relations?name=b-into"):
        lead.go(f"/zh/{path}")
        lead.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        unnamed = lead.run(
            "[...document.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')]"
            ".filter(one => !one.labels.length && !one.ariaLabel).length"
        )
        assert unnamed == 0
        assert lead.run("document.documentElement.scrollWidth <= window.innerWidth")
        assert lead.run("document.querySelectorAll('[tabindex]:not([tabindex=\"0\"])').length") <= 1
    lead.size(1440)


def test_nothing_left_this_place_and_no_policy_was_broken(browser, base):
    strangers = [one for one in browser.asked if not one.startswith((base, "data:", "about:"))]
    assert strangers == []
    assert browser.said == []
