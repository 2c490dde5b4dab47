"""What a decoded text is: mail, page, chat, addresses, log, table, agent trace or plain words.

Decided from the first characters alone, cautiously: a text is only called something special
when its form says so in more than one place. Short messages leave after a few comparisons.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.agent_log import agent_format
from mingjian.intake.chat import chat_columns, chat_format
from mingjian.intake.log_w3c import is_w3c_log

Found = tuple[EvidenceKind, str]

PLAIN: Found = (EvidenceKind.TEXT, "plain-text")
_LINES = 200
"""Lines looked at, however long the sample."""


def identify_text(sample: str, path: str, size: int) -> Found | None:
    """Kind and format of a decoded text, from its beginning.

    `sample` is the decoded beginning of the evidence (some tens of thousands of characters do),
    `path` settles only what the text leaves open (.csv, .md), `size` is the length in bytes
    of the whole. None for a text without any visible character.
    """
    head = sample.lstrip("\ufeff\u200e \t\r\n\0")
    if not head:
        return None
    first = head[0]
    cut = len(sample) >= 4096 and (
        size > 4 * len(sample) or len(sample.encode("utf-8", "replace")) < size
    )
    if first == "<":
        return _markup(head) or PLAIN
    if first in "{[":
        from mingjian.intake.identify_json import identify_json

        if found := identify_json(head, cut):
            return found
    single = "\n" not in head and "\r" not in head.rstrip()
    if single:
        return _one_line(head.rstrip())
    lines = head[:200_000].splitlines()[: _LINES + 1]
    if len(lines) > _LINES or cut:
        lines = lines[: max(1, min(len(lines) - 1, _LINES))]
    return (
        _mail(head, lines)
        or _web_log(lines)
        or _links(lines)
        or _agent_log(lines)
        or _chat(lines)
        or _table(head, lines, path)
        or _page_inside(head, path)
        or _markdown(lines, path)
        or PLAIN
    )


# ---- one line ---------------------------------------------------------------------------

_URL = re.compile(
    r"(?:(?:hxxps?|https?|ftp)(?:\[?:\]?)//|www\.)[^\s<>\"'，。；、！？（）《》“”]{3,4096}\Z", re.I
)
_BARE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?(?:\.|\[\.\])){1,8}"
    r"(?:com|net|org|cn|top|xyz|info|vip|shop|site|online|club|cc|tk|ru|app)(?::\d{2,5})?"
    r"(?:/[^\s<>\"']{0,2000})?\Z",
    re.I,
)


def _one_line(line: str) -> Found:
    if " " not in line and len(line) <= 4096 and "." in line and is_address(line):
        return EvidenceKind.LINK, "url"
    if ' "' in line and (found := _web_log([line])):
        return found
    return PLAIN


def is_address(token: str) -> bool:
    """Whether the whole of `token` is a web address, defanged (`hxxp`, `[.]`) or bare."""
    return bool(_URL.match(token) or _BARE.match(token))


# ---- markup -----------------------------------------------------------------------------

_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|span|a|img|form|script|style|meta|title|"
    r"center|font|br|h[1-6]|ul|ol|section|article|main|iframe|input|link|b|strong)\b[^<]{0,4000}>",
    re.I,
)
_SVG = re.compile(r"<(?:\w{1,20}:)?svg[\s>]", re.I)


def _markup(head: str) -> Found | None:
    start = head[:4096]
    svg = _SVG.search(start)
    page = _TAG.search(start)
    if svg and (not page or svg.start() < page.start()) and "<html" not in start.lower():
        return EvidenceKind.IMAGE, "svg"
    if page and page.start() == 0:
        return EvidenceKind.HTML, "html"
    lowered = start.lower()
    if page and lowered.startswith(("<!--", "<?xml", "<!doctype")):
        return EvidenceKind.HTML, "html"
    if "<html" in lowered and ("<body" in lowered or "<head" in lowered):
        return EvidenceKind.HTML, "html"
    return None


def _page_inside(head: str, path: str) -> Found | None:
    """A page with a banner before its first tag; words that merely quote a page are none."""
    if not path.lower().endswith((".html", ".htm", ".xhtml")):
        return None
    start = head[:4096].lower()
    if "<html" in start and ("<head" in start or "<body" in start):
        return EvidenceKind.HTML, "html"
    return None


# ---- mail -------------------------------------------------------------------------------

_HEADER = re.compile(r"([!-9;-~]{1,76}):(?:\s|\Z)")
_MBOX = re.compile(r"From \S{1,200}\s+.{0,60}\d{4}(?:\s[+-]\d{4})?\s*\Z")
_MAIL_HEADERS = frozenset(
    [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "content-type",
        "content-transfer-encoding",
        "cc",
        "bcc",
        "reply-to",
        "sender",
        "dkim-signature",
        "authentication-results",
        "x-mailer",
        "in-reply-to",
        "references",
        "envelope-to",
        "arc-seal",
    ]
)
_MAIL_MARKS = frozenset(["from", "received", "message-id", "return-path", "delivered-to"])


def _mail(head: str, lines: Sequence[str]) -> Found | None:
    """Header fields as in RFC 5322, section 2.2; mbox after RFC 4155."""
    first = lines[0]
    if first.startswith("From ") and _MBOX.match(first):
        if len(lines) > 1 and _HEADER.match(lines[1]):
            return EvidenceKind.MAIL, "mbox"
        return None
    if not _HEADER.match(first):
        return None
    names: set[str] = set()
    for position, line in enumerate(lines):
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        match = _HEADER.match(line)
        if not match:
            if position < 3 and len(names & _MAIL_HEADERS) < 3:
                return None
            break
        names.add(match[1].lower())
    if len(names & _MAIL_HEADERS) >= 2 and names & _MAIL_MARKS:
        return EvidenceKind.MAIL, "rfc5322"
    return None


# ---- logs and lists of addresses ------------------------------------------------------------

_COMMON = re.compile(
    r"\S{1,255} \S{1,255} .{1,255}? ?\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "
    r"\"(?P<request>(?:[^\"\\]|\\.){0,20000})\" \d{3} (?:\d+|-)"
    r"(?P<rest> \"(?:[^\"\\]|\\.){0,20000}\" \"[^\n]{0,20000})?"
)


def _web_log(lines: Sequence[str]) -> Found | None:
    """Common, combined and W3C extended log format, when most of the first lines have it."""
    if any(line.startswith("#Fields:") for line in lines) and is_w3c_log(lines):
        return EvidenceKind.WEB_LOG, "w3c-log"
    seen = [line for line in lines[:20] if line.strip()]
    if not seen or not any('] "' in line for line in seen[:3]):
        return None
    matches = [_COMMON.match(line) for line in seen]
    good = [match for match in matches if match]
    if not good or len(good) * 10 < len(seen) * 8:
        return None
    combined = sum(1 for match in good if match["rest"])
    return EvidenceKind.WEB_LOG, "combined" if combined * 2 >= len(good) else "common"


def _links(lines: Sequence[str]) -> Found | None:
    filled = [line.strip() for line in lines if line.strip() and line[0] != "#"]
    if not filled or "." not in filled[0] or " " in filled[0]:
        return None
    good = sum(1 for line in filled if " " not in line and is_address(line))
    if good == 0 or good * 10 < len(filled) * 9:
        return None
    return EvidenceKind.LINK, "url-list" if len(filled) > 1 else "url"


def _agent_log(lines: Sequence[str]) -> Found | None:
    form = agent_format(lines)
    return (EvidenceKind.AGENT_TRACE, form) if form else None


def _chat(lines: Sequence[str]) -> Found | None:
    form = chat_format(lines)
    return (EvidenceKind.DIALOGUE, form) if form else None


# ---- tables -----------------------------------------------------------------------------

_NAME_CELL = re.compile(r"[\w\-./()（）%#: \u4e00-\u9fff]{1,60}\Z")
_WORD_CELL = re.compile(r"[A-Za-z_][\w\-.]{0,40}\Z")
_TYPED = re.compile(
    r"[+-]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?%?\Z|\.\d+\Z|"
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T].*)?\Z|"
    r"(?:true|false|nan|null|none|yes|no)\Z",
    re.I,
)


def _table(head: str, lines: Sequence[str], path: str) -> Found | None:
    """CSV or TSV: the same number of fields in every record, and a sign that it is a table.

    Commas in prose are no sign; numbers or dates down a column, names of columns on top,
    or quoted fields are.
    """
    filled = [line for line in lines[:60] if line.strip()]
    if len(filled) < 2:
        return None
    named = path.lower().endswith((".csv", ".tsv"))
    for delimiter in "\t,;|":
        if delimiter not in filled[0]:
            continue
        records = _records(lines[:60], delimiter)
        width = len(records[0]) if records else 0
        if width < 2 or len(records) < 2:
            continue
        if chat_columns(records[0]):
            return EvidenceKind.DIALOGUE, "wechat-csv"
        same = sum(1 for record in records if len(record) == width)
        if same * 10 < len(records) * (8 if named else 10) or (len(records) < 3 and not named):
            continue
        if named or _tabular([record for record in records if len(record) == width]):
            return EvidenceKind.DATASET, "tsv" if delimiter == "\t" else "csv"
    return None


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        records = list(csv.reader((line + "\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return []
    return [record for record in records if any(cell.strip() for cell in record)]


def _tabular(records: Sequence[Sequence[str]]) -> bool:
    header, rows = records[0], records[1:]
    names = [cell.strip() for cell in header]
    if any(_TYPED.match(name) for name in names):
        typed = sum(1 for row in records for cell in row if _TYPED.match(cell.strip()))
        return typed * 10 >= len(records) * len(names) * 8
    if len(set(names)) < len(names) or not all(_NAME_CELL.match(name) for name in names):
        return False
    if all(_WORD_CELL.match(name) for name in names):
        return True
    for column in range(len(names)):
        cells = [row[column].strip() for row in rows]
        if sum(1 for cell in cells if _TYPED.match(cell)) * 10 >= len(cells) * 8:
            return True
    return False


# ---- markdown -----------------------------------------------------------------------------

_MARKDOWN = (
    re.compile(r"#{1,6} \S"),
    re.compile(r"(?:```|~~~)"),
    re.compile(r"[^\]\n]{0,300}\[[^\]\n]{1,200}\]\(\S{1,500}\)"),
    re.compile(r"\s{0,8}[-*+] \S"),
    re.compile(r"\|[^\n]{1,300}\|\s*\Z"),
    re.compile(r"[^*\n]{0,300}\*\*[^*\n]{1,200}\*\*"),
)


def _markdown(lines: Sequence[str], path: str) -> Found | None:
    if path.lower().endswith((".md", ".markdown")):
        return EvidenceKind.TEXT, "markdown"
    signs = [sum(1 for line in lines if sign.match(line)) for sign in _MARKDOWN]
    heading, different = signs[0], sum(1 for count in signs if count)
    if (heading >= 1 and different >= 2) or heading >= 3 or different >= 3:
        return EvidenceKind.TEXT, "markdown"
    return None
