"""Sources of a watch: what they hold that is new, and how to get at each item's content."""

from __future__ import annotations

import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import time
from typing import Any

from mingjian.app.collect import Found, collect
from mingjian.app.incident import BEIJING
from mingjian.app.watch_config import FolderSource, MaildirSource
from mingjian.domain.message import Message
from mingjian.store.watch import Listed, Watched

Json = dict[str, Any]
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial")
"""Endings that copying programs give to files they still write."""
_EARLIEST = datetime(2000, 1, 1, tzinfo=BEIJING).timestamp()
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_TAG = 64
_LONG = 400


class Unreachable(Exception):
    """The source cannot be read now; it is looked at again later."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


class Unobtainable(Exception):
    """This item's content cannot be had. `lasting`: trying again would not help."""

    def __init__(self, why: Message, *, lasting: bool) -> None:
        super().__init__(why.en)
        self.why = why
        self.lasting = lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a look at a source brought."""

    items: Sequence[Listed]
    position: Json
    more: bool = False
    """Whether there was more than was asked for."""
    pending: bool = False
    """Whether something still changes and will be listed once it is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An item's content, as text, bytes or a file, and what its source says of it."""

    name: str
    text: str | None = None
    data: bytes | None = None
    path: Path | None = None
    event: float | None = None
    """When it happened, seconds since 1970."""
    region: str = ""
    channel: str = ""
    service: str = ""


class Source(ABC):
    """Something that holds items. Nothing in it is changed, except that a queue is told."""

    @abstractmethod
    def look(self, position: Json, room: int) -> Listing:
        """At most `room` items after `position`. Raises `Unreachable`."""

    @abstractmethod
    def load(self, item: Watched) -> Loaded:
        """An item's content. Raises `Unobtainable` or `Unreachable`."""

    def entered(self, keys: Sequence[str]) -> None:  # noqa: B027 - not all need to know
        """These are kept as listed; they need not be listed again."""

    def settled(self, keys: Sequence[str], oldest: Watched | None) -> None:  # noqa: B027
        """What became of these is kept; `oldest` is what has waited longest, if anything."""

    def close(self) -> None:  # noqa: B027
        """Let go of what is open."""


def tag(value: object) -> str:
    """A channel or service as a source names it, on one line and short."""
    return _CONTROL.sub(" ", str(value)).strip()[:_TAG] if value not in (None, "") else ""


def region_code(value: object) -> str:
    """A GB/T 2260 code, "" where it is none."""
    text = str(value).strip() if value is not None else ""
    return text if re.fullmatch(r"[1-9][0-9]{5}", text) else ""


def event_time(value: object) -> float | None:
    """When it happened: seconds (or milliseconds) since 1970, or ISO 8601, else None.

    A time without a zone is taken as Beijing time.
    """
    seconds: float | None = None
    if isinstance(value, int) and value.bit_length() > 64:
        return None
    if isinstance(value, str) and not re.fullmatch(r"\d{9,13}(\.\d+)?", value.strip()):
        try:
            said = datetime.fromisoformat(value.strip().replace("/", "-"))
            seconds = (said if said.tzinfo else said.replace(tzinfo=BEIJING)).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        seconds = float(value)
        seconds = seconds / 1000 if seconds > 1e11 else seconds
    return seconds if seconds is not None and _EARLIEST <= seconds < 1e11 else None


def _unreachable(path: Path, error: OSError) -> Unreachable:
    reason = error.strerror or type(error).__name__
    return Unreachable(Message(f"{path} 无法读取：{reason}", f"{path} cannot be read: {reason}"))


def _gone(error: OSError) -> Unobtainable:
    if isinstance(error, FileNotFoundError):
        why = Message("文件已不在来源中。", "The file is no longer at the source.")
        return Unobtainable(why, lasting=True)
    reason = error.strerror or type(error).__name__
    why = Message(f"文件无法读取：{reason}。", f"The file cannot be read: {reason}.")
    return Unobtainable(why, lasting=False)


def _short(name: str) -> str:
    """The part of a key that names a file; keys have to fit into an index."""
    if len(name) > _LONG:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{name[: _LONG // 2]}\r{digest}"
    return f"{name}\n"


class Folder(Source):
    """Every file below a folder, once its size and time have stayed the same."""

    def __init__(self, settings: FolderSource) -> None:
        self.root = settings.path
        self.settle = settings.settle
        self._known: set[str] = set()
        self._before: frozenset[str] = frozenset()

    def look(self, position: Json, room: int) -> Listing:
        if not self.root.is_dir():
            why = Message(f"没有文件夹 {self.root}", f"there is no folder {self.root}")
            raise Unreachable(why)
        listed: list[Listed] = []
        there: set[str] = set()
        more = pending = False
        for found in collect((str(self.root),)):
            name = os.path.relpath(found.path, self.root)
            base = os.path.basename(name)
            if base.startswith(".") or base.endswith(_UNFINISHED):
                continue
            place = _short(name)
            key = f"{place}{found.size}\n{found.mtime_ns}"
            there.add(key)
            if key in self._known:
                continue
            if not self._still(key, found):
                pending = True
                continue
            if len(listed) == room:
                more = True
                break
            # A file that was touched and holds the same is not examined again.
            locator: Json = {"name": name, "same": place}
            if found.refusal is not None:
                locator["refusal"] = found.refusal.as_json()
            listed.append(Listed(key, locator))
        if not more:
            self._known &= there
        self._before = frozenset(there)
        return Listing(items=listed, position=position, more=more, pending=pending)

    def _still(self, key: str, found: Found) -> bool:
        """Old enough, as one moved in may be at once; or, dated later than now, unchanged."""
        age = time() - found.mtime_ns / 1e9
        return age >= self.settle or (age < 0 and key in self._before)

    def load(self, item: Watched) -> Loaded:
        refusal = item.locator.get("refusal")
        if refusal is not None:
            raise Unobtainable(Message(refusal["zh"], refusal["en"]), lasting=True)
        path = self.root / item.locator["name"]
        try:
            status = os.lstat(path)
        except OSError as error:
            raise _gone(error) from None
        event = event_time(status.st_mtime)
        return Loaded(name=item.locator["name"], path=path, event=event)

    def entered(self, keys: Sequence[str]) -> None:
        self._known.update(keys)


class Maildir(Source):
    """Messages of a maildir. The unique part of a file's name stays while flags change."""

    def __init__(self, settings: MaildirSource) -> None:
        self.root = settings.path
        self._known: set[str] = set()

    def look(self, position: Json, room: int) -> Listing:
        listed: list[Listed] = []
        there: set[str] = set()
        more = False
        for folder in ("new", "cur"):
            try:
                names = sorted(os.listdir(self.root / folder))
            except OSError as error:
                raise _unreachable(self.root / folder, error) from None
            for name in names:
                key = name.partition(":")[0]
                if name.startswith(".") or key in there:
                    continue
                there.add(key)
                if key in self._known:
                    continue
                if len(listed) == room:
                    more = True
                    break
                listed.append(Listed(key, {"name": f"{folder}/{name}"}))
        if not more:
            self._known &= there
        return Listing(items=listed, position=position, more=more)

    def load(self, item: Watched) -> Loaded:
        path = self.root / item.locator["name"]
        if not path.exists():
            # Read by a mail program meanwhile: it moves to `cur` and gets flags.
            moved = [
                name for name in os.listdir(self.root / "cur") if name.partition(":")[0] == item.key
            ]
            if not moved:
                raise _gone(FileNotFoundError())
            path = self.root / "cur" / moved[0]
        began = re.match(r"(\d{9,11})\.", item.key)
        event = event_time(int(began[1])) if began else None
        return Loaded(name=item.locator["name"], path=path, event=event)

    def entered(self, keys: Sequence[str]) -> None:
        self._known.update(keys)
