"""Every regular expression of the product, and strings made to slow each one down.

`collect` watches `re` while the modules are imported and their cached makers called, and reads
the patterns that stand as plain strings in calls such as `re.search(r"…", text)`. `attacks`
reads a pattern's own repeats and builds texts that begin a match again and again and never end
one. google-re2 runs in linear time and is not looked at.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

Key = tuple[str | bytes, int]
_ANCHORED = frozenset(("match", "fullmatch"))
"""Methods that begin at one place, so that the text before it costs nothing."""

FOREIGN = "\x01"
"""A character that hardly a pattern expects."""
CAPPED = {
    "mingjian.detect.model.tensorflow_graph.<genexpr>": "fullmatch on 400 characters of a name",
    "mingjian.detect.privacy.neighbours_en._ALONE_BELOW": "match with an end 120 characters on",
    "mingjian.detect.traffic.features._CHROME": "2,000 characters of a browser's name",
    "mingjian.intake.identify_text._MARKDOWN": "match, once a line; 300 by 200 characters at most",
    "mingjian.intake.unpack.office._STEPS": "fullmatch: no search from every place",
}
"""Patterns that are slow on long texts, and what keeps long texts from them: not measured."""
_PROBES = "a0 Z中-_.:/,'\"(<[{@\n\t=%|、\u00e9、：#&\\*+!?;ａ０"
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_LONG = 8
"""Repeats of fewer rounds than this cannot slow anything down by much."""


@dataclass(slots=True)
class Found:
    """Where a pattern is made (`module.name` or `module.function`), and how it is used."""

    name: str
    anchored: bool = False


def collect() -> dict[Key, Found]:
    """Every pattern by (pattern, flags)."""
    found: dict[Key, Found] = {}
    plain = re._compile  # type: ignore[attr-defined]

    def watched(pattern: Any, flags: Any) -> Any:
        made = plain(pattern, flags)
        frame = sys._getframe(1)
        while (name := frame.f_globals.get("__name__", "")) in ("re", "functools", __name__):
            if frame.f_back is None or name == __name__:
                return made
            frame = frame.f_back
        if name.split(".")[0] == "mingjian":
            where = frame.f_code.co_qualname, frame.f_lineno
            _note(found, made, name, *where)
        return made

    re._compile = watched  # type: ignore[attr-defined]
    try:
        modules = _modules()
        for module in modules:
            _call_makers(module)
    finally:
        re._compile = plain  # type: ignore[attr-defined]
    for module in modules:
        for pattern, flags, line, method in _written(_tree(module.__name__)):
            made = re.compile(pattern, flags)
            key = made.pattern, made.flags
            if key not in found:
                found[key] = Found(f"{module.__name__}:{line}", method in _ANCHORED)
            elif method not in _ANCHORED:
                found[key].anchored = False
    return found


def _note(
    found: dict[Key, Found], made: re.Pattern[Any], module: str, code: str, line: int
) -> None:
    key = made.pattern, made.flags
    if code != "<module>":
        found[key] = Found(f"{module}.{code}")
        return
    name = _assigned(module).get(line, "")
    anchored = bool(name) and _uses(module).get(name, {"search"}) <= _ANCHORED
    if key in found:
        found[key].anchored &= anchored
    else:
        found[key] = Found(f"{module}.{name or line}", anchored)


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(inspect.getfile(sys.modules[module])).read_text("utf-8"))


@functools.cache
def _assigned(module: str) -> dict[int, str]:
    """The name that each line of a module helps to give a value."""
    names: dict[int, str] = {}
    for node in _tree(module).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name):
            names.update(dict.fromkeys(range(node.lineno, (node.end_lineno or 0) + 1), target.id))
    return names


@functools.cache
def _uses(module: str) -> dict[str, set[str]]:
    """The methods called on each private name of a module; "?" for any other use of it."""
    uses: dict[str, set[str]] = {}
    tree = _tree(module)
    called = {
        id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id[0] == "_":
            uses.setdefault(node.id, set()).add(called.get(id(node), "?"))
    return uses


def _modules() -> list[ModuleType]:
    import mingjian

    names = [m.name for m in pkgutil.walk_packages(mingjian.__path__, "mingjian.")]
    return [
        importlib.import_module(name)
        for name in sorted(names)
        if not name.endswith("__main__") and ".migrations." not in name
    ]


def _call_makers(module: ModuleType) -> None:
    """Call the cached functions that need no argument and speak of patterns."""
    for value in list(vars(module).values()):
        made = getattr(value, "__wrapped__", None)
        if not isinstance(value, functools._lru_cache_wrapper) or made is None:
            continue
        if made.__module__ != module.__name__ or not inspect.isfunction(made):
            continue
        if "re" not in made.__code__.co_names:
            continue
        if not inspect.signature(made).parameters:
            value()


def _written(tree: ast.Module) -> Iterator[tuple[str | bytes, int, int, str]]:
    """Patterns written as constants in calls of the functions of `re`."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, given = node.func.value, node.args
        if not (isinstance(owner, ast.Name) and owner.id == "re" and given):
            continue
        first = given[0].value if isinstance(given[0], ast.Constant) else None
        if node.func.attr in ("escape", "compile") or not isinstance(first, str | bytes):
            continue
        flags = 0
        for part in (*given[1:], *(word.value for word in node.keywords)):
            flags |= sum(
                int(getattr(re, name.attr))
                for name in ast.walk(part)
                if isinstance(name, ast.Attribute) and name.attr in re.RegexFlag.__members__
            )
        yield first, flags, node.lineno, node.func.attr


# ---- attacks ----------------------------------------------------------------------------


def attacks(key: Key) -> list[tuple[str, str, str]]:
    """(before, pumped, behind): texts `before + pumped * n + behind` for this pattern."""
    tree = _parser.parse(key[0], key[1])
    made: dict[tuple[str, str, str], None] = {}
    for before, pump in _pumps(list(tree), ""):
        if not pump:
            continue
        made["", pump, FOREIGN] = None
        made[before, pump, FOREIGN] = None
        made["", before + pump, FOREIGN] = None
    return list(made)


def _pumps(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Each long repeat with a text that leads to it, outermost first."""
    for at, (op, value) in enumerate(nodes):
        if op in _REPEATS:
            _least, most, body = value
            if most >= _LONG:
                for pump in _samples(list(body), 2):
                    yield before, pump
            yield from _pumps(list(body), before)
        elif op is _constants.SUBPATTERN:
            yield from _pumps(list(value[-1]), before)
        elif op is _constants.ATOMIC_GROUP:
            yield from _pumps(list(value), before)
        elif op is _constants.BRANCH:
            for branch in value[1]:
                yield from _pumps(list(branch), before)
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _pumps(list(value[1]), before)
        before += next(iter(_samples([nodes[at]], 1)), "")


def _samples(nodes: list[Any], most: int) -> list[str]:
    """Up to `most` texts that these nodes match (what they look at around them left aside)."""
    made = [""]
    for op, value in nodes:
        pieces = _pieces(op, value, most)
        made = [left + right for left in made for right in pieces][:most]
    return made


def _pieces(op: Any, value: Any, most: int) -> list[str]:
    if op is _constants.LITERAL:
        return [chr(value)]
    if op is _constants.NOT_LITERAL:
        return [c for c in _PROBES if ord(c) != value][:most]
    if op is _constants.ANY:
        return ["a"]
    if op is _constants.IN:
        return _members(value, most)
    if op is _constants.CATEGORY:
        return _members([(op, value)], most)
    if op in _REPEATS:
        least, upmost, body = value
        rounds = max(1, min(least, 40)) if upmost else 0
        return [piece * rounds for piece in _samples(list(body), most)]
    if op is _constants.SUBPATTERN:
        return _samples(list(value[-1]), most)
    if op is _constants.ATOMIC_GROUP:
        return _samples(list(value), most)
    if op is _constants.BRANCH:
        pieces = [piece for branch in value[1][:40] for piece in _samples(list(branch), 1)]
        return list(dict.fromkeys(pieces))[:most] or [""]
    return [""]


@functools.cache
def _one(members: tuple[Any, ...]) -> re.Pattern[str]:
    state = _parser.State()
    state.str = ""
    tree = _parser.SubPattern(state, [(_constants.IN, list(members))])
    return _compiler.compile(tree)  # type: ignore[no-any-return]


def _members(members: list[Any], most: int) -> list[str]:
    matcher = _one(tuple(members))
    found = [c for c in _PROBES if matcher.match(c)]
    for op, value in members:
        if op is _constants.LITERAL:
            found.append(chr(value))
        elif op is _constants.RANGE:
            found.append(chr(value[0]))
    good = [c for c in dict.fromkeys(found) if matcher.match(c)]
    return good[:most] or [""]


# ---- measuring --------------------------------------------------------------------------

SHORT, LONG = 4_000, 16_000
"""Characters of the two texts whose times are compared."""
_STEEP = 8.0
"""LONG is 4 times SHORT: a linear pattern takes 4 times as long on it, a square one 16 times."""
_SUSPECT = 6.0
"""So steep at first sight is looked at again."""
_WORTH_A_LOOK = 0.004
_HOPELESS = 0.4
"""CPU seconds for SHORT that no linear pattern takes: exponential, or nearly so."""


class _Out(Exception):
    """The interval timer has run out."""


def _ring(*_: object) -> None:
    raise _Out


def seconds(pattern: re.Pattern[Any], text: str, *, anchored: bool, limit: float) -> float:
    """CPU seconds (not wall time: CI is slow and shared) to search `text`, `limit` at most."""
    given: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, limit)
        if anchored:
            pattern.match(given)
            pattern.fullmatch(given)
        else:
            for _ in pattern.finditer(given):
                pass
        signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - start
    except _Out:
        took = limit
    return took


def convicted(key: Key, *, anchored: bool) -> str | None:
    """Which text slows this pattern down more than its length explains, and how much."""
    pattern = re.compile(key[0], key[1])
    signal.signal(signal.SIGPROF, _ring)
    for before, pump, behind in attacks(key):
        what = f"{before[:24]!r} + {pump[:24]!r} * n + {behind!r}"

        def least(size: int, times: int, limit: float) -> float:
            text = before + pump * (size // len(pump)) + behind  # noqa: B023
            return min(seconds(pattern, text, anchored=anchored, limit=limit) for _ in range(times))

        short = least(SHORT, 1, _HOPELESS)
        if short >= _HOPELESS:
            return f"{short:.2f} s for {SHORT} characters of {what}"
        if short < _WORTH_A_LOOK or (short := least(SHORT, 2, _HOPELESS)) < _WORTH_A_LOOK:
            continue
        if least(LONG, 1, short * _STEEP) < short * _SUSPECT:
            continue
        # Once more and in turns: a core is half as fast while its sister works.
        longs = []
        for _ in range(3):
            short = max(min(short, least(SHORT, 1, _HOPELESS)), 1e-4)
            longs.append(least(LONG, 1, short * _STEEP))
        if min(longs) >= short * _STEEP:
            return f"more than {_STEEP:.0f} times as long for {LONG // SHORT} times {what}"
    return None


def main() -> None:
    """Print the patterns that were looked at, and for those convicted what slows them down."""
    found = collect()
    slow: dict[str, list[str]] = {}
    suspects = [
        (key, made)
        for key, made in found.items()
        if made.name not in CAPPED and convicted(key, anchored=made.anchored) is not None
    ]
    for key, made in suspects:  # heard again: a busy machine can make one look guilty once
        verdict = convicted(key, anchored=made.anchored)
        if verdict is not None:
            slow.setdefault(made.name, []).append(verdict)
    names = sorted({made.name for made in found.values()})
    print(json.dumps({"patterns": len(found), "names": names, "slow": slow}, ensure_ascii=False))


if __name__ == "__main__":
    main()
