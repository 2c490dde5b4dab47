"""Documents: wrapped lines, and the three writers over every kind of block."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as tree
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.casework.document.blocks import (
    Document,
    Facts,
    Figure,
    Grid,
    Heading,
    Listing,
    PageBreak,
    Paragraph,
    Passage,
    Signatures,
)
from mingjian.casework.document.docx import docx
from mingjian.casework.document.html import html
from mingjian.casework.document.pdf import pdf
from mingjian.casework.document.wrap import wrapped
from mingjian.casework.drawing.fonts import Font, chinese_font
from mingjian.domain.finding import Axis, Curve, CurveExhibit
from mingjian.domain.message import Message
from mingjian.domain.record import exhibit_json

CURVE = exhibit_json(
    CurveExhibit(
        title=Message("测量", "Measure"),
        across=Axis(name=Message("时间", "Time"), first=0, last=2, unit="s"),
        up=Axis(name=Message("强度", "Strength"), first=-1, last=1),
        curves=(Curve(Message("一", "one"), ((0, -1), (1, 1), (2, 0))),),
    )
)
DOCUMENT = Document(
    title="检验报告 <1> \u202e",
    language="zh",
    made_at="2026-11-25T17:00:00Z",
    mark="草稿",
    foot="案件 甲",
    facts=(("案件", "甲"),),
    blocks=(
        Heading("一、委托"),
        *(Paragraph(f"正文{style} & more", style) for style in ("body", "note", "fine", "strong")),
        Facts((("名", "值\x00"),)),
        Listing(("甲项", "乙项"), numbered=True),
        Grid(("序", "名"), tuple((str(row), "材料" * row) for row in range(1, 60)), (0.2, 0.8)),
        Passage("原文", ((False, "请把"), (True, "钱转到安全账户"), (False, "，\n快"))),
        Figure("图一", CURVE),
        Figure("图二", {"type": "hologram"}),
        PageBreak(),
        Heading("签名", 2),
        Signatures(("检验人", "复核人"), "日期"),
    ),
)


def one(char: str) -> float:
    return 2.0 if ord(char) > 0x2000 else 1.0


def test_lines_break_as_chinese_is_set() -> None:
    assert wrapped("一二三四五，六七", 10, one) == ["一二三四", "五，六七"]
    assert wrapped("见《刑法》第一条", 4, one)[0] == "见"
    assert wrapped("read the words now", 9, one) == ["read the", "words now"]
    assert wrapped("a" * 25, 10, one) == ["a" * 10, "a" * 10, "a" * 5]
    assert wrapped("甲\n\n乙", 10, one) == ["甲", "", "乙"]


@given(st.text(max_size=120), st.integers(2, 40))
@settings(max_examples=150, deadline=None)
def test_wrapping_loses_only_blanks(text: str, width: int) -> None:
    lines = wrapped(text, width, one)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    # Marks that may not begin a line hang on to at most four more characters.
    assert all(sum(map(one, line)) <= width + 8 for line in lines)


@pytest.fixture(scope="module")
def font() -> Font:
    found = chinese_font()
    if found is None:
        pytest.skip("no Chinese font: apt-get install -y --no-install-recommends fonts-noto-cjk")
    return found


def test_pdf_says_what_the_document_says(font: Font) -> None:
    import pypdfium2

    file = pdf(DOCUMENT, font)
    assert file == pdf(DOCUMENT, font)
    pages = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert len(texts) >= 3
    for number, text in enumerate(texts, 1):
        assert "草稿" in text
        assert f"{number} / {len(texts)}" in text
    whole = re.sub(r"\s", "", "".join(texts))
    for words in ("检验报告<1>\\u202e", "正文strong&more", "值\\u0000", "钱转到安全账户", "复核人"):
        assert words in whole
    assert "材料" * 59 in re.sub(r"草稿明鉴Mingjian|序名|案件甲\d+/\d+", "", whole)


def test_nothing_on_a_page_leaves_its_margins(font: Font) -> None:
    import pypdfium2

    for page in pypdfium2.PdfDocument(pdf(DOCUMENT, font)):
        grey = page.render(scale=1).to_pil().convert("L")
        dark = grey.point(lambda value: 255 if value < 200 else 0).getbbox()
        assert dark is not None
        assert dark[0] >= 20 / 25.4 * 72 - 2
        assert dark[2] <= (210 - 20) / 25.4 * 72 + 2


def test_docx_opens_and_says_the_same() -> None:
    from docx import Document as opened

    file = docx(DOCUMENT)
    assert file == docx(DOCUMENT)
    word = opened(io.BytesIO(file))
    texts = [paragraph.text for paragraph in word.paragraphs]
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert "检验报告 <1> \\u202e" in texts
    assert "请把钱转到安全账户，\n快" in texts
    assert "材料" * 59 in cells
    assert len(word.inline_shapes) == 1
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                tree.fromstring(package.read(name))


def test_html_is_whole_and_fetches_nothing() -> None:
    page = html(DOCUMENT)
    for words in (
        "检验报告 &lt;1&gt;",
        "<mark>钱转到安全账户</mark>",
        "复核人",
        "<svg",
        "hologram",
    ):
        assert words in page
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert "<script" not in page


def test_a_page_does_not_end_with_a_heading_or_a_sentence_that_leads_to_a_table(font: Font) -> None:
    import pypdfium2

    blocks = [
        block
        for number in range(40)
        for block in (
            Heading(f"题头{number}", 3),
            Paragraph(f"小字{number}", "fine"),
            Paragraph(f"引出{number}"),
            Grid(("栏名", "乙"), ((f"首行{number}", "内容" * (number % 9 * 8 + 1)),)),
        )
    ]
    file = pdf(replace(DOCUMENT, blocks=tuple(blocks)), font)
    for page in pypdfium2.PdfDocument(file):
        words = re.findall(r"题头|小字|引出|首行", page.get_textpage().get_text_range())
        assert words[-1] == "首行"


def test_english_is_set_with_narrow_quotes_and_evidence_as_it_is(font: Font) -> None:
    import pypdfium2

    said = Document(
        title="Report",
        language="en",
        made_at=DOCUMENT.made_at,
        blocks=(Paragraph("it is “major”…"), Passage("as found", ((True, "he said “now”…"),))),
    )
    text = pypdfium2.PdfDocument(pdf(said, font))[0].get_textpage().get_text_range()
    assert 'it is "major"...' in text
    assert "he said “now”…" in text
