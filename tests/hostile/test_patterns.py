"""No regular expression of the product takes more than its share of time on a hostile text.

`patterns.py` finds them all and makes the texts; it runs in a process of its own, with an
interval timer for each text, since a pattern that has run away cannot be stopped otherwise.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.patterns import CAPPED, attacks, convicted

from mingjian.detect.agent.course import without_data
from mingjian.detect.label.explicit import _FRONT
from mingjian.detect.privacy.scan import scan
from mingjian.detect.traffic.request import read_request


@pytest.fixture(scope="module")
def verdict() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("patterns.py"))],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_no_pattern_explodes(verdict: dict[str, Any]) -> None:
    assert verdict["slow"] == {}, "mend these, or cap the text they see and say so in CAPPED"


def test_every_kind_is_looked_at(verdict: dict[str, Any]) -> None:
    kinds = {name.split(".")[2] for name in verdict["names"] if ".detect." in name}
    assert verdict["patterns"] > 400
    assert {"privacy", "message", "mail", "link", "agent", "prompt", "label", "model"} <= kinds
    assert set(CAPPED) <= {name.partition(":")[0] for name in verdict["names"]}


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:0[0,]*(?:\.0+)?)+x",  # what hung the last CI
        r"-[ \t]*\t[ \t]*x",
        r"[a-z]+@",
    ],
)
def test_the_sweep_convicts_what_it_should(pattern: str) -> None:
    assert convicted((pattern, 0), anchored=False) is not None


@pytest.mark.parametrize("pattern", [r"(?<![a-z])[a-z]++@", r"[a-z]{1,60}@", r"a(?:b|c)*+d", r"x"])
def test_the_sweep_lets_linear_ones_pass(pattern: str) -> None:
    assert convicted((pattern, 0), anchored=False) is None


def test_attacks_come_from_the_pattern_itself() -> None:
    made = attacks((r"id=(?:[0-9]{3},)+;", 0))
    assert any(before == "id=" and re.fullmatch("[0-9]{3},", pump) for before, pump, _ in made)


@pytest.mark.parametrize(
    "text",
    [
        '1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET /' + r"\a" * 60,
        '1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET /' + r"\\" * 8000,
    ],
)
def test_a_log_line_full_of_backslashes_is_read_at_once(text: str) -> None:
    start = time.process_time()
    read_request(text)
    assert time.process_time() - start < 1


def test_a_log_line_keeps_its_escaped_quotes() -> None:
    line = r'1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET /?q=\"x\" HTTP/1.1" 200 17 "-" "a\"b"'
    assert read_request(line).target == r"/?q=\"x\""
    bare = '1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET /\\" 404 17'
    assert (read_request(bare).status, read_request(bare).target) == (404, "/\\")


def test_front_matter_with_windows_line_ends_that_never_closes() -> None:
    start = time.process_time()
    assert _FRONT.match("---\r\n" + "a: b\r\n" * 120) is None
    assert time.process_time() - start < 1
    assert _FRONT.match("---\r\na: b\r\n---\r\nText") is not None


def test_data_in_a_request_is_left_out_in_one_pass() -> None:
    assert without_data("Sum these [{'a': 1}, {'a': 2}] please") == "Sum these   please"
    assert without_data("[{'a': 1") == "[{'a': 1"
    start = time.process_time()
    without_data("[ { 'a" * 100_000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text",
    [
        " ".join("8675309" * 15_000),
        "1-" * 100_000,
        "9" * 200_000,
        "地址" + " \t" * 100_000,
        "密码" + "\t" * 200_000,
        "[" + ", ".join(str(5_985_537 - 7 * n) for n in range(20_000)) + "]",
    ],
)
def test_personal_information_in_long_runs(text: str) -> None:
    start = time.process_time()
    scan(text)
    assert time.process_time() - start < 10
