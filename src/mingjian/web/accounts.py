"""One's own account."""

from __future__ import annotations

from mingjian.app.accounts import SESSION_SECONDS
from mingjian.app.errors import UsageError
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.page import Asked, Page
from mingjian.web.session import Deed, Given, Went


def _me(asked: Asked) -> Json:
    return {
        "name": asked.visit.name,
        "role": str(asked.visit.role),
        "roles": [str(role) for role in asked.visit.roles],
        "hours": round(SESSION_SECONDS / 3600),
    }


def _role(asked: Asked, given: Given) -> Went:
    asked.accounts.act_as(asked.visit, given["role"])
    return Went(Message("角色已切换", "you act in another role now"), "me")


def _password(asked: Asked, given: Given) -> Went:
    if given.raw("password") != given.raw("again"):
        raise UsageError(
            Message("两次输入的新密码不同", "the two new passwords differ"),
            Message("请重新输入", "type them again"),
        )
    asked.accounts.change_password(asked.visit, given.raw("old"), given.raw("password"))
    return Went(Message("密码已更改，请重新登录", "changed: sign in with the new one"), "desk")


ACCOUNT_PAGES = (
    Page(
        name="me",
        area="me",
        title=Message("我的账户", "Your account"),
        make=_me,
        action="case.list",
        deeds=(
            Deed(
                name="role",
                does=Message("换一个角色工作", "go on in another of one's roles"),
                action="case.list",
                do=_role,
                takes=("role",),
            ),
            Deed(
                name="password",
                does=Message("更改密码，并结束全部会话", "change the password and sign out"),
                action="case.list",
                do=_password,
                takes=("old", "password", "again"),
            ),
        ),
    ),
)
