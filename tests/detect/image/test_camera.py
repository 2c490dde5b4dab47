"""A picture is found to carry its own camera's pattern, cropped and turned too, and no other's."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.image.camera import Camera
from mingjian.detect.image.camera_fingerprint import (
    Estimate,
    Fingerprint,
    about,
    as_bytes,
    grey_of,
    load,
)
from mingjian.detect.image.camera_match import CLEAR
from mingjian.detect.image.camera_noise import _joined, _split, residual
from mingjian.testing import assert_keeps_promise, evidence_from

SIZE = (320, 256)


def pattern(camera: int) -> np.ndarray:
    return np.random.default_rng(camera).normal(0, 0.02, SIZE[::-1])


def taken(camera: int, seed: int, plain: bool = False) -> Image.Image:
    """A soft scene, answered a little differently by each pixel, with grain of its own."""
    rng = np.random.default_rng(1000 + seed)
    coarse = rng.integers(40, 215, (7, 9), dtype=np.uint8)
    scene = np.asarray(Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC), float)
    if plain:
        scene = np.full(SIZE[::-1], 150.0)
    light = scene * (1 + pattern(camera)) + rng.normal(0, 2, scene.shape)
    grey = np.clip(np.rint(light), 0, 255).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **({"quality": 92} if form == "JPEG" else {}), **options)
    return out.getvalue()


def made(camera: int, count: int = 8) -> Fingerprint:
    estimate = Estimate()
    for seed in range(count):
        grey = grey_of(np.asarray(taken(camera, seed)))
        assert estimate.add(grey, grey.shape)
    return estimate.finished(f"camera {camera}")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("cameras")
    for camera in (1, 2):
        (folder / f"{camera}.npz").write_bytes(as_bytes(made(camera)))
    return {camera: folder / f"{camera}.npz" for camera in (1, 2)}


def energies(data: bytes, files: dict[int, Path]) -> list[float]:
    options = {"fingerprints": ";".join(str(path) for path in files.values())}
    found = list(Camera(options).examine(evidence_from(data, "p")[0]))
    assert [one.quiet for one in found] == [(one.score or 0) < CLEAR for one in found]
    return [float(one.score or 0) for one in found]


def test_the_filters_lose_nothing() -> None:
    values = np.random.default_rng(1).normal(0, 9, (48, 64)).astype(np.float32)
    for axis in (0, 1):
        low, high = _split(values, axis)
        assert np.allclose(_joined(low, high, axis), values, atol=1e-4)
    step = np.zeros((64, 64), dtype=np.float32)
    step[:, 32:] = 200
    assert np.abs(residual(step)).max() < 4  # an edge is scene


def test_its_own_camera_and_no_other(files: dict[int, Path]) -> None:
    one, two = energies(encoded(taken(1, 50)), files)
    assert one > 10 * CLEAR
    assert two < CLEAR / 2


def test_a_crop_and_a_turned_picture_are_found_where_they_lie(files: dict[int, Path]) -> None:
    crop = taken(1, 51).crop((40, 30, 40 + 200, 30 + 180))
    options = {"fingerprints": str(files[1])}
    data = encoded(crop.transpose(Image.Transpose.ROTATE_90), "PNG")
    (found,) = Camera(options).examine(evidence_from(data, "p")[0])
    assert (found.score or 0) > CLEAR
    assert found.details["place"] == [40, 30]
    assert found.details["turned"] == 270
    assert found.exhibits


def test_exif_turns_are_undone(files: dict[int, Path]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(taken(1, 52), exif=exif)
    (found,) = Camera({"fingerprints": str(files[1])}).examine(evidence_from(data, "p")[0])
    assert (found.score or 0) > CLEAR
    assert found.details["turned"] == 0


def test_a_resized_picture_gets_no_match_and_no_verdict(files: dict[int, Path]) -> None:
    small = taken(1, 53).resize((260, 208), Image.Resampling.BICUBIC)
    assert max(energies(encoded(small), files)) < CLEAR
    large = taken(1, 53).resize((640, 512), Image.Resampling.BICUBIC)
    found = list(Camera({"fingerprints": str(files[1])}).examine(evidence_from(encoded(large))[0]))
    assert [one.signal for one in found] == ["image.camera_size"]
    assert found[0].score is None
    assert found[0].quiet


def test_the_halves_of_one_camera_agree_and_of_two_do_not() -> None:
    assert made(1).agreement > CLEAR
    mixed = Estimate()
    for seed in range(8):
        grey = grey_of(np.asarray(taken(3 + seed % 2, seed)))
        mixed.add(grey, grey.shape)
    assert mixed.finished("two cameras").agreement < CLEAR


def test_pictures_of_one_scene_are_noticed_and_plain_walls_are_not() -> None:
    rng = np.random.default_rng(5)
    scene = np.asarray(
        Image.fromarray(rng.integers(0, 255, (40, 50), np.uint8)).resize(SIZE), np.float32
    )
    tripod, wall = Estimate(), Estimate()
    for seed in range(6):
        noise = rng.normal(0, 3, scene.shape).astype(np.float32)
        tripod.add(scene + noise, scene.shape)
        grey = grey_of(np.asarray(taken(1, seed, plain=True)))
        wall.add(grey, grey.shape)
    assert tripod.one_scene
    assert not wall.one_scene


def test_another_size_is_not_taken_in() -> None:
    estimate = Estimate()
    assert estimate.add(np.ones((64, 80), dtype=np.float32), (64, 80))
    assert not estimate.add(np.ones((64, 81), dtype=np.float32), (64, 81))
    assert estimate.pictures == 1


def test_the_file_keeps_what_it_says(files: dict[int, Path], tmp_path: Path) -> None:
    told, whole = about(files[1]), load(files[1])
    assert (told.name, told.pictures, told.full) == ("camera 1", 8, (256, 320))
    assert whole.values.shape == (256, 320)
    for data in (b"", b"PK\x03\x04 broken", files[1].read_bytes()[:500]):
        (tmp_path / "no.npz").write_bytes(data)
        with pytest.raises(Unavailable):
            Camera({"fingerprints": str(tmp_path / "no.npz")})
    np.savez(tmp_path / "other.npz", values=np.zeros(3))
    for path in (tmp_path / "other.npz", tmp_path / "absent.npz"):
        with pytest.raises(Unavailable):
            Camera({"fingerprints": str(path)})
    with pytest.raises(Unavailable):
        Camera({"fingerprints": ";".join([str(files[1])] * 9)})


def test_no_opinion_without_a_camera_or_on_tiny_pictures(files: dict[int, Path]) -> None:
    for options, image in (
        ({}, taken(1, 60)),
        ({"fingerprints": str(files[1])}, taken(1, 60).crop((0, 0, 120, 200))),
    ):
        with pytest.raises(NotApplicable):
            list(Camera(options).examine(evidence_from(encoded(image), "p")[0]))


def test_promise(files: dict[int, Path]) -> None:
    assert_keeps_promise(
        Camera,
        examples=[encoded(taken(1, 70)), encoded(taken(2, 71), "PNG")],
        options={"fingerprints": str(files[1])},
    )
