"""Who owed what on a day: the duties of developer, provider, propagator and user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mingjian.domain.message import Message
from mingjian.law.entry import Article, Version
from mingjian.law.library import Library

ROLES = {
    "developer": Message("开发者", "developer"),
    "provider": Message("服务提供者", "provider"),
    "propagator": Message("传播者（平台）", "propagator (platform)"),
    "user": Message("使用者", "user"),
}
"""In the order of the chain, from making to using."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A provision that binds a role. Whether the duty was missed is for a person to find."""

    role: str
    article: Article
    version: Version


def duties(
    library: Library, day: date, jurisdictions: tuple[str, ...] = ("CN", "EU")
) -> Iterator[Duty]:
    """The duties in force on `day`, role by role along the chain."""
    for role in ROLES:
        for article in library.all_articles():
            if role not in article.roles:
                continue
            if library.statutes[article.statute].jurisdiction not in jurisdictions:
                continue
            version = article.on(day)
            if version is not None:
                yield Duty(role=role, article=article, version=version)
