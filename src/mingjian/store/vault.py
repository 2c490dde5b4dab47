"""The vault: evidence bytes in a folder, each file named by the SHA-256 of what it holds.

A file is written under `tmp/` and renamed into place, so a name never stands for half of its
bytes. `sync` makes everything written so far durable; it is called once per chunk, before the
database commits what refers to it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from mingjian.domain.message import Message

BLOCK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{62}")


class Mismatch(Exception):
    """The bytes are not those the hash was stated for."""


@contextmanager
def _opened(source: Path, follow: bool) -> Iterator[FileIO]:
    # Not blocking: opening a FIFO would otherwise wait for a writer.
    flags = os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    descriptor = os.open(source, flags)
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not an ordinary file")
        yield stream


class Vault:
    """A content-addressed folder: ``ab/cdef…``. Nothing in it is ever changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scratch = folder / "tmp"
        self._unsynced = False

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]

    def holds(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def put_file(
        self, source: Path, expected: str | None = None, *, follow: bool = True
    ) -> tuple[str, int]:
        """Copy a file in, hashed in the same pass; its SHA-256 and size.

        Raises `Mismatch` if it is not `expected`, OSError if it cannot be read. Only ordinary
        files are read; `follow` False also refuses a symbolic link.
        """
        with _opened(source, follow) as stream:
            return self._put(stream, expected)

    def hash_file(self, source: Path, *, follow: bool = True) -> tuple[str, int]:
        """SHA-256 and size of a file that stays where it is; OSError as for `put_file`."""
        with _opened(source, follow) as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            return sha256, os.fstat(stream.fileno()).st_size

    def put_bytes(self, data: bytes, expected: str | None = None) -> str:
        """Keep `data`; its SHA-256. Raises `Mismatch` if that is not `expected`."""
        sha256 = hashlib.sha256(data).hexdigest()
        if expected is not None and sha256 != expected:
            raise Mismatch
        if not self._there(sha256, len(data)):
            fresh = self._fresh()
            fresh.write_bytes(data)
            self._place(fresh, sha256)
        return sha256

    def _put(self, stream: FileIO, expected: str | None) -> tuple[str, int]:
        hashed, size = hashlib.sha256(), 0
        fresh = self._fresh()
        try:
            with fresh.open("wb", buffering=0) as out:
                while block := stream.read(BLOCK):
                    hashed.update(block)
                    size += len(block)
                    view = memoryview(block)
                    while view:
                        view = view[out.write(view) :]
            sha256 = hashed.hexdigest()
            if expected is not None and sha256 != expected:
                raise Mismatch
            if self._there(sha256, size):
                fresh.unlink()
            else:
                self._place(fresh, sha256)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        return sha256, size

    def _there(self, sha256: str, size: int) -> bool:
        """Whether a file of that name and size is there. A file cut short by a power loss
        before `sync` is thus replaced; altered bytes are found by `verify`."""
        try:
            return self.path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def _fresh(self) -> Path:
        if not self._unsynced:
            self.scratch.mkdir(parents=True, exist_ok=True)
        return self.scratch / f"new-{os.getpid()}-{secrets.token_hex(8)}"

    def _place(self, fresh: Path, sha256: str) -> None:
        fresh.chmod(0o400)
        target = self.path(sha256)
        try:
            fresh.rename(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh.rename(target)
        self._unsynced = True

    def sync(self) -> None:
        """Make what was put durable, all files at once."""
        if not self._unsynced:
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            if not hasattr(libc, "syncfs") or libc.syncfs(descriptor) != 0:
                os.sync()
        finally:
            os.close(descriptor)
        self._unsynced = False

    def verify(
        self, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Message]]:
        """Hash every file again; SHA-256 (its name) and what is wrong, for each that differs."""
        count = 0
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                sha256 = folder.name + file.name
                problem = self.check(sha256)
                if problem is not None:
                    yield sha256, problem
                count += 1
                if progress:
                    progress(count)

    def check(self, sha256: str) -> Message | None:
        """What is wrong with one file, None if nothing is."""
        file = self.path(sha256)
        try:
            with file.open("rb") as stream:
                actual = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return Message(
                f"证据库中缺失证据 {sha256}。", f"Evidence {sha256} is missing from the vault."
            )
        except OSError:
            return Message(
                f"证据库中的证据 {sha256} 无法读取。",
                f"Evidence {sha256} in the vault cannot be read.",
            )
        if actual != sha256 or not _NAME.fullmatch(file.name):
            return Message(
                f"证据 {sha256} 的内容已被改动：现散列值为 {actual}。",
                f"Evidence {sha256} was altered: its bytes now hash to {actual}.",
            )
        return None
