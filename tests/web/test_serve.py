"""`mingjian serve` as a person starts it, and the pages in a real browser."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from mingjian.app.errors import UsageError
from mingjian.cli.serve import serve

from .conftest import CASE

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


def test_it_starts_prints_one_link_and_stops(tmp_path):
    """On a home with nothing in it: the desk teaches the first step."""
    running = subprocess.Popen(
        [*COMMAND, "--port", "0"],
        env=_environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [running.stdout.readline() for _ in range(3)]
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/enter\?token=\S{40,})", "".join(lines))
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
        connection.request("GET", found[2])
        reply = connection.getresponse()
        reply.read()
        cookie = reply.headers["Set-Cookie"].partition(";")[0]
        assert reply.status == 303
        assert "Secure" not in reply.headers["Set-Cookie"]
        connection.request("GET", "/en/desk", headers={"Cookie": cookie})
        reply = connection.getresponse()
        page = reply.read().decode()
        connection.close()
        assert reply.status == 200
        assert "mingjian examine FOLDER" in page
    finally:
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 0
    assert told == ""


@pytest.mark.skipif(
    shutil.which("chromium") is None, reason="no chromium: apt-get install chromium"
)
def test_pages_in_chromium(settings, tmp_path):
    """A real browser signs in by the link; no page breaks the policy or asks another place."""
    home = settings.home
    running = subprocess.Popen(
        [*COMMAND, "--port", "0", "--lang", "zh"],
        env=_environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [running.stdout.readline() for _ in range(3)]
        base, enter = re.search(r"(http://[^/\s]+)(/enter\S+)", "".join(lines)).groups()
        first, _ = _chromium(tmp_path, base + enter)
        assert "演练案" in first
        case = urlencode({"name": CASE})
        for path in (f"/zh/case?{case}", "/en/detector?name=message.fraud"):
            shown, log = _chromium(tmp_path, base + path)
            assert 'class="brand"' in shown
            assert not re.search("Content Security Policy|Refused to|net::ERR", log)
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)


def _chromium(profile, address: str) -> tuple[str, str]:
    done = subprocess.run(
        [
            *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--enable-logging=stderr", "--disable-background-networking"),
            f"--user-data-dir={profile / 'profile'}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            address,
        ],
        capture_output=True,
        text=True,
        timeout=90,
    )
    return done.stdout, done.stderr
