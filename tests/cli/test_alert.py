"""`mingjian alert` as a person meets it: from counts to a signed message at a receiver."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from mingjian.cli.main import app

from ..exchange.receiver import SECRET, Receiver


class Desk:
    """Commands in one home folder."""

    def __init__(self, home: Path, counts: Path) -> None:
        self.home, self.counts = home, counts
        self.environment = {
            "MINGJIAN_HOME": str(home),
            "MINGJIAN_LANGUAGE": "en",
            "MINGJIAN_ACTOR": "Wang",
        }

    def does(self, *arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, [str(each) for each in arguments], env=self.environment)
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    def json(self, *arguments: object) -> Any:
        return json.loads(self.does(*arguments, "--json"))

    def check(self, *more: object) -> Any:
        return self.json("warn", "check", self.counts, "--raise", *more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    rng = np.random.default_rng(6)
    rows = ["series,date,count"]
    for week in range(60):
        day = date(2026, 11, 23) - timedelta(weeks=59 - week)
        rows.append(f"voice,{day},{80 if week == 59 else rng.poisson(10)}")
    counts = tmp_path / "counts.csv"
    counts.write_text("\n".join(rows), "utf-8")
    return Desk(tmp_path / "home", counts)


def test_from_counts_to_a_closed_alert(desk: Desk) -> None:
    assert "No alerts" in desk.does("alert", "list")
    first = desk.check()["alerts"]
    assert [one["event"] for one in first] == ["alert.raised"]
    assert [one["event"] for one in desk.check()["alerts"]] == [None]
    said = desk.does("warn", "check", desk.counts, "--raise")
    assert "Alert #1: recorded already" in said
    assert "● #1 red raised  voice" in desk.does("alert", "list")
    assert "#1" in desk.does("alert", "acknowledge", 1, "--note", "looking")
    assert "snoozed" in desk.does("alert", "snooze", 1, "--reason", "known", "--until", "2d")
    assert desk.json("alert", "escalate", 1, "--reason", "grave")["escalated"]["case"] == "alert-1"
    assert "alert-1" in desk.does("case", "list")
    desk.does("alert", "close", 1, "true_event", "--reason", "verified", "--as", "Li")
    whole = desk.does("alert", "show", 1)
    for word in ("had 80 where", "threshold", "false alarms a year expected", "Li (lead)", "closed",
                 "true_event verified"):  # fmt: skip
        assert word in whole
    assert "0% were false" in desk.does("alert", "measured")
    assert desk.json("alert", "list") == []
    assert len(desk.json("alert", "list", "--all")) == 1
    assert "确有其事" in desk.does("alert", "measured", "--lang", "zh")
    assert "intact" in desk.does("custody", "verify")


def test_a_person_sends_what_was_shown(desk: Desk) -> None:
    desk.check()
    assert "nothing leaves" in desk.does("alert", "deliver")
    assert "there is no channel" in desk.does("alert", "draft", 1, "--reason", "x")
    receiver = Receiver()
    try:
        desk.home.joinpath("duty.key").write_bytes(SECRET)
        desk.home.joinpath("channels.toml").write_text(
            f"""
            [[channel]]
            name = "duty"
            kind = "webhook"
            url = "{receiver.url}"
            secret_file = "duty.key"
            private = true
            tries = 1
            """
        )
        desk.environment["MINGJIAN_CHANNELS"] = "channels.toml"
        shown = desk.does("alert", "draft", 1, "--reason", "so decided", "--as", "Li")
        assert "── duty · application/json · SHA-256" in shown
        asked = ("alert", "send", 1, "--audience", "duty", "--by", "Li", "--reason", "so decided")
        assert receiver.requests == []
        desk.does(*asked, code=1)  # not at a terminal: --yes is needed
        assert receiver.requests == []
        said = desk.does(*asked, "--yes")
        assert "Actual TLP:AMBER  delivered (1 tries, HTTP 200)" in said
        ((_, body),) = receiver.requests
        assert json.loads(body)["released_by"] == "Li"
        assert desk.does("alert", "log", "--body", 1).encode().strip() == body
        receiver.plan = ["500"]
        receiver.taken_in.clear()
        again = (*asked[:-1], "once more")
        desk.does(*again, "--yes", code=1)  # dead: the exit code says so
        assert "dead (1 tries, HTTP 500)" in desk.does("alert", "log")
        desk.does("alert", "again", 2)
        assert "1 tries: 1 delivered" in desk.does("alert", "deliver")
        assert "delivered" in desk.does("alert", "show", 1)
        said = desk.does("alert", "close", 1, "withdrawn", "--reason", "x", "--as", "Li")
        assert "no longer holds" in said
        assert "mingjian alert send 1 --audience duty" in said
        assert "no longer holds" in desk.does("alert", "show", 1)
        asked = ("alert", "send", 1, "--audience", "duty", "--by", "Li", "--reason", "over")
        assert '"type": "Cancel"' in desk.does(*asked, "--yes")
        assert "no longer holds" not in desk.does("alert", "show", 1)
        refused = CliRunner().invoke(app, ["alert", "arrived", "1"], env=desk.environment)
        assert "not unsure" in str(refused.exception)
    finally:
        receiver.close()


def test_a_drill_is_apart(desk: Desk) -> None:
    desk.check()
    desk.check("--exercise", "autumn")
    assert "[EXERCISE] #2" in desk.does("alert", "list")
    assert desk.json("alert", "show", 2)["exercise"] == "autumn"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("alert", "show", 9), "no alert 9"),
        (("alert", "list", "--status", "lost"), "no such status"),
        (("alert", "snooze", 1, "--reason", "x", "--until", "later"), "not a time"),
        (("alert", "draft", 1, "--say", "advice"), "item=text"),
        (("alert", "log", "--body", 7), "no delivery 7"),
    ],
)
def test_what_is_refused(desk: Desk, arguments: tuple[object, ...], said: str) -> None:
    done = CliRunner().invoke(app, [str(each) for each in arguments], env=desk.environment)
    assert said in str(done.exception)
