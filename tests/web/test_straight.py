"""A page is found by its address; what the guard and the rest of the desk say stays as it was."""

from __future__ import annotations

from mingjian.app.access import Role
from mingjian.web.straight import Straight

from .conftest import ADMIN, Desk


def test_a_page_is_answered_without_the_rest_of_the_application(server):
    """Every page and its JSON is in the table, so none is looked for among all routes."""
    named = {
        route.path
        for route in server.inner.routes
        if getattr(route, "endpoint", None) and route.endpoint.__name__ in ("as_page", "as_json")
    }
    assert named
    assert named == set(server.straight.pages)
    assert isinstance(server.straight, Straight)


def test_other_addresses_and_methods_go_on(desk):
    assert desk.ask("/zh/desk/").status in (307, 404)
    assert desk.ask("/zh/nothing").status == 404
    assert desk.ask("/zh/desk", method="POST").status in (404, 405)
    assert desk.ask("/openapi.json").status == 200


def test_a_change_of_an_account_holds_for_the_very_next_page(server):
    person = Desk(server.port, server.door)
    accounts = server.door.accounts
    person.sign_in("Straight", Role.EXAMINER)
    name = f"Straight {Role.EXAMINER}"
    for _ in range(3):
        assert person.ask("/en/desk").status == 200
    accounts.set_roles(ADMIN, name, [Role.AUDITOR])
    assert "auditor" in person.ask("/en/desk").body
    accounts.set_disabled(ADMIN, name, True)
    assert person.ask("/en/desk").status == 401
    accounts.set_disabled(ADMIN, name, False)
    assert person.ask("/en/desk").status == 401  # its sessions ended with it
    person.sign_in("Straight", Role.EXAMINER)
    visit = accounts.visit(person.cookie.partition("=")[2])
    accounts.revoke(ADMIN, visit.id)
    assert person.ask("/en/desk").status == 401
