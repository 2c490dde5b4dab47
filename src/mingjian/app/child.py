"""The sandboxed child asked by the application: with the limits and the scratch of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from mingjian.app.errors import BrokenError
from mingjian.app.settings import Settings
from mingjian.domain.record import Json
from mingjian.run.sandbox import Sandbox, SandboxBroken


def child(function: str, settings: Settings) -> Sandbox:
    """A child that runs `function` ("package.module:name")."""
    return Sandbox(function, settings.limits.limits(), settings.home / "scratch")


def ask(function: str, request: Mapping[str, object], settings: Settings) -> Json:
    """The answer to one request; `BrokenError` where there is none."""
    try:
        with child(function, settings) as sandbox:
            (outcome,) = sandbox.run([request])
    except SandboxBroken as broken:
        raise BrokenError(broken.what) from None
    if outcome.result is None:
        raise BrokenError(outcome.reason())
    return outcome.result
