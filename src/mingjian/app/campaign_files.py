"""Campaigns of a table: its rows read, the index kept in a folder, results written and read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingjian.app.alone import alone
from mingjian.app.campaign import Campaign, Campaigns, Row, Spread
from mingjian.app.errors import UsageError
from mingjian.casework.artefacts import KINDS
from mingjian.detect.claim.moments import moment, shown
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.limits import Refused
from mingjian.intake.records import Record, read_records, record_error
from mingjian.warn.campaign_growth import Growth, NewTemplate
from mingjian.warn.campaign_index import Index
from mingjian.warn.campaign_words import SKELETON, Wording

INDEX, LOCK = "campaigns.npz", "campaigns.lock"
_LATER = Message("请待其结束后再运行", "run this again when it has ended")
_PICTURE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The columns of a table that matter; None where there is no such column."""

    text: str
    time: str | None = None
    id: str | None = None
    parent: str | None = None
    picture: str | None = None
    """256-bit perceptual hashes (PDQ) as 64 hexadecimal digits."""


def rows_of_table(table: Path, fields: Fields) -> Iterator[Row]:
    """The rows of a CSV, JSONL, JSON or Parquet table, numbered from 1 where they have no id.

    A row that cannot be read comes without a text, so that numbers stay those of the table.
    """
    if not table.is_file():
        raise UsageError(Message(f"没有这个文件：{table}", f"no such file: {table}"))
    named = (fields.text, fields.time, fields.id, fields.parent, fields.picture)
    try:
        for number, record in enumerate(read_records(table, [n for n in named if n]), 1):
            yield _row(number, record, fields)
    except Refused as refused:
        raise UsageError(
            refused.why,
            Message(
                "请用 --text-field 等选项指明字段", "name the fields with --text-field and the like"
            ),
        ) from None


def _row(number: int, record: Record, fields: Fields) -> Row:
    if record_error(record) is not None:
        return Row(id=str(number), text="")
    parent = _text(record.get(fields.parent)) if fields.parent else ""
    picture = _text(record.get(fields.picture)).strip().lower() if fields.picture else ""
    return Row(
        id=_text(record.get(fields.id)) if fields.id else str(number),
        text=_text(record.get(fields.text)),
        time=moment(record.get(fields.time)) if fields.time else None,
        parent=parent.strip() or None,
        features=(("picture", picture),) if _PICTURE.fullmatch(picture) else (),
    )


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


@contextmanager
def index_in(folder: Path | None) -> Iterator[Index]:
    """The index kept in a folder, for this process alone, and kept again when all went well; a
    new one that is kept nowhere without a folder. `UsageError` where another process has it."""
    if folder is None:
        yield Index()
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _held(folder):
        index = _opened(folder)
        yield index
        _keep(index, folder)


def _held(folder: Path) -> AbstractContextManager[None]:
    refusal = Message(
        f"另一个进程正在使用 {folder} 中的索引", f"another process is using the index in {folder}"
    )
    return alone(folder / LOCK, refusal, _LATER)


def _opened(folder: Path) -> Index:
    if not (folder / INDEX).is_file():
        return Index()
    try:
        return Index.load(folder / INDEX)
    except ValueError:
        raise UsageError(
            Message(f"{folder / INDEX} 不是团伙活动簇的索引", f"{folder / INDEX} is no index"),
            Message("请换一个 --state 文件夹", "name another folder with --state"),
        ) from None


def _keep(index: Index, folder: Path) -> None:
    """Write the index so that a run that is cut off leaves the old one."""
    partial = folder / (INDEX + ".partial")
    index.save(partial)
    partial.replace(folder / INDEX)


def forget_index(folder: Path) -> None:
    """Have the index of a folder made anew. `UsageError` where another process has it."""
    if folder.is_dir():
        with _held(folder):
            (folder / INDEX).unlink(missing_ok=True)


def write(listed: Iterable[Json], path: Path) -> None:
    """One campaign a line, in the order given."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        for campaign in listed:
            file.write(json.dumps(campaign, ensure_ascii=False) + "\n")
    partial.replace(path)


def read_campaigns(path: Path) -> list[dict[str, Any]]:
    """What `write` wrote."""
    try:
        with path.open(encoding="utf-8") as file:
            listed = [json.loads(line) for line in file if line.strip()]
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(Message(f"没有这个文件：{path}", f"no such file: {path}")) from None
    except ValueError:
        listed = [None]
    if not all(isinstance(one, dict) and "campaign" in one for one in listed):
        raise UsageError(
            Message(
                f"{path} 不是 mingjian campaign find 的输出",
                f"{path} was not written by mingjian campaign find",
            )
        )
    return listed


def summary_json(found: Campaigns) -> Json:
    """Everything about a run but the campaigns themselves."""
    return {
        "items": found.items,
        "clustered": found.clustered,
        "campaigns": found.found,
        "explained": len(found.campaigns),
        "signals": [signal_json(one) for one in found.signals],
        "grown": list(found.changed.grown),
        "merged": [list(pair) for pair in found.changed.merged],
        "note": found.note.as_json(),
    }


def signal_json(signal: NewTemplate) -> Json:
    return {
        "campaign": signal.campaign,
        "what": signal.what,
        "first": shown(signal.first),
        "recent": signal.recent,
        "before": signal.before,
        "because": signal.because.as_json(),
    }


def campaign_json(campaign: Campaign) -> Json:
    """One campaign: what is shared comes redacted."""
    return {
        "campaign": campaign.number,
        "items": campaign.items,
        "texts": campaign.texts,
        "because": campaign.because.as_json(),
        **(_wording(campaign.wording) if campaign.wording else {"common": None, "skeleton": None}),
        "things": [
            {
                "kind": one.kind,
                "kind_words": KINDS[one.kind].as_json() if one.kind in KINDS else None,
                "value": one.shown,
                "items": one.items,
            }
            for one in campaign.things
        ],
        "growth": _growth(campaign.growth) if campaign.growth else None,
        "spread": _spread(campaign.spread) if campaign.spread else None,
        "members": list(campaign.members),
    }


def _wording(wording: Wording) -> Json:
    return {
        "common": _common(wording),
        "skeleton": wording.skeleton,
        "kept": wording.kept,
        "phrases": [{"text": one.text, "share": one.share} for one in wording.phrases],
    }


def _common(wording: Wording) -> str:
    """What to look at first: the skeleton, or the phrases where hardly any is left."""
    if wording.kept < SKELETON and wording.phrases:
        return " / ".join(phrase.text for phrase in wording.phrases)
    return wording.skeleton


def _growth(growth: Growth) -> Json:
    return {
        "timed": growth.timed,
        "first": shown(growth.first),
        "last": shown(growth.last),
        "per_hour": [[shown(start), count] for start, count in growth.per_hour],
        "per_day": [[shown(start)[:10], count] for start, count in growth.per_day],
    }


def _spread(spread: Spread) -> Json:
    largest = spread.largest
    return {
        "cascades": spread.cascades,
        "reposts": spread.reposts,
        "first_hour": spread.first_hour,
        "first_day": spread.first_day,
        "largest": {
            "reposts": largest.reposts,
            "first_hour": largest.first_hour,
            "first_day": largest.first_day,
            "depth": largest.depth,
            "breadth": largest.breadth,
        },
    }
