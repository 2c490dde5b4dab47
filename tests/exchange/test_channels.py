"""The file of channels: what it may say, and that a secret never shows."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from mingjian.exchange import channels
from mingjian.exchange.channels import ChannelsRefused, deliver, read_channels

GOOD = """
[desk]
sender = "warn@desk.example.cn"
unit = "某局值班室"

[[channel]]
name = "duty"
kind = "webhook"
url = "https://duty.example.org/in"
secret_file = "duty.key"
automatic = "orange"

[[channel]]
name = "mail"
kind = "apprise"
url = "mailtos://me:hush@mail.example.org"
audience = "enterprise"
tlp = "TLP:GREEN"
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "duty.key").write_text("0123456789abcdef\n")
    path = tmp_path / "channels.toml"
    path.write_text(GOOD, "utf-8")
    return path


def test_channels_are_read_and_shown_without_secrets(file):
    found = read_channels(file)
    duty, mail = found.listed.values()
    assert (duty.secret, duty.automatic, duty.form) == (b"0123456789abcdef", "orange", "json")
    assert found.of("enterprise") == [mail]
    assert mail.carries("TLP:CLEAR")
    assert not mail.carries("TLP:AMBER")
    assert "hush" not in str(mail.as_json())
    assert found.desk["unit"] == "某局值班室"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[desk]", "[dusk]", r"\[desk\] and"),
        ("unit =", "unity =", r"\[desk\] may have"),
        ('kind = "webhook"', 'kind = "pigeon"', "kind is"),
        ('name = "mail"', 'name = "duty"', "a name twice"),
        ('name = "mail"', 'name = ""', "needs a name"),
        ('tlp = "TLP:GREEN"', 'tlp = "TLP:BLUE"', "tlp one of"),
        ('tlp = "TLP:GREEN"', 'automatic = "red"', "own duty"),
        ('automatic = "orange"', 'automatic = "pink"', "automatic is"),
        ('automatic = "orange"', "tries = 0", "tries is"),
        ('automatic = "orange"', "repeat = 1", "repeat are"),
        ('automatic = "orange"', "seconds = true", "seconds is"),
        ('automatic = "orange"', "secret = 'x'", "may have"),
        ('secret_file = "duty.key"', "", "secret_env or"),
        ('secret_file = "duty.key"', 'secret_file = "lost.key"', "16 bytes"),
        ("[[channel]]", "[[channel", "cannot be read"),
    ],
)
def test_what_is_off_is_refused(file, old, new, said):
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(ChannelsRefused, match=said) as caught:
        read_channels(file)
    assert "hush" not in str(caught.value)


def test_a_secret_from_the_environment(file, monkeypatch):
    file.write_text(GOOD.replace('secret_file = "duty.key"', 'secret_env = "DUTY"'), "utf-8")
    monkeypatch.setenv("DUTY", "0123456789abcdefg")
    assert read_channels(file).listed["duty"].secret == b"0123456789abcdefg"


def test_without_apprise_a_channel_says_so(file, monkeypatch):
    monkeypatch.setattr(channels, "available", lambda channel: False)
    done = deliver(read_channels(file).listed["mail"], b"text", "text/plain", "k", "title")
    assert (done.delivered, done.again) == (False, False)
    assert done.said == "unavailable: install mingjian[channels]"


@pytest.mark.parametrize(
    ("behaviour", "said", "again"),
    [
        ("sends", "sent", False),
        ("refuses", "refused", True),
        ("raises", "failed (RuntimeError)", True),
        ("knows not", "not an address apprise knows", False),
    ],
)
def test_text_goes_through_apprise(file, monkeypatch, behaviour, said, again):
    told = []

    class Apprise:
        def add(self, url):
            return behaviour != "knows not"

        def notify(self, **message):
            if behaviour == "raises":
                raise RuntimeError("mailtos://me:hush@mail.example.org")
            told.append(message)
            return behaviour == "sends"

    fake = SimpleNamespace(Apprise=Apprise, NotifyFormat=SimpleNamespace(TEXT="text"))
    monkeypatch.setitem(sys.modules, "apprise", fake)
    monkeypatch.setattr(channels, "available", lambda channel: True)
    done = deliver(read_channels(file).listed["mail"], "预警".encode(), "text/plain", "k", "title")
    assert (done.said, done.again, done.delivered) == (said, again, behaviour == "sends")
    if told:
        assert told == [{"body": "预警", "title": "title", "body_format": "text"}]
