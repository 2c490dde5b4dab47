"""Who works at the command line: `--as` and `--role`, else the settings.

Both are taken on trust here: whoever can write the database can also name himself anything.
Accounts and roles are enforced where cases are served to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.speak import as_language, t

if TYPE_CHECKING:
    from mingjian.app.access import Actor
    from mingjian.app.settings import Settings
    from mingjian.store.store import Store

Name = Annotated[str | None, typer.Option("--as", help=t("以何人的名义", "in whose name you act"))]
RoleName = Annotated[
    str | None, typer.Option("--role", help="examiner | reviewer | lead | auditor | admin")
]
Lang = Annotated[str | None, typer.Option("--lang", help="zh | en")]
AsJson = Annotated[bool, typer.Option("--json", help=t("输出 JSON", "print JSON"))]


def actor(settings: Settings, name: str | None, role: str | None) -> Actor:
    """The person named on the command line, else the one of the settings."""
    from mingjian.app.access import Actor, Role
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    wanted = role or settings.role
    if wanted not in {str(known) for known in Role}:
        known = ", ".join(Role)
        raise UsageError(
            Message(f"没有角色 {wanted}", f"there is no role {wanted}"),
            Message(f"可用：{known}", f"there are: {known}"),
        )
    return Actor(name or settings.actor, Role(wanted))


@contextmanager
def at_work(
    name: str | None, role: str | None, lang: str | None
) -> Iterator[tuple[Store, Actor, Settings]]:
    """The store, the person and the settings of one command about cases."""
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    with opened_store(settings) as store:
        yield store, actor(settings, name, role), settings
