"""`mingjian account`: who may sign in to the desk, kept on the server itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.person import Name
from mingjian.cli.speak import AsJson, Lang, as_language, out, print_json, t, visible

if TYPE_CHECKING:
    from mingjian.app.access import Actor
    from mingjian.app.accounts import Accounts

app = typer.Typer(
    help=t(
        "桌面的账户：添加、列出、重置密码、停用。",
        "Accounts of the desk: add, list, reset a password, disable.",
    ),
    no_args_is_help=True,
)
DESK = "http://127.0.0.1:8765"
Account = Annotated[str, typer.Argument(help=t("账户名", "the account's name"))]
Desk = Annotated[
    str,
    typer.Option(
        "--desk", help=t("桌面的地址，用于写出链接", "the desk's address, for writing the link")
    ),
]


@contextmanager
def _keeping(name: str | None, lang: str | None) -> Iterator[tuple[Accounts, Actor]]:
    """The accounts, and whoever sits at the server as an admin: who can write the database
    needs no leave."""
    from contextlib import closing

    from mingjian.app.access import Actor, Role
    from mingjian.app.accounts import Accounts
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    with closing(Accounts(settings)) as accounts:
        yield accounts, Actor(name or settings.actor, Role.ADMIN)


def _tell(desk: str, link: str) -> None:
    from mingjian.app.language import default_language

    typer.echo(
        t(
            "一次性链接（24 小时内有效，用于设置密码）：",
            "One-time link (good for 24 hours, to set the password):",
        )
        + f"\n{desk.rstrip('/')}/{default_language()}/enter?token={link}"
    )


@app.command(help=t("添加账户，给出一次性链接。", "Add an account and print its one-time link."))
def add(
    name: Account,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            help=t("角色，可多次给出：", "may be given more than once: ")
            + "examiner | reviewer | lead | auditor | admin",
        ),
    ] = None,
    desk: Desk = DESK,
    as_: Name = None,
    lang: Lang = None,
) -> None:
    with _keeping(as_, lang) as (accounts, actor):
        _tell(desk, accounts.add(actor, name, role or ["examiner"]))


@app.command("list", help=t("列出账户。", "List the accounts."))
def list_(as_json: AsJson = False, lang: Lang = None) -> None:
    from rich.table import Table

    from mingjian.app.language import default_language
    from mingjian.app.visit import role_words

    with _keeping(None, lang) as (accounts, actor):
        rows = accounts.all(actor)
    if as_json:
        print_json(
            [
                {
                    "name": row.name,
                    "roles": [str(role) for role in row.roles],
                    "disabled": row.disabled,
                    "has_password": row.has_password,
                }
                for row in rows
            ]
        )
        return
    table = Table(t("账户", "account"), t("角色", "roles"), t("状态", "state"))
    for row in rows:
        state = t("停用", "disabled") if row.disabled else t("可登录", "may sign in")
        if not row.has_password and not row.disabled:
            state = t("尚未设置密码", "no password yet")
        roles = role_words(row.roles).in_language(default_language())
        table.add_row(visible(row.name), roles, state)
    out().print(table)


@app.command(
    help=t(
        "取消密码与全部登录，给出新的一次性链接。",
        "Take password and sessions away and print a new one-time link.",
    )
)
def reset(name: Account, desk: Desk = DESK, as_: Name = None, lang: Lang = None) -> None:
    with _keeping(as_, lang) as (accounts, actor):
        _tell(desk, accounts.reset(actor, name))


@app.command(help=t("停用账户，立即结束其登录。", "Shut an account out, at once."))
def disable(
    name: Account,
    again: Annotated[bool, typer.Option("--undo", help=t("重新启用", "let it in again"))] = False,
    as_: Name = None,
    lang: Lang = None,
) -> None:
    with _keeping(as_, lang) as (accounts, actor):
        accounts.set_disabled(actor, name, not again)
    typer.echo(t("已重新启用。", "It may sign in again.") if again else t("已停用。", "Disabled."))
