"""Marks that cannot both be true, and marks that can."""

from __future__ import annotations

import itertools

import provenance_signing as signing
import pytest
from hypothesis import given
from hypothesis import strategies as st
from provenance_items import evidence, jpeg, one, png, xmp

from mingjian.detect.provenance.agreement import Agreement, Mark, conflicts
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LABEL = '{"Label":"1","ContentProducer":"demo","ProduceID":"1"}'
LABELLED = "<TC260:AIGC>" + LABEL.replace('"', "&quot;") + "</TC260:AIGC>"
A1111 = "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64"
CAMERA = {"Make": "Canon", "Model": "EOS R5", "DateTimeOriginal": "2026:01:02 03:04:05"}


def packet(term: str, body: str = "") -> bytes:
    return xmp(body, attributes=f'Iptc4xmpExt:DigitalSourceType="{IPTC}{term}"')


def examine(data: bytes, format: str = "jpeg") -> list[Finding]:
    return list(Agreement({}).examine(evidence(data, format)))


def sides(data: bytes, format: str = "jpeg") -> list[tuple[str, str]]:
    return [
        (str(f.details["first"]["mark"]), str(f.details["second"]["mark"]))  # type: ignore[index]
        for f in examine(data, format)
        if f.signal == "provenance.agreement.disagree"
    ]


C2PA, TYPE, TC260 = "the C2PA claim", "the IPTC digital source type", "the AIGC label"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (signing.signed(jpeg(xmp=xmp(LABELLED)), signing.CAPTURE), [(C2PA, TC260)]),
        (signing.signed(jpeg(xmp=packet("digitalCapture")), signing.AI), [(C2PA, TYPE)]),
        (jpeg(xmp=packet("digitalCapture", LABELLED)), [(TYPE, TC260)]),
        (
            jpeg(UserComment=A1111, **CAMERA),
            [("the trace of AUTOMATIC1111 / Forge", "the EXIF camera fields")],
        ),
    ],
    ids=["capture-and-label", "ai-and-capture", "iptc-and-label", "camera-and-trace"],
)
def test_contradictions_name_both_sides(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert sides(data) == expected
    found = one(examine(data), "provenance.agreement.disagree")
    for side in expected[0]:
        assert side in found.because.en
    assert "不判断" in found.because.zh


@pytest.mark.parametrize(
    "data",
    [
        jpeg(),
        jpeg(**CAMERA),
        signing.signed(jpeg(xmp=packet("trainedAlgorithmicMedia", LABELLED)), signing.AI),
        # A photograph edited with AI keeps its camera fields.
        jpeg(xmp=packet("compositeWithTrainedAlgorithmicMedia", LABELLED), **CAMERA),
        jpeg(xmp=packet("digitalCapture"), **CAMERA),
        jpeg(UserComment=A1111, Make="Ideogram AI"),
    ],
)
def test_marks_that_agree_are_quiet(data: bytes) -> None:
    [found] = examine(data)
    assert found.signal == "provenance.agreement.none"
    assert found.quiet


def test_label_in_a_png_text_chunk_counts() -> None:
    assert sides(png(AIGC=LABEL, parameters=A1111), "png") == []
    [found] = examine(png(AIGC=LABEL, parameters=A1111), "png")
    assert found.details["marks"] == [TC260, "the trace of AUTOMATIC1111 / Forge"]


_MARKS = st.builds(
    lambda name, says: Mark(Message(name, name), says, "v"),
    st.sampled_from("abcd"),
    st.sampled_from(["generated", "partly", "captured", "camera"]),
)


@given(st.lists(_MARKS, max_size=5))
def test_conflicts_do_not_depend_on_order(marks: list[Mark]) -> None:
    def pairs(listed: tuple[Mark, ...]) -> set[frozenset[str]]:
        return {frozenset((a.source.en, b.source.en)) for a, b in conflicts(listed)}

    assert len({frozenset(pairs(order)) for order in itertools.permutations(marks)}) == 1
