"""A document as PDF: A4, a Chinese font of this machine embedded as far as it is used."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

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
from mingjian.casework.document.wrap import wrapped
from mingjian.casework.drawing.fonts import Font
from mingjian.casework.drawing.paint import paint
from mingjian.casework.drawing.scene import scene_of

if TYPE_CHECKING:
    from fpdf import FPDF

_WIDE, _HIGH, _SIDE, _TOP, _BOTTOM = 210.0, 297.0, 20.0, 22.0, 20.0
_LINE = _WIDE - 2 * _SIDE
_INK, _SOFT, _RULE, _ACCENT, _HOT = (
    (28, 36, 48),
    (90, 102, 117),
    (200, 206, 214),
    (11, 92, 138),
    (163, 52, 31),
)
_MARK, _WASH = (255, 240, 184), (245, 247, 249)
_POINT = 25.4 / 72
_HEADING = {1: 14.0, 2: 12.0, 3: 10.5}
_ABOVE = {1: 5.0, 2: 3.0, 3: 1.5}
_TOGETHER = 150.0
"""No more than this many millimetres are kept on one page for what belongs together."""
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
"""A Chinese font sets these as wide as a character, which tears English words apart."""


def pdf(document: Document, font: Font) -> bytes:
    """The document's PDF file: the same document and font give the same bytes."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return _Pages(document, font).file()


class _Pages:
    """Sets blocks one below the other and begins a new page where one does not fit."""

    def __init__(self, document: Document, font: Font) -> None:
        from fpdf import FPDF

        self._document = document
        self._pdf: FPDF = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.add_font("text", fname=str(font.path), collection_font_number=font.face)
        made = datetime.fromisoformat(document.made_at.replace("Z", "+00:00"))
        self._pdf.set_creation_date(made)
        self._pdf.set_title(visible(document.title))
        self._pdf.set_creator("Mingjian")
        self._pdf.set_lang("zh-CN" if document.language == "zh" else "en")
        self._y = 0.0
        self._widths: dict[str, float] = {}

    def file(self) -> bytes:
        self._page()
        self._write(self._document.title, 18, colour=_INK, gap=3)
        if self._document.facts:
            self._block(Facts(self._document.facts))
        for together in _groups(self._document.blocks):
            self._room(min(sum(map(self._opening, together)), _TOGETHER))
            for block in together:
                self._block(block)
        self._feet()
        return bytes(self._pdf.output())

    # ---- pages ----

    def _page(self) -> None:
        self._pdf.add_page()
        self._y = _TOP
        if self._document.mark:
            self._at(_SIDE, 13, self._document.mark, 9, _HOT)
        self._at(_WIDE - _SIDE, 13, "明鉴 Mingjian", 9, _SOFT, right=True)

    def _feet(self) -> None:
        pages = self._pdf.pages_count
        self._pdf.set_fill_color(255, 255, 255)
        for number in range(1, pages + 1):
            self._pdf.page = number
            self._pdf.set_font("text", size=1)  # what was last set, was set on another page
            self._at(_SIDE, _HIGH - 10, self._document.foot, 8, _SOFT)
            self._at(_WIDE - _SIDE, _HIGH - 10, f"{number} / {pages}", 8, _SOFT, right=True)

    def _room(self, height: float) -> None:
        if self._y + height > _HIGH - _BOTTOM and self._y > _TOP:
            self._page()

    def _at(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: tuple[int, int, int],
        *,
        right: bool = False,
    ) -> None:
        self._pdf.set_font("text", size=size)
        self._pdf.set_text_color(*colour)
        if right:
            x -= self._pdf.get_string_width(text)
        self._pdf.text(x, y, text)

    # ---- text ----

    def _em(self, char: str) -> float:
        """Width of a character at size 1, in millimetres."""
        if (known := self._widths.get(char)) is None:
            self._pdf.set_font("text", size=100)
            known = self._widths[char] = float(self._pdf.get_string_width(char)) / 100
        return known

    def _lines(self, text: str, size: float, width: float) -> list[str]:
        return wrapped(visible(text), width, lambda char: self._em(char) * size)

    def _words(self, text: str, size: float, width: float) -> list[str]:
        """Lines of what the document itself says; a passage of evidence stays as it is."""
        if self._document.language == "en":
            text = text.translate(_PLAIN)
        return self._lines(text, size, width)

    def _write(
        self,
        text: str,
        size: float,
        *,
        colour: tuple[int, int, int] = _INK,
        indent: float = 0.0,
        gap: float = 2.0,
        bar: tuple[int, int, int] | None = None,
        lead: str = "",
    ) -> None:
        height = size * _POINT * 1.5
        for number, line in enumerate(self._words(text, size, _LINE - indent)):
            self._room(height)
            if bar:
                self._pdf.set_fill_color(*bar)
                self._pdf.rect(_SIDE, self._y, 0.8, height, "F")
            if lead and number == 0:
                self._at(_SIDE + 1, self._y + height * 0.72, lead, size, colour)
            self._at(_SIDE + indent, self._y + height * 0.72, line, size, colour)
            self._y += height
        self._y += gap

    # ---- blocks ----

    def _opening(self, block: Block) -> float:
        """Height of a block up to where a page may end; of a table: its head and first row."""
        match block:
            case Heading():
                size = _HEADING[block.level]
                lines = len(self._words(block.text, size, _LINE))
                return lines * size * _POINT * 1.5 + _ABOVE[block.level] + 4
            case Paragraph():
                size = {"note": 9.5, "fine": 8.5, "strong": 11.5, "body": 10.5}[block.style]
                lines = len(self._words(block.text, size, _LINE - 4))
                return min(lines, 4) * size * _POINT * 1.5 + 2
            case Facts():
                return self._head((), block.rows[:1], (0.26, 0.74), 9.5)
            case Grid():
                return self._head(block.columns, block.rows[:1], _shares(block), 9.0)
            case PageBreak():
                return 0.0
            case _:
                return 12.0

    def _head(
        self,
        columns: tuple[str, ...],
        rows: Sequence[tuple[str, ...]],
        shares: tuple[float, ...],
        size: float,
    ) -> float:
        """Height of a table's head and first row; of a row so long that it may be cut, a part."""
        height = size * _POINT * 1.45
        lines = sum(
            min(
                14,
                max(
                    len(self._words(cell, size, share / sum(shares) * _LINE - 3))
                    for cell, share in zip(row, shares, strict=True)
                ),
            )
            for row in (columns, *rows)
            if row
        )
        return lines * height + 6

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                size = _HEADING[block.level]
                self._y += _ABOVE[block.level]
                self._write(block.text, size, colour=_ACCENT if block.level < 3 else _INK, gap=1)
                if block.level == 1:
                    self._rule(_ACCENT)
            case Paragraph("", _):
                self._y += 2
            case Paragraph(text, "note"):
                self._write(text, 9.5, indent=4, bar=_SOFT)
            case Paragraph(text, "fine"):
                self._write(text, 8.5, colour=_SOFT, gap=1.5)
            case Paragraph(text, "strong"):
                self._write(text, 11.5, colour=_HOT)
            case Paragraph(text, _):
                self._write(text, 10.5)
            case Listing():
                for number, item in enumerate(block.items, 1):
                    lead = f"{number}." if block.numbered else "•"
                    self._write(item, 10.5, indent=7, gap=1, lead=lead)
                self._y += 1
            case Facts():
                self._table([(name, value) for name, value in block.rows], (0.26, 0.74), (), 9.5)
            case Grid():
                self._table(list(block.rows), _shares(block), block.columns, 9.0)
            case Passage():
                self._passage(block)
            case Figure():
                self._figure(block)
            case Signatures():
                self._signatures(block)
            case PageBreak():
                self._page()

    def _rule(self, colour: tuple[int, int, int], at: float | None = None) -> None:
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(0.3)
        y = self._y if at is None else at
        self._pdf.line(_SIDE, y, _WIDE - _SIDE, y)
        if at is None:
            self._y += 2.5

    def _table(
        self,
        rows: list[tuple[str, ...]],
        shares: tuple[float, ...],
        columns: tuple[str, ...],
        size: float,
    ) -> None:
        whole = sum(shares)
        widths = [share / whole * _LINE for share in shares]
        height = size * _POINT * 1.45
        limit = _HIGH - _BOTTOM - _TOP - 3 * height

        def cut(row: tuple[str, ...]) -> list[list[str]]:
            return [
                self._words(cell, size, width - 3) for cell, width in zip(row, widths, strict=True)
            ]

        def put(cells: list[list[str]], colour: tuple[int, int, int]) -> None:
            x = _SIDE
            for cell, width in zip(cells, widths, strict=True):
                for number, line in enumerate(cell):
                    y = self._y + 1 + height * (number + 0.74)
                    self._at(x + 1, y, line, size, colour)
                x += width
            self._y += height * max(map(len, cells)) + 2
            self._rule(_RULE, at=self._y)

        head = cut(columns) if columns else []
        if head:
            self._room(min(self._head(columns, rows[:1], shares, size), limit))
            put(head, _SOFT)
        for row in rows:
            cells = cut(row)
            while any(cells):  # a row longer than a page goes on over the next
                tall = max(map(len, cells))
                space = int((_HIGH - _BOTTOM - self._y - 2) / height)
                if space < min(tall, 3) or space < tall <= limit / height:
                    self._page()
                    if head:
                        put(head, _SOFT)
                    continue
                put([cell[:space] for cell in cells], _INK)
                cells = [cell[space:] for cell in cells]
        self._y += 3

    def _passage(self, block: Passage) -> None:
        self._write(block.caption, 8.5, colour=_SOFT, gap=0.5)
        size = 9.0
        height = size * _POINT * 1.5
        marked = [flag for flag, piece in block.pieces for _ in visible(piece)]
        text = "".join(visible(piece) for _, piece in block.pieces)
        at = 0
        for line in self._lines(text, size, _LINE - 8):
            at = _skip(text, at, line)
            self._room(height)
            self._pdf.set_fill_color(*_WASH)
            self._pdf.rect(_SIDE, self._y, _LINE, height, "F")
            x = _SIDE + 4
            self._pdf.set_fill_color(*_MARK)
            for number, char in enumerate(line):
                wide = self._em(char) * size
                if at + number < len(marked) and marked[at + number]:
                    self._pdf.rect(x, self._y + 0.4, wide, height - 0.8, "F")
                x += wide
            self._at(_SIDE + 4, self._y + height * 0.72, line, size, _INK)
            at += len(line)
            self._y += height
        self._y += 3

    def _figure(self, block: Figure) -> None:
        try:
            scene = scene_of(block.exhibit, self._document.language)
        except ValueError as error:
            self._write(f"{block.caption}: {error}", 8.5, colour=_SOFT)
            return
        wide = min(_LINE, 130.0)
        high = wide * scene.height / scene.width
        if high > 150:
            wide, high = wide * 150 / high, 150.0
        self._room(high + 8)
        self._write(block.caption, 8.5, colour=_SOFT, gap=0.5)
        self._pdf.image(io.BytesIO(paint(scene)), _SIDE, self._y, wide, high)
        self._y += high + 4

    def _signatures(self, block: Signatures) -> None:
        self._room(18 * len(block.roles) + 6)
        self._y += 6
        for role in block.roles:
            self._at(_SIDE, self._y + 8, role, 10.5, _INK)
            self._at(_SIDE + 112, self._y + 8, block.date, 10.5, _INK)
            self._pdf.set_draw_color(*_SOFT)
            self._pdf.line(_SIDE + 45, self._y + 9, _SIDE + 105, self._y + 9)
            self._pdf.line(_SIDE + 128, self._y + 9, _WIDE - _SIDE, self._y + 9)
            self._y += 16


def _groups(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Blocks that begin on one page: a heading with what it stands over, a sentence with the
    table it introduces."""
    start = 0
    for number, block in enumerate(blocks):
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        headed = start < number and isinstance(blocks[start], Heading)
        match block:
            case Heading():
                bound = after is not None
            case Paragraph(_, "fine") if headed:
                bound = isinstance(after, Paragraph | Facts | Grid)
            case Paragraph():
                bound = isinstance(after, Facts | Grid)
            case _:
                bound = False
        if not bound:
            yield blocks[start : number + 1]
            start = number + 1


def _shares(grid: Grid) -> tuple[float, ...]:
    return grid.widths or tuple(1 / len(grid.columns) for _ in grid.columns)


def _skip(text: str, at: int, line: str) -> int:
    """Where `line` begins at or after `at`: blanks at a break were dropped."""
    return max(text.find(line, at), at)
