"""Brands in addresses that are not theirs."""

from __future__ import annotations

import pytest

from mingjian.detect.link.address import read_address
from mingjian.detect.link.lists import lists
from mingjian.detect.link.lookalike import hits_in_host, hits_in_path, likeness, mixed, owner


def hits(text: str) -> set[tuple[str, str]]:
    address = read_address(text)
    assert address is not None
    assert owner(address.site) is None
    found = [*hits_in_host(address.site), *hits_in_path(address.path)]
    return {(hit.word, hit.how) for hit in found}


@pytest.mark.parametrize(
    ("text", "word", "how"),
    [
        ("http://rnicrosoft-verify.invalid-a.top", "microsoft", "shape"),
        ("http://g00gle.top", "google", "shape"),
        ("http://1cbc.com.cn.abcd.top/login", "icbc", "shape"),
        ("http://xn--80ak6aa92e.com/", "apple", "shape"),
        ("http://раураl.top/", "paypal", "shape"),
        ("http://steamcomnunitty.top", "steamcommunity", "near"),
        ("http://aliapy-refund.top", "alipay", "near"),
        ("http://alipay-refund.top", "alipay", "token"),
        ("http://mytaobaoshop88.top", "taobao", "inside"),
        ("http://usps.com-track.top/", "usps", "sub"),
        ("http://www.icbc.com.cn.abcd.top/", "icbc", "sub"),
        ("http://abcd.top/paypal/login", "paypal", "path"),
    ],
)
def test_borrowed_names(text: str, word: str, how: str) -> None:
    assert (word, how) in hits(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.steamboat-tours.example",
        "https://applesandpears.example",
        "https://www.streamline.example/upstream",
        "https://chinapostal-history.example".replace("chinapostal", "stamps"),
        "https://www.wiseman-law.example",
    ],
)
def test_ordinary_words_are_no_brands(text: str) -> None:
    assert not hits(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.12306.cn", "icbc.com.cn", "https://www.taobao.com/x", "www.gov.cn",
        "https://etax.beijing.chinatax.gov.cn", "https://login.microsoftonline.com/common",
        "https://steamcommunity.com/id/a", "https://kyfw.12306.cn/otn/login/init", "mail.qq.com",
    ],
)  # fmt: skip
def test_owners_are_known(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert owner(address.site) is not None


def test_pages_of_users_do_not_belong_to_the_host() -> None:
    address = read_address("https://someone.github.io")
    assert address is not None
    assert owner(address.site) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("http://bаnk.top", True), ("http://中文abc.cn", False), ("http://банк.рф", False)],
)
def test_mixed_alphabets(text: str, expected: bool) -> None:
    address = read_address(text)
    assert address is not None
    assert mixed(address.site) is expected


def test_every_brand_has_domains_and_words() -> None:
    found = lists()
    for brand in found.names.values():
        assert brand.domains
        assert brand.name.zh
        assert brand.name.en
    # A brand's own domain must not be mistaken for another's.
    for domain in found.official:
        assert " " not in domain
        assert domain == domain.lower()


def test_one_letter_wrong_always_names_the_same_brand() -> None:
    # Sets of words are in another order in every process; this is one letter from several.
    assert ("binance", "near") in hits("http://biance-ep.top")


@pytest.mark.parametrize(
    ("host", "least", "most"),
    [
        ("раураl.top", 1.0, 1.0),
        ("teleqrcm.top", 0.75, 0.9),
        ("a.wh4tsapq-x.top", 0.75, 1.0),
        ("riverside-school.example", 0.4, 0.7),
        ("a-b.example", 0.0, 0.0),
    ],
)
def test_how_like_a_brand_a_name_is(host: str, least: float, most: float) -> None:
    address = read_address(f"http://{host}/")
    assert address is not None
    assert least <= likeness(address.site) <= most
