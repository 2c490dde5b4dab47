"""The demo docket is what its script makes, and shows what its README says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mingjian.detect.provenance.agreement import Agreement
from mingjian.detect.provenance.c2pa_claims import C2paClaims
from mingjian.detect.provenance.generator import Generator
from mingjian.domain.evidence import Evidence
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import TakenIn, take_in

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCKET = EXAMPLES / "docket"
FRESH = {"08-signed.jpg", "../demo-ca.pem"}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    sys.path.insert(0, str(EXAMPLES))
    try:
        import make_docket

        return make_docket.items()
    finally:
        sys.path.remove(str(EXAMPLES))


def taken(name: str) -> list[TakenIn]:
    return take_in(BytesContent((DOCKET / name).read_bytes()), name, Limits())


def item(name: str) -> Evidence:
    return taken(name)[0].evidence


def test_the_committed_files_are_what_the_script_makes(made: dict[str, bytes]) -> None:
    for name in made.keys() - FRESH:
        assert (DOCKET / name).read_bytes() == made[name], name
    listed = {path.name for path in DOCKET.iterdir()} - {"README.md", "README.zh-CN.md"}
    assert listed == made.keys() - {"../demo-ca.pem"}
    assert sum(path.stat().st_size for path in DOCKET.iterdir()) < 3_000_000


def test_every_item_is_named_in_both_readmes() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (DOCKET / readme).read_text("utf-8")
        for path in DOCKET.iterdir():
            assert path.name in text or path.name.startswith("README")


@pytest.mark.parametrize(
    ("name", "kind", "format"),
    [
        ("01-investment-chat.txt", "dialogue", "wechat-text"),
        ("02-parcel-notice.eml", "mail", "rfc5322"),
        ("04-settings.pkl", "model", "pickle"),
        ("10-customers.csv", "dataset", "csv"),
        ("11-railway.html", "html", "html"),
        ("12-inspection.docx", "document", "docx"),
        ("16-access.log", "web-log", "combined"),
        ("17-agent.jsonl", "agent-trace", "openai-messages"),
    ],
)
def test_items_are_what_they_are_meant_to_be(name: str, kind: str, format: str) -> None:
    assert (item(name).kind.value, item(name).format) == (kind, format)


def test_hidden_parts_come_out() -> None:
    mail = [part.evidence.format for part in taken("02-parcel-notice.eml")]
    assert "pickle" in mail
    assert any(part.evidence.format == "url" for part in taken("18-poster.png"))


def test_the_bomb_is_refused_where_one_can_see_it() -> None:
    refused = [refusal for part in taken("14-backup.zip") for refusal in part.refusals]
    assert any("bomb" in refusal.why.en for refusal in refused)


def test_signed_picture_needs_the_demo_authority_to_be_trusted() -> None:
    signed = item("08-signed.jpg")
    anchors = {"trust_anchors": str(EXAMPLES / "demo-ca.pem")}
    for options, trust in (({}, "no-trust-list"), (anchors, "trusted")):
        found = list(C2paClaims(options).examine(signed))
        assert found[0].details["trust"] == trust
        assert [f.details.get("term") for f in found[1:]] == ["trainedAlgorithmicMedia"]


def test_comfyui_trace_is_found_and_plain_pictures_are_quiet() -> None:
    [trace] = Generator({}).examine(item("07-lake.png"))
    assert trace.details["tool"] == "ComfyUI"
    for name in ("05-labelled.png", "18-poster.png"):
        assert all(finding.quiet for finding in Generator({}).examine(item(name)))
        assert all(finding.quiet for finding in Agreement({}).examine(item(name)))
