"""The CASE/UCO graph: valid under case-utils, complete, and without content."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mingjian.casework.custody.entry import Action, Draft, Entry, Head, append, now
from mingjian.casework.custody.key import load_key
from mingjian.exchange.case_uco import case_graph

ROOT = "a" * 64
PART = "b" * 64


def record(sha256: str, path: str, parent: str | None) -> dict[str, Any]:
    say = {"zh": "发现", "en": "found"}
    return {
        "sha256": sha256,
        "sm3": "c" * 64,
        "path": path,
        "size": 12,
        "parent": parent,
        "examinations": [
            {
                "detector": "x.y",
                "version": "1",
                "findings": [
                    {"signal": "x.y", "because": say, "quiet": False},
                    {"signal": "x.z", "because": say, "quiet": True},
                ],
            }
        ],
        "weights": [
            {
                "proposition": "x.y",
                "h1": say,
                "h2": say,
                "words": say,
                "log10_lr": 1.25,
                "lr_bounds": [-1.0, 2.0],
                "opinion": True,
            },
            {"proposition": "x.z", "opinion": False},
        ],
    }


RECORDS = [record(ROOT, "信件/a b.eml", None), record(PART, "信件/a b.eml/附件.zip", ROOT)]


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    key = load_key(tmp_path_factory.mktemp("key"))
    drafts = [Draft(Action.CASE_OPENED), Draft(Action.TAKEN_IN, ROOT), Draft(Action.EXAMINED, ROOT)]
    return append("甲", Head.of_new("甲"), drafts, key, "examiner", now())


def test_case_utils_finds_nothing_wrong(tmp_path: Path, entries: list[Entry]) -> None:
    validate = Path(sys.executable).with_name("case_validate")
    if not validate.exists():
        pytest.skip("case-utils is not installed: pip install case-utils")
    file = tmp_path / "case.jsonld"
    file.write_bytes(case_graph("甲", RECORDS, entries, "1.0", "TLP:AMBER"))
    done = subprocess.run([str(validate), str(file)], capture_output=True, text=True, check=False)
    assert "Conforms: True" in done.stdout, done.stdout[:2000]


def test_everything_is_told_once_and_the_same_each_time(entries: list[Entry]) -> None:
    data = case_graph("甲", RECORDS, entries, "1.0")
    assert data == case_graph("甲", RECORDS, entries, "1.0")
    nodes = json.loads(data)["@graph"]
    of_type: dict[str, int] = {}
    for node in nodes:
        of_type[node["@type"]] = of_type.get(node["@type"], 0) + 1
    assert of_type == {
        "tool:Tool": 1,
        "observable:File": 2,
        "observable:ObservableRelationship": 1,
        "analysis:AnalyticResult": 4,
        "investigation:ProvenanceRecord": 1,
        "identity:Identity": 1,
        "investigation:InvestigativeAction": 3,
        "investigation:Investigation": 1,
    }
    identifiers = [node["@id"] for node in nodes]
    assert len(set(identifiers)) == len(identifiers)
    actions = [node for node in nodes if node["@type"] == "investigation:InvestigativeAction"]
    assert entries[2].hash in actions[2]["core:description"]
    assert actions[2]["investigation:wasInformedBy"] == [{"@id": actions[1]["@id"]}]


def test_an_empty_case_is_a_graph_too(tmp_path: Path) -> None:
    nodes = json.loads(case_graph("乙", [], [], "1.0"))["@graph"]
    assert [node["@type"] for node in nodes] == ["tool:Tool", "investigation:Investigation"]
