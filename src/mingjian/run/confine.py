"""What a process gives up before it touches hostile bytes. Linux; elsewhere only the limits.

Uses ctypes and the standard library alone. Each measure that the system refuses is reported
in `confine`'s answer, so that `mingjian doctor` can say what protects this installation.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
OPEN_FILES = 512


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Be killed when `parent` dies (strictly: the thread of it that started this process)."""
    with contextlib.suppress(AttributeError):
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It died before the line above took hold.
        os._exit(1)


def confine(memory_bytes: int, file_bytes: int) -> dict[str, bool]:
    """Give up the network, new privileges, core dumps, and memory and files beyond the limits.

    To be called while the process has one thread. Returns which measures hold.
    """
    held = {
        "network_cut": _cut_network(),
        "no_new_privileges": _try(lambda: _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0),
        "memory_limit": _limit(resource.RLIMIT_DATA, memory_bytes),
        "file_limit": _limit(resource.RLIMIT_FSIZE, file_bytes),
    }
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    return held


def _try(measure: object) -> bool:
    assert callable(measure)
    try:
        return bool(measure())
    except (AttributeError, OSError):
        return False


def _limit(which: int, value: int) -> bool:
    try:
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _cut_network() -> bool:
    """Enter an empty network namespace: directly where allowed, else by a user namespace."""
    user, group = os.geteuid(), os.getegid()
    try:
        libc = _libc()
        if libc.unshare(_CLONE_NEWNET) == 0:
            return True
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            return False
    except AttributeError:
        return False
    # Keep the same numbers inside, so that files still belong to whom they did.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text)
    return True
