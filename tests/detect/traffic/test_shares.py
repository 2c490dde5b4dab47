"""The evidence of many things together: one of many, some, all; and what a log makes of it."""

from __future__ import annotations

from math import exp, log
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detect.traffic.traffic_evidence import VARIED, evidence_of, log_line

from mingjian.detect.traffic.attack import Attack
from mingjian.detect.traffic.features import measure
from mingjian.detect.traffic.request import read_request
from mingjian.detect.traffic.shares import Shares, some_of, tempered

DETECTOR = Attack({})
EVIDENCE = st.floats(-10, 10)


def _score(*lines: str) -> float:
    score = next(iter(DETECTOR.examine(evidence_of(*lines)))).score
    assert score is not None
    return score


@given(EVIDENCE)
def test_one_thing_weighs_what_it_weighs(one: float) -> None:
    assert some_of([one]) == pytest.approx(one)


def test_one_of_many_weighs_less_by_their_number_and_half_of_them_weighs_more() -> None:
    alone, among = some_of([6.0]), some_of([6.0, *[-3.0] * 19])
    # Were it known that exactly one of the twenty is meant, it would be this.
    known = log((exp(6.0) + 19 * exp(-3.0)) / 20)
    assert among < alone
    assert known - log(4) < among < known + 0.5
    assert some_of([6.0] * 10 + [-3.0] * 10) > alone
    assert some_of([-3.0] * 20) < 0


@given(st.lists(EVIDENCE, min_size=1, max_size=20), st.floats(0, 5), st.integers(0, 19))
def test_more_evidence_of_one_never_weighs_less(
    found: list[float], more: float, place: int
) -> None:
    raised = list(found)
    raised[place % len(found)] += more
    assert some_of(raised) >= some_of(found) - 1e-9


def test_many_at_once_are_counted_as_one_by_one_and_nothing_is_even() -> None:
    at_once, each = Shares(), Shares()
    at_once.add(-1.0, 5)
    for _ in range(5):
        each.add(-1.0)
    assert at_once.value() == pytest.approx(each.value())
    assert Shares().value() == 0.0
    assert tempered(-tempered(3.0)) < 0 < tempered(1e9) < 30


def test_a_short_log_of_nothing_but_probes_stands_out() -> None:
    paths = ["/.env.local", "/app/.env", "/.git/index", "/.ssh/id_rsa", "/dump.sql.gz"]
    probes = [log_line(path, status=404, agent="curl/8.5.0") for path in paths]
    visits = [log_line(f"/notes/{n}", client="198.51.100.4", second=n) for n in range(5)]
    assert _score(*probes) > _score(*probes[:2]) > _score(*visits)
    # Asked for again and again it is still one request.
    assert _score(*probes[:1] * 5) == pytest.approx(_score(*probes[:1] * 2))


def test_slow_wordings_of_one_injection_among_visits_are_found() -> None:
    mixed = []
    for n, text in enumerate(VARIED):
        target = f"/items?q={quote(text, safe='')}"
        mixed.append(log_line(target, second=40 * n, client="203.0.113.5"))
        mixed.append(log_line(f"/items/{n}", second=40 * n + 20, client="203.0.113.5"))
    assert not next(iter(DETECTOR.examine(evidence_of(*mixed)))).quiet
    assert _score(*mixed) > _score(*mixed[1::2]) + 2


def test_whoever_runs_a_product_is_not_flagged_whatever_it_is_called() -> None:
    pages = [
        "/phpmyadmin/index.php?route=/sql",
        "/wp-admin/edit.php",
        "/nacos/",
        "/druid/index.html",
    ]
    own = [
        f'198.51.100.9 - - [12/Sep/2026:21:0{n}:00 +0800] "GET {page} HTTP/1.1" 200 512 '
        f'"https://www.example.com{page}" "Mozilla/5.0 (X11; rv:128.0) Firefox/128.0"'
        for n, page in enumerate(pages)
    ]
    assert _score(*own) < 0
    assert _score(*(log_line(page, status=404) for page in pages)) > 0


@pytest.mark.parametrize(
    "target", ["/a?x=1&id=7", "/a?b=2&type=x&set=1", "/a?b=c&dir=ltr&find[]=z"]
)
def test_the_name_of_a_parameter_is_no_command(target: str) -> None:
    assert measure(read_request(log_line(target))).values["class.command"] == 0


@pytest.mark.parametrize("target", ["/a?x=1;id", "/a?x=1%26id", "/a?x=$(curl%20192.0.2.1)"])
def test_a_command_of_two_words_is_found_in_a_line(target: str) -> None:
    line = log_line(target)
    assert measure(read_request(line)).values["class.command"] == 3
    assert _score(line) > _score(log_line("/a?x=1"))


def test_a_payload_weighs_the_same_class_in_a_browsers_name() -> None:
    shown = measure(read_request(log_line("/", agent="() { :; }; /bin/bash -c 'sleep 3'")))
    assert shown.values["class.code"] == 3
    assert shown.where == "agent"
    assert shown.decoded.text.startswith("() {")


@pytest.mark.parametrize(
    ("path", "status", "value"),
    [
        ("/.config.local", 404, 1.0),
        ("/shop.php.bak", 200, 1.0),
        ("/media.rar", 404, 0.7),
        ("/media.rar", 200, 0.0),
        ("/.well-known/acme-challenge/x", 404, 0.0),
    ],
)
def test_files_that_no_site_publishes_are_known_by_their_form(
    path: str, status: int, value: float
) -> None:
    assert measure(read_request(log_line(path, status=status))).values["unpublished"] == value


def test_a_word_for_a_shell_further_down_is_a_word() -> None:
    deeper = measure(read_request(log_line("/blog/tags/shell")))
    assert deeper.probe is None
    assert measure(read_request(log_line("/shell"))).probe is not None
