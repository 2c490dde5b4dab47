"""A comparison of two items on the page of its case, in both languages."""

from __future__ import annotations

import pytest

from mingjian.app import cases
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.casework.case import decide
from mingjian.casework.case.comparison import CAUTION, rests_on

from .people import Person

LEAD = Actor("李", Role.LEAD)
BASIS = "<b>order</b> 12/2026"
GIVEN = {"voices": 28, "recordings": 119, "left_out": 0, "sha256": "d" * 64}
TOLD = {"auroc": 0.98, "cllr": 0.29, "cllr_cal": 0.05, "misleading_h1": 0.03, "misleading_h2": 0.12}
MADE = {
    "of": "voice",
    "questioned": "a" * 64,
    "known": "b" * 64,
    "seconds": [12.0, 14.5],
    "h1": {"zh": "同一人声", "en": "one voice speaks"},
    "h2": {"zh": "不同人声", "en": "two voices speak"},
    "measured": 3.2,
    "log10_lr": 1.04,
    "lr_bounds": [-1.4, 1.4],
    "opinion": True,
    "words": {"zh": "中等支持 H1", "en": "moderate support for H1"},
    "why": {"zh": "按标度加权", "en": "weighed on a scale"},
    "population": GIVEN,
    "held_out": TOLD,
    "rests_on": rests_on(GIVEN, TOLD).as_json(),
    "scale": "voice.likeness@1",
}


@pytest.fixture(scope="module")
def case(settings):
    with opened_store(settings) as store:
        cases.new(store, LEAD, "compared")
        cases.change(
            store, LEAD, "case.compare", "compared", lambda body: decide.compare(body, BASIS, MADE)
        )
    return {"name": "compared"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_came_out_and_what_it_rests_on(server, case, language) -> None:
    page = Person(server, "李", Role.LEAD).page("case", language, **case)
    for text in (MADE["h1"], MADE["words"], MADE["why"], MADE["rests_on"]):
        assert text[language] in page
    assert CAUTION.in_language(language) in page
    assert "&lt;b&gt;order&lt;/b&gt; 12/2026" in page
    assert "<b>order" not in page
