"""A mail read once for all detectors of this folder: fields, words, links, attachments.

Bodies and attachments come from intake's own unpacking, so that a detector sees exactly the
parts an examiner is shown. A bare body is a letter without header: nothing is inferred from
that absence.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.mail.page import Link, read_page
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.links import find_links
from mingjian.intake.unpack import mail, outlook
from mingjian.intake.unpack.mime import decoded_words, read_entity

LONGEST = 60_000
"""Characters of visible words that are measured; the rest of a longer mail is not."""
_MOST_LINKS = 500
_MOST_PARTS = 300


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is no body: its name and declared type as the mail gives them."""

    name: str
    type: str
    start: bytes
    """The first bytes, decoded, to tell what it is."""
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail. `fields` is empty for a bare body."""

    fields: tuple[tuple[str, str], ...]
    subject: str
    body: str
    """Words a reader sees; of HTML and plain alternatives, the longer."""
    text: str
    """Subject and body as measured, at most `LONGEST` characters."""
    hidden: str
    links: tuple[Link, ...]
    forms: tuple[str, ...]
    asks_password: bool
    attachments: tuple[Attachment, ...]
    html: bool

    @property
    def has_headers(self) -> bool:
        return bool(self.fields)

    def first(self, name: str) -> str:
        """The first header field called `name`, decoded; "" where there is none."""
        return next((decoded_words(value) for key, value in self.fields if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


_A_BOX = Message(
    "这是一个邮箱文件；其中每封邮件作为派生材料分别检验。",
    "This is a mailbox; each of its mails is examined on its own as a part.",
)
_NO_WORDS = Message("邮件中没有可供检验的正文。", "The mail has no body that could be examined.")
_DAMAGED = Message("邮件结构损坏，无法读取。", "The mail is damaged and could not be read.")


def read_letter(evidence: Evidence) -> Letter:
    """The letter in a piece of mail evidence; raises the contract's answers where there is none."""
    if evidence.format == "mbox":
        raise NotApplicable(_A_BOX)
    budget = Budget(Limits(), evidence.size)
    fields: tuple[tuple[str, str], ...] = ()
    reader = outlook.unpack if evidence.format == "msg" else mail.unpack
    if evidence.format not in ("msg", "bare-body"):
        view = evidence.content.view()
        fields = read_entity(view, 0, len(view)).fields
    plain: list[str] = []
    pages: list[str] = []
    attached: list[Attachment] = []
    facts: dict[str, str] = {}
    try:
        for number, part in enumerate(reader(evidence, budget)):
            if number >= _MOST_PARTS:
                break
            if isinstance(part, Refusal):
                continue
            content = part.content
            data = (
                bytes(content.view()[: 8 * LONGEST]) if isinstance(content, BytesContent) else b""
            )
            if part.derivation.step == "body":
                text = data.decode("utf-8", "replace")
                facts = facts or dict(part.attributes)
                (pages if part.declared is EvidenceKind.HTML else plain).append(text)
            else:
                kind = part.attributes.get("declared-type", "")
                inline = part.derivation.step == "inline-image"
                attached.append(Attachment(part.name, kind, data[:2048], inline))
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    except Exception:  # hostile bytes in other people's parsers
        raise NotExaminable(_DAMAGED) from None
    if not fields and facts.get("headers") == "present":
        fields = tuple(
            (k, v) for k, v in facts.items() if k in ("from", "to", "reply-to", "sender")
        )
    letter = _letter(fields, facts.get("subject", ""), plain, pages, attached)
    if not (letter.text.strip() or letter.attachments or letter.links):
        raise NotExaminable(_NO_WORDS)
    return letter


def _letter(
    fields: tuple[tuple[str, str], ...],
    subject: str,
    plain: list[str],
    pages: list[str],
    attached: list[Attachment],
) -> Letter:
    words = "\n".join(plain)[:LONGEST]
    read = [read_page(page[: 8 * LONGEST]) for page in pages]
    seen = "\n".join(page.visible for page in read)[:LONGEST]
    body = seen if len(seen.split()) >= len(words.split()) else words
    links = [link for page in read for link in page.links]
    known = {link.target for link in links}
    for found in find_links(body):
        if found.url not in known and len(links) < _MOST_LINKS:
            known.add(found.url)
            links.append(Link(found.url, ""))
    return Letter(
        fields=fields,
        subject=subject,
        body=body,
        text=f"{subject}\n{body}"[:LONGEST] if subject else body,
        hidden="\n".join(page.hidden for page in read)[:LONGEST],
        links=tuple(links[:_MOST_LINKS]),
        forms=tuple(form for page in read for form in page.forms),
        asks_password=any(page.asks_password for page in read),
        attachments=tuple(attached),
        html=bool(pages),
    )
