"""Accounts: links, passwords, sessions, limits on guessing, roles; on both databases."""

from __future__ import annotations

import pytest

from mingjian.app import accounts as module
from mingjian.app import passwords
from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.accounts import Accounts
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.app.visit import Refused, TooManyTries

ADMIN = Actor("admin", Role.ADMIN)
WORDS = "four unrelated words 鉴"


@pytest.fixture(scope="module", autouse=True)
def _cheap_hashes():
    """The real cost is measured elsewhere; here it would only be waited for."""
    from argon2 import PasswordHasher

    passwords._hasher.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", lambda: cheap)
        yield


@pytest.fixture
def accounts(database_url, tmp_path):
    made = Accounts(Settings(home=tmp_path, database=database_url))
    yield made
    made.close()


def _made(accounts, name="李明", roles=("examiner",)):
    link = accounts.add(ADMIN, name, roles)
    return accounts.enter(link, WORDS, "10.0.0.9", "a browser")


def test_the_first_account_is_lead_and_admin_and_its_link_works_once(accounts):
    link = accounts.first_link("王晓")
    assert accounts.link_name(link) == "王晓"
    again = accounts.first_link("somebody else")
    assert accounts.link_name(link) is None  # a new start makes a new link for the same account
    secret = accounts.enter(again, WORDS, "", "")
    visit = accounts.visit(secret)
    assert visit.roles == (Role.LEAD, Role.ADMIN)
    assert visit.role is Role.LEAD
    assert accounts.link_name(again) is None
    with pytest.raises(Refused):
        accounts.enter(again, WORDS, "", "")
    assert accounts.first_link("x") is None
    assert [one.name for one in accounts.all(ADMIN)] == ["王晓"]


def test_nothing_secret_is_kept(accounts, tmp_path, database_url):
    link = accounts.add(ADMIN, "李明", ["examiner"])
    secret = accounts.enter(link, WORDS, "", "")
    accounts.close()
    if database_url.startswith("sqlite"):
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("mingjian.sqlite3*"))
        assert "李明".encode() in kept
        for text in (link, secret, WORDS):
            assert text.encode() not in kept


@pytest.mark.parametrize("word", ["short", "a" * 300, "李明李明李明李明", "abababababab"])
def test_a_weak_password_does_not_spend_the_link(accounts, word):
    link = accounts.add(ADMIN, "李明", ["examiner"])
    with pytest.raises(UsageError):
        accounts.enter(link, word, "", "")
    assert accounts.link_name(link) == "李明"


def test_signing_in_by_name_however_typed(accounts):
    _made(accounts, "Li Ming")
    for name in ("Li Ming", "li  ming", "Ｌｉ Ming"):
        assert accounts.visit(accounts.sign_in(name, WORDS, "", "")).name == "Li Ming"
    with pytest.raises(UsageError):
        accounts.add(ADMIN, "ＬＩ ming", ["lead"])


def test_an_unknown_name_is_refused_like_a_wrong_password(accounts):
    _made(accounts)
    told = []
    for name in ("李明", "nobody"):
        with pytest.raises(Refused) as refused:
            accounts.sign_in(name, "wrong", "", "")
        told.append((refused.value.what, refused.value.next_step))
    assert told[0] == told[1]


def test_guessing_is_stopped_by_account(accounts):
    _made(accounts)
    for _ in range(module.TRIES_OF_ACCOUNT):
        with pytest.raises(Refused, match="wrong"):
            accounts.sign_in("李明", "wrong", "10.0.0.1", "")
    with pytest.raises(TooManyTries) as waits:
        accounts.sign_in("李明", WORDS, "10.0.0.2", "")
    assert 0 < waits.value.seconds <= module.WINDOW_SECONDS
    assert "min" in waits.value.next_step.en
    # A reset by an admin lets the person in again at once.
    accounts.enter(accounts.reset(ADMIN, "李明"), WORDS, "10.0.0.2", "")
    assert accounts.sign_in("李明", WORDS, "10.0.0.2", "")


def test_guessing_is_stopped_by_address(accounts):
    _made(accounts)
    for number in range(module.TRIES_OF_ADDRESS):
        with pytest.raises(Refused, match="wrong"):
            accounts.sign_in(f"name {number}", "wrong", "10.0.0.1", "")
    with pytest.raises(TooManyTries):
        accounts.sign_in("李明", WORDS, "10.0.0.1", "")
    assert accounts.sign_in("李明", WORDS, "10.0.0.2", "")


def test_the_window_passes(accounts, monkeypatch):
    _made(accounts)
    for _ in range(module.TRIES_OF_ACCOUNT):
        with pytest.raises(Refused):
            accounts.sign_in("李明", "wrong", "", "")
    monkeypatch.setattr(module, "WINDOW_SECONDS", 0.0)
    assert accounts.sign_in("李明", WORDS, "", "")


@pytest.mark.parametrize("limit", ["IDLE_SECONDS", "SESSION_SECONDS"])
def test_a_session_ends_by_itself(accounts, monkeypatch, limit):
    secret = _made(accounts)
    assert accounts.visit(secret)
    monkeypatch.setattr(module, limit, 0.0)
    assert accounts.visit(secret) is None
    assert accounts.sessions(ADMIN) == []


def test_being_used_keeps_a_session_alive(accounts, monkeypatch):
    secret = _made(accounts)
    monkeypatch.setattr(module, "BEAT_SECONDS", -1.0)
    before = accounts.sessions(ADMIN)[0].seen
    accounts.visit(secret)
    assert accounts.sessions(ADMIN)[0].seen > before


def test_sessions_end_on_sign_out_revoke_reset_disable_and_a_new_password(accounts):
    def none_left(secrets):
        return all(accounts.visit(one) is None for one in secrets)

    _made(accounts)
    secrets = [accounts.sign_in("李明", WORDS, "", "") for _ in range(3)]
    accounts.sign_out(accounts.visit(secrets[0]), "")
    assert none_left(secrets[:1])
    accounts.revoke(ADMIN, accounts.visit(secrets[1]).id)
    assert none_left(secrets[:2])
    assert accounts.visit(secrets[2])
    accounts.change_password(accounts.visit(secrets[2]), WORDS, WORDS + "2")
    assert none_left(secrets)
    secrets = [accounts.sign_in("李明", WORDS + "2", "", "")]
    accounts.set_disabled(ADMIN, "李明", True)
    assert none_left(secrets)
    with pytest.raises(Refused):
        accounts.sign_in("李明", WORDS + "2", "", "")
    accounts.set_disabled(ADMIN, "李明", False)
    secrets = [accounts.sign_in("李明", WORDS + "2", "", "")]
    link = accounts.reset(ADMIN, "李明")
    assert none_left(secrets)
    with pytest.raises(Refused):
        accounts.sign_in("李明", WORDS + "2", "", "")
    assert accounts.link_name(link) == "李明"
    what = [row.what for row in accounts.record(ADMIN)]
    for name in ("revoked", "signed_out", "disabled", "enabled", "refused", "link_made"):
        assert name in what


def test_one_acts_only_in_a_role_one_holds(accounts):
    secret = _made(accounts, roles=("examiner", "auditor"))
    visit = accounts.visit(secret)
    assert visit.role is Role.EXAMINER
    accounts.act_as(visit, "auditor")
    assert accounts.visit(secret).role is Role.AUDITOR
    for role in ("admin", "lead", "", "nobody"):
        with pytest.raises(NotAllowed):
            accounts.act_as(visit, role)
    # A role that is taken away is lost at once, in sessions that act in it too.
    accounts.set_roles(ADMIN, "李明", ["examiner"])
    assert accounts.visit(secret).role is Role.EXAMINER


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_changes_accounts(accounts, role):
    secret = _made(accounts)
    person = Actor("x", role)
    for change in (
        lambda: accounts.add(person, "new", ["admin"]),
        lambda: accounts.reset(person, "李明"),
        lambda: accounts.set_roles(person, "李明", ["admin"]),
        lambda: accounts.set_disabled(person, "李明", True),
        lambda: accounts.revoke(person, accounts.visit(secret).id),
    ):
        with pytest.raises(NotAllowed):
            change()
    if role is not Role.AUDITOR:
        for look in (accounts.all, accounts.sessions, accounts.record):
            with pytest.raises(NotAllowed):
                look(person)


def test_the_last_admin_stays(accounts):
    accounts.enter(accounts.first_link("王晓"), WORDS, "", "")
    with pytest.raises(UsageError, match="last"):
        accounts.set_disabled(ADMIN, "王晓", True)
    with pytest.raises(UsageError, match="last"):
        accounts.set_roles(ADMIN, "王晓", ["lead"])
    _made(accounts, "second", ("admin",))
    accounts.set_disabled(ADMIN, "王晓", True)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x\u202ey", "a" * 65, "\x00"])
def test_names_that_no_account_may_have(accounts, name):
    if name == "a\nb":  # blanks of any kind are one blank
        assert accounts.add(ADMIN, name, ["lead"])
        return
    with pytest.raises(UsageError):
        accounts.add(ADMIN, name, ["lead"])


def test_roles_that_are_none(accounts):
    for roles in ([], ["root"]):
        with pytest.raises(UsageError):
            accounts.add(ADMIN, "x", roles)


def test_odd_secrets_open_nothing(accounts):
    for secret in ("", "x", "\udcff", "\0", "a" * 10_000):
        assert accounts.visit(secret) is None
        assert accounts.link_name(secret) is None
