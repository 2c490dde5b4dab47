"""The proposition pair every label bears on. It has no scale: a label is a declaration."""

from __future__ import annotations

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

LABEL_AIGC = PropositionPair(
    id="label.aigc",
    h1=Message(
        "该材料是人工智能生成或合成的内容，如其标识所声明",
        "The item is AI-generated or synthesised content, as its label declares",
    ),
    h2=Message(
        "该材料不是人工智能生成或合成的内容",
        "The item is not AI-generated or synthesised content",
    ),
)
