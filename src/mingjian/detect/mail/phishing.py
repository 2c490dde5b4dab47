"""Whether a mail is phishing, from its words, links, header and parts: one fused measurement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from mingjian.detect.learned import meaning, store
from mingjian.detect.learned.spans import clause
from mingjian.detect.mail.acts import acts
from mingjian.detect.mail.denied import DENIED
from mingjian.detect.mail.features import CALMS
from mingjian.detect.mail.letter import Letter, read_letter
from mingjian.detect.mail.measure import NAME, PACKAGE, Measured, measured, model
from mingjian.detect.mail.proposition import PHISHING
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Exhibit, Finding, TableExhibit, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

_NOTE_FROM = 1.0
"""Measurements below are reported as quiet; only the scale says what they weigh."""
_CLEAR = 1.0
"""A second reading nearer to zero than this is not worth a sentence."""
_EXCERPT = 1_200
_PASSAGE = 90
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?=@)")
_NUMBER = re.compile(r"\d[\d -]{3,30}\d")
_DENIED = Message(
    "说明不索要，或在讲骗子怎么做", "says what is not asked for, or what swindlers do"
)
_ACTS = Message(
    "行为及其原文（号码与邮箱已遮盖）", "Acts and their passages (numbers and mailboxes masked)"
)
_ACT_COLUMNS = (Message("行为", "act"), Message("原文", "passage"))
_SIGNS = Message("邮件结构与来源中的迹象", "Signs in the mail's structure and origin")
_COLUMNS = (Message("迹象", "sign"), Message("所见", "seen"))


class Phishing:
    """One measurement a mail; a bare body is measured by its words and links alone."""

    name: ClassVar[str] = "mail.phishing"
    version: ClassVar[str] = store.version("9", PACKAGE, NAME)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MAIL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (PHISHING,)

    def __init__(self, options: Mapping[str, str]) -> None:
        model()
        store.data(meaning.PACKAGE, meaning.NAME)

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        letter = read_letter(evidence)
        yield _finding(letter, measured(letter))


def _finding(letter: Letter, found: Measured) -> Finding:
    named = {act.id: act.name for act in acts()} | {DENIED: _DENIED}
    asked = [named[id] for id in found.acts if id not in CALMS]
    calm = [named[id] for id in found.acts if id in CALMS]
    against = [sign for sign in found.signs if sign.weight > 0]
    quiet = found.score < _NOTE_FROM
    places = _places(found, letter.text)
    spans = _apart(place for spans in places.values() for place in spans)
    exhibits: list[Exhibit] = []
    if spans:
        start = max(0, spans[0].start - 200)
        text = masked(letter.text[start : start + _EXCERPT])
        marks = tuple(
            TextSpan(s.start - start, s.end - start) for s in spans if s.end - start <= len(text)
        )
        title = Message("主题与正文中的行为", "Acts in subject and text")
        exhibits.append(TextExhibit(title=title, text=text, marks=marks))
        told = tuple(
            (named[id], " ".join(masked(letter.text[s.start : s.end])[:_PASSAGE].split()))
            for id, spans in places.items()
            for s in spans
        )
        exhibits.append(TableExhibit(title=_ACTS, columns=_ACT_COLUMNS, rows=told))
    if found.signs:
        rows = tuple((sign.name, "; ".join(sign.shown)) for sign in found.signs)
        exhibits.append(TableExhibit(title=_SIGNS, columns=_COLUMNS, rows=rows))
    context: dict[str, str | float] = {
        "language": found.tongue,
        "length": float(len(letter.text)),
        "form": "raw" if letter.has_headers else "bare",
    }
    return Finding(
        signal="mail.phishing",
        because=_because(asked, calm, [sign.name for sign in against], found, letter),
        score=round(found.score, 4),
        proposition=PHISHING.id,
        quiet=quiet,
        # Places point into the evidence's own text, which only a plain bare body has.
        where=spans if not letter.has_headers and not letter.html else (),
        exhibits=tuple(exhibits),
        context=context,
        details={
            "acts": sorted(found.acts),
            "signs": {sign.id: list(sign.shown) for sign in found.signs},
            "words": round(found.learnt, 4),
            "read_twice": found.told is not None,
            "headers": "present" if letter.has_headers else "none",
            "veiled_words": found.veiled,
        },
    )


def masked(text: str) -> str:
    """The words as an exhibit may hold them: mailboxes and longer numbers masked, none moved."""
    text = _MAILBOX.sub(lambda box: "*" * len(box[0]), text)
    return _NUMBER.sub(lambda number: number[0][0] + "*" * (len(number[0]) - 1), text)


def _places(found: Measured, text: str) -> dict[str, tuple[TextSpan, ...]]:
    """By act that asks, presses or lures: the clauses that do so, two at most."""
    return {
        id: tuple(dict.fromkeys(TextSpan(*clause(text, s.start, s.end)) for s in spans[:2]))
        for id, spans in found.acts.items()
        if id not in CALMS
    }


def _apart(spans: Iterable[TextSpan]) -> tuple[TextSpan, ...]:
    """The first dozen that do not overlap, in the order of the text."""
    kept: list[TextSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept[:12])


def _because(
    asked: list[Message],
    calm: list[Message],
    signs: list[Message],
    found: Measured,
    letter: Letter,
) -> Message:
    zh, en = [], []
    if asked:
        zh.append("正文" + "、".join(m.zh for m in asked[:6]))
        en.append("the text " + "; ".join(m.en for m in asked[:6]))
    if found.veiled:
        zh.append("有用形似字符或隐形字符拆写的词")
        en.append("words are written with look-alike or invisible characters")
    if signs:
        zh.append("、".join(m.zh for m in signs[:6]))
        en.append("; ".join(m.en for m in signs[:6]))
    if not zh:
        zh.append("未发现索要、催促、威胁、利诱等行为，也未见链接或来源异常")
        en.append("no asking, pressing, threatening or luring was found, and no odd link or origin")
    if calm:
        zh.append("另有寻常之处：" + "、".join(m.zh for m in calm[:4]))
        en.append("there are ordinary traits too: " + "; ".join(m.en for m in calm[:4]))
    if found.told is not None and abs(found.told) >= _CLEAR:
        zh.append(f"通读开头，口吻更接近{'钓鱼' if found.told > 0 else '普通'}邮件")
        kind = "phishing" if found.told > 0 else "ordinary"
        en.append(f"read as a whole, its beginning sounds more like {kind} mail")
    if not letter.has_headers:
        zh.append("没有邮件头，来源未作判断")
        en.append("there are no headers, so nothing is said of its origin")
    text = "; ".join(en)
    return Message("；".join(zh) + "。", text[0].upper() + text[1:] + ".")
