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
from mingjian.intake.limits import Budget


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
