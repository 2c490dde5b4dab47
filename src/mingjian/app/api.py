"""`mingjian.examine`: the Python API, typed, with the same objects as the JSON output."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mingjian.app.examine import examine_paths
from mingjian.app.settings import load_settings
from mingjian.domain.record import Json


def examine(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    case: str = "unfiled",
    declared: str | None = None,
    home: str | os.PathLike[str] | None = None,
) -> Json:
    """Examine a file, a folder or several; the published JSON form of the examination.

    `declared` says what the content is (message, mail, dialogue, text, link, prompt,
    agent-trace, web-log) instead of finding out; `home` replaces the folder where evidence,
    records and custody are kept. Raises `mingjian.app.errors.MingjianError`.
    """
    single = isinstance(paths, (str, os.PathLike))
    named = [Path(paths)] if single else [Path(path) for path in paths]  # type: ignore[arg-type, union-attr]
    settings = load_settings(home=Path(home) if home is not None else None)
    return examine_paths(named, settings, case=case, declared=declared).as_json()
