"""The chain: what is appended verifies, and whatever is done to it is named."""

from __future__ import annotations

import dataclasses
import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjian.casework.custody import (
    Action,
    Draft,
    Entry,
    Head,
    KeyProblem,
    canonical,
    load_key,
    verify_entries,
    verify_export,
    write_export,
)
from mingjian.casework.custody.entry import NotAnEntry, append

TIME = "2026-01-31T08:00:00.000Z"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return load_key(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def exported(key, tmp_path_factory):
    file = tmp_path_factory.mktemp("export") / "custody.jsonl"
    write_export(file, "案 A", chain(key, 5), {key.id: key.public}, key)
    return file.read_bytes()


def chain(key, count, case="案 A"):
    drafts = [
        Draft(Action.EXAMINED, f"{number:064x}", {"path": f"材料 {number}\udcff\0"})
        for number in range(count)
    ]
    return append(case, Head.of_new(case), drafts, key, "examiner", TIME)


def check(tmp_path: Path, data: bytes, **more):
    file = tmp_path / "x.jsonl"
    file.write_bytes(data)
    return verify_export(file, **more)


def wheres(problems):
    return [problem.where for problem in problems]


def test_a_chain_verifies_and_parses_back(key):
    entries = chain(key, 4)
    assert verify_entries(entries, {key.id: key.public}) == []
    assert [Entry.parse(entry.line()) for entry in entries] == entries


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(details=st.dictionaries(st.text(st.characters()), json_values, max_size=4))
def test_any_json_details_survive_and_verify(key, details):
    (entry,) = append("c", Head.of_new("c"), [Draft(Action.REPORTED, None, details)], key, "", TIME)
    assert Entry.parse(entry.line()) == entry
    assert verify_entries([entry], {key.id: key.public}) == []


def test_canonical_form_is_one_and_valid_utf8():
    value = {"b": "鉴\udc80", "a": [1, None]}
    assert canonical(value) == '{"a":[1,null],"b":"鉴\\udc80"}'.encode()
    assert json.loads(canonical(value)) == value
    with pytest.raises(ValueError):
        canonical({"x": float("nan")})


@settings(max_examples=50)
@given(data=st.binary(max_size=300))
def test_parsing_any_bytes_raises_only_not_an_entry(data):
    with pytest.raises(NotAnEntry):
        Entry.parse(data)


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"case":"x"}', b'{"seq":1,"seq":1}', b"1e999"])
def test_hostile_lines_are_not_entries(line):
    with pytest.raises(NotAnEntry):
        Entry.parse(line)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_any_byte_flip_in_an_export_is_reported_at_its_line(exported, tmp_path_factory, at, flip):
    at %= len(exported)
    data = bytearray(exported)
    data[at] ^= flip
    result = check(tmp_path_factory.getbasetemp(), bytes(data))
    line = exported.count(b"\n", 0, at) + 1
    # A flipped line end joins two lines; the one that begins there is named.
    assert any(where.split(",")[0] == f"line {line}" for where in wheres(result.problems)), line


def test_a_flip_in_one_entry_is_named_once(key, tmp_path, exported):
    lines = exported.split(b"\n")
    lines[3] = lines[3].replace("材料 2".encode(), "材料 9".encode())
    result = check(tmp_path, b"\n".join(lines))
    assert wheres(result.problems) == ["line 4, entry 3"]
    assert "altered" in result.problems[0].what.en
    assert "改动" in result.problems[0].what.zh


def edit(exported, change):
    lines = exported.splitlines(keepends=True)
    change(lines)
    return b"".join(lines)


@pytest.mark.parametrize(
    ("change", "where", "word"),
    [
        (lambda lines: lines.pop(3), "line 4, entry 4", "Entry 3 is missing"),
        (lambda lines: lines.insert(3, lines.pop(2)), "line 4, entry 2", "out of order"),
        (lambda lines: lines.insert(3, lines[2]), "line 4, entry 2", "out of order"),
        (lambda lines: lines.pop(-1), "line 6", "breaks off after entry 5"),
        (lambda lines: lines.pop(-2), "line 6", "states 5 entries"),
        (lambda lines: lines.insert(3, b"{}\n"), "line 4, entry 3", "canonical form"),
        (lambda lines: lines.append(lines[-1]), "line 7, entry 6", "canonical form"),
        (lambda lines: lines.pop(0), "line 1", "header"),
        (lambda lines: lines.clear(), "line 1", "header"),
    ],
)
def test_removed_moved_and_added_lines_are_named(exported, tmp_path, change, where, word):
    result = check(tmp_path, edit(exported, change))
    assert where in wheres(result.problems)
    assert any(word in problem.what.en for problem in result.problems)


@pytest.mark.parametrize("cut", [1, 30, 700, 1500])
def test_a_file_cut_short_is_reported(exported, tmp_path, cut):
    assert not check(tmp_path, exported[:-cut]).whole


def test_an_entry_signed_by_another_key_is_named(key, tmp_path):
    other = load_key(tmp_path / "other")
    entries = chain(key, 2)
    entries += append("案 A", Head(2, entries[-1].hash), [Draft(Action.REPORTED)], other, "x", TIME)
    problems = verify_entries(entries, {key.id: key.public})
    assert wheres(problems) == ["案 A #3"]
    assert other.id in problems[0].what.en
    # Claiming the known key's id does not help.
    entries[2] = append(
        "案 A",
        Head(2, entries[1].hash),
        [Draft(Action.REPORTED)],
        dataclasses.replace(other, id=key.id),
        "x",
        TIME,
    )[0]
    (problem,) = verify_entries(entries, {key.id: key.public})
    assert "signature" in problem.what.en


def test_a_file_signed_anew_by_a_stranger_fails_against_the_expected_key(key, tmp_path):
    stranger = load_key(tmp_path / "stranger")
    file = tmp_path / "forged.jsonl"
    write_export(file, "案 A", chain(stranger, 3), {stranger.id: stranger.public}, stranger)
    assert verify_export(file).whole
    result = verify_export(file, frozenset({key.id}))
    assert wheres(result.problems) == [f"key {stranger.id}"]


def test_an_entry_of_another_case_does_not_fit(key):
    keys = {key.id: key.public}
    assert verify_entries(chain(key, 1, "B"), keys, case="A") != []


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = load_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "custody.key").stat().st_mode) == 0o600
    assert load_key(tmp_path).public == first.public
    assert [file.name for file in tmp_path.iterdir()] == ["custody.key"]
    (tmp_path / "custody.key").chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_key(tmp_path)


def test_a_damaged_key_is_said_in_words(tmp_path):
    load_key(tmp_path)
    (tmp_path / "custody.key").write_bytes(b"nonsense")
    with pytest.raises(KeyProblem, match="Ed25519"):
        load_key(tmp_path)
