"""Text to label fields: JSON in its root forms, and the YAML mapping of front matter."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import cast

from mingjian.detect.label.label import FIELDS
from mingjian.domain.message import Message

MAX_TEXT = 256 << 10
"""A longer label text is refused, in characters."""


class Broken(Exception):
    """The text is not a label from character `at` on."""

    def __init__(self, at: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.at = at
        self.message = Message(zh, en)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Fields in stored order, those that were not strings, and where the text ended."""

    pairs: tuple[tuple[str, str], ...]
    untyped: tuple[str, ...]
    end: int
    rooted: bool


class _Pairs(list[tuple[str, object]]):
    """A JSON object that keeps repeated names."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs)


def believable(text: str) -> bool:
    """Whether the text names at least one field of the label."""
    return any(name in text for name in FIELDS)


def parse_json(text: str, at: int = 0) -> Parsed:
    """The label that starts at `at`; raises `Broken` at the character concerned."""
    if len(text) - at > MAX_TEXT:
        raise Broken(at, "标识过长", "the label is too long")
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Broken(
            error.pos, "标识不是完整有效的 JSON", "the label is not complete, valid JSON"
        ) from error
    except (RecursionError, ValueError) as error:
        raise Broken(at, "标识嵌套过深或数值过长", "the label is nested too deep") from error
    rooted = False
    if isinstance(value, _Pairs) and len(value) == 1 and value[0][0].upper() == "AIGC":
        rooted, value = True, value[0][1]
        if isinstance(value, str):  # seen: the object once more as a string
            value = _inner(value, at)
    if not isinstance(value, _Pairs):
        raise Broken(at, "标识不是 JSON 对象", "the label is not a JSON object")
    pairs = tuple((name, _as_text(entry)) for name, entry in value)
    untyped = tuple(name for name, entry in value if not isinstance(entry, str))
    return Parsed(pairs, untyped, end, rooted)


def _inner(text: str, at: int) -> object:
    try:
        return _DECODER.decode(text)
    except (RecursionError, ValueError) as error:
        raise Broken(
            at, "标识不是完整有效的 JSON", "the label is not complete, valid JSON"
        ) from error


def _plain(value: object) -> object:
    if isinstance(value, _Pairs):
        return {name: _plain(entry) for name, entry in value}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    try:
        return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, ValueError):
        return "?"


# ---- front matter ---------------------------------------------------------------------------

_LINE = re.compile(r"[ \t]+(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w.-]+)[ \t]*:(?:[ \t]+(.*)|)$")


def parse_front_matter(text: str) -> Parsed:
    """The mapping under ``AIGC:``: indented lines, one-line ``{…}``, or a JSON string."""
    stripped = text.strip()
    offset = text.find(stripped) if stripped else 0
    if stripped[:1] in ("'", '"'):
        inner = _scalar(stripped, offset)
        return parse_json(inner)
    if stripped.startswith("{"):
        return _flow(text, offset)
    pairs: list[tuple[str, str]] = []
    untyped: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if bare.strip() and not bare.lstrip().startswith("#"):
            match = _LINE.match(bare)
            if match is None:
                raise Broken(
                    at, "标识的这一行不是“键: 值”", "this line of the label is not “key: value”"
                )
            name = _scalar(match[1], at)
            _add(pairs, untyped, name, (match[2] or "").strip(), at)
        at += len(line)
    return Parsed(tuple(pairs), tuple(untyped), len(text), False)


def _flow(text: str, at: int) -> Parsed:
    try:
        parsed = parse_json(text, at)
        if not text[parsed.end :].strip():
            return parsed
    except Broken:
        pass
    body = text[at:].rstrip()
    if not body.endswith("}") or len(body) > MAX_TEXT:
        raise Broken(at + len(body), "花括号没有结束", "the braces are not closed")
    pairs: list[tuple[str, str]] = []
    untyped: list[str] = []
    for piece in _split(body[1:-1]):
        name, colon, value = piece.partition(":")
        if not colon:
            raise Broken(at, "标识的一项不是“键: 值”", "an entry of the label is not “key: value”")
        _add(pairs, untyped, _scalar(name.strip(), at), value.strip(), at)
    return Parsed(tuple(pairs), tuple(untyped), len(text), False)


def _split(body: str) -> list[str]:
    """Cut at commas that stand outside quotes."""
    pieces, quote, start = [], "", 0
    for index, char in enumerate(body):
        if quote:
            quote = "" if char == quote and body[index - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == ",":
            pieces.append(body[start:index])
            start = index + 1
    pieces.append(body[start:])
    return [piece for piece in pieces if piece.strip()]


def _add(pairs: list[tuple[str, str]], untyped: list[str], name: str, value: str, at: int) -> None:
    # YAML reads an unquoted 1 as a number; writers mean the string, so it is noted, not refused.
    if value and value[0] not in "\"'" and re.fullmatch(r"[\d.]+|true|false|null|~", value):
        untyped.append(name)
    pairs.append((name, _scalar(value, at)))


def _scalar(value: str, at: int) -> str:
    """A plain or quoted YAML scalar on one line."""
    if value[:1] == '"':
        try:
            return cast(str, json.loads(value))
        except ValueError as error:
            raise Broken(at, "引号没有正确结束", "a quoted value is not closed properly") from error
    if value[:1] == "'":
        if len(value) < 2 or value[-1] != "'" or "'" in value[1:-1].replace("''", ""):
            raise Broken(at, "引号没有正确结束", "a quoted value is not closed properly")
        return value[1:-1].replace("''", "'")
    return value
