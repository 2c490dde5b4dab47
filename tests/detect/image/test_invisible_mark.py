"""Marks as `invisible-watermark` embeds them are read; other pictures read as nothing."""

from __future__ import annotations

import io
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.image import rivagan
from mingjian.detect.image.invisible_mark import PAYLOADS, InvisibleMark, chance_of
from mingjian.domain.message import Message
from mingjian.testing import assert_keeps_promise, evidence_from


def scene(seed: int = 1, size: tuple[int, int] = (520, 392)) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(30, 226, (12, 16, 3), dtype=np.uint8)
    soft = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    grain = np.random.default_rng(seed).normal(0, 6, soft.shape)
    soft = 0.4 * soft + 0.6 * soft.mean(axis=2, keepdims=True)  # few things are gaudy
    return (soft * 0.7 + 40 + grain).clip(0, 255).astype(np.uint8)


def marked(rgb: np.ndarray, payload: str) -> np.ndarray:
    """Embeds as imwatermark 0.2.0, maxDct.py does (its own bug of exchanged bands included)."""
    r, g, b = (rgb[:, :, i].astype(float) for i in range(3))
    y = np.rint(0.299 * r + 0.587 * g + 0.114 * b)
    u, v = np.rint((b - y) * 0.492 + 128), np.rint((r - y) * 0.877 + 128)
    a, b_, c, d = u[::2, ::2], u[::2, 1::2], u[1::2, ::2], u[1::2, 1::2]
    low, rows, columns, cross = (
        (a + b_ + c + d) / 2,
        (a + b_ - c - d) / 2,
        (a - b_ + c - d) / 2,
        (a - b_ - c + d) / 2,
    )
    rows, columns = columns, rows
    number = 0
    for i in range(low.shape[0] // 4):
        for j in range(low.shape[1] // 4):
            block = low[4 * i : 4 * i + 4, 4 * j : 4 * j + 4]
            place = int(np.argmax(np.abs(block.ravel()[1:]))) + 1
            bit = int(payload[number % len(payload)])
            block[place // 4, place % 4] = (block.ravel()[place] // 36 + 0.25 + 0.5 * bit) * 36
            number += 1
    u[::2, ::2], u[::2, 1::2] = (
        (low + rows + columns + cross) / 2,
        (low + rows - columns - cross) / 2,
    )
    u[1::2, ::2], u[1::2, 1::2] = (
        (low - rows + columns - cross) / 2,
        (low - rows - columns + cross) / 2,
    )
    u = np.trunc(u.clip(0, 255))
    blue, red = y + (u - 128) / 0.492, y + (v - 128) / 0.877
    green = (y - 0.299 * red - 0.114 * blue) / 0.587
    return np.rint(np.stack((red, green, blue), axis=2)).clip(0, 255).astype(np.uint8)


def encoded(rgb: np.ndarray, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, form, **options)
    return out.getvalue()


def finding(data: bytes, **options: str):
    (found,) = InvisibleMark(options).examine(evidence_from(data, "p")[0])
    return found


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_mark_is_read(name: str):
    found = finding(encoded(marked(scene(), PAYLOADS[name])))
    assert (found.details["mark"], found.score, found.quiet) == (name, None, False)
    assert found.details["equal"] >= 0.9 * len(PAYLOADS[name])
    assert found.details["by_chance"] <= 1e-7
    assert name in found.because.en


@pytest.mark.parametrize(
    "rgb",
    [
        scene(2),
        np.zeros((300, 300, 3), dtype=np.uint8),
        np.random.default_rng(5).integers(0, 256, (300, 400, 3), dtype=np.uint8),
        marked(scene(3), "01" * 24),
    ],
)
def test_other_pictures_carry_no_known_mark(rgb: np.ndarray):
    found = finding(encoded(rgb))
    assert found.quiet
    assert found.details["mark"] is None


def test_the_mark_dies_in_a_jpeg():
    found = finding(encoded(marked(scene(), PAYLOADS["Stable Diffusion XL"]), "JPEG", quality=80))
    assert found.details["mark"] is None


def test_chance():
    payload = "1100"
    assert chance_of("0000", payload) == 1.0  # no ones read: nothing to tell by
    assert chance_of("1100", payload) == pytest.approx(1 / 6)
    assert chance_of("0011", payload) == 1.0
    assert chance_of("1111", payload) == 1.0


def test_payloads_of_ones_own():
    bits = "".join(f"{byte:08b}" for byte in b"lab 7, batch 12")
    data = encoded(marked(scene(4), bits))
    assert finding(data).details["mark"] is None
    found = finding(data, payloads="other=0x0102030405; our lab=lab 7, batch 12")
    assert (found.details["mark"], found.details["method"]) == ("our lab", "DwtDct")
    for wrong in (
        "abcd",
        "=abcd",
        "x=abc",
        "x=" + "y" * 65,
        ";".join(f"{i}=abcd" for i in range(101)),
    ):
        with pytest.raises(Unavailable):
            InvisibleMark({"payloads": wrong})


class Decoder:
    """Stands for the network: answers with the same 32 bits to any picture of the right form."""

    def __init__(self, bits: str) -> None:
        self.bits = bits

    def get_inputs(self) -> list[object]:
        return [type("Input", (), {"name": "frame"})]

    def run(self, wanted: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        assert wanted is None
        frame = inputs["frame"]
        assert frame.shape == (1, 3, 1, 320, 320)
        assert frame.dtype == np.float32
        assert np.abs(frame).max() <= 1
        return [np.array([[0.9 if bit == "1" else 0.1 for bit in self.bits]])]


def test_a_mark_of_rivagan_must_be_one_that_is_known(monkeypatch: pytest.MonkeyPatch):
    bits = f"{int.from_bytes(b'AI+7'):032b}"
    data = encoded(scene(6), "JPEG", quality=90)
    monkeypatch.setattr(rivagan, "decoder", lambda: Decoder(bits))
    assert finding(data).details == {"mark": None, "rivagan": True}
    found = finding(data, payloads="a service=AI+7")
    assert (found.details["mark"], found.details["method"]) == ("a service", "RivaGAN")
    assert found.details["by_chance"] <= 1e-7
    monkeypatch.setattr(rivagan, "decoder", lambda: Decoder("0" * 12 + bits[12:]))
    assert finding(data, payloads="a service=AI+7").details["mark"] is None


def test_without_the_weights_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rivagan, "decoder", lambda: rivagan.MISSING)
    found = finding(encoded(scene(6)))
    assert "--no-deps invisible-watermark==0.2.0" in found.because.en
    assert "--no-deps invisible-watermark==0.2.0" in found.because.zh


def test_the_real_weights_read_what_their_encoder_wrote():
    runtime = pytest.importorskip("onnxruntime", reason="needs mingjian[ocr]")
    if isinstance(rivagan.decoder(), Message):
        pytest.skip("pip install --no-deps invisible-watermark==0.2.0")
    spec = find_spec("imwatermark")
    assert spec is not None
    (folder,) = spec.submodule_search_locations or ()
    encoder = runtime.InferenceSession(f"{folder}/rivagan_encoder.onnx")
    rgb = scene(7, (280, 260))
    bits = f"{int.from_bytes(b'AI+7'):032b}"
    frame = (rgb[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None, :, None]
    given = {"frame": np.ascontiguousarray(frame), "data": np.array([list(map(float, bits))], "f4")}
    (out,) = encoder.run(None, given)
    values = (np.clip(out[0, ::-1, 0], -1, 1).transpose(1, 2, 0) + 1) * 127.5
    data = encoded(values.astype(np.uint8), "JPEG", quality=90)
    found = finding(data, payloads="a service=AI+7")
    assert (found.details["mark"], found.details["method"]) == ("a service", "RivaGAN")
    assert finding(data).details["mark"] is None


def test_a_small_picture_cannot_carry_it():
    with pytest.raises(NotApplicable):
        finding(encoded(scene(size=(200, 200))))


def test_promise():
    examples = [encoded(scene()), encoded(marked(scene(), PAYLOADS["Stable Diffusion XL"]))]
    assert_keeps_promise(InvisibleMark, examples, arbitrary=10)
