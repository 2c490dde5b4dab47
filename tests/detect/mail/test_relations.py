"""Domains made to look like others, agreement of header fields, and odd links."""

from __future__ import annotations

import pytest

from mingjian.detect.mail.domains import host_of, imitates, registrable, unicode_host
from mingjian.detect.mail.letter import read_letter
from mingjian.detect.mail.links import link_signs
from mingjian.detect.mail.page import Link, read_page
from mingjian.detect.mail.sender import address_of, read_sender
from mingjian.detect.mail.signs import HIGHEST, LOWEST, part_signs, sender_signs, total
from mingjian.domain.evidence import EvidenceKind
from mingjian.testing import evidence_from


def letter_of(text):
    return read_letter(evidence_from(text.encode(), declared=EvidenceKind.MAIL)[0])


@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("раураl.com", "homoglyph"),
        ("xn--pypal-4ve.com", "homoglyph"),
        ("paypa1.com", "typosquat"),
        ("rnicrosoft.com", "typosquat"),
        ("netfiix.com", "typosquat"),
        ("paypal.secure-entry.com", "brand-in-name"),
        ("microsoft-support.net", "brand-in-name"),
        ("icbc-cn.top", "brand-in-name"),
        ("micros0ft-mail.com", "brand-in-name"),
    ],
)
def test_look_alikes_are_named(host, how):
    found = imitates(unicode_host(host))
    assert found is not None
    assert found[1] == how


ORDINARY = """
www.12306.cn icbc.com.cn taobao.com mail.google.com amazon.se pineapple.com gov.cn orchard.org
u12.ct.sendgrid.net example.co.uk chasewood.com appletree.farm qq.com news.bbc.co.uk
"""


@pytest.mark.parametrize("host", ORDINARY.split())
def test_ordinary_names_imitate_nobody(host):
    assert imitates(host) is None


def test_the_owners_part_of_a_host():
    assert registrable("mail.example.co.uk") == "example.co.uk"
    assert registrable("a.b.example.com") == "example.com"
    assert registrable("10.0.0.1") == "10.0.0.1"
    assert host_of("mailto:ann@orchard.org?subject=x") == "orchard.org"
    assert host_of("http://[::1") == ""


HEADERS = """Return-Path: <bounce@mailer.example>
Authentication-Results: mx.receiver.example; spf=pass smtp.mailfrom=mailer.example;
 dkim=pass header.d=orchard.org; dmarc=pass header.from=orchard.org
From: "Orchard" <news@mail.orchard.org>
To: b@c.example
Subject: News

Hello, the new jam is here.
"""


def test_alignment_is_relaxed_and_each_of_its_own():
    said = read_sender(letter_of(HEADERS))
    assert said.results == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    assert said.dkim_aligned is True
    assert said.spf_aligned is False
    assert [sign.id for sign in sender_signs(said)] == ["authenticated"]


def test_results_are_read_from_the_topmost_field_alone():
    forged = HEADERS.replace("To:", "Authentication-Results: x; dmarc=fail\nTo:")
    assert read_sender(letter_of(forged)).results["dmarc"] == "pass"


def test_display_name_reply_and_sender_that_disagree():
    text = HEADERS.replace(
        'From: "Orchard" <news@mail.orchard.org>',
        'From: "PayPal support@paypal.com" <x@paypal-alerts.top>\nReply-To: <a@gmail.com>',
    ).replace("dmarc=pass", "dmarc=fail")
    ids = {sign.id for sign in sender_signs(read_sender(letter_of(text)))}
    assert ids == {
        "sender_imitates",
        "name_claims_brand",
        "name_holds_address",
        "reply_elsewhere",
        "dmarc_fail",
    }


def test_a_mail_sent_by_a_service_is_no_sign():
    text = HEADERS.replace("dkim=pass header.d=orchard.org", "dkim=pass header.d=sendgrid.net")
    signs = sender_signs(read_sender(letter_of(text.replace("dmarc=pass", "dmarc=none"))))
    assert total(signs) <= 0


def test_address_of_hostile_fields():
    assert address_of("=?x").domain == ""
    assert address_of("Ann <ann@a.example>").name == "Ann"
    assert address_of("<" * 100_000).domain == ""


def test_link_signs():
    found = link_signs(
        [
            Link("http://185.3.4.5/a", ""),
            Link("https://evil.example/x", "www.icbc.com.cn"),
            Link("https://u1.ct.sendgrid.net/ls?u=1", "www.orchard.org"),
            Link("data:text/html;base64,xx", "open"),
            Link("https://paypal.com@evil.example/", ""),
            Link("https://bit.ly/x", ""),
            Link("https://site.weebly.com/?u=ann@orchard.org", ""),
        ],
        ["https://collect.example/p"],
        True,
    )
    assert {
        "number_host", "mismatch", "script_link", "userinfo", "shortener", "free_hosting",
        "carries_address", "form_out", "password_field",
    } <= set(found)  # fmt: skip
    assert found["mismatch"].hosts == ("evil[.]example",)


def test_a_page_is_read_and_not_rendered():
    page = read_page(
        "<style>p{}</style><p>See <a href='http://a.example/'>our <b>shop</b></a></p>"
        "<div style='display:none'>veiled words</div><form action='/x'><input type=password></form>"
        "<script>alert(1)</script>"
    )
    assert page.visible == "See our shop"
    assert page.hidden == "veiled words"
    assert page.links == [Link("http://a.example/", "our shop")]
    assert page.forms == ["/x"]
    assert page.asks_password


def test_attachments_and_bounds():
    mail = (
        "From: a@b.example\nSubject: x\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="q"\n\n--q\nContent-Type: text/plain\n\nSee it.\n'
        '--q\nContent-Type: text/html; name="scan.html"\nContent-Disposition: attachment; '
        'filename="scan.html"\n\n<p>x</p>\n--q--\n'
    )
    signs = part_signs(letter_of(mail), {})
    assert [sign.id for sign in signs] == ["risky_attachment"]
    assert total(signs * 20) == HIGHEST
    assert total([]) == 0 > LOWEST
