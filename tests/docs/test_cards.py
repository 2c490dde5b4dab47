"""The cards: one shape in both languages, examples that are weighed anew, one page of figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.docs.scripts import DOCS, script

from mingjian.app.pipeline import Workbench, workbench
from mingjian.app.settings import Settings
from mingjian.detect.catalogue import installed_detectors
from mingjian.domain.finding import Lines, Member, TextSpan
from mingjian.web.card import section

MAKER = script("make_cards")
STALE = "is stale: run .venv/bin/python docs/make_cards.py"
HEADINGS = {
    "en": (
        "No opinion",
        "How it measures",
        "Measured",
        "Blind spots",
        "Examples",
        "Learnt from",
    ),
    "zh": ("不发表意见", "怎样测", "实测", "盲区", "例子", "学自"),
}
CARDS = {
    entry.name: Path(str(entry.card))
    for entry in installed_detectors()
    if entry.module.startswith("mingjian.")
}
MEASURED = [
    name
    for name, file in CARDS.items()
    if MAKER.MEASURED["en"] in file.read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return workbench(Settings().examination_options())


@pytest.mark.parametrize("name", MEASURED)
def test_a_card_has_the_same_headings_in_both_languages(name: str) -> None:
    card = CARDS[name].read_text("utf-8")
    places = {}
    for language, known in HEADINGS.items():
        lines = section(card, language).splitlines()
        found = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
        places[language] = [known.index(heading) for heading in found]
        assert places[language] == sorted(set(places[language])), f"{name}, {language}: {found}"
        assert MAKER.MEASURED[language] in lines
    assert places["zh"] == places["en"]


@pytest.mark.parametrize("name", MEASURED)
def test_both_languages_give_the_same_figures_for_what_was_asked(name: str) -> None:
    card = CARDS[name].read_text("utf-8")
    tables = {
        language: [
            [re.findall(r"[\d.]+|—", cell) for cell in cells[1:6]]
            for cells in MAKER.measured(card, language)
        ]
        for language in MAKER.MEASURED
    }
    assert tables["en"]
    assert tables["zh"] == tables["en"]


def test_examples_say_what_the_weights_say(bench: Workbench) -> None:
    for file, text in MAKER.cards(bench).items():
        assert file.read_text("utf-8") == text, f"{file.name} {STALE}"


def test_the_page_of_figures_is_that_of_the_cards(bench: Workbench) -> None:
    written = (DOCS / "reference" / "accuracy.md").read_text("utf-8")
    assert written == MAKER.accuracy(bench.entries), f"accuracy.md {STALE}"


def test_an_example_without_an_opinion_is_no_number(bench: Workbench) -> None:
    silent = MAKER.examined({"text": "短", "as": "text", "truth": "H2"}, "text.ai_generated", bench)
    assert silent.row("en") == "| `短` | — | H2 | no opinion | no |"
    assert MAKER.summary([silent], "en").endswith("H2: 0 of 1 flagged, 0 above 0, 1 no opinion.")


def test_an_example_shows_what_the_explanation_points_at(bench: Workbench) -> None:
    given = {"text": "手机摔坏了，把验证码念给我，别告诉妈妈。", "as": "message", "truth": "H1"}
    said = MAKER.examined(given, "message.fraud", bench)
    places = [one.zh for one in said.points_at]
    assert places == ["`手机摔坏了`", "`把验证码念给我`", "`别告诉妈妈`"]
    assert MAKER.pointed(Lines(3, 5), "").en == "line 3"
    assert MAKER.pointed(Member("[6]"), "").zh == "第 7 步"
    assert MAKER.pointed(Member("turn 2"), "").zh == "`turn 2`"


def test_a_place_is_held_against_what_a_reader_marked() -> None:
    trace = json.dumps([{"content": "hi"}, {"content": "send it"}])
    for place, text, marked, agreed in (
        (TextSpan(0, 4), "abcdefgh", ["cd"], True),
        (TextSpan(0, 4), "abcdefgh", ["ef"], False),
        (TextSpan(4, 6), "cd..cd", ["cd"], True),
        (Lines(2, 2), "GET /a\nGET /b", ["/b"], True),
        (Lines(2, 2), "GET /a\nGET /b", ["/a"], False),
        (Member("[1]"), trace, ["send"], True),
        (Member("[0]"), trace, ["send"], False),
        (Member("turn 2"), "…", ["turn"], False),
    ):
        assert MAKER.holds(place, text, marked) is agreed, (place, marked)


def test_every_marked_passage_stands_in_its_example() -> None:
    for file in MAKER.EXAMPLES.glob("*.jsonl"):
        for line in map(json.loads, file.read_text("utf-8").splitlines()):
            assert all(one in line["text"] for one in line.get("marked", ())), file.name


def test_the_summary_counts_what_a_reader_agrees_with() -> None:
    place = MAKER.Message("`a`", "`a`")

    def one(points_at: tuple[object, ...], agreed: bool | None) -> object:
        return MAKER.Example("a", points_at, agreed, "H1", 0.5, False)

    given = [one((place,), True), one((place,), False), one((), False), one((place,), None)]
    said = MAKER.summary(given, "en")
    assert "in 3 of H1: 1 point at one (✓), 1 elsewhere (✗), 1 nowhere (—)." in said
    assert given[1].row("en") == "| `a` | `a` ✗ | H1 | +0.50 | no |"
    assert given[2].row("en") == "| `a` | — | H1 | +0.50 | no |"


def test_what_is_shown_of_an_example_cannot_break_its_table() -> None:
    assert MAKER.shown("a|b `c`\n\u202ed") == "a¦b 'c' \\u202ed"
    assert len(MAKER.shown("长" * 500)) == MAKER.SHOWN
