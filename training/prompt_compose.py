"""Documents with something planted in them, and the same kinds of documents without."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from prompt_rows import Row

_LEADS = (
    "", "", "", "", "", "Note: ", "P.S. ", "IMPORTANT: ", "注：", "# ", "// ", "<!-- ",
    "【注意】", "- ",
)  # fmt: skip


def planted(
    documents: Sequence[Row], instructions: Sequence[Row], seed: int, takeover_share: float = 0.4
) -> Iterator[Row]:
    """Each document with one instruction: at its start, at its end, or anywhere between lines,
    sentences or, as a careless program does, in the middle of a word."""
    draw = random.Random(seed)
    pools = {
        (language, attack): [
            r for r in instructions if r.language == language and r.attack == attack
        ]
        for language in ("zh", "en")
        for attack in (True, False)
    }
    for document in documents:
        language = document.language
        if draw.random() < 0.12:
            language = "en" if language == "zh" else "zh"
        pool = pools[language, draw.random() < takeover_share]
        # Our own instructions are few and alpaca's many: draw the kind of source first.
        own = [row for row in pool if row.source.startswith("written")]
        if own and (draw.random() < 0.5 or len(own) == len(pool)):
            pool = own
        said = draw.choice(pool).text
        text = insert(document.text, said, draw)
        yield Row(text, True, document.source, document.language, said)


def insert(text: str, said: str, draw: random.Random) -> str:
    """`said` put somewhere into a text."""
    lead = draw.choice(_LEADS)
    said = lead + said + (" -->" if lead == "<!-- " else "")
    where = draw.random()
    if where < 0.28:
        return f"{said}\n{text}"
    if where < 0.56:
        return f"{text}\n{said}" if draw.random() < 0.7 else f"{text} {said}"
    if where < 0.8:
        lines = text.split("\n")
        at = draw.randint(0, len(lines))
        return "\n".join([*lines[:at], said, *lines[at:]])
    at = draw.randint(0, len(text))
    if where < 0.9:
        stop = max(text.find(". ", at), text.find("。", at))
        at = stop + 1 if stop >= 0 else at
        return f"{text[:at]} {said} {text[at:].lstrip()}"
    return f"{text[:at]}\n{said}\n{text[at:]}"
