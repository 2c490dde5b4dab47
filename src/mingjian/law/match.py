"""Facts to suggestions. A suggestion is for a lawyer; it is never a finding of guilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mingjian.domain.message import Message
from mingjian.law.coverage import Coverage, coverage
from mingjian.law.entry import Article, Conduct, Version
from mingjian.law.facts import Facts
from mingjian.law.library import Library, library
from mingjian.law.reach import BandReach, Reach, reach

FOR_A_LAWYER = Message(
    "以下是供法律专业人员参考的建议，不是有罪认定；适用何条、是否构成由有权机关决定。",
    "These are suggestions for a lawyer, never a finding of guilt; which article applies, and "
    "whether it is met, is for the competent authority.",
)
NO_DATE = Message(
    "未给出行为日期：按现行条文列出，有待确认",
    "the date of the act is not given: the newest articles are listed, to be confirmed",
)
STATES: dict[str, Message] = {
    "reached": Message("达到", "reached"),
    "open": Message(
        "没有数额标准，取决于要件能否证明",
        "no number; depends on whether its elements are proved",
    ),
    "depends": Message("取决于本省标准", "depends on the province's own number"),
    "below": Message("已知数额、数量未达标准", "the numbers given fall short"),
    "not_enough_facts": Message("事实不足", "not enough facts"),
    "duty": Message("义务或程序条文", "a duty or procedure"),
    "not_in_force": Message("行为发生之日尚未生效或已失效", "not in force on the date of the act"),
}
UNVERIFIED = Message("待核验", "not verified yet")
PROVINCE = Message("本省（自治区、直辖市）的具体数额标准", "the province's own number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One article for one conduct."""

    article: Article
    citation: Message
    version: Version | None
    reach: Reach | None
    state: str
    notes: tuple[Message, ...]
    missing: tuple[tuple[str, Message], ...]

    @property
    def penalty(self) -> Message | None:
        """What the reached band allows."""
        band = self.reach.band if self.reach else None
        return band.band.penalty.words() if band else None

    def as_json(self) -> dict[str, object]:
        version, found = self.version, self.reach
        return {
            "ref": self.article.ref,
            "citation": self.citation.as_json(),
            "name": self.article.name.as_json(),
            "branch": self.article.branch,
            "roles": list(self.article.roles),
            "state": self.state,
            "state_words": STATES[self.state].as_json(),
            "elements": version.elements.as_json() if version else None,
            "in_force": [version.start.isoformat(), str(version.until) if version.until else None]
            if version
            else None,
            "band": _band_json(found.band) if found and found.band else None,
            "may_reach": [_band_json(item) for item in found.may_reach] if found else [],
            "below": [item.why.as_json() for item in found.below] if found else [],
            "missing": [{"name": name, **words.as_json()} for name, words in self.missing],
            "notes": [item.as_json() for item in self.notes],
            "verified": bool(version and version.verified),
            "dates_verified": bool(version and version.dates_checked == "text"),
            "source": version.source if version else None,
        }


def _band_json(found: BandReach) -> dict[str, object]:
    return {
        "index": found.index,
        "label": found.band.label.as_json(),
        "state": found.state,
        "penalty": found.band.penalty.as_json(),
        "penalty_words": found.band.penalty.words().as_json(),
        "because": [
            {
                **reason.why.as_json(),
                "source": reason.threshold.source if reason.threshold else None,
                "verified": reason.threshold is None or reason.threshold.checked == "text",
                "missing": list(reason.missing),
            }
            for reason in found.reasons
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductSuggestion:
    """All that is suggested for one conduct, per jurisdiction, side by side."""

    conduct: Conduct
    coverage: Mapping[str, Coverage]
    articles: Mapping[str, tuple[Suggestion, ...]]

    def as_json(self, shelf: Library) -> dict[str, object]:
        conduct = self.conduct
        return {
            "id": conduct.id,
            "name": conduct.name.as_json(),
            "category": shelf.categories[str(conduct.category)].as_json(),
            "type": shelf.types[conduct.type].as_json(),
            "supports": [item.as_json() for item in conduct.supports],
            "to_establish": [item.as_json() for item in conduct.missing],
            "jurisdictions": {
                place: {
                    "coverage": self.coverage[place].as_json(),
                    "articles": [item.as_json() for item in listed],
                }
                for place, listed in self.articles.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The answer to one set of facts."""

    facts: Facts
    conducts: tuple[ConductSuggestion, ...]

    def as_json(self) -> dict[str, object]:
        day = self.facts.date
        return {
            "note": FOR_A_LAWYER.as_json(),
            "date": day.isoformat() if day else None,
            "undated": None if day else NO_DATE.as_json(),
            "counts": dict(self.facts.counts),
            "circumstances": sorted(self.facts.circumstances),
            "excluded": sorted(self.facts.excluded),
            "conducts": [item.as_json(library()) for item in self.conducts],
        }


def match(facts: Facts, shelf: Library | None = None) -> Suggestions:
    """Suggested articles, bands and coverage for `facts`."""
    shelf = shelf or library()
    return Suggestions(
        facts=facts,
        conducts=tuple(_conduct(shelf.conducts[name], facts, shelf) for name in facts.conducts),
    )


def _conduct(conduct: Conduct, facts: Facts, shelf: Library) -> ConductSuggestion:
    states, listed = {}, {}
    for place in facts.jurisdictions:
        found = [_suggest(ref, facts, shelf) for ref in conduct.articles.get(place, ())]
        criminal = [
            item
            for item in found
            if item.article.branch == "criminal" and item.state in ("reached", "open", "depends")
        ]
        if criminal:
            found = [_steps_back(item, criminal[0]) for item in found]
        listed[place] = tuple(found)
        in_force = [item.article for item in found if item.version is not None]
        states[place] = coverage(conduct, place, facts.date or date.max, in_force)
    return ConductSuggestion(conduct=conduct, coverage=states, articles=listed)


def _suggest(ref: str, facts: Facts, shelf: Library) -> Suggestion:
    day = facts.date or date.max
    found = shelf.in_force(ref, day)
    if found is None:
        article = shelf.article(ref)
        assert article is not None  # the library's own check resolves every reference
        first = article.versions[0].start
        note = Message(f"自 {first} 起施行", f"in force from {first}")
        return Suggestion(
            article=article,
            citation=shelf.citation(ref),
            version=None,
            reach=None,
            state="not_in_force",
            notes=(note,),
            missing=(),
        )
    article, version = found
    outcome = reach(version, facts.for_article(ref, article.ref), shelf)
    missing = [(name, _word(name, shelf)) for name in outcome.missing]
    if facts.date is None:
        missing.insert(0, ("date", Message("行为发生的日期", "the date of the act")))
    return Suggestion(
        article=article,
        citation=shelf.citation(article.ref),
        version=version,
        reach=outcome,
        state=outcome.state,
        notes=tuple(_notes(article, version, outcome, facts, shelf)),
        missing=tuple(missing),
    )


def _word(name: str, shelf: Library) -> Message:
    if name == "province":
        return PROVINCE
    return shelf.counts.get(name) or shelf.circumstances[name]


def _notes(
    article: Article, version: Version, outcome: Reach, facts: Facts, shelf: Library
) -> list[Message]:
    notes = [] if version.note is None else [version.note]
    if article.only_if_no_crime:
        notes.append(Message("尚不构成犯罪时适用", "applies where the act is not a crime"))
    later = [item for item in article.versions if facts.date and item.start > facts.date]
    renewed = [item for item in shelf.successors(article.ref) if not article.on(date.max)]
    if facts.date and (later or renewed):
        newer = renewed[0].ref if renewed else article.ref
        name = shelf.citation(newer)
        notes.append(
            Message(
                f"此后条文已修订（{name.zh}）：修订后处罚较轻的，应核对是否从新（从旧兼从轻）",
                f"changed since ({name.en}): where the newer text is lighter, check whether it "
                "applies to this act",
            )
        )
    used = outcome.band.reasons if outcome.band else ()
    loose = [r.threshold for r in used if r.threshold and r.threshold.checked != "text"]
    if version.checked != "text":
        notes.append(Message("条文内容待核验", "the content of this entry is not verified yet"))
    elif loose:
        name = shelf.citation(loose[0].source)
        notes.append(Message(f"数额标准待核验：{name.zh}", f"number not verified yet: {name.en}"))
    return notes


def _steps_back(item: Suggestion, criminal: Suggestion) -> Suggestion:
    if not item.article.only_if_no_crime or item.version is None:
        return item
    note = Message(
        f"{criminal.citation.zh}的标准已达到或可能达到；认定为犯罪的，本条不再适用",
        f"{criminal.citation.en} is or may be reached; where that is found, this steps back",
    )
    return Suggestion(
        article=item.article,
        citation=item.citation,
        version=item.version,
        reach=item.reach,
        state=item.state,
        notes=(*item.notes, note),
        missing=item.missing,
    )
