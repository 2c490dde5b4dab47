"""The campaign explorer: which texts of a table are copies of one another, and what they share."""

from __future__ import annotations

import re
from typing import Any

from mingjian.app import campaign_case, desk
from mingjian.app.campaign_case import ROWS
from mingjian.app.campaign_files import campaign_json, summary_json
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.page import Asked, Page

_SLOT = re.compile(r"(〔[^〔〕]{1,40}〕)")
DAYS = 60
"""Days drawn of a campaign, its last ones."""
_TEXTS = ("text", "content", "message", "body", "正文", "内容", "文本", "消息")
_TIMES = ("time", "date", "created_at", "timestamp", "时间", "日期")


def _campaigns(asked: Asked) -> Json:
    case, sha256, text = asked["case"], asked["sha256"].lower(), asked["text"]
    content: Json = {"case": case, "sha256": sha256, "rows": ROWS, "columns": [], "found": None}
    with asked.store() as store:
        if not sha256:
            return {**content, "tables": campaign_case.tables(store, asked.actor)}
        desk.known(store, case)
        columns = campaign_case.columns(store, asked.actor, case, sha256)
        content |= {"columns": columns, "tables": [], "usual": _usual(columns)}
        if not text:
            return content
        time = asked["time"] or None
        found = campaign_case.found(store, asked.actor, case, sha256, text, time)
    return {
        **content,
        "found": {
            **summary_json(found),
            "campaigns": [_shown(campaign_json(one)) for one in found.campaigns],
            "clusters": found.found,
        },
    }


def _usual(columns: list[str]) -> Json:
    """The columns that look like text and time by their names."""

    def first(names: tuple[str, ...]) -> str:
        return next((one for one in columns if one.casefold() in names), "")

    return {"text": first(_TEXTS), "time": first(_TIMES)}


def _shown(campaign: Any) -> Json:
    """A campaign without the ids of its items; its text cut at the slots, its days as columns."""
    days = campaign["growth"]["per_day"][-DAYS:] if campaign["growth"] else []
    top = max((count for _, count in days), default=1)
    return {
        **{key: campaign[key] for key in campaign if key not in ("members", "spread")},
        "pieces": [
            {"slot": bool(number % 2), "text": piece}
            for number, piece in enumerate(_SLOT.split(campaign["common"] or ""))
            if piece
        ],
        "days": [
            {"day": day, "count": count, "height": round(60 * count / top, 1)}
            for day, count in days
        ],
    }


CAMPAIGN_PAGES = (
    Page(
        name="campaigns",
        area="alerts",
        title=Message("团伙活动簇", "Campaigns"),
        make=_campaigns,
        takes=("case", "sha256", "text", "time"),
        action="case.read",
    ),
)
