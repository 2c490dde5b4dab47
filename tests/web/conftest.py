"""A small store with hostile evidence, and the desk over it on a real socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn
from fastapi import FastAPI

from mingjian.app import alerts, cases
from mingjian.app.access import Actor, Role
from mingjian.app.accounts import Accounts
from mingjian.app.errors import UsageError
from mingjian.app.examine import examine_paths
from mingjian.app.incoming_run import Examinations
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.warn.alert import Alarm, Step
from mingjian.web.door import Door, form_token, host_names
from mingjian.web.site import site
from mingjian.web.straight import Straight

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.txt"
CASE = '案件 <b>"&/../x'
FRAUD = (
    "您好，我是平台客服，您的账户涉嫌违规，请把验证码发给我，"
    "并把钱转到安全账户。 <script>alert(1)</script>"
)


PASSWORD = "four unrelated words 鉴"
ADMIN = Actor("admin", Role.ADMIN)


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
    inner: FastAPI | None = None
    """The application behind the guard, where it is known."""
    straight: Straight | None = None
    """What stands between the two."""

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        host: str | None = None,
        body: bytes = b"",
        **headers: str,
    ):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", f"127.0.0.1:{self.port}" if host is None else host)
        given = {"Cookie": self.cookie, **headers} if self.cookie else headers
        for name, value in given.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        reply = connection.getresponse()
        body = reply.read().decode("utf-8")
        connection.close()
        return Reply(reply.status, reply.headers, body)

    def sign_in(self, name: str = "王晓", role: Role = Role.LEAD) -> None:
        """As a person who holds this one role; the password is set on the way, as by a link."""
        account = f"{name} {role}"
        with contextlib.suppress(UsageError):
            link = self.door.accounts.add(ADMIN, account, [role])
            self.door.accounts.enter(link, PASSWORD, "", "")
        secret = self.door.accounts.sign_in(account, PASSWORD, "", "")
        self.cookie = f"{self.door.cookie}={secret}"

    @property
    def token(self) -> str:
        """What this browser's forms carry."""
        return form_token(self.cookie.partition("=")[2])

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str):
        """A form of ours, sent from one of our pages."""
        given = {"csrf": self.token, **(fields or {})}
        headers = {
            "Content_Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.port}",
            **headers,
        }
        return self.ask(path, method="POST", body=urlencode(given).encode(), **headers)


def alarm(subject: str, grade: str = "yellow", day: date = date(2026, 11, 23)) -> Alarm:
    """An alarm of a daily series: three quiet days, then one far above its bound."""
    counts = (4.0, 6.0, 5.0, 18.0)
    quiet = {"expected": 5.0, "low": 1.0, "high": 10.0, "upper": 12.0}
    course = tuple(
        Step(at=day - timedelta(days=3 - at), observed=count, **quiet)
        for at, count in enumerate(counts)
    )
    return Alarm(
        kind="count",
        subject=subject,
        at=day,
        days=1,
        grade=grade,
        grade_name=Message("黄色", "yellow"),
        rule=Message("超过报警界限", "above the alarm bound"),
        why=Message("有 18 起，预期 5 起。超过界限 12。", "18 came, 5 were expected. Over 12."),
        method="farrington",
        observed=18.0,
        times=3.6,
        false_alarms=0.5,
        false_alarms_95=(0.2, 1.1),
        course=course,
        **quiet,
    )


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
        alerts.raise_alarms(store, person, [alarm(HOSTILE), alarm("fraud | 310000", "red")])
        alerts.raise_alarms(store, person, [alarm("drilled")], exercise="秋季演练")
        cases.new(store, person, "drill", title="演练案", exercise=True)
        cases.note(store, person, "drill", "<script>alert(2)</script>")
    return made


@contextlib.contextmanager
def served(settings):
    """The desk on a free port of this machine; nobody is signed in."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        accounts = Accounts(settings)
        door = Door(host_names("127.0.0.1", port), f"mingjian-{port}", accounts)
        examinations = Examinations(settings)
        app = site(settings, door, examinations)
        config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        while not running.started:
            time.sleep(0.02)
        try:
            yield Desk(port, door, inner=app.app.app, straight=app.app)
        finally:
            running.should_exit = True
            thread.join(20)
            examinations.close()
            accounts.close()


@pytest.fixture(scope="session")
def server(settings):
    with served(settings) as running:
        yield running


@pytest.fixture(scope="session")
def inner(server):
    return server.inner


@pytest.fixture
def stranger(server) -> Desk:
    return Desk(server.port, server.door)


@pytest.fixture(scope="session")
def desk(server) -> Desk:
    """A lead who is signed in."""
    inside = Desk(server.port, server.door)
    inside.sign_in()
    return inside
