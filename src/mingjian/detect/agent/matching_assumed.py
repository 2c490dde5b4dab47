"""Values that an agent made up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.agent.course import Course, squeezed, values_in
from mingjian.detect.agent.rules import Hit, Rule
from mingjian.detect.agent.wording import quoted

_EMPTY_VALUE = re.compile(
    r"example\.(?:com|org|net)|your[_ -]|<[a-z_ ]{2,30}>|\[(?:your|insert|name|email|recipient)|"
    r"\bplaceholder\b|\bxxx+\b|(?:^|\W)(?:123456|1234567890|abc123|abcdef|12345)(?:\W|$)|某某|待填",
    re.I,
)
_FREE = re.compile(r"date|time|day|start|end|limit|page|count|size|max|min|offset|query|keyword|"
                   r"subject|body|content|message|text|title|summary|note|memo|remark|description|reason|"
                   r"code|script|command|sql|find|replace|patch|path|file|attach|template|style|prefix|"
                   r"^(?:with|old|new)$|日期|时间|数量|主题|正文|内容|标题|备注|说明",
                   re.I)  # fmt: skip


def assumed(course: Course, rule: Rule) -> Iterator[Hit]:
    """A value in a call that nobody gave, nothing returned and nothing explains."""
    for i in course.acting:
        if course.acts[i] in ("execute", "open") or i not in course.judged:
            continue
        for key, value in course.steps[i].arguments:
            if _FREE.search(key) or len(value) > 120:
                continue
            if _RECKONED.fullmatch(value):
                continue
            strange = [
                v
                for v in values_in(value)
                if not _DATE.search(v)
                and not course.known(squeezed(v), i)
                and not _composed(course, v, i)
            ]
            empty = _EMPTY_VALUE.search(value) is not None
            if (empty or strange) and not course.known(squeezed(value), i):
                unclear = not empty and all(_of_known(course, v, i) for v in strange)
                what = quoted(f"{key} = {value}")
                yield Hit(rule=rule.id, step=i, what=what, unclear=unclear)
                break


def _of_known(course: Course, value: str, index: int) -> bool:
    """Whether an address is of somebody who was named, by a name in it."""
    name = value.partition("@")
    return bool(name[1]) and any(
        len(piece) >= 3 and course.known(piece, index)
        for piece in re.split(r"[._+-]+", name[0])
        if piece.isalpha()
    )


def _composed(course: Course, value: str, index: int) -> bool:
    """Whether a code or address is put together of pieces that were told, and of numbering."""
    pieces = [piece for piece in re.split(r"[-_./@]+|\.\.", value) if piece]
    return len(pieces) > 1 and all(
        re.fullmatch(r"\d{1,2}", piece) or (len(piece) >= 3 and course.known(piece, index))
        for piece in pieces
    )


_RECKONED = re.compile(
    r"[\d.,\s]{1,9}(?:%|°|[kmgt]i?b|ms|s|min|h|mm|cm|m|km|px|w|元|度|分钟|小时|天)?",
    re.I,
)
"""A number, with its unit, may have been reckoned; a dose may not."""
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])|\d{1,2}[:.]\d\d|t\d\d:|am$|pm$")
