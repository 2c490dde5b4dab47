"""What to watch: a TOML file naming the sources, what each holds, and what may be kept."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mingjian.app.errors import UsageError
from mingjian.app.given_files import MIB, bytes_of
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message

_NAME = r"^[a-z0-9][a-z0-9_.-]{0,47}$"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Keep = Literal["none", "flagged", "all"]
"""Whose bytes go to the vault, with the full record: nobody's, what was flagged, everything."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Source(_Part):
    """What all sources have."""

    name: str = Field(pattern=_NAME)
    holds: EvidenceKind | None = None
    """What each item is; left out, that is decided for each."""
    region: str = Field("", pattern=r"^([1-9]\d{5})?$")
    """GB/T 2260 code: 110000 a province, 110100 a city, 110101 a county."""
    channel: str = Field("", max_length=64)
    service: str = Field("", max_length=64)
    keep: Keep | None = None
    """Instead of what the whole watch keeps."""


class FolderSource(_Source):
    """A folder: every file in it, once it no longer changes."""

    type: Literal["folder"]
    path: Path
    settle: float = Field(2.0, ge=0, le=3600)
    """Seconds a file must have stayed as it is."""


class MaildirSource(_Source):
    """A maildir: every message in `new` and `cur`."""

    type: Literal["maildir"]
    path: Path
    holds: EvidenceKind | None = EvidenceKind.MAIL


class DropSource(_Source):
    """JSON Lines or CSV files that others append to."""

    type: Literal["drop"]
    path: Path
    """A file, or a folder of them."""
    files: str = "*"
    """Which files of a folder."""
    text: str
    """The field that is examined."""
    time: str | None = None
    """The field that tells when it happened: ISO 8601, or seconds since 1970."""
    region_field: str | None = None
    channel_field: str | None = None
    service_field: str | None = None


class ImapSource(_Source):
    """A mailbox on a server, looked at read-only: nothing in it changes, not even "seen"."""

    type: Literal["imap"]
    host: str
    port: int = Field(993, ge=1, le=65535)
    user: str
    folder: str = "INBOX"
    tls: bool = True
    password_env: str | None = None
    password_file: Path | None = None
    holds: EvidenceKind | None = EvidenceKind.MAIL
    largest: int = Field(64 << 20, ge=1024)
    """Bytes of a message; a larger one is put aside with that reason."""

    @model_validator(mode="after")
    def _secret(self) -> ImapSource:
        if (self.password_env is None) == (self.password_file is None):
            raise ValueError("password_env / password_file")
        if not self.tls and self.host not in _LOOPBACK:
            raise ValueError("tls = false: localhost")
        return self


class QueueSource(_Source):
    """A Redis or Valkey stream, read as a member of a consumer group."""

    type: Literal["queue"]
    url: str
    stream: str
    group: str = "mingjian"
    password_env: str | None = None
    text: str = "text"
    time: str | None = None
    idle: float = Field(60.0, gt=0)
    """Seconds after which entries another reader took and never finished are taken over."""


class PushSource(_Source):
    """What is handed over by HTTP, or by a program: kept on disk before it is answered."""

    type: Literal["push"]
    spool_bytes: int = Field(64 << 20, ge=4096)
    """What may wait on disk; beyond that, whoever pushes is asked to come back later."""


AnySource = Annotated[
    FolderSource | MaildirSource | DropSource | ImapSource | QueueSource | PushSource,
    Field(discriminator="type"),
]


class Alerts(_Part):
    """Which counts are judged once a day or week, as `mingjian warn check` would."""

    aspect: str = "proposition"
    by: tuple[str, ...] = ()
    level: str = "county"
    step: Literal["day", "week"] = "day"
    false_alarms: float = 0.5
    """Accepted a year of each series."""
    factor: float = 1.5


class Campaigns(_Part):
    """Whether items leave prints by which copies of one another are found; see `campaign`."""

    every: float = Field(600.0, ge=1, le=86_400)
    """Seconds between looks at what has come together."""
    alert: Literal["flagged", "all", "none"] = "flagged"
    """Which campaigns raise an alert when they are new or grow: those of which at least half the
    items were flagged, all (codes and parcels form campaigns too), or none."""


class Watch(_Part):
    """A watch: its sources, its pace, and what it keeps."""

    name: str = Field(pattern=_NAME)
    case: str = Field("watch", min_length=1, max_length=200)
    """The case that what is kept is filed in."""
    every: float = Field(5.0, ge=0.1, le=86_400)
    """Seconds between looks at quiet sources."""
    capacity: int | None = Field(None, ge=1)
    """Items examined a minute at most; left out: as fast as this machine can."""
    backlog: int = Field(100_000, ge=1)
    """Items that may wait, all sources together."""
    full: Literal["wait", "shed"] = "wait"
    """When more would wait: leave them at the source, or pass some over by the stated rule."""
    attempts: int = Field(3, ge=1, le=20)
    """Tries before an item is put aside."""
    keep: Keep = "flagged"
    excerpt: int = Field(80, ge=0, le=400)
    """Characters of the redacted excerpt; 0: none."""
    keep_days: int | None = Field(None, ge=1, le=36_500)
    """Days after which excerpts and measurements of what was examined are cleared; left out:
    they stay. Counts stay in any case, and what is filed in a case stays with the case."""
    alerts: Alerts | None = None
    """Left out: counts only."""
    campaigns: Campaigns | None = None
    """Left out: nothing is kept by which copies could be found."""
    source: tuple[AnySource, ...] = Field(min_length=1, max_length=200)

    @field_validator("source")
    @classmethod
    def _names(cls, value: tuple[AnySource, ...]) -> tuple[AnySource, ...]:
        names = [one.name for one in value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"name = {twice!r} x 2")
        return value


def read_watch(path: Path) -> Watch:
    """The watch a file describes; paths in it are relative to the file's folder."""
    try:
        value = tomllib.loads(bytes_of(path, MIB).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            Message(f"{path} 不是有效的 TOML（{error}）", f"{path} is not valid TOML ({error})")
        ) from None
    listed = value.get("source")
    for source in listed if isinstance(listed, list) else ():
        for name in ("path", "password_file"):
            if isinstance(source, dict) and isinstance(source.get(name), str):
                source[name] = os.path.join(path.absolute().parent, source[name])
    try:
        return Watch.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "source"
        raise UsageError(
            Message(
                f"{path} 中的 {place} 无效：{first['msg']}", f"{path}: {place}: {first['msg']}"
            ),
            Message(
                "各项的写法见 docs/how-to/watch.zh-CN.md", "docs/how-to/watch.md shows each entry"
            ),
        ) from None


def secret(name: str | None, file: Path | None, source: str) -> str:
    """The password a source needs, from the environment or a file, never from the watch file."""
    if name is not None:
        found = os.environ.get(name)
        if found is not None:
            return found
        raise UsageError(
            Message(
                f"来源“{source}”需要环境变量 {name}",
                f"the source “{source}” needs the environment variable {name}",
            )
        )
    assert file is not None
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise UsageError(
            Message(
                f"来源“{source}”的密码文件无法读取：{error.strerror}",
                f"the password file of the source “{source}” cannot be read: {error.strerror}",
            )
        ) from None
