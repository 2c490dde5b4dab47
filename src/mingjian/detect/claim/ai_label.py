"""Does a text say at either end that AI made it? A short check of wording.

`label.explicit` is the detector of such labels; this one only lets a finding about a claim say
whether a label stands there.
"""

from __future__ import annotations

import re

WINDOW = 100
"""Characters read at each end."""
_AI = r"(?:人工智能|(?<![A-Za-z])(?:AIGC|AI|ＡＩ)(?![A-Za-z])|大模型)"
_ZH = re.compile(
    rf"{_AI}[^，。！？；\n]{{0,8}}?(?:生成|合成|创作|制作)|(?:生成|合成)[^，。！？；\n]{{0,4}}?{_AI}",
    re.IGNORECASE,
)
_EN = re.compile(
    r"\b(?:ai|artificial intelligence)[ -](?:generated|created|made|synthesi[sz]ed)\b"
    r"|\b(?:generated|created|written|made|produced) (?:by|with|using) (?:an? )?"
    r"(?:ai|artificial intelligence|chatgpt|large language model)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:非|不是|并非|没有|未|无|不得|禁止|\bnot|\bno|n't)[^，。！？；\n]{0,8}$", re.IGNORECASE
)


def ai_label(text: str) -> tuple[int, int] | None:
    """The span of the wording, or None; a denial ("not AI-generated") is no label."""
    body = len(text.rstrip())
    windows = [(0, min(len(text), WINDOW)), (max(0, body - WINDOW), body)]
    for first, last in windows:
        window = text[first:last]
        for pattern in (_ZH, _EN):
            for match in pattern.finditer(window):
                if not _NOT.search(window[max(0, match.start() - 12) : match.start()]):
                    return first + match.start(), first + match.end()
    return None
