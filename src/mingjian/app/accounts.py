"""Who may sign in to the desk, and in which roles they work.

An account holds one or more roles; a session acts in one of them at a time, and that one is
named in every event it causes. Passwords are hashed, cookies and one-time links are kept as
hashes, all in the store, so that a restart signs nobody out and a copied database lets nobody in.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from mingjian.app import passwords
from mingjian.app.access import Actor, NotAllowed, Role, require
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_database
from mingjian.app.settings import Settings
from mingjian.app.visit import (
    SPENT,
    SPENT_NEXT,
    WRONG,
    WRONG_NEXT,
    Account,
    OpenSession,
    Refused,
    TooManyTries,
    Visit,
    account_of,
    first_role,
    open_session_of,
    roles_of,
)
from mingjian.domain.folding import folded
from mingjian.domain.message import Message
from mingjian.store import accounts as kept
from mingjian.store.accounts import AccountRow, EventRow

IDLE_SECONDS = 3600.0
"""A session nobody used for so long is over …"""
SESSION_SECONDS = 12 * 3600.0
"""… and every session after so long."""
BEAT_SECONDS = 60.0
LINK_SECONDS = 24 * 3600.0
"""A one-time link opens for so long."""
RECORD_SECONDS = 180 * 86400.0
"""The record of sign-ins is kept for six months."""
WINDOW_SECONDS = 900.0
HOLDERS = 12
"""Persons named to somebody whose role does not do."""
TRIES_OF_ACCOUNT = 5
TRIES_OF_ADDRESS = 20
"""Refused sign-ins within the window, after which no password is looked at any more."""
NAME_LENGTH = 64


def hash_of(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Accounts:
    """The accounts of one installation, for as long as a server or a command runs."""

    def __init__(self, settings: Settings) -> None:
        self.database = opened_database(settings)

    def close(self) -> None:
        self.database.close()

    # ---- coming in ------------------------------------------------------------------------

    def first_link(self, name: str) -> str | None:
        """On a store nobody has signed in to yet: the one-time link of its first account.

        That account is a lead and an admin: somebody alone must be able to do everything.
        """
        rows = kept.accounts(self.database)
        if any(row.password is not None for row in rows):
            return None
        if not rows:
            self._add(name, (Role.LEAD, Role.ADMIN), actor=None)
            rows = kept.accounts(self.database)
        first = next((row for row in rows if Role.ADMIN in row.roles), None)
        return self._link(first, actor=None) if first else None

    def link_name(self, link: str) -> str | None:
        """Whose one-time link this is; None where it is wrong, spent or overdue."""
        row = kept.by_link(self.database, hash_of(link))
        return row.name if row else None

    def enter(self, link: str, password: str, address: str, browser: str) -> str:
        """Set the password by a one-time link; the secret of the new session."""
        self._wait("", address)
        row = kept.by_link(self.database, hash_of(link))
        if row is None:
            self._note("refused", "", address)
            raise Refused(SPENT, SPENT_NEXT)
        passwords.check(password, row.name)
        if not kept.use_link(self.database, hash_of(link), passwords.hashed(password)):
            raise Refused(SPENT, SPENT_NEXT)
        kept.end_sessions(self.database, account_id=row.id)
        self._note("password_set", row.key, address, row)
        return self._open(row, address, browser)

    def sign_in(self, name: str, password: str, address: str, browser: str) -> str:
        """The secret of a new session; `Refused` or `TooManyTries` otherwise."""
        key = folded(name[: 4 * NAME_LENGTH])
        self._wait(key, address)
        row = kept.by_key(self.database, key)
        open_to = row is not None and not row.disabled
        right = passwords.fits(password, row.password if row and open_to else None)
        if row is None or not right:
            self._note("refused", key, address, row)
            raise Refused(WRONG, WRONG_NEXT)
        return self._open(row, address, browser)

    def _wait(self, key: str, address: str) -> None:
        """Raise `TooManyTries` while an account or an address has been refused too often."""
        seen = []
        if key:
            tries = kept.times(self.database, "refused", WINDOW_SECONDS, subject=hash_of(key))
            seen.append((tries, TRIES_OF_ACCOUNT))
        if address:
            tries = kept.times(self.database, "refused", WINDOW_SECONDS, address=address)
            seen.append((tries, TRIES_OF_ADDRESS))
        for tries, most in seen:
            if len(tries) >= most:
                raise TooManyTries(WINDOW_SECONDS - tries[most - 1])

    def _open(self, row: AccountRow, address: str, browser: str) -> str:
        secret = secrets.token_urlsafe(32)
        role = first_role([Role(one) for one in row.roles])
        kept.open_session(self.database, hash_of(secret), row.id, role, address[:64], browser[:200])
        self._note("signed_in", row.key, address, row)
        return secret

    # ---- the session ------------------------------------------------------------------------

    def visit(self, secret: str) -> Visit | None:
        """Who this session belongs to; None where it is unknown or over."""
        if not secret:
            return None
        row = kept.live_session(
            self.database, hash_of(secret), IDLE_SECONDS, SESSION_SECONDS, BEAT_SECONDS
        )
        if row is None:
            return None
        roles = tuple(map(Role, row.account.roles))
        role = Role(row.role) if row.role in roles else first_role(roles)
        said = Message(**json.loads(row.said)) if row.said else None
        return Visit(id=row.id, name=row.account.name, role=role, roles=roles, said=said)

    def say(self, visit: Visit, said: Message | None) -> None:
        """Keep what the next page shows once; None: it was shown."""
        text = json.dumps(said.as_json()) if said else None
        kept.update_session(self.database, visit.id, said=text)

    def act_as(self, visit: Visit, role: str) -> None:
        """Go on in another of one's roles."""
        if role not in visit.roles:
            raise NotAllowed(
                Message("您的账户没有这个角色", "your account does not hold this role"),
                Message("请管理员授予", "an admin can grant it"),
            )
        kept.update_session(self.database, visit.id, role=role)

    def sign_out(self, visit: Visit, address: str) -> None:
        kept.end_sessions(self.database, session_id=visit.id)
        row = self._row(visit.name)
        self._note("signed_out", row.key, address, row)

    def change_password(self, visit: Visit, old: str, new: str) -> None:
        """Set a new password and end every session of the account, this one too."""
        row = self._row(visit.name)
        self._wait(row.key, "")
        if not passwords.fits(old, row.password):
            self._note("refused", row.key, "", row)
            raise UsageError(
                Message("当前密码不对", "the present password is wrong"),
                Message("请再试一次", "try again"),
            )
        passwords.check(new, row.name)
        kept.update(self.database, row.id, password=passwords.hashed(new))
        kept.end_sessions(self.database, account_id=row.id)
        self._note("password_set", row.key, "", row)

    def told_who(self, refused: NotAllowed) -> NotAllowed:
        """The same refusal with the persons who could do it, so that one of them can be asked."""
        names = [
            row.name
            for row in kept.accounts(self.database)
            if not row.disabled and refused.roles & set(row.roles)
        ][:HOLDERS]
        if refused.next_step is None or not names:
            return refused
        zh, en = "、".join(names), ", ".join(names)
        told = Message(
            f"{refused.next_step.zh}（现有：{zh}）", f"{refused.next_step.en} (here: {en})"
        )
        return NotAllowed(refused.what, told, refused.roles)

    # ---- keeping accounts -------------------------------------------------------------------

    def all(self, by: Actor) -> list[Account]:
        require("account.read", by)
        return [account_of(row) for row in kept.accounts(self.database)]

    def sessions(self, by: Actor) -> list[OpenSession]:
        require("account.read", by)
        return [
            open_session_of(row)
            for row in kept.sessions(self.database, IDLE_SECONDS, SESSION_SECONDS)
        ]

    def record(self, by: Actor, count: int = 100) -> list[EventRow]:
        """The latest sign-ins, refusals and changes of accounts."""
        require("account.read", by)
        return kept.events(self.database, count)

    def add(self, by: Actor, name: str, roles: Iterable[str]) -> str:
        """A new account; its one-time link, by which the person sets the password."""
        require("account.change", by)
        return self._link(self._add(name, roles_of(roles), by.name), by.name)

    def reset(self, by: Actor, name: str) -> str:
        """Take password and sessions away; the one-time link for a new password."""
        require("account.change", by)
        row = self._row(name)
        kept.update(self.database, row.id, password=None)
        kept.end_sessions(self.database, account_id=row.id)
        return self._link(row, by.name)

    def set_roles(self, by: Actor, name: str, roles: Iterable[str]) -> None:
        require("account.change", by)
        row, wanted = self._row(name), roles_of(roles)
        if Role.ADMIN not in wanted:
            self._another_admin(row)
        kept.update(self.database, row.id, roles=wanted)
        self._note("roles_set", row.key, "", row, by.name)

    def set_disabled(self, by: Actor, name: str, disabled: bool) -> None:
        """Shut an account out, at once and from every browser, or let it in again."""
        require("account.change", by)
        row = self._row(name)
        if disabled:
            self._another_admin(row)
        kept.update(self.database, row.id, disabled=int(disabled))
        if disabled:
            kept.end_sessions(self.database, account_id=row.id)
        self._note("disabled" if disabled else "enabled", row.key, "", row, by.name)

    def revoke(self, by: Actor, session_id: str) -> None:
        """End somebody's session."""
        require("account.change", by)
        ended = next((one for one in self.sessions(by) if one.id == session_id), None)
        if ended is None:
            raise UsageError(
                Message("这个会话已结束", "this session is over already"),
                Message("请刷新列表", "load the list again"),
            )
        kept.end_sessions(self.database, session_id=session_id)
        row = self._row(ended.name)
        self._note("revoked", row.key, "", row, by.name)

    def _another_admin(self, row: AccountRow) -> None:
        others = [
            other
            for other in kept.accounts(self.database)
            if other.id != row.id and Role.ADMIN in other.roles and not other.disabled
        ]
        if Role.ADMIN in row.roles and not others:
            raise UsageError(
                Message("这是最后一个管理员账户", "this is the last account that is an admin"),
                Message("请先让另一账户成为管理员", "make another account an admin first"),
            )

    def _add(self, name: str, roles: Sequence[Role], actor: str | None) -> AccountRow:
        shown = " ".join(name.split())
        if not shown or len(shown) > NAME_LENGTH or not shown.isprintable():
            raise UsageError(
                Message(
                    f"账户名须为 1 至 {NAME_LENGTH} 个可见字符",
                    f"an account's name has 1 to {NAME_LENGTH} printable characters",
                )
            )
        row = kept.add(self.database, folded(shown), shown, roles)
        if row is None:
            raise UsageError(
                Message(f"已有账户“{shown}”", f"there is an account “{shown}” already"),
                Message(
                    "全半角与大小写不作区分，请换一个名字",
                    "width and case make no difference: choose another name",
                ),
            )
        self._note("added", row.key, "", row, actor)
        return row

    def _link(self, row: AccountRow, actor: str | None) -> str:
        secret = secrets.token_urlsafe(32)
        kept.set_link(self.database, row.id, hash_of(secret), LINK_SECONDS)
        self._note("link_made", row.key, "", row, actor)
        return secret

    def _row(self, name: str) -> AccountRow:
        row = kept.by_key(self.database, folded(name))
        if row is None:
            raise UsageError(
                Message(f"没有账户“{name[:80]}”", f"there is no account “{name[:80]}”"),
                Message("用 mingjian account list 查看", "see mingjian account list"),
            )
        return row

    def _note(
        self,
        what: str,
        key: str,
        address: str,
        row: AccountRow | None = None,
        actor: str | None = None,
    ) -> None:
        kept.note(
            self.database,
            what,
            subject=hash_of(key),
            address=address[:64],
            account_id=row.id if row else None,
            actor=actor,
            keep=RECORD_SECONDS,
        )
