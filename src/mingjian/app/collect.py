"""From the paths a person names to the items to examine. Nothing is skipped silently."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingjian.app.errors import UsageError
from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One item: a regular file to examine, or something named with the reason it is not."""

    path: str
    size: int
    mtime_ns: int
    refusal: Message | None = None


def _refusal(mode: int) -> Message | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return Message(
            "符号链接，不跟随；请直接给出目标文件",
            "a symbolic link, not followed; name the target itself",
        )
    return Message(
        "不是普通文件（设备、管道或套接字），不读取",
        "not a regular file (a device, pipe or socket), not read",
    )


def _found(path: str) -> Found:
    try:
        status = os.lstat(path)
    except OSError as error:
        return Found(path=path, size=0, mtime_ns=0, refusal=_unreadable(error))
    refusal = _refusal(status.st_mode)
    size = status.st_size if refusal is None else 0
    return Found(path=path, size=size, mtime_ns=status.st_mtime_ns, refusal=refusal)


def _unreadable(error: OSError) -> Message:
    reason = error.strerror or type(error).__name__
    return Message(f"无法读取：{reason}", f"cannot be read: {reason}")


def _walk(folder: str) -> Iterator[Found]:
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append, followlinks=False):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        for name in sorted([*names, *linked]):
            yield _found(os.path.join(parent, name))
    for error in failed:
        path = os.fsdecode(error.filename or folder)
        yield Found(path=path, size=0, mtime_ns=0, refusal=_unreadable(error))


def check_roots(paths: Sequence[Path]) -> tuple[str, ...]:
    """The named paths, absolute; a link that was named itself is followed.

    A `UsageError` names the first that does not exist.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(
                Message(f"路径不存在：{path}", f"no such path: {path}"),
                Message("请检查拼写，或给出文件夹", "check the spelling, or name its folder"),
            )
    return tuple(os.path.realpath(path) for path in paths)


def collect(roots: Sequence[str]) -> Iterator[Found]:
    """Every item below the roots, in a stable order, each path once."""
    seen: set[str] = set()
    for root in roots:
        is_folder = os.path.isdir(root) and not os.path.islink(root)
        for found in _walk(root) if is_folder else (_found(root),):
            if found.path not in seen:
                seen.add(found.path)
                yield found
