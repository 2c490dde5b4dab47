"""Evidence on its way in through the desk: kept on disk as it arrives, in a folder of its own.

``incoming/ID/asked.json`` is written when everything has arrived, so a folder without it was cut
off and is no evidence yet; ``state.json`` tells what became of it (`app.incoming_run`).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from mingjian.app import cases
from mingjian.app.access import Actor, require
from mingjian.app.desk import NotThere
from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.casework.case import decide
from mingjian.casework.custody.entry import this_second
from mingjian.casework.document.blocks import visible
from mingjian.domain.message import Message

FILES = 20_000
"""Most files of one upload."""
DEEP = 32
NAME_BYTES = 200
"""A file's name is cut to this; most file systems take 255."""
ROOM = 512 << 20
"""So much of the disk stays free: the store needs room to say that there is none."""
RENAMED_SHOWN = 200
TEXT_NAME = "pasted.txt"
LINK_NAME = "link.txt"


def incoming_folder(settings: Settings) -> Path:
    return settings.home / "incoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was handed in, by whom, for which case; `asked.json`."""

    id: str
    case: str
    new_case: bool
    by: str
    role: str
    at: str
    declared: str | None
    files: int
    size: int
    renamed: tuple[tuple[str, str], ...]
    """Names that were not kept as they came: as given (made visible), as kept."""


def _piece(name: str) -> str:
    """One step of a path as a harmless name: what cannot be seen is spelt out, not lost."""
    name = visible(unicodedata.normalize("NFC", name)).strip()
    name = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in name)
    data = name.encode("utf-8", "replace")
    if len(data) > NAME_BYTES:
        stem, dot, suffix = name.rpartition(".")
        tail = (dot + suffix).encode("utf-8", "replace") if stem and len(suffix) <= 12 else b""
        name = (data[: NAME_BYTES - len(tail)] + tail).decode("utf-8", "ignore")
    return name


def safe_path(name: str) -> tuple[str, ...]:
    """A file's name as a browser sent it, as steps of a path that cannot leave its folder."""
    steps = [
        step for step in name.replace("\\", "/").split("/") if step.strip() not in ("", ".", "..")
    ]
    made = tuple(filter(None, map(_piece, steps[-DEEP:])))
    return made or ("unnamed",)


@dataclass(slots=True)
class Arriving:
    """An upload under way. Everything is written as it comes; nothing is held in memory."""

    settings: Settings
    actor: Actor
    case: str
    new_case: bool
    id: str
    files: int = 0
    size: int = 0
    renamed: list[tuple[str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _lock: IO[bytes] | None = None

    @property
    def folder(self) -> Path:
        return incoming_folder(self.settings) / self.id

    @property
    def place(self) -> Path:
        """What is examined: a folder of this name, which every item's name begins with."""
        return self.folder / f"upload-{self.id[:6]}"

    def file(self, name: str) -> IO[bytes]:
        """A new file under a harmless name, for the bytes that follow."""
        if self.files >= FILES:
            raise UsageError(
                Message(f"一次最多上传 {FILES} 个文件", f"at most {FILES} files in one upload"),
                Message("请分几次上传，或先打包", "upload in several turns, or pack them first"),
            )
        steps = safe_path(name)
        path, number = "/".join(steps), 1
        while path.casefold() in self._taken or (self.place / path).exists():
            number += 1
            stem, dot, suffix = steps[-1].rpartition(".")
            last = f"{stem} ({number}).{suffix}" if dot and stem else f"{steps[-1]} ({number})"
            path = "/".join((*steps[:-1], last))
        self._taken.add(path.casefold())
        if path != name.replace("\\", "/") and len(self.renamed) < RENAMED_SHOWN:
            self.renamed.append((visible(name)[:400], path))
        self.files += 1
        try:
            (self.place / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return open(self.place / path, "xb", buffering=1 << 20)
        except OSError as error:
            raise BrokenError(
                Message(f"无法写入：{error.strerror}", f"cannot be written: {error.strerror}")
            ) from None

    def count(self, size: int) -> None:
        """Note that so many bytes are about to be written; refuse what there is no room for."""
        before, self.size = self.size, self.size + size
        if self.size > self.settings.upload_bytes:
            raise TooLarge(self.settings.upload_bytes)
        if before >> 26 != self.size >> 26 or not before:
            room(self.settings, 0)

    def finish(self, declared: str | None = None) -> Asked:
        """Everything has arrived: say so, durably. `declared`: what the person says it is."""
        if not self.files:
            raise UsageError(
                Message("没有可检验的内容", "there is nothing to examine"),
                Message("请选择文件，或粘贴文字或链接", "choose files, or paste a text or a link"),
            )
        asked = Asked(
            id=self.id,
            case=self.case,
            new_case=self.new_case,
            by=self.actor.name,
            role=str(self.actor.role),
            at=this_second(),
            declared=declared,
            files=self.files,
            size=self.size,
            renamed=tuple(self.renamed),
        )
        if self.new_case:
            with opened_store(self.settings) as store:
                cases.new(store, self.actor, self.case)
        write_json(self.folder / "asked.json", asdict(asked))
        self._release()
        return asked

    def drop(self) -> None:
        """It was cut off or refused: nothing of it stays."""
        self._release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def hold(self) -> None:
        """Say that the folder is in use, for as long as this process lives."""
        self._lock = open(self.folder / "lock", "ab")  # noqa: SIM115 - it stays open on purpose
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()


class TooLarge(UsageError):
    """More than one upload may bring."""

    def __init__(self, most: int) -> None:
        shown = f"{most / (1 << 30):.3g} GiB"
        super().__init__(
            Message(f"上传超过上限 {shown}", f"the upload is larger than {shown}"),
            Message(
                "请分几次上传，或在服务器上用 mingjian examine；上限为设置项 upload_bytes",
                "upload in several turns, or use mingjian examine on the server; the limit is the "
                "setting upload_bytes",
            ),
        )


def room(settings: Settings, wanted: int) -> None:
    """Raise where the disk cannot take `wanted` bytes more."""
    if shutil.disk_usage(settings.home).free < wanted + ROOM:
        raise BrokenError(
            Message("服务器磁盘空间不足", "the server's disk has no room for this"),
            Message("请告知管理员", "tell an admin"),
        )


def begin(settings: Settings, actor: Actor, case: str) -> Arriving:
    """Get ready to take evidence for a case, which is made at the end if there is none so named."""
    require("case.examine", actor)
    with opened_store(settings) as store:
        new_case = case not in store.cases()
        if new_case:
            require("case.new", actor)
            with cases.in_words():
                case = decide.name_of_case(case)
            new_case = case not in store.cases()
        if not new_case:
            cases.takes_evidence(store, case)
    arriving = Arriving(settings, actor, case, new_case, secrets.token_hex(8))
    arriving.place.mkdir(parents=True, mode=0o700)
    arriving.hold()
    return arriving


def is_held(folder: Path) -> bool:
    """Whether a process is at work in an upload's folder: receiving it, or examining it."""
    try:
        with open(folder / "lock", "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


# ---- reading back -----------------------------------------------------------------------------


def write_json(path: Path, value: object) -> None:
    """Whole or not at all, also when the power goes."""
    made = path.with_suffix(".new")
    with open(made, "w", encoding="ascii") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(made, path)


def read_json(path: Path) -> dict[str, Any]:
    """Empty where it is not there (yet)."""
    try:
        found = json.loads(path.read_text("ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def asked_of(folder: Path) -> Asked | None:
    """What was handed in there; None while it is arriving, or where it was cut off."""
    found = read_json(folder / "asked.json")
    if not found:
        return None
    return Asked(**{**found, "renamed": tuple((one[0], one[1]) for one in found["renamed"])})


def folder_of(settings: Settings, identity: str) -> Path:
    """The folder of one upload, or `NotThere`. An id is hexadecimal, so no path comes of it."""
    good = len(identity) == 16 and all(sign in "0123456789abcdef" for sign in identity)
    folder = incoming_folder(settings) / identity
    if not good or asked_of(folder) is None:
        raise NotThere(
            Message("没有这次检验", "there is no such examination"),
            Message("请从检验页打开", "open it from the page Examine"),
        )
    return folder


def all_folders(settings: Settings) -> Iterator[Path]:
    """Uploads that arrived whole, newest first."""
    place = incoming_folder(settings)
    if place.is_dir():
        found = [(asked, one) for one in place.iterdir() if (asked := asked_of(one))]
        yield from (one for asked, one in sorted(found, key=lambda row: row[0].at, reverse=True))
