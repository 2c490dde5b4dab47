"""Possessive repeats match as their greedy, atomic form does: `x*+` as `(?>x*)`.

Python 3.11.2 (Debian's) matches some possessive repeats of groups wrongly, later ones do not.
Every pattern of the product that holds one is compared with the same pattern in which each is
written the other way, on texts made of its own pieces; whatever Python runs the tests has to
agree with itself.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from tests.hostile.patterns import Key, collect

TEXTS = 200
"""Texts a pattern is compared on."""
_NOISE = "a0 Z中-_.:/,'\"(<[\n=%、\u00e9：#&\\+aab00  "


def atomic(tree: Any) -> int:
    """Write every possessive repeat of a parsed pattern in its atomic form; how many."""
    count = 0
    for at, (op, value) in enumerate(tree):
        for part in _parts(value):
            count += atomic(part)
        if op is _constants.POSSESSIVE_REPEAT:
            greedy = _parser.SubPattern(tree.state, [(_constants.MAX_REPEAT, value)])
            tree[at] = (_constants.ATOMIC_GROUP, greedy)
            count += 1
    return count


def _parts(value: Any) -> Iterator[Any]:
    """The parsed patterns inside an operation."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _parts(part)


def drawn(tree: Any, draw: random.Random) -> str:
    """A text in the manner of a pattern: near to a match, and often one."""
    made = ""
    for op, value in tree:
        if draw.random() < 0.03:
            made += draw.choice(_NOISE)
        if op is _constants.LITERAL:
            made += chr(value)
        elif op is _constants.IN:
            made += _member(value, draw)
        elif op is _constants.BRANCH:
            made += drawn(draw.choice(value[1]), draw)
        elif op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            least, most, body = value
            rounds = min(least + draw.choice((0, 0, 1, 2, 3)), int(most), least + 3)
            made += "".join(drawn(body, draw) for _ in range(min(rounds, 40)))
        elif op is _constants.ATOMIC_GROUP:
            made += drawn(value, draw)
        elif op is _constants.SUBPATTERN:
            made += drawn(value[-1], draw)
        elif op in (_constants.ANY, _constants.NOT_LITERAL):
            made += draw.choice(_NOISE)
    return made


def _member(members: list[Any], draw: random.Random) -> str:
    op, value = draw.choice(members)
    if op is _constants.LITERAL:
        return chr(value)
    if op is _constants.RANGE:
        return chr(draw.randint(*value))
    return draw.choice(_NOISE)


def differing(key: Key, draw: random.Random) -> str | None:
    """A text on which a pattern and its atomic form differ; None where none was drawn."""
    plain: re.Pattern[Any] = re.compile(key[0], key[1])
    tree = _parser.parse(*key)
    if not atomic(tree):
        return None
    other = _compiler.compile(tree, key[1])
    for number in range(TEXTS):
        text = "".join(drawn(tree, draw) + draw.choice(("", " ", "\n")) for _ in range(3))[:1500]
        if number % 3 == 0 and text:
            at = draw.randrange(len(text))
            text = text[:at] + draw.choice(_NOISE) + text[at + 1 :]
        given: Any = text.encode("latin-1", "replace") if isinstance(key[0], bytes) else text
        ours, theirs = ([m.regs for m in one.finditer(given)] for one in (plain, other))
        if ours != theirs or bool(plain.match(given)) != bool(other.match(given)):
            return text
    return None


def main() -> None:
    draw = random.Random(31)
    found: dict[str, str] = {}
    compared = 0
    for key, where in collect().items():
        told = key[0].decode("latin-1") if isinstance(key[0], bytes) else key[0]
        if re.search(r"[*+?}]\+", told):
            compared += 1
            text = differing(key, draw)
            if text is not None:
                found[where.name] = text[:200]
    json.dump({"compared": compared, "differing": found}, sys.stdout)


def test_possessive_repeats_match_as_atomic_groups() -> None:
    # In a process of its own: the patterns are caught while the modules are imported.
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.test_atomic"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert answer["compared"] > 30
    assert answer["differing"] == {}, "write each repeat of a group as (?>(?:…)*)"


def test_every_possessive_repeat_is_found() -> None:
    tree = _parser.parse(r"(?:a|b)*+(?=c++)|(?:d{2}+e)?+")
    assert atomic(tree) == 4
    other = _compiler.compile(tree)
    assert other.fullmatch("abab") is None
    assert other.match("ababc").span() == (0, 4)


if __name__ == "__main__":
    main()
