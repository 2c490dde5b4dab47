"""The two detectors: what they say, in golden sentences, and that they never raise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.label.label_files import FILES, LABEL, PRODUCER, picture
from tests.detect.label.signing import signed_label
from tests.detect.label.test_traps import png_chunk, png_with

from mingjian.detect.contract import NotApplicable
from mingjian.detect.label.explicit import Explicit, explicit_label
from mingjian.detect.label.implicit import Implicit
from mingjian.detect.label.report import write_label
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding, TextSpan
from mingjian.intake.container.metadata import formats
from mingjian.intake.content import BytesContent


def evidence(data: bytes, format: str, kind: EvidenceKind = EvidenceKind.IMAGE) -> Evidence:
    return Evidence(
        sha256="0" * 64,
        sm3="0" * 64,
        size=len(data),
        path="x",
        identity=Identity(kind=kind, format=format, encoding="utf-8"),
        content=BytesContent(data),
        text=data.decode("utf-8", "replace") if kind is EvidenceKind.TEXT else None,
    )


def findings(data: bytes, format: str) -> dict[str, Finding]:
    found = list(Implicit({}).examine(evidence(data, format)))
    assert all(finding.score is None for finding in found)  # facts carry no weight
    return {finding.signal: finding for finding in found}


def test_a_sound_label_in_sentences() -> None:
    found = findings(write_label(picture("JPEG"), "jpeg", LABEL), "jpeg")
    assert list(found) == [
        "label.declared",
        "label.provider_code",
        "label.signature",
        "label.conformity",
    ]
    assert found["label.declared"].because.zh == (
        "XMP (JPEG APP1) 处的隐式标识声明：Label=1，属于人工智能生成合成内容；生成服务提供者为 "
        f"{PRODUCER}。标识是一种声明，没有测量过误差率，不计权重。"
    )
    assert found["label.conformity"].because.en == (
        "Checked against GB 45438-2025, the implicit label is conformant."
    )
    assert found["label.conformity"].quiet
    assert "待核验" in found["label.provider_code"].because.zh
    assert "豆包" in found["label.provider_code"].because.zh
    assert found["label.signature"].details["state"] == "opaque"


def test_absence_proves_nothing() -> None:
    found = findings(picture("PNG"), "png")
    assert list(found) == ["label.absent"]
    assert found["label.absent"].quiet
    assert "什么也不能证明" in found["label.absent"].because.zh
    cut = findings(picture("PNG")[:60], "png")["label.absent"]
    assert "damaged at byte" in cut.because.en


def test_states_of_the_measures() -> None:
    possible = replace(LABEL, label="2")
    found = findings(write_label(picture("PNG"), "png", possible), "png")
    assert "Art. 6(2)" in found["label.state"].because.en
    texts = [LABEL.as_json(), replace(LABEL, label="3").as_json()]
    both = png_with(*(png_chunk(b"tEXt", b"AIGC\0" + text.encode()) for text in texts))
    differ = findings(both, "png")
    assert "确认（第六条第一项）、疑似（第六条第三项）" in differ["label.states_differ"].because.zh
    assert differ["label.conformity"].details["problems"] == ["propagator", "duplicate"] or (
        "duplicate" in differ["label.conformity"].details["problems"]  # type: ignore[operator]
    )


def test_an_altered_signed_label_and_a_pinned_key() -> None:
    label = signed_label()
    altered = write_label(picture("PNG"), "png", replace(label, produce_id="n-2"))
    found = findings(altered, "png")
    assert found["label.signature"].details["state"] == "altered"
    assert found["label.conformity"].details["verdict"] == "non-conformant"
    data = write_label(picture("PNG"), "png", label)
    key = findings(data, "png")["label.signature"].details["key_sha256"]
    detector = Implicit({"pinned_keys": f"{key}=某签名者"})
    signals = {f.signal: f for f in detector.examine(evidence(data, "png"))}
    assert signals["label.signature"].details["state"] == "pinned"
    assert "某签名者" in signals["label.signature"].because.zh


def test_wiped_and_malformed() -> None:
    wiped = findings(png_with(png_chunk(b"tEXt", b"AIGC\0")), "png")
    assert wiped["label.conformity"].details["verdict"] == "inconclusive"
    assert "label.wiped" in wiped
    broken = findings(png_with(png_chunk(b"tEXt", b'AIGC\0{"Label":"1","ProduceID"')), "png")
    assert "label.unreadable" in broken


def test_formats_without_a_place_are_not_applicable() -> None:
    with pytest.raises(NotApplicable):
        list(Implicit({}).examine(evidence(b"text", "plain-text", EvidenceKind.TEXT)))


@given(st.sampled_from(sorted(formats())), st.binary(max_size=300))
@settings(deadline=None)
def test_arbitrary_bytes_never_raise(format: str, data: bytes) -> None:
    list(Implicit({}).examine(evidence(data, format)))


LABELLED = {name: write_label(make(), name, LABEL) for name, make in FILES.items()}


@given(st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4))))
@settings(deadline=None)
def test_damaged_files_never_raise(format: str, edits: list[tuple[float, bytes]]) -> None:
    data = bytearray(LABELLED[format])
    for place, piece in edits[:6]:
        at = int(place * len(data))
        data[at : at + len(piece)] = piece
    list(Implicit({}).examine(evidence(bytes(data), format)))


EXPLICIT = {
    "> 本内容由 Coze AI 生成，请遵循相关法律法规及《人工智能生成合成内容标识办法》使用。": True,
    "正文若干。\n\n（内容由AI生成，仅供参考）": True,
    "【AI合成】\n今天天气很好": True,
    "人工智能生成": True,
    "本视频由人工智能合成": True,
    "---\nAIGC:\n  Label: '1'\n---\n\n# 报告\n\n> 本报告由 阶跃AI 生成 · 2025/08/08\n\n正文": True,
    "本文由豆包生成": False,
}
NOT_EXPLICIT = [
    "AI 助手为您服务",
    "本文非AI生成，由人工撰写",
    "这不是AI生成的内容",
    "这是AI生成的吗？",
    "本文介绍如何用AI生成图片",
    "人工智能生成合成内容标识办法发布",
    "本公司使用AI生成图片赚钱，日入千元",
    "MAIN生成",
    "",
    "普通的一句话",
]


@pytest.mark.parametrize("text", EXPLICIT)
def test_explicit_labels(text: str) -> None:
    found = explicit_label(text)
    assert found is not None
    assert found[2] is EXPLICIT[text]
    (finding,) = Explicit({}).examine(evidence(text.encode(), "plain-text", EvidenceKind.TEXT))
    assert finding.where == (TextSpan(found[0], found[1]),)
    assert text[found[0] : found[1]] in finding.because.zh


@pytest.mark.parametrize("text", NOT_EXPLICIT)
def test_not_explicit_labels(text: str) -> None:
    assert explicit_label(text) is None


def test_a_label_in_the_middle_is_outside_the_window() -> None:
    filler = "普通正文内容。" * 100
    assert explicit_label(filler + "\n本内容由AI生成。\n" + filler) is None
    assert explicit_label(filler + "\n本内容由AI生成。") is not None


def test_large_texts_are_read_at_both_ends() -> None:
    data = ("普通正文内容。\n" * 4000 + "本内容由AI生成").encode()
    item = replace(evidence(data, "plain-text", EvidenceKind.TEXT), text=None)
    (finding,) = Explicit({}).examine(item)
    assert finding.where == ()


@given(st.text(alphabet="本内容由人工智能AIai生成合 \n。-是吗非、—>【】", max_size=400))
@settings(deadline=None)
def test_any_text_is_accepted(text: str) -> None:
    found = explicit_label(text)
    assert found is None or 0 <= found[0] < found[1] <= len(text)
