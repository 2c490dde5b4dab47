"""Bounds on hostile input, and the running account that enforces them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mingjian.domain.message import Message

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one item may cost. A breach is a visible refusal; the rest goes on."""

    depth: int = 8
    """Levels of parts below the item."""
    members: int = 5_000
    """Parts of one item, all levels together."""
    expanded_bytes: int = 1024 * MIB
    """Bytes of all parts of one item together."""
    expansion_ratio: int = 200
    """Unpacked to packed size of one item, once `expansion_floor` bytes are out."""
    expansion_floor: int = 16 * MIB
    text_bytes: int = 16 * MIB
    """Larger text is not decoded whole (`Evidence.text` is None) but streamed in blocks."""
    image_pixels: int = 100_000_000
    links: int = 200
    """Links taken out of one piece of evidence as parts."""
    item_seconds: float = 120.0
    """Wall time for one item with all its parts and detectors; enforced by killing the child."""
    detector_seconds: float = 30.0
    memory_bytes: int = 2048 * MIB


class Refused(Exception):
    """A limit was reached, or bytes could not be unpacked; carries the reader's reason."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(slots=True)
class Budget:
    """What is left for one item. Unpackers ask before they produce."""

    limits: Limits
    item_bytes: int
    """Size of the item as taken in, the base of the expansion ratio."""
    members: int = 0
    expanded: int = 0
    started: float = field(default_factory=time.monotonic)

    def member(self) -> None:
        """Count one more part, or raise `Refused`."""
        if self.members >= self.limits.members:
            limit = self.limits.members
            raise Refused(
                Message(f"派生材料数量超过上限（{limit}）", f"more than {limit} parts in one item")
            )
        self.members += 1

    def expand(self, count: int) -> None:
        """Account for `count` more unpacked bytes, or raise `Refused`."""
        self.expanded += count
        if self.expanded > self.limits.expanded_bytes:
            size = self.limits.expanded_bytes // MIB
            raise Refused(
                Message(f"解包总量超过上限（{size} MiB）", f"more than {size} MiB unpacked")
            )
        floor, ratio = self.limits.expansion_floor, self.limits.expansion_ratio
        if self.expanded > floor and self.expanded > ratio * max(self.item_bytes, 1):
            raise Refused(
                Message(
                    f"膨胀比超过上限（{ratio} 倍），疑似压缩炸弹",
                    f"expands more than {ratio} times, like a decompression bomb",
                )
            )
