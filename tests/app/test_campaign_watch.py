"""Campaigns among watched items: by prints, over sources, growing, one process at a time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sqlalchemy as sa
from tests.app.watch_fakes import put_in_place
from tests.app.watch_rows import FILING

from mingjian.app import alerts, campaign_watch
from mingjian.app.access import Actor, Role
from mingjian.app.campaign_files import INDEX, campaign_json, index_in
from mingjian.app.errors import UsageError
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.app.watch import run_watch
from mingjian.app.watch_config import Watch, read_watch
from mingjian.app.watch_prints import print_of
from mingjian.app.watch_retention import Retention
from mingjian.detect.audio.landmarks import RATE, landmarks
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.intake.content import BytesContent
from mingjian.store import watch as kept
from mingjian.store.watch import Listed
from mingjian.store.watch_finish import Ended, finish_watched
from mingjian.store.watch_tables import EXAMINED, watch_item, watch_print
from mingjian.warn.campaign_index import Index, thing
from mingjian.warn.campaign_prints import (
    Print,
    Thing,
    gathered_prints,
    print_of_sound,
    print_of_text,
    unpacked,
)

TEXT = "您的包裹{n}因地址不详无法派送，请于{n}日前点击补填收货信息，逾期将退回寄件人"
CHAT = ("昨天那家面馆的汤头不错下次带你去尝尝", "会议改到周四下午三点请各部门带上预算表")


def watch(**changed: object) -> Watch:
    source = {"name": "sms", "type": "drop", "path": "x", "text": "t"}
    given = {"name": "desk", "source": [source], "campaigns": {}, **changed}
    return Watch.model_validate(given)


def printed(text: str, link: str | None = None) -> Print:
    things = ()
    if link:
        things = (Thing("link", f"{thing('link', link):016x}", link[:2] + "…"),)
    return Print(*print_of_text(text), things)


def took(store, source: str, prints: list[Print], *, flagged: bool = True) -> None:
    """Items of a source that were examined just now, with what they left."""
    row = kept.open_source(store.database, "desk", source, "drop")
    start = row.position.get("n", 0)
    listed = [Listed(f"{source}{start + n}", {}) for n in range(len(prints))]
    kept.enter_listed(store.database, row, listed, {"n": start + len(prints)})
    waiting = kept.due(store.database, row.id, len(prints))
    ended = [
        Ended(
            watched=one, state=EXAMINED, sha256=hashlib.sha256(each.packed()).hexdigest(),
            note={"excerpt": "您的包裹****因地址不详"}, aspects=(("items", ""),),
            flagged=flagged, print=each.packed(),
        )
        for one, each in zip(waiting, prints, strict=True)
    ]  # fmt: skip
    assert finish_watched(store, source, ended, FILING, tell=False) == len(prints)
    # Finished twice, after a kill: nothing is printed twice.
    assert finish_watched(store, source, ended, FILING, tell=False) == 0


@pytest.fixture
def store(settings: Settings):
    with opened_store(settings) as made:
        yield made


def found(store, settings: Settings):
    return campaign_watch.found(store, settings, "desk")


def test_campaigns_grow_over_sources_and_runs_without_texts(store, settings: Settings) -> None:
    took(store, "sms", [printed(TEXT.format(n=n), "evil.example/x") for n in range(8)])
    took(store, "mail", [printed(text) for text in CHAT], flagged=False)
    first = found(store, settings)
    (one,) = first.campaigns.campaigns
    assert (one.items, first.flagged[one.number]) == (8, 8)
    assert one.members[0] == "sms#1"
    assert one.wording is not None
    assert "因地址不详" in one.wording.skeleton
    assert [(each.kind, each.shown, each.items) for each in one.things] == [("link", "ev…", 8)]
    took(store, "mail", [printed(TEXT.format(n=n)) for n in range(4)])
    later = found(store, settings)
    (grown,) = later.campaigns.campaigns
    assert (grown.number, grown.items) == (one.number, 12)
    assert later.campaigns.changed.grown == (one.number,)
    assert later.sources[one.number] == {"sms": 8, "mail": 4}
    told = campaign_watch.campaign_json(later, grown)
    assert told["flagged"] == 12
    assert "evil" not in json.dumps(told)
    assert found(store, settings).campaigns.changed.grown == ()
    # The index lost: made anew, the campaign keeps its name.
    (campaign_watch.state_folder(settings, "desk") / INDEX).unlink()
    (again,) = found(store, settings).campaigns.campaigns
    assert (again.number, again.items) == (one.number, 12)


def test_a_new_campaign_raises_one_alert_and_everyday_ones_none(store, settings: Settings) -> None:
    took(store, "sms", [printed(TEXT.format(n=n)) for n in range(12)])
    everyday = "【银行】您尾号{n}的账户收入{n}元，余额{n}元，感谢您的使用，祝您生活愉快"
    took(store, "sms", [printed(everyday.format(n=n)) for n in range(12)], flagged=False)
    look = campaign_watch.Grouping(watch(), settings, store)
    look()
    look()  # not time yet
    for _ in range(2):
        look(now=True)
    lead = Actor("Li", Role.LEAD)
    (one,) = alerts.listed(store, lead)
    assert (one["kind"], one["grade"]) == ("campaign", "blue")
    assert str(one["subject"]).startswith("desk: campaign ")
    assert [event["event"] for event in alerts.shown(store, lead, 1)["history"]] == [  # type: ignore[union-attr,index]
        "alert.raised"
    ]
    campaign_watch.Grouping(watch(campaigns={"alert": "all"}), settings, store)()
    assert len(alerts.listed(store, lead)) == 2


def test_growth_is_said_once_it_is_fast(store, settings: Settings) -> None:
    took(store, "sms", [printed(TEXT.format(n=n)) for n in range(4)])
    with store.database.write() as connection:
        connection.execute(sa.update(watch_print).values(received=watch_print.c.received - 4e5))
    took(store, "sms", [printed(TEXT.format(n=n)) for n in range(40)])
    (signal,) = found(store, settings).campaigns.signals
    assert (signal.what, signal.recent) == ("growing", 40)


def test_two_processes_at_one_index(store, settings: Settings, tmp_path: Path) -> None:
    took(store, "sms", [printed(TEXT.format(n=n)) for n in range(4)])
    folder = campaign_watch.state_folder(settings, "desk")
    with (
        index_in(folder),
        pytest.raises(UsageError, match="another process"),
    ):
        found(store, settings)
    campaign_watch.Grouping(watch(), settings, store)()

    def fails() -> None:
        with index_in(tmp_path / "state") as index:
            index.add(["some text that is long enough to compare"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with index_in(tmp_path / "state") as index:
        assert len(index) == 0  # what failed left the index as it was


def test_a_watch_without_prints_says_so(store, settings: Settings) -> None:
    kept.open_source(store.database, "desk", "sms", "drop")
    with pytest.raises(UsageError, match="no prints"):
        found(store, settings)
    with pytest.raises(UsageError, match="no watch"):
        campaign_watch.found(store, settings, "other")


CONFIG = """
name = "desk"
attempts = 1
[campaigns]
[[source]]
name = "sms"
type = "drop"
path = "drop.jsonl"
text = "body"
"""


def test_a_watch_finds_campaigns_as_it_runs(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(monkeypatch)
    (tmp_path / "watch.toml").write_text(CONFIG)
    lines = [{"body": f"flagged {TEXT.format(n=n)}"} for n in range(15)]
    lines.append({"body": "hostile"})
    (tmp_path / "drop.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run_watch(read_watch(tmp_path / "watch.toml"), settings, once=True)
    assert (done.examined, done.dead) == (15, 1)
    with opened_store(settings) as store:
        (one,) = alerts.listed(store, Actor("Li", Role.LEAD))
        (seen,) = found(store, settings).campaigns.campaigns
        # What is old goes, and the index is made anew of what is left.
        with store.database.write() as connection:
            for table, column in ((watch_print, "received"), (watch_item, "ended")):
                old = {column: table.c[column] - 40 * 86_400}
                connection.execute(sa.update(table).where(table.c.number <= 5).values(old))
        kept_for = watch(keep_days=30)
        Retention(kept_for, settings, store)()
        (left,) = found(store, settings).campaigns.campaigns
    assert one["subject"] == f"desk: campaign {seen.number}"
    assert (seen.items, left.items) == (15, 10)


def test_what_an_item_leaves() -> None:
    mail = record(EvidenceKind.MAIL, b"From: a@b.example\n\nhidden in the raw mail")
    letter = record(EvidenceKind.TEXT, TEXT.encode() + b" call 13812345678")
    picture = record(
        EvidenceKind.IMAGE, b"", [fact("image.content_hash", hash="ab" * 32, quality=90)]
    )
    poor = record(EvidenceKind.IMAGE, b"", [fact("image.content_hash", hash="cd" * 32, quality=3)])
    left = print_of([mail, letter, picture, poor])
    assert left.codes.tolist() == print_of_text(TEXT + " call 13812345678")[0].tolist()
    assert [(one.kind, one.shown) for one in left.things] == [
        ("phone", "13******78"),
        ("picture", "ab" * 32),
    ]
    assert unpacked(left.packed()).things == left.things
    sound = record(
        EvidenceKind.AUDIO, b"", [fact("audio.content_fingerprint", hash="lm1:0000010001")]
    )
    assert len(print_of([sound]).codes) == 1


def fact(signal: str, **details: object) -> Finding:
    return Finding(signal=signal, because=Message("甲", "a"), quiet=True, details=details)


def record(kind: EvidenceKind, data: bytes, findings: list[Finding] | None = None):
    """The part of a record that prints are made from."""
    examination = SimpleNamespace(findings=findings or [])
    evidence = SimpleNamespace(
        kind=kind, content=BytesContent(data), identity=SimpleNamespace(encoding="utf-8")
    )
    weighed = SimpleNamespace(examination=examination)
    return SimpleNamespace(evidence=evidence, examinations=[weighed])


# ---- prints -----------------------------------------------------------------------------------


def test_a_print_is_read_back_and_holds_no_text() -> None:
    one = printed(TEXT.format(n=7), "evil.example/x")
    data = one.packed()
    back = unpacked(data)
    assert (back.codes == one.codes).all()
    assert back.things == one.things
    assert "包裹".encode() not in data
    assert b"evil.example" not in data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff\xff\xff[]",
        b"\x00\x00\x00\x00{}",
        b"\x00\x00\x00\x00[[1,2,3]]",
        b'\x00\x00\x00\x00[["picture","zz","x"]]',
        b'\x00\x00\x00\x00[["link","0123","x"]]',
        b"\x02\x00\x00\x00" + b"\x01\x00\x00\x00" * 2 + b"\x00\x00[]",
        b"\x01\x00\x00\x00" + b"\x01\x00\x00\x00" + b"\x09[]",
        b"\x00" * 70_000,
    ],
)
def test_what_is_no_print_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(data)


def test_recordings_of_the_same_sound_belong_together() -> None:
    def song(seed: int) -> np.ndarray:
        dice, made = np.random.default_rng(seed), []
        time = np.arange(RATE // 8) / RATE
        for _ in range(80):  # ten seconds of notes
            notes = dice.uniform(400, 3_000, 3)
            made.append(sum(np.sin(2 * np.pi * note * time) for note in notes) * np.hanning(1000))
        return np.concatenate(made).astype(np.float32)

    def copy(samples: np.ndarray, seed: int) -> np.ndarray:
        noise = np.random.default_rng(seed).normal(0, 0.02, len(samples))
        return (0.4 * samples + noise).astype(np.float32)[seed * 20 :]

    played = [song(1), copy(song(1), 1), copy(song(1), 2), song(2), song(3), copy(song(3), 3)]
    index = Index()
    index.add_runs(gathered_prints([Print(*print_of_sound(landmarks(one))) for one in played]))
    assert index.clusters.tolist() == [0, 0, 0, 3, 4, 4]


def test_pictures_alike_and_things_shared(store, settings: Settings) -> None:
    base = np.random.default_rng(1).integers(0, 2**62, 4, dtype=np.uint64)
    near = base.copy()
    near[0] ^= np.uint64(0b1011)
    far = ~base
    shown = [
        Print(np.empty(0, np.uint32), np.empty(0, np.uint8), (Thing("picture", value, value),))
        for value in ("".join(f"{int(word):016x}" for word in one) for one in (base, near, far))
    ]
    took(store, "pictures", shown)
    seen = campaign_watch.found(store, settings, "desk", fewest=2)
    (one,) = seen.campaigns.campaigns
    assert one.items == 2
    assert campaign_json(replace(one, growth=None))["campaign"] == one.number
    assert datetime.fromtimestamp(one.growth.first).year >= 2024  # type: ignore[union-attr]
