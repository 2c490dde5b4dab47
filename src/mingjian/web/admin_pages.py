"""Admin: accounts and who is signed in; what the installation is set to, to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from mingjian.app.access import Role
from mingjian.app.desk import NotThere
from mingjian.app.inspection import detector_rows, settings_rows
from mingjian.app.keeping import ready_workbench
from mingjian.app.visit import Account
from mingjian.casework.case.workflow import workflow
from mingjian.domain.folding import folded
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.page import Asked, Page
from mingjian.web.session import Deed, Given, Shown, Went

RECORD_ROWS = 200


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(one: Account) -> Json:
    return {
        "name": one.name,
        "roles": [str(role) for role in one.roles],
        "disabled": one.disabled,
        "has_password": one.has_password,
        "created": _utc(one.created),
    }


def _accounts(asked: Asked) -> Json:
    return {
        "accounts": [_row(one) for one in asked.accounts.all(asked.actor)],
        "roles": [str(role) for role in Role],
    }


def _account(asked: Asked) -> Json:
    wanted = folded(asked["name"])
    found = [one for one in asked.accounts.all(asked.actor) if folded(one.name) == wanted]
    if not found:
        raise NotThere(
            Message("没有这个账户", "there is no such account"),
            Message("请从账户表打开", "open it from the table of accounts"),
        )
    return {
        "account": _row(found[0]),
        "roles": [str(role) for role in Role],
        "sessions": [row for row in _open(asked) if row["name"] == found[0].name],
    }


def _open(asked: Asked) -> list[Json]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "role": str(one.role),
            "began": _utc(one.began),
            "seen": _utc(one.seen),
            "address": one.address,
            "browser": one.browser,
            "own": one.id == asked.visit.id,
        }
        for one in asked.accounts.sessions(asked.actor)
    ]


def _sessions(asked: Asked) -> Json:
    return {"sessions": _open(asked)}


def _record(asked: Asked) -> Json:
    return {
        "rows": [
            {
                "at": _utc(row.at),
                "what": row.what,
                "name": row.name,
                "address": row.address,
                "by": row.actor,
            }
            for row in asked.accounts.record(asked.actor, RECORD_ROWS)
        ]
    }


def _installation(asked: Asked) -> Json:
    flow = workflow()
    settings = asked.settings
    return {
        "retention": [
            {"class": name, "name": words.as_json(), "years": flow.keep_years[name]}
            for name, words in flow.classes.items()
        ],
        "options": [
            {"detector": detector, "option": option, "value": value}
            for detector, options in sorted(settings.detectors.items())
            for option, value in sorted(options.items())
        ],
        "detectors": [row.as_json() for row in detector_rows(ready_workbench(settings))],
        "switched_off": sorted(settings.disabled_detectors),
        "settings": [
            {"name": name, "value": value, "source": source}
            for name, value, source in settings_rows(settings)
            # The person who asks stands here in place of who is set.
            if name not in ("actor", "role", "detectors", "disabled_detectors")
        ],
    }


# ---- what an admin can do -----------------------------------------------------------------------


def _link(asked: Asked, name: str, link: str) -> Shown:
    address = f"{asked.base}/{asked.language}/enter?token={link}"
    return Shown(
        Message(
            f"给“{name}”的一次性链接（24 小时内有效，只显示这一次）：{address}",
            f"One-time link for “{name}” (good for 24 hours, shown this once): {address}",
        )
    )


def _add(asked: Asked, given: Given) -> Shown:
    name = given["account"]
    return _link(asked, name, asked.accounts.add(asked.actor, name, given.all("role")))


def _reset(asked: Asked, given: Given) -> Shown:
    return _link(asked, asked["name"], asked.accounts.reset(asked.actor, asked["name"]))


def _back(asked: Asked, zh: str, en: str) -> Went:
    return Went(Message(zh, en), "account", {"name": asked["name"]})


def _roles(asked: Asked, given: Given) -> Went:
    asked.accounts.set_roles(asked.actor, asked["name"], given.all("role"))
    return _back(asked, "角色已更改", "the roles are changed")


def _disable(asked: Asked, given: Given) -> Went:
    asked.accounts.set_disabled(asked.actor, asked["name"], True)
    return _back(asked, "账户已停用", "the account is disabled")


def _enable(asked: Asked, given: Given) -> Went:
    asked.accounts.set_disabled(asked.actor, asked["name"], False)
    return _back(asked, "账户可以登录了", "the account may sign in again")


def _revoke(asked: Asked, given: Given) -> Went:
    asked.accounts.revoke(asked.actor, given["session"])
    return Went(Message("已结束该登录", "that session is over"), "sessions")


def _deed(
    name: str, does: Message, do: Callable[[Asked, Given], Went | Shown], *takes: str
) -> Deed:
    return Deed(name=name, does=does, action="account.change", do=do, takes=takes)


ADMIN_TABS = ("admin", "sessions", "sign-ins", "installation")
ADMIN_PAGES = (
    Page(
        name="admin",
        area="admin",
        title=Message("账户", "Accounts"),
        make=_accounts,
        action="account.read",
        deeds=(_deed("add", Message("添加账户", "add an account"), _add, "account", "role"),),
    ),
    Page(
        name="account",
        area="admin",
        title=Message("账户", "Account"),
        make=_account,
        takes=("name",),
        action="account.read",
        deeds=(
            _deed("roles", Message("更改角色", "change the roles"), _roles, "role"),
            _deed("reset", Message("重置密码", "reset the password"), _reset),
            _deed("disable", Message("停用账户", "disable the account"), _disable),
            _deed("enable", Message("重新启用账户", "let the account in again"), _enable),
        ),
    ),
    Page(
        name="sessions",
        area="admin",
        title=Message("现有登录", "Signed in now"),
        make=_sessions,
        action="account.read",
        deeds=(_deed("revoke", Message("结束一个登录", "end a session"), _revoke, "session"),),
    ),
    Page(
        name="sign-ins",
        area="admin",
        title=Message("登录记录", "Record of sign-ins"),
        make=_record,
        action="account.read",
    ),
    Page(
        name="installation",
        area="admin",
        title=Message("本机设置", "Installation"),
        make=_installation,
        action="account.read",
    ),
)
