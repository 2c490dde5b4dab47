"""Personal information in text: how much of which kind, and how exposed persons are by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from mingjian.detect.learned import store
from mingjian.detect.privacy.columns import Table
from mingjian.detect.privacy.hit import kinds
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.running_network import MODEL
from mingjian.detect.privacy.scan import scan
from mingjian.detect.privacy.stream import stretches
from mingjian.detect.privacy.tally import CLASSES, Tally
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Exhibit, Finding, TableExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

EXPOSED = PropositionPair(
    id="privacy.exposed",
    h1=Message(
        "该内容中暴露了可识别的自然人的个人信息",
        "the content holds personal information of identifiable natural persons, exposed in it",
    ),
    h2=Message(
        "该内容中没有个人信息，只有形似的号码、单位信息或服务联系方式",
        "the content holds none, only look-alike numbers, organisations' or service contact data",
    ),
)

_NOTHING = Message(
    "未发现自然人的个人信息。未发现不等于没有：未收录的写法会漏检。",
    "No personal information of natural persons was found. That does not prove there is none: "
    "forms that are not covered are missed.",
)
_COLUMNS = (
    Message("种类", "kind"),
    Message("不重复项数", "distinct items"),
    Message("出现次数", "occurrences"),
    Message("脱敏样例", "masked samples"),
    Message("司法解释第五条类别", "class under article 5"),
)
_CHINESE, _LATIN, _HEAD = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]"), 4_096


class PersonalInformation:
    """Finds, counts and classifies personal information; samples are always masked."""

    name: ClassVar[str] = "privacy.personal_information"
    version: ClassVar[str] = store.version("8", __package__, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {
            EvidenceKind.TEXT,
            EvidenceKind.MESSAGE,
            EvidenceKind.DIALOGUE,
            EvidenceKind.PROMPT,
            EvidenceKind.AGENT_TRACE,
            EvidenceKind.WEB_LOG,
            EvidenceKind.DATASET,
        }
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (EXPOSED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        # Opened with the first text: who asks which detectors there are need not wait for it.
        store.data(__package__, MODEL)

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        tally = Tally()
        table: Table | None = None
        length = 0
        chinese = latin = False
        for offset, text in stretches(evidence):
            hits, table = scan(text, table)
            if hits:
                tally.add(hits, text, offset)
            length += len(text)
            chinese = chinese or _CHINESE.search(text, 0, _HEAD) is not None
            latin = latin or _LATIN.search(text, 0, _HEAD) is not None
        tally.finish()
        language = "zh" if chinese else "en" if latin else "none"
        yield _measurement(tally, length, language)
        if any(kinds()[kind].legal_class for kind in tally.distinct):
            yield _count(tally)
            yield _classes(tally)
        if tally.distinct["organisation_code"] or tally.distinct["business_contact"]:
            yield _organisations(tally)


def _measurement(tally: Tally, length: int, language: str) -> Finding:
    score = tally.exposure(length)
    found = {k: n for k, n in tally.distinct.items() if kinds()[k].legal_class is not None}
    context: dict[str, str | float] = {"language": language, "length": float(length)}
    if not found:
        return Finding(
            signal="privacy.exposure",
            because=_NOTHING,
            score=score,
            proposition=EXPOSED.id,
            quiet=True,
            context=context,
            details={"counts": {}},
        )
    named = sorted(found, key=lambda kind: -kinds()[kind].weight * found[kind])[:6]
    zh = "、".join(f"{kinds()[k].name.zh} {found[k]} 项" for k in named)
    en = ", ".join(f"{kinds()[k].name.en}: {found[k]}" for k in named)
    least = ("至少", "at least ") if tally.capped else ("", "")
    return Finding(
        signal="privacy.exposure",
        because=Message(
            f"发现个人信息{least[0]}{sum(found.values())} 项（相同内容只计一次）：{zh}。",
            f"Found {least[1]}{sum(found.values())} items of personal information, "
            f"the same item counted once: {en}.",
        ),
        score=score,
        proposition=EXPOSED.id,
        where=tuple(TextSpan(start, end) for start, end, _ in tally.spans),
        context=context,
        details={
            "counts": dict(sorted(found.items())),
            "occurrences": {k: tally.total[k] for k in sorted(found)},
            "items": [{"kind": k, "start": s, "end": e} for s, e, k in tally.spans],
            "at_least": tally.capped,
        },
    )


def _count(tally: Tally) -> Finding:
    """The table of kinds."""
    classes = read_list("kinds")["classes"]
    rows = []
    for kind in kinds().values():
        if kind.legal_class is None or not tally.distinct[kind.id]:
            continue
        threshold = classes[kind.legal_class]["threshold"]
        legal = Message(f"{threshold}（待核验）", f"{threshold} (not yet verified)")
        rows.append(
            (
                kind.name,
                str(tally.distinct[kind.id]),
                str(tally.total[kind.id]),
                "; ".join(tally.samples.get(kind.id, [])),
                str(threshold) if kind.verified else legal,
            )
        )
    exhibit: Exhibit = TableExhibit(
        title=Message("个人信息分类计数", "Personal information by kind"),
        columns=_COLUMNS,
        rows=tuple(rows),
    )
    return Finding(
        signal="privacy.kinds",
        because=Message(
            f"共有 {len(rows)} 类个人信息，表中列出各类的不重复项数和脱敏样例。",
            f"{len(rows)} kinds of personal information are present; the table gives the distinct "
            "items of each and masked samples.",
        ),
        exhibits=(exhibit,),
        details={"samples": {k: v for k, v in tally.samples.items() if kinds()[k].legal_class}},
    )


def _classes(tally: Tally) -> Finding:
    """Counts against 50, 500 and 5,000, as facts."""
    classes = read_list("kinds")["classes"]
    rows, details, share = [], {}, 0.0
    for name in CLASSES:
        entry = classes[name]
        items, records = tally.items(name), tally.records[name]
        share += items / entry["threshold"]
        rows.append(
            (Message(entry["zh"], entry["en"]), str(items), str(records), str(entry["threshold"]))
        )
        details[name] = {"items": items, "records": records, "threshold": entry["threshold"]}
    least = ("至少 ", "at least ") if tally.capped else ("", "")
    counted = "、".join(f"{details[n]['items']}/{details[n]['threshold']}" for n in CLASSES)
    return Finding(
        signal="privacy.class_counts",
        because=Message(
            f"按法释〔2017〕10号第五条第一款第三至五项分类，"
            f"三类不重复项数与该条数量标准之比为{least[0]}{counted}；"
            "此为计数事实，不评价任何人。信息真伪、是否出售或提供、条数如何认定，"
            "须由办案人员核实。",
            "Sorted by article 5(1) items 3 to 5 of judicial interpretation 2017 No. 10, "
            "distinct items stand at "
            f"{least[1]}{counted.replace('、', ', ')} of the article's numbers. This is a count "
            f"and judges nobody; "
            "whether items are true, were sold or provided, and how they are to be counted, a "
            "person must verify.",
        ),
        exhibits=(
            TableExhibit(
                title=Message("按第五条类别计数", "Counts by class of article 5"),
                columns=(
                    Message("类别", "class"),
                    Message("不重复项数", "distinct items"),
                    Message("不重复记录数", "distinct records"),
                    Message("数量标准", "number in the article"),
                ),
                rows=tuple(rows),
            ),
        ),
        details={
            "classes": details,
            "sum_of_shares": round(share, 4),
            "citation": "ji_personal_info_2017 art. 5(1)(3)-(6), art. 11(3)",
            "unverified_kinds": [
                k
                for k in sorted(tally.distinct)
                if kinds()[k].legal_class and not kinds()[k].verified
            ],
            "at_least": tally.capped,
        },
    )


def _organisations(tally: Tally) -> Finding:
    codes, contacts = tally.distinct["organisation_code"], tally.distinct["business_contact"]
    return Finding(
        signal="privacy.organisations",
        because=Message(
            f"另有单位信息：统一社会信用代码 {codes} 个、单位或服务联系方式 {contacts} 项，"
            f"不计入个人信息。",
            f"There is also information of organisations, not counted as personal: {codes} "
            f"unified social "
            f"credit codes and {contacts} business or service contacts.",
        ),
        quiet=True,
        details={"organisation_code": codes, "business_contact": contacts},
    )
