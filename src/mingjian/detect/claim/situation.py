"""Detector `claim.situation`: a text claims a danger, epidemic, disaster or police situation.

A fact for routing: which of the four, what the text names and what it does not, and whether a
wording that AI made it stands at either end. Never judged true or false, never weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from mingjian.detect.claim.ai_label import ai_label
from mingjian.detect.claim.named import ITEMS
from mingjian.detect.claim.posts import Posts, read_posts
from mingjian.detect.claim.recognise import LONGEST, Claimed, recognise
from mingjian.detect.claim.wording import ITEM, KIND, NO_LABEL, NOT_JUDGED, listed, masked
from mingjian.detect.claim.words import KINDS
from mingjian.detect.contract import NotExaminable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

_SHOWN = 600
"""Characters of a claim in the exhibit."""
_MOST_ROWS = 50
_NO_CLAIM = Finding(
    signal="claim.situation",
    because=Message(
        "没有认出关于险情、疫情、灾情、警情的说法；换一种说法可能认不出。" + NOT_JUDGED.zh,
        "No claim of a danger, epidemic, disaster or police situation was recognised; one in other "
        "words can be missed. " + NOT_JUDGED.en,
    ),
    quiet=True,
    details={"kinds": []},
)


class Situation:
    """Recognises claims of 险情、疫情、灾情、警情 and lists what they name."""

    name: ClassVar[str] = "claim.situation"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.TEXT, EvidenceKind.MESSAGE, EvidenceKind.DIALOGUE, EvidenceKind.DATASET}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """One fact; quiet where no claim was recognised."""
        if evidence.kind == EvidenceKind.DATASET:
            return (_of_posts(read_posts(evidence)),)
        if evidence.text is None:
            raise NotExaminable(
                Message(
                    "文本过大，没有整体解码，未查看。",
                    "The text is too large to be decoded whole and was not read.",
                )
            )
        found = recognise(evidence.text)
        return (_NO_CLAIM if found is None else _of_text(evidence.text, found),)


def _of_text(text: str, found: Claimed) -> Finding:
    named = found.names
    label = ai_label(text)
    said = [
        Message(
            f"{ITEM[item].zh} {len(getattr(named, item))} 处",
            f"{ITEM[item].en} ({len(getattr(named, item))})",
        )
        for item in (*ITEMS, "hearsay")
        if getattr(named, item)
    ]
    kinds, has = listed([KIND[kind] for kind in found.kinds]), listed(said)
    lacks = listed([ITEM[item] for item in named.missing])
    words = [text[slice(*claim.event)] for claim in found.claims]
    quoted = list(dict.fromkeys(words))[:3]
    zh = f"文本中有关于{kinds.zh}的说法（“{'”“'.join(quoted)}”）。"
    en = f"The text claims: {kinds.en} (“{'”, “'.join(quoted)}”)."
    if said:
        zh, en = zh + f"写明：{has.zh}。", en + f" It names: {has.en}."
    if named.missing:
        zh, en = zh + f"没有写明：{lacks.zh}。", en + f" It does not name: {lacks.en}."
    if found.denied:
        zh += "文中另有辟谣字样。"
        en += " The text also holds words of denial."
    if label is None:
        zh, en = zh + NO_LABEL.zh, f"{en} {NO_LABEL.en}"
    else:
        zh += f"有人工智能标识字样“{text[slice(*label)]}”。"
        en += f" A wording that AI made it is present: “{text[slice(*label)]}”."
    if len(text) > LONGEST:
        zh += f"只查看了前 {LONGEST} 个字符。"
        en += f" Only the first {LONGEST:,} characters were read."
    items = list(_items(found, label))
    return Finding(
        signal="claim.situation",
        because=Message(zh + NOT_JUDGED.zh, f"{en} {NOT_JUDGED.en}"),
        where=tuple(TextSpan(start, end) for start, end in sorted({i[1:] for i in items}))[:200],
        exhibits=(_passage(text, found), _table(text, found, label)),
        details={
            "kinds": list(found.kinds),
            "missing": list(named.missing),
            "items": [{"item": item, "start": start, "end": end} for item, start, end in items],
            "denial": bool(found.denied),
            "relay": bool(found.relayed),
            "ai_label": label is not None,
            "read_to": min(len(text), LONGEST),
        },
    )


def _items(found: Claimed, label: tuple[int, int] | None) -> Iterator[tuple[str, int, int]]:
    for claim in found.claims:
        yield (claim.kind, *claim.event)
    for item in (*ITEMS, "hearsay"):
        for span in getattr(found.names, item):
            yield (item, *span)
    for span in found.denied:
        yield ("denial", *span)
    if label is not None:
        yield ("label", *label)


def _passage(text: str, found: Claimed) -> TextExhibit:
    """From the first claim on, with the events marked."""
    start = found.claims[0].sentence[0]
    end = min(len(text), start + _SHOWN)
    return TextExhibit(
        title=Message("说法所在的句子（电话等已遮去）", "Where the claim stands (numbers masked)"),
        text=masked(text[start:end]),
        marks=tuple(
            TextSpan(claim.event[0] - start, claim.event[1] - start)
            for claim in found.claims
            if start <= claim.event[0] and claim.event[1] <= end
        ),
    )


def _table(text: str, found: Claimed, label: tuple[int, int] | None) -> TableExhibit:
    rows: list[tuple[str | Message, ...]] = []
    plain = masked(text[:LONGEST])
    none = Message("没有写明", "not named")
    for item in ITEMS:
        spans = getattr(found.names, item)
        shown = "; ".join(list(dict.fromkeys(plain[start:end] for start, end in spans))[:8])
        if item == "source" and not spans and found.names.hearsay:
            shown_hearsay = "; ".join(plain[start:end] for start, end in found.names.hearsay[:4])
            rows.append((ITEM["hearsay"], shown_hearsay))
        rows.append((ITEM[item], shown or none))
    rows.append(
        (
            ITEM["label"],
            text[slice(*label)]
            if label is not None
            else Message("没有发现；不能证明什么", "none found; absence proves nothing"),
        )
    )
    return TableExhibit(
        title=Message("说法写明了什么", "What the claim names"),
        columns=(Message("项目", "item"), Message("文中字样", "words in the text")),
        rows=tuple(rows),
    )


def _of_posts(data: Posts) -> Finding:
    """How many posts of a data set claim a situation; the first ones are listed by row."""
    counts = dict.fromkeys(KINDS, 0)
    lacking = dict.fromkeys(ITEMS, 0)
    claims = labelled = denied = 0
    rows: list[tuple[str | Message, ...]] = []
    numbers: list[int] = []
    for post in data.posts:
        found = recognise(post.text)
        if found is None:
            continue
        claims += 1
        for kind in found.kinds:
            counts[kind] += 1
        for item in found.names.missing:
            lacking[item] += 1
        labelled += ai_label(post.text) is not None
        denied += bool(found.denied)
        numbers.append(post.row)
        if len(rows) < _MOST_ROWS:
            start, end = found.claims[0].sentence
            missing = [ITEM[item] for item in found.names.missing]
            rows.append(
                (
                    str(post.row),
                    listed([KIND[kind] for kind in found.kinds]),
                    masked(post.text[start : min(end, start + 80)]).strip(),
                    listed(missing) if missing else Message("—（无）", "—"),
                )
            )
    total = len(data.posts)
    cut = Message(
        f"只读了前 {total} 行。" if data.cut else "",
        f" Only the first {total:,} rows were read." if data.cut else "",
    )
    details: dict[str, object] = {
        "posts": total,
        "claims": claims,
        "kinds": {kind: n for kind, n in counts.items() if n},
        "lacking": {item: n for item, n in lacking.items() if n},
        "ai_label": labelled,
        "denial": denied,
        "rows": numbers[:1000],
        "cut": data.cut,
        "broken": data.broken,
    }
    if not claims:
        return Finding(
            signal="claim.situation",
            because=Message(
                f"{total} 个帖子中没有认出关于险情、疫情、灾情、警情的说法。"
                f"{cut.zh}{NOT_JUDGED.zh}",
                f"In {total:,} posts no claim of a danger, epidemic, disaster or police situation "
                f"was recognised.{cut.en} {NOT_JUDGED.en}",
            ),
            quiet=True,
            details=details,
        )
    by_kind = listed(
        [Message(f"{KIND[k].zh} {n} 个", f"{KIND[k].en}: {n:,}") for k, n in counts.items() if n]
    )
    return Finding(
        signal="claim.situation",
        because=Message(
            f"{total} 个帖子中有 {claims} 个含有此类说法：{by_kind.zh}；其中 {lacking['source']} 个"
            f"没有写明来源，{labelled} 个两端有人工智能标识字样（没有标识不能证明什么）。"
            f"{cut.zh}{NOT_JUDGED.zh}",
            f"Of {total:,} posts {claims:,} claim a situation: {by_kind.en}; "
            f"{lacking['source']:,} of them name no source, and {labelled:,} carry a wording that "
            f"AI made them (absence proves nothing).{cut.en} {NOT_JUDGED.en}",
        ),
        exhibits=(
            TableExhibit(
                title=Message(
                    f"含有此类说法的帖子（前 {len(rows)} 个）",
                    f"Posts that claim a situation (the first {len(rows)})",
                ),
                columns=(
                    Message("行", "row"),
                    Message("种类", "kind"),
                    Message("说法（电话等已遮去）", "claim (numbers masked)"),
                    Message("没有写明", "not named"),
                ),
                rows=tuple(rows),
            ),
        ),
        details=details,
    )
