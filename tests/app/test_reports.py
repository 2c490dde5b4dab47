"""Reports on a stored examination: every form, both languages, noted in custody."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mingjian.app.errors import UsageError
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.pipeline import Workbench
from mingjian.app.reports import FORMS, Form, examination_page, examiner_file
from mingjian.app.settings import Settings, load_settings
from mingjian.casework.drawing import fonts
from mingjian.domain.message import Message


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("in")
    (folder / "note.txt").write_text("请将验证码发给我，否则账户冻结。电话 13812345678", "utf-8")
    (folder / "weights.pkl").write_bytes(b"cos\nsystem\n(S'echo'\ntR.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINGJIAN_HOME", str(tmp_path_factory.mktemp("home")))
        settings = load_settings(workers=2, language="en", actor="tester")
        examine_paths([folder], settings, case="甲案")
        yield settings


def test_every_form_in_both_languages(examined: Settings) -> None:
    from docx import Document
    from pypdfium2 import PdfDocument

    assert fonts.chinese_font() is not None or pytest.skip("no Chinese font here")
    files: dict[tuple[str, str], bytes] = {}
    for form in FORMS:
        for language in ("zh", "en"):
            files[form, language] = examiner_file(examined, "甲案", None, form, language)
    html = files["html", "zh"].decode()
    for words in ("一、委托事项", "weights.pkl", "os.system", "六、未检验的内容", "复核人", "草稿"):
        assert words in html
    assert "1. What was asked" in files["html", "en"].decode()
    pdf = PdfDocument(files["pdf", "en"])
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "4. What was found" in text
    word = Document(io.BytesIO(files["docx", "zh"]))
    assert "四、检验所见" in [paragraph.text for paragraph in word.paragraphs]
    whole = json.loads(files["json", "en"])
    assert len(whole["evidence"]) >= 2
    assert whole["detectors"]
    assert b"investigation:InvestigativeAction" in files["case", "en"]
    # Each was noted, with the hash of what was written.
    with opened_store(examined) as store:
        noted = {
            str(entry.details.get("report_sha256"))
            for entry in store.entries("甲案")
            if entry.action == "reported"
        }
    assert {hashlib.sha256(data).hexdigest() for data in files.values()} <= noted


def test_the_page_is_made_again_from_the_store(tmp_path, monkeypatch) -> None:
    """The same page but for the chain, which has grown; a detector that was lacking is named."""
    from mingjian.app import examine

    lacking = Message("缺少模型文件", "a model file is missing")
    ready = examine.ready_workbench

    def without_links(settings: Settings) -> Workbench:
        bench = ready(settings)
        entries = [
            replace(one, detector=None, unavailable=lacking) if one.name == "link.phishing" else one
            for one in bench.entries
        ]
        return replace(bench, entries=tuple(entries))

    monkeypatch.setattr(examine, "ready_workbench", without_links)
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "note.txt").write_text("请将验证码发给我", "utf-8")
    settings = load_settings(workers=1, language="zh", actor="tester")
    done = examine_paths([tmp_path / "in"], settings, case="丙案")
    first, again = done.report("zh"), examination_page(settings, "丙案", None, "zh")
    assert lacking.zh in again
    # What lies between the times, stated to the second or as custody has them, and the chain.
    told = [page.partition("软件版本")[2].partition("保管链摘录")[0] for page in (first, again)]
    assert told[0] == told[1] != ""
    assert lacking.zh in examiner_file(settings, "丙案", None, "html", "zh").decode()


@pytest.mark.parametrize(("case", "run"), [("乙案", None), ("甲案", 99)])
def test_what_is_not_there_is_said(examined: Settings, case: str, run: int | None) -> None:
    with pytest.raises(UsageError) as refused:
        examiner_file(examined, case, run, "html", "zh")
    assert (case if run is None else str(run)) in refused.value.in_language("zh")


@pytest.mark.parametrize("form", ["pdf"])
def test_without_a_chinese_font_the_way_out_is_named(
    examined: Settings, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    with pytest.raises(UsageError) as refused:
        examiner_file(examined, "甲案", None, form, "en")
    assert "fonts-noto-cjk" in refused.value.in_language("en")


def test_a_case_split_off_names_where_its_items_were_examined(examined: Settings) -> None:
    from mingjian.app import case_decisions
    from mingjian.app.access import Actor, Role
    from mingjian.app.lists import every_item, items_asked

    lead = Actor("Li", Role.LEAD)
    with opened_store(examined) as store:
        item = next(iter(every_item(store, lead, items_asked("甲案"))))
        case_decisions.split(store, lead, "甲案", "乙案", [str(item["sha256"])], "apart")
    with pytest.raises(UsageError) as refused:
        examiner_file(examined, "乙案", None, "json", "en")
    assert "甲案" in refused.value.what.en
    assert refused.value.next_step is not None
    assert "--case 甲案" in refused.value.next_step.zh
    # The report that has them says so.
    for made in (
        examiner_file(examined, "甲案", None, "html", "en").decode(),
        examination_page(examined, "甲案", None, "en"),
    ):
        assert "Split off after the examination" in made
        assert re.search(r"#\d to 乙案", made)
