"""The channels alerts may leave by, read from a file a person wrote; without it nothing leaves.

A channel is a webhook of our own kind (`mingjian.exchange.webhook`) or whatever `apprise` can
reach (e-mail, chat), which is an extra: where it is not installed, such a channel says so.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mingjian.domain.message import Message
from mingjian.exchange.webhook import Outcome, Webhook, post
from mingjian.warn.grades import ORDER, Grade

Audience = Literal["duty", "authority", "enterprise", "public"]
AUDIENCES: Mapping[str, Message] = {
    "duty": Message("本单位值班", "the desk's own duty"),
    "authority": Message("主管部门", "authority"),
    "enterprise": Message("企业", "enterprises"),
    "public": Message("公众", "the public"),
}
MARKINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""Markings of FIRST, Traffic Light Protocol 2.0, from the widest circle to the closest."""
KINDS = ("webhook", "apprise")
FORMS = ("json", "cap")
FILE_BYTES = 1 << 20
_KNOWN = {
    "name", "kind", "url", "secret_env", "secret_file", "audience", "tlp", "form", "automatic",
    "private", "tries", "seconds", "repeat",
}  # fmt: skip
_DESK = {"sender", "unit", "contact_person", "phone", "email", "area"}


class ChannelsRefused(Exception):
    """The file cannot be used; `why` says what is wrong and never quotes a secret."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Message(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way out."""

    name: str
    kind: str
    url: str
    """Never shown: it may hold a password."""
    secret: bytes
    audience: str
    tlp: str
    """The closest marking it may carry."""
    form: str
    """What a webhook gets: ``json`` or ``cap``. Apprise gets text."""
    automatic: Grade | None
    """Only for the desk's own duty: the grade from which a draft is sent without a person."""
    private: bool
    tries: int
    """After so many it is dead."""
    seconds: float
    repeat: bool = False
    """Mail and chat only: tried again after a failure, though it may then come twice."""

    @property
    def once(self) -> bool:
        """Whether a message leaves at most once, because the receiver knows no key by which it
        would take a second copy for the first."""
        return self.kind == "apprise" and not self.repeat

    def carries(self, tlp: str) -> bool:
        return MARKINGS.index(tlp) <= MARKINGS.index(self.tlp)

    def as_json(self) -> dict[str, Any]:
        """What may be shown of it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "audience": self.audience,
            "audience_words": AUDIENCES[self.audience].as_json(),
            "tlp": self.tlp,
            "form": "text" if self.kind == "apprise" else self.form,
            "automatic": self.automatic,
            "available": available(self),
        }


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels of an installation, and how the desk signs."""

    listed: Mapping[str, Channel]
    desk: Mapping[str, str]
    """sender, unit, contact_person, phone, email, area."""

    def of(self, audience: str) -> list[Channel]:
        return [each for each in self.listed.values() if each.audience == audience]


NONE = Channels({}, {})
"""No channels: nothing leaves."""


def read_channels(path: Path) -> Channels:
    """The channels of a TOML file. Raises `ChannelsRefused`."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
        if len(data) > FILE_BYTES:
            raise ChannelsRefused("通道文件过大", "the file of channels is too large")
        value = tomllib.loads(data.decode("utf-8"))
    except (OSError, ValueError):
        raise ChannelsRefused(
            f"无法读取通道文件 {path}（须为 TOML）",
            f"the file of channels {path} cannot be read (TOML is needed)",
        ) from None
    desk = value.get("desk", {})
    items = value.get("channel", [])
    if (
        not isinstance(desk, dict)
        or not isinstance(items, list)
        or set(value) - {"desk", "channel"}
    ):
        raise ChannelsRefused(
            "通道文件只含 [desk] 与 [[channel]]",
            "a file of channels has [desk] and [[channel]] only",
        )
    if set(desk) - _DESK or not all(isinstance(each, str) for each in desk.values()):
        listed = ", ".join(sorted(_DESK))
        raise ChannelsRefused(f"[desk] 可用 {listed}", f"[desk] may have {listed}")
    channels: dict[str, Channel] = {}
    for number, item in enumerate(items, start=1):
        channel = _channel(number, item, path.parent)
        if channel.name in channels:
            raise ChannelsRefused(f"通道 {number} 重名", f"channel {number} has a name twice")
        channels[channel.name] = channel
    return Channels(channels, desk)


def _channel(number: int, item: object, folder: Path) -> Channel:
    def refuse(zh: str, en: str) -> ChannelsRefused:
        return ChannelsRefused(f"通道 {number}：{zh}", f"channel {number}: {en}")

    if not isinstance(item, dict) or set(item) - _KNOWN:
        listed = ", ".join(sorted(_KNOWN))
        raise refuse(f"只可用 {listed}", f"it may have {listed}")
    name, kind, url = (item.get(key) for key in ("name", "kind", "url"))
    if not isinstance(name, str) or not name.strip() or len(name) > 80 or not name.isprintable():
        raise refuse("须有名称", "it needs a name")
    if kind not in KINDS or not isinstance(url, str) or not url:
        raise refuse(
            f"kind 为 {' 或 '.join(KINDS)}，须有 url", "kind is webhook or apprise, and url"
        )
    audience, tlp = item.get("audience", "duty"), item.get("tlp", "TLP:AMBER")
    if audience not in AUDIENCES or tlp not in MARKINGS:
        raise refuse(
            f"audience 为 {', '.join(AUDIENCES)}；tlp 为 {', '.join(MARKINGS)}",
            f"audience is one of {', '.join(AUDIENCES)}; tlp one of {', '.join(MARKINGS)}",
        )
    form, automatic = item.get("form", "json"), item.get("automatic")
    if form not in FORMS or automatic not in (None, *ORDER):
        raise refuse(
            "form 为 json 或 cap；automatic 为 blue、yellow、orange 或 red",
            "form is json or cap; automatic is blue, yellow, orange or red",
        )
    if automatic is not None and audience != "duty":
        raise refuse(
            "只有本单位值班的通道可自动发送", "only the desk's own duty may be sent to by itself"
        )
    tries, seconds = item.get("tries", 8), item.get("seconds", 10)
    private, repeat = item.get("private", False), item.get("repeat", False)
    if type(tries) is not int or not 1 <= tries <= 50:
        raise refuse("tries 为 1 至 50", "tries is 1 to 50")
    if type(private) is not bool or type(repeat) is not bool:
        raise refuse("private 与 repeat 为 true 或 false", "private and repeat are true or false")
    if type(seconds) not in (int, float) or not 0.1 <= seconds <= 120:
        raise refuse("seconds 为 0.1 至 120", "seconds is 0.1 to 120")
    return Channel(
        name=name.strip(),
        kind=kind,
        url=url,
        secret=_secret(item, folder, refuse) if kind == "webhook" else b"",
        audience=audience,
        tlp=tlp,
        form=form,
        automatic=automatic,
        private=private,
        tries=tries,
        seconds=float(seconds),
        repeat=repeat,
    )


def _secret(item: Mapping[str, Any], folder: Path, refuse: Any) -> bytes:
    """From a variable or a file: a secret has no place in the file of channels itself."""
    if isinstance(name := item.get("secret_env"), str):
        found = os.environ.get(name, "").encode()
    elif isinstance(file := item.get("secret_file"), str):
        try:
            found = (folder / file).read_bytes().strip()
        except OSError:
            found = b""
    else:
        raise refuse("须有 secret_env 或 secret_file", "it needs secret_env or secret_file")
    if len(found) < 16:
        raise refuse("密钥至少 16 字节", "its secret has at least 16 bytes")
    assert isinstance(found, bytes)
    return found


def available(channel: Channel) -> bool:
    """Whether what the channel needs is installed."""
    if channel.kind != "apprise":
        return True
    from importlib.util import find_spec

    return find_spec("apprise") is not None


def deliver(channel: Channel, body: bytes, media: str, key: str, title: str) -> Outcome:
    """Try once to hand a message over."""
    if channel.kind == "webhook":
        hook = Webhook(
            url=channel.url,
            secret=channel.secret,
            private=channel.private,
            seconds=channel.seconds,
        )
        return post(hook, body, media, key)
    if not available(channel):
        return Outcome(False, "unavailable: install mingjian[channels]")
    return _by_apprise(channel, body.decode("utf-8"), title)


def _by_apprise(channel: Channel, body: str, title: str) -> Outcome:
    """Whatever it raises or says may hold the address, so only its kind is told."""
    import apprise

    try:
        sender = apprise.Apprise()
        if not sender.add(channel.url):
            return Outcome(False, "not an address apprise knows")
        done = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:
        return Outcome(False, f"failed ({type(error).__name__})", again=True)
    return Outcome(bool(done), "sent" if done else "refused", again=not done)
