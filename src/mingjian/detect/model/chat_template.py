"""What the expressions of a chat template reach; the template is cut into tokens, never rendered.

Chat templates are written in Jinja. Ordinary ones loop over messages, compare roles, join and
trim texts. What they never need: names with leading underscores, attributes fetched by a computed
name, and other template files. Each such thing is a `Reach`. The tokens follow "Template Designer
Documentation" of Jinja 3 (jinja.palletsprojects.com).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

MAX_TOKENS: Final = 100_000
"""Ordinary templates have some hundreds."""

Way = Literal["internal", "spelled", "template", "unusual", "long"]


@dataclass(frozen=True, slots=True)
class Reach:
    """One expression that does more than ordinary templates do, with its place in the text."""

    severity: float
    way: Way
    start: int
    end: int


class _Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_TOKEN = re.compile(
    r"(?P<string>'(?:[^'\\]|\\.)*(?:'|\\?\Z)|\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z))|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<close>-?[%}]\})|(?P<sign>\S)",
    re.DOTALL,
)
_OPEN = re.compile(r"\{([{%#])[-+]?")
_DUNDER = re.compile(r"__[a-z]\w*__")
_EDGE = re.compile(r"__\w*|\w*__")
"""A name that begins or ends as the interpreter's own names do, or a piece of one."""
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u00([0-9A-Fa-f]{2})|U000000([0-9A-Fa-f]{2})|([0-7]{3}))"
)
_FIELD = re.compile(r"\{\w*[.\[]")
_HELPERS = frozenset(["cycler", "joiner", "lipsum", "url_for", "get_flashed_messages"])
"""Objects of Jinja and Flask whose attributes are the usual way to the program's own modules."""
_WORDS = re.compile("if|in|and|or|not|is|else|elif|for|set|recursive")
_OTHERS = re.compile("include|import|extends|from")
_TAGS = re.compile(
    "include|import|extends|from|if|elif|else|endif|for|endfor|set|endset|macro|endmacro|"
    "call|endcall|filter|endfilter|block|endblock|raw|endraw|with|endwith|generation|"
    "endgeneration|break|continue|do|autoescape|endautoescape|trans|endtrans|pluralize"
)
_CALLED = re.compile(
    "if|in|and|or|not|is|else|elif|for|set|recursive|raise_exception|strftime_now|range|namespace|dict|caller|super"
)
_FILTERS = re.compile(
    "abs|batch|capitalize|center|count|default|d|dictsort|e|escape|filesizeformat|first|"
    "float|forceescape|format|from_json|groupby|indent|int|items|join|last|length|list|"
    "lower|map|max|min|pprint|random|reject|rejectattr|replace|reverse|round|safe|select|"
    "selectattr|slice|sort|string|striptags|strip|sum|title|tojson|trim|truncate|unique|"
    "upper|urlencode|urlize|wordcount|wordwrap|xmlattr"
)
_METHODS = re.compile(
    "append|capitalize|copy|count|endswith|extend|find|format|get|index|insert|isalpha|"
    "isdigit|isnumeric|isspace|items|join|keys|lower|lstrip|pop|removeprefix|"
    "removesuffix|replace|rfind|rsplit|rstrip|split|splitlines|startswith|strip|title|"
    "upper|update|values"
)


def reaches(template: str) -> Iterator[Reach]:
    """Everything out of the ordinary, in the order of the text; linear in its length."""
    read = 0
    macros = set(re.findall(r"\bmacro\s+(\w+)", template))
    for tag, tokens in _blocks(template):
        read += len(tokens)
        if tag and tokens and tokens[0].kind == "name":
            name = tokens[0]
            if _OTHERS.fullmatch(name.text):
                yield Reach(8.0, "template", name.start, tokens[-1].end)
            elif not _TAGS.fullmatch(name.text):
                yield Reach(3.0, "unusual", name.start, name.end)
        yield from _expression(tokens, macros)
        if read > MAX_TOKENS:
            yield Reach(6.0, "long", tokens[-1].start, tokens[-1].end)
            return


def _blocks(template: str) -> Iterator[tuple[bool, list[_Token]]]:
    """(is it a statement, its tokens) of each ``{{ }}`` and ``{% %}``; comments are left out."""
    at = 0
    while (start := _OPEN.search(template, at)) is not None:
        if start[1] == "#":
            end = template.find("#}", start.end())
            if end < 0:
                return
            at = end + 2
            continue
        tokens: list[_Token] = []
        braces, closing = 0, "}}" if start[1] == "{" else "%}"
        at = start.end()
        while len(tokens) <= MAX_TOKENS and (found := _TOKEN.search(template, at)) is not None:
            kind, text = str(found.lastgroup), found[0]
            at = found.end()
            if kind == "close":
                if text.endswith(closing) and not (closing == "}}" and braces > 0):
                    break
                kind, text, at = "sign", text[0], found.start() + 1
            braces += (text == "{") - (text == "}")
            tokens.append(_Token(kind, text, at - len(text)))
        else:
            at = len(template)
        yield start[1] == "%", tokens


_NOTHING = _Token("sign", "", 0)


def _expression(tokens: list[_Token], macros: set[str]) -> Iterator[Reach]:
    single = sum(token.text in ("'_'", '"_"') for token in tokens)
    joins = single > 1 and any(token.text == "join" for token in tokens)
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else _NOTHING
        after = tokens[i + 1] if i + 1 < len(tokens) else _NOTHING
        if token.kind == "string":
            yield from _string(token, after, tokens[i + 2 : i + 3], joins)
        elif token.kind == "name":
            yield from _name(token, before, after, macros)
        elif token.text == "[" and _subscripted(before):
            yield from _subscript(tokens, i, before)


def _subscripted(before: _Token) -> bool:
    """Does a bracket after this token fetch from it, rather than begin a list?"""
    if before.kind == "name":
        return _WORDS.fullmatch(before.text) is None
    return before.kind == "string" or before.text in ("]", ")")


def _string(token: _Token, after: _Token, second: list[_Token], joins: bool) -> Iterator[Reach]:
    value, hidden = _plain(token.text[1:-1])
    name = second[0].text if second else ""
    formatted = name == "format" and after.text in (".", "|")
    dunder = _DUNDER.search(value) and value.replace("_", "").replace(".", "").isalnum()
    line = value == "_" and (after.text == "*" or (joins and after.text in (",", "]")))
    codes = "%c" in value and (formatted or after.text == "%")
    if dunder or (formatted and _FIELD.search(value)):
        yield Reach(9.0, "internal", token.start, token.end)
    elif hidden or line or codes or _EDGE.fullmatch(value):
        yield Reach(8.0, "spelled", token.start, token.end)
    elif value == "attr" and after.text in (",", ")"):
        yield Reach(8.0, "internal", token.start, token.end)


def _plain(raw: str) -> tuple[str, bool]:
    """The text of a string literal, and whether escapes stand for plain letters in it."""
    hidden = False

    def letter(match: re.Match[str]) -> str:
        nonlocal hidden
        code = next(group for group in match.groups() if group)
        value = chr(int(code, 8 if match[4] else 16))
        hidden = hidden or (value.isascii() and (value.isalnum() or value == "_"))
        return value

    return _ESCAPE.sub(letter, raw), hidden


def _name(token: _Token, before: _Token, after: _Token, macros: set[str]) -> Iterator[Reach]:
    name = token.text
    called = after.text == "("
    internal = name.startswith("__") or (before.text == "." and name.startswith("_"))
    helper = name in _HELPERS or (name == "request" and after.text == ".")
    if internal or (helper and before.text != "."):
        yield Reach(9.0, "internal", token.start, token.end)
    elif name == "attr" and before.text in ("|", "filter"):
        yield Reach(8.0, "internal", token.start, token.end)
    elif name.endswith("__"):
        yield Reach(8.0, "spelled", token.start, token.end)
    elif name == "attribute" and after.text == "=":
        return  # the value is judged as a string; see `_subscript` for computed ones
    elif before.text == "|":
        if not _FILTERS.fullmatch(name):
            yield Reach(3.0, "unusual", token.start, token.end)
    elif called and before.text == ".":
        if not _METHODS.fullmatch(name):
            yield Reach(3.0, "unusual", token.start, token.end)
    elif called and before.kind != "name" and not _CALLED.fullmatch(name) and name not in macros:
        yield Reach(3.0, "unusual", token.start, token.end)


def _subscript(tokens: list[_Token], at: int, before: _Token) -> Iterator[Reach]:
    """``x[...]``: a text worked out by an operator is a name that shall not be read."""
    depth, text, worked = 1, False, False
    for i in range(at + 1, min(len(tokens), at + 40)):
        token = tokens[i]
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        if depth == 0:
            break
        if depth == 1 and token.kind == "string":
            text = True
            worked = worked or tokens[i + 1 : i + 2] == [] or tokens[i + 1].text in ".|%*["
        worked = worked or (depth == 1 and token.text in ("~", "+"))
    if text and (worked or before.kind == "string"):
        yield Reach(7.0, "spelled", tokens[at].start, tokens[min(at + 3, len(tokens) - 1)].end)
