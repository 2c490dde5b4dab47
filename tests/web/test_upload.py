"""Evidence coming in: multipart as it streams, hostile names, limits, progress, stop and go on."""

from __future__ import annotations

import http.client
import io
import json
import signal
import time
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies

from mingjian.app import incoming, incoming_run
from mingjian.app.access import Actor, Role
from mingjian.app.incoming import safe_path
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.detect.catalogue import installed_detectors

from .conftest import FRAUD, Desk

LEAD = Actor("王晓", Role.LEAD)


def multipart(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, str]:
    """Parts (name, file name or None, content) as a browser sends them."""
    body = b""
    for name, file, content in parts:
        disposition = f'form-data; name="{name}"'
        if file is not None:
            shown = file.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
            disposition += f'; filename="{shown}"'
        body += b"--edge\r\nContent-Disposition: " + disposition.encode("utf-8", "replace")
        body += b"\r\n\r\n" + content + b"\r\n"
    return body + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def send(desk: Desk, *parts: tuple[str, str | None, bytes], token: str | None = None, **headers):
    first = [("csrf", None, (desk.token if token is None else token).encode())]
    body, kind = multipart(*first, *parts)
    given = {"Content_Type": kind, "Accept": "application/json", **headers}
    return desk.ask("/en/examine/upload", method="POST", body=body, **given)


def watched(desk: Desk, identity: str) -> dict:
    """The examination once it has ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        state = desk.ask(f"/en/examination.json?id={identity}").json()
        if state["state"] in incoming_run.ENDED:
            return state
        time.sleep(0.2)
    raise TimeoutError(state)


def left_behind(settings: Settings) -> list[str]:
    return [
        folder.name
        for folder in incoming.incoming_folder(settings).glob(
            "*"
        )  # none where nothing ever arrived
        if folder.is_dir() and incoming.asked_of(folder) is None
    ]


def test_from_upload_to_weight(desk, settings):
    """Files with hostile names, a folder, text and a link; then the weight, and the vault alone."""
    names = ["../../evil.txt", "dir/sub/a.txt", "dir/sub/a.txt", "x\u202egnp.exe", "C:\\t\\b.txt"]
    reply = send(
        desk,
        ("case", None, "上传 <b>案".encode()),
        *(("files", name, f"{number} {FRAUD}".encode()) for number, name in enumerate(names)),
        ("files", "", b""),
        ("text", None, FRAUD.encode()),
        ("link", None, b"https://pay-icbc.example.top/login"),
        Accept="text/html",
    )
    assert reply.status == 303  # without a script the browser is sent on, and looks again
    assert "http-equiv" in desk.ask(reply.headers["Location"]).body
    identity = reply.headers["Location"].rpartition("=")[2]
    done = watched(desk, identity)
    assert done["state"] == "done", done
    assert (done["files"], done["items"], done["done"]) == (7, 7, 7)
    assert done["outcome"]["flagged"] >= 5
    assert {"name": "message.fraud", "found": 6} in done["detectors"]
    kept = [pair[1] for pair in done["renamed"]]
    assert kept == ["evil.txt", "dir/sub/a (2).txt", "x\\u202egnp.exe"]
    folder = incoming.folder_of(settings, identity)
    assert not (folder / f"upload-{identity[:6]}").exists()  # all of it is in the vault
    page = desk.ask(f"/zh/examination?id={identity}")
    assert "已检验" in page.body
    assert "data-live" not in page.body
    assert desk.post(f"/zh/examination/stop?id={identity}").status == 422
    events = desk.ask(f"/zh/examination/live?id={identity}")
    assert events.headers["Content-Type"].startswith("text/event-stream")
    assert json.loads(events.body.partition("data: ")[2])["state"] == "done"
    items = desk.ask(f"/zh/items.json?name={quote('上传 <b>案')}").json()
    assert items["of"] == 7
    with opened_store(settings) as store:
        assert {entry.actor for entry in store.entries("上传 <b>案")} == {"王晓 lead"}


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("case", None, b"x")], 422),  # nothing to examine
        ([("files", "a.txt", b"x")], 422),  # no case
        ([("case", None, "a\u202eb".encode()), ("text", None, b"x")], 422),
        ([("case", None, b"x" * 200), ("text", None, b"x")], 422),
        ([("case", None, b"x"), ("text", None, b"x"), ("kind", None, b"root")], 422),
        ([("files", "a.txt", b"x"), ("case", None, b"late")], 422),
    ],
)
def test_what_is_refused_leaves_nothing(desk, settings, parts, status):
    before = set(desk.ask("/en/examine.json").json()["cases"])
    reply = send(desk, *parts)
    assert reply.status == status, reply.body
    assert reply.json()["problem"]["what"]["zh"]
    assert left_behind(settings) == []
    assert set(desk.ask("/en/examine.json").json()["cases"]) == before


def test_the_form_shows_again_with_what_was_typed(desk):
    body, kind = multipart(
        ("csrf", None, desk.token.encode()), ("case", None, b""), ("text", None, b"<b>typed</b>")
    )
    reply = desk.ask("/zh/examine/upload", method="POST", body=body, Content_Type=kind)
    assert reply.status == 422
    assert "&lt;b&gt;typed&lt;/b&gt;" in reply.body
    assert 'role="alert"' in reply.body


def test_the_token_comes_first(desk, settings):
    for token in ("", "x", "0" * 64):
        assert send(desk, ("case", None, b"x"), ("text", None, b"x"), token=token).status == 403
    body, kind = multipart(("case", None, b"x"), ("files", "a.txt", b"x"))
    for more in ({}, {"Accept": "application/json"}):
        given = {"Content_Type": kind, **more}
        assert desk.ask("/en/examine/upload", method="POST", body=body, **given).status == 403
    assert left_behind(settings) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_who_does_not_examine_uploads_nothing(server, settings, role):
    person = Desk(server.port, server.door)
    person.sign_in(role=role)
    assert send(person, ("case", None, b"x"), ("text", None, b"x")).status == 403
    assert person.ask("/en/examine").status == 403
    assert left_behind(settings) == []


@pytest.mark.parametrize("case", ["", "closed-case"])
def test_a_closed_case_takes_nothing(desk, settings, monkeypatch, case):
    def closed(store, name):
        raise incoming.UsageError(incoming.Message("已结案", "closed"))

    monkeypatch.setattr("mingjian.app.incoming.cases.takes_evidence", closed)
    reply = send(desk, ("case", None, b"drill"), ("text", None, b"x"))
    assert reply.status == 422
    assert left_behind(settings) == []


def test_too_large_is_said_before_and_while_it_comes(desk, settings, monkeypatch):
    monkeypatch.setattr(settings, "upload_bytes", 1 << 20)
    big = b"x" * (3 << 20)
    reply = send(desk, ("case", None, b"big"), ("files", "a", big))
    assert reply.status == 422
    assert "MiB" in reply.body or "GiB" in reply.body
    monkeypatch.setattr("mingjian.web.upload._check_length", lambda *_: None)
    assert send(desk, ("case", None, b"big"), ("files", "a", big)).status == 422
    assert left_behind(settings) == []


def test_no_room_is_said(desk, settings, monkeypatch):
    monkeypatch.setattr(incoming, "ROOM", 1 << 60)
    reply = send(desk, ("case", None, b"x"), ("files", "a", b"x"))
    assert reply.status == 503
    assert "room" in reply.body
    assert left_behind(settings) == []


def _begun(desk: Desk, declared: int, sent: bytes) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    connection.putrequest("POST", "/en/examine/upload")
    for name, value in (
        ("Cookie", desk.cookie),
        ("Content-Type", "multipart/form-data; boundary=edge"),
        ("Content-Length", str(declared)),
        ("Accept", "application/json"),
    ):
        connection.putheader(name, value)
    connection.endheaders(sent)
    return connection


def _comes_to(settings: Settings, count: int) -> bool:
    """Whether so many uploads lie unfinished within ten seconds."""
    until = time.monotonic() + 10
    while len(left_behind(settings)) != count and time.monotonic() < until:
        time.sleep(0.05)
    return len(left_behind(settings)) == count


def test_slow_and_cut_off_uploads_leave_nothing(desk, settings, monkeypatch):
    monkeypatch.setattr("mingjian.web.upload.STILL_SECONDS", 0.4)
    body, _ = multipart(
        ("csrf", None, desk.token.encode()), ("case", None, b"slow"), ("files", "a", b"x" * 1000)
    )
    still = _begun(desk, len(body), body[:-500])
    reply = still.getresponse()
    assert reply.status == 408
    assert "mingjian examine" in reply.read().decode()
    still.close()
    monkeypatch.setattr("mingjian.web.upload.GRACE_SECONDS", 0.0)
    dripping = _begun(desk, 1 << 20, body[:-500])
    for _ in range(40):
        time.sleep(0.02)
        try:
            dripping.send(b"x")
        except OSError:
            break
    assert dripping.getresponse().status == 408
    dripping.close()
    monkeypatch.undo()
    cut = _begun(desk, len(body), body[:-500])
    # Cut off before the server has begun, it would leave nothing yet, and something to the next.
    assert _comes_to(settings, 1)
    cut.close()
    assert _comes_to(settings, 0)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=edge", b"--edge\r\nnonsense"),
        ("multipart/form-data; boundary=edge", b"--other\r\n"),
        ("multipart/form-data; boundary=edge", b"--edge\r\n" + b"X-Y: " + b"y" * 20_000),
        ("multipart/form-data; boundary=edge", b"--edge\r\nContent-Disposition: x\r\n\r\nx"),
        ("multipart/form-data; boundary=" + "e" * 300, b"x"),
        ("multipart/form-data", b"x"),
        ("application/json", b"{}"),
    ],
)
def test_what_is_no_form(desk, settings, kind, body):
    reply = desk.ask("/en/examine/upload", method="POST", body=body, Content_Type=kind)
    assert reply.status == 400
    assert left_behind(settings) == []


@settings(deadline=None, max_examples=150, database=None)
@given(
    strategies.text(max_size=60) | strategies.binary(max_size=60).map(lambda b: b.decode("latin-1"))
)
def test_no_name_leads_out_of_its_folder(name):
    steps = safe_path(name)
    assert steps
    for step in steps:
        assert step not in ("", ".", "..")
        assert "/" not in step
        assert "\0" not in step
        assert len(step.encode("utf-8", "surrogatepass")) <= 255
        assert step.isprintable()


def test_ids_of_others_open_nothing(desk):
    for identity in ("", "..", "../../etc", "0" * 16, "A" * 16, "0" * 15 + "\u0660", "slot-0"):
        assert desk.ask(f"/en/examination.json?id={quote(identity)}").status == 404
        assert desk.ask(f"/en/examination/live?id={quote(identity)}").status == 404
        assert desk.post(f"/en/examination/stop?id={quote(identity)}").status in (404, 422)


# ---- the process that examines --------------------------------------------------------------


def _home(tmp_path) -> Settings:
    """With one detector, so that processes start quickly."""
    names = {entry.name for entry in installed_detectors({}, frozenset())}
    return Settings(home=tmp_path, workers=1, disabled_detectors=names - {"message.fraud"})


def _arrived(home: Settings, *texts: str) -> str:
    arriving = incoming.begin(home, LEAD, "case")
    for number, text in enumerate(texts):
        with arriving.file(f"{number}.txt") as file:
            arriving.count(len(text))
            file.write(text.encode())
    return arriving.finish().id


def _until(folder, *states: str) -> dict:
    until = time.monotonic() + 90
    while (state := incoming_run.view(folder))["state"] not in states:
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return state


def test_killed_stopped_and_gone_on_with_nothing_is_lost(tmp_path):
    """The process is killed outright; the next start of the server goes on with the same run. A
    person stops that one, and goes on with it later."""
    home = _home(tmp_path)
    identity = _arrived(home, *(f"{number} {FRAUD}" for number in range(1000)))
    cut = incoming.begin(home, LEAD, "case")  # another upload, cut off with its server
    cut._release()
    first = incoming_run.Examinations(home)
    first.start(identity)
    folder = incoming.folder_of(home, identity)
    until = time.monotonic() + 90
    while not incoming_run.view(folder)["done"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    run = incoming_run.view(folder)["run"]
    first._running[0].send_signal(signal.SIGKILL)
    first._running[0].wait()
    assert not incoming.is_held(folder)
    second = incoming_run.Examinations(home)
    second.take_up()
    assert not cut.folder.exists()
    _until(folder, "running", "done")
    second.stop(LEAD, identity)
    stopped = incoming_run.view(folder)
    assert stopped["state"] == "stopped"
    assert stopped["done"] < 1000
    assert (folder / f"upload-{identity[:6]}").is_dir()
    second.take_up()  # a start of the server leaves alone what a person stopped
    assert incoming_run.view(folder)["state"] == "stopped"
    second.again(LEAD, identity)
    state = _until(folder, "done", "failed")
    assert (state["state"], state["run"], state["done"]) == ("done", run, 1000)
    second.close()
    with opened_store(home) as store:
        assert store.progress(run).left == 0
        assert list(store.verify()) == []


def test_what_cannot_be_examined_says_why(tmp_path):
    home = _home(tmp_path)
    identity = _arrived(home, "text")
    folder = incoming.folder_of(home, identity)
    (folder / f"upload-{identity[:6]}" / "0.txt").unlink()
    (folder / f"upload-{identity[:6]}").rmdir()
    examinations = incoming_run.Examinations(home)
    examinations.start(identity)
    state = _until(folder, "failed", "done")
    assert state["state"] == "failed"
    assert state["why"]["what"]["zh"]
    examinations.close()


def test_what_ends_while_somebody_stops_it_stays_done(tmp_path, monkeypatch):
    """The page still showed it running, and it came to its end before the signal."""
    home = _home(tmp_path)
    identity = _arrived(home, FRAUD)
    examinations = incoming_run.Examinations(home)
    examinations.start(identity)
    folder = incoming.folder_of(home, identity)
    done = _until(folder, "done", "failed")
    examinations._running[0].wait()
    monkeypatch.setattr(incoming_run, "view", lambda folder: {**done, "state": "running"})
    examinations.stop(LEAD, identity)
    monkeypatch.undo()
    assert incoming_run.view(folder)["state"] == "done"
    assert not (folder / "stop").exists()


def test_a_run_that_is_told_to_stop_after_its_last_item_is_finished(tmp_path, monkeypatch):
    home = _home(tmp_path)
    identity = _arrived(home, FRAUD)
    folder = incoming.folder_of(home, identity)
    examine = incoming_run._examine

    def told_late(*arguments):
        examine(*arguments)
        arguments[3].say(state="running", outcome=None)
        raise incoming_run._Stopped

    told = {"settings": home.model_dump(mode="json"), "folder": str(folder)}
    line = json.dumps(told).encode() + b"\n"
    monkeypatch.setattr(incoming_run, "_examine", told_late)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line)))
    monkeypatch.setattr(incoming_run.signal, "signal", lambda number, handler: None)
    (folder / "stop").touch()
    assert incoming_run.main() == 0
    state = incoming_run.view(folder)
    assert (state["state"], state["done"], state["items"]) == ("done", 1, 1)
    assert sum(state["outcome"].values()) == 1
    assert not (folder / "stop").exists()
