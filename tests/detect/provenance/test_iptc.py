"""IPTC source types and AI fields in every form XMP allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provenance_items import evidence, jpeg, one, xmp

from mingjian.detect.contract import NotApplicable
from mingjian.detect.provenance.iptc import Iptc
from mingjian.detect.provenance.metadata_fields import xmp_fields
from mingjian.detect.provenance.vocabulary import ai_service, source_type
from mingjian.domain.finding import Finding

BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
AI = f"{BASE}trainedAlgorithmicMedia"


def examine(data: bytes, format: str = "jpeg") -> list[Finding]:
    return list(Iptc({}).examine(evidence(data, format)))


@pytest.mark.parametrize(
    "packet",
    [
        xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{AI}"'),
        xmp(f"<Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType>"),
        xmp(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{AI.replace("http", "https")}"/>'),
        xmp(
            "<Iptc4xmpExt:DigitalSourceType><rdf:Bag>"
            f"<rdf:li>{AI}</rdf:li></rdf:Bag></Iptc4xmpExt:DigitalSourceType>"
        ),
        xmp(
            "<Iptc4xmpExt:DigitalSourceType>trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"
        ),
        xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{AI}"').decode().encode("utf-16-be"),
        xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{AI}"')
        .replace(b"Iptc4xmpExt:", b"other:")
        .replace(b"xmlns:Iptc4xmpExt=", b"xmlns:other="),
    ],
    ids=["attribute", "element", "resource-https", "bag", "bare-term", "utf-16", "own-prefix"],
)
def test_source_type_in_every_form(packet: bytes) -> None:
    found = one(examine(jpeg(xmp=packet)), "provenance.iptc.source_type")
    assert found.details["group"] == "ai"
    assert found.proposition == "provenance.ai_generated"
    assert "not signed" in found.because.en
    assert found.where


def test_another_namespace_is_not_iptc() -> None:
    packet = xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{AI}"').replace(
        b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/", b"http://example.invalid/ns/"
    )
    # The prefix is only a habit: what counts is the address it stands for.
    assert [f.signal for f in examine(jpeg(xmp=packet))] == ["provenance.iptc.absent"]


def test_ai_fields_mask_the_prompt_writer() -> None:
    packet = xmp(
        "<Iptc4xmpExt:AISystemUsed>Example Generator</Iptc4xmpExt:AISystemUsed>"
        "<Iptc4xmpExt:AIPromptWriterName>王小明</Iptc4xmpExt:AIPromptWriterName>"
        "<Iptc4xmpExt:AIPromptInformation>call 13800138000 at a.b@mail.example"
        "</Iptc4xmpExt:AIPromptInformation>"
    )
    found = one(examine(jpeg(xmp=packet)), "provenance.iptc.ai_fields")
    shown = repr(found)
    assert "Example Generator" in shown
    assert "王**" in shown
    for private in ("王小明", "13800138000", "a.b@mail.example"):
        assert private not in shown


def test_nothing_found_is_quiet() -> None:
    found = one(examine(jpeg()), "provenance.iptc.absent")
    assert found.quiet
    assert "proves nothing" in found.because.en


def test_a_format_without_metadata_is_not_applicable() -> None:
    with pytest.raises(NotApplicable):
        examine(b"BM0000", "bmp")


@pytest.mark.parametrize(
    ("value", "term", "group"),
    [
        (f"{BASE}digitalCapture", "digitalCapture", "non_ai"),
        ("https://cv.iptc.org/newscodes/digitalsourcetype/composite/", "composite", "maybe"),
        (
            "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData",
            "trainedAlgorithmicData",
            "ai",
        ),
        ("c2pa:trainedAlgorithmicData", "trainedAlgorithmicData", "ai"),
        (f"{BASE}algorithmicMedia", "algorithmicMedia", "synthetic_not_ml"),
        (f"{BASE}digitalArt", "digitalArt", "deprecated"),
        ("http://example.invalid/trainedAlgorithmicMedia", None, "unknown"),
    ],
)
def test_source_types(value: str, term: str | None, group: str) -> None:
    kind = source_type(value)
    assert kind.group == group
    assert term in (None, kind.term)


def test_service_names_are_matched_as_words() -> None:
    assert ai_service("Adobe Firefly 3") == "Adobe Firefly"
    assert ai_service("北京火山引擎科技有限公司") is not None
    assert ai_service("Sorano Photo", "Adobe Inc.") is None


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda t: xmp(t))))
def test_any_packet_is_read_without_raising(packet: bytes) -> None:
    fields = list(xmp_fields(packet, "XMP", 0, len(packet)))
    assert all(field.place == "xmp" for field in fields)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + xmp("&b;")
    assert list(xmp_fields(bomb, "XMP", 0, len(bomb))) == []
