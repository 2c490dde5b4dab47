"""What early warning reads: counts, reports with their delay, a rule for grades."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from mingjian.app.errors import UsageError
from mingjian.app.given_files import MIB, bytes_of, json_of
from mingjian.domain.message import Message
from mingjian.warn.grades import Rule, RuleRefused, own_rule, rule_from
from mingjian.warn.table import Series, TableRefused, series_from

TABLE_BYTES = 64 * MIB
PAIRS = 2_000_000


def table(path: Path) -> csv.DictReader[str]:
    """The rows of a CSV file, of 64 MiB at most."""
    return table_of(bytes_of(path, TABLE_BYTES), path)


def table_of(data: bytes, path: Path) -> csv.DictReader[str]:
    """The rows of CSV; `path` is where it is from, for what is said of it."""
    try:
        return csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError:
        raise _not_csv(path) from None


def _not_csv(path: Path) -> UsageError:
    return UsageError(Message(f"{path} 不是 UTF-8 的 CSV", f"{path} is not CSV in UTF-8"))


def read_counts(path: Path, *, missing_is_zero: bool = False) -> list[Series]:
    """Series of a CSV file: columns series, date, count and, if wanted, exposure, outbreak."""
    try:
        return series_from(table(path), missing_is_zero=missing_is_zero)
    except csv.Error:
        raise _not_csv(path) from None
    except TableRefused as refused:
        raise UsageError(
            refused.why,
            Message(
                "每行写作 series,date,count，如 fraud,2026-01-05,12",
                "each row is written series,date,count, such as fraud,2026-01-05,12",
            ),
        ) from None


def read_reports(path: Path) -> list[tuple[date, date]]:
    """(event day, report day) of every row of a CSV file with columns event and report."""
    pairs: list[tuple[date, date]] = []
    try:
        for number, row in enumerate(table(path), start=2):
            cells = [(row.get(name) or "").strip() for name in ("event", "report")]
            try:
                event, report = (date.fromisoformat(cell) for cell in cells)
            except ValueError:
                raise UsageError(
                    Message(
                        f"第 {number} 行：event 与 report 应为日期",
                        f"row {number}: event and report are dates",
                    ),
                    Message(
                        "表头写作 event,report，每起一行，日期写作 2026-01-05",
                        "the header is event,report, a row an event, dates written 2026-01-05",
                    ),
                ) from None
            if report < event:
                raise UsageError(
                    Message(
                        f"第 {number} 行：上报早于发生",
                        f"row {number}: the report is dated before the event",
                    )
                )
            pairs.append((event, report))
            if len(pairs) > PAIRS:
                raise UsageError(Message("行数太多", "too many rows"))
    except csv.Error:
        raise _not_csv(path) from None
    if not pairs:
        raise UsageError(Message("表中没有数据行", "the table has no rows"))
    return pairs


def read_rule(path: Path | None) -> Rule:
    """The rule for grades of a file, or Mingjian's own."""
    if path is None:
        return own_rule()
    try:
        return rule_from(json_of(path))
    except RuleRefused as refused:
        raise UsageError(refused.why) from None
