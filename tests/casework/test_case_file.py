"""The case file: every section in both languages, a draft until people have decided."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.app import case_decisions as decisions
from mingjian.app import case_facts, cases, incident_case, playbook
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.errors import UsageError
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.playbook_case import CaseRun
from mingjian.app.reports import case_file
from mingjian.app.settings import Settings, load_settings
from mingjian.casework.drawing.fonts import chinese_font
from mingjian.casework.report.case_wording import CASE_FILE

LEAD, REVIEWER = Actor("Li", Role.LEAD), Actor("Wu", Role.REVIEWER)
EXAMINER, AUDITOR = Actor("Zhao", Role.EXAMINER), Actor("Eva", Role.AUDITOR)
FACTS = {
    "title": "table leaked",
    "known_at": "2026-02-01T08:00:00+08:00",
    "conducts": ["pi.infringement"],
    "facts": {"pi_people": 12_000_000, "operator": "other"},
}
OWN = {
    "zh": ("移送有权机关", "II 级", "复核人", "刑法", "致主管部门", "【待核验】", "空档"),
    "en": ("transferred to", "level II", "reviewer", "Criminal Law", "to the authority", "gap"),
}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("in")
    rows = "\n".join(f"客户{n},1391234{n:04},user{n}@mail.example" for n in range(60))
    (folder / "customers.csv").write_text(f"姓名,手机,邮箱\n{rows}\n", "utf-8")
    (folder / "chat.txt").write_text("请把钱转到安全账户，验证码发给我，不要告诉任何人。", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINGJIAN_HOME", str(tmp_path_factory.mktemp("home")))
        made = load_settings(workers=1, language="en", actor="tester")
        for case in ("甲案", "undecided"):
            examine_paths([folder], made, case=case)
        with opened_store(made) as store:
            worked_on(store, made, tmp_path_factory.mktemp("letters"))
        yield made


def worked_on(store, settings: Settings, letters: Path) -> None:
    """What people do in a case, up to a disposition of one person."""
    decisions.open_(store, LEAD, "甲案", "customers have complained")
    cases.edit(store, LEAD, "甲案", title="Customer <table>", template="leaked_personal_data")
    cases.assign(store, LEAD, "甲案", "Zhao")
    cases.note(store, EXAMINER, "甲案", "called at noon", happened="2026-01-20T12:00:00+08:00")
    cases.note(store, EXAMINER, "甲案", "and again", happened="2026-02-20T12:00:00+08:00")
    case_facts.state_facts(store, LEAD, "甲案", date="2026-01-20", counts={"amount": 40_000})
    case_facts.judge(store, LEAD, "甲案", "pi.infringement", True, "the table is genuine")
    incident_case.grade(store, EXAMINER, "甲案", FACTS, "counted by the platform")
    incident_case.confirm(store, REVIEWER, "甲案")
    incident_case.notice(store, EXAMINER, "甲案", "authority")
    book = playbook.find("voice_clone_transfer", settings)
    kept, run = CaseRun(store, EXAMINER, "甲案", book, letters), playbook.begin(book)
    for _ in range(3):
        kept.letters(run, {})
        assert run.current is not None
        outcome = next(item for item in ("done", "yes") if item in run.current.choices)
        kept.keep(playbook.answer(run, outcome, "by telephone", "Zhao"), run)
    decisions.dispose(
        store, LEAD, "甲案", "transferred", "beyond us", "handed over", "ask within 30 days"
    )


def text_of(settings: Settings, case: str, language) -> str:
    page = case_file(settings, AUDITOR, case, "html", language).decode()
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
    return " ".join(html.unescape(bare).split())


@pytest.fixture(scope="module")
def files(settings: Settings) -> dict[str, str]:
    """The case file before the second person confirms, after it, and of a case left alone."""
    made = {f"before {language}": text_of(settings, "甲案", language) for language in ("zh", "en")}
    with opened_store(settings) as store:
        decisions.confirm(store, REVIEWER, "甲案")
    made |= {f"after {language}": text_of(settings, "甲案", language) for language in ("zh", "en")}
    return made | {f"draft {lang}": text_of(settings, "undecided", lang) for lang in ("zh", "en")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_a_draft_until_people_have_decided(files, language) -> None:
    def words(key):
        return CASE_FILE[key].in_language(language)

    assert words("draft") in files[f"draft {language}"]
    assert words("undecided") in files[f"draft {language}"]
    assert words("unconfirmed") in files[f"before {language}"]
    assert words("second_wanted") in files[f"before {language}"]
    assert words("draft") not in files[f"before {language}"]
    assert words("draft") not in files[f"after {language}"]
    assert words("unconfirmed") not in files[f"after {language}"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_is_there_and_says_what_was_done(files, language) -> None:
    text = files[f"after {language}"]
    for key, message in CASE_FILE.items():
        if key.startswith("s_") or key in ("lawyer", "people_text", "purpose", "a_custody"):
            assert " ".join(message.in_language(language).split()) in text, key
    for said in (
        "Customer <table>",
        "customers.csv",
        "customers have complained",
        "the table is genuine",
        "called at noon",
        "counted by the platform",
        "beyond us",
        "handed over",
        "ask within 30 days",
        "by telephone",
        "2026-01-20",
        *OWN[language],
    ):
        assert said in text, said
    assert re.search(r"\b[0-9a-f]{64}\b", text)


def test_the_english_file_is_english(files) -> None:
    for state in ("draft", "after"):
        left = re.sub(r"甲案|明鉴|Exercise 演练|客户\d+", "", files[f"{state} en"])
        assert not HAN.search(left), left[HAN.search(left).start() - 60 :][:160]


def test_it_is_noted_in_custody_by_hash_and_name(settings: Settings) -> None:
    from docx import Document as opened

    data = case_file(settings, LEAD, "甲案", "docx", "zh")
    with opened_store(settings) as store:
        (noted,) = [
            entry
            for entry in store.entries("甲案")
            if entry.details.get("report_sha256") == hashlib.sha256(data).hexdigest()
        ]
    assert (noted.action, noted.details["report"]) == ("reported", "case_file")
    word = opened(io.BytesIO(data))
    assert CASE_FILE["s_law"].zh in [paragraph.text for paragraph in word.paragraphs]


def test_pdf_says_it_on_every_page(settings: Settings) -> None:
    from pypdfium2 import PdfDocument

    assert chinese_font() is not None or pytest.skip("no Chinese font here")
    pages = PdfDocument(case_file(settings, LEAD, "undecided", "pdf", "zh"))
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert len(texts) >= 3
    assert all("草稿" in text for text in texts)


def test_who_may_not_and_what_is_not_there(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no case"):
        case_file(settings, LEAD, "乙案", "html", "en")
    with pytest.raises(NotAllowed):
        case_file(settings, Actor(" ", Role.LEAD), "甲案", "html", "en")
