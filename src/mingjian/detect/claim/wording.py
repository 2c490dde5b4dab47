"""The plain words of the findings about claims, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mingjian.domain.message import Message

KIND: Mapping[str, Message] = {
    "danger": Message("险情", "danger (fire, explosion, collapse, accident)"),
    "epidemic": Message("疫情", "epidemic"),
    "disaster": Message("灾情", "disaster"),
    "police": Message("警情", "a police matter"),
}
ITEM: Mapping[str, Message] = {
    "place": Message("地点", "place"),
    "time": Message("时间", "time"),
    "number": Message("数字", "number"),
    "source": Message("消息来源", "source"),
    "hearsay": Message("未具名的来源", "source without a name"),
    "label": Message("人工智能标识", "AI label"),
    "denial": Message("辟谣字样", "words of denial"),
}
NOT_JUDGED = Message(
    "此处只陈述事实，不判断真假，不计权重。",
    "These are facts only: true or false is not judged, and nothing is weighed.",
)
NO_LABEL = Message(
    "开头和结尾没有发现人工智能标识；没有标识不能证明什么。",
    "No AI label was found at the start or the end; absence proves nothing.",
)
_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９ \-]{5,30}[0-9０-９]")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200}")
_CALLED = re.compile(r"(?<=名叫)[\u4e00-\u9fff]{2,3}|(?<=叫做)[\u4e00-\u9fff]{2,3}")


def masked(text: str) -> str:
    """`text` with telephone, identity and card numbers, mail addresses and names after 名叫 as
    dots, character for character, so that spans keep their place."""
    for pattern in (_LONG_NUMBER, _MAILBOX, _CALLED):
        text = pattern.sub(_dots, text)
    return text


def _dots(match: re.Match[str]) -> str:
    return match[0] if _DATE.match(match[0]) else "•" * len(match[0])


def listed(items: list[Message]) -> Message:
    """``a、b`` and ``a, b``."""
    return Message("、".join(item.zh for item in items), ", ".join(item.en for item in items))
