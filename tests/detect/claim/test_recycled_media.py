"""Perceptual hashes: robust to resizing and compression, compared with the examiner's list."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from mingjian.detect.claim.known_media import read_known
from mingjian.detect.claim.phash import grey_of, hash_of
from mingjian.detect.claim.recycled_media import FARTHEST, RecycledMedia
from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.testing import assert_keeps_promise, evidence_from
from mingjian.testing.promise import as_accepted


def picture(seed: int = 1) -> Image.Image:
    """Soft random blobs in colour, 400 by 300."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((400, 300), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def digest(data: bytes) -> str:
    finding = next(iter(RecycledMedia({}).examine(evidence_from(data, "p")[0])))
    return str(finding.details["hash"])


def compare(tmp_path, data: bytes, listed: str):
    file = tmp_path / "known.csv"
    file.write_text("hash,first_seen,note\n" + listed, "utf-8")
    findings = list(RecycledMedia({"known": str(file)}).examine(evidence_from(data, "p")[0]))
    return findings[1]


def test_the_hash_is_that_of_imagehash():
    # imagehash 4.3.2: str(imagehash.phash(image)) of this very picture
    x, y = np.arange(64.0), np.arange(48.0)
    grey = 128 + 60 * np.sin(np.outer(y, x) / 90) + 50 * np.cos(np.add.outer(y * y / 200, x / 7))
    image = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    small = grey_of(image)
    assert small is not None
    assert f"{hash_of(small):016x}" == "ded093b68c19b326"


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: encoded(image.resize((160, 120))),
        lambda image: encoded(image, "JPEG", quality=30),
        lambda image: encoded(ImageEnhance.Brightness(image).enhance(1.15)),
        lambda image: encoded(image.convert("L")),
    ],
)
def test_a_resized_or_compressed_picture_is_alike(tmp_path, changed):
    known = digest(encoded(picture()))
    finding = compare(tmp_path, changed(picture()), f"{known},2019-07-01,flood\n")
    assert finding.details["matches"] == 1
    assert finding.details["nearest"] <= FARTHEST
    assert finding.details["first_seen"] == "2019-07-01"
    assert "2019-07-01" in finding.because.zh
    assert finding.score is None
    assert not finding.quiet


def test_a_mirrored_picture_is_told(tmp_path):
    known = digest(encoded(picture()))
    finding = compare(tmp_path, encoded(ImageOps.mirror(picture())), f"{known},,\n")
    assert finding.details["mirrored"]
    assert "mirrored" in finding.because.en


def test_another_picture_is_not_alike(tmp_path):
    known = digest(encoded(picture(2)))
    finding = compare(tmp_path, encoded(picture()), f"{known},2019,\n")
    assert finding.quiet
    assert finding.details["matches"] == 0


def test_the_bits_that_differ_are_marked(tmp_path):
    known = f"{int(digest(encoded(picture()))[:16], 16) ^ 0b101:016x}"
    finding = compare(tmp_path, encoded(picture()), f"{known},,\n")
    assert finding.details["nearest"] == 2
    assert len(finding.exhibits[1].marks) == 4


def test_metadata_that_turn_the_picture_are_followed(tmp_path):
    turned = picture().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    known = digest(encoded(picture()))
    finding = compare(tmp_path, encoded(turned, "JPEG", exif=exif), f"{known},,\n")
    assert finding.details["matches"] == 1


def test_a_list_can_be_made_from_json_output():
    finding = {"signal": "claim.image_hash", "details": {"hash": "00ff" * 4}}
    report = {"evidence": [{"path": "a/b.png", "examinations": [{"findings": [finding]}]}]}
    known = read_known(json.dumps(report).encode())
    assert known.notes == ("a/b.png",)
    assert int(known.hashes[0]) == 0x00FF00FF00FF00FF


@pytest.mark.parametrize("text", ["", "hash\nxyz\n", "[" * 100_000, "{}", "\udcff"])
def test_a_list_that_cannot_be_read_makes_the_detector_unavailable(tmp_path, text):
    file = tmp_path / "known.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Unavailable):
        RecycledMedia({"known": str(file)})


def test_a_plain_picture_is_not_compared():
    with pytest.raises(NotApplicable):
        list(RecycledMedia({}).examine(evidence_from(encoded(Image.new("RGB", (90, 90))), "p")[0]))


def test_a_huge_picture_is_refused_before_decoding():
    bomb = encoded(Image.new("1", (12_000, 12_000)))
    with pytest.raises(NotExaminable):
        list(RecycledMedia({}).examine(as_accepted(bomb, evidence_from(bomb)[0].kind, "png")))


def test_a_cut_off_picture_is_refused():
    data = encoded(picture())[:2_000]
    with pytest.raises(NotExaminable):
        list(RecycledMedia({}).examine(as_accepted(data, evidence_from(data)[0].kind, "png")))


def test_promise(tmp_path):
    file = tmp_path / "known.csv"
    file.write_text("hash,first_seen,note\n" + "0f" * 8 + ",2020,x\n", "utf-8")
    data = [encoded(picture()), encoded(picture(), "JPEG"), encoded(picture(), "GIF")]
    assert_keeps_promise(RecycledMedia, data)
    assert_keeps_promise(RecycledMedia, data, options={"known": str(file)}, arbitrary=10)
