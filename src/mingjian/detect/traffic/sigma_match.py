"""Sigma rules of the kind webserver, read by pySigma, held against requests here.

Values and regular expressions are run by re2, which takes time linear in the line whatever the
rule says. What a rule asks for and this matcher does not know makes the rule unusable, aloud.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingjian.detect.traffic.request import Request

Fields = Mapping[str, str | None]
Test = Callable[[Fields], bool]

LINE = ""
"""Name under which the whole line lies among the fields, for keywords."""
_FIELDS = {
    "cs-method": "method",
    "c-uri": "uri",
    "cs-uri": "uri",
    "cs-uri-stem": "stem",
    "c-uri-stem": "stem",
    "cs-uri-query": "query",
    "c-uri-query": "query",
    "sc-status": "status",
    "cs-user-agent": "agent",
    "c-useragent": "agent",
    "cs(user-agent)": "agent",
    "cs-referer": "referer",
    "cs-referrer": "referer",
    "cs(referer)": "referer",
    "c-ip": "client",
    "src_ip": "client",
    "cs-username": "user",
}


class Unusable(ValueError):
    """A rule that cannot be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One usable rule."""

    id: str
    title: str
    level: str
    tags: tuple[str, ...]
    file: str
    matches: Test


def fields_of(request: Request, line: str) -> Fields:
    """A request under the names that `_FIELDS` maps Sigma's to; None is an unknown field."""
    return {
        LINE: line,
        "method": request.method,
        "uri": request.target,
        "stem": request.path,
        "query": request.query,
        "status": None if request.status is None else str(request.status),
        "agent": request.agent,
        "referer": request.referer,
        "client": request.client,
        "user": request.user,
    }


def read_rules(folder: Path) -> tuple[list[Rule], dict[str, str]]:
    """Usable rules of the ``*.yml`` files below `folder`, and why others are not, by file."""
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError

    rules: list[Rule] = []
    unusable: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        name = str(path.relative_to(folder))
        try:
            found = SigmaCollection.from_yaml(path.read_text("utf-8"))
            rules += [_rule(rule, name) for rule in found.rules]
        except Unusable as why:
            unusable[name] = str(why)
        except (SigmaError, OSError, ValueError, TypeError, RecursionError) as error:
            unusable[name] = f"{type(error).__name__}: {error}"[:200]
        except Exception as error:  # PyYAML's own family has no common built-in base
            unusable[name] = type(error).__name__
    return rules, unusable


def _rule(rule: Any, file: str) -> Rule:
    if not hasattr(rule, "detection"):
        raise Unusable("a correlation rule needs a store of events; it is not supported")
    source = rule.logsource
    if source.category not in (None, "webserver", "proxy") or (
        source.category is None and source.service not in ("apache", "nginx", "iis", "access")
    ):
        raise Unusable(f"its log source is {source.category or source.product}, not webserver")
    conditions = [_test(one.parsed) for one in rule.detection.parsed_condition]
    return Rule(
        id=str(rule.id or ""),
        title=str(rule.title),
        level=str(rule.level.name.lower() if rule.level else "unknown"),
        tags=tuple(str(tag) for tag in rule.tags),
        file=file,
        matches=lambda fields: any(test(fields) for test in conditions),
    )


def _test(node: Any) -> Test:
    """The condition tree as a function; raises `Unusable` for what is not known."""
    kind = type(node).__name__
    if kind == "ConditionAND":
        tests = [_test(arg) for arg in node.args]
        return lambda fields: all(test(fields) for test in tests)
    if kind == "ConditionOR":
        tests = [_test(arg) for arg in node.args]
        return lambda fields: any(test(fields) for test in tests)
    if kind == "ConditionNOT":
        inner = _test(node.args[0])
        return lambda fields: not inner(fields)
    if kind == "ConditionValueExpression":
        pattern = _pattern(node.value, anywhere=True)
        return lambda fields: _search(pattern, fields[LINE])
    if kind == "ConditionFieldEqualsValueExpression":
        name = _FIELDS.get(str(node.field).lower())
        if name is None:
            raise Unusable(f"the log has no field {node.field}")
        pattern = _pattern(node.value, anywhere=False)
        return lambda fields: _search(pattern, fields[name])
    raise Unusable(f"the condition {kind} is not supported")


def _search(pattern: Any, value: str | None) -> bool:
    return value is not None and pattern.search(value) is not None


def _pattern(value: Any, *, anywhere: bool) -> Any:
    """A compiled re2 pattern for a Sigma value."""
    import re2

    kind = type(value).__name__
    flags = "(?is)"
    if kind in ("SigmaString", "SigmaCasedString"):
        # Parts are literal text or one of two wildcards.
        body = "".join(
            re.escape(part) if isinstance(part, str) else ".*" if "MULTI" in part.name else "."
            for part in value.s
        )
        text = body if anywhere else rf"\A(?:{body})\z"
        flags = "(?s)" if kind == "SigmaCasedString" else flags
    elif kind == "SigmaNumber":
        text = rf"\A{re.escape(str(value.number))}\z"
    elif kind == "SigmaRegularExpression":
        text, flags = str(value.regexp), "(?s)"
        letters = "".join(sorted(flag.name[0].lower() for flag in value.flags)) + "s"
        flags = f"(?{letters})"
    else:
        raise Unusable(f"the value type {kind} is not supported")
    try:
        return re2.compile(flags + text)
    except re2.error as error:
        raise Unusable(f"re2 cannot run the expression: {error}") from None
