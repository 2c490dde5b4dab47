"""`mingjian serve` as a person starts it, and the pages in a real browser."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from mingjian.app.errors import UsageError
from mingjian.cli.serve import serve

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
