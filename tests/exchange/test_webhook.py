"""One signed POST: what counts as delivered, what may be tried again, where it never goes."""

from __future__ import annotations

import socket

import pytest

from mingjian.exchange import webhook
from mingjian.exchange.webhook import Webhook, post, signature

from .receiver import SECRET, Receiver


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def hook(receiver: Receiver, **changed: object) -> Webhook:
    given = {"url": receiver.url, "secret": SECRET, "private": True, "seconds": 0.5}
    return Webhook(**{**given, **changed})


def test_a_message_arrives_signed(receiver):
    done = post(hook(receiver), b'{"a": 1}', "application/json", "k1")
    assert (done.delivered, done.said) == (True, "HTTP 200")
    assert receiver.taken_in == {"k1": b'{"a": 1}'}
    assert receiver.forged == 0
    post(hook(receiver, secret=b"another secret, of others"), b"{}", "application/json", "k2")
    assert receiver.forged == 1
    assert "k2" not in receiver.taken_in


def test_the_signature_binds_time_key_and_body():
    one = signature(SECRET, "1", "k", b"body")
    assert one.startswith("v1=")
    others = [signature(SECRET, *each) for each in (("2", "k", b"body"), ("1", "l", b"body"),
                                                    ("1", "k", b"bodz"))]  # fmt: skip
    assert one not in others


@pytest.mark.parametrize(
    ("what", "said", "again"),
    [
        ("500", "HTTP 500", True),
        ("429", "HTTP 429", True),
        ("400", "HTTP 400", False),
        ("307", "HTTP 307: redirects are not followed", False),
        ("timeout", "timeout", True),
        ("drip", "timeout", True),
        ("reset", "connection failed", True),
    ],
)
def test_what_is_not_delivered_is_told(receiver, what, said, again):
    receiver.plan = [what]
    done = post(hook(receiver), b"{}", "application/json", "k")
    assert not done.delivered
    assert done.said.startswith(said)
    assert done.again is again
    assert len(receiver.requests) == 1  # no redirect was followed


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://[fd00::1]/x",
        "https://224.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
    ],
)
def test_private_addresses_are_refused(url):
    done = post(Webhook(url=url, secret=SECRET, seconds=0.2), b"{}", "text/plain", "k")
    assert not done.delivered
    assert not done.again
    assert done.said == "private address: not allowed for this channel"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/", "without TLS"),
        ("ftp://example.org/", "not an address"),
        ("https://name:word@example.org/", "not an address"),
        ("https:///x", "not an address"),
        ("https://example.org:99999/", "not an address"),
    ],
)
def test_what_is_no_address_of_a_receiver(url, said):
    done = post(Webhook(url=url, secret=SECRET), b"{}", "text/plain", "k")
    assert not done.delivered
    assert done.said.startswith(said)


def test_a_name_is_looked_up_once_and_every_address_must_be_allowed(monkeypatch):
    """A name that means a public address when checked cannot mean a private one when used."""
    looks = []

    def look(host, port, **_):
        looks.append(host)
        return [(2, 1, 6, "", (address, port)) for address in answers]

    connected = []
    monkeypatch.setattr(webhook.socket, "getaddrinfo", look)

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(webhook.socket, "create_connection", connect)
    hook = Webhook(url="https://hook.example.org/x", secret=SECRET)
    answers = ["93.184.216.34", "10.0.0.1"]
    assert post(hook, b"", "text/plain", "k").said.startswith("private")
    answers = ["93.184.216.34"]
    assert post(hook, b"", "text/plain", "k").said == "connection failed (ConnectionRefusedError)"
    assert (looks, connected) == (["hook.example.org"] * 2, [("93.184.216.34", 443)])


def test_a_name_that_is_not_known_may_be_known_later(monkeypatch):
    def look(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(webhook.socket, "getaddrinfo", look)
    done = post(Webhook(url="https://nowhere.invalid/", secret=SECRET), b"", "text/plain", "k")
    assert (done.said, done.again) == ("name not found", True)
