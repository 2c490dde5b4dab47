"""Mass mail in a mailbox: messages of one skeleton with different fill.

Personalised mass mail, written by a template or a language model, keeps its order of words and
changes names, amounts and links. Those are blanked, the rest is compared by shared word runs
(MinHash, banded). A cluster is of content, never of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.learned.min_hash import alike_groups, fingerprints, runs_of
from mingjian.detect.mail.acts import made_alike
from mingjian.detect.mail.letter import read_letter
from mingjian.detect.mail.sender import address_of
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.unpack import mailbox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 2_000
"""Messages compared; the rest of a larger mailbox is not, and the finding says so."""
LARGEST = 1 << 20
SMALLEST = 3
"""Messages that make a cluster."""
ALIKE = 0.5
"""Share of word runs in common (Jaccard, estimated)."""
_BAND, _RUN = 4, 3
_FEWEST_RUNS = 12
_UNIT = re.compile(r"[a-z']+|[\u4e00-\u9fff]|<link>|<mail>")


class Campaign:
    """A fact for each cluster; quiet where there is none."""

    name: ClassVar[str] = "mail.campaign"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MAIL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        pass

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        if evidence.format != "mbox":
            raise NotApplicable(
                Message(
                    "单封邮件无从比较；需要邮箱文件（mbox）。",
                    "A single mail has nothing to be compared with; this needs a mailbox (mbox).",
                )
            )
        numbers, senders, prints, cut = [], [], [], False
        try:
            for number, message in _messages(evidence):
                if number > MOST:
                    cut = True
                    break
                read = _print_of(message)
                if read is not None:
                    numbers.append(number)
                    senders.append(read[0])
                    prints.append(read[1])
        except Refused as refused:
            raise NotExaminable(refused.why) from None
        groups = clusters(prints)
        for group in groups[:20]:
            yield _cluster(
                [numbers[i] for i in group], {senders[i] for i in group if senders[i]}, cut
            )
        if not groups:
            yield _none(len(prints), cut)


def _messages(evidence: Evidence) -> Iterator[tuple[int, Evidence]]:
    number = 0
    for part in mailbox.unpack(evidence, Budget(Limits(), evidence.size)):
        if isinstance(part, Refusal):
            continue
        number += 1
        content = part.content
        if not isinstance(content, BytesContent) or content.size > LARGEST:
            continue  # larger messages are few and no mass mail
        yield (
            number,
            Evidence(
                sha256=evidence.sha256,
                sm3=evidence.sm3,
                size=content.size,
                path=f"{evidence.path}/{part.name}",
                identity=Identity(kind=EvidenceKind.MAIL, format="rfc5322", encoding="utf-8"),
                content=content,
            ),
        )


def _print_of(message: Evidence) -> tuple[str, NDArray[np.uint32]] | None:
    """Sender's domain and fingerprint of one message; None where it is too short."""
    try:
        letter = read_letter(message)
    except (NotApplicable, NotExaminable):
        return None
    found = fingerprint(letter.body)
    return None if found is None else (address_of(letter.first("from")).domain, found)


def fingerprint(text: str) -> NDArray[np.uint32] | None:
    """The MinHash of a text's runs of three words; None for fewer than twelve runs."""
    units = _UNIT.findall(made_alike(text).text[:20_000])
    if len(units) < _FEWEST_RUNS + _RUN - 1:
        return None
    found: NDArray[np.uint32] = fingerprints([runs_of(units, _RUN)])[0]
    return found


def clusters(prints: list[NDArray[np.uint32]]) -> list[list[int]]:
    """Groups of at least three alike fingerprints, the largest first."""
    groups = alike_groups(prints, band=_BAND, alike=ALIKE)
    return [group for group in groups if len(group) >= SMALLEST]


_CUT = (f"只比较了前 {MOST} 封。", f" Only the first {MOST} messages were compared.")


def _cluster(numbers: list[int], senders: set[str], cut: bool) -> Finding:
    more = _CUT if cut else ("", "")
    shown = ", ".join(map(str, numbers[:60])) + (" …" if len(numbers) > 60 else "")
    return Finding(
        signal="mail.campaign",
        because=Message(
            f"有 {len(numbers)} 封邮件骨架相同、填充内容不同，来自 {len(senders)} 个发件域名；"
            f"群发通知和通讯也会如此。{more[0]}",
            f"{len(numbers)} messages share one skeleton with different fill, from {len(senders)} "
            f"sender domains; bulk notices and newsletters do so too.{more[1]}",
        ),
        exhibits=(
            TableExhibit(
                title=Message("同一骨架的邮件", "Messages of one skeleton"),
                columns=(Message("邮件序号", "message numbers"),),
                rows=((shown,),),
            ),
        ),
        details={"messages": numbers[:1000], "senders": len(senders), "cut": cut},
    )


def _none(compared: int, cut: bool) -> Finding:
    more = _CUT if cut else ("", "")
    return Finding(
        signal="mail.campaign",
        because=Message(
            f"比较了 {compared} 封邮件，没有三封以上骨架相同。{more[0]}",
            f"{compared} messages were compared; no three share a skeleton.{more[1]}",
        ),
        quiet=True,
        details={"compared": compared, "cut": cut},
    )
