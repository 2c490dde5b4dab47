"""Letters: both languages whole, blanks marked, three standings that do not mix."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mingjian.app.drill
import mingjian.respond.drill
from mingjian.domain.message import Message
from mingjian.respond.document import (
    EXERCISE_MARK,
    Draft,
    ExerciseDocument,
    NotReleased,
    Released,
    release,
)
from mingjian.respond.letter import NoSuchLetter, fill, slot_names, templates

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SCENE = Message("演练场景", "an exercise")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_letter_is_whole_in_both_languages(name) -> None:
    template = templates()[name]
    assert len(template.body["zh"]) == len(template.body["en"])
    assert set(template.slots) <= set(slot_names())
    for language in ("zh", "en"):
        text = "\n".join(template.body[language])
        assert set(re.findall(r"\{(\w+)\}", text)) == set(template.slots), language
    assert not HAN.search("\n".join(template.body["en"]))
    empty = fill(name, {})
    assert set(empty.blanks) == set(template.slots)
    assert "{" not in "\n".join((*empty.body("zh"), *empty.body("en")))


def test_blanks_are_marked_and_lists_stand_on_lines_of_their_own() -> None:
    letter = fill("takedown-letter", {"platform": "某平台", "links": ("a", "b"), "case": "7"})
    body = letter.body("zh")
    assert body[0] == "致：某平台"
    at = body.index("链接或内容编号：")
    assert body[at + 1 : at + 3] == ("  · a", "  · b")
    assert "【待填：要求处置的理由】" in "\n".join(body)
    assert "links" not in letter.blanks
    assert "why_unlawful" in letter.blanks


def test_a_value_cannot_pass_for_lines_of_the_letter() -> None:
    letter = fill("freeze-request", {"bank": "甲\n\n签发人：某人 {amount}"})
    assert letter.body("zh")[0] == "致：甲 签发人：某人 {amount}"


def test_no_such_letter() -> None:
    with pytest.raises(NoSuchLetter):
        fill("ransom-note", {})


def full(name: str) -> Draft:
    known = {slot: f"⟨{slot}⟩" for slot in templates()[name].slots}
    return Draft(fill(name, {k: v for k, v in known.items() if k not in ("signer", "date")}))


def test_a_draft_says_so_until_people_release_it() -> None:
    draft = full("notice-public")
    assert draft.text("zh").startswith("【草稿】")
    assert draft.text("en").rstrip().endswith("DRAFT: not to be sent until a person releases it.")
    made = release(draft, ["王敏"], "事实已核对", AT)
    assert isinstance(made, Released)
    text = made.text("zh")
    assert "草稿" not in text
    assert "签发人：王敏  日期：2026-11-25" in text
    assert "签发：王敏；时间 2026-11-25T08:00:00Z；理由：事实已核对" in text
    assert "【待填" not in text


@pytest.mark.parametrize(
    ("by", "reason", "needed", "said"),
    [
        ([], "r", 1, "1 different people"),
        (["A"], "r", 2, "2 different people"),
        (["A", " A "], "r", 2, "2 different people"),
        (["A"], "  ", 1, "reason"),
    ],
)
def test_release_needs_people_and_a_reason(by, reason, needed, said) -> None:
    with pytest.raises(NotReleased) as refused:
        release(full("notice-public"), by, reason, AT, needed)
    assert said in refused.value.why.en


def test_release_needs_every_blank_filled() -> None:
    with pytest.raises(NotReleased) as refused:
        release(Draft(fill("notice-public", {})), ["A"], "r", AT)
    assert "what happened" in refused.value.why.en


def test_an_exercise_says_so_on_every_line_and_cannot_be_released() -> None:
    paper = ExerciseDocument(fill("freeze-request", {"bank": "银行"}), SCENE)
    for language in ("zh", "en"):
        mark = EXERCISE_MARK.in_language(language)
        assert all(line.startswith(mark) for line in paper.text(language).splitlines())
    assert paper.status == "Exercise"
    with pytest.raises(TypeError):
        release(paper, ["A"], "r", AT)  # type: ignore[arg-type]
    assert not isinstance(paper, Draft)
    assert not hasattr(paper, "release")


def test_drills_know_no_draft_and_no_release() -> None:
    folder = Path(mingjian.respond.drill.__file__).parent
    for file in (*folder.glob("*.py"), Path(mingjian.app.drill.__file__)):
        names = {
            node.name if isinstance(node, ast.alias) else getattr(node, "id", "")
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
        }
        assert not names & {"Draft", "Released", "release"}, file.name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_golden_freeze_request(language) -> None:
    values = {
        "bank": Message("某银行", "Some Bank"),
        "case": "2026-017",
        "amount": Message("86,000 元", "CNY 86,000"),
        "payee_account": "6222 •••• 0001",
    }
    text = Draft(fill("freeze-request", values)).text(language)
    assert text == (GOLDEN / f"freeze-request.{language}.txt").read_text("utf-8")
