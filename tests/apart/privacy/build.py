"""Makes `set.jsonl` from the templates: `python build.py`, or `--check` that it is unchanged.

A template is text with slots: ``<<kind.style#key=literal>>``. Style, key and literal are
optional: a key gives the same value again in the same document, a literal is taken as it stands.
`~` before the kind: drawn but not an item (a near miss, a date). `?` before it: neutral, see the
README. ``[[a||b]]`` is a choice. Templates stand in `templates/SOURCE.txt`, each under a
line ``=== N`` where N documents are to be drawn from it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import draw
import numbers_of as numbers

SEED = 20261122
HERE = Path(__file__).parent
SET = HERE / "set.jsonl"
SLOT = re.compile(r"<<([~?]?)(\w+)(?:\.(\w+))?(?:#(\w+))?(?:=([^>]*))?>>")
CHOICE = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*?\|\|(?:(?!\[\[|\]\]).)*?)\]\]", re.DOTALL)

_NAMES = {
    "": draw.name_zh, "plain": draw.name_plain, "rare": draw.name_rare, "en": draw.name_en,
    "compound": draw.name_compound, "capitals": draw.name_capitals, "pinyin": draw.name_pinyin,
    "lastfirst": draw.name_last_first,
    "minority": lambda rng: rng.choice(draw.pools.UYGHUR + draw.pools.OTHER_PEOPLES),
    "transcribed": lambda rng: rng.choice(draw.pools.TRANSCRIBED),
    "spaced": lambda rng: " ".join(draw.name_plain(rng)),
}  # fmt: skip
_ADDRESSES = {
    "": draw.address_zh, "short": draw.address_short, "us": draw.address_us,
    "uk": draw.address_uk, "en": draw.address_en, "other": draw.address_other,
}  # fmt: skip


def value_of(rng: Random, kind: str, style: str) -> str:
    if kind == "name":
        return _NAMES[style](rng)
    if kind == "address":
        return _ADDRESSES[style](rng)
    if kind == "email":
        return draw.email(rng)
    name = f"{kind}_{style}" if style else kind
    if kind == "phone_international" and style:
        name = f"phone_{style}"
    made = getattr(numbers, name)(rng)
    assert isinstance(made, str)
    return made


def _choose(rng: Random, template: str) -> str:
    while CHOICE.search(template):
        template = CHOICE.sub(lambda found: rng.choice(found[1].split("||")), template)
    return template


def render(template: str, rng: Random) -> tuple[str, list[dict[str, object]], list[list[object]]]:
    """Text, items and neutral stretches of one document."""
    template = _choose(rng, template)
    text, at = "", 0
    keyed: dict[str, str] = {}
    items: list[dict[str, object]] = []
    neutral: list[list[object]] = []
    for slot in SLOT.finditer(template):
        mark, kind, style, key, literal = slot.groups(default="")
        text += template[at : slot.start()]
        at = slot.end()
        value = literal or (keyed.get(key) if key else "") or value_of(rng, kind, style)
        if key:
            keyed[key] = value
        start, end = len(text), len(text) + len(value)
        text += value
        if mark == "?":
            neutral.append([kind, start, end])
        elif not mark:
            items.append({"kind": kind, "start": start, "end": end, "value": value})
    return text + template[at:], items, neutral


def halves(stems: list[str]) -> dict[str, str]:
    """The templates of one source, ordered by the hash of their id, fall to the halves in turn.

    All documents of one template stand in the same half.
    """
    ordered = sorted(stems, key=lambda stem: hashlib.sha256(stem.encode()).hexdigest())
    return {stem: ("tune", "report")[place % 2] for place, stem in enumerate(ordered)}


def documents() -> Iterator[dict[str, object]]:
    for file in sorted((HERE / "templates").glob("*.txt")):
        parts = re.split(r"^=== (\d+)\n", file.read_text("utf-8"), flags=re.MULTILINE)
        stems = [f"{file.stem}-{number:02d}" for number in range(1, len(parts) // 2 + 1)]
        half = halves(stems)
        for stem, count, template in zip(stems, parts[1::2], parts[2::2], strict=True):
            for copy in range(int(count)):
                identity = f"{stem}-{copy + 1}"
                text, items, neutral = render(template.rstrip("\n"), Random(f"{SEED}:{identity}"))
                yield {
                    "id": identity, "source": file.stem, "half": half[stem],
                    "text": text, "items": items, "neutral": neutral,
                }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    made = "".join(json.dumps(doc, ensure_ascii=False) + "\n" for doc in documents())
    if check:
        return 0 if SET.read_text("utf-8") == made else 1
    SET.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
