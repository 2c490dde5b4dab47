"""Every page in both languages, as HTML and JSON; hostile evidence stays text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest

from mingjian.app.access import ALLOWED, Role
from mingjian.web.pages import CASE_TABS, PAGES
from mingjian.web.words import ITEM_STATES, TEXT

from .conftest import CASE, Desk

NEVER = {
    "style",
    "iframe",
    "object",
    "embed",
    "img",
    "base",
    "audio",
    "video",
}


class Outline(HTMLParser):
    """Tags, headings, links and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.levels: list[int] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.scripts: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        self.attributes |= set(given)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "a":
            self.links.append(given["href"])
        if tag == "script":
            self.scripts.append(given.get("src"))
        if "id" in given:
            self.ids.append(given["id"])


@pytest.fixture(scope="session")
def sha256(desk):
    listed = desk.ask(f"/zh/items.json?{urlencode({'name': CASE})}").json()["items"]
    return next(item["sha256"] for item in listed if item["path"].endswith("txt"))


@pytest.fixture(scope="session")
def queries(sha256):
    """What each page is asked with so that it shows something."""
    case = {"name": CASE}
    return {
        "evidence": {"sha256": sha256, "case": CASE},
        "law": {"q": "诈骗"},
        "article": {"ref": "criminal-law/266"},
        "conduct": {"id": "phishing.mail", "on": "2026-05-01"},
        "detector": {"name": "message.fraud"},
        "playbook": {"name": "rogue_agent", "case": CASE},
        "drill": {"name": "rogue_agent"},
        "account": {"name": "admin admin"},
        "alert": {"id": "1"},
        "alert-notice": {"id": "1"},
        "situation-rows": {"number": "N1"},
        **dict.fromkeys(CASE_TABS, case),
    }


@pytest.fixture(scope="session")
def readers(server, desk):
    """Somebody who may open a page: a lead, or an admin where a lead may not."""
    admin = Desk(server.port, server.door)
    admin.sign_in("admin", Role.ADMIN)
    return lambda name: desk if Role.LEAD in ALLOWED[PAGES[name].action] else admin


SHOWN = sorted(set(PAGES) - {"examination"})
"""All but what shows only while something is examined; `test_upload` looks at that."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SHOWN)
def test_every_page(readers, queries, name, language):
    query = urlencode(queries.get(name, {}))
    reply = readers(name).ask(f"/{language}/{name}?{query}")
    assert reply.status == 200
    outline = Outline(reply.body)
    assert not outline.tags & NEVER
    assert outline.scripts == ["/static/desk.js"]
    assert not {"style", "onclick", "onerror", "onload"} & outline.attributes
    assert {"main", "header", "nav", "footer", "h1"} <= outline.tags
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(
        after - before <= 1
        for before, after in zip(outline.levels, outline.levels[1:], strict=False)
    )
    assert len(outline.ids) == len(set(outline.ids))
    # Nothing of ours is left in the machine's form, nothing leaves this place.
    assert not re.search(r"Message\(|&#39;zh&#39;:|\{'zh'|Undefined", reply.body)
    assert all(link.startswith(("/", "#")) for link in outline.links)
    assert len(reply.body.encode()) < 150_000
    start = '<html lang="zh-CN"' if language == "zh" else '<html lang="en"'
    assert start in reply.body


@pytest.mark.parametrize("name", SHOWN)
def test_every_page_has_a_twin(readers, queries, name):
    desk, query = readers(name), urlencode(queries.get(name, {}))
    twin = desk.ask(f"/zh/{name}.json?{query}")
    assert twin.status == 200
    assert twin.headers["Content-Type"] == "application/json"
    content = twin.json()
    assert isinstance(content, dict)
    by_header = desk.ask(f"/en/{name}?{query}", Accept="application/json")
    assert set(by_header.json()) == set(content)


def test_every_link_of_every_page_leads_somewhere(desk, queries):
    """No dead ends: what a page offers answers."""
    seen: set[str] = set()
    for name in ("desk", "case", "items", "evidence", "conducts", "help", "detector"):
        query = urlencode(queries.get(name, {}))
        seen |= set(Outline(desk.ask(f"/en/{name}?{query}").body).links)
    for link in sorted(seen):
        if link.startswith("/"):
            assert desk.ask(link).status in (200, 303), link


def test_hostile_names_and_text_stay_text(desk, queries):
    for name in ("desk", "case", "items", "evidence", "conducts", "timeline"):
        body = desk.ask(f"/zh/{name}?{urlencode(queries.get(name, {}))}").body
        assert "<img" not in body
        assert body.count("<script") == 1  # ours
        assert "\u202e" not in body
        assert "<b>&#34;" not in body
    shown = desk.ask(f"/zh/items?{urlencode({'name': CASE})}").body
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202egnp.txt" in shown
    note = desk.ask("/zh/case?name=drill").body
    assert "&lt;script&gt;alert(2)" in note


def test_what_is_asked_is_never_taken_as_markup(desk):
    sign = '"><svg onload=alert(1)>\u202e'
    for page in PAGES.values():
        query = urlencode(dict.fromkeys(page.takes, sign))
        for language in ("zh", "en"):
            body = desk.ask(f"/{language}/{page.name}?{query}").body
            assert "<svg onload" not in body
            assert "\u202e" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/zh/nowhere",
        "/fr/desk",
        "/zh/case?name=none",
        "/zh/case",
        "/zh/evidence?sha256=00",
        "/zh/evidence?sha256=" + "0" * 64,
        "/zh/article?ref=../../etc/passwd",
        "/zh/article?ref=criminal-law/266&on=yesterday",
        "/zh/conduct?id=none",
        "/zh/detector?name=../secret",
        "/static/..%2f..%2fsite.py",
        "/static/site.py",
        "/zh/..%2f..%2fetc%2fpasswd",
    ],
)
def test_what_is_not_there(desk, path):
    reply = desk.ask(path)
    assert reply.status == 404
    assert 'href="/' in reply.body  # where to go next
    assert "root:" not in reply.body


def test_a_problem_has_its_twin(desk):
    problem = desk.ask("/zh/case.json?name=none").json()["problem"]
    assert problem["what"]["zh"]
    assert problem["what"]["en"]
    assert problem["next"]["zh"]


def test_too_many_questions_and_odd_encodings_do_not_break(desk):
    many = "&".join(f"a{number}=1" for number in range(100))
    for query in (
        many,
        "q=%ff%fe",
        "q=" + quote("\x00\ud800", errors="surrogatepass"),
        "after=-1",
        "q=" + "x" * 5000,
    ):
        for name in ("desk", "law", "history"):
            assert desk.ask(f"/zh/{name}?name=drill&{query}").status in (200, 404)


def test_drafts_and_exercises_say_so(desk):
    body = desk.ask("/zh/case?name=drill").body
    assert TEXT["exercise_banner"].zh in body
    assert TEXT["draft_note"].zh in body
    for name in ("items", "conducts", "case-law", "duties", "timeline", "history"):
        assert TEXT["exercise_banner"].en in desk.ask(f"/en/{name}?name=drill").body


def test_filters_narrow_the_list(desk):
    case = {"name": CASE}
    every = desk.ask(f"/zh/items.json?{urlencode(case)}").json()
    some = desk.ask(f"/zh/items.json?{urlencode({**case, 'q': 'plain'})}").json()
    assert (every["of"], some["of"]) == (2, 1)
    none = desk.ask(f"/zh/items?{urlencode({**case, 'q': 'zzz'})}").body
    assert TEXT["none_fits"].zh in none
    assert desk.ask("/zh/desk.json?q=演练".replace("演练", quote("演练"))).json()["of"] == 1


def test_lists_are_paged_by_key(desk, monkeypatch):
    monkeypatch.setattr("mingjian.app.lists.item_page.__defaults__", ("", 1))
    first = desk.ask(f"/zh/items.json?{urlencode({'name': CASE})}").json()
    second = desk.ask(f"/zh/items.json?{urlencode({'name': CASE, 'after': first['next']})}").json()
    assert len(first["items"]) == len(second["items"]) == 1
    assert first["items"] != second["items"]
    assert second["next"] is None


def test_an_error_shows_nothing_of_the_evidence(desk, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("SECRET TEXT OF THE EVIDENCE")

    monkeypatch.setattr("mingjian.app.lists.case_page", broken)
    for path in ("/zh/desk", "/zh/desk.json"):
        reply = desk.ask(path)
        assert reply.status == 500
        assert "SECRET" not in reply.body
    assert "mingjian doctor" in desk.ask("/zh/desk").body


def test_reading_changes_nothing(desk, settings, queries):
    from mingjian.app.keeping import opened_store

    def heads():
        with opened_store(settings) as store:
            return {name: (head.seq, head.hash) for name, head in store.cases().items()}

    before = heads()
    for name in PAGES:
        desk.ask(f"/zh/{name}?{urlencode(queries.get(name, {}))}")
    assert heads() == before


def test_openapi_names_every_twin(desk):
    paths = desk.ask("/openapi.json").json()["paths"]
    assert {f"/zh/{name}.json" for name in PAGES} <= set(paths)
    for path, methods in paths.items():
        assert set(methods) == ({"get"} if path.endswith((".json", ".csv")) else {"post"})


def test_every_sentence_is_there_in_both_languages():
    for key, message in {**TEXT, **ITEM_STATES}.items():
        assert message.zh.strip(), key
        assert message.en.strip(), key
        assert not re.search(r"[\u4e00-\u9fff]", message.en), key
        if key not in ("brand",):
            assert re.search(r"[\u4e00-\u9fff]", message.zh), key


def test_the_twin_of_an_item_has_the_whole_record(desk, sha256):
    record = desk.ask(f"/zh/evidence.json?sha256={sha256}").json()["record"]
    assert record["sha256"] == sha256
    assert json.dumps(record["examinations"])
