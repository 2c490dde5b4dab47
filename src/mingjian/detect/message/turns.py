"""The turns of a conversation: who speaks (as the evidence names them) and which characters.

Known chat exports are read by intake. Beyond those come the forms that tables of calls and
chats hold in one field: `caller: … receiver: …` in one line, JSON lists of turns, and lines that
simply alternate.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.intake.chat import turns as export_turns

LONGEST = 20_000
"""Characters of one evidence that are read; the rest is not measured."""
MOST_TURNS = 300

_EXPORTS = frozenset({"wechat-text", "wechat-csv", "telegram-json", "whatsapp-text"})
_LABEL = re.compile(
    r"(?:(?<=[\s.!?。！？…\"”'\])）】])|\A)"
    r"[\[(（【*]{0,2}((?:(?:Mr|Mrs|Ms|Dr)\. )?[A-Za-z\u4e00-\u9fff][\w'’\- ]{0,22}?)"
    r"[\])）】*]{0,2} ?[:：]\s*\*{0,2}(?![/\d])"
)
_SPEAKER_KEYS = ("speaker", "role", "from", "name", "sender", "author", "user", "side", "who")
_WORD_KEYS = ("text", "content", "utterance", "message", "value", "words", "sentence", "msg")
_LIST_KEYS = ("dialogue", "dialog", "conversation", "conversations", "turns", "messages", "chat")
_FILLED_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn; `start` is its offset in the evidence's text, None where it has none."""

    speaker: str
    text: str
    start: int | None


def spoken(text: str, format_name: str, *, declared: bool) -> list[Spoken]:
    """The turns of `text`, or [] where nothing shows that it is a conversation.

    `declared`: the evidence is called a dialogue; then lines without speakers are turns too.
    """
    if format_name in _EXPORTS:
        found = [
            Spoken(turn.sender[:40], turn.text, turn.start)
            for turn in export_turns(text[: 20 * LONGEST], format_name)
        ]
        if found:
            return _bounded(found)
    text = text[:LONGEST]
    if text.lstrip()[:1] in ("[", "{") and (found := list(_from_json(text))):
        return _bounded(found)
    return _bounded(_labelled(text) or (_lines(text) if declared else []))


def _bounded(found: list[Spoken]) -> list[Spoken]:
    kept, total = [], 0
    for turn in found[:MOST_TURNS]:
        words = turn.text[: LONGEST - total]
        if words.strip():
            kept.append(Spoken(turn.speaker, words, turn.start))
        total += len(words)
    return kept


def _labelled(text: str) -> list[Spoken]:
    """Turns that begin with their speaker, on lines of their own or in running text."""
    if text.count(":") + text.count("：") < 2:
        return []
    heads = [(match[1].strip().lower(), match) for match in _LABEL.finditer(text)]
    if len(heads) < 2:
        return []
    counts = Counter(name for name, _ in heads)
    # Where nothing ends the turn before, the label is the last word alone.
    tails = Counter(name.rsplit(" ", 1)[-1] for name, _ in heads)
    told = [name if counts[name] > 1 else name.rsplit(" ", 1)[-1] for name, _ in heads]
    names = {name for name in told if max(counts[name], tails[name]) > 1}
    names |= {name for name in told if any(name in pair and pair & names for pair in _PAIRS)}
    if not names and set(told) in _PAIRS:
        names = set(told)  # two turns, one each
    kept = [(name, match) for name, (_, match) in zip(told, heads, strict=True) if name in names]
    if len(kept) < 2 or len(names) > 8 or kept[0][1].start() > 400:
        return []
    found = []
    for (name, head), after in zip(kept, [*kept[1:], None], strict=True):
        shown = head[1].strip()[-len(name) :]
        end = _head_start(*after) if after else len(text)
        found.append(Spoken(shown[:40], text[head.end() : end].rstrip(), head.end()))
    return found


def _head_start(name: str, head: re.Match[str]) -> int:
    """Where the label itself begins; words of the turn before may have been matched with it."""
    return head.start() if head[1].strip().lower() == name else head.end(1) - len(name)


_PAIRS = [
    {"l", "r"},
    {"left", "right"},
    {"a", "b"},
    {"甲", "乙"},
    {"客服", "用户"},
    {"客服", "客户"},
    {"主叫", "被叫"},
    {"对方", "我"},
    {"caller", "callee"},
    {"caller", "receiver"},
    {"suspect", "innocent"},
    {"scammer", "victim"},
    {"agent", "customer"},
    {"agent", "caller"},
    {"speaker 1", "speaker 2"},
    {"speaker a", "speaker b"},
    {"person a", "person b"},
    {"user", "assistant"},
    {"骗子", "受害人"},
    {"坐席", "客户"},
    {"来电人", "接听人"},
    {"them", "me"},
]


def _from_json(text: str) -> Iterator[Spoken]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        value = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), [])
    for number, turn in enumerate(value if isinstance(value, list) else ()):
        if isinstance(turn, str):
            yield Spoken("AB"[number % 2], turn, None)
        elif isinstance(turn, dict):
            words = next((turn[key] for key in _WORD_KEYS if isinstance(turn.get(key), str)), None)
            if words is None and len(turn) == 1:
                (who, words), *_ = turn.items()
                if isinstance(words, str):
                    yield Spoken(str(who)[:40], words, None)
            elif words is not None:
                who = next((turn[key] for key in _SPEAKER_KEYS if turn.get(key)), "")
                yield Spoken(str(who)[:40], words, None)
        elif isinstance(turn, list) and len(turn) == 2 and all(isinstance(x, str) for x in turn):
            yield Spoken(turn[0][:40], turn[1], None)


def _lines(text: str) -> list[Spoken]:
    found = [Spoken("", match[0], match.start()) for match in _FILLED_LINE.finditer(text)]
    return found if len(found) >= 2 else []
