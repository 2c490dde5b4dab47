"""Letters that lie as plain literals in code and in data, whatever greets its reader and goes on;
and templates all of whose words lie in bundles by language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

_GREETING = (
    r"(?:(?:hello|hi|hey|dear|greetings|good (?:morning|day)|hallo|guten tag|liebe[rs]?|"
    r"sehr geehrte[rs]?|bonjour|ch[eè]re?s?|estimad[oa]|hola|buen(?:os)? d[ií]as?|prezad[oa]|"
    r"car[oa]|olá|gentile|ciao|salve|buongiorno|beste|geachte)\b|您好|你好|尊敬的|亲爱的)"
)
_ANYWHERE = re.compile(rf"[\"'`>\n ]{_GREETING}", re.I)
_GREETS = re.compile(
    r"^(?:\s*(?:Subject|Content-Type):.*\n)*[^\w<]*(?:<[^<>]{1,400}>[^\w<]*)*" + _GREETING, re.I
)
_LITERAL = re.compile(
    r"`((?:[^`\\]|\\.){60,20000})`|\"((?:[^\"\\]|\\.){60,8000})\"|'((?:[^'\\]|\\.|''){60,8000})'"
    r"|\bq[q]?\[([^\]]{60,8000})\]",
    re.S,
)
_BLOCK = re.compile(r"^(?:[ \t-]*)[\w\"'.-]+:[ ]*[|>][-+]?\n((?:[ \t]+.*\n|[ \t]*\n){2,200})", re.M)
_SKIPPED = re.compile(
    r"(?:^|/)(?:docs?|tests?|spec|e2e|node_modules|man|locale-data|vendor|builder)/|\.min\.|\.d\.ts$|"
    r"\.(?:spec|test|stories)\.|(?:^|/)test_|CHANGE|README"
)
_HOLD = {
    ".py", ".json", ".yaml", ".yml", ".js", ".ts", ".mjs", ".cjs", ".php", ".pm", ".sql", ".rb",
}  # fmt: skip
_LARGEST = 1_500_000


def greets(text: str) -> bool:
    """Whether the text opens as a letter does."""
    return bool(_GREETS.match(text))


def _python(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (
                str(part.value)
                if isinstance(part, ast.Constant)
                else "{" + ast.unparse(part).split("{")[-1].split("}")[0] + "}"
                for part in node.values
            )
            yield "".join(parts)


def _within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _within(item)


def _literals(text: str) -> Iterator[str]:
    for match in _LITERAL.finditer(text):
        found = next(group for group in match.groups() if group is not None)
        yield re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], found)


def literals(path: Path) -> Iterator[str]:
    """The literals of one file, those of Python put together as it puts them together."""
    if path.suffix not in _HOLD and path.name != "initialdata":
        return
    text = path.read_text("utf-8", "replace")
    if not _ANYWHERE.search(text):
        return
    if path.suffix == ".py":
        yield from _python(text)
    elif path.suffix == ".json":
        try:
            yield from _within(json.loads(text))
        except (ValueError, RecursionError):
            return
    elif path.suffix in (".yaml", ".yml"):
        yield from _BLOCK.findall(text)
    else:
        yield from _literals(text)


def greeted(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every literal below a folder that opens as a letter does."""
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        if _SKIPPED.search(place) or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > _LARGEST:
            continue
        for text in literals(path):
            if len(text) >= 60 and greets(text):
                yield place, text


_KEY = re.compile(r"\[\[(?:email:)?([\w.-]+)((?:,[^\[\]]*)?)\]\]|<%=\s*i18n\.(\w+)\s*%>")
"""A key of the words to be shown, as nodebb and ecomplus write it."""
_KNOWN = 0.8
"""Least share of a template's keys that a bundle must hold."""


def _bundles(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """(language, words by key) of the bundles below a folder."""
    for path in sorted([*folder.rglob("language/*/email.json"), *folder.rglob("i18n/*.json")]):
        tongue = re.split(r"[_-]", path.parent.name if path.stem == "email" else path.stem)[0]
        held = json.loads(path.read_text("utf-8", "replace"))
        yield tongue, {key: text for key, text in held.items() if isinstance(text, str)}


def keyed(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every template whose words are looked up by key, in every language."""
    paths = [*folder.rglob("views/*.ejs"), *folder.rglob("views/emails/*.tpl")]
    for tongue, words in _bundles(folder):
        for path in sorted(paths):
            text = path.read_text("utf-8", "replace")
            wanted = {match[1] or match[3] for match in _KEY.finditer(text)}
            if not wanted or len(wanted & words.keys()) < _KNOWN * len(wanted):
                continue

            def say(match: re.Match[str], words: dict[str, str] = words) -> str:
                found = words.get(match[1] or match[3])
                for number, name in enumerate((match[2] or "").split(",")[1:], 1):
                    found = (found or "").replace(f"%{number}", name.strip())
                return found or ""

            yield f"{path.relative_to(folder)}:{tongue}", _KEY.sub(say, text)
