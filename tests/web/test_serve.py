"""`mingjian serve` as a person starts it, and the pages in a real browser."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingjian.app.accounts import TRIES_OF_ACCOUNT, Accounts
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.app.visit import Refused, TooManyTries
from mingjian.cli.serve import serve
from mingjian.cli.serving import STARTED_SECONDS

COMMAND = (sys.executable, "-m", "mingjian.cli.main", "serve")


def _environment(home) -> dict[str, str]:
    return {**os.environ, "MINGJIAN_HOME": str(home), "MINGJIAN_LANGUAGE": "en"}


def _refused(**options: object) -> str:
    with pytest.raises(UsageError) as refused:
        serve(**options)
    return refused.value.in_language("en")


def test_an_address_others_can_reach_is_refused():
    told = _refused(host="0.0.0.0")
    assert "no TLS" in told
    assert "--i-know-tls-is-in-front" in told
    assert "--name" in _refused(host="0.0.0.0", tls_in_front=True)


def test_a_port_that_is_taken_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "choose another --port" in _refused(port=taken.getsockname()[1])


def _started(home, *more: str) -> tuple[subprocess.Popen, str, str]:
    """A running desk, its address, and what it said."""
    running = subprocess.Popen(
        [*COMMAND, "--port", "0", *more],
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = ""
    for line in running.stdout:
        said += line
        if "Ctrl+C" in line:
            break
    return running, re.search(r"http://127\.0\.0\.1:\d+", said)[0], said


def test_it_starts_prints_one_link_and_stops(tmp_path):
    """On a home with nothing in it: a link for the first account, again until it was used."""
    running, _, said = _started(tmp_path / "home", "--first", "Li Wei")
    try:
        link = re.search(r"http://127\.0\.0\.1:(\d+)(/en/enter\?token=\S{40,})", said)
        connection = http.client.HTTPConnection("127.0.0.1", int(link[1]), timeout=30)
        connection.request("GET", link[2])
        reply = connection.getresponse()
        page = reply.read().decode()
        connection.close()
        assert reply.status == 200
        assert "Li Wei" in page
        assert "Secure" not in reply.headers["Set-Cookie"]
    finally:
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 0
    assert told == ""


def _children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children")
    if not told.exists():
        pytest.skip("needs /proc to see the processes of a server")
    return [int(one) for one in told.read_text().split()]


def _both(process: int, without: int = 0) -> list[int]:
    """The two that answer, once both run and the one without is gone."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = _children(process)
        if len(found) == 2 and without not in found:
            return found
        time.sleep(0.1)
    pytest.fail(f"processes: {found}")


def _asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    """On a connection of its own, so that any of the processes may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    body = reply.read().decode()
    connection.close()
    return reply.status, body


def test_several_processes_are_one_desk(tmp_path):
    """A session that one knows is known to all, as are refused sign-ins; one that is killed is
    replaced, and all end together."""
    home = tmp_path / "home"
    running, base, said = _started(home, "--first", "Li Wei", "--workers", "2")
    port = int(base.rpartition(":")[2])
    accounts = Accounts(Settings(home=home))
    try:
        secret = accounts.enter(
            said.partition("token=")[2].split()[0], "four unrelated words", "", ""
        )
        cookie = f"mingjian-{port}={secret}"
        both = _both(running.pid)
        told = [_asked(port, "/en/help.json", Cookie=cookie) for _ in range(20)]
        assert {status for status, _ in told} == {200}
        for _ in range(TRIES_OF_ACCOUNT):
            with pytest.raises(Refused):
                accounts.sign_in("Li Wei", "a wrong password", "", "")
        with pytest.raises(TooManyTries):
            accounts.sign_in("Li Wei", "four unrelated words", "", "")
        time.sleep(STARTED_SECONDS)  # one that ends at once would not be started anew
        os.kill(both[0], signal.SIGKILL)
        _both(running.pid, without=both[0])
        assert _asked(port, "/en/help.json", Cookie=cookie)[0] == 200
    finally:
        accounts.close()
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 0
    assert told == ""
