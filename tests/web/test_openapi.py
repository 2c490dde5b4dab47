"""Schemathesis over our own OpenAPI document: nothing it thinks of makes the desk break."""

from __future__ import annotations

import time
import warnings

import pytest

SECONDS = 8.0


def test_nothing_schemathesis_thinks_of_breaks_the_desk(desk):
    """Bounded by time, not by number: what is reached on this machine is checked."""
    schemathesis = pytest.importorskip("schemathesis", reason="no schemathesis")
    from hypothesis import HealthCheck, Phase, settings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(desk.ask("/openapi.json").json())
        until, tried = time.monotonic() + SECONDS, 0
        for found in schema.get_all_operations():
            operation = found.ok()
            if not operation.path.startswith("/en/"):
                continue

            @settings(
                max_examples=3,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @_given(operation)
            def check(case):
                nonlocal tried
                if time.monotonic() < until:
                    tried += 1
                    _ask(desk, case)

            check()
    assert tried > 20


def _given(operation):
    from hypothesis import given

    return given(operation.as_strategy())


def _ask(desk, case) -> None:
    import urllib.parse

    query = urllib.parse.urlencode(
        {key: str(value) for key, value in (case.query or {}).items()}, errors="replace"
    )
    path = f"{case.formatted_path}?{query}"
    if case.method.upper() == "GET":
        reply = desk.ask(path)
    else:
        fields = case.body if isinstance(case.body, dict) else {}
        typed = {
            key: str(value).encode("utf-8", "replace").decode() for key, value in fields.items()
        }
        reply = desk.post(path, {**typed, "csrf": desk.token}, Accept="application/json")
    assert reply.status < 500, (case.method, case.path, reply.body[:300])
