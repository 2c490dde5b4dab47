"""What a tool call does, judged by the words of its name and by the command it carries."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

from mingjian.detect.agent.trace import Step
from mingjian.detect.agent.words import acts, nouns, reading, run_arguments, running

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[\u4e00-\u9fff]+")


_BRAND = re.compile(r"GitHub|GitLab|YouTube|PayPal|LinkedIn|WeChat|OneDrive|OpenTable")


def _as_one(match: re.Match[str]) -> str:
    return match[0].capitalize()


@cache
def name_words(name: str) -> tuple[str, ...]:
    """The words of a tool's name, lower case: camelCase, snake_case, dotted; runs of Han."""
    return tuple(part.lower() for part in _PART.findall(_BRAND.sub(_as_one, name[:200])))


@cache
def class_of(name: str) -> str:
    """The class of acts a tool's name tells; `read` for one that only looks, "" for unknown.

    The first telling word decides, so that `SearchDeletedItems` reads and `DeleteSearch` deletes.
    """
    words = name_words(name)
    if not words:
        return ""
    placed = {word: number for number, word in reversed(list(enumerate(words)))}
    best: tuple[float, int, str] | None = None
    for order, act in enumerate(acts().values()):
        for entry in act.tool:
            at = _at(entry, placed, words)
            # Of two classes told at one place, the one with more words, then the riskier, decides.
            if at is not None and (best is None or (at, order - len(entry) * 100) < best[:2]):
                best = (at, order - len(entry) * 100, act.id)
    looks = min((at for word in reading() if (at := _at({word}, placed, words)) is not None),
                default=None)  # fmt: skip
    if looks is not None and (
        best is None or looks < best[0] or (best[1] > -200 and words[int(best[0])] in nouns())
    ):
        return "read"
    if best is None:
        return ""
    if best[2] == "change" and words[int(best[0])] in _LIGHT:
        return _meant(words, placed) or "change"
    return best[2]


_LIGHT = frozenset({"create", "make", "perform", "process", "initiate", "manage", "confirm", "new"})
"""Verbs that leave it to the noun what is done: create_payment, make_transfer."""


def _meant(words: tuple[str, ...], placed: dict[str, int]) -> str:
    """The act that a noun in the name tells."""
    for act in ("pay", "share", "post", "send"):
        for entry in acts()[act].tool:
            if len(entry) == 1 and entry <= nouns() and _at(entry, placed, words) is not None:
                return act
    return ""


def _at(entry: Set[str], placed: dict[str, int], words: tuple[str, ...]) -> float | None:
    """The place of the first of the entry's words, where the name holds all of them."""
    places: list[float] = []
    for word in entry:
        at: float | None = placed.get(word)
        if at is None and "\u4e00" <= word[0] <= "\u9fff":
            # A run of Han characters is one part: how far into it the word stands counts too.
            at = next((n + part.find(word) / 100 for n, part in enumerate(words) if word in part),
                      None)  # fmt: skip
        if at is None:
            return None
        places.append(at)
    return min(places)


def runs(step: Step) -> bool:
    """Whether a call runs a command, code or a query."""
    if any(word in running() for word in name_words(step.name)):
        return True
    # A short "code" is a booking code or a door code.
    return any(
        key.lower() in run_arguments() and re.search(r"\S\s+\S|\(|\n", value) is not None
        for key, value in step.arguments
    )


_BUY = re.compile(
    r"(?:buy now|place (?:your )?order|checkout|confirm (?:payment|purchase)|立即购买|提交订单)",
    re.I,
)


def act_of(step: Step) -> str:
    """The class of acts of a call."""
    if asks_a_person(step.name):
        return "read"
    if runs(step):
        return "execute"
    found = class_of(step.name)
    words = set(name_words(step.name))
    if found == "pay" and words & _HELD_BACK:
        return "change"
    if found in ("send", "post") and "draft" in words and not words & {"send", "publish"}:
        return "change"
    if found in ("", "open") and _BUY.search(step.text[:200]):
        return "pay"
    return found


_HELD_BACK = frozenset({"hold", "freeze", "pause", "block", "stop"})
"""With a noun of payment, words of tools that keep money where it is."""
_PERSON = frozenset({"ask", "confirm", "confirmation", "clarify", "clarification", "approval",
                     "human", "escalate"})  # fmt: skip
_BY_ITSELF = frozenset({"payment", "order", "transfer", "purchase", "delete", "set", "ack",
                        "warning", "override", "skip", "auto"})  # fmt: skip
"""What an agent confirms itself."""
_PERSON_ZH = ("询问", "请示", "审批", "上报", "转人工", "转办", "移交")
_CONCERN = frozenset({"ticket", "case", "call", "chat", "conversation", "thread", "session"})
_HANDED_OVER = frozenset({"transfer", "handover", "handoff", "reassign"})
_RIGHTS = frozenset({"permission", "permissions", "access", "role"})
_SETTLES = frozenset({"approve", "accept", "grant", "deny", "reject", "review"})


@cache
def asks_a_person(name: str) -> bool:
    """Whether a tool asks a person (the user, somebody who approves) instead of acting."""
    words = set(name_words(name))
    if "confirm" in words and words & _BY_ITSELF:
        return False
    if words & _CONCERN and words & _HANDED_OVER:
        return True  # a matter is handed over to a person
    if "request" in words and words & _RIGHTS and not words & _SETTLES:
        return True
    return bool(words & _PERSON) or any(part in name for part in _PERSON_ZH)


def risk_of(act: str) -> int:
    """0 (looks only, or unknown) to 3 (hard to take back)."""
    known = acts().get(act)
    return known.risk if known else 0
