"""The detectors of this folder hold to the contract, and their data files are complete."""

from __future__ import annotations

import json
from importlib.resources import files

import provenance_signing as signing
import pytest
from provenance_items import jpeg, png, xmp

from mingjian.detect.provenance.agreement import Agreement
from mingjian.detect.provenance.c2pa_claims import C2paClaims
from mingjian.detect.provenance.generator import Generator
from mingjian.detect.provenance.iptc import Iptc
from mingjian.detect.provenance.status import meaning
from mingjian.testing import assert_keeps_promise


@pytest.mark.parametrize("detector", [C2paClaims, Iptc, Generator, Agreement])
def test_promise(detector: type) -> None:
    assert_keeps_promise(
        detector,
        examples=[
            signing.signed(signing.picture()),
            jpeg(xmp=xmp(attributes='Iptc4xmpExt:DigitalSourceType="digitalCapture"')),
            png(parameters="Steps: 20, Sampler: Euler"),
        ],
    )


def test_status_codes_are_all_explained_in_both_languages() -> None:
    text = (files("mingjian.detect.provenance") / "status_codes.json").read_text("utf-8")
    codes = json.loads(text)
    assert len(codes) > 80
    for code, entry in codes.items():
        said = meaning(code)
        assert [said.zh, said.en] == entry
        assert any("\u4e00" <= ch <= "\u9fff" for ch in said.zh)
    assert "not.a.code" in meaning("not.a.code").en
