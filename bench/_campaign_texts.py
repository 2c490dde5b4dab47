"""Texts for the bench of campaigns: everyday messages with planted campaigns among them.

What belongs together, the truth, is which template a text was made from. Everyday mass messages
(codes, parcels, banks) have templates too, so their copies belong together as those of a planted
campaign do; chat is made of words at random, so each of it belongs with nothing. Trivial texts
such as "ok" are the same text again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_FILL = re.compile(r"<(\w+)>")
_EITHER = re.compile(r"\{([^{}]*)\}")
HAN = (
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得"
    "就那要下以生会自着去之过家学对可她里后"
)


@dataclass(frozen=True, slots=True)
class Made:
    """One text, the truth it belongs to, and of which kind that is."""

    text: str
    truth: str
    kind: str
    """exact | edited | varied | translated: planted; notice | chat | short: everyday."""


def _sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    at: list[str] = []
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("== "):
            at = found.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            at.append(line)
    return found


@cache
def usual() -> dict[str, list[str]]:
    return _sections("campaigns_usual.txt")


@cache
def words(section: str) -> dict[str, list[str]]:
    return {key: rest.split("|") for key, _, rest in (s.partition(": ") for s in usual()[section])}


def varied(part: str) -> dict[str, list[list[str]]]:
    """The campaigns of `part` ("tune" or "held"): for each sentence the ways to say it."""
    found = {}
    for name, lines in _sections("campaigns_varied.txt").items():
        if name.startswith(part + " "):
            sentences: list[list[str]] = [[]]
            for line in lines:
                if line == "--":
                    sentences.append([])
                else:
                    sentences[-1].append(line)
            found[name] = sentences
    return found


def filled(template: str, draw: random.Random) -> str:
    """The template with words chosen and fill put in."""
    text = _EITHER.sub(lambda match: draw.choice(match[1].split("|")), template)
    return _FILL.sub(lambda match: _fill(match[1], draw), text)


def _fill(kind: str, draw: random.Random) -> str:
    fills = words("fills")
    if kind in fills:
        return draw.choice(fills[kind])
    match kind:
        case "n":
            return str(draw.randrange(10 ** draw.randint(1, 6)))
        case "amount":
            return f"{draw.randrange(5, 90_000) / draw.choice((1, 10, 100)):g}"
        case "time":
            if draw.random() < 0.5:
                return f"{draw.randint(1, 12)}月{draw.randint(1, 28)}日"
            return f"{draw.randint(0, 23)}:{draw.randint(0, 59):02}"
        case "phone":
            return f"1{draw.choice('3578')}{draw.randrange(10**9):09d}"
        case "link":
            host = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(4, 9)))
            return f"http://{host}.example/{draw.randrange(10**5):x}"
        case "card":
            return f"62{draw.randrange(10**15):015d}"
        case "wechat" | "handle":
            return "wx_" + "".join(draw.choices("abcdefghjkmnpq", k=6))
        case _:
            return str(draw.randrange(10**9))


def edited(text: str, draw: random.Random, share: float = 0.1) -> str:
    """A tenth of the characters replaced, doubled, dropped or joined by another."""
    letters = list(text)
    for at in draw.sample(range(len(letters)), max(1, round(len(letters) * share))):
        other = draw.choice(HAN if letters[at] >= "\u3400" else "abcdefghijklmnopqrstuvwxyz ")
        letters[at] = draw.choice((other, other, "", letters[at] + other))
    return "".join(letters)


_ORDERS = (
    ("who", "when", "way", "place", "did", "done", "adj", "what"),
    ("when", "who", "did", "done", "adj", "what", "feel", "topic", "very", "be"),
    ("feel", "who", "did", "adj", "what", "way", "place", "end"),
    ("adj", "what", "who", "when", "did", "done", "topic", "very", "be", "end"),
    ("way", "place", "topic", "very", "be", "who", "did", "adj", "what"),
    ("end", "who", "way", "place", "when", "did", "done", "what"),
)


def chat(draw: random.Random) -> str:
    zh = draw.random() < 0.5
    listed = words("words zh" if zh else "words en")
    said = []
    for _ in range(draw.choice((1, 1, 2, 3))):
        picked = [draw.choice(listed[kind]) for kind in draw.choice(_ORDERS)]
        said.append("".join(picked) if zh else " ".join(picked))
    return ("，" if zh else ", ").join(said)


def bases(count: int, draw: random.Random) -> list[str]:
    """Texts of three sentences, no two with more than one sentence in common."""
    made: list[str] = []
    seen: set[tuple[str, ...]] = set()
    while len(made) < count:
        zh = len(made) % 2 == 0
        picked = draw.sample(usual()["sentences zh" if zh else "sentences en"], 3)
        pairs = {tuple(sorted(pair)) for pair in (picked[:2], picked[1:], picked[::2])}
        if pairs & seen:
            continue
        seen |= pairs
        made.append(("，" if zh else ". ").join(picked) + filled(" <link>", draw))
    return made


def planted(size: int, draw: random.Random, part: str) -> Iterator[Made]:
    """Campaigns that together are about a twelfth of `size` texts."""
    unit = max(size // 1_000_000 * 40, size // 25_000, 1)
    many = max(6, min(60, size // 8_000))
    for number, base in enumerate(bases(2 * many, random.Random(part))):
        kind = "exact" if number < many else "edited"
        for _ in range(8 + draw.randrange(unit * 20)):
            text = edited(base, draw) if kind == "edited" else base
            yield Made(text, f"{kind} {number}", kind)
    for name, sentences in varied(part).items():
        for _ in range(60 + draw.randrange(unit * 60)):
            text = (" " if " en " in name else "").join(
                filled(draw.choice(ways), draw) for ways in sentences
            )
            yield Made(text, name, "varied")
    for number, pair in enumerate("\n".join(usual()["translated"]).split("\n--\n")):
        for text in pair.split("\n"):
            for _ in range(10 + draw.randrange(unit * 4)):
                yield Made(text, f"translated {number}", "translated")


def corpus(size: int, seed: int = 7, part: str = "held") -> list[Made]:
    """`size` texts in the order of arrival."""
    draw = random.Random(seed)
    made = list(planted(size, draw, part))
    notices = [
        (line, f"notice {tongue} {number}")
        for tongue in ("zh", "en")
        for number, line in enumerate(usual()[f"notices {tongue}"])
    ]
    draw.shuffle(notices)
    weights = [1 / (rank + 3) for rank in range(len(notices))]
    while len(made) < size:
        roll = draw.random()
        if roll < 0.55:
            for line, truth in draw.choices(notices, weights, k=20):
                made.append(Made(filled(line, draw), truth, "notice"))
        elif roll < 0.6:
            text = draw.choice(usual()["short"])
            made.append(Made(text, "short " + text, "short"))
        else:
            for _ in range(20):
                made.append(Made(chat(draw), f"chat {len(made)}", "chat"))
    del made[size:]
    draw.shuffle(made)
    return made
