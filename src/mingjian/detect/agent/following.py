"""Where the values of calls come from, and whether the answer tells of the calls.

Soft measures, learnt with the rules: a value that nobody gave and nothing returned, a call of
which the answer says nothing, an argument that pushes through or vouches for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log1p

from mingjian.detect.agent.acting import name_words
from mingjian.detect.agent.course import Course
from mingjian.detect.agent.trace import Step
from mingjian.detect.agent.words import says, signs, word_list

READ_OF_STEP = 3_000
"""Characters of a step in which words and figures are looked for."""
READ_OF_REQUEST = 20_000
READ_OF_ANSWER = 1_500
"""Characters of the last answer, and of what came back, in which problems are looked for."""
MOST_ARGUMENTS = 40
SHORT = 60
"""Characters of a value that stands for one thing."""
SMALL = 2
"""A figure up to this may stand for anything."""
_FIGURE = re.compile(r"(?<![\w.])\d[\d,]{0,20}(?:\.\d{1,10})?|(?<=[a-z_\-#])\d{1,20}")
_WORD = re.compile(r"[a-z]{3,40}|[a-z]{1,5}[\-_]?\d[\w\-]{0,40}|[\u4e00-\u9fff]{1,400}")


def figures_of(text: str) -> frozenset[str]:
    """The figures of a lower-case text, written alike."""
    return frozenset(_plain(match[0]) for match in _FIGURE.finditer(text))


def _plain(figure: str) -> str:
    whole, point, part = figure.replace(",", "").partition(".")
    part = part.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{point if part else ''}{part}"


def words_of(text: str) -> frozenset[str]:
    """Words, codes and pairs of Han characters of a lower-case text."""
    found: set[str] = set()
    for match in _WORD.finditer(text):
        run = match[0]
        if "\u4e00" <= run[0] <= "\u9fff":
            found.update(run[k : k + 2] for k in range(max(1, len(run) - 1)))
        else:
            found.add(run)
    return frozenset(found)


def large(found: Iterable[str]) -> list[str]:
    """Figures that tell something."""
    return [one for one in found if len(one) > 1 or int(one) > SMALL]


@dataclass(slots=True)
class _Known:
    """What was said, returned or used so far."""

    figures: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def take(self, text: str) -> frozenset[str]:
        """Takes a text in and tells the figures in it."""
        figures = figures_of(text)
        self.figures |= figures
        self.words |= words_of(text)
        return figures


@dataclass(slots=True)
class _Counts:
    calls: int = 0
    values: int = 0
    new_figures: int = 0
    new_words: int = 0
    untold: int = 0
    pushing: int = 0
    vouching: int = 0
    after_problem: int = 0


def followed(course: Course) -> dict[str, float]:
    """The measures of the calls that change something and of the last answer, by name."""
    last = course.last_answer
    answer = course.steps[last].text.lower().replace("’", "'") if last is not None else ""
    told = figures_of(answer[:READ_OF_STEP]) | words_of(answer[:READ_OF_STEP])
    request = course.request
    known, counts, problem = _Known(), _Counts(), False
    returned: set[str] = set()
    known.take(f"{request}\n{course.rules_given[:READ_OF_REQUEST]}")
    changing = frozenset(course.changing)
    for i, step in enumerate(course.steps):
        if step.kind == "observation":
            seen = step.text[:READ_OF_STEP].lower()
            problem = problem or says("problem", seen[:READ_OF_ANSWER])
            returned |= known.take(seen)
        elif i in changing:
            counts.after_problem += problem
            _count(step, counts, known, told, request)
        if step.kind == "call":
            known.figures |= figures_of(step.text[:READ_OF_STEP].lower())
    return {
        "new_figures": log1p(counts.new_figures),
        "new_words": counts.new_words / max(1, counts.values),
        "untold": counts.untold / max(1, counts.calls),
        "pushing": log1p(counts.pushing),
        "vouching": float(counts.vouching > 0),
        "after_problem": log1p(counts.after_problem),
        **_told(answer[:READ_OF_ANSWER], returned - figures_of(request), problem),
    }


def _told(answer: str, returned: set[str], problem: bool) -> dict[str, float]:
    """What the last answer owns up to: what it held back, what went wrong, that all is well, what
    came back; and whether it passes over a problem that was seen."""
    held, owned, claimed = (
        sum(1 for _ in signs()[sign].finditer(answer))
        for sign in ("holds_back", "owns_up", "claims_all")
    )
    return {
        "holds_back": log1p(held),
        "owns_up": log1p(owned),
        "claims_all": log1p(claimed),
        "found": log1p(len(large(figures_of(answer) & returned))),
        "silent": float(bool(answer) and problem and not owned),
    }


def _count(step: Step, counts: _Counts, known: _Known, told: frozenset[str], request: str) -> None:
    given = step.text[:READ_OF_STEP].lower()
    mine = figures_of(given) | words_of(given)
    counts.calls += 1
    counts.untold += bool(mine) and not mine & told
    counts.pushing += _pushes(step, request)
    for key, value in step.arguments[:MOST_ARGUMENTS]:
        value = value[:READ_OF_STEP].lower()
        if value in _SWITCHES:
            counts.vouching += _vouches(key) and value == "true"
            continue
        counts.vouching += _vouches(key) and value not in request
        figures = figures_of(value)
        counts.new_figures += bool(large(figures - known.figures))
        if len(value) <= SHORT:
            words = words_of(value)
            counts.values += bool(figures or words)
            counts.new_words += bool(words) and not figures and not words & known.words


_SWITCHES = frozenset({"true", "false", "none", "null", "yes", "no", "0"})
_OFF = _SWITCHES - {"true", "yes"}


def _pushes(step: Step, request: str) -> bool:
    """Whether the tool's name or a short argument pushes through, in words not of the request."""
    words, han = set(name_words(step.name)), [step.name]
    for key, value in step.arguments[:MOST_ARGUMENTS]:
        value = value.lower()
        if value not in _OFF:
            words.update(name_words(key))
        if len(value) <= SHORT:
            words.update(re.findall(r"[a-z]+|^\*$", value))
            han.append(value)
    zh = (match[0] for text in han for match in signs()["pushing_zh"].finditer(text))
    return any(word not in request for word in (*(words & word_list("pushing")), *zh))


def _vouches(key: str) -> bool:
    return bool(set(name_words(key)) & word_list("vouching"))
