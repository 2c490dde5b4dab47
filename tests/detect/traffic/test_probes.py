"""Probed paths: which family, where a name is only alike, and what an answer changes."""

from __future__ import annotations

import time

import pytest
from tests.detect.traffic.traffic_evidence import evidence_of, log_line

from mingjian.detect.traffic.attack import Attack
from mingjian.detect.traffic.decode import decode
from mingjian.detect.traffic.features import measure
from mingjian.detect.traffic.probes import probed
from mingjian.detect.traffic.request import read_request

DETECTOR = Attack({})


@pytest.mark.parametrize(
    ("target", "family"),
    [
        ("/.env", "secrets"),
        ("/api/.env.local", "secrets"),
        ("/.git/head", "repositories"),
        ("//phpmyadmin/index.php", "databases"),
        ("/index.php?s=/index/\\think\\app/invokefunction", "thinkphp"),
        ("/seeyon/htmlofficeservlet", "oa_cn"),
        ("/boaform/admin/formping", "devices"),
        ("/actuator/beans", "actuators"),
        ("/x/wp-login.php", "wordpress_files"),
    ],
)
def test_a_probed_path_is_named_by_its_family(target: str, family: str) -> None:
    found = probed(target, 404)
    assert found is not None
    assert found.id == family


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/administration-guide",
        "/shell-scripting/basics",
        "/search?q=/.env",
        "/talks/nagios-sms1.png",
        "/envelopes",
    ],
)
def test_what_is_only_alike_is_no_probe(target: str) -> None:
    assert probed(target, 200) is None


def test_an_answered_page_of_a_product_weighs_less_than_a_refused_one() -> None:
    used = '198.51.100.9 - - [12/Sep/2026:21:00:00 +0800] "GET /phpmyadmin/x HTTP/1.1" 200 512 '
    used += '"https://www.example.com/phpmyadmin/" "Mozilla/5.0 (X11; rv:128.0) Firefox/128.0"'
    refused = log_line("/phpmyadmin/x", status=404)
    assert measure(read_request(used)).values["probe_product"] == 0
    assert measure(read_request(refused)).values["probe_refused"] > 0


@pytest.mark.parametrize(
    "said", ["\\x16\\x03\\x01\\x02\\x00\\x01", "SSH-2.0-Go", "MGLNDD_192.0.2.1_80"]
)
def test_another_protocol_is_told_from_a_client_that_said_nothing(said: str) -> None:
    line = log_line("/", status=400).replace("GET / HTTP/1.1", said)
    assert measure(read_request(line)).values["foreign"] == 1
    silent = log_line("/", status=408).replace("GET / HTTP/1.1", "-")
    assert measure(read_request(silent)).values["broken_request"] == 0


def test_full_width_letters_are_folded_and_chinese_text_is_left_alone() -> None:
    assert decode("＜ｓｃｒｉｐｔ＞").text == "<script>"
    assert decode("您好，（北京）！").text == "您好，（北京）！"


def test_a_raw_quote_in_a_request_does_not_hide_the_line() -> None:
    line = log_line('/_search?source={"a":{}}', status=404)
    assert read_request(line).status == 404


def test_one_scanner_in_a_large_log_is_found_and_its_family_is_told() -> None:
    calm = [log_line(f"/page/{i}", second=i, client=f"198.51.100.{i % 90}") for i in range(600)]
    paths = ["/.env", "/.git/config", "/nacos/v1/auth/users", "/boaform/admin/formLogin"]
    scan = [log_line(path, client="203.0.113.7", status=404, second=700) for path in paths]
    found = next(iter(DETECTOR.examine(evidence_of(*calm[:300], *scan, *calm[300:]))))
    quiet = next(iter(DETECTOR.examine(evidence_of(*calm))))
    assert quiet.quiet
    assert not found.quiet
    assert found.score is not None
    assert quiet.score is not None
    assert found.score > quiet.score
    one = next(iter(DETECTOR.examine(evidence_of(scan[3]))))
    assert "路由器、摄像头等设备" in one.because.zh
    assert "routers, cameras" in one.because.en


def test_hostile_length_takes_no_hostile_time() -> None:
    begun = time.process_time()
    for piece in ('"', '" 40', "/.e", "/admin", "//", "＜", "\\x16"):
        next(iter(DETECTOR.examine(evidence_of(piece * (300_000 // len(piece))))))
        next(iter(DETECTOR.examine(evidence_of(log_line("/" + piece * (15_000 // len(piece)))))))
    # Not a benchmark: a pattern that backtracks would take minutes here.
    assert time.process_time() - begun < 20
