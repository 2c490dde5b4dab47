"""Every fixed sentence about coming in, accounts and evidence coming in, in both languages."""

from __future__ import annotations

from mingjian.domain.message import Message

_IN: dict[str, Message] = {
    "sign_in": Message("登录", "Sign in"),
    "sign_out": Message("退出登录", "Sign out"),
    "account_name": Message("账户名", "Name"),
    "password": Message("密码", "Password"),
    "password_new": Message("新密码", "New password"),
    "password_again": Message("再输入一次", "The same again"),
    "password_old": Message("当前密码", "Present password"),
    "password_hint": Message(
        "至少 12 个字符。几个不相干的词连起来就好记又够长。",
        "At least 12 characters. A few unrelated words are long enough and easy to remember.",
    ),
    "sign_in_how": Message(
        "没有账户或忘记密码：请管理员给您一次性链接；管理员自己可在服务器上运行",
        "No account, or a forgotten password: ask an admin for a one-time link; an admin can run "
        "on the server",
    ),
    "welcome": Message("设置密码", "Set your password"),
    "welcome_why": Message(
        "这是一次性链接。设好密码即登录，链接随即失效；以后用账户名和密码登录。",
        "This is a one-time link. Setting the password signs you in and spends the link; from then "
        "on sign in with name and password.",
    ),
    "set_password": Message("设置密码并登录", "Set it and sign in"),
    "you": Message("我的账户", "Your account"),
    "acting_as": Message("当前角色", "Acting as"),
    "change_role": Message("切换角色", "Change role"),
    "role_note": Message(
        "一个人一次只以一个角色工作；它会写入您所做的每一件事的记录。",
        "A person works in one role at a time; it stands in the record of everything you do.",
    ),
    "change_password": Message("更改密码", "Change password"),
    "change_password_note": Message(
        "更改后您在所有浏览器中的登录都会结束，请用新密码重新登录。",
        "You are then signed out of every browser; sign in again with the new password.",
    ),
    "next": Message("怎么办", "What next"),
}

ENTRY: dict[str, Message] = {**_IN}
