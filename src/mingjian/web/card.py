"""Cards written in a small part of Markdown, as HTML. All text is escaped first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from mingjian.casework.document.blocks import visible
from mingjian.domain.message import Language

_SECTIONS = {"zh": "## 中文", "en": "## English"}
_HEADING = re.compile(r"(#{1,6}) ")
_RULE = re.compile(r"\|[ \-:|]+\Z")
_ITEM = re.compile(r"(?:[-*]|\d{1,3}\.) ")
_CODE = re.compile(r"`([^`\n]{1,400})`")
_STRONG = re.compile(r"\*\*([^*\n]{1,800})\*\*")
_FIGURES = re.compile(r"[-+−.,/%… \d]+\Z")
"""A cell of figures and no words: it is not broken over two lines."""


def section(card: str, language: Language) -> str:
    """The part of a card in one language; the whole card where it is not divided so."""
    lines = card.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("## ")]
    for number in heads:
        if lines[number].strip() == _SECTIONS[language]:
            others = [
                other
                for other in heads
                if other > number and lines[other].strip() in _SECTIONS.values()
            ]
            end = others[0] if others else len(lines)
            return "\n".join(lines[number + 1 : end]).strip()
    return card


def _inline(text: str) -> Markup:
    """Code and strong text; links stay text, since a card fetches nothing."""
    pieces = _CODE.split(visible(text))
    made = []
    for number, piece in enumerate(pieces):
        if number % 2:
            made.append(f"<code>{escape(piece)}</code>")
        else:
            made.append(_STRONG.sub(r"<strong>\1</strong>", str(escape(piece))))
    return Markup("".join(made))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def html(text: str) -> Markup:
    """Headings (from the third level down), paragraphs, lists, tables, code blocks."""
    return Markup("\n").join(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at]
        start = at
        if line.startswith("```"):
            at += 1
            while at < len(lines) and not lines[at].startswith("```"):
                at += 1
            yield Markup("<pre>{}</pre>").format(visible("\n".join(lines[start + 1 : at])))
            at += 1
        elif heading := _HEADING.match(line):
            level = min(max(len(heading[1]), 3), 4)
            yield Markup(f"<h{level}>{{}}</h{level}>").format(_inline(line[heading.end() :]))
            at += 1
        elif line.lstrip().startswith("|"):
            while at < len(lines) and lines[at].lstrip().startswith("|"):
                at += 1
            yield _table(lines[start:at])
        elif _ITEM.match(line.lstrip()):
            while at < len(lines) and lines[at].strip() and not _HEADING.match(lines[at]):
                at += 1
            yield _list(lines[start:at])
        elif line.strip():
            while at < len(lines) and lines[at].strip() and not _starts(lines[at], at > start):
                at += 1
            yield Markup("<p>{}</p>").format(_inline(_joined(lines[start:at])))
        else:
            at += 1


def _starts(line: str, inside: bool) -> bool:
    """Whether a line inside a paragraph begins something else."""
    return inside and bool(
        line.startswith(("```", "|")) or _HEADING.match(line) or _ITEM.match(line)
    )


def _joined(lines: list[str]) -> str:
    """Wrapped lines as one; no blank goes between two Chinese characters."""
    text = ""
    for line in (line.strip() for line in lines):
        wide = bool(text) and ord(text[-1]) > 0x2E80 and bool(line) and ord(line[0]) > 0x2E80
        text += line if wide or not text else " " + line
    return text


def _table(lines: list[str]) -> Markup:
    rows = [_cells(line) for line in lines if not _RULE.match(line.strip())]
    if not rows:
        return Markup("")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(c)) for c in rows[0])
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in rows[1:]
    )
    return Markup(
        '<div class="wide" tabindex="0"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head, body)


def _cell(text: str) -> Markup:
    opening = '<td class="whole">' if _FIGURES.match(text) else "<td>"
    return Markup(opening) + _inline(text) + Markup("</td>")


def _list(lines: list[str]) -> Markup:
    items: list[list[str]] = []
    for line in lines:
        if found := _ITEM.match(line.lstrip()):
            items.append([line.lstrip()[found.end() :]])
        else:
            items[-1].append(line)
    tag = "ol" if lines[0].lstrip()[0].isdigit() else "ul"
    body = Markup("").join(Markup("<li>{}</li>").format(_inline(_joined(i))) for i in items)
    return Markup(f"<{tag}>{{}}</{tag}>").format(body)
