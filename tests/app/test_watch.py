"""Watching end to end: what is kept of an item, floods, retries, remote sources, counts."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from tests.app.watch_fakes import put_in_place

from mingjian.app import watch as module
from mingjian.app import watch_counts, watch_desk
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_store, verify_store
from mingjian.app.settings import Settings
from mingjian.app.watch_config import read_watch
from mingjian.domain.message import Message
from mingjian.store import watch as kept
from mingjian.store import watch_hours
from mingjian.store.watch_tables import EXAMINED

FRAUD = "我是公安局民警，您的银行账户涉嫌洗钱，请立即转入安全账户 6222021234567890123。"
CALM = "您好，我是张伟，电话 13812345678，明天下午三点到会议室。"


def _config(folder: Path, text: str) -> Path:
    path = folder / "watch.toml"
    path.write_text(text, "utf-8")
    return path


def _drop(folder: Path, *records: dict[str, Any]) -> str:
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in records]
    (folder / "drop.jsonl").write_text("".join(lines), "utf-8")
    return '[[source]]\nname = "drop"\ntype = "drop"\npath = "drop.jsonl"\ntext = "body"\n'


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that only hashes."""
    put_in_place(monkeypatch)


def _run(folder: Path, settings: Settings, text: str, **more: Any) -> module.Turned:
    return module.run_watch(read_watch(_config(folder, text)), settings, **{"once": True, **more})


def test_only_what_is_flagged_is_kept_and_the_rest_is_masked(
    tmp_path: Path, settings: Settings
) -> None:
    records = [
        {"body": FRAUD, "at": "2026-01-31T09:30:00", "where": "440305", "by": "sms"},
        {"body": "明天下午三点开会，请带上周报。", "at": "2026-01-30T09:30:00"},
        {"body": CALM},
    ]
    text = 'name = "desk"\n' + _drop(tmp_path, *records) + 'time = "at"\nholds = "message"\n'
    text += 'region_field = "where"\nchannel_field = "by"\nchannel = "chat"\n'
    done = _run(tmp_path, settings, text)
    assert (done.examined, done.dead) == (3, 0)
    with opened_store(settings) as store:
        (source,) = kept.sources(store.database, "desk")
        first, second, third = kept.items(store.database, source.id)
        (run,) = store.runs("watch")
        (of_first, *_) = store.item_records(run.id, first.ordinal or 0)
        assert of_first.record["sha256"] == first.sha256
        assert store.vault.holds(str(first.sha256))
        assert not store.vault.holds(str(second.sha256))
        assert second.run is None
        assert second.note["excerpt"] == "明天下午三点开会，请带上周报。"
        assert set(second.note["measured"]) >= {"message.fraud"}
        assert "13812345678" not in json.dumps(third.note, ensure_ascii=False)
        assert "张*" in third.note["excerpt"]
        view = watch_counts.View(by=("region", "channel"), level="city")
        (fraud,) = [
            one
            for one in watch_counts.series(store, "desk", view)
            if one.name == "message.fraud | 440300 | sms"
        ]
        at = fraud.index_of(fraud.first.replace(month=1, day=31))
        assert at is not None
        assert fraud.counts[at] == fraud.counts.sum() == 1
        counted = watch_counts.current_counts(store, "desk")
        reports = watch_counts.reports_csv(counted, watch_counts.View(), "message.fraud")
        assert reports.splitlines()[1].startswith("2026-01-31,")
    assert list(verify_store(settings)) == []
    assert _run(tmp_path, settings, text).listed == 0


@pytest.mark.usefixtures("fake")
def test_a_flood_is_passed_over_by_the_rule_counted_and_examined_later(
    tmp_path: Path, settings: Settings
) -> None:
    """Ten times what may wait: a quiet source loses nothing, the loud one all but its share."""
    head = 'name = "desk"\nbacklog = 200\nfull = "shed"\nevery = 0.1\n'
    text = head + _drop(tmp_path, *({"body": f"{n}"} for n in range(2000)))
    (tmp_path / "box").mkdir()
    for number in range(40):
        (tmp_path / "box" / f"{number}.txt").write_text(f"quiet {number}")
    text += '[[source]]\nname = "box"\ntype = "folder"\npath = "box"\nsettle = 0\n'
    done = _run(tmp_path, settings, text)
    assert (done.listed, done.examined, done.shed) == (2040, 200, 1840)
    with opened_store(settings) as store:
        report: Any = watch_desk.status(store, "desk")
        found = {one["source"]: (one["examined"], one["shed"]) for one in report["sources"]}
        assert found == {"drop": (160, 1840), "box": (40, 0)}
        assert sum(one["shed"] for one in report["hours"]) == 1840
        assert "newest" in report["shed_rule"]["en"]
        counted = watch_counts.current_counts(store, "desk")
        assert "1840" in watch_counts.gaps(store, "desk", counted)[0].en
        assert watch_desk.put_back(store, "desk", "shed") == 1840
    done = _run(tmp_path, settings, text.replace('full = "shed"', 'full = "wait"'))
    assert (done.examined, done.shed) == (1840, 0)


@pytest.mark.usefixtures("fake")
def test_capacity_and_room_hold_back_what_is_read(tmp_path: Path, settings: Settings) -> None:
    text = 'name = "desk"\nbacklog = 50\ncapacity = 20\nevery = 0.1\n'
    text += _drop(tmp_path, *({"body": f"{n}"} for n in range(500)))
    done = _run(tmp_path, settings, text, once=False, seconds=0.5)
    assert 20 <= done.examined <= 21
    assert done.listed <= 71


@pytest.mark.usefixtures("fake")
def test_what_cannot_be_had_is_tried_put_aside_with_its_reason_and_put_back(
    tmp_path: Path, settings: Settings
) -> None:
    text = 'name = "desk"\nattempts = 2\n'
    text += _drop(tmp_path, {"body": "a"}, {"other": "b"})
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x").write_text("x")
    text += '[[source]]\nname = "box"\ntype = "folder"\npath = "in"\nsettle = 0\n'
    original = module.kept.due

    def vanishing(*given: Any) -> Any:
        (folder / "x").unlink(missing_ok=True)
        return original(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.kept, "due", vanishing)
        done = _run(tmp_path, settings, text)
    assert (done.examined, done.dead) == (1, 2)
    with opened_store(settings) as store:
        listed: Any = watch_desk.put_aside(store, "desk", "dead")
        assert {one["why"]["en"] for one in listed} == {
            "The file is no longer at the source.", "The record has no field “body”."
        }  # fmt: skip
        (folder / "x").write_text("x")
        number = next(one["number"] for one in listed if one["source"] == "box")
        assert watch_desk.put_back(store, "desk", "dead", "box", [number]) == 1
        with pytest.raises(UsageError):
            watch_desk.put_back(store, "desk", "dead", "nowhere")
    assert _run(tmp_path, settings, text).examined >= 1


@pytest.mark.usefixtures("fake")
def test_a_source_that_went_away_holds_nobody_up_and_is_asked_more_rarely(
    tmp_path: Path, settings: Settings
) -> None:
    text = 'name = "desk"\ncapacity = 1\nevery = 0.1\n[[source]]\nname = "box"\n'
    text += 'type = "folder"\npath = "in"\nsettle = 0\n'
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / name).write_text(name)
    assert _run(tmp_path, settings, text, once=False, seconds=0).listed == 2
    (tmp_path / "in").rename(tmp_path / "away")
    assert _run(tmp_path, settings, text).problems == 1
    _run(tmp_path, settings, text, once=False, seconds=1)
    with opened_store(settings) as store:
        (source,) = kept.sources(store.database, "desk")
        assert watch_hours.totals(store.database, source.id)["failed"] <= 6
    (tmp_path / "away").rename(tmp_path / "in")
    assert _run(tmp_path, settings, text.replace("capacity = 1\n", "")).examined == 1


@pytest.mark.usefixtures("fake")
def test_a_touched_file_is_not_examined_again_and_a_changed_one_is(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "a"
    text = 'name = "desk"\n[[source]]\nname = "box"\ntype = "folder"\npath = "in"\nsettle = 0\n'
    file.write_text("one")
    assert _run(tmp_path, settings, text).examined == 1
    file.touch()
    assert _run(tmp_path, settings, text).examined == 0
    file.write_text("two")
    assert _run(tmp_path, settings, text).examined == 1
    with opened_store(settings) as store:
        (source,) = watch_desk.status(store, "desk")["sources"]
        assert (source["examined"], source["repeated"]) == (2, 1)


@pytest.mark.usefixtures("fake")
def test_counts_are_told_again_until_they_were_taken(tmp_path: Path, settings: Settings) -> None:
    text = 'name = "desk"\n' + _drop(tmp_path, {"body": "a"}, {"body": "flagged"})
    taken: list[module.CountsBatch] = []

    def failing(batch: module.CountsBatch) -> None:
        taken.append(batch)
        if len(taken) == 1:
            raise ConnectionError

    assert not _run(tmp_path, settings, text, on_counts=failing).alerts_behind
    first, second = taken
    assert first == second
    assert {(one.aspect, one.count) for one in first.counts} == {("items", 2), ("proposition", 1)}


def _fake_imap() -> Any:
    path = Path(__file__).parents[1] / "exchange" / "test_imap.py"
    spec = importlib.util.spec_from_file_location("fake_imap", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.usefixtures("fake")
def test_a_mailbox_numbered_anew_is_not_examined_again(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setenv("DESK_SECRET", "secret")
    server = _fake_imap().FakeServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    text = f"""name = "desk"
[[source]]
name = "mail"
type = "imap"
host = "127.0.0.1"
port = {server.port}
user = "desk"
tls = false
largest = 2000
password_env = "DESK_SECRET"
"""
    try:
        server.messages = {1: b"a" * 100, 2: b"b" * 100, 3: b"c" * 5000}
        done = _run(tmp_path, settings, text)
        assert (done.examined, done.dead) == (2, 1)
        server.validity, server.messages = 8, {11: b"a" * 100, 12: b"b" * 100, 13: b"d" * 100}
        assert _run(tmp_path, settings, text).examined == 1
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    done = _run(tmp_path, settings, text)
    assert done.problems == 1
    with opened_store(settings) as store:
        (source,) = watch_desk.status(store, "desk")["sources"]
        assert source["problem"]["en"].startswith("the mailbox at 127.0.0.1 cannot be read")
        assert (source["examined"], source["repeated"]) == (3, 2)


@pytest.mark.usefixtures("fake")
def test_entries_of_a_queue_are_acknowledged_once_they_are_kept(
    tmp_path: Path, settings: Settings, redis_url: str
) -> None:
    import redis

    text = f'name = "desk"\n[[source]]\nname = "q"\ntype = "queue"\nurl = "{redis_url}"\n'
    text += 'stream = "in"\n'
    with redis.Redis.from_url(redis_url) as server:
        server.flushall()
        for number in range(30):
            server.xadd("in", {"text": f"t{number}", "region": "440300"})
        server.xadd("in", {"other": "x"})
        done = _run(tmp_path, settings, text)
        assert (done.examined, done.dead) == (30, 1)
        assert server.xpending("in", "mingjian")["pending"] == 0
        # Killed before the acknowledgement, an entry is given out again, and known.
        server.xgroup_setid("in", "mingjian", id="0")
        assert _run(tmp_path, settings, text).examined == 0
        assert server.xpending("in", "mingjian")["pending"] == 0
    with opened_store(settings) as store:
        (source,) = kept.sources(store.database, "desk")
        states = kept.states(store.database, [source.id])[source.id]
        assert states[EXAMINED] == 30
        regions = {one.region for one in watch_counts.current_counts(store, "desk")}
        assert regions == {"440300"}


@pytest.mark.postgres
@pytest.mark.usefixtures("fake")
def test_the_same_on_postgresql(tmp_path: Path, settings: Settings, postgres_url: str) -> None:
    settings = settings.model_copy(update={"database": postgres_url})
    text = 'name = "desk"\nbacklog = 30\nfull = "shed"\n'
    text += _drop(tmp_path, *({"body": f"flagged {n}"} for n in range(50)), {"no": 1})
    taken: list[module.CountsBatch] = []
    done = _run(tmp_path, settings, text, on_counts=taken.append)
    assert (done.listed, done.examined + done.dead, done.shed) == (51, 30, 21)
    assert sum(one.count for b in taken for one in b.counts if one.aspect == "items") > 28
    with opened_store(settings) as store:
        assert watch_desk.put_back(store, "desk", "shed") == 21
    assert _run(tmp_path, settings, text.replace("shed", "wait")).examined >= 20
    with opened_store(settings) as store:
        (source,) = watch_desk.status(store, "desk")["sources"]
        assert (source["examined"], source["dead"], source["flagged"]) == (50, 1, 50)


@pytest.mark.usefixtures("fake")
def test_a_closed_case_takes_nothing(tmp_path: Path, settings: Settings) -> None:
    text = 'name = "desk"\n' + _drop(tmp_path, {"body": "a"})

    def closed(store: object, case: str) -> None:
        raise UsageError(Message("已结", f"{case} is closed"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "takes_evidence", closed)
        with pytest.raises(UsageError, match="closed"):
            _run(tmp_path, settings, text)
    assert _run(tmp_path, settings, text).examined == 1


def test_one_watch_of_a_name_at_a_time(tmp_path: Path, settings: Settings) -> None:
    watch = read_watch(_config(tmp_path, 'name = "desk"\n' + _drop(tmp_path, {"body": "a"})))
    with module._alone(watch, settings), pytest.raises(UsageError, match="running already"):
        module.run_watch(watch, settings, once=True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name = 1", "name"),
        ('name = "x"', "source"),
        ('name = "x"\n[[source]]\nname = "a"\ntype = "ftp"', "source.0"),
        ('name = "x"\n[[source]]\nname = "a"\ntype = "folder"\npath = "p"\nextra = 1', "extra"),
        ('name = "x"\n[[source]]\nname = "a"\ntype = "folder"\npath = "p"\nregion = "x"', "region"),
        (
            'name = "x"\n[[source]]\nname = "a"\ntype = "imap"\nhost = "mail.example"\n'
            'user = "u"\npassword_env = "P"\ntls = false',
            "tls",
        ),
        ("= no toml", "TOML"),
    ],
)
def test_a_wrong_file_is_told_by_its_entry(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_watch(_config(tmp_path, wrong))


def test_unknown_views_list_those_there_are() -> None:
    for wrong in ({"aspect": "x"}, {"by": ("x",)}, {"level": "x"}, {"clock": "x"}):
        with pytest.raises(UsageError):
            watch_counts.View(**wrong)  # type: ignore[arg-type]
