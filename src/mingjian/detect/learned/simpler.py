"""Traditional Chinese characters and the simplified form of each, one for one."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files


@cache
def simplified_forms() -> dict[int, int]:
    """By the code of each traditional character the code of its simplified form."""
    data = json.loads(files(__package__).joinpath("traditional.json").read_text("utf-8"))
    pairs = zip("".join(data["traditional"]), "".join(data["simplified"]), strict=True)
    return {ord(old): ord(new) for old, new in pairs}


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, simplified_forms()))}]")


def simpler(text: str) -> str:
    """`text` in simplified characters; none changes its place."""
    if text.isascii() or not _traditional().search(text):
        return text
    return text.translate(simplified_forms())
