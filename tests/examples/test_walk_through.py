"""The walk-through of docs/tutorial, command by command: it works, its page is not stale, and
what it says of cases, persons, custody and reports is so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.docs.scripts import script

from mingjian.app.keeping import opened_store
from mingjian.app.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


MAKER = script("make_walk_through")


@dataclass(frozen=True)
class Walked:
    steps: list[Any]
    folder: Path
    states: dict[str, Any]
    """Last state by case and aspect."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in MAKER.environment(folder, "en").items():
            patch.setenv(name, value)
        steps = list(MAKER.walk(MAKER.PAGES["en"].read_text("utf-8"), folder))
        with opened_store(load_settings()) as store:
            states = {f"{one.case} {one.aspect}": one.body for one in store.states()}
    return Walked(steps, folder, states)


def bare(text: str) -> str:
    """Text without what differs from run to run: times, hashes, sizes."""
    return re.sub(r"[\d,.:]*\d", "0", re.sub(r"\b[0-9a-f]{8,}\b", "h", text))


def test_every_command_does_what_the_page_says(walked: Walked) -> None:
    for step in walked.steps:
        assert (step.code != 0) == ("refused" in step.how), f"{step.command}\n{step.output}"


def test_the_page_shows_what_is_printed(walked: Walked) -> None:
    page = MAKER.PAGES["en"].read_text("utf-8")
    hint = "stale: run .venv/bin/python docs/make_walk_through.py"
    for step in walked.steps:
        shown = MAKER.shown(step)
        if "as found" in step.how:
            assert shown, step.command
        else:
            assert bare(shown) in bare(page), f"{hint}\n{step.command}\n{shown}"


def plain(text: str) -> list[str]:
    """The commands of a page without what persons write and are called."""
    found = [
        command
        for block in MAKER.BLOCK.finditer(text)
        if block["kind"] == "console"
        for command in MAKER.commands(block["body"])
    ]
    for zh, en in (("赵", "Zhao"), ("吴", "Wu"), ("李", "Li")):
        found = [command.replace(zh, en) for command in found]
    return [re.sub(r'"[^"]*"', '""', command) for command in found]


def test_both_pages_tell_the_same_story() -> None:
    english, chinese = (MAKER.PAGES[language].read_text("utf-8") for language in ("en", "zh"))
    assert plain(english) == plain(chinese)
    hows = [[block["how"] for block in MAKER.BLOCK.finditer(text)] for text in (english, chinese)]
    assert hows[0] == hows[1]
    for text in (english, chinese):
        for block in MAKER.BLOCK.finditer(text):
            if block["kind"] == "json":
                json.loads(block["body"])


def test_three_cases_came_of_it(walked: Walked) -> None:
    merged, grave, nothing = (walked.states[f"2026-10{number} case"] for number in (1, 2, 3))
    assert (merged["status"], merged["merged_into"]) == ("merged", "2026-102")
    assert (grave["status"], grave["merged"]) == ("closed", ["2026-101"])
    assert (nothing["status"], nothing["disposition"]["kind"]) == ("closed", "no_crime")
    incident = walked.states["2026-102 incident"]
    assert (incident["level"], incident["graded"]["by"]) == ("II", "Zhao")
    assert incident["graded"]["confirmed_by"] == "Wu"
    made = grave["disposition"]
    assert (made["kind"], made["by"], made["confirmed"]["by"]) == ("transferred", "Li", "Wu")
    for words in ("reason", "effect", "appeal"):
        assert made[words]
        assert nothing["disposition"][words]
    assert incident["notices"]["authority"]["sha256"]
    assert len(walked.states["2026-102 playbook:leaked_training_data"]["answers"]) == 2
    assert walked.states["drill-1 case"]["exercise"]


def test_each_step_is_in_custody(walked: Walked) -> None:
    history, verified = walked.steps[-2:]
    assert verified.output.startswith("✓ intact")
    for words in (
        "took in a merged case: 2026-101",
        "grade proposed: level II",
        "grade confirmed by a second person",
        "notice drafted: to the authority",
        "evidence preserved: Preserve the evidence",
        "disposition made: transferred",
        "disposition confirmed",
        "status changed: closed",
        "a report was made",
    ):
        assert words in history.output


def test_reports_say_it_and_are_no_draft_any_more(walked: Walked) -> None:
    from docx import Document
    from pypdfium2 import PdfDocument

    def text_of(name: str) -> list[str]:
        pages = PdfDocument(walked.folder / name)
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pages]

    file = text_of("case-file.pdf")
    whole = " ".join(file)
    assert "DRAFT" not in whole
    for words in ("7. Incident grade", "level II", "11. Decisions", "handed over on 2026-11-26"):
        assert words in whole
    assert all("DRAFT until signed" in page for page in text_of("examiner.pdf"))
    assert all("Exercise" in page for page in text_of("drill-report.pdf"))
    word = Document(str(walked.folder / "case-file.docx"))
    assert "5. Articles that may apply" in [paragraph.text for paragraph in word.paragraphs]
    graph = json.loads((walked.folder / "evidence.jsonld").read_text("utf-8"))
    assert graph["@graph"]
