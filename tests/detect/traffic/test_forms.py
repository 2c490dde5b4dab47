"""Logs in every form that is read: the same requests, the same measurement and facts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detect.traffic.log_forms import (
    BROWSER,
    CRAWLER,
    FIELDS,
    HEAD,
    JSON_FORMS,
    Sent,
    caddy,
    combined,
    nginx,
    w3c,
)
from tests.detect.traffic.traffic_evidence import VARIED, evidence_of

from mingjian.detect.contract import NotApplicable
from mingjian.detect.traffic.attack import Attack
from mingjian.detect.traffic.lines import Reader, lines_of
from mingjian.detect.traffic.log import _seconds
from mingjian.detect.traffic.request import LONGEST_LINE, Request, read_request
from mingjian.detect.traffic.sigma_rules import SigmaRules
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding, Lines
from mingjian.intake.content import BytesContent
from mingjian.testing.promise import as_accepted

DETECTOR = Attack({})
REQUESTS = [
    *(
        Sent(f"/page/{i}?sort=name&p={i}", second=i, client=f"198.51.100.{i % 7}")
        for i in range(20)
    ),
    Sent("/goods/7", referer="https://shop.example/?q=%E7%BA%A2", agent=CRAWLER),
    Sent("/", agent="-", status=400),
    *(
        Sent(f"/p?{name}={quote(text, safe='')}", second=9 * i, client="203.0.113.8")
        for i, (name, text) in enumerate(zip("abcdabcd", VARIED, strict=True))
    ),
    *(
        Sent(f"/{name}", second=300 + i, client="203.0.113.7", status=404, agent="Nikto/2.5")
        for i, name in enumerate([".git/config", ".env", "backup.zip", "phpmyadmin/"])
    ),
]


def _found(*lines: str) -> list[Finding]:
    return list(DETECTOR.examine(evidence_of(*lines)))


def _told(findings: list[Finding]) -> list[object]:
    return [(one.signal, one.score, one.quiet, one.details, one.exhibits) for one in findings]


@pytest.mark.parametrize("form", JSON_FORMS.values(), ids=JSON_FORMS)
def test_the_same_requests_in_json_measure_the_same(form: Callable[[Sent], str]) -> None:
    usual = _found(*map(combined, REQUESTS))
    assert {one.details.get("kind") for one in usual[1:]} == {"adaptive", "varied"}
    other = _found(*map(form, REQUESTS))
    assert _told(other) == _told(usual)
    assert [one.where for one in other] == [one.where for one in usual]


def test_the_same_requests_in_w3c_measure_the_same() -> None:
    usual = _found(*map(combined, REQUESTS))
    other = _found(*HEAD, *map(w3c, REQUESTS))
    assert other[0].details == usual[0].details
    assert other[0].score == usual[0].score
    moved = [
        tuple(
            Lines(place.first + len(HEAD), place.last + len(HEAD))
            for place in one.where
            if isinstance(place, Lines)
        )
        for one in usual
    ]
    assert [one.where for one in other] == moved
    assert [one.details for one in other] == [one.details for one in usual]


def _requests(*lines: str) -> list[Request | None]:
    reader = Reader()
    return [reader.read(line) for line in lines]


@pytest.mark.parametrize("form", JSON_FORMS.values(), ids=JSON_FORMS)
def test_a_json_line_becomes_the_request_of_a_combined_one(form: Callable[[Sent], str]) -> None:
    for one in REQUESTS:
        (read,) = _requests(form(one))
        usual = read_request(combined(one))
        assert read is not None
        for name in ("method", "target", "status", "client", "agent", "referer"):
            assert getattr(read, name) == getattr(usual, name), name
        assert int(_seconds(read.time) or 0) == _seconds(usual.time)


def test_fields_may_come_again_with_others_and_remarks_are_no_lines() -> None:
    log = [
        *HEAD,
        w3c(REQUESTS[0]),
        "#Remark: the service was started again",
        "#Date: 2026-09-13 00:00:00",
        "#Fields: time c-ip cs-method cs-uri-stem sc-status",
        "01:02:03 192.0.2.9 POST /login 302",
        "# anything else",
        "01:02:04 192.0.2.9 GET /home",
        "",
        FIELDS,
        w3c(REQUESTS[22]),
    ]
    read = _requests(*log)
    assert [one is None for one in read] == [
        *(True,) * 4, False, True, True, True, False, True, False, False, True, False,
    ]  # fmt: skip
    assert read[8] == Request(
        "/login",
        -1,
        method="POST",
        status=302,
        client="192.0.2.9",
        time="2026-09-13 01:02:03+00:00",
    )
    (finding,) = _found(*log)
    assert finding.details["lines_in_no_log_form"] == 1
    assert finding.context["length"] == 3.0


def test_nothing_is_written_as_a_dash_and_blanks_as_plus() -> None:
    agent = "Mozilla/5.0+(compatible;+Seekbot/2.1;++https://seek.example/b)"
    line = f"2026-09-12 13:00:00 192.0.2.1 - - - 443 - 192.0.2.7 {agent} - 400 0 0 1"
    (read,) = _requests(FIELDS, line)[1:]
    assert read is not None
    assert (read.method, read.target, read.status) == ("", "-", 400)
    assert read.agent == "Mozilla/5.0 (compatible; Seekbot/2.1; +https://seek.example/b)"
    (none,) = _requests(FIELDS, line.replace(agent, "-"))[1:]
    assert none is not None
    assert none.agent == "-"


def test_one_line_of_a_log_of_named_fields_is_pointed_at_by_its_number() -> None:
    hit = Sent("/find?q=%27%20union%20select%20name%2Cpass%20from%20users--%20-")
    for log, number in (((*HEAD, w3c(hit)), 5), ((nginx(hit),), 1), ((caddy(hit),), 1)):
        (finding,) = _found(*log)
        assert finding.signal == "traffic.request"
        assert finding.context == {"form": "line"}
        assert finding.where == (Lines(number, number),)
        assert finding.score == _found(combined(hit))[0].score


def test_quotes_that_nginx_escapes_against_the_rules_of_json_are_read() -> None:
    line = nginx(Sent("/find?q=X")).replace("q=X", r"q=\x22><svg onload=alert(1)>")
    with pytest.raises(json.JSONDecodeError):
        json.loads(line)
    (read,) = _requests(line)
    assert read is not None
    assert read.target == r"/find?q=\x22><svg onload=alert(1)>"
    assert not _found(line)[0].quiet


BROKEN = [
    '{"remote_addr": "192.0.2.1", "request": "GET / HT',
    '{"remote_addr": "192.0.2.1", "request": "GET / HTTP/1.1"}',
    '{"request": "GET / HTTP/1.1", "status": true}',
    '{"request": "GET / HTTP/1.1", "status": 20}',
    '{"request": "GET / HTTP/1.1", "status": "ok"}',
    '{"request": "GET / HTTP/1.1", "status": [[200]]}',
    '{"request": 7, "status": 200}',
    '{"request": {"method": [], "uri": {}}, "status": 200}',
    '{"request_method": "GET", "request_uri": ["a", 1], "status": 1e400}',
    '{"status": ' + "9" * 5_000 + ', "request": "GET / HTTP/1.1"}',
    '{"a":' * 9_000 + "1" + "}" * 9_000,
    "[" * 60_000,
    "{}",
    "[1]",
    "2026-09-12 13:00:00 192.0.2.1 GET /",
    "2026-09-12 13:00:00 192.0.2.1 GET / - 443 - 192.0.2.7 a - 20x 0 0 1",
    "2026-09-12 13:00:00 192.0.2.1 GET / - 443 - 192.0.2.7 a - 200 0 0 1 2 3",
    "2026-09-12 13:00:00 192.0.2.1 GET  - 443 - 192.0.2.7 a - 200 0 0 1",
    "\0" * 500,
]


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_is_unread_and_harms_none_beside_it(line: str) -> None:
    good = (w3c(REQUESTS[0]), nginx(REQUESTS[1]), combined(REQUESTS[2]))
    (finding,) = _found(*HEAD, good[0], line, *good[1:], line)
    assert finding.details["lines_in_no_log_form"] == 2
    assert finding.details["lines"] == 5
    assert finding.context["length"] == 3.0


def test_odd_values_are_left_out_and_the_line_is_read() -> None:
    (read,) = _requests(
        json.dumps(
            {
                "request": "GET /\ud800\0 HTTP/1.1",
                "status": 200,
                "remote_addr": "1.2.3.4\n5",
                "client_ip": "[2001:db8::7]:4000",
                "http_user_agent": {"a": 1},
                "time": ["x" * 900],
            }
        )
    )
    assert read is not None
    assert (read.target, read.client, read.agent) == ("/\ufffd\0", "2001:db8::7", None)
    assert _seconds(read.time) is None
    assert len(read.time or "") == 40


def test_addresses_with_a_host_are_those_of_the_server_where_the_log_writes_them_so() -> None:
    item = {"status": 404, "method": "GET", "url": "https://shop.example/a?b=1", "ts": 1.0}
    (read,) = _requests(json.dumps(item))
    assert read is not None
    assert read.target == "/a?b=1"
    proxied = json.dumps({"status": 404, "request": "GET http://other.example/ HTTP/1.1"})
    (read,) = _requests(proxied)
    assert read is not None
    assert read.target == "http://other.example/"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("12/Sep/2026:21:00:05 +0800", 1789218005.0),
        ("2026-09-12T13:00:05Z", 1789218005.0),
        ("2026-09-12 13:00:05", 1789218005.0),
        ("2026-09-12T21:00:05.000+08:00", 1789218005.0),
        ("1789218005", 1789218005.0),
        ("1789218005000", 1789218005.0),
        ("1789218005.5", 1789218005.5),
        ("-", None),
        ("99999999999999999999", None),
        ("2026-02-30 13:00:05", None),
        (None, None),
    ],
)
def test_times(written: str | None, seconds: float | None) -> None:
    assert _seconds(written) == seconds


def test_a_payload_that_looks_like_json_or_a_remark_stays_a_payload() -> None:
    for payload in ('{"user":{"$ne":null}}', "{{7*7}}", "# or 1=1", "#Fields", "[0]"):
        assert _requests(payload) == [read_request(payload)]
        assert _found(payload)[0].context == {"form": "payload"}


def test_a_w3c_log_without_a_request_is_no_payload() -> None:
    for log in (HEAD, ("#Fields: date time c-ip cs-uri-stem", "2026-09-12 13:00:00 192.0.2.1 /")):
        with pytest.raises(NotApplicable):
            _found(*log)


def test_rare_ends_of_lines_do_not_break_a_line_of_json() -> None:
    hidden = nginx(Sent("/", agent="a\u2028b\u0085c")).encode().decode("unicode-escape")
    assert "\u2028" in hidden
    evidence = as_accepted(hidden.encode(), EvidenceKind.WEB_LOG, "json-log")
    assert list(lines_of(evidence)) == [hidden]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_log_too_large_for_text_has_the_same_lines_in_every_encoding(encoding: str) -> None:
    # U+0A0A and U+4E0A hold the byte of a line's end in UTF-16.
    lines = [combined(Sent(f"/上\u0a0a?n={n}")) for n in range(20_000)]
    data = "\n".join(lines).encode(encoding)
    assert len(data) > 1 << 20
    held = as_accepted(b"", EvidenceKind.WEB_LOG)
    large = replace(
        held,
        content=BytesContent(data),
        identity=replace(held.identity, encoding=encoding.removesuffix("-sig")),
        text=None,
    )
    assert list(lines_of(large)) == lines


def test_sigma_rules_are_held_against_every_form(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "title: T\nlogsource: {category: webserver}\ndetection:\n"
        "  a: {cs-uri-stem: '*.zip', sc-status: 404, c-ip: '203.0.113.7'}\n  condition: a\n"
    )
    detector = SigmaRules({"rules": str(tmp_path)})
    for log, before in (
        ([*HEAD, *map(w3c, REQUESTS)], len(HEAD)),
        *(([*map(form, REQUESTS)], 0) for form in JSON_FORMS.values()),
    ):
        (finding,) = detector.examine(evidence_of(*log))
        number = 1 + before + next(i for i, one in enumerate(REQUESTS) if "zip" in one.target)
        assert finding.where == (Lines(number, number),)


@given(st.lists(st.one_of(st.text(max_size=80), st.sampled_from([*HEAD, FIELDS[:60]])), max_size=8))
def test_any_lines_are_read_without_failure(lines: list[str]) -> None:
    for one in _requests(*lines):
        assert one is None or len(one.target) <= LONGEST_LINE


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["request", "status", "method", "uri", "remote_addr", "ts", "http_user_agent", "url"]
        ),
        JSON_VALUES | st.sampled_from(["GET / HTTP/1.1", 200, "GET", "/x", {"path": "/", "a": []}]),
    )
)
def test_any_json_object_is_read_without_failure(item: dict[str, object]) -> None:
    line = json.dumps(item)
    (read,) = _requests(line)
    assert read is not None
    assert _found(line) == _found(line)


@given(st.text(max_size=60), st.integers(0, 12))
def test_any_value_in_a_w3c_line_is_read_without_failure(text: str, place: int) -> None:
    values = w3c(REQUESTS[0]).split(" ")
    values[place] = text
    assert all(one is None or one.target is not None for one in _requests(FIELDS, " ".join(values)))


@pytest.mark.parametrize(
    "line",
    [
        '{"request": "GET /' + "a" * 5_000_000 + ' HTTP/1.1", "status": 200}',
        "{" * 5_000_000 + "}",
        '{"a": ' + "\\x22" * 1_250_000 + "}",
        "#Fields: " + "a " * 2_500_000,
        "2026-09-12 13:00:00 " * 250_000,
        "#" * 5_000_000,
        "\0" * 5_000_000,
    ],
    ids=["long", "braces", "escapes", "fields", "blanks", "hashes", "nul"],
)
def test_a_line_of_five_megabytes_costs_little(line: str) -> None:
    begun = time.process_time()
    for one in _requests(FIELDS, line, line, w3c(REQUESTS[0])):
        assert one is None or len(one.target) <= LONGEST_LINE
    assert time.process_time() - begun < 5


def test_browser_names_agree() -> None:
    (read,) = _requests(FIELDS, w3c(Sent("/a", agent=BROWSER)))[1:]
    assert read is not None
    assert read.agent == BROWSER
