"""Text a reader does not see and a model does: found, decoded, with its place.

Zero-width characters, Unicode tags, variation selectors, reversed direction, terminal escapes,
HTML and CSS hiding, comments, text pushed out of sight. Nothing is rendered: these are patterns
over the source, each bounded, so that one pass takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mingjian.domain.message import Message

LONGEST_DECODED = 4000
"""Characters kept of one decoded passage."""
MOST = 60
"""Hidden passages taken from one text."""

WAYS = {
    "unicode-tags": Message("Unicode 标签字符", "Unicode tag characters"),
    "variation-selectors": Message("异体选择符编码", "bytes in variation selectors"),
    "zero-width-bits": Message("零宽字符编码", "bits in zero-width characters"),
    "zero-width-split": Message("零宽字符拆词", "words split by zero-width characters"),
    "reversed-direction": Message("文字方向反转", "reversed text direction"),
    "terminal-hidden": Message("终端控制序列隐藏", "terminal escapes that hide text"),
    "comment": Message("源码注释", "a comment in the source"),
    "css-hidden": Message("样式隐藏", "hidden by style"),
    "attribute": Message("标签属性", "an attribute of a tag"),
    "pushed-away": Message("用大量空白推到视线之外", "pushed out of sight by blanks"),
    "base64": Message("Base64 编码", "Base64"),
    "hex": Message("十六进制编码", "hexadecimal"),
    "percent": Message("百分号编码", "percent-encoding"),
    "entities": Message("HTML 实体编码", "HTML character references"),
    "escapes": Message("\\u 转义", "\\u escapes"),
    "binary": Message("二进制编码", "binary digits"),
    "decimal": Message("十进制字符码", "decimal character codes"),
    "morse": Message("摩斯电码", "Morse code"),
    "rot13": Message("rot13 移位", "rot13"),
    "backwards": Message("倒写", "written backwards"),
    "leet": Message("数字符号替代字母", "digits and signs for letters"),
    "spaced": Message("逐字隔开", "letters set apart"),
    "look-alikes": Message("形似字母", "look-alike letters"),
    "marks": Message("附加符号", "added marks on letters"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A hidden or disguised passage: how, where in the text, and what it says."""

    way: str
    start: int
    end: int
    text: str


_TAGS = re.compile("[\U000e0001-\U000e007f]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_ZERO = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u180e"
_ZERO_RUN = re.compile(f"[{_ZERO}]{{8,}}")
_WORD = "A-Za-z\u3400-\u9fff"
_SPLIT = re.compile(f"[{_WORD}]{{1,40}}(?:[\u00ad{_ZERO}]{{1,7}}[{_WORD} ]{{1,40}})+")
_RTL = re.compile("[\u202d\u202e\u2067]([^\u202a-\u202e\u2066-\u2069\n]{1,2000})")
_ESC = r"(?:\x1b|\\x1b|\\033|\\e|\\u001b)\["
_CONCEAL = re.compile(
    _ESC + r"[0-9;]{0,20}?(?:\b8|\b30;40|\b37;47|\b97;107)m(.{1,2000}?)(?=" + _ESC + r"|\n|$)", re.I
)
_ERASED = re.compile(r"(?m)^([^\n\x1b]{8,2000}?)" + _ESC + r"(?:1A|2K|1K|A|G)")
_ASIDE = re.compile(r"\[(?://|comment)\]: {0,3}(?:#|<>) {0,3}[(\"']([^)\"'\n]{4,600}+)")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,15})(\s[^<>]{1,3000})>")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0?\.?0*(?![.\d])|"
    r"font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|$|!|[\"'])|mso-hide\s*:\s*all|"
    r"(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b|rgba?\(\s*255\s*,\s*255\s*,\s*255\b)|"
    r"(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,5}|(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)|"
    r"clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.I,
)
_BACKED = re.compile(
    r"background(?:-color)?\s*:\s*(?!\s*(?:#fff(?:fff)?\b|white\b|transparent|none))", re.I
)
_WHITE_ONLY = re.compile(r"(?<!-)color\s*:", re.I)
_BARE_HIDDEN = re.compile(r"\shidden(?:\s|=|$)|\saria-hidden\s*=\s*[\"']?true", re.I)
_TOLD = re.compile(
    r"\b(?:alt|title|aria-label|content|placeholder|summary|data-[a-z-]{1,20})\s*=\s*"
    r"(?:\"([^\"<>]{25,1500})\"|'([^'<>]{25,1500})')",
    re.I,
)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_PUSHED = re.compile(r"(?<!\s)\s{30,}+(?=\S)([^\n]{8,2000})")
_LATEX = re.compile(r"\\(?:text)?color\{white\}\s*\{?([^{}\n]{8,1000})")

INVISIBLE = re.compile(
    f"[\U000e0001-\U000e007f\U000e0100-\U000e01ef\ufe00-\ufe0f\u00ad{_ZERO}"
    "\u202a-\u202e\u2066-\u2069]+"
)
"""What is taken out of a text before it is measured."""
TERMINAL = re.compile(r"\x1b(?:\[[0-9;?]{0,30}[A-Za-z]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\))")


def hidden_passages(text: str) -> list[Passage]:
    """The hidden passages of a text, in its order; at most `MOST`."""
    found: list[Passage] = []
    for finder in _finders(text):
        for passage in finder(text):
            if passage.text.strip():
                found.append(passage)
            if len(found) >= 4 * MOST:
                break
    return sorted(found, key=lambda p: (p.start, p.end))[:MOST]


def _finders(text: str) -> Iterator[Callable[[str], Iterator[Passage]]]:
    """Only those whose mark stands in the text at all: most messages need none."""
    if not text.isascii() and INVISIBLE.search(text):
        yield from (_tags, _selectors, _zero_bits, _zero_splits, _reversed_direction)
    if "\x1b" in text or (
        "\\" in text and ("\\x1b" in text or "\\033" in text or "\\e[" in text or "\\u001b" in text)
    ):
        yield _terminal
    tag = "<" in text
    if tag or "]:" in text:
        yield _comments
    if tag and ">" in text and ("=" in text or "hidden" in text):
        yield from (_styled, _attributes)
    if "color{white}" in text:
        yield _latex
    if " " * 10 in text or "\t" * 10 in text or "\u3000" * 10 in text or text.count("\n") >= 30:
        yield _pushed


def _tags(text: str) -> Iterator[Passage]:
    for match in _TAGS.finditer(text):
        if match.start() and text[match.start() - 1] == "\U0001f3f4":
            continue  # the flag of a region, such as Scotland's
        said = "".join(chr(ord(c) - 0xE0000) for c in match[0] if 0x20 <= ord(c) - 0xE0000 < 0x7F)
        yield Passage("unicode-tags", match.start(), match.end(), said[:LONGEST_DECODED])


def _selectors(text: str) -> Iterator[Passage]:
    for match in _SELECTORS.finditer(text):
        codes = (ord(c) for c in match[0])
        data = bytes(c - 0xFE00 if c < 0xFF00 else c - 0xE0100 + 16 for c in codes)
        said = data.decode("utf-8", "ignore")
        if readable(said):
            yield Passage("variation-selectors", match.start(), match.end(), said[:LONGEST_DECODED])


def _zero_bits(text: str) -> Iterator[Passage]:
    for match in _ZERO_RUN.finditer(text):
        run = match[0][: 32 * LONGEST_DECODED]
        kinds = sorted(set(run), key=run.count, reverse=True)[:2]
        if len(kinds) < 2:
            continue
        said = ""
        for width in (8, 7, 16):
            for zero in kinds:
                bits = "".join("0" if c == zero else "1" for c in run if c in kinds)
                said = said or _from_bits(bits, width)
        if said:
            yield Passage("zero-width-bits", match.start(), match.end(), said[:LONGEST_DECODED])


def _from_bits(bits: str, width: int) -> str:
    codes = [int(bits[i : i + width], 2) for i in range(0, len(bits) - width + 1, width)]
    if width == 8:
        said = bytes(codes).decode("utf-8", "replace")
    else:
        said = "".join(map(chr, codes)).encode("utf-8", "ignore").decode("utf-8", "ignore")
    return said if readable(said) else ""


def _zero_splits(text: str) -> Iterator[Passage]:
    for match in _SPLIT.finditer(text):
        if len(match[0]) > 2:
            said = INVISIBLE.sub("", match[0])
            if len(said) >= 4:
                yield Passage(
                    "zero-width-split", match.start(), match.end(), said[:LONGEST_DECODED]
                )


def _reversed_direction(text: str) -> Iterator[Passage]:
    for match in _RTL.finditer(text):
        if match[0][0] == "\u202e" and sum(c.isalpha() for c in match[1]) >= 4:
            yield Passage("reversed-direction", match.start(1), match.end(1), match[1][::-1])


def _terminal(text: str) -> Iterator[Passage]:
    for match in _CONCEAL.finditer(text):
        yield Passage("terminal-hidden", match.start(1), match.end(1), match[1])
    for match in _ERASED.finditer(text):
        yield Passage("terminal-hidden", match.start(1), match.end(1), match[1])


def _comments(text: str) -> Iterator[Passage]:
    at = text.find("<!--")
    while at >= 0:
        end = text.find("--", at + 4, at + 4 + LONGEST_DECODED)
        while end >= 0 and text[end + 2 : end + 3] not in (">", "!"):
            end = text.find("--", end + 1, at + 4 + LONGEST_DECODED)
        if end > at + 7:
            yield Passage("comment", at + 4, end, text[at + 4 : end])
        elif end < 0 and text.find("-->", at) < 0:
            break
        at = text.find("<!--", max(at + 4, end))
    for match in _ASIDE.finditer(text):
        yield Passage("comment", match.start(1), match.end(1), match[1])


def _styled(text: str) -> Iterator[Passage]:
    lower = text.lower() if text.isascii() else text
    for match in _TAG.finditer(text):
        attributes = match[2]
        hiding = _HIDING.search(attributes) if "style" in attributes.lower() else None
        if hiding and _WHITE_ONLY.match(hiding[0]) and _BACKED.search(attributes):
            hiding = None  # white on a coloured ground can be read
        if not hiding and not _BARE_HIDDEN.search(attributes):
            continue
        end = lower.find(f"</{match[1].lower()}", match.end(), match.end() + LONGEST_DECODED)
        end = min(len(text), match.end() + 500) if end < 0 else end
        said = _ANY_TAG.sub(" ", text[match.end() : end]).strip()
        if len(said) >= 4:
            yield Passage("css-hidden", match.end(), end, said)


def _attributes(text: str) -> Iterator[Passage]:
    for tag in _TAG.finditer(text):
        for match in _TOLD.finditer(tag[2]):
            group = 1 if match[1] is not None else 2
            if " " in match[group] or not match[group].isascii():
                start = tag.start(2) + match.start(group)
                yield Passage("attribute", start, start + len(match[group]), match[group])


def _latex(text: str) -> Iterator[Passage]:
    for match in _LATEX.finditer(text):
        yield Passage("css-hidden", match.start(1), match.end(1), match[1])


def _pushed(text: str) -> Iterator[Passage]:
    for match in _PUSHED.finditer(text):
        blanks = text[match.start() : match.start(1)]
        if match.start() and (len(blanks) >= 150 or blanks.count("\n") >= 30):
            yield Passage("pushed-away", match.start(1), match.end(1), match[1])


def readable(said: str) -> bool:
    """Whether decoded characters are text: mostly letters, blanks and ordinary signs."""
    if len(said) < 4:
        return False
    sample = said[:400]
    good = sum(c.isalnum() or c in " \n\t.,;:!?'\"()-_/，。！？：；、“”" for c in sample)
    letters = sum("a" <= c.lower() <= "z" or "\u4e00" <= c <= "\u9fff" for c in sample)
    return good >= 0.9 * len(sample) and letters >= 0.55 * len(sample)
