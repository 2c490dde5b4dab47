"""Detector `claim.template`: claims of one skeleton with other places, numbers and names.

A group is of content, never of persons: authors are counted, not shown. News services and
official notices write from templates too; a group is a fact and carries no weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mingjian.detect.claim.moments import shown
from mingjian.detect.claim.posts import Post, Posts, read_posts
from mingjian.detect.claim.recognise import recognise
from mingjian.detect.claim.skeleton import Skeleton, fingerprint, groups, skeleton
from mingjian.detect.claim.wording import KIND, NOT_JUDGED, listed, masked
from mingjian.detect.claim.words import KINDS
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Member, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

FEWEST_POSTS = 3
FEWEST_FILLS = 2
"""Different fills a group must have; the same text again and again is only repeated."""
MOST_GROUPS = 20
_SHOWN_ROWS = 40
_COLUMNS = (
    Message("行", "row"),
    Message("时间", "time"),
    Message("地点", "places"),
    Message("时间字样", "words of time"),
    Message("数字", "numbers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Posts of one skeleton with their fills, in the order of the table."""

    posts: tuple[Post, ...]
    skeletons: tuple[Skeleton, ...]
    kinds: tuple[str, ...]

    @property
    def fills(self) -> int:
        """How many different fills there are."""
        return len({one.fill for one in self.skeletons})


class Template:
    """A fact for each template campaign of claims; quiet where there is none."""

    name: ClassVar[str] = "claim.template"
    version: ClassVar[str] = "2"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.DATASET})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """The groups, largest first, at most `MOST_GROUPS`."""
        data = read_posts(evidence)
        found = campaigns(data.posts)
        if not found:
            return (_none(data),)
        return tuple(_finding(group, data, len(found)) for group in found[:MOST_GROUPS])


def campaigns(posts: Sequence[Post]) -> list[Group]:
    """Groups of at least three posts, at least half of them claims, with different fills."""
    bare = [skeleton(post.text) for post in posts]
    found = []
    for members in groups([fingerprint(one.units) for one in bare]):
        if len(members) < FEWEST_POSTS:
            continue
        counted: Counter[str] = Counter()
        claims = 0
        read: dict[str, tuple[str, ...]] = {}
        for i in members:
            text = posts[i].text
            if text not in read:
                claimed = recognise(text)
                read[text] = claimed.kinds if claimed else ()
            claims += bool(read[text])
            counted.update(read[text])
        group = Group(
            posts=tuple(posts[i] for i in members),
            skeletons=tuple(bare[i] for i in members),
            kinds=tuple(kind for kind in KINDS if 2 * counted[kind] >= claims and counted[kind]),
        )
        if 2 * claims >= len(members) and group.fills >= FEWEST_FILLS:
            found.append(group)
    return found


def _differing(group: Group) -> dict[str, int]:
    """How many different places, times, numbers and names were filled in."""
    values: dict[str, set[str]] = {}
    for one in group.skeletons:
        for kind, text in one.fill:
            values.setdefault(kind, set()).add(text)
    return {kind: len(found) for kind, found in sorted(values.items())}


def _finding(group: Group, data: Posts, total: int) -> Finding:
    differing = _differing(group)
    times = sorted(post.time for post in group.posts if post.time is not None)
    authors = len({post.author for post in group.posts if post.author})
    kinds = listed([KIND[kind] for kind in group.kinds])
    size, fills = len(group.posts), group.fills
    places, numbers = differing.get("place", 0), differing.get("number", 0)
    zh = (
        f"{size} 个帖子是同一段关于{kinds.zh}的说法，只换了填充内容：{fills} 种不同的填法，"
        f"其中地点 {places} 个、数字 {numbers} 个。"
    )
    en = (
        f"{size:,} posts are one text ({kinds.en}) with other fill: {fills:,} different fills, "
        f"{places:,} places and {numbers:,} numbers among them."
    )
    if times:
        zh += f"最早 {shown(times[0])}，最晚 {shown(times[-1])}。"
        en += f" First {shown(times[0])}, last {shown(times[-1])}."
    if authors:
        zh += f"出自 {authors} 个不同的账号标记（只计数，不列出）。"
        en += f" They carry {authors:,} different author marks (counted only)."
    more = _read_of(data, total)
    note = Message(
        "这是内容的分组，不是人的分组；新闻和官方通报也会套用模板。",
        "This groups content, never persons; news and official notices use templates too.",
    )
    return Finding(
        signal="claim.template",
        because=Message(
            f"{zh}{note.zh}{more.zh}{NOT_JUDGED.zh}", f"{en} {note.en}{more.en} {NOT_JUDGED.en}"
        ),
        where=tuple(Member(f"row {post.row}") for post in group.posts[:200]),
        exhibits=(_table(group),),
        details={
            "posts": size,
            "fills": fills,
            "differing": differing,
            "kinds": list(group.kinds),
            "authors": authors,
            "first": shown(times[0]) if times else None,
            "last": shown(times[-1]) if times else None,
            "rows": [post.row for post in group.posts[:1000]],
            "skeleton": masked(group.skeletons[0].text[:300]),
            "groups": total,
            "read": len(data.posts),
            "cut": data.cut,
        },
    )


def _read_of(data: Posts, total: int) -> Message:
    zh = en = ""
    if total > MOST_GROUPS:
        zh += f"共有 {total} 组，只列出最大的 {MOST_GROUPS} 组。"
        en += f" There are {total:,} groups; the {MOST_GROUPS} largest are shown."
    if data.cut:
        zh += f"只读了前 {len(data.posts)} 行。"
        en += f" Only the first {len(data.posts):,} rows were read."
    return Message(zh, en)


def _table(group: Group) -> TableExhibit:
    """The fills side by side, one row for each different fill, names left out."""
    rows: list[tuple[str | Message, ...]] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    for post, one in zip(group.posts, group.skeletons, strict=True):
        if one.fill in seen:
            continue
        seen.add(one.fill)
        cells = [
            masked("; ".join(text for kind, text in one.fill if kind == wanted)[:120])
            for wanted in ("place", "time", "number")
        ]
        rows.append((str(post.row), "" if post.time is None else shown(post.time), *cells))
        if len(rows) >= _SHOWN_ROWS:
            break
    plain = masked(group.skeletons[0].text[:160])
    return TableExhibit(
        title=Message(f"同一段文字的不同填法：{plain}", f"One text, other fill: {plain}"),
        columns=_COLUMNS,
        rows=tuple(rows),
    )


def _none(data: Posts) -> Finding:
    more = _read_of(data, 0)
    return Finding(
        signal="claim.template",
        because=Message(
            f"比较了 {len(data.posts)} 个帖子，没有三个以上是同一段关于险情、疫情、灾情、警情的说法"
            f"而填充不同的。{more.zh}{NOT_JUDGED.zh}",
            f"{len(data.posts):,} posts were compared; no three or more are one claim of a "
            f"situation with other fill.{more.en} {NOT_JUDGED.en}",
        ),
        quiet=True,
        details={"read": len(data.posts), "cut": data.cut},
    )
