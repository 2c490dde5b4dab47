"""A day that has ended is judged once: an alarm becomes one alert, however often it is judged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.app.watch_fakes import put_in_place

from mingjian.app import alerts, watch_alerts
from mingjian.app import watch as module
from mingjian.app.access import Actor, Role
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.app.watch_config import read_watch
from mingjian.store.watch_finish import Counted

CONFIG = """
name = "desk"
[alerts]
by = ["region"]
level = "city"
[[source]]
name = "drop"
type = "drop"
path = "drop.jsonl"
text = "body"
"""
TODAY = date(2026, 6, 1)


def _counted(days_ago: int, aspect: str, count: int) -> Counted:
    moment = datetime(2026, 6, 1, 4, tzinfo=UTC) - timedelta(days=days_ago)
    hour = int(moment.timestamp() // 3600)
    value = "" if aspect == "items" else "message.fraud"
    return Counted(
        source="drop", aspect=aspect, value=value, region="440305", channel="", service="",
        event_hour=hour, received_hour=hour, count=count,
    )  # fmt: skip


def _past(leap: int) -> list[Counted]:
    """Sixty quiet days, and `leap` yesterday; today is only beginning."""
    made = []
    for ago in range(61, -1, -1):
        made.append(_counted(ago, "items", 100))
        made.append(_counted(ago, "proposition", leap if ago == 1 else 4 + ago % 3))
    return made


def test_an_excess_becomes_one_alert(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(monkeypatch)
    (tmp_path / "watch.toml").write_text(CONFIG)
    (tmp_path / "drop.jsonl").write_text(json.dumps({"body": "x"}) + "\n")
    watch = read_watch(tmp_path / "watch.toml")
    module.run_watch(watch, settings, once=True)
    past = _past(leap=60)
    monkeypatch.setattr("mingjian.app.watch_counts.counts", lambda store, name: past)
    monkeypatch.setattr(watch_alerts, "_today", lambda: TODAY)
    for _ in range(2):  # as after a kill
        assert not module.run_watch(watch, settings, once=True).alerts_behind
    with opened_store(settings) as store:
        (found,) = alerts.listed(store, Actor("tester", Role.LEAD))
    assert found["alarm"]["subject"] == "message.fraud | 440300"  # type: ignore[index]
    assert found["alarm"]["at"] == "2026-05-31"  # type: ignore[index]


def test_what_keeps_alerts_from_working_is_said_at_once(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(monkeypatch)
    (tmp_path / "watch.toml").write_text(CONFIG.replace('"region"', '"weather"'))
    with pytest.raises(UsageError, match="weather"):
        module.run_watch(read_watch(tmp_path / "watch.toml"), settings, once=True)


def test_weeks_are_judged_when_they_have_ended(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "watch.toml").write_text(CONFIG.replace("[alerts]", '[alerts]\nstep = "week"'))
    watch = read_watch(tmp_path / "watch.toml")
    assert watch.alerts is not None
    with opened_store(settings) as store:
        judge = watch_alerts.Judge(watch, watch.alerts, settings, store, lambda: date(2026, 6, 3))
    assert judge._last_whole() == date(2026, 5, 25)
