"""Parquet tables through DuckDB, in batches, with everything else DuckDB can do switched off."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjian.domain.evidence import Content
from mingjian.domain.message import Message
from mingjian.intake.content import FileContent
from mingjian.intake.limits import MIB, Refused

_BATCH = 1024
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "512MB",
    "threads": "1",
    "temp_directory": "",
}


def read_parquet(path: Path) -> Iterator[Mapping[str, object]]:
    """The rows of the Parquet file at `path`. Raises `Refused` where it cannot be read.

    DuckDB sees the file under a plain name of our own, because it would take `*` and `[`
    in a name for a pattern, and may open no other file.
    """
    with tempfile.TemporaryDirectory(prefix="mingjian-parquet-") as folder:
        link = Path(folder) / "table.parquet"
        link.symlink_to(path.resolve())
        yield from _rows(link)


def read_parquet_content(content: Content) -> Iterator[Mapping[str, object]]:
    """The same for evidence; bytes in memory are spooled to a file that is removed after."""
    if isinstance(content, FileContent):
        yield from read_parquet(content.path)
        return
    with tempfile.TemporaryDirectory(prefix="mingjian-parquet-") as folder:
        file = Path(folder) / "table.parquet"
        view = content.view()
        with file.open("wb") as out:
            for start in range(0, len(view), MIB):
                out.write(view[start : start + MIB])
        yield from _rows(file)


def _rows(file: Path) -> Iterator[Mapping[str, object]]:
    import duckdb

    connection: Any = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        connection.execute(f"SET allowed_paths=['{file}']")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [str(file)])
        names = [str(column[0]) for column in cursor.description]
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))
    except (duckdb.Error, RuntimeError, OverflowError, ValueError) as error:
        raise Refused(
            Message(
                f"Parquet 数据表已损坏，无法继续读取（{type(error).__name__}）。",
                f"The Parquet table is damaged and could not be read on ({type(error).__name__}).",
            )
        ) from error
    finally:
        connection.close()
