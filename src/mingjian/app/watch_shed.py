"""Which items are passed over when more wait than may: the one rule, and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from mingjian.domain.message import Message

RULE = Message(
    "积压超出上限时按此规则略过：上限由各来源均分，用不完的让给其余来源；每个来源的份额中，一半留给最新的，"
    "另一半从其余中按编号的散列值均匀抽取。略过的按来源和小时计数，来源仍保有内容的可随后补检。",
    "When more waits than may, items are passed over by this rule: sources share the limit "
    "equally, what one does not need going to the others; of a source's share, half goes to the "
    "newest items and half to an even sample of the rest, drawn by the hash of their keys. What "
    "is passed over is counted by source and hour, and can be examined later where the source "
    "still holds it.",
)


def shares(wanted: Mapping[int, int], room: int) -> dict[int, int]:
    """`room` shared so that nobody could get more without one who has less getting less."""
    given = dict.fromkeys(wanted, 0)
    open_ = sorted(wanted, key=lambda one: (wanted[one], one))
    while open_:
        one = open_.pop(0)
        given[one] = min(wanted[one], room // (len(open_) + 1))
        room -= given[one]
    return given


def passed_over(waiting: Sequence[tuple[int, str]], share: int) -> list[tuple[int, str]]:
    """Of (number, key), oldest first, those that do not get one of `share` places."""
    newest = (share + 1) // 2
    rest = list(waiting[: len(waiting) - newest])
    rest.sort(key=lambda one: hashlib.sha256(one[1].encode("utf-8", "surrogatepass")).digest())
    return sorted(rest[share - newest :])
