"""Who asks: WebDAV, monitors, consoles and query languages are ordinary where they are at work."""

from __future__ import annotations

import time

import pytest
from tests.detect.traffic.traffic_evidence import log_line

from mingjian.detect.traffic.features import measure
from mingjian.detect.traffic.request import read_request

PAGE = "https://db.example/console/"
SELECT = "/run?stmt=SELECT+%2A+FROM+%60orders%60+WHERE+%60type%60+%3D+2"
FILTER = "/wms?cql_filter=class%3D%27A%27%20OR%20class%3D%27B%27&format=png"


def _values(line: str) -> dict[str, float]:
    return measure(read_request(line)).values


def test_webdav_is_odd_where_the_server_does_not_know_it() -> None:
    refused = _values(log_line("/", method="PROPFIND", status=405))["method_odd"]
    served = _values(log_line("/", method="PROPFIND", status=207))["method_odd"]
    at_work = _values(log_line("/", method="PROPFIND", status=207, user="lena"))["method_odd"]
    program = _values(log_line("/", method="REPORT", status=404, agent="DAVx5/4.3"))["method_odd"]
    assert refused > served > at_work
    assert program == at_work


def test_a_name_that_the_server_did_not_accept_is_no_name() -> None:
    known = _values(log_line("/phpmyadmin/index.php", status=200, user="root"))
    refused = _values(log_line("/phpmyadmin/index.php", status=401, user="root"))
    assert known["probe_product"] == 0
    assert refused["probe_product"] > 0


def test_a_monitor_may_ask_for_a_page_that_is_missing_but_for_no_secret() -> None:
    agent = "check_http/v2.4.5 (monitoring-plugins 2.4.5)"
    missing = _values(log_line("/status.php", status=404, agent=agent))
    assert missing["probe_product"] == missing["script_missing"] == 0
    assert _values(log_line("/.env", status=404, agent=agent))["probe_secret"] == 1


@pytest.mark.parametrize(
    ("target", "referer"), [(SELECT, PAGE), (FILTER, "-"), ("/?q=union+select+committee+work", "-")]
)
def test_an_honest_query_is_no_payload(target: str, referer: str) -> None:
    assert _values(log_line(target, referer=referer))["strongest"] == 0


@pytest.mark.parametrize(
    "target",
    [
        SELECT + "+union+select+user,pass+from+users",
        "/wms?cql_filter=x%27%20OR%20class%3D%27B%27",
        "/run?stmt=select+a+from+b+where+sleep(5)",
        "/run?stmt=select+a+from+b+--",
        "/?q=1+union+select+name+from+users",
    ],
)
def test_what_breaks_out_of_a_query_is_one(target: str) -> None:
    assert _values(log_line(target, referer=PAGE))["strongest"] > 0


@pytest.mark.parametrize(
    "piece", ["=select a from ", "='a' or b='", "=a in ('b',", "=((((a='b' and "]
)
def test_queries_of_hostile_length_take_no_hostile_time(piece: str) -> None:
    line = log_line("/?x" + piece.replace(" ", "+") * 270, referer=PAGE)
    started = time.process_time()
    measure(read_request(line))
    assert time.process_time() - started < 2
