"""Letters and drill reports as pages: text, HTML, PDF or DOCX, their standing on every page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mingjian.app.errors import UsageError
from mingjian.app.reports import Form, written
from mingjian.casework.custody.entry import this_second
from mingjian.casework.document.blocks import Block, Document, Grid, Heading, Listing, Paragraph
from mingjian.domain.message import Language, Message
from mingjian.respond.document import (
    DRAFT_BANNER,
    EXERCISE_BANNER,
    Draft,
    ExerciseDocument,
    Released,
)
from mingjian.respond.drill.debrief import STATES, kind_words
from mingjian.respond.drill.exercise import clock_time
from mingjian.respond.letter import slot_names

FORMS: Mapping[str, Form] = {"html": "html", "pdf": "pdf", "docx": "docx"}
DRAFT_MARK = Message("草稿 · 未经签发", "DRAFT · not released")
EXERCISE_MARK = Message("演练 Exercise", "Exercise 演练")
BULLET = "  · "


def form_of(path: Path) -> str:
    """The form a file's name asks for: `txt`, `html`, `pdf` or `docx`."""
    form = path.suffix.lower().removeprefix(".")
    if form in FORMS or form in ("txt", ""):
        return form or "txt"
    raise UsageError(
        Message(f"不能写成 {path.suffix}", f"it cannot be written as {path.suffix}"),
        Message("可用 .txt、.html、.docx、.pdf", "use .txt, .html, .docx or .pdf"),
    )


def _body(lines: tuple[str, ...]) -> list[Block]:
    made: list[Block] = []
    bullets: list[str] = []
    for line in (*lines, ""):
        if line.startswith(BULLET):
            bullets.append(line.removeprefix(BULLET))
            continue
        if bullets:
            made.append(Listing(tuple(bullets)))
            bullets = []
        if line.strip():
            made.append(Paragraph(line))
    return made


def letter(made: Draft | Released | ExerciseDocument, language: Language, form: str) -> bytes:
    """A letter of any standing. What is a draft or an exercise says so on every page."""
    if form == "txt":
        return made.text(language).encode("utf-8", "backslashreplace")
    zh = language == "zh"
    blocks = _body(made.letter.body(language))
    mark = ""
    if isinstance(made, Draft):
        mark = DRAFT_MARK.in_language(language)
        blocks.insert(0, Paragraph(DRAFT_BANNER.in_language(language), "note"))
        if made.letter.blanks:
            names = [slot_names()[name].in_language(language) for name in made.letter.blanks]
            told = "待填：" + "、".join(names) if zh else "To fill in: " + ", ".join(names)
            blocks.append(Paragraph(told, "fine"))
    elif isinstance(made, ExerciseDocument):
        mark = EXERCISE_MARK.in_language(language)
        blocks.insert(0, Paragraph(EXERCISE_BANNER.in_language(language), "note"))
        blocks.insert(1, Paragraph(made.scenario.in_language(language), "fine"))
    else:
        blocks += _body((made.text(language).splitlines()[-1],))
    return _written(made.letter.title.in_language(language), language, blocks, mark, form)


def _written(title: str, language: Language, blocks: list[Block], mark: str, form: str) -> bytes:
    at = this_second()
    document = Document(title=title, language=language, blocks=tuple(blocks), made_at=at, mark=mark)
    return written(document, FORMS[form])


def drill(report: Any, language: Language, form: str) -> bytes:
    """The after-action report of a drill, from its JSON, as pages marked as an exercise."""
    zh = language == "zh"

    def say(chinese: str, english: str) -> str:
        return chinese if zh else english

    counts = "，".join if zh else ", ".join
    told = counts(
        f"{words.in_language(language)} {report['counts'][state]}"
        for state, words in STATES.items()
        if state != "not_reached" or report["counts"][state]
    )
    blocks: list[Block] = [
        Paragraph(report["banner"][language], "note"),
        Paragraph(report["title"][language], "strong"),
        Paragraph(
            say(
                f"预案 {report['playbook']}；开始 {report['started']}；"
                f"{report['minutes']} 分钟；{report['speed']:g} 倍速；"
                f"参加：{'、'.join(report['people'])}",
                f"playbook {report['playbook']}; started {report['started']}; "
                f"{report['minutes']} minutes at {report['speed']:g} times life; "
                f"people: {', '.join(report['people'])}",
            )
        ),
        Paragraph(say("结果：", "Results: ") + told, "strong"),
        Heading(say("逐项", "One by one"), 2),
        Grid(
            (
                say("题", "id"),
                say("问", "asked"),
                say("下达", "at"),
                say("期限", "due"),
                say("回答", "answered"),
                say("结果", "result"),
            ),
            tuple(_row(item, language) for item in report["results"]),
            (0.07, 0.43, 0.12, 0.12, 0.13, 0.13),
        ),
        Heading(say("要改进的", "What to take away"), 2),
        Listing(
            tuple(
                f"{item['id']} {item['lesson'][language]}"
                for item in report["results"]
                if item["state"] not in ("in_time", "not_reached")
            )
            or (say("全部按时、得当。", "All in time and right."),)
        ),
        Heading(say("经过", "What happened"), 2),
        Grid(
            (say("时间", "time"), say("事", "kind"), say("内容", "what")),
            tuple(_event(item, language) for item in report["events"]),
            (0.12, 0.18, 0.7),
        ),
    ]
    title = say("演练总结", "After-action report of a drill")
    return _written(title, language, blocks, EXERCISE_MARK.in_language(language), form)


def _row(item: Any, language: Language) -> tuple[str, ...]:
    answered = "—" if item["answered"] is None else clock_time(item["answered"])
    return (
        item["id"],
        f"{item['inject']} · {item['ask'][language]}",
        clock_time(item["asked"]),
        clock_time(item["due"]),
        answered,
        STATES[item["state"]].in_language(language),
    )


def _event(item: Any, language: Language) -> tuple[str, ...]:
    kind = kind_words(item["kind"], item["id"], language)
    said = " ".join(part for part in (item.get("choice"), item.get("said")) if part)
    text = item["text"][language]
    return item["clock"], kind, f"{said} — {text}" if said else text
