"""Detector traffic.sigma: the examiner's rules, the ones we ship as examples, and broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.detect.traffic.traffic_evidence import evidence_of, log_line

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.traffic.sigma_rules import SigmaRules
from mingjian.domain.finding import Finding, Lines

EXAMPLES = Path(__file__).parents[3] / "examples/sigma"
HEAD = "title: T\nlogsource: {category: webserver}\ndetection:\n"


def _found(folder: Path, *lines: str) -> list[Finding]:
    return list(SigmaRules({"rules": str(folder)}).examine(evidence_of(*lines)))


def test_the_example_rules_find_what_they_are_for() -> None:
    lines = [
        log_line("/www.zip", status=200),
        log_line("/www.zip", status=404),
        log_line("/", agent="sqlmap/1.8"),
        log_line("/login", method="POST", status=401, agent="python-requests/2.31"),
        log_line("/login", method="POST", status=401),
    ]
    found = {
        str(f.because.en).split("“")[1].split("”")[0]: f.where for f in _found(EXAMPLES, *lines)
    }
    assert found == {
        "Backup or dump fetched from a web root": (Lines(1, 1),),
        "Client that names a scanning tool": (Lines(3, 3),),
        "Sign-in refused for a program": (Lines(4, 4),),
    }


def test_wildcards_negation_keywords_and_counts(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        HEAD + "  a: {cs-uri-stem: '/x*y?.php'}\n  b: {sc-status: 404}\n  k: ['secret-word']\n"
        "  condition: (a and not b) or k\n"
    )
    lines = [
        log_line("/x123yZ.php"),
        log_line("/x123yZ.php", status=404),
        log_line("/xy.php"),
        log_line("/z?q=SECRET-word"),
    ]
    (finding,) = _found(tmp_path, *lines)
    assert finding.where == (Lines(1, 1), Lines(4, 4))


def test_what_cannot_be_used_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text(
        "title: T\nlogsource: {category: process_creation, product: windows}\n"
        "detection:\n  a: {Image: x}\n  condition: a\n"
    )
    (tmp_path / "field.yml").write_text(HEAD + "  a: {cs-host: x}\n  condition: a\n")
    (tmp_path / "torn.yml").write_text("title: [")
    (finding,) = _found(tmp_path, log_line("/"))
    assert finding.quiet
    unusable = finding.details["unusable"]
    assert isinstance(unusable, dict)
    assert set(unusable) == {"other.yml", "field.yml", "torn.yml"}
    assert "cs-host" in unusable["field.yml"]


def test_without_rules_it_does_not_apply_and_a_wrong_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotApplicable):
        list(SigmaRules({}).examine(evidence_of(log_line("/"))))
    with pytest.raises(Unavailable):
        SigmaRules({"rules": str(tmp_path / "none")})
