"""Each kind of local source: what counts as new, what waits, what is known again."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.app.watch_config import DropSource, FolderSource, MaildirSource, PushSource
from mingjian.app.watch_drop import Drop
from mingjian.app.watch_push import Push, SpoolFull, push, spool_folder
from mingjian.app.watch_shed import passed_over, shares
from mingjian.app.watch_sources import (
    Folder,
    Loaded,
    Maildir,
    Source,
    Unobtainable,
    Unreachable,
    event_time,
    region_code,
    tag,
)
from mingjian.store.watch import Listed, Watched


def _watched(listed: Listed) -> Watched:
    return Watched(
        source=1, number=1, key=listed.key, locator=json.loads(json.dumps(listed.locator)),
        listed=0.0, state=0, attempts=0, ended=None, event=None, sha256=None, note={},
        run=None, ordinal=None,
    )  # fmt: skip


class _Reader:
    """Looks again and again, as a watch does, and keeps the position."""

    def __init__(self, source: Source) -> None:
        self.source, self.position = source, {}

    def new(self, room: int = 1000) -> list[Loaded | str]:
        found = self.source.look(self.position, room)
        self.position = json.loads(json.dumps(found.position))
        self.source.entered([one.key for one in found.items])
        loaded = [self._load(one) for one in found.items]
        self.source.close()
        return loaded

    def _load(self, listed: Listed) -> Loaded | str:
        try:
            return self.source.load(_watched(listed))
        except Unobtainable as problem:
            return problem.why.en

    def texts(self) -> list[str | None]:
        return [one if isinstance(one, str) else one.text for one in self.new()]


def _drop(path: Path, **more: Any) -> _Reader:
    return _Reader(Drop(DropSource(type="drop", name="d", path=path, text="body", **more)))


# ---- folders and maildirs -----------------------------------------------------------------


def test_a_file_is_listed_once_it_is_still(tmp_path: Path) -> None:
    source = Folder(FolderSource(type="folder", name="f", path=tmp_path, settle=60))
    reader = _Reader(source)
    (tmp_path / "young").write_text("x")
    moved = tmp_path / "moved in"
    moved.write_text("x")
    os.utime(moved, (1.7e9, 1.7e9))
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "half.part").write_text("x")
    (loaded,) = reader.new()
    assert isinstance(loaded, Loaded)
    assert (loaded.name, loaded.event) == ("moved in", 1.7e9)
    assert source.look({}, 10).pending
    os.utime(tmp_path / "young", (1.7e9, 1.7e9))
    assert len(reader.new()) == 1
    assert reader.new() == []
    os.utime(moved, (1.6e9, 1.6e9))
    assert len(reader.new()) == 1  # listed again; its bytes tell that it is the same
    (tmp_path / "link").symlink_to(moved)
    os.utime(tmp_path / "link", (1.7e9, 1.7e9), follow_symlinks=False)
    (why,) = reader.new()
    assert "symbolic link" in str(why)


def test_a_long_path_has_a_short_key(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 200) / ("e" * 200) / ("f" * 200)
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / name).write_text(name)
    source = Folder(FolderSource(type="folder", name="f", path=tmp_path, settle=0))
    found = source.look({}, 9).items
    assert len({one.key for one in found}) == 2
    assert all(len(one.key) < 400 for one in found)
    assert all(one.key.startswith(one.locator["same"]) for one in found)
    assert source.load(_watched(found[0])).path == folder / "a"


def test_a_file_dated_later_than_now_is_listed_when_it_no_longer_changes(tmp_path: Path) -> None:
    reader = _Reader(Folder(FolderSource(type="folder", name="f", path=tmp_path)))
    (tmp_path / "a").write_text("x")
    later = time.time() + 9e6
    os.utime(tmp_path / "a", (later, later))
    assert reader.new() == []
    assert len(reader.new()) == 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="no folder"):
        Folder(FolderSource(type="folder", name="f", path=tmp_path / "no")).look({}, 9)
    with pytest.raises(Unreachable):
        Maildir(MaildirSource(type="maildir", name="m", path=tmp_path / "no")).look({}, 9)


def test_mail_is_known_by_its_unique_name_while_flags_change(tmp_path: Path) -> None:
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    source = Maildir(MaildirSource(type="maildir", name="m", path=tmp_path))
    (tmp_path / "new" / "1700000000.M1.host").write_text("x")
    found = source.look({}, 9)
    source.entered([one.key for one in found.items])
    (tmp_path / "new" / "1700000000.M1.host").rename(tmp_path / "cur" / "1700000000.M1.host:2,S")
    loaded = source.load(_watched(found.items[0]))
    assert loaded.path == tmp_path / "cur" / "1700000000.M1.host:2,S"
    assert loaded.event == 1.7e9
    assert source.look({}, 9).items == []


# ---- files that grow ----------------------------------------------------------------------


def test_a_torn_last_line_waits(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    reader = _drop(path)
    assert reader.texts() == []
    path.write_text('{"body": "a"}\n\n{"body": "b')
    assert reader.texts() == ["a"]
    assert reader.texts() == []
    with path.open("a") as file:
        file.write('"}\nbroken\n{"other": 1}\n{"body": {"x": [1]}}\n')
    assert reader.texts() == [
        "b", "This line is not a complete record.", "The record has no field “body”.", '{"x": [1]}'
    ]  # fmt: skip


def test_a_renamed_file_goes_on_and_a_replaced_one_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "d.log"
    reader = _drop(tmp_path, files="d.log*")
    path.write_text('{"body": "a"}\n')
    assert reader.texts() == ["a"]
    with path.open("a") as file:
        file.write('{"body": "late"}\n')
    path.rename(tmp_path / "d.log.1")
    path.write_text('{"body": "new"}\n')
    assert sorted(map(str, reader.texts())) == ["late", "new"]
    path.write_text('{"body": "c"}\n')  # emptied and written again, shorter
    assert reader.texts() == ["c"]
    copy = tmp_path / "copy"
    copy.write_text('{"body": "c"}\n{"body": "d"}\n')
    copy.rename(path)  # another file under the same name that begins as this one did
    assert reader.texts() == ["d"]


def test_a_record_rewritten_before_it_was_examined_is_not_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text('{"body": "a"}\n')
    source = Drop(DropSource(type="drop", name="d", path=path, text="body"))
    (listed,) = source.look({}, 9).items
    path.write_text('{"body": "b"}\n')
    with pytest.raises(Unobtainable, match="rewritten"):
        source.load(_watched(listed))
    source.close()


def test_csv_in_gb18030_with_line_ends_and_inches(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    rows = '编号,body,时间,地区\n1,"两行\n""引""",2026-01-31 08:00:00,440300\n2,5" 屏,x,深圳\n'
    path.write_bytes((rows + '3,"开').encode("gb18030"))
    reader = _drop(path, time="时间", region_field="地区")
    first, second = reader.new()
    assert isinstance(first, Loaded)
    assert isinstance(second, Loaded)
    assert (first.text, first.region) == ('两行\n"引"', "440300")
    assert first.event == event_time("2026-01-31T00:00:00+00:00")
    assert (second.text, second.event, second.region) == ('5" 屏', None, "")
    with path.open("ab") as file:
        file.write('着",,\n'.encode("gb18030"))
    assert reader.texts() == ["开着"]


def test_room_bounds_a_look_and_nothing_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text("".join(f'{{"body": "{n}"}}\n' for n in range(25)))
    reader = _drop(path)
    seen = [one.text for _ in range(4) for one in reader.new(10) if isinstance(one, Loaded)]
    assert seen == [str(n) for n in range(25)]


def test_a_wide_encoding_is_refused_once_and_said(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes("id,body\n1,x\n".encode("utf-16"))
    reader = _drop(path)
    (why,) = reader.new()
    assert "utf-16" in str(why)
    assert reader.new() == []


# ---- pushes -------------------------------------------------------------------------------


def _push(settings: Settings, **more: Any) -> Push:
    of = PushSource(type="push", name="web", **more)
    return Push(of, spool_folder(settings, "desk", "web"))


def test_what_is_pushed_is_read_and_then_gone_from_disk(settings: Settings) -> None:
    source = _push(settings)
    given: dict[str, Any] = {"settings": settings, "watch": "desk", "source": "web"}
    assert push("hello", id="7", channel="sms", event="2026-01-31T08:00:00Z", **given) == "id:7"
    push(b"\x00\xff", region="440300", **given)
    found = source.look({}, 9)
    assert found.items[0].key == "id:7"
    text, data = (source.load(_watched(one)) for one in found.items)
    assert (text.data, text.channel, text.event) == (b"hello", "sms", 1769846400.0)
    assert (data.data, data.region) == (b"\x00\xff", "440300")
    folder = spool_folder(settings, "desk", "web")
    source.settled(["id:7"], _watched(found.items[1]))
    assert len(list(folder.glob("*.jsonl"))) == 1  # the other one still waits
    source.settled([found.items[1].key], None)
    assert list(folder.glob("*.jsonl")) == []


def test_a_full_spool_refuses_and_a_torn_line_harms_nothing(settings: Settings) -> None:
    source = _push(settings, spool_bytes=4096)
    given: dict[str, Any] = {"settings": settings, "watch": "desk", "source": "web"}
    for _ in range(3):
        push("x" * 800, **given)
    with pytest.raises(SpoolFull) as refused:
        push("x" * 1500, **given)
    assert refused.value.retry_after > 0
    newest = max(spool_folder(settings, "desk", "web").glob("*.jsonl"))
    with newest.open("a") as file:
        file.write('{"torn')
    push("y", **given)
    found = [one.data for one in _Reader(source).new() if isinstance(one, Loaded)]
    assert [data and data[:1] for data in found] == [b"x", b"x", b"x", b"y"]


@pytest.mark.parametrize("name", ["no", "../desk", "", "."])
def test_nobody_pushes_to_what_no_watch_named(settings: Settings, name: str) -> None:
    _push(settings)
    with pytest.raises(UsageError):
        push("x", settings=settings, watch="desk", source=name)
    with pytest.raises(UsageError):
        push("x" * (9 << 20), settings=settings, watch="desk", source="web")


# ---- what sources say, and the rule for what is passed over -------------------------------


def test_times_regions_and_tags_are_held_to_what_they_may_be() -> None:
    assert event_time("1769846400") == event_time(1769846400000) == 1769846400.0
    assert event_time("2026-01-31T16:00:00") == 1769846400.0  # Beijing, where nothing is said
    assert event_time("soon") is event_time(True) is event_time(5) is event_time("") is None
    assert event_time(10**400) is event_time(float("inf")) is event_time(float("nan")) is None
    assert region_code(440300) == "440300"
    assert region_code("0") == region_code(None) == region_code("４４０３００") == ""
    assert tag("a\u202e\nb\ud800" + "c" * 99) == "a  b " + "c" * 59


def test_shares_are_fair() -> None:
    assert shares({1: 5, 2: 100, 3: 100}, 65) == {1: 5, 2: 30, 3: 30}
    assert shares({1: 5, 2: 3}, 100) == {1: 5, 2: 3}
    assert sum(shares({1: 9, 2: 9, 3: 9}, 10).values()) == 10


def test_half_of_a_share_is_newest_and_half_an_even_sample() -> None:
    waiting = [(number, str(number)) for number in range(1000)]
    over = passed_over(waiting, 100)
    left = sorted(set(waiting) - set(over))
    assert len(left) == 100
    assert left[-50:] == waiting[-50:]
    assert 300 < sum(number for number, _ in left[:50]) / 50 < 650
