"""Who works at the command line: `--as` and `--role`, else the settings.

Both are taken on trust here: whoever can write the database can also name himself anything.
Accounts and roles are enforced where cases are served to others.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, print_json, t

if TYPE_CHECKING:
    from mingjian.app.access import Actor
    from mingjian.app.settings import Settings
    from mingjian.domain.message import Language
    from mingjian.store.store import Store

Name = Annotated[str | None, typer.Option("--as", help=t("以何人的名义", "in whose name you act"))]
RoleName = Annotated[
    str | None, typer.Option("--role", help="examiner | reviewer | lead | auditor | admin")
]


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
def at_work(name: str | None, role: str | None, lang: str | None) -> Iterator[Work]:
    """The store, the person and the settings of one command about kept things."""
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    with opened_store(settings) as store:
        yield Work(store, actor(settings, name, role), settings)


class Work(NamedTuple):
    """What a command about kept things works with."""

    store: Store
    person: Actor
    settings: Settings


Told = tuple[Any, "Callable[[Any, Language], None]"]
"""What a command found, and how that is told to a reader."""


def common(
    name: Name = None, role: RoleName = None, json: AsJson = False, lang: Lang = None
) -> None:
    """The options that every command about kept things ends with."""


def _plain(found: Any) -> Any:
    if isinstance(found, list | tuple):
        return [_plain(each) for each in found]
    return found.as_json() if hasattr(found, "as_json") else found


def command(app: typer.Typer, verb: str, help: str) -> Callable[[Callable[..., Told]], None]:
    """Register `use(work, …) -> (found, tell)` as a command of `app`.

    `--as`, `--role`, `--json` and `--lang` are added to its own parameters. What it found is
    printed as JSON or told by `tell(found, language)`, once the store is closed.
    """

    def register(use: Callable[..., Told]) -> None:
        def run(
            *, name: str | None, role: str | None, json: bool, lang: str | None, **given: Any
        ) -> None:
            with at_work(name, role, lang) as work:
                found, tell = use(work, **given)
            if json:
                print_json(_plain(found))
            else:
                tell(found, work.settings.language)

        app.command(verb, help=help)(taking(run, use, common))

    return register


def taking(run: Callable[..., None], *declared: Callable[..., Any]) -> Callable[..., None]:
    """`run`, with the parameters these functions declare; `work` is none of a command's."""
    taken = [
        each.replace(kind=each.KEYWORD_ONLY)
        for one in declared
        for each in inspect.signature(one, eval_str=True).parameters.values()
        if each.name != "work"
    ]
    run.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in taken}
    return run
