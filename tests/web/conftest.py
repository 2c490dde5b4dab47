"""A small store with hostile evidence, and the desk over it on a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from mingjian.app import cases
from mingjian.app.access import Actor, Role
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.web.door import Door, host_names
from mingjian.web.site import site

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.txt"
CASE = '案件 <b>"&/../x'
FRAUD = (
    "您好，我是平台客服，您的账户涉嫌违规，请把验证码发给我，"
    "并把钱转到安全账户。 <script>alert(1)</script>"
)


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: str

    def json(self):
        return json.loads(self.body)


@dataclass
class Desk:
    """The running desk as a browser meets it."""

    port: int
    door: Door
    cookie: str = ""

    def ask(self, path: str, *, method: str = "GET", host: str | None = None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", f"127.0.0.1:{self.port}" if host is None else host)
        given = {"Cookie": self.cookie, **headers} if self.cookie else headers
        for name, value in given.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        reply = connection.getresponse()
        body = reply.read().decode("utf-8")
        connection.close()
        return Reply(reply.status, reply.headers, body)

    def enter(self) -> None:
        reply = self.ask(f"/enter?token={self.door.new_token()}")
        assert reply.status == 303
        self.cookie = reply.headers["Set-Cookie"].partition(";")[0]


@pytest.fixture(scope="session")
def settings(tmp_path_factory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    made = Settings(home=home, language="zh", actor="王晓", workers=1)
    folder: Path = tmp_path_factory.mktemp("evidence")
    (folder / HOSTILE).write_text(FRAUD, "utf-8")
    (folder / "plain.csv").write_text("=1+1,姓名\n@SUM(A1),张三\n", "utf-8")
    examine_paths([folder], made, case=CASE)
    with opened_store(made) as store:
        person = Actor("王晓", Role.LEAD)
        cases.new(store, person, "drill", title="演练案", exercise=True)
        cases.note(store, person, "drill", "<script>alert(2)</script>")
    return made


@pytest.fixture(scope="session")
def server(settings):
    """The desk on a free port of this machine; nobody is signed in."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        door = Door(host_names("127.0.0.1", port), f"mingjian-{port}")
        app = site(settings, Actor("王晓", Role.LEAD), door)
        config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        while not running.started:
            time.sleep(0.02)
        yield Desk(port, door)
        running.should_exit = True
        thread.join(20)


@pytest.fixture
def stranger(server) -> Desk:
    return Desk(server.port, server.door)


@pytest.fixture(scope="session")
def desk(server) -> Desk:
    """Somebody who came in by the link."""
    inside = Desk(server.port, server.door)
    inside.enter()
    return inside
