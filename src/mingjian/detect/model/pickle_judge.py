"""How grave is what a pickle does? Each reason gets a severity from 0 to 10.

0 plain data and listed classes; 1 classes of unknown packages rebuilt in the ordinary way;
2 such classes called; 3 references to code outside the list; 4 unknown functions called;
5 names reached in an unordinary way; 6 unlisted functions of the standard library or a
scientific package called, or a computed thing called; 7 dangerous names imported; 8 dangerous
names reached, state written onto modules; 9 dangerous names called; 10 called with code, a
command or an address in plain sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mingjian.detect.model.allow_list import Ranking, Standing, allow_list, rank
from mingjian.detect.model.code_words import CODE, CODE_OR_ADDRESS
from mingjian.detect.model.pickle_record import MAX_KEPT
from mingjian.detect.model.pickle_values import (
    CALLED,
    MADE,
    NAMED,
    Call,
    Global,
    Pairs,
    Unknown,
    Walk,
    touches_special,
)
from mingjian.detect.model.places import names_file

MAX_DEPTH: Final = 8
MAX_REASONS: Final = 256
_MANY: Final = 200
"""Items of one argument that are looked into; twice as many of all arguments."""
_HARMLESS_CODECS = frozenset({"latin1", "latin-1", "latin_1", "utf-8", "utf8", "ascii"})
_PLAIN, _JUDGED, _UNKNOWN = Standing.PLAIN, Standing.JUDGED, Standing.UNKNOWN
_DANGEROUS: Final = Standing.DANGEROUS
_DANGER: Final = (7.0, 8.0, 9.0)
"""A dangerous name imported, made, called."""
_KINDS: Final = ("names", "makes", "calls")
_FLAWS: Final = {
    "extension": 5.0,
    "name-encoding": 3.0,
    "stack": 2.0,
    "memo": 2.0,
    "memo-size": 3.0,
    "frame": 2.0,
    "limit": 2.0,
    "truncated": 1.0,
    "broken": 1.0,
    "protocol": 1.0,
}


@dataclass(slots=True)
class Reason:
    """One thing the file does, and how grave it is."""

    severity: float
    kind: str
    """calls, makes, names, computed, dynamic, writes, attribute, decodes, or a flaw's kind."""
    offset: int
    subject: Global | None = None
    call: Call | None = None
    text: str = ""
    """An attribute or a passage of an argument, for the sentence."""


def judge(walk: Walk) -> list[Reason]:
    """Every reason above zero, gravest first."""
    reasons: list[Reason] = []
    all_kept = len(walk.calls) < MAX_KEPT
    for found in walk.globals.values():
        if found.plain or found.ranking.standing is _JUDGED:
            continue
        if found.use == NAMED or not all_kept:  # else the call that was kept says more
            reasons.append(_of_global(found, found.use))
    for call in walk.calls:
        reasons += _of_call(call, 0)
        if len(reasons) > MAX_REASONS * 4:
            reasons = _gravest(reasons)
    for opcode, target, what, offset in walk.writes:
        reasons.append(_of_write(opcode, target, what, offset))
    for module, name, offset in walk.dynamic:
        parts = (module, name)
        made = any(isinstance(part, Call) for part in parts)
        severity = 8.0 if made else 6.0 if any(type(p) is Unknown for p in parts) else 5.0
        reasons.append(Reason(severity, "dynamic", offset))
    for flaw in walk.flaws:
        reasons.append(Reason(_FLAWS.get(flaw.kind, 1.0), flaw.kind, flaw.offset))
    return _gravest(reasons)


def _gravest(reasons: list[Reason]) -> list[Reason]:
    kept = [reason for reason in reasons if reason.severity > 0] if reasons else reasons
    if len(kept) > 1:
        kept.sort(key=lambda reason: (-reason.severity, reason.offset))
        del kept[MAX_REASONS:]
    return kept


def _severity(found: Global, use: int) -> float:
    standing = found.ranking.standing
    if standing is _DANGEROUS:
        return _DANGER[use]
    if standing is _PLAIN or standing is _JUDGED:
        return 4.0 if found.ranking.made_only and use == CALLED else 0.0
    return _stranger(found.module, found.name, found.ranking, use)


@lru_cache(maxsize=4096)
def _stranger(module: str, name: str, ranking: Ranking, use: int) -> float:
    """How grave it is to name, make or call what no list knows."""
    if ranking.standing is Standing.UNKNOWN:
        if use == MADE or (use == NAMED and ranking.is_class):
            return 1.0
        if ranking.is_class:
            return 2.0
        verb = allow_list().acts(name.rpartition(".")[2])
        return (6.0 if verb else 4.0) if use == CALLED else 3.0 if verb else 2.0
    science = allow_list().normal(module).partition(".")[0] in allow_list().science
    owner = name.rpartition(".")[0]
    if use == NAMED and owner and rank(module, owner).standing is Standing.PLAIN:
        return 2.0  # a method of a plain type, such as str.lower, named and not called
    if not science:
        return (3.0 if ranking.is_class else 4.0, 5.0, 6.0)[use]
    if use == MADE:
        return 0.0 if allow_list().within_listed(module) else 2.0
    if use == NAMED:
        return 1.0
    return 4.0 if ranking.is_class else 6.0


def _of_global(found: Global, use: int) -> Reason:
    return Reason(_severity(found, use), _KINDS[use], found.offset, found)


def strings_in(value: object) -> list[str]:
    """Strings among call arguments, breadth first and bounded."""
    found: list[str] = []
    queue: list[object] = [value]
    for item in queue:  # grows on the way
        kind = item.__class__
        if kind is str:
            found.append(item[:4096])  # type: ignore[index]
        elif kind is tuple or kind is list or kind is Pairs:
            room = _MANY if len(queue) <= _MANY else max(0, 2 * _MANY - len(queue))
            queue += item[:room]  # type: ignore[index]
        elif kind is bytes:
            found.append(item[:4096].decode("latin-1"))  # type: ignore[index]
        elif kind is Call:
            queue.append(item.args)  # type: ignore[attr-defined]
    return found


def _passage(call: Call, addresses: bool) -> str:
    """The first passage of the arguments that reads like code, a command or an address."""
    search = (CODE_OR_ADDRESS if addresses else CODE).search
    for text in strings_in(call.args):
        match = search(text)
        if match:
            return text[max(0, match.start() - 20) : match.end() + 60]
    return ""


def _of_call(call: Call, depth: int) -> list[Reason]:
    func = call.func
    if depth > MAX_DEPTH:
        return [Reason(6.0, "computed", call.offset, call=call)]
    if type(func) is Global:
        if func.ranking.standing is _JUDGED:
            return list(_of_judged(func, call, depth))
        return [_of_plain_call(func, call)]
    if isinstance(func, Call):
        return [_of_computed(func, call, depth)]
    if isinstance(func, (str, int)):
        return [Reason(3.0, "call-of-constant", call.offset, call=call)]
    return [Reason(6.0 if type(func) is Unknown else 3.0, "computed", call.offset, call=call)]


def _of_plain_call(func: Global, call: Call) -> Reason:
    use = MADE if call.opcode.startswith("NEWOBJ") else CALLED
    severity = _severity(func, use)
    text = ""
    stranger = func.ranking.standing is _UNKNOWN
    if severity > 0 and (use == CALLED or not stranger):
        unknown_class = stranger and func.ranking.is_class
        text = _passage(call, addresses=not unknown_class)
        if text:
            severity = 10.0 if severity >= 9 else max(severity + 1, 6.0 if unknown_class else 7.0)
        elif 4.0 <= severity < 6.0 and not stranger:
            # Constructors of scientific packages that take a file's name open that file.
            text = next(filter(names_file, strings_in(call.args)), "")[:80]
            severity = 6.0 if text else severity
    return Reason(severity, _KINDS[use], call.offset, func, call, text)


def _resolve(value: object, depth: int = 0) -> Global | None:
    """The global a computed callable stands for: ``getattr(cls, 'name')``, ``partial(f)``."""
    if type(value) is Global:
        return value
    if depth > MAX_DEPTH or type(value) is not Call or type(value.func) is not Global:
        return None
    args = value.args if type(value.args) is tuple else ()
    name = value.func.name
    if name == "getattr" and len(args) >= 2 and type(args[1]) is str:
        owner = _resolve(args[0], depth + 1)
        if owner is None:
            return None
        attribute = f"{owner.name}.{args[1][:256]}"
        return Global(owner.module, attribute, value.offset, rank(owner.module, attribute))
    if name == "partial" and args:
        return _resolve(args[0], depth + 1)
    return None


def _of_computed(func: Call, call: Call, depth: int) -> Reason:
    """Calling what another call gave back; ordinary picklers do so for class methods only."""
    if type(func.func) is Global and func.func.ranking.standing is Standing.JUDGED:
        target = _resolve(func)
        if target is not None:
            inner = _of_plain_call(target, Call(target, call.args, call.offset, call.opcode))
            if target.ranking.standing is Standing.UNLISTED and func.func.name == "getattr":
                return Reason(max(inner.severity, 6.0), "calls", call.offset, target, call)
            return inner
        if func.func.name == "methodcaller":
            return Reason(8.0, "computed", call.offset, func.func, call)
        return Reason(7.0, "computed", call.offset, func.func, call)
    subject = func.func if type(func.func) is Global else None
    return Reason(6.0, "computed", call.offset, subject, call)


def _risky_attribute(name: str) -> bool:
    parts = name.split(".")
    return any(
        (part.startswith("__") and part.endswith("__")) or part.strip("_") in allow_list().verbs
        for part in parts
    )


def _of_judged(func: Global, call: Call, depth: int) -> Iterator[Reason]:
    """Names that are plain or not according to what they are given."""
    args = call.args if type(call.args) is tuple else ()
    first = args[0] if args else None
    second = args[1] if len(args) > 1 else None

    def reason(severity: float, kind: str = "attribute", text: str = "") -> Reason:
        return Reason(severity, kind, call.offset, func, call, text)

    match func.name:  # the commonest first
        case "encode":
            if len(args) > 1 and not (type(second) is str and second in _HARMLESS_CODECS):
                yield reason(6.0, "decodes", str(second)[:40])
        case "_reconstructor" | "__newobj__" | "__newobj_ex__":
            for cls in args[:2] if func.name == "_reconstructor" else args[:1]:
                if type(cls) is not Global:
                    yield reason(6.0, "computed")
                elif not cls.plain:
                    yield _of_global(cls, MADE)
        case "getattr":
            if type(second) is not str:
                yield reason(7.0)
            elif _risky_attribute(second):
                yield reason(8.0, text=second[:80])
            else:
                target = _resolve(call)
                yield _of_global(target, NAMED) if target is not None else reason(2.0)
        case "attrgetter" | "methodcaller":
            names = [arg for arg in args[:8] if type(arg) is str]
            risky = not names or any(_risky_attribute(name) for name in names)
            yield reason(7.0 if risky else 3.0, text=", ".join(names)[:80])
        case "partial":
            if type(first) is Call:
                yield from _of_call(Call(first, args[1:], call.offset, "REDUCE"), depth + 1)
        case "iter" | "type":
            yield reason(0.0 if len(args) < 2 else 6.0)
        case "_rebuild_from_type_v2" | "_rebuild_from_type":
            inner = args[2] if len(args) > 2 else ()
            if type(first) is Global and first.ranking.standing is Standing.PLAIN:
                return
            yield from _of_call(Call(first, inner, call.offset, "REDUCE"), depth + 1)
        case "_load_from_bytes":
            yield reason(0.0 if constant_bytes(first) is not None else 7.0, "decodes")
        case "_ufunc_reconstruct":
            target_rank = (
                rank(first, second) if isinstance(first, str) and isinstance(second, str) else None
            )
            own = isinstance(first, str) and first.partition(".")[0] in ("numpy", "scipy")
            dangerous = target_rank is None or target_rank.standing is Standing.DANGEROUS
            yield reason(
                0.0 if own and not dangerous else 8.0, "attribute", f"{first}.{second}"[:80]
            )
        case _:
            yield reason(6.0, "calls")


def constant_bytes(value: object) -> bytes | None:
    """Bytes a value stands for: a constant, or protocol 2's ``_codecs.encode(text, 'latin1')``."""
    if isinstance(value, bytes):
        return value
    if type(value) is Call and type(value.func) is Global and value.func.name == "encode":
        args = value.args
        if type(args) is tuple and args and type(args[0]) is str:
            return args[0].encode("latin-1", "replace")
    return None


def _of_write(opcode: str, target: object, what: object, offset: int) -> Reason:
    """State set on something that this stream did not just make."""
    if type(target) is Global:
        plain_class = target.ranking.standing is Standing.UNKNOWN
        return Reason(7.0 if plain_class else 8.0, "writes", offset, target)
    if type(target) is Call and opcode == "BUILD":
        subject = target.func if type(target.func) is Global else None
        severity = 8.0 if _changes_what_runs(what) else 1.0
        return Reason(severity, "writes", offset, subject)
    return Reason(2.0, "writes", offset)


def _changes_what_runs(state: object) -> bool:
    """A special name is set, or source that a class will execute is not the usual one."""
    if not touches_special(state):
        return False
    usual = allow_list().source_states
    for part in state if type(state) is tuple else (state,):
        if type(part) is Pairs:
            for key, value in zip(part[::2], part[1::2], strict=False):
                if type(key) is str and key in allow_list().special:
                    pattern = usual.get(key)
                    if pattern is None or type(value) is not str or not pattern.fullmatch(value):
                        return True
    return False
