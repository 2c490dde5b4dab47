"""HTML of a mail: what is seen, what is hidden, where links and forms lead. Never rendered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_SILENT = frozenset(
    ["script", "style", "head", "template", "noscript", "object", "svg", "math", "select"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|"
    r"opacity\s*:\s*0(?![.\d])|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A link's target as written and the words a reader sees on it ("" in plain text)."""

    target: str
    shown: str


@dataclass(slots=True)
class Page:
    """What one HTML body says and does."""

    visible: str = ""
    hidden: str = ""
    links: list[Link] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    asks_password: bool = False


def read_page(source: str) -> Page:
    """Read a page forgivingly; broken markup is read as the words between its tags."""
    page = Page()
    root = _tree(source)
    if root is None:
        page.visible = _tidy(_TAG.sub("\n", source))
        return page
    _walk(root, page)
    return page


def _tree(source: str) -> Any:
    from lxml import etree

    data = source.replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return None
    return None if any(e.level_name == "FATAL" for e in parser.error_log) else root


def _walk(root: Any, page: Page) -> None:
    from lxml import etree

    shown: list[str] = []
    veiled: list[str] = []
    silent = hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        step = -1 if event == "end" else 1
        if tag in _SILENT:
            silent += step
        if _is_hidden(node, tag):
            hidden += step
        words = node.tail if step < 0 else node.text
        if step > 0:
            _note(node, tag, page)
        if silent:
            continue
        pieces = veiled if hidden else shown
        if tag in _BLOCKS:
            pieces.append("\n")
        if words:
            pieces.append(words)
    page.visible, page.hidden = _tidy("".join(shown)), _tidy("".join(veiled))


def _note(node: Any, tag: str, page: Page) -> None:
    if tag in ("a", "area") and (target := (node.get("href") or "").strip()):
        if len(page.links) < _MOST:
            words = " ".join("".join(_some_words(node)).split())[:200]
            page.links.append(Link(target, words))
    elif tag == "form" and len(page.forms) < 50:
        page.forms.append((node.get("action") or "").strip())
    elif tag == "input" and (node.get("type") or "").lower() == "password":
        page.asks_password = True


def _some_words(node: Any) -> list[str]:
    pieces, length = [], 0
    for words in node.itertext():
        pieces.append(words)
        length += len(words)
        if length > 400:
            break
    return pieces


def _is_hidden(node: Any, tag: str) -> bool:
    if not tag:
        return False
    style = node.get("style")
    return bool(style and _HIDING.search(style[:2000])) or node.get("hidden") is not None


_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\u00ad\u034f\u061c\ufeff]+")


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line)
