"""A person with a browser: from the first link to the weight of evidence; every page under axe."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from mingjian.app.access import Role
from mingjian.web.pages import PAGES

from .browser import CHROMIUM, Browser
from .conftest import CASE, FRAUD, PASSWORD, Desk

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
COMMAND = (sys.executable, "-m", "mingjian.cli.main", "serve", "--port", "0", "--lang", "en")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    running = Browser(tmp_path_factory.mktemp("profile"))
    yield running
    running.close()


def _press(tab, button: str, **fields: str) -> None:
    """Fill in the form that holds the button of this name, and press it."""
    tab.run(
        f"""(() => {{
        const button = [...document.querySelectorAll('main button')]
            .find((one) => one.textContent.trim() === {json.dumps(button)});
        for (const [name, value] of Object.entries({json.dumps(fields)}))
            button.form.elements[name].value = value;
        if (!button.form.checkValidity()) throw new Error('not filled in');
        window.left = true; button.click(); }})()"""
    )
    tab._settled()


def _wait(tab, text: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(AssertionError):  # between two pages there is none to read
            if text in tab.text():
                return
        time.sleep(0.1)
    raise TimeoutError(tab.text())


def test_from_the_first_link_to_the_weight(browser, tmp_path):
    """First admin link, password, sign out and in, upload by the drop zone's form, progress as it
    comes, the weight within three clicks; no other place is asked, no policy broken."""
    home = {**os.environ, "MINGJIAN_HOME": str(tmp_path / "home"), "MINGJIAN_WORKERS": "1"}
    running = subprocess.Popen(
        [*COMMAND, "--first", "Li Wei"], env=home, stdout=subprocess.PIPE, text=True
    )
    try:
        said = "".join(iter(running.stdout.readline, "Stop with Ctrl+C.\n"))
        base, enter = re.search(r"(http://127\.0\.0\.1:\d+)(/en/enter\?token=\S+)", said).groups()
        tab = browser.person(base, "nothing=yet")
        tab.go(enter)
        _press(tab, "Set it and sign in", password=PASSWORD, again=PASSWORD)
        assert "Li Wei" in tab.text()
        tab.go("/en/me")
        _press(tab, "Sign out")
        tab.go("/en/examine")
        _press(tab, "Sign in", name="li wei", password=PASSWORD)
        assert tab.run("location.pathname") == "/en/examine"
        evidence = tmp_path / "chat.txt"
        evidence.write_text(FRAUD, "utf-8")
        found = tab._call("DOM.getDocument")["root"]["nodeId"]
        node = tab._call("DOM.querySelector", nodeId=found, selector="input[type=file]")["nodeId"]
        tab._call("DOM.setFileInputFiles", nodeId=node, files=[str(evidence)])
        _wait(tab, "chat.txt")  # the script tells what was chosen
        _press(tab, "Upload and examine", case="First case")
        assert "First case" in tab.text()
        _wait(tab, "Read the weight")  # without a reload: events from the server
        tab.run("window.left = true; document.querySelector('main a.button').click()")
        tab._settled()
        assert "Weight of evidence" in tab.text()
        assert "log10 LR" in tab.text()
        assert "past the threshold" in tab.text()
        # Keys: ? opens the map, a letter goes to a place.
        key = (
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
        )
        tab.run(key % "?")
        assert tab.run("document.querySelector('#keys').open")
        tab.run("document.querySelector('#keys button').click()")
        tab.run(f"window.left = true; {key % 'l'}")
        tab._settled()
        assert tab.run("location.pathname") == "/en/law"
        tab.run(key % "t")
        assert tab.run("document.documentElement.dataset.theme") == "light"
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    assert running.returncode == 0
    away = ("about:", "data:", "chrome:", "chrome-untrusted:", "devtools:")
    assert [url for url in browser.asked if not url.startswith((base, *away))] == []
    assert browser.said == []


def axe_script() -> str:
    """The axe that is installed; skips the test where none is."""
    for package in ("axe_playwright_python", "axe_core_python"):
        if (found := importlib.util.find_spec(package)) and found.origin:
            return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")
    pytest.skip("no axe: .venv/bin/pip install axe-core-python")


RULES = (
    "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], "
    "resultTypes: ['violations'], selectors: false}"
)


WIDE = (
    "[...document.querySelectorAll('main *')].filter((one) => !one.closest('.wide') && "
    "one.getBoundingClientRect().right > innerWidth).slice(0, 3).map((one) => one.outerHTML)"
)
LOOKS = [
    (language, dark, width)
    for language, width in (("zh", 1440), ("en", 390))
    for dark in (False, True)
]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(server, browser, look):
    """Every page with something on it: both languages, both themes, both widths."""
    language, dark, width = look
    axe = axe_script()
    admin, lead = Desk(server.port, server.door), Desk(server.port, server.door)
    admin.sign_in("axe", Role.ADMIN)
    lead.sign_in("axe")
    base = f"http://127.0.0.1:{server.port}"
    sha256 = lead.ask(f"/zh/items.json?name={quote(CASE)}").json()["items"][0]["sha256"]
    asked = {
        "evidence": f"sha256={sha256}&case={quote(CASE)}",
        "article": "ref=criminal-law/266",
        "conduct": "id=phishing.mail",
        "detector": "name=message.fraud",
        "account": "name=axe+admin",
        "alert": "id=1",
        "alert-notice": "id=1",
        "situation-rows": "number=N1",
        "law": f"q={quote('诈骗')}",
    }
    wrong = []
    for who, paths in (
        (Desk(server.port, server.door), ["sign-in"]),
        (admin, ["admin", "account", "sessions", "sign-ins", "installation"]),
        (lead, [name for name, page in PAGES.items() if page.area != "admin"]),
    ):
        tab = browser.person(base, who.cookie or "nothing=yet", width)
        tab.dark(dark)
        for name in paths:
            tab.go(f"/{language}/{name}?{asked.get(name, 'name=' + quote(CASE))}")
            # What is folded away is read too; this axe would also lay it over what is shown.
            tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            tab.run(axe + "; true")
            found = tab.run(
                f"""axe.run(document, {RULES}).then((done) => done.violations.map((one) =>
                one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.html).join(' | ')))"""
            )
            wrong += [f"{name}: {one}" for one in found]
            if tab.run("document.documentElement.scrollWidth") > width:
                wide = tab.run(WIDE)
                wrong.append(f"{name}: wider than the screen: {wide}")
    assert not wrong, "\n".join(wrong)
