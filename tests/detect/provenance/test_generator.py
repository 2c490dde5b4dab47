"""Every generator trace, the ordinary files that must not look like one, and hidden text."""

from __future__ import annotations

import gzip
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from provenance_items import evidence, jpeg, one, png, xmp

from mingjian.detect.contract import DetectorSignal
from mingjian.detect.provenance import stealth
from mingjian.detect.provenance.excerpt import excerpt
from mingjian.detect.provenance.generator import Generator
from mingjian.detect.provenance.generator_rules import rules
from mingjian.domain.finding import Finding

A1111 = "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64, Model hash: ab"
COMFY = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 5}}})
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SWARM = json.dumps({"sui_image_params": {"prompt": "x"}})
BYTEDANCE = {
    "product": "Doubao",
    "exportType": "generation",
    "aigc_type": 1,
    "aigc_label_type": "1",
}
TENCENT = {"ServiceProvider": "p", "ServiceUser": "u", "Time": "t", "ContentId": "c"}
IIM = b"\x1c\x02\x6e" + (19).to_bytes(2, "big") + b"Made with Google AI"
RESOURCE = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(IIM).to_bytes(4, "big") + IIM


def segment(number: int, payload: bytes) -> bytes:
    """A JPEG with one more application segment."""
    plain = jpeg()
    head = bytes((0xFF, 0xE0 + number)) + (len(payload) + 2).to_bytes(2, "big")
    return plain[:2] + head + payload + plain[2:]


TRACES: list[tuple[str, str, bytes]] = [
    ("AUTOMATIC1111 / Forge", "png", png(parameters=A1111)),
    ("AUTOMATIC1111 / Forge", "jpeg", jpeg(UserComment=A1111)),
    ("AUTOMATIC1111 / Forge (post-processing)", "png", png(extras="Postprocess upscale by: 4")),
    ("ComfyUI", "png", png(prompt=COMFY)),
    ("ComfyUI", "png", png(workflow=json.dumps({"last_node_id": 9, "nodes": []}))),
    ("InvokeAI", "png", png(invokeai_metadata=json.dumps({"app_version": "3"}))),
    ("InvokeAI", "png", png(Dream="a cat -s 50")),
    ("NovelAI", "png", png(Software="NovelAI", Comment=json.dumps({"uc": "", "seed": 1}))),
    (
        "Fooocus",
        "jpeg",
        jpeg(comment=json.dumps({"prompt": "", "negative_prompt": "", "base_model": "m"})),
    ),
    (
        "Easy Diffusion",
        "png",
        png(negative_prompt="x", use_stable_diffusion_model="sd-v1"),
    ),
    ("Easy Diffusion", "jpeg", jpeg(UserComment=json.dumps({"use_stable_diffusion_model": "m"}))),
    ("StableSwarmUI / SwarmUI", "png", png(parameters=SWARM)),
    ("StableSwarmUI / SwarmUI", "jpeg", jpeg(Model=SWARM)),
    (
        "Draw Things",
        "jpeg",
        jpeg(
            xmp=xmp(
                "<exif:UserComment><rdf:Alt><rdf:li>"
                + json.dumps({"c": "x", "uc": "", "model": "m", "sampler": "s"})
                + "</rdf:li></rdf:Alt></exif:UserComment>"
            )
        ),
    ),
    ("Hugging Face Jobs / Spaces", "png", png(**{"hf-job-id": UUID})),
    ("xAI Grok (Aurora)", "jpeg", jpeg(ImageDescription="Signature: " + "A" * 88, Artist=UUID)),
    ("Ideogram", "jpeg", jpeg(Make="Ideogram AI")),
    ("Reve", "jpeg", jpeg(Software="reve.com")),
    ("Reve", "jpeg", jpeg(xmp=xmp(attributes='xmp:CreatorTool="reve.com"'))),
    ("Aphrodite AI", "jpeg", jpeg(Software="Aphrodite AI")),
    ("Midjourney", "png", png(Description=f"a cat --v 6 Job ID: {UUID}")),
    ("Google AI", "jpeg", jpeg(xmp=xmp(attributes='photoshop:Credit="Made with Google AI"'))),
    ("Google AI", "jpeg", segment(13, RESOURCE)),
    (
        "ByteDance app export (Doubao, Xinghui, Dreamina)",
        "jpeg",
        jpeg(ImageDescription=json.dumps(BYTEDANCE)),
    ),
    ("Tencent Cloud CI", "jpeg", jpeg(ImageDescription=json.dumps(TENCENT))),
    (
        "Samsung Galaxy AI",
        "jpeg",
        jpeg(tail=b'\0\0PhotoEditor_Re_Edit_Data{"representativeFrameLoc":1,"genAIType":1}SEFT'),
    ),
    ("Stable Diffusion front end", "png", png(**{"SD:mode": "txt2img"})),
    ("an image generator's settings", "png", png(Seed="5")),
    ("an AI product named as software", "jpeg", jpeg(Software="Midjourney 6")),
]


def examine(data: bytes, format: str) -> list[Finding]:
    return list(Generator({}).examine(evidence(data, format)))


@pytest.mark.parametrize(("tool", "format", "data"), TRACES)
def test_trace_is_named_with_its_strength(tool: str, format: str, data: bytes) -> None:
    [found] = examine(data, format)
    assert found.details["tool"] == tool
    assert f"strength: {found.details['strength']}" in found.because.en.lower()
    assert found.score is None
    assert found.where
    weak = found.details["strength"] == "weak"
    assert (found.proposition is None) == weak
    assert ("待核验" in found.because.zh) == (not found.details["verified"])


def test_every_rule_has_an_example() -> None:
    assert {rule.tool for rule in rules()} == {tool for tool, _, _ in TRACES}


@pytest.mark.parametrize(
    ("format", "data"),
    [
        ("jpeg", jpeg()),
        ("jpeg", jpeg(Make="Canon", Model="EOS R5", Software="Firmware 1.2")),
        ("png", png(Software="GIMP 2.10", Comment="Created with GIMP")),
        ("png", png(Software="Adobe ImageReady", Description="the old job id: none")),
        ("jpeg", jpeg(ImageDescription="Signature: J. Artist", Artist="J. Artist")),
        ("jpeg", jpeg(ImageDescription=json.dumps(BYTEDANCE | {"aigc_label_type": 0}))),
        ("jpeg", jpeg(ImageDescription=json.dumps([1, 2]), UserComment='{"c": 1')),
        ("jpeg", jpeg(Software="Leonardo Print 2", Make="Fluxus")),
        ("jpeg", jpeg(tail=b"PhotoEditor_Re_Edit_Data{genAIType:0}SEFT")),
        ("png", png(prompt="what shall we eat", parameters="width and height")),
    ],
)
def test_ordinary_files_show_no_trace(format: str, data: bytes) -> None:
    [found] = examine(data, format)
    assert found.signal == "provenance.generator.absent"
    assert found.quiet


def test_prompts_are_cut_and_masked() -> None:
    text = "请拨打13800138000或写信到 someone.else@mail.example " + "x" * 5000 + A1111
    [found] = examine(png(parameters=text), "png")
    shown = repr(found)
    assert "13800138000" not in shown
    assert "someone.else@" not in shown
    assert "x" * 200 not in shown


@given(st.text(max_size=600))
def test_excerpts_are_one_short_printable_line(text: str) -> None:
    line = excerpt(text)
    assert len(line) <= 160
    assert line.isprintable()


def hide(payload: bytes, magic: bytes, size: int = 64, count: int | None = None) -> bytes:
    """A PNG with `payload` in the lowest bits of its alpha channel, column by column."""
    stated = len(payload) * 8 if count is None else count
    bits = np.unpackbits(np.frombuffer(magic + stated.to_bytes(4, "big") + payload, np.uint8))
    alpha = np.full(size * size, 254, np.uint8)
    alpha[: len(bits)] |= bits
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., 3] = alpha.reshape(size, size).T
    out = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("magic", [b"stealth_pngcomp", b"stealth_pnginfo"])
def test_hidden_text_is_read(magic: bytes) -> None:
    text = json.dumps({"Software": "NovelAI", "Description": "a cat"}).encode()
    payload = gzip.compress(text) if magic.endswith(b"comp") else text
    found = one(examine(hide(payload, magic), "png"), "provenance.generator.stealth")
    assert "NovelAI" in repr(found.exhibits)
    assert "待核验" in found.because.zh


def test_hidden_bomb_and_damage_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stealth, "_MAX_TEXT", 1000)
    bomb = gzip.compress(b"0" * 3_000_000)
    data = hide(bomb, b"stealth_pngcomp", 256)
    hidden = stealth.hidden_text(memoryview(data))
    assert hidden is not None
    assert len(hidden.text) <= 1000
    broken = hide(b"not gzip", b"stealth_pngcomp", count=2**32 - 1)
    assert one(examine(broken, "png"), "provenance.generator.stealth").details["magic"]


def test_too_many_pixels_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stealth, "MAX_PIXELS", 10)
    found = examine(hide(b"x", b"stealth_pnginfo"), "png")
    assert one(found, "provenance.generator.stealth_not_checked").quiet


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([data for _, _, data in TRACES] + [hide(b"abc", b"stealth_pnginfo", 16)]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    st.sampled_from(["png", "jpeg", "webp", "gif", "tiff", "mp4"]),
)
def test_damaged_files_never_raise_anything_else(
    data: bytes, changes: list[tuple[int, int]], format: str
) -> None:
    changed = bytearray(data)
    for at, value in changes:
        changed[at % len(changed)] = value
    try:
        found = examine(bytes(changed), format)
    except DetectorSignal:
        return
    assert found
