"""A document as DOCX, for editing: headings, tables and pictures as Word and LibreOffice know
them."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mingjian.casework.document.blocks import (
    Block,
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
    visible,
)
from mingjian.casework.drawing.paint import paint
from mingjian.casework.drawing.scene import scene_of

if TYPE_CHECKING:
    from docx.document import Document as Word

_LATIN, _HAN = "Noto Sans", "Noto Sans CJK SC"
_STILL = (1980, 1, 1, 0, 0, 0)


def docx(document: Document) -> bytes:
    """The document's DOCX file: the same document gives the same bytes."""
    from docx import Document as new
    from docx.shared import Mm

    word: Word = new()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    _styles(word)
    _about(word, document)
    head = section.header.paragraphs[0]
    head.text = visible(f"{document.mark}    明鉴 Mingjian".strip())
    section.footer.paragraphs[0].text = visible(document.foot)
    word.add_heading(visible(document.title), 0)
    if document.facts:
        _put(word, Facts(document.facts), document)
    for block in document.blocks:
        _put(word, block, document)
    file = io.BytesIO()
    word.save(file)
    return _still(file.getvalue())


def _about(word: Word, document: Document) -> None:
    made = datetime.fromisoformat(document.made_at.replace("Z", "+00:00")).replace(tzinfo=None)
    about = word.core_properties
    about.title, about.author, about.comments = visible(document.title), "Mingjian", ""
    about.created = about.modified = made
    about.language = "zh-CN" if document.language == "zh" else "en"


def _styles(word: Word) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size, colour in (
        ("Normal", 10.5, (28, 36, 48)),
        ("Title", 20, (28, 36, 48)),
        ("Heading 1", 14, (11, 92, 138)),
        ("Heading 2", 12, (11, 92, 138)),
        ("Heading 3", 10.5, (28, 36, 48)),
    ):
        style: Any = word.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        style.font.color.rgb = RGBColor(*colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), _HAN)


def _put(word: Word, block: Block, document: Document) -> None:
    from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
    from docx.shared import Mm, Pt, RGBColor

    match block:
        case Heading():
            word.add_heading(visible(block.text), block.level)
        case Paragraph():
            run = word.add_paragraph().add_run(visible(block.text))
            run.bold = block.style == "strong"
            run.italic = False
            if block.style in ("fine", "note"):
                run.font.size = Pt(9)
                run.font.color.rgb = RGBColor(90, 102, 117)
        case Listing():
            style = "List Number" if block.numbered else "List Bullet"
            for item in block.items:
                word.add_paragraph(visible(item), style)
        case Facts():
            _table(word, (), block.rows, (0.26, 0.74))
        case Grid():
            _table(word, block.columns, block.rows, block.widths)
        case Passage():
            word.add_paragraph().add_run(visible(block.caption)).font.size = Pt(9)
            paragraph = word.add_paragraph()
            paragraph.paragraph_format.left_indent = Mm(6)
            for marked, piece in block.pieces:
                run = paragraph.add_run(visible(piece))
                if marked:
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        case Figure():
            _figure(word, block, document)
        case Signatures():
            for role in block.roles:
                word.add_paragraph(f"{visible(role)}  ____________________    {block.date}  ______")
        case PageBreak():
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _figure(word: Word, block: Figure, document: Document) -> None:
    from docx.shared import Mm, Pt

    word.add_paragraph().add_run(visible(block.caption)).font.size = Pt(9)
    try:
        scene = scene_of(block.exhibit, document.language)
    except ValueError as error:
        word.add_paragraph(visible(error))
        return
    wide = min(130.0, 150.0 * scene.width / scene.height)
    word.add_picture(io.BytesIO(paint(scene)), Mm(wide))


def _table(
    word: Word,
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    shares: tuple[float, ...],
) -> None:
    from docx.shared import Mm, Pt

    count = len(columns) or 2
    shares = shares or tuple(1.0 for _ in range(count))
    widths = [Mm(170 * share / sum(shares)) for share in shares]
    table = word.add_table(rows=0, cols=count)
    table.style = "Table Grid"
    table.autofit = False
    for number, row in enumerate((columns, *rows) if columns else rows):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(visible(text))
            run.font.size = Pt(9)
            run.bold = bool(columns) and number == 0
    if columns:
        _repeat(table.rows[0])
    word.add_paragraph()


def _repeat(row: Any) -> None:
    """The first row stands again at the top of each page the table runs onto."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _still(data: bytes) -> bytes:
    """The package with its members' times set alike, so that it can be compared by hash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            fixed = zipfile.ZipInfo(info.filename, _STILL)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(info))
    return out.getvalue()
