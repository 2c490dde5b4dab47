"""`make demo` leaves three cases, alerts and a running drill, and does so once."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from mingjian.app import alerts, drill_case
from mingjian.app.access import Actor, Role
from mingjian.app.case_views import list_cases
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.settings import load_settings

EXAMPLES = Path(__file__).parents[2] / "examples"
PARTS = ("01-investment-chat.txt", "10-customers.csv", "09-notice.txt")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_demo_shows(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MINGJIAN_LANGUAGE", language)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.delitem(sys.modules, "demo_desk", raising=False)
    import demo_desk

    (tmp_path / "docket").mkdir()
    for name in PARTS:
        shutil.copy(EXAMPLES / "docket" / name, tmp_path / "docket")
    examine_paths([tmp_path / "docket"], load_settings(), case=demo_desk.DOCKET)
    monkeypatch.setattr(sys, "argv", ["demo_desk.py", str(tmp_path)])
    demo_desk.main()
    demo_desk.main()  # a second `make demo` adds nothing

    actor = Actor("Wu", Role.LEAD)
    with opened_store(load_settings()) as store:
        cases = {line.case: line for line in list_cases(store, actor)}
        assert set(cases) == {"demo", "demo-lures", "demo-leak", "demo-drill"}
        assert [cases[name].items for name in ("demo", "demo-lures", "demo-leak")] == [1, 1, 1]
        assert cases["demo"].body["status"] == "draft"
        assert cases["demo-leak"].level == 2  # proposed; a second person confirms
        assert cases["demo-drill"].body["exercise"]
        raised = alerts.listed(store, actor)
        assert len(raised) == 4
        assert {one["alarm"]["subject"].rpartition(" | ")[2] for one in raised} == {
            "voice-clone-transfer",
            "fake-disaster",
            "310000",
            "440000",
        }
        assert drill_case.view(store, actor, "demo-drill", "rogue_agent")["status"] == "Exercise"
