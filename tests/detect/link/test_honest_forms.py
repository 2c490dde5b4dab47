"""The forms that honest software gives its addresses, and names by which an organisation goes."""

from __future__ import annotations

import pytest

from mingjian.detect.link.address import Address, read_address
from mingjian.detect.link.features import measure
from mingjian.detect.link.forms import returns


def taken(text: str) -> Address:
    address = read_address(text)
    assert address is not None
    return address


def number(text: str, name: str) -> float:
    return measure(taken(text)).numbers_named(name)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("https://cas.firm.example/cas/login?service=https%3A%2F%2Fjw.firm.example%2Fx", True),
        ("https://cas.firm.example/cas/login?service=https%253A%252F%252Fjw.firm.example", True),
        ("https://cas.firm.example/login?next=//www.firm.example:8443/a", True),
        ("https://cas.firm.example/login?service=https%3A%2F%2Fother.example%2F", False),
        ("https://cas.firm.example/login?next=%2Fhome", False),
        ("https://cas.firm.example/login", False),
        ("https://a.github.io/login?next=https://b.github.io/", False),
    ],
)
def test_leading_back_to_the_same_domain(text: str, back: bool) -> None:
    assert returns(taken(text)) is back


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://sso.a.example/realms/staff/protocol/openid-connect/auth?client_id=x", "sign_on"),
        ("https://idp.a.example/idp/profile/SAML2/Redirect/SSO?execution=e1s1", "sign_on"),
        ("https://fs.a.example/adfs/ls/?wa=wsignin1.0", "sign_on"),
        ("https://mail.a.example/?_task=mail&_mbox=INBOX", "software"),
        ("https://cloud.a.example/index.php/s/Qm2xK8sLp0aBcDe", "software"),
        ("https://forum.a.example/ucp.php?mode=login", "software"),
        ("https://click.a.example/ls/click?upn=u001abcdefghijklmnop", "click"),
        ("https://a.example/unsubscribe?u=12", "click"),
        ("https://login.a.example/x", "function_label"),
        ("https://links2.a.example/x", "mailing_label"),
        ("https://a.okta.com/login", "of_service"),
        ("https://secure-login.example/", "lures_in_name"),
        ("https://a.example/login", "lures_in_path_only"),
    ],
)
def test_each_form_is_seen(text: str, name: str) -> None:
    assert number(text, name) >= 1
    assert number("https://cedar-bakery.example/about", name) == 0


def test_a_lure_in_the_name_or_a_brand_is_no_clean_host() -> None:
    assert number("https://secure-login.example/login", "lures_in_path_only") == 0
    assert number("https://paypal-a.example/login", "lures_in_path_only") == 0


@pytest.mark.parametrize("name", ["sparkasse-ort", "vr-bank-ort", "volksbank-ober-ort"])
def test_regional_houses_are_named_by_their_brand(name: str) -> None:
    found = measure(taken(f"https://www.{name}.de/"))
    assert found.numbers_named("regional") == 1
    assert not found.hits


@pytest.mark.parametrize(
    "host",
    ["sparkasse-sicherheit.de", "sparkasse-ort.top", "sparkasse.de.ort.example",
     "online.kunden.sparkasse-ort.de", "sparkasse-login-ort.de"],
)  # fmt: skip
def test_imitations_of_regional_houses_are_not(host: str) -> None:
    assert number(f"https://{host}/", "regional") == 0
