"""Files that a person names: read whole and bounded, and refused in plain words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mingjian.app.errors import UsageError
from mingjian.domain.message import Message

MIB = 1 << 20


def bytes_of(path: Path, most: int) -> bytes:
    """What a file of at most `most` bytes holds."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(Message(f"没有这个文件：{path}", f"no such file: {path}")) from None
    if len(data) > most:
        size = f"{most / MIB:g} MiB"
        raise UsageError(Message(f"{path} 大于 {size}", f"{path} is larger than {size}"))
    return data


def json_of(path: Path) -> Any:
    """The JSON of a file of at most 1 MiB."""
    try:
        return json.loads(bytes_of(path, MIB))
    except (ValueError, RecursionError):
        raise UsageError(Message(f"{path} 不是有效的 JSON", f"{path} is not valid JSON")) from None
