"""Days as persons write them."""

from __future__ import annotations

from datetime import date

from mingjian.app.errors import UsageError
from mingjian.domain.message import Message


def day_of(value: str | None) -> date | None:
    """The day written; None where none is. Raises `UsageError`."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise UsageError(
            Message(f"日期不对：{value}", f"not a date: {value}"),
            Message("写作 2026-01-31", "written 2026-01-31"),
        ) from None
