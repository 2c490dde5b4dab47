"""Comparison with a list of known hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.model.manifest import Manifest
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.intake.content import BytesContent


def examined(detector: Manifest, data: bytes) -> list[Finding]:
    identity = Identity(kind=EvidenceKind.MODEL, format="pickle")
    digest = hashlib.sha256(data).hexdigest()
    evidence = Evidence(
        sha256=digest,
        sm3="",
        size=len(data),
        path="x",
        identity=identity,
        content=BytesContent(data),
    )
    return list(detector.examine(evidence))


DIGEST = hashlib.sha256(b"model").hexdigest()


@pytest.mark.parametrize(
    ("listed", "state"),
    [
        (json.dumps({DIGEST: "bad"}), "bad"),
        (json.dumps([{"sha256": DIGEST, "state": "good", "name": "toy"}]), "good"),
        (f"sha256,state,name\n{DIGEST.upper()},bad,toy\n", "bad"),
        (f"{DIGEST}  toy.bin\n", "good"),
        (f"{'0' * 64}  other.bin\n", "not listed"),
    ],
)
def test_manifest(listed: str, state: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(listed)
    (finding,) = examined(Manifest({"manifest": str(path)}), b"model")
    assert finding.details["state"] == state
    assert finding.quiet is (state != "bad")


@pytest.mark.parametrize("content", [None, "", "no hashes here", "{", "[[[[", "sha256,x\n,"])
def test_manifest_unavailable(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "list"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Unavailable):
        Manifest({"manifest": str(path)})


def test_manifest_without_a_list_is_not_applicable() -> None:
    with pytest.raises(NotApplicable, match="manifest"):
        examined(Manifest({}), b"model")
