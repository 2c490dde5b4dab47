"""Tables inside text: a header line names the columns, the lines below hold the values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from mingjian.detect.privacy.check.resident_id import is_old_resident_id
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import one_of, read_list
from mingjian.detect.privacy.names_zh import isolated_name

_NAME = (
    r"(?:客户|用户|员工|学生|患者|病人|会员|收件人|收货人|寄件人|联系人|持卡人|车主|业主|户主|"
    r"真实|中文|乘客|旅客|家长|买家)?(?:姓名|名字)"
    r"|收件人|收货人|寄件人|联系人|持卡人|车主|业主|户主|开户人|户名|乘客|患者|(?:full|first|"
    r"last|customer|client|patient|employee|user|contact|"
    r"card ?holder|recipient|holder|member|student|given|family)?[ _-]?name|recipient|card "
    r"?holder|surname|xm|拼音|客户|经办人|负责人|申请人|被保险人|投保人|受益人|委托人|家长|监护人|"
    r"beneficiary|payee|payer|passenger|patient|guest|tenant|applicant|attendee|assignee"
)
_COLUMNS: dict[str, str] = {
    "name": _NAME,
    "address": (
        r".{0,6}(?:地址|住址|户籍地|籍贯)|(?:home|street|shipping|mailing|billing|postal|"
        r"residential)?[ _-]?addr(?:ess)?(?:[ _-]?(?:line)?[ _-]?1)?"
    ),
    "phone": (
        r".{0,6}(?:手机|电话|联系方式|座机|号码)号?码?|(?:home|work|cell|mobile|contact)?[ "
        r"_-]?(?:phone|tel|telephone|mobile|cell)(?:[ _-]?(?:number|no))?"
    ),
    "resident_id": (
        r".{0,4}(?:身份证|证件)(?:号码|号)?|id[ _-]?(?:card|number|no)?|sfzh?|identity.{0,12}"
    ),
    "passport": r"护照(?:号码|号)?|通行证(?:号码|号)?|passport.{0,8}",
    "bank_card": r"(?:银行)?卡号|银行(?:卡|账号|账户)|(?:card|account)[ _-]?(?:number|no)?",
    "email": r"邮箱(?:地址)?|电子邮箱|电子邮件|e-?mail.{0,8}",
    "other": (
        r"性别|年龄|出生日期|生日|序号|编号|日期|时间|备注|部门|单位|职务|gender|sex|age|dob|"
        r"date|city|id|no|城市|金额|状态|邮编|zip|state"
    ),
}
_DELIMITERS = ("\t", "|", ",", "，", ";", "；")
_PASSPORT = re.compile(r"[A-Za-z]{0,2}[0-9]{6,9}[A-Za-z]?")
_DIGITS = re.compile(r"[0-9][0-9 ()\-]{5,18}[0-9]")
_HAN = re.compile("[\u3400-\u9fff]+")
_EMPTY = frozenset(
    ("", "-", "--", "无", "null", "none", "nan", "n/a", "na", "0", "否", "no", "未知", "正常")
)


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: how its lines are cut and what its columns hold."""

    delimiter: str
    width: int
    columns: tuple[tuple[int, str], ...]


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    markers = read_list("kinds")["markers"]
    pairs = [(kind, rf"(?:{pattern})") for kind, pattern in _COLUMNS.items() if kind != "other"]
    pairs += [(kind, rf"(?:{one_of(phrases)}).{{0,4}}") for kind, phrases in markers.items()]
    pairs.append(("other", _COLUMNS["other"]))
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in pairs)


_ENDS = "[A-Za-z名字人主客者户长音址籍地号码机话式照证 \"']"
_SHORT = (
    r"(?=[^\t,|;，；\n]{1,28}+[ \"']*+"
    rf"(?:[\t,|;，；](?<={_ENDS}.)|(?<={_ENDS})$)|passport)"
)
"""What can be a cell of a header at all, by its length and its end: most of prose is not."""
_HEADER_CELL = (
    rf"[ \"']*+{_SHORT}(?:{_NAME}|{_COLUMNS['phone']}|{_COLUMNS['address']}|"
    rf"{_COLUMNS['passport']})[ \"']*(?=[\t,|;，；]|$)"
)
_HEADER = re.compile(r"[\n\t,|;，；]" + _HEADER_CELL, re.IGNORECASE | re.MULTILINE)
"""Begins with the separator before it, so that the search skips ahead to one."""
_HEADER_FIRST = re.compile(_HEADER_CELL, re.IGNORECASE | re.MULTILINE)
_WORDS_ONLY = re.compile(r"^[^0-9\n\t|,，;；]*+[\t|,，;；][^0-9\n]*+$", re.MULTILINE)
"""Lines of several cells without a digit: no other is a header, and most lines are others."""
_LONGEST_HEADER = 4_000


def find_columns(text: str, table: Table | None = None) -> tuple[list[Hit], Table | None]:
    """Values under the headers of the tables in `text`, and the table still open at its end.

    `table` is the one left open by the block before.
    """
    hits: list[Hit] = []
    at = 0
    if table is not None:
        at = _read_rows(text, 0, table, hits)
        if at >= len(text):
            return hits, table
    elif not any(mark in text for mark in _DELIMITERS):
        return hits, None
    while (line := _next_header(text, at)) is not None:
        table = _header(line[0])
        at = line.end() + 1
        if table is not None:
            at = _read_rows(text, at, table, hits)
            if at >= len(text):
                return hits, table
        if at >= len(text):
            break
    return hits, None


def _next_header(text: str, at: int) -> re.Match[str] | None:
    """The first line with a header's cell in it from `at`, which begins a line."""
    for line in _WORDS_ONLY.finditer(text, at):
        start, end = line.span()
        if end - start <= _LONGEST_HEADER and (
            _HEADER_FIRST.match(text, start, end) or _HEADER.search(text, start, end)
        ):
            return line
    return None


@lru_cache(maxsize=4096)
def _kind(cell: str) -> str | None:
    """What a column with this title holds."""
    return next((kind for kind, pattern in _kinds() if pattern.fullmatch(cell)), None)


def _header(line: str) -> Table | None:
    delimiter = max(_DELIMITERS, key=line.count)
    cells = [cell.strip(" \"'\r") for cell in line.split(delimiter)]
    columns: list[tuple[int, str]] = []
    for index, cell in enumerate(cells[:200]):
        if cell and len(cell) <= 24 and (kind := _kind(cell)) is not None:
            columns.append((index, kind))
    wanted = tuple((index, kind) for index, kind in columns if kind != "other")
    if len(columns) < 2 or not wanted or any(any(c.isdigit() for c in cell) for cell in cells):
        return None
    return Table(delimiter, len(cells), wanted)


def _cells(line: str, table: Table) -> list[str]:
    if '"' not in line:
        return line.split(table.delimiter)
    cells: list[str] = []
    current: list[str] = []
    inside = False
    for piece in re.split(f'("|{re.escape(table.delimiter)})', line):
        if piece == '"':
            inside = not inside
        if piece == table.delimiter and not inside:
            cells.append("".join(current))
            current = []
        else:
            current.append(piece)
    cells.append("".join(current))
    return cells


def _read_rows(text: str, at: int, table: Table, hits: list[Hit]) -> int:
    """Read lines while they have the table's width; where the first other line begins."""
    size = len(text)
    while at < size:
        stop = text.find("\n", at)
        if stop < 0:
            stop = size
        line = text[at:stop]
        cells = _cells(line, table)
        if len(cells) != table.width:
            return at
        starts = None
        for index, kind in table.columns:
            value = cells[index].strip(" \"'\r\u3000")
            if not value or value.lower() in _EMPTY:
                continue
            if starts is None:
                starts = _starts(cells, at)
            hit = _cell(kind, value, starts[index] + cells[index].index(value))
            if hit is not None:
                hits.append(hit)
        at = stop + 1
    return at


def _starts(cells: list[str], at: int) -> list[int]:
    starts = []
    for cell in cells:
        starts.append(at)
        at += len(cell) + 1
    return starts


def _cell(kind: str, value: str, start: int) -> Hit | None:
    """The item that fills a cell of a column of this kind, if it can be one."""
    end = start + len(value)
    if kind == "name":
        if _is_name(value):
            return Hit("name", start, end, value.replace("\u3000", ""))
    elif kind == "address":
        foreign = any(mark in value for mark in ("@", "://", "**"))
        placed = any(c.isdigit() for c in value) or not value.isascii()
        if 5 <= len(value) <= 160 and placed and not foreign:
            return Hit("address", start, end, value.replace(" ", ""))
    elif kind == "passport":
        if _PASSPORT.fullmatch(value):
            return Hit("passport", start, end, value.upper())
    elif kind == "phone":
        if _DIGITS.fullmatch(value):
            digits = value if value.isdecimal() else "".join(filter(str.isdigit, value))
            if 7 <= len(digits) <= 14 and len(set(digits)) > 2:
                return Hit("landline" if digits[0] == "0" else "phone", start, end, digits)
    elif kind == "resident_id":
        if value.isdecimal() and is_old_resident_id(value):
            return Hit("resident_id", start, end, value)
    elif kind not in ("bank_card", "email") and "*" not in value:
        return Hit(kind, start, end, value)
    return None


def _is_name(value: str) -> bool:
    """A Chinese name, or one to five words in other letters."""
    if 2 <= len(value) <= 4 and _HAN.fullmatch(value) is not None:
        return True
    if not value.isascii() and _HAN.search(value) is not None:
        return isolated_name(value)
    words = value.replace(".", "").replace("'", "").replace("-", " ").split()
    return 1 <= len(words) <= 5 and len(value) > 1 and all(w.isalpha() for w in words)
