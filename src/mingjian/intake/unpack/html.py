"""Web pages and HTML mail: visible text, hidden text, links and inline data. Never rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget
from mingjian.intake.text import decode
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.damage import reading
from mingjian.intake.unpack.data_uri import data_part
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts

_SILENT = frozenset(
    ["script", "style", "head", "template", "noscript", "object", "iframe", "svg", "math", "select"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
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
        "main",
        "nav",
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
    r"opacity\s*:\s*0(?![.\d])|mso-hide\s*:\s*all",
    re.I,
)
_CLOSING = re.compile(r"</(?:html|body)\b[^<>]{0,200}>", re.I)
_ANY_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20}|!)[^<>]{0,20000}>")
_TOO_DEEP = Message(
    "网页嵌套过深或结构异常，解析器中途停止；改为直接读取标签之间的文字，隐藏文字未能区分。",
    "The page is nested so deeply or built so oddly that parsing stopped; the words between the "
    "tags were read instead, and hidden words could not be told apart.",
)
_BLANKS = re.compile(r"\s+")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"\s]+)", re.I)
_ADDRESSES = (
    ("a", "href"), ("area", "href"), ("form", "action"), ("button", "formaction"),
    ("input", "formaction"), ("iframe", "src"), ("frame", "src"), ("embed", "src"),
    ("object", "data"), ("base", "href"), ("link", "href"), ("img", "src"), ("script", "src"),
    ("body", "background"), ("table", "background"), ("td", "background"),
)  # fmt: skip


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Visible text, text hidden by style, links in the order of their tags, data: payloads."""
    limit = budget.limits.text_bytes
    if evidence.size > limit:
        yield Refusal(
            what="page",
            why=Message(
                "网页超过文本大小上限，只读取了开头部分。",
                "The page is larger than the text limit; only its beginning was read.",
            ),
        )
    source = evidence.text
    if source is None:
        source, _ = decode(evidence.content, limit, evidence.identity.encoding)
    with reading("HTML"):
        root, broken = _parsed(source)
        page = _Page(root)
    if broken:
        # Deep nesting stops the parser: what would lie hidden behind it is read as bare words.
        page.visible = _bare_words(source)
        yield Refusal(what="page structure", why=_TOO_DEEP)
    links = LinkParts(budget)
    for step, words in (("visible-text", page.visible), ("hidden-text", page.hidden)):
        if words:
            data = words.encode("utf-8", "replace")
            budget.member()
            budget.expand(len(data))
            yield RawPart(
                content=BytesContent(data),
                name=f"{step}.txt",
                derivation=Derivation(step=step, detail="page"),
                attributes={LINKS_TAKEN: "taken", **page.facts},
            )
    number = 0
    for where, address, words in page.addresses:
        if address[:5].lower() == "data:":
            number += 1
            part = data_part(address, where, number, budget)
            if part is not None:
                yield part
        elif _leads_out(address):
            yield from links.take(address, where, {"anchor": words} if words else None)
    if broken:
        yield from links.from_text(source, where="source, character")
    yield from links.from_text(page.visible, where="visible text, character")


def _leads_out(address: str) -> bool:
    return address[:2] == "//" or address[:8].lower().startswith(("http://", "https://", "ftp://"))


def _parsed(source: str) -> tuple[Any, bool]:
    """The tree, None where there is none, and whether the parser gave up before the end."""
    from lxml import etree

    # libxml2 drops what follows </html>; browsers show it, so nothing may hide there.
    data = _CLOSING.sub(" ", source.replace("\0", "")).encode("utf-8", "replace")
    if not data.strip():
        return None, False
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.ParserError:
        root = None
    return root, any(entry.level_name == "FATAL" for entry in parser.error_log)


def _bare_words(source: str) -> str:
    """What stands between the tags, without scripts and styles."""
    pieces: list[str] = []
    position, silent = 0, ""
    for match in _ANY_TAG.finditer(source):
        if not silent:
            pieces.append(source[position : match.start()])
        name = match[1].lower()
        if silent:
            silent = "" if name == f"/{silent}" else silent
        elif name in ("script", "style"):
            silent = name
        position = match.end()
    if not silent:
        pieces.append(source[position:])
    return _tidy("\n".join(pieces))


class _Page:
    """One walk over the tree, without recursion."""

    def __init__(self, root: Any) -> None:
        self.addresses: list[tuple[str, str, str]] = []
        self.facts: dict[str, str] = {}
        self._shown: list[str] = []
        self._veiled: list[str] = []
        if root is not None:
            self._walk(root)
        self.visible = _tidy("".join(self._shown))
        self.hidden = _tidy("".join(self._veiled))

    def _walk(self, root: Any) -> None:
        from lxml import etree

        silent = veiled = 0
        for event, node in etree.iterwalk(root, events=("start", "end")):
            tag = node.tag if isinstance(node.tag, str) else ""
            closes = event == "end"
            step = -1 if closes else 1
            if tag in _SILENT:
                silent += step
            if _is_hidden(node):
                veiled += step
            if closes:
                self._say(node.tail, tag, silent, veiled)
                continue
            self._addresses_of(node, tag)
            self._say(node.text, tag, silent, veiled)

    def _say(self, words: str | None, tag: str, silent: int, veiled: int) -> None:
        pieces = self._veiled if veiled else self._shown
        if silent:
            return
        if tag in _BLOCKS:
            pieces.append("\n")
        if words:
            pieces.append(words if tag == "pre" else _BLANKS.sub(" ", words))

    def _addresses_of(self, node: Any, tag: str) -> None:
        for name, attribute in _ADDRESSES:
            if tag == name and (address := node.get(attribute)):
                words = ""
                if tag == "a":
                    words = " ".join("".join(_first_words(node)).split())[:200]
                self.addresses.append((f"{tag} {attribute}", address.strip(), words))
        if tag == "meta":
            content = node.get("content") or ""
            if (node.get("http-equiv") or "").lower() == "refresh":
                found = _REFRESH.search(content[:4096])
                if found:
                    self.addresses.append(("meta refresh", found[1], ""))
            elif (name := (node.get("name") or node.get("property") or "").lower()) in (
                "generator",
                "author",
                "description",
            ):
                self.facts[f"meta-{name}"] = content[:300]
        elif tag == "title" and node.text:
            self.facts["title"] = " ".join(node.text.split())[:300]


def _first_words(node: Any) -> Iterator[str]:
    """The words inside a link, as far as a reader would need them."""
    length = 0
    for words in node.itertext():
        yield words
        length += len(words)
        if length > 400:
            return


def _is_hidden(node: Any) -> bool:
    style = node.get("style") if isinstance(node.tag, str) else None
    if style and _HIDING.search(style[:2000]):
        return True
    return isinstance(node.tag, str) and node.get("hidden") is not None


def _tidy(text: str) -> str:
    """Runs of blanks become one; empty lines are left out."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
