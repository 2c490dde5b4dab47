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
    from docx.section import Section

_LATIN, _HAN = "Noto Sans", "Noto Sans CJK SC"
_WHOLE = 300
"""Characters in a cell below which its row stays on one page; a longer one may be cut."""
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
    _edges(section, document)
    word.add_heading(visible(document.title), 0)
    if document.facts:
        _put(word, Facts(document.facts), document)
    for number, block in enumerate(document.blocks):
        _put(word, block, document)
        after = document.blocks[number + 1 : number + 2]
        if isinstance(block, Paragraph) and after and isinstance(after[0], Grid | Facts):
            word.paragraphs[-1].paragraph_format.keep_with_next = True
    file = io.BytesIO()
    word.save(file)
    return _still(file.getvalue())


def _edges(section: Section, document: Document) -> None:
    """The draft mark at the top of every page, its number at the bottom."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt, RGBColor

    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        stops = paragraph.style.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(visible(document.mark)).font.color.rgb = RGBColor(163, 52, 31)
    head.add_run("\t明鉴 Mingjian")
    foot.add_run(f"{visible(document.foot)}\t")
    _counter(foot, "PAGE")
    foot.add_run(" / ")
    _counter(foot, "NUMPAGES")
    for run in (*head.runs, *foot.runs):
        run.font.size = Pt(8.5)


def _counter(paragraph: Any, what: str) -> None:
    """A field that the word processor fills: the page's number, or how many there are."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = what
        run._r.append(part)


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
    _quiet(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # LibreOffice goes by the columns, Word by the cells
    for number, row in enumerate((columns, *rows) if columns else rows):
        added = table.add_row()
        if max(map(len, row)) < _WHOLE:
            _flag(added, "w:cantSplit")
        cells = added.cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(visible(text))
            run.font.size = Pt(9)
            run.bold = bool(columns) and number == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            cell.paragraphs[0].paragraph_format.keep_with_next = run.bold
    if columns:
        _flag(table.rows[0], "w:tblHeader")  # stands again on each page the table runs onto
    apart = word.add_paragraph()
    apart.paragraph_format.space_after = Pt(0)
    apart.paragraph_format.line_spacing = Pt(6)


def _flag(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    flag = OxmlElement(name)
    flag.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(flag)


def _quiet(table: Any) -> None:
    """Thin grey lines between rows, none between columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    lines = OxmlElement("w:tblBorders")
    for name in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{name}")
        line.set(qn("w:val"), "single" if name in ("top", "bottom", "insideH") else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), "C8CED6")
        lines.append(line)
    table._tbl.tblPr.append(lines)


def _still(data: bytes) -> bytes:
    """The package with its members' times set alike, so that it can be compared by hash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            fixed = zipfile.ZipInfo(info.filename, _STILL)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(info))
    return out.getvalue()
