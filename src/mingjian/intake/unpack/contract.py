"""What an unpacker is: a generator of the parts that lie inside one piece of evidence.

    def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]

It gets hostile bytes: it writes no file, runs nothing and never connects. It calls
`budget.member()` before each part and `budget.expand(n)` before it holds n more bytes,
and lets `Refused` propagate. A part too large to hold is given as an iterator of chunks:
those bytes are counted and spooled by `take_in`, so the unpacker does not count them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mingjian.domain.evidence import Content, Derivation, Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPart:
    """Bytes found inside evidence, before they are identified and hashed."""

    content: Content | Iterator[bytes]
    """The bytes; or chunks, read to their end before the next part is asked for. Chunks may
    raise `Refused` where the rest is damaged: what came before is kept, and the reason shown."""
    name: str
    """Name as the evidence gives it; `take_in` makes it safe to show."""
    derivation: Derivation
    declared: EvidenceKind | None = None
    """What the container says the part is, where that should overrule its bytes (a mail's body)."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    """Added to the part's identity: an absolute path, a second entry of the same name …"""


Unpacker = Callable[[Evidence, Budget], Iterator[RawPart | Refusal]]


def check_fits(budget: Budget, count: int) -> None:
    """Raise `Refused` if `count` bytes, as a header claims them, would break the budget.

    Nothing is accounted: a bomb that admits its size is refused and its neighbours are read.
    """
    try:
        budget.expand(count)
    finally:
        budget.expanded -= count


def rest(count: int, refused: Refused) -> Refusal:
    """The one refusal for `count` members that a limit left out."""
    return Refusal(
        what=f"{count} ×",
        why=Message(
            f"另有 {count} 个成员未检验：{refused.why.zh}",
            f"{count} more members were not examined: {refused.why.en}",
        ),
    )


def misleading_name(name: str) -> tuple[Message, ...]:
    """A note where a member's name would write outside the folder it is unpacked to."""
    path = name.replace("\\", "/")
    if not path.startswith("/") and path[1:2] != ":" and ".." not in path.split("/"):
        return ()
    return (
        Message(
            "成员名指向解包目录之外（路径穿越）；内容已按安全名称检验。",
            "The member's name leads outside the folder it is unpacked to (path traversal); "
            "its content was examined under a safe name.",
        ),
    )


SECOND_OF_NAME = Message(
    "压缩包中另有同名成员；不同程序可能打开不同的一个。",
    "Another member has the same name; programs may differ in which one they open.",
)
LINK = Message(
    "符号链接或硬链接，不跟随。",
    "A symbolic or hard link; it is not followed.",
)
DEVICE = Message(
    "设备或管道等特殊文件，没有内容可检验。",
    "A device, pipe or other special file; it has no content to examine.",
)
ENCRYPTED = Message(
    "有密码保护，未解密；内容未检验。",
    "Password protected; not decrypted, so its content was not examined.",
)
