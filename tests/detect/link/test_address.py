"""Taking addresses apart, whatever was done to hide what they say."""

from __future__ import annotations

import pytest

from mingjian.detect.link.address import read_address, refanged, scheme_of


def parts(text: str) -> tuple[str, str, str]:
    address = read_address(text)
    assert address is not None
    return address.site.host, address.site.domain, address.site.suffix


@pytest.mark.parametrize(
    ("text", "domain", "suffix"),
    [
        ("https://www.12306.cn", "12306.cn", "cn"),
        ("ICBC.COM.CN", "icbc.com.cn", "com.cn"),
        ("mybank.icbc.com.cn/a?b=1", "icbc.com.cn", "com.cn"),
        ("http://news.example.co.uk:8080/x", "example.co.uk", "co.uk"),
        ("someone.github.io/page", "someone.github.io", "github.io"),
        ("http://a.someone.blogspot.co.nz/", "someone.blogspot.co.nz", "blogspot.co.nz"),
        ("https://docs.google.com/forms/d/e/1/viewform", "google.com", "com"),
        ("www。taobao。com", "taobao.com", "com"),
        ("//cdn.example.com/x.js", "example.com", "com"),
        ("https:\\\\www.example.com\\a", "example.com", "com"),
    ],
)
def test_registrable_domain(text: str, domain: str, suffix: str) -> None:
    assert parts(text)[1:] == (domain, suffix)


@pytest.mark.parametrize(
    "text",
    [
        "hxxps://pay.example[.]com/a",
        "hXXps[:]//pay[.]example[.]com/a",
        "https://pay(.)example(.)com/a",
        "https://pay[dot]example[dot]com/a",
        "https：//pay.example.com/a",
        "  <https://pay.example.com/a>  ",
        "https://pay.exa\tmple.com/a",
        "https://pay.exa\u200bmple.com/a",
        "HTTPS://PAY.EXAMPLE.COM/a",
        "https://ｐａｙ．example．com/a",
    ],
)
def test_hidden_forms_are_one_address(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert (address.scheme, address.site.host, address.path) == ("https", "pay.example.com", "/a")


@pytest.mark.parametrize(
    ("text", "ip", "odd"),
    [
        ("http://192.168.1.1/", "192.168.1.1", False),
        ("http://3232235777/", "192.168.1.1", True),
        ("http://0xC0A80101/", "192.168.1.1", True),
        ("http://0300.0250.1.1/", "192.168.1.1", True),
        ("http://192.168.257/", "192.168.1.1", True),
        ("http://[2001:db8::1]:8080/", "2001:db8::1", False),
        ("http://1.2.3.4.example.com/", None, False),
        ("http://999.1.1.1/", None, False),
    ],
)
def test_addresses_of_numbers(text: str, ip: str | None, odd: bool) -> None:
    address = read_address(text)
    assert address is not None
    assert (address.site.ip, address.site.odd_ip) == (ip, odd)


def test_the_host_is_behind_the_last_at_sign() -> None:
    address = read_address("https://www.example.com@evil.example.net:8443/login")
    assert address is not None
    assert (address.userinfo, address.site.host, address.port) == (
        "www.example.com",
        "evil.example.net",
        8443,
    )


def test_punycode_is_shown_as_it_reads() -> None:
    address = read_address("http://xn--80ak6aa92e.com/")
    assert address is not None
    assert address.site.puny
    assert address.site.host == "аррӏе.com"


@pytest.mark.parametrize(
    "text", ["", "mailto:a@example.com", "javascript:alert(1)", "tel:10086", "hello", "http:///x"]
)
def test_no_web_address(text: str) -> None:
    assert read_address(text) is None


def test_a_port_is_no_scheme() -> None:
    assert scheme_of("example.com:8080/x") == ""
    assert scheme_of("JavaScript:alert(1)") == "javascript"
    assert refanged("example[.]com") == "example.com"
