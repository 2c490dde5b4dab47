"""An account, a visit, a session: who is at the desk, and in which roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingjian.app.access import ROLE_NAMES, Actor, Role
from mingjian.app.errors import MingjianError, UsageError
from mingjian.domain.message import Message
from mingjian.store.accounts import AccountRow, SessionRow

WRONG = Message("用户名或密码不对", "the name or the password is wrong")
WRONG_NEXT = Message(
    "请再试一次；忘记密码请管理员重置", "try again; an admin can reset a password you forgot"
)
SPENT = Message("这个一次性链接已用过或已过期", "this one-time link was used already or is too old")
SPENT_NEXT = Message(
    "请管理员给新的链接，或在服务器上运行 mingjian account reset",
    "ask an admin for a new one, or run mingjian account reset on the server",
)


class Refused(MingjianError):
    """Not let in."""

    exit_code = 2


class TooManyTries(Refused):
    """Too many wrong passwords: wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        minutes = max(1, -(-self.seconds // 60))
        super().__init__(
            Message("尝试登录的次数过多", "too many attempts to sign in"),
            Message(
                f"请 {minutes} 分钟后再试；急需时请管理员重置密码",
                f"wait {minutes} min, then try again; in a hurry ask an admin to reset it",
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in."""

    name: str
    roles: tuple[Role, ...]
    disabled: bool
    has_password: bool
    link_until: float | None
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One signed-in person at one browser: who acts, and in which role."""

    id: str
    """The session, by the hash of its secret."""
    name: str
    role: Role
    roles: tuple[Role, ...]
    said: Message | None = None
    """What the last form led to, to be shown once."""

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as an admin sees it."""

    id: str
    name: str
    role: Role
    began: float
    seen: float
    address: str
    browser: str


def roles_of(names: Iterable[str]) -> tuple[Role, ...]:
    """Known roles in their order, or a `UsageError`."""
    asked = set(names)
    if unknown := asked - {str(role) for role in Role}:
        known = ", ".join(Role)
        raise UsageError(
            Message(f"没有角色 {min(unknown)[:40]}", f"there is no role {min(unknown)[:40]}"),
            Message(f"可用：{known}", f"there are: {known}"),
        )
    if not asked:
        raise UsageError(
            Message("账户至少要有一个角色", "an account needs at least one role"),
            Message(f"可用：{', '.join(Role)}", f"there are: {', '.join(Role)}"),
        )
    return tuple(role for role in Role if str(role) in asked)


def first_role(roles: Sequence[Role]) -> Role:
    """The role a session begins in: case work before looking on."""
    order = (Role.LEAD, Role.REVIEWER, Role.EXAMINER, Role.AUDITOR, Role.ADMIN)
    return next(role for role in order if role in roles)


def account_of(row: AccountRow) -> Account:
    return Account(
        name=row.name,
        roles=tuple(map(Role, row.roles)),
        disabled=row.disabled,
        has_password=row.password is not None,
        link_until=row.link_until,
        created=row.created,
    )


def open_session_of(row: SessionRow) -> OpenSession:
    roles = tuple(map(Role, row.account.roles))
    return OpenSession(
        id=row.id,
        name=row.account.name,
        role=Role(row.role) if row.role in roles else first_role(roles),
        began=row.began,
        seen=row.seen,
        address=row.address,
        browser=row.browser,
    )


def role_words(roles: Iterable[Role]) -> Message:
    """Roles in a row, in words."""
    names = [ROLE_NAMES[role] for role in roles]
    return Message("、".join(name.zh for name in names), ", ".join(name.en for name in names))
