"""Chromium over its debugging pipe: several persons, each with cookies of their own."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
FILL = """(name, fields) => {
  const form = document.querySelector(`input[name=form][value="${name}"]`).form;
  const fold = form.closest("details");
  if (fold) fold.open = true;
  for (const [key, value] of Object.entries(fields)) {
    const field = form.querySelector(`[name="${key}"][type=radio][value="${value}"]`)
      || form.querySelector(`[name="${key}"]`);
    if (field.type === "radio" || field.type === "checkbox") field.click();
    else field.value = value;
  }
}"""
SEND = """(name) => {
  const form = document.querySelector(`input[name=form][value="${name}"]`).form;
  if (!form.checkValidity()) throw new Error("not filled in");
  window.left = true;
  form.querySelector("button").click();
}"""


class Browser:
    """A running Chromium that reaches nothing but this machine."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        def wire() -> None:
            # Chromium reads commands from 3 and answers on 4. Either may be one of these two, or
            # any other file of a long run of tests: first both go where nothing is.
            to_three = fcntl.fcntl(to_read, fcntl.F_DUPFD, 200)
            to_four = fcntl.fcntl(to_write, fcntl.F_DUPFD, 200)
            os.dup2(to_three, 3)
            os.dup2(to_four, 4)

        self._running = subprocess.Popen(
            [
                *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-background-networking", "--disable-dev-shm-usage"),
                *("--remote-debugging-pipe", f"--user-data-dir={profile}"),
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
            close_fds=False,
            preexec_fn=wire,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._held = b""
        self._count = 0
        self.asked: list[str] = []
        """Every address that was asked for."""
        self.said: list[str] = []
        """What pages complained about: policies broken, errors."""

    def call(self, method: str, session: str = "", **params: object) -> Any:
        self._count += 1
        told = {"id": self._count, "method": method, "params": params}
        if session:
            told["sessionId"] = session
        os.write(self._write, json.dumps(told).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self._hear(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            more = os.read(self._read, 1 << 16)
            assert more, "Chromium ended"
            self._held += more
        line, _, self._held = self._held.partition(b"\0")
        return json.loads(line)

    def _hear(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif event.get("method") == "Log.entryAdded":
            entry = params["entry"]
            if entry["source"] in ("security", "violation", "javascript", "rendering"):
                self.said.append(entry["text"])

    def person(self, base: str, cookie: str, width: int = 1440, height: int = 900) -> Tab:
        """A tab of its own, signed in by its cookie."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)[
            "targetId"
        ]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        name, _, value = cookie.partition("=")
        self.call(
            "Storage.setCookies",
            cookies=[{"name": name, "value": value, "url": base, "httpOnly": True}],
            browserContextId=context,
        )
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable", session)
        tab = Tab(self, session, base)
        tab.size(width, height)
        return tab

    def close(self) -> None:
        with contextlib.suppress(AssertionError, OSError):
            self.call("Browser.close")
        os.close(self._write)
        os.close(self._read)
        self._running.wait(20)


class Tab:
    """One page as a person sees and works it."""

    def __init__(self, browser: Browser, session: str, base: str) -> None:
        self.browser, self.session, self.base = browser, session, base

    def _call(self, method: str, **params: object) -> Any:
        return self.browser.call(method, self.session, **params)

    def size(self, width: int, height: int = 900) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def dark(self, on: bool) -> None:
        value = "dark" if on else "light"
        self._call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": value}],
        )

    def run(self, script: str) -> Any:
        """Evaluate; for tests only, the pages' own policy allows no script."""
        found = self._call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def _settled(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(AssertionError):
                if self.run("document.readyState === 'complete' && !window.left"):
                    return
            time.sleep(0.02)
        raise TimeoutError("the page does not settle")

    def go(self, path: str) -> None:
        self._call("Page.navigate", url=self.base + path)
        self._settled()

    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    def fill(self, form: str, **fields: str) -> None:
        """Type into the form whose hidden field `form` has this value, its fold opened."""
        self.run(f"({FILL})({json.dumps(form)}, {json.dumps(fields)})")

    def send(self, form: str) -> None:
        """Press the form's button as a person does: what is required is asked for."""
        self.run(f"({SEND})({json.dumps(form)})")
        self._settled()

    def download_to(self, folder: Path) -> None:
        """Files this browser is sent from now on are kept in `folder`."""
        self._call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def downloaded(self, folder: Path) -> Path:
        """The file that arrives, once it is whole."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            found = [one for one in folder.iterdir() if not one.name.endswith(".crdownload")]
            if found and found[0].stat().st_size:
                return found[0]
            time.sleep(0.05)
        raise TimeoutError("no file arrived")

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        height = int(self.run("document.documentElement.scrollHeight"))
        width = int(self.run("window.innerWidth"))
        shot = self._call(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": width, "height": min(height, 8000), "scale": 1},
        )
        path.write_bytes(base64.b64decode(shot["data"]))
