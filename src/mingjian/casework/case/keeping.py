"""How long a case is kept."""

from __future__ import annotations

from datetime import date

from mingjian.casework.case.state import Body
from mingjian.casework.case.workflow import workflow


def closed_on(body: Body) -> date | None:
    """The day of the last closing, where the case is closed."""
    if body["status"] != "closed":
        return None
    days = [item["at"][:10] for item in body["decisions"] if item["step"] == "close"]
    return date.fromisoformat(days[-1]) if days else None


def keep_until(body: Body) -> date | None:
    """The day up to which its texts are kept; None while it is not closed or is on hold."""
    closed = closed_on(body)
    if closed is None or body["hold"] is not None:
        return None
    years = workflow().keep_years[body["class"]]
    try:
        return closed.replace(year=closed.year + years)
    except ValueError:  # 29 February
        return date(closed.year + years, 3, 1)
