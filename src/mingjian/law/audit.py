"""Is the law data sound? Every reference resolves, dates do not overlap, and what is unverified
is listed by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from mingjian.domain.message import Message
from mingjian.law.coverage import STATES
from mingjian.law.duties import ROLES
from mingjian.law.entry import Article, Conduct, Threshold, Version
from mingjian.law.facts import JURISDICTIONS
from mingjian.law.library import Library
from mingjian.law.official import OfficialText


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    where: str
    what: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """An entry to be checked (待核验): its content, its numbers, or its dates."""

    ref: str
    what: Message
    how: str


def problems(library: Library) -> Iterator[Problem]:
    """All that is wrong in the data itself; empty in a sound release."""
    for article in library.all_articles():
        yield from _article(article, library)
    for conduct in library.conducts.values():
        yield from _conduct(conduct, library)


def _article(article: Article, library: Library) -> Iterator[Problem]:
    where = article.ref
    for earlier in article.replaces:
        if library.article(earlier) is None:
            yield _unresolved(where, earlier)
    for role in set(article.roles) - set(ROLES):
        yield Problem(where=where, what=Message(f"未知的角色 {role}", f"unknown role {role}"))
    ordered = sorted(article.versions, key=lambda item: item.start)
    if list(article.versions) != ordered:
        yield Problem(where=where, what=Message("版本未按日期排列", "versions are out of order"))
    for version in ordered:
        if version.until is not None and version.until < version.start:
            yield Problem(where=where, what=Message("失效早于生效", "it ends before it begins"))
        for band in version.bands:
            for threshold in band.thresholds:
                yield from _threshold(where, threshold, library)
                if not _overlap(version, threshold, library):
                    yield Problem(
                        where=where,
                        what=Message(
                            f"{threshold.source} 与 {version.start} 起的版本不同时有效",
                            f"{threshold.source} was never in force with the version of "
                            f"{version.start}",
                        ),
                    )
    for before, after in pairwise(ordered):
        if before.until is None or before.until >= after.start:
            yield Problem(where=where, what=Message("版本日期重叠", "versions overlap"))
        elif before.until + timedelta(days=1) != after.start:
            yield Problem(
                where=where, what=Message("版本之间有空档", "there is a gap between versions")
            )


def _overlap(version: Version, threshold: Threshold, library: Library) -> bool:
    """Were the numbers' source and the version ever in force together?"""
    source = library.article(threshold.source)
    return source is None or any(
        item.start <= (version.until or date.max) and version.start <= (item.until or date.max)
        for item in source.versions
    )


def _threshold(where: str, threshold: Threshold, library: Library) -> Iterator[Problem]:
    if library.article(threshold.source) is None:
        yield _unresolved(where, threshold.source)
    for kind in (*threshold.at, *threshold.to):
        if kind not in library.counts:
            yield Problem(where=where, what=Message(f"未知的计数 {kind}", f"unknown kind {kind}"))
    for name in (*threshold.given, *threshold.unless):
        if name not in library.circumstances:
            yield Problem(
                where=where, what=Message(f"未知的情节 {name}", f"unknown circumstance {name}")
            )
    for kind, upper in threshold.to.items():
        if upper < threshold.at.get(kind, 0):
            yield Problem(where=where, what=Message("幅度颠倒", "a span runs backwards"))


def _conduct(conduct: Conduct, library: Library) -> Iterator[Problem]:
    where = conduct.id
    for ref in conduct.refs():
        if library.article(ref) is None:
            yield _unresolved(where, ref)
    if str(conduct.category) not in library.categories or conduct.type not in library.types:
        yield Problem(where=where, what=Message("分类不明", "its place is not in the taxonomy"))
    if not conduct.supports or not conduct.missing:
        yield Problem(
            where=where,
            what=Message("缺少支持或待查事项", "what supports it or is missing is not said"),
        )
    for place in conduct.articles:
        if place not in JURISDICTIONS:
            yield Problem(where=where, what=Message("法域不明", f"unknown jurisdiction {place}"))
    for ceiling in conduct.ceilings:
        if ceiling.state not in STATES:
            yield Problem(where=where, what=Message("规制状态不明", "unknown state of coverage"))


def _unresolved(where: str, ref: str) -> Problem:
    return Problem(where=where, what=Message(f"找不到条文 {ref}", f"no such entry: {ref}"))


def unverified(library: Library) -> Iterator[Unverified]:
    """Everything marked 待核验."""
    for article in library.all_articles():
        for version in article.versions:
            if version.checked != "text":
                what = Message(
                    f"{version.start} 起的内容", f"content in force from {version.start}"
                )
                yield Unverified(ref=article.ref, what=what, how=version.checked)
                continue
            loose = {
                threshold.source: threshold.checked
                for band in version.bands
                for threshold in band.thresholds
                if threshold.checked != "text"
            }
            for source, how in loose.items():
                what = Message(f"数额标准（{source}）", f"numbers from {source}")
                yield Unverified(ref=article.ref, what=what, how=how)
            if version.dates_checked != "text":
                what = Message(f"生效日期 {version.start}", f"in force from {version.start}")
                yield Unverified(ref=article.ref, what=what, how=version.dates_checked)


def without_text(library: Library, texts: Mapping[str, OfficialText]) -> Iterator[Problem]:
    """Entries whose official text is not in `texts`, where the statute names one."""
    for statute in library.statutes.values():
        if statute.official is None:
            continue
        text = texts.get(statute.official)
        for article in statute.articles.values():
            if text is None or text.article(article.official_no) is None:
                yield Problem(
                    where=article.ref,
                    what=Message(
                        f"官方文本 {statute.official} 中没有第 {article.official_no} 条",
                        f"no article {article.official_no} in {statute.official}",
                    ),
                )
