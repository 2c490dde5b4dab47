"""Model files: arrays in `<name>.npz`, told about by `<name>.json` beside it.

The note names the file's SHA-256, who trained it (a script in `training/`) and on which rows.
A file that is missing, or is not the one the note names, makes a detector unavailable: a
detector never goes on with a constant.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.detect.contract import Unavailable
from mingjian.domain.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "mingjian.learned/1"


def note(package: str, name: str) -> Mapping[str, Any]:
    """What is told of the model `name` in `package`; raises `Unavailable` where it is missing."""
    try:
        told = json.loads(files(package).joinpath(f"{name}.json").read_text("utf-8"))
        if told["format"] == FORMAT and isinstance(told["sha256"], str):
            return dict(told)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Unavailable(
        Message(
            f"模型说明 {name}.json 缺失或损坏；请重新安装明鉴",
            f"the model note {name}.json is missing or damaged; install Mingjian again",
        )
    )


def version(own: str, package: str, *names: str) -> str:
    """A detector's version: its `own`, and the first 8 hex digits of each model it uses."""
    parts = [own]
    for name in names:
        try:
            parts.append(str(note(package, name)["sha256"])[:8])
        except Unavailable:
            parts.append("missing")
    return "+".join(parts[:2]) + "".join(f".{part}" for part in parts[2:])


def load(package: str, name: str) -> Mapping[str, NDArray[Any]]:
    """The model's arrays; raises `Unavailable` unless the file is the one its note names."""
    import numpy as np

    with np.load(io.BytesIO(data(package, name)), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def data(package: str, name: str) -> bytes:
    """The model file unopened, for a model that is opened only when it is first asked; raises
    `Unavailable` unless it is the one its note names."""
    told = note(package, name)
    try:
        found = files(package).joinpath(f"{name}.npz").read_bytes()
    except OSError:
        found = b""
    if sha256(found).hexdigest() != told["sha256"]:
        raise Unavailable(
            Message(
                f"模型文件 {name}.npz 缺失或与其说明的 SHA-256 不符；请重新安装明鉴",
                f"the model file {name}.npz is missing or does not have the SHA-256 its note "
                "names; install Mingjian again",
            )
        )
    return found


def save(
    folder: Path,
    name: str,
    arrays: Mapping[str, NDArray[Any]],
    *,
    script: str,
    rows: Sequence[Mapping[str, Any]],
    more: Mapping[str, Any] | None = None,
) -> str:
    """Write both files (the same bytes for the same arrays); the SHA-256 of the model file.

    `script` is the training script's path in the repository; `rows` says for each source its
    name, licence and how many rows were learnt from.
    """
    import numpy as np

    buffer = io.BytesIO()
    named: dict[str, Any] = dict(sorted(arrays.items()))
    np.savez_compressed(buffer, **named)
    made = buffer.getvalue()
    digest = sha256(made).hexdigest()
    told = {
        "format": FORMAT,
        "sha256": digest,
        "bytes": len(made),
        "script": script,
        "rows": list(rows),
        **(more or {}),
    }
    (folder / f"{name}.npz").write_bytes(made)
    (folder / f"{name}.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    return digest
