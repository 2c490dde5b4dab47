"""Letters and drill reports as pages: complete, and their standing on every one."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mingjian.app.errors import UsageError
from mingjian.app.response_paper import drill, form_of, letter
from mingjian.casework.drawing import fonts
from mingjian.domain.message import Message
from mingjian.respond.document import Draft, ExerciseDocument, release
from mingjian.respond.drill import Answer, HandClock, Scripted, debrief, exercise, scenarios
from mingjian.respond.letter import fill

VALUES = {"platform": Message("某平台", "Some Platform"), "links": ("https://a.example/1", "二")}
DRAFT = Draft(fill("takedown-letter", VALUES))
SCENE = Message("演练场景", "a scenario")
EXERCISE = ExerciseDocument(DRAFT.letter, SCENE)


def report():
    answers = [Answer(at=30, to="A1", choice="b", text="<b>已停</b>")]
    log = exercise(scenarios()["rogue_agent"], HandClock(), Scripted(answers))
    return debrief(log, speed=60, started="2026-11-25T08:00:00Z", people=("甲",)).as_json()


def words(data: bytes) -> str:
    from docx import Document

    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    heads = [p.text for section in made.sections for p in section.header.paragraphs]
    return "\n".join([*heads, *(p.text for p in made.paragraphs), *cells])


@pytest.mark.parametrize("form", ["html", "docx"])
def test_a_draft_and_an_exercise_say_so(form) -> None:
    read = words if form == "docx" else bytes.decode
    draft = read(letter(DRAFT, "zh", form))
    for text in ("草稿 · 未经签发", "致：某平台", "https://a.example/1", "【待填：案件编号】"):
        assert text in draft
    paper = read(letter(EXERCISE, "en", form))
    for text in ("Exercise 演练", "To: Some Platform", "a scenario", "no real incident"):
        assert text in paper
    assert "DRAFT" not in paper


def test_a_released_letter_names_who_answers_for_it() -> None:
    full = {name: "x" for name in DRAFT.letter.blanks if name not in ("signer", "date")}
    draft = Draft(fill("takedown-letter", {**VALUES, **full}))
    made = release(draft, ["王敏"], "已核对", datetime(2026, 11, 25, tzinfo=UTC))
    page = letter(made, "zh", "html").decode()
    assert "签发：王敏" in page
    assert "草稿" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_a_drill_report_is_marked(language) -> None:
    from pypdfium2 import PdfDocument

    assert fonts.chinese_font() is not None or pytest.skip("no Chinese font here")
    pages = PdfDocument(drill(report(), language, "pdf"))
    texts = [page.get_textpage().get_text_range() for page in pages]
    pages.close()
    assert texts
    assert all("Exercise" in text for text in texts)
    whole = " ".join("".join(texts).split())
    for part in ("A1", "00:30", "15:00"):
        assert part in whole


def test_a_drill_report_as_html_escapes_what_people_typed() -> None:
    page = drill(report(), "zh", "html").decode()
    assert "&lt;b&gt;已停" in page
    assert "演练 Exercise" in page


def test_the_name_of_a_file_chooses_its_form() -> None:
    assert form_of(Path("a.PDF")) == "pdf"
    assert form_of(Path("a")) == "txt"
    with pytest.raises(UsageError, match="cannot be written"):
        form_of(Path("a.odt"))
    assert letter(DRAFT, "zh", "txt") == DRAFT.text("zh").encode()
