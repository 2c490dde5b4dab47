"""CACAO 2.0: read without loss, checked against its rules, the library sound."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.law.library import library as law
from mingjian.respond.letter import templates
from mingjian.respond.playbook import Playbook, PlaybookRefused, canonical, library, problems, read
from mingjian.respond.playbook.cacao import ours
from mingjian.respond.playbook.names import used
from mingjian.respond.playbook.run import commands
from mingjian.respond.playbook.walk import Ask

WANTED = {
    "voice_clone_transfer",
    "face_swap_meeting",
    "phishing_wave",
    "intimate_extortion",
    "leaked_training_data",
    "poisoned_model",
    "injected_agent",
    "disaster_rumour",
    "label_stripping",
    "face_verification_attack",
    "rogue_agent",
    "voice_call_botnet",
}
KNOWN = frozenset(item.id for item in library().values())


def test_the_library_has_the_twelve_and_they_are_sound() -> None:
    assert set(library()) >= WANTED
    for playbook in library().values():
        assert problems(playbook, KNOWN) == [], playbook.key


@pytest.mark.parametrize("key", sorted(library()))
def test_a_library_playbook_speaks_both_languages_and_is_manual(key) -> None:
    playbook = library()[key]
    assert set(playbook.extension["conducts"]) <= set(law().conducts)
    for said in (playbook.name, playbook.description):
        assert said.zh
        assert said.en.isascii()
    for step_id, step in playbook.steps.items():
        if step["type"] in ("start", "end"):
            continue
        name = playbook.step_name(step)
        assert name.zh != name.en
        assert name.en.isascii(), name.en
        for command in step.get("commands", ()):
            assert command["type"] == "manual"
        ask = Ask(step_id=step_id, step=step, kind="action", choices=(), manual=True)
        for text in commands(ask):
            assert text.en.isascii(), text.en
        letter = ours(step.get("step_extensions")).get("document")
        assert letter is None or letter in templates()


@pytest.mark.parametrize("key", sorted(library()))
def test_round_trip_of_the_library(key) -> None:
    playbook = library()[key]
    again = read(playbook.export())
    assert canonical(again.raw) == canonical(playbook.raw)
    assert list(again.raw) == list(playbook.raw)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), JSON, max_size=4))
def test_unknown_properties_survive_a_round_trip(extra) -> None:
    raw = {**extra, **library()["rogue_agent"].raw}
    raw["workflow"] = {k: {**extra, **step} for k, step in raw["workflow"].items()}
    made = read(json.dumps(raw).encode())
    again = read(made.export())
    assert canonical(again.raw) == canonical(raw)
    assert all(item.severity in ("error", "remark") for item in problems(again, KNOWN))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_checking_never_raises_on_whatever_stands_in_a_playbook(data) -> None:
    raw = copy.deepcopy(dict(library()["injected_agent"].raw))
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = raw
        for _ in range(data.draw(st.integers(0, 3))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            inner = place[data.draw(st.sampled_from(keys))]
            if not isinstance(inner, dict | list) or not inner:
                break
            place = inner
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        place[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    for item in problems(Playbook(raw), KNOWN):
        assert item.what.zh
        assert item.what.en


def altered(change: Callable[[dict[str, Any]], object]) -> list[tuple[str, str]]:
    raw = copy.deepcopy(dict(library()["voice_clone_transfer"].raw))
    change(raw)
    return [(p.where, p.what.en) for p in problems(Playbook(raw), KNOWN) if p.severity == "error"]


def _steps(raw, kind):
    return [key for key, step in raw["workflow"].items() if step["type"] == kind]


def _step(raw, kind):
    return raw["workflow"][_steps(raw, kind)[0]]


NOWHERE = "action--00000000-0000-4000-8000-000000000000"
BROKEN = [
    (lambda r: r.pop("name"), "name", "required"),
    (lambda r: r.pop("created_by"), "created_by", "required"),
    (lambda r: r.update(type="runbook"), "type", "must be playbook"),
    (lambda r: r.update(spec_version="cacao-1.1"), "spec_version", "cacao-2.0"),
    (lambda r: r.update(id="playbook--1"), "id", "identifier"),
    (lambda r: r.update(created_by=NOWHERE), "created_by", "type identity"),
    (lambda r: r.update(modified="2026-11-25T00:00:00Z"), "modified", "millisecond"),
    (lambda r: r.update(modified="2020-01-01T00:00:00.000Z"), "modified", "before"),
    (lambda r: r.update(priority=101), "priority", "whole number"),
    (lambda r: r.update(severity=True), "severity", "whole number"),
    (lambda r: r.pop("playbook_activities"), "playbook_activities", "at least one"),
    (lambda r: r.update(workflow_start=NOWHERE), "workflow_start", "type start"),
    (lambda r: r.update(workflow_exception=NOWHERE), "workflow_exception", "no step"),
    (lambda r: r.update(markings=["marking-tlp--" + NOWHERE[8:]]), "markings", "not defined"),
    (lambda r: r["workflow"].update({NOWHERE: _step(r, "action")}), NOWHERE, "cannot be reached"),
    (lambda r: _step(r, "action").update(on_completion=NOWHERE), "on_completion", "no step"),
    (lambda r: _step(r, "action").pop("on_completion"), "workflow/action", "nothing follows"),
    (lambda r: _step(r, "action").update(on_success=NOWHERE), "workflow/action", "excludes"),
    (
        lambda r: _step(r, "end").update(on_completion=_steps(r, "end")[1]),
        "workflow/end",
        "end step",
    ),
    (lambda r: _step(r, "start").update(on_failure=_steps(r, "end")[0]), "workflow/start", "only"),
    (lambda r: _step(r, "action").pop("commands"), "commands", "required"),
    (lambda r: _step(r, "action").update(commands=[]), "commands", "at least 1"),
    (lambda r: _step(r, "action")["commands"][0].pop("command"), "command", "command_b64"),
    (lambda r: _step(r, "action").pop("agent"), "agent", "required"),
    (
        lambda r: _step(r, "action").update(agent="individual--" + NOWHERE[8:]),
        "agent",
        "not defined",
    ),
    (
        lambda r: _step(r, "action").update(targets=["group--" + NOWHERE[8:]]),
        "targets",
        "not defined",
    ),
    (lambda r: _step(r, "action").update(type="end"), "workflow/action", "differs"),
    (lambda r: _step(r, "action").update(timeout=-1), "timeout", "whole number"),
    (lambda r: _step(r, "action").update(in_args=["__lost__"]), "in_args", "not defined"),
    (lambda r: _step(r, "if-condition").pop("condition"), "condition", "required"),
    (lambda r: _step(r, "if-condition").pop("on_true"), "on_true", "required"),
    (
        lambda r: _step(r, "if-condition").update(condition="__lost__:value = 'x'"),
        "condition",
        "__lost__",
    ),
    (lambda r: _step(r, "parallel")["next_steps"].pop(), "next_steps", "at least 2"),
    (lambda r: r["playbook_variables"].update(amount={"type": "string"}), "amount", "__name__"),
    (lambda r: r["playbook_variables"].update(__x__={"value": "1"}), "__x__/type", "required"),
    (
        lambda r: r["playbook_variables"].update(__x__={"type": "integer", "value": 1}),
        "value",
        "text",
    ),
    (lambda r: r.update(extension_definitions={}), "step_extensions", "not defined"),
    (lambda r: next(iter(r["playbook_extensions"].values())).update(Bad=1), "Bad", "named with"),
    (lambda r: next(iter(r["agent_definitions"].values())).pop("name"), "name", "required"),
    (
        lambda r: next(iter(r["data_marking_definitions"].values())).update(tlpv2_level="RED"),
        "tlpv2",
        "one of",
    ),
    (lambda r: r["workflow"].update(first={"type": "end"}), "workflow/first", "identifier"),
    (
        lambda r: r.update(external_references=[{"name": "x"}]),
        "external_references",
        "where to look",
    ),
]


@pytest.mark.parametrize(
    ("change", "where", "what"), BROKEN, ids=[f"{w}: {t}" for _, w, t in BROKEN]
)
def test_each_rule_names_the_place_and_the_reason(change, where, what) -> None:
    found = altered(change)
    assert any(where in place and what in why for place, why in found), found


def test_branches_end_in_steps_of_their_own() -> None:
    def share(raw):
        ends = _steps(raw, "end")
        branch = _step(raw, "if-condition")["on_true"]
        raw["workflow"][branch]["on_completion"] = ends[-1]

    assert any("shares its end step" in why for _, why in altered(share))


def test_a_circle_is_named() -> None:
    def loop(raw):
        first, *_, last = _steps(raw, "action")
        raw["workflow"][last]["on_completion"] = first

    assert any("circle" in why for _, why in altered(loop))


def test_one_uuid_for_two_objects_is_named() -> None:
    def reuse(raw):
        action = _steps(raw, "action")[0]
        raw["workflow"]["end--" + action[8:]] = {"type": "end"}

    assert any("shares its UUID" in why for _, why in altered(reuse))


def test_other_kinds_of_steps_and_commands() -> None:
    raw = copy.deepcopy(dict(library()["rogue_agent"].raw))
    step = _step(raw, "action")
    step["commands"] = [
        {"type": "bash", "command_b64": "bHMgLWwK"},
        {"type": "http-api", "command": "GET /x HTTP/1.1", "headers": {"A": ["b"]}},
        {"type": "openc2-http", "command": "POST /openc2 HTTP/1.1", "content_b64": "e30="},
    ]
    step["out_args"] = ["__copies__"]
    assert not [p for p in problems(Playbook(raw), KNOWN) if p.severity == "error"]
    step["commands"][0]["command_b64"] = "not base64"
    assert any("Base64" in p.what.en for p in problems(Playbook(raw), KNOWN))


def test_types_of_agents_that_tools_bring_are_remarked_on_only() -> None:
    raw = copy.deepcopy(dict(library()["rogue_agent"].raw))
    key = next(iter(raw["agent_definitions"]))
    other = "soarca--" + key.partition("--")[2]
    text = json.dumps(raw).replace(key, other)
    raw = json.loads(text)
    raw["agent_definitions"][other]["type"] = "soarca"
    found = problems(Playbook(raw), KNOWN)
    assert [(p.severity, p.what.en) for p in found] == [("remark", "type soarca is not listed")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": 1e999}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "nested"),
        (b" " * ((4 << 20) + 1), "larger"),
        (json.dumps({"workflow": {str(n): {} for n in range(2001)}}).encode(), "2000 steps"),
    ],
)
def test_what_is_no_playbook_is_refused(data, said) -> None:
    with pytest.raises(PlaybookRefused) as refused:
        read(data)
    assert said in refused.value.why.en


@pytest.mark.parametrize("fill", ["_", "__:value", "__a", "9", "-", "__a__:value "])
def test_hostile_text_is_checked_in_time(fill) -> None:
    raw = {**library()["rogue_agent"].raw, "description": fill * (1_000_000 // len(fill))}
    start = time.perf_counter()
    problems(Playbook(raw), KNOWN)
    assert time.perf_counter() - start < 10


def test_a_step_that_points_at_itself_many_times_is_checked_in_time() -> None:
    raw = copy.deepcopy(dict(library()["voice_clone_transfer"].raw))
    key = _steps(raw, "parallel")[0]
    raw["workflow"][key]["next_steps"] = [key] * 50_000
    start = time.perf_counter()
    assert len(problems(Playbook(raw), KNOWN)) <= 500
    assert time.perf_counter() - start < 10


def test_variables_used() -> None:
    text = "pay __amount__:value to x__to_b__:value, __:value ____:value __9__:value"
    assert used(text) == ["__amount__", "__to_b__"]
