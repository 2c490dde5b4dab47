"""Known content: hashes as PDQ's, an index that misses nothing, lists in and out."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.image.known_content import KnownContent
from mingjian.detect.image.known_content_hash import (
    TURNS,
    forms_of,
    hash_of,
    luma_of,
    small_of,
)
from mingjian.detect.image.known_content_list import FORM, KnownList
from mingjian.detect.learned.known_lists import as_csv, as_json, read
from mingjian.detect.learned.near_hashes import FARTHEST, NearHashes, hex_of, words_of
from mingjian.testing import assert_keeps_promise, evidence_from


def picture(seed: int = 1, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Soft random blobs in colour."""
    coarse = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def findings(data: bytes, **options: str):
    return list(KnownContent(options).examine(evidence_from(data, "p")[0]))


def digest(image: Image.Image) -> str:
    return str(findings(encoded(image))[0].details["hash"])


def flipped(words: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    bits = np.unpackbits(words.astype(">u8").view(np.uint8))
    bits[np.random.default_rng(seed).choice(256, count, replace=False)] ^= 1
    return np.packbits(bits).view(">u8").astype(np.uint64)


def test_the_hash_is_that_of_pdqhash():
    # pdqhash 0.2.8: pdqhash.compute of this very picture, as hexadecimal, and its quality
    x, y = np.arange(320.0), np.arange(200.0)
    grey = 128 + 60 * np.sin(np.outer(y, x) / 900) + 50 * np.cos(np.add.outer(y * y / 200, x / 7))
    rgb = np.repeat(grey.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    fact = findings(encoded(Image.fromarray(rgb)))[0]
    assert (
        fact.details["hash"] == "b6922db6d936bb662666ecce39cc739ce71c6e387878e0f047e07f81f8014007"
    )
    assert fact.details["quality"] == 100


def test_each_form_is_the_hash_of_the_picture_so_turned():
    image = picture(size=(256, 256))
    turned = {
        "same": image,
        "mirrored": image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "mirrored-down": image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        "turned-180": image.transpose(Image.Transpose.ROTATE_180),
        "transposed": image.transpose(Image.Transpose.TRANSPOSE),
        "turned-90": image.transpose(Image.Transpose.ROTATE_270),  # Pillow turns anticlockwise
        "turned-270": image.transpose(Image.Transpose.ROTATE_90),
        "transversed": image.transpose(Image.Transpose.TRANSVERSE),
    }
    forms = forms_of(luma_of(np.asarray(image)))
    for name, form in zip(TURNS, forms, strict=True):
        own = hash_of(small_of(luma_of(np.asarray(turned[name]))))
        assert int(np.bitwise_count(own ^ form).sum()) <= 2, name


@pytest.mark.parametrize("count", [10, 5000, 9000])
def test_nothing_within_the_agreed_distance_is_missed(count: int):
    rng = np.random.default_rng(count)
    kept = rng.integers(0, 2**64, (count, 4), dtype=np.uint64)
    kept[count // 2 :, :3] = kept[0, :3]  # many that share most bands, as series of pictures do
    index = NearHashes()
    for part in np.array_split(kept, 3):
        index.add(part)
    for seed in range(60):
        own = flipped(kept[rng.integers(count)], int(rng.integers(0, FARTHEST + 3)), seed)
        assert sorted(index.near(own)) == sorted(index.brute(own))
    assert index.near(flipped(kept[1], FARTHEST)) == [(1, FARTHEST)]
    assert index.near(kept[1], 0) == [(1, 0)]
    with pytest.raises(ValueError, match="distance"):
        index.near(kept[1], FARTHEST + 1)


def test_a_hash_of_all_other_bits_is_not_near():
    index = NearHashes()
    index.add(np.zeros((1, 4), dtype=np.uint64))
    assert index.near(~np.zeros(4, dtype=np.uint64)) == []


def test_an_added_hash_is_found_by_the_next_search():
    index = NearHashes()
    rng = np.random.default_rng(3)
    for number in range(200):
        own = rng.integers(0, 2**64, 4, dtype=np.uint64)
        assert index.near(own) == []
        index.add(own)
        assert index.near(flipped(own, 20)) == [(number, 20)]


def test_words_are_read_and_written():
    text = "0123456789abcdef" * 4
    assert hex_of(words_of([text, "f" * 64])[0]) == text
    with pytest.raises(ValueError, match="hexadecimal"):
        words_of(["0" * 62])


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: encoded(image.resize((200, 150))),
        lambda image: encoded(image, "JPEG", quality=30),
        lambda image: encoded(image.convert("L")),
        lambda image: encoded(image.point(lambda v: v * 0.85)),
        lambda image: encoded(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        lambda image: encoded(image.rotate(90, expand=True), "JPEG", quality=60),
    ],
)
def test_a_changed_copy_matches(tmp_path, changed):
    file = tmp_path / "known.csv"
    others = "".join(f"{seed:064x},other {seed}\n" for seed in range(50))
    file.write_text(f"hash,label\n{others}{digest(picture())},case 7\n", "utf-8")
    fact = findings(changed(picture()), known=str(file))[1]
    assert (fact.signal, fact.score, fact.quiet) == ("image.known_content", None, False)
    assert fact.details["matches"] == 1
    assert fact.details["label"] == "case 7"
    assert int(str(fact.details["nearest"])) <= FARTHEST
    assert "case 7" in fact.because.en
    assert "case 7" in fact.because.zh
    assert len(fact.exhibits) == 2


def test_another_picture_does_not(tmp_path):
    file = tmp_path / "known.csv"
    file.write_text(f"{digest(picture(2))},case 7\n", "utf-8")
    fact = findings(encoded(picture()), known=str(file))[1]
    assert fact.quiet
    assert fact.details == {"matches": 0, "listed": 1}


def test_what_is_added_to_the_list_is_matched_at_once(tmp_path):
    file = tmp_path / "known.csv"
    file.write_text(f"hash,label\n{'0' * 64},first\n", "utf-8")
    detector = KnownContent({"known": str(file)})
    data = evidence_from(encoded(picture()), "p")[0]
    assert list(detector.examine(data))[1].details["matches"] == 0
    with file.open("a") as out:
        out.write(f"{digest(picture())},second")
    assert list(detector.examine(data))[1].details["label"] == "second"
    with file.open("a") as out:
        out.write(f" try\n{'f' * 64},third\n")
    assert list(detector.examine(data))[1].details["label"] == "second try"
    assert detector.known is not None
    assert len(detector.known) == 3
    file.write_text(f"{'0' * 63}1,new\n", "utf-8")
    assert list(detector.examine(data))[1].details == {"matches": 0, "listed": 1}
    file.unlink()
    with pytest.raises(Unavailable):
        list(detector.examine(data))


def test_lists_come_back_as_they_were_written(tmp_path):
    entries = [("a" * 64, 'with, comma and "quote"'), ("b" * 64, "标注"), ("c" * 64, "")]
    assert list(read(as_csv(entries).encode(), FORM)) == entries
    assert list(read(as_json(entries).encode(), FORM)) == entries
    assert list(read(json.dumps(dict(entries)).encode(), FORM)) == entries
    printed = {
        "evidence": [
            {
                "path": "folder/p.png",
                "examinations": [
                    {"findings": [{"signal": "image.content_hash", "details": {"hash": "d" * 64}}]}
                ],
            }
        ]
    }
    assert list(read(json.dumps(printed).encode(), FORM)) == [("d" * 64, "folder/p.png")]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[1,2", b"[" * 100_000, b"hash,label\n12,x\n"])
def test_a_list_that_cannot_be_read_is_said_to_be(tmp_path, data: bytes):
    file = tmp_path / "known.csv"
    file.write_bytes(data)
    with pytest.raises(Unavailable):
        KnownContent({"known": str(file)})
    with pytest.raises(Unavailable):
        KnownContent({"known": str(tmp_path)})


def test_a_list_keeps_its_size_in_bounds(tmp_path, monkeypatch):
    file = tmp_path / "known.csv"
    file.write_text(as_csv([("a" * 64, ""), ("b" * 64, "")]))
    monkeypatch.setattr("mingjian.detect.image.known_content_list.MOST_KNOWN", 1)
    with pytest.raises(ValueError, match="too many"):
        KnownList(file)


def test_a_plain_picture_is_not_compared():
    with pytest.raises(NotApplicable):
        findings(encoded(Image.new("RGB", (300, 200), "grey")))


def test_promise(tmp_path):
    file = tmp_path / "known.csv"
    file.write_text(f"{digest(picture())},case 7\n", "utf-8")
    examples = [encoded(picture()), encoded(picture(2, (90, 700)), "JPEG"), encoded(picture(3))]
    assert_keeps_promise(KnownContent, examples, arbitrary=10)
    assert_keeps_promise(KnownContent, examples, options={"known": str(file)}, arbitrary=10)
