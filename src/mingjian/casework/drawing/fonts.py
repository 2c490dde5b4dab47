"""A font of this machine that has Chinese characters, for documents with fixed pages.

Mingjian ships no font: a Chinese one is 15 MB and every desktop that writes Chinese has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
_KNOWN = (
    # file name, number of the simplified Chinese face in a collection
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansSC-Regular.otf", 0),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("msyh.ttc", 0),
    ("simhei.ttf", 0),
    ("simsun.ttc", 0),
    ("PingFang.ttc", 2),
    ("STHeiti Light.ttc", 1),
    ("DroidSansFallbackFull.ttf", 0),
    ("DroidSansFallback.ttf", 0),
)


@dataclass(frozen=True, slots=True)
class Font:
    path: Path
    face: int
    """Which face of a collection; 0 in a file that holds one."""


@cache
def chinese_font() -> Font | None:
    """The first known font of this machine with Chinese characters, or None."""
    there = {
        path.name: path
        for folder in FOLDERS
        if folder.is_dir()
        for pattern in ("*.tt[fc]", "*.otf")
        for path in folder.rglob(pattern)
    }
    return next((Font(there[name], face) for name, face in _KNOWN if name in there), None)
