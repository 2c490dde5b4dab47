"""Hostile archives: bounded, refused aloud, and the rest examined."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.makers import (
    CALL,
    contents,
    flat_bomb,
    make_tar,
    make_zip,
    many_fold,
    nested_zips,
    overlapping_zip,
    reasons,
    taken,
)
from tests.intake.test_archives import ARCHIVES, PACKED

from mingjian.intake.limits import MIB, Budget, Limits
from mingjian.intake.take_in import TakenIn, safe_name

SMALL = Limits(
    expanded_bytes=8 * MIB, expansion_floor=MIB, expansion_ratio=50, members=200, depth=4
)


def total(items: list[TakenIn]) -> int:
    return sum(item.evidence.size for item in items[1:])


def within(items: list[TakenIn], limits: Limits) -> bool:
    deepest = max(item.evidence.path.count("/") for item in items)
    return (
        total(items) <= limits.expanded_bytes and len(items) <= limits.members + 1 and deepest < 99
    )


def test_flat_bomb_is_refused_and_its_neighbours_are_read() -> None:
    data = make_zip({"zeros.bin": bytes(64 * MIB), "note.txt": b"abc", "m.pkl": CALL})
    items = taken(data, limits=SMALL)
    assert contents(items) == {"note.txt": b"abc", "m.pkl": CALL}
    assert "bomb" in reasons(items) or "MiB unpacked" in reasons(items)


def test_bomb_that_lies_about_its_size() -> None:
    data = bytearray(flat_bomb(32 * MIB))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    items = taken(bytes(data), limits=SMALL)
    assert contents(items) == {"zeros.bin": bytes(10)}
    assert "more than it declares" in reasons(items)


def test_compressed_bomb_beside_other_members() -> None:
    data = make_zip({"bomb.gz": gzip.compress(bytes(64 * MIB)), "m.pkl": CALL})
    items = taken(data, limits=SMALL)
    assert within(items, SMALL)
    assert contents(items)["m.pkl"] == CALL
    assert "bomb" in reasons(items) or "MiB unpacked" in reasons(items)


def test_overlapping_entries_are_read_once() -> None:
    data = overlapping_zip(60, 4 * MIB)
    with_library = zipfile.ZipFile(io.BytesIO(data))
    assert sum(info.file_size for info in with_library.infolist()) > 60 * 4 * MIB
    items = taken(data, limits=SMALL)
    assert total(items) < 5 * MIB
    assert reasons(items).count("shares its bytes") == 59


def test_nesting_stops_at_the_depth_limit() -> None:
    items = taken(nested_zips(9, {"a.txt": b"abc"}), limits=SMALL)
    assert len(items) == 1 + SMALL.depth
    assert "Nested more than 4 levels" in reasons(items)
    whole = taken(nested_zips(4, {"a.txt": b"abc"}), limits=SMALL)
    assert reasons(whole) == ""


def test_archives_of_archives_of_bombs() -> None:
    items = taken(many_fold(3, 12, flat_bomb(2 * MIB)), limits=SMALL)
    assert within(items, SMALL)
    assert "in one item" in reasons(items) or "unpacked" in reasons(items)


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_ten_thousand_members(make: object) -> None:
    assert callable(make)
    data = make({f"{index}.txt": b"x" for index in range(10_000)})
    items = taken(data, limits=replace(Limits(), members=500))
    assert len(items) == 501
    refusals = items[0].refusals
    assert len(refusals) == 1
    assert "9500 more members" in refusals[0].why.en


def test_a_million_refusals_are_not_kept() -> None:
    data = make_tar({"a": b"x"})
    items = taken(overlapping_zip(1_500, 10) + b"", limits=SMALL)
    assert len(items[0].refusals) <= 1_001
    assert taken(data)[0].refusals == ()


def test_time_ends_unpacking() -> None:
    data = make_zip({f"{index}.txt": b"x" for index in range(50)})
    items = taken(data, limits=replace(Limits(), item_seconds=0.0))
    assert len(items) < 50
    assert "too long" in reasons(items)


@pytest.mark.parametrize("name", [*ARCHIVES, *PACKED])
def test_truncated_at_every_length(name: str) -> None:
    data = {**ARCHIVES, **PACKED}[name]
    step = max(1, len(data) // 400)
    for length in range(0, len(data), step):
        assert within(taken(data[:length], "x", SMALL), SMALL)


@pytest.mark.parametrize("name", ["deflated", "stored", "gnu", "7z", "gz", "xz", "zst"])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_altered_archives_never_raise(name: str, data: st.DataObject) -> None:
    whole = bytearray({**ARCHIVES, **PACKED}[name])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    items = taken(bytes(whole), "x", SMALL)
    assert within(items, SMALL)


MAGICS = [b"", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c",
          b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x80\x04", b"RIFF", b"<html>",
          b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"From: a\nTo: b\nSubject: c\n\n"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MAGICS), st.binary(max_size=400), st.sampled_from(["x", "x.pkl", "x.zip"]))
def test_random_bytes_never_raise(magic: bytes, data: bytes, path: str) -> None:
    assert within(taken(magic + data, path, SMALL), SMALL)


def test_an_unpacker_that_breaks_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.intake import take_in as module

    def broken(evidence: object, budget: Budget) -> object:
        raise RecursionError("content of the evidence")

    monkeypatch.setattr(module, "unpackers", lambda name: (broken,))
    items = taken(b"some words")
    assert reasons(items) == "item: Could not be unpacked: RecursionError."


@given(st.text(max_size=300))
def test_safe_names(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 160
    assert safe.isprintable()
    pieces = safe.split("/")
    assert not any(piece in ("", ".", "..") for piece in pieces)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../a", "a"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\x\\y.exe", "x/y.exe"),
        ("a/./b//c", "a/b/c"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("a\x00b", "a\ufffdb"),
        ("中文 名.txt", "中文 名.txt"),
    ],
)
def test_safe_names_by_example(name: str, safe: str) -> None:
    assert safe_name(name) == safe
