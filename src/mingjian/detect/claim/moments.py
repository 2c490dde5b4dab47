"""Points in time as tables of posts write them, read as seconds; and written back."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone

_FORM = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]{1,2}(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d{1,9})?秒?)?)?"
    r"\s{0,2}(Z|UTC|[+-]\d{2}:?\d{2})?"
)
_EARLIEST, _LATEST = 0.0, 4_102_444_800.0
"""1970 to 2100: a number outside is no time of a post."""


def moment(value: object) -> float | None:
    """Seconds since 1970 of a time; one without a zone is read as UTC, as all of its table are.

    Numbers are seconds, or milliseconds where they are too large for seconds. None for anything
    that is no time.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return _within((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    if isinstance(value, date):
        return _within(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp())
    if isinstance(value, (int, float)):
        return _number(float(value)) if abs(value) < 1e18 else None
    text = str(value)[:40].strip()
    if re.fullmatch(r"\d{9,16}(?:\.\d{1,9})?", text):
        return _number(float(text))
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day, *rest = match.groups()
    hour, minute, second = (int(part or 0) for part in rest[:3])
    try:
        zone = _zone(rest[3])
        read = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=zone)
        return _within(read.timestamp())
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if text in (None, "Z", "UTC"):
        return UTC
    assert text is not None
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _number(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return _within(value / 1000 if value > _LATEST else value)


def _within(seconds: float) -> float | None:
    return seconds if _EARLIEST < seconds < _LATEST else None


def shown(seconds: float) -> str:
    """``2024-05-03 08:36:00``, in the zone the table was read in."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
