"""Campaigns in a table that a case holds: found on the spot, bounded, and kept nowhere.

Only the column with the text, and one with times if wanted, are read: who sent an item is not
asked for.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from mingjian.app import campaign, lists
from mingjian.app.access import Actor, require
from mingjian.app.campaign import Campaigns
from mingjian.app.campaign_files import Fields, rows_of_table
from mingjian.app.desk import NotThere
from mingjian.app.errors import UsageError
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.limits import Refused
from mingjian.intake.records import read_records, record_error
from mingjian.intake.table import FORMATS
from mingjian.store.store import Store

ROWS = 20_000
"""Rows that are read of a table; a few seconds."""
BYTES = 64 << 20
"""A larger table is for the command line."""
TABLES = 50
"""Items of a kind among which tables are looked for."""
SHOWN = 50
"""Campaigns that are explained."""
COLUMNS = 60
_ONE_AT_A_TIME = threading.Lock()


def tables(store: Store, actor: Actor) -> list[Json]:
    """Tables among the items of all cases, those examined last first: data, then dialogues."""
    found: list[Json] = []
    for kind in (EvidenceKind.DATASET, EvidenceKind.DIALOGUE):
        page = lists.item_page(store, actor, lists.items_asked(None, kind=kind), size=TABLES)
        items: Any = page["items"]
        found += [one for one in items if one["format"] in FORMATS]
    return found


def _kept(store: Store, actor: Actor, case: str, sha256: str) -> Path:
    """Where the bytes of a table of this case are kept."""
    require("case.read", actor)
    places = store.found_in(sha256) if len(sha256) == 64 else []
    if case not in {place.case for place in places}:
        raise NotThere(
            Message("案件中没有这份材料", "the case has no such evidence"),
            Message("请从表格列表中选择", "choose one from the list of tables"),
        )
    path = store.vault.path(sha256)
    if not path.is_file() or path.stat().st_size > BYTES:
        raise UsageError(
            Message(
                "这份表格未保存在此，或大于 64 MiB",
                "this table is not kept here, or larger than 64 MiB",
            ),
            Message(
                "请用 mingjian campaign find 直接读取文件",
                "read the file itself with mingjian campaign find",
            ),
        )
    return path


def columns(store: Store, actor: Actor, case: str, sha256: str) -> list[str]:
    """The columns of a table, by its first record that can be read. `UsageError`: no table."""
    try:
        for record in islice(read_records(_kept(store, actor, case, sha256)), 100):
            if record_error(record) is None:
                return [str(name) for name in record][:COLUMNS]
    except Refused as refused:
        raise UsageError(refused.why) from None
    return []


def found(
    store: Store, actor: Actor, case: str, sha256: str, text: str, time: str | None
) -> Campaigns:
    """The campaigns among the first `ROWS` rows of a table."""
    path = _kept(store, actor, case, sha256)
    with _ONE_AT_A_TIME:  # each takes a core, and the same is often asked for twice
        return _found(path, text, time)


@lru_cache(maxsize=8)
def _found(path: Path, text: str, time: str | None) -> Campaigns:
    fields = Fields(text=text, time=time)
    return campaign.find(lambda: islice(rows_of_table(path, fields), ROWS), most=SHOWN)
