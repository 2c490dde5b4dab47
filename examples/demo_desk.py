"""What people would have done with the docket: three cases, live alerts, a drill that is running.

`make demo` runs it after the docket was examined as case “demo”; everything in it is invented.
    python examples/demo_desk.py FOLDER        counts.csv is written there
"""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from mingjian.app import alerts, case_decisions, case_facts, cases, drill_case, incident_case, warn
from mingjian.app.access import Actor, Role
from mingjian.app.keeping import opened_store
from mingjian.app.lists import every_item, items_asked
from mingjian.app.settings import Settings, load_settings
from mingjian.app.warn_files import read_counts, read_rule
from mingjian.store.store import Store

LEAD, EXAMINER = Actor("Li", Role.LEAD), Actor("Zhao", Role.EXAMINER)
DOCKET, LURES, LEAK, DRILL = "demo", "demo-lures", "demo-leak", "demo-drill"
WEEKS = 210
SERIES = {
    "voice-clone-transfer": 6.0,
    "ai-phishing-mail": 18.0,
    "leaked-data": 3.0,
    "fake-disaster": 2.0,
    "voice-clone-transfer | 310000": 1.5,
    "voice-clone-transfer | 440000": 2.0,
    "voice-clone-transfer | 510000": 1.0,
}
"""Mean reports a week of what a desk might count; some by province (GB/T 2260)."""
RUSH = {
    "voice-clone-transfer": 32,
    "fake-disaster": 16,
    "voice-clone-transfer | 310000": 5,
    "voice-clone-transfer | 440000": 14,
}
"""How many more come in the last week, so that there is something to look at."""


def say(settings: Settings, zh: str, en: str) -> str:
    return zh if settings.language == "zh" else en


def make_cases(store: Store, settings: Settings) -> None:
    """The docket becomes three cases: lures, a leak, and the rest."""
    ids = {
        str(item["path"]): str(item["sha256"])
        for item in every_item(store, LEAD, items_asked(DOCKET))
    }

    def named(*starts: str) -> list[str]:
        return [sha for path, sha in ids.items() if Path(path).name.startswith(starts)]

    for case, starts, title, why in (
        (
            LURES,
            ("01-", "02-", "16-", "19-"),
            say(
                settings,
                "“老板”来电（克隆语音？）、投资群与钓鱼邮件",
                "A “boss” on the phone (a cloned voice?), an investment chat, a phishing mail",
            ),
            say(settings, "三名当事人报案", "three recipients have complained"),
        ),
        (
            LEAK,
            ("10-", "13-"),
            say(settings, "客户数据表泄露", "A customer table leaked"),
            say(settings, "平台报告数据外泄", "the platform has reported a leak"),
        ),
    ):
        case_decisions.split(store, LEAD, DOCKET, case, named(*starts), why)
        cases.edit(store, LEAD, case, title=title)
        case_decisions.open_(store, LEAD, case, why)
        cases.assign(store, LEAD, case, EXAMINER.name)
    cases.edit(store, LEAD, DOCKET, title=say(settings, "示例卷宗", "The demo docket"))
    case_facts.judge(
        store, EXAMINER, LEAK, "pi.infringement", True,
        say(settings, "平台证实数据属实", "the platform confirms the data are real"),
    )  # fmt: skip
    case_facts.state_facts(
        store, EXAMINER, LEAK, date="2026-11-19", counts={"personal_information.other": 12_000_000}
    )
    cases.task(
        store, EXAMINER, LEAK, say(settings, "向平台调取下载日志", "ask the platform for its logs")
    )
    known = datetime.now(UTC) - timedelta(minutes=40)
    facts = {
        "title": say(settings, "某商城客户数据表泄露", "Customer table of a shop leaked"),
        "known_at": known.isoformat(timespec="seconds"),
        "conducts": ["pi.infringement"],
        "facts": {"pi_people": 12_000_000, "loss_cny": 4_000_000, "operator": "other"},
        "not_concerned": ["cac.utilities", "cac.population"],
    }
    incident_case.grade(
        store, EXAMINER, LEAK, facts,
        say(settings, "平台统计，抽样核对", "counted by the platform, checked by sample"),
    )  # fmt: skip


def raise_alerts(store: Store, settings: Settings, folder: Path) -> None:
    """Four years of invented weekly counts; the last week brings a rush of some."""
    rng, file = np.random.default_rng(7), folder / "counts.csv"
    today = datetime.now(UTC).date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("series", "date", "count"))
        for name, level in SERIES.items():
            week = np.arange(WEEKS)
            mean = level * np.exp(0.25 * np.sin(2 * np.pi * week / 52))
            counts = rng.poisson(mean)
            counts[-1] += RUSH.get(name, 0)
            for at, count in enumerate(counts):
                writer.writerow((name, first + timedelta(weeks=int(at)), int(count)))
    found = warn.alarms(read_counts(file), None, warn.settings_from(0.5, 1.5), read_rule(None))
    alerts.raise_alarms(store, EXAMINER, found)


def start_drill(store: Store, settings: Settings) -> None:
    """An exercise that has just begun; its clock runs until somebody ends it."""
    title = say(settings, "演练：失控的智能体", "Exercise: a runaway agent")
    cases.new(store, LEAD, DRILL, title=title, exercise=True)
    drill_case.start(store, LEAD, DRILL, "rogue_agent", people=[LEAD.name, EXAMINER.name])


def main() -> None:
    settings = load_settings()
    with opened_store(settings) as store:
        if LEAK in store.cases():
            return
        make_cases(store, settings)
        raise_alerts(store, settings, Path(sys.argv[1]))
        start_drill(store, settings)


if __name__ == "__main__":
    main()
