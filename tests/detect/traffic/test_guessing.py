"""Guesses at a password, which no single request shows, and the sign-ins that look alike."""

from __future__ import annotations

import pytest
from tests.detect.traffic.traffic_evidence import evidence_of, log_line

from mingjian.detect.traffic.attack import Attack
from mingjian.domain.finding import Finding, Lines

DETECTOR = Attack({})
GUESSER = "203.0.113.50"


def _examined(*lines: str) -> tuple[Finding, set[object]]:
    whole, *facts = DETECTOR.examine(evidence_of(*lines))
    return whole, {fact.details["kind"] for fact in facts}


def _visits(count: int) -> list[str]:
    return [log_line(f"/news/{n}", second=n, referer="https://a.example/") for n in range(count)]


def _post(path: str, count: int, status: int, **fields: str) -> list[str]:
    return [
        log_line(path, client=GUESSER, second=100 + n, method="POST", status=status, **fields)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "guesses",
    [
        _post("/login", 8, 401),
        _post("/xmlrpc.php", 6, 200),
        _post("/wp-login.php", 5, 200),
        [
            log_line("/manager/html", client=GUESSER, second=n, status=401, user=name)
            for n, name in enumerate(["tomcat", "admin", "both", "role1"])
        ],
    ],
)
def test_guesses_are_told_and_weighed(guesses: list[str]) -> None:
    calm, _ = _examined(*_visits(20))
    found, kinds = _examined(*_visits(20), *guesses)
    assert "guessing" in kinds
    assert not found.quiet
    assert found.score is not None
    assert calm.score is not None
    assert found.score > calm.score + 1
    assert found.details["attack_requests"] == len(guesses)
    assert Lines(21, 20 + len(guesses)) in found.where


@pytest.mark.parametrize(
    "signing_in",
    [
        _post("/login", 2, 401),
        _post("/login", 8, 302),
        _post("/api/token", 8, 200),
        _post("/xmlrpc.php", 6, 200, agent="Jetpack by WordPress.com"),
        _post("/wp-login.php", 5, 302),
        [
            log_line("/dav/", client=GUESSER, second=n, status=401, user=name)
            for n, name in enumerate(["-", "mei", "mei", "mei"])
        ],
    ],
)
def test_signing_in_is_no_guess(signing_in: list[str]) -> None:
    found, kinds = _examined(*_visits(20), *signing_in)
    assert kinds == set()
    assert found.quiet


def test_the_sentence_names_the_client_and_leaves_success_open() -> None:
    *_, fact = DETECTOR.examine(evidence_of(*_visits(5), *_post("/login", 8, 401)))
    assert GUESSER in fact.because.en
    assert GUESSER in fact.because.zh
    assert "Whether a guess was right" in fact.because.en
    assert "有无得手" in fact.because.zh
    assert "名字" not in fact.because.zh


def test_the_tables_tell_the_guesses_and_leave_out_what_is_empty() -> None:
    whole, _ = _examined(*_visits(5), *_post("/login", 8, 401))
    assert [exhibit.title.en for exhibit in whole.exhibits] == [
        "Requests like attacks, by client address"
    ]
    assert "猜口令" in str(whole.exhibits[0])
    names = [
        log_line("/manager/html", client=GUESSER, second=n, status=401, user=name)
        for n, name in enumerate(["tomcat", "admin", "both"])
    ]
    *_, fact = DETECTOR.examine(evidence_of(*_visits(5), *names))
    assert "under 3 names" in fact.because.en


def test_what_is_remembered_is_bounded() -> None:
    lines = [
        log_line(f"/p{n}/login", client=GUESSER, second=n, method="POST", status=401)
        for n in range(400)
    ]
    assert _examined(*lines)[1] == set()


def test_clients_counted_together_guess_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.detect.traffic.log.MOST_CLIENTS", 1)
    attacks = [log_line("/?id=1'%20or%201=1--", client=GUESSER, second=n) for n in range(3)]
    whole, kinds = _examined(*_visits(5), *attacks, *_post("/login", 8, 401))
    assert "guessing" not in kinds
    assert whole.details["attack_requests"] == len(attacks)
    assert "猜口令" not in str(whole.exhibits)
