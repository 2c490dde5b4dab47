"""Who may do what: persons, their roles, and one table that every use case asks.

On the command line name and role are taken on trust from the settings or `--as`; the server
takes them from a signed-in account. Neither can alter a custody entry: no use case does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mingjian.app.errors import MingjianError
from mingjian.domain.folding import folded
from mingjian.domain.message import Message


class Role(StrEnum):
    """What a person does here; one person has one role at a time."""

    EXAMINER = "examiner"
    REVIEWER = "reviewer"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES: Mapping[str, Message] = {
    Role.EXAMINER: Message("检验员", "examiner"),
    Role.REVIEWER: Message("复核人", "reviewer"),
    Role.LEAD: Message("负责人", "lead"),
    Role.AUDITOR: Message("审计员", "auditor"),
    Role.ADMIN: Message("管理员", "admin"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work: every change names one."""

    name: str
    role: Role

    def is_same_person(self, name: str) -> bool:
        """Whether `name` means this person, however it is typed."""
        return folded(self.name) == folded(name)


_WORK = frozenset({Role.EXAMINER, Role.REVIEWER, Role.LEAD})
_CHECK = frozenset({Role.REVIEWER, Role.LEAD})
_LEAD = frozenset({Role.LEAD})
_KEEP = frozenset({Role.LEAD, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})
_ALL = frozenset(Role)

ALLOWED: Mapping[str, frozenset[Role]] = {
    # Reading. What was read with personal fields in clear is an event of its own.
    "case.list": _ALL,
    "case.read": _ALL,
    "case.reveal": _WORK,
    # Working on a case.
    "case.new": _WORK,
    "case.examine": _WORK,
    "case.edit": _WORK,
    "case.note": _WORK,
    "case.task": _WORK,
    "case.link": _WORK,
    "case.conduct": _WORK,
    "case.submit": _WORK,
    # Deciding about a case.
    "case.open": _CHECK,
    "case.return": _CHECK,
    "case.assign": _LEAD,
    "case.compare": _LEAD,
    "case.merge": _LEAD,
    "case.split": _LEAD,
    "case.dispose": _LEAD,
    "case.confirm": _CHECK,
    "case.close": _LEAD,
    "case.reopen": _LEAD,
    # Keeping.
    "case.hold": _KEEP,
    "case.release": _KEEP,
    "case.erase": _ADMIN,
    # Accounts of the desk (`app.accounts`).
    "account.read": frozenset({Role.ADMIN, Role.AUDITOR}),
    "account.change": _ADMIN,
    # Responding (`casework.incident`, `respond`).
    "incident.read": _ALL,
    "incident.grade": _WORK,
    "incident.confirm": _CHECK,
    "incident.notice": _WORK,
    "incident.send": _LEAD,
    "playbook.read": _ALL,
    "playbook.import": _KEEP,
    "playbook.start": _WORK,
    "playbook.step": _WORK,
    "playbook.approve": _LEAD,
    "drill.read": _ALL,
    "drill.run": _WORK,
    # Alerts. What leaves is answered for by a lead; what is due is delivered by whoever works.
    "alert.list": _ALL,
    "alert.read": _ALL,
    "alert.raise": _WORK,
    "alert.acknowledge": _WORK,
    "alert.snooze": _WORK,
    "alert.escalate": _WORK,
    "alert.close": _CHECK,
    "alert.deliver": _WORK,
    "alert.send": _LEAD,
}
"""Action -> the roles that may. An action that is not here may be done by nobody."""


class NotAllowed(MingjianError):
    """The role may not do this, or a second person is needed."""

    exit_code = 2

    def __init__(
        self, what: Message, next_step: Message | None = None, roles: frozenset[Role] = frozenset()
    ) -> None:
        super().__init__(what, next_step)
        self.roles = roles
        """The roles that may, where it is a matter of roles."""


def allowed(action: str, role: Role) -> bool:
    """Whether `role` may do `action`; an unknown action is a mistake in the program."""
    return role in ALLOWED[action]


def require(action: str, actor: Actor) -> None:
    """Raise `NotAllowed` unless the actor's role may do `action`."""
    if not actor.name.strip():
        raise NotAllowed(Message("须写明是谁", "say who you are: a name is needed"))
    if allowed(action, actor.role):
        return
    may = sorted(ALLOWED[action])
    raise NotAllowed(
        Message(
            f"{ROLE_NAMES[actor.role].zh}不能做此事（{action}）",
            f"the role {actor.role} may not do this ({action})",
        ),
        Message(
            "可由以下角色做：" + "、".join(ROLE_NAMES[role].zh for role in may),
            "these roles may: " + ", ".join(may),
        ),
        ALLOWED[action],
    )


TWO_PERSON_LEVELS = frozenset({1, 2})
"""Grades (I and II) at which grading and closing need two persons."""


def needs_two(level: int | None) -> bool:
    """Whether a case of this incident level (1 to 4, None: not graded) needs two persons."""
    return level in TWO_PERSON_LEVELS


def require_other_person(first: str, actor: Actor) -> None:
    """Raise `NotAllowed` where the second person is the first one again."""
    if actor.is_same_person(first):
        raise NotAllowed(
            Message(
                f"须由另一人确认：{first} 已是第一人",
                f"another person must confirm this: {first} was the first",
            )
        )
