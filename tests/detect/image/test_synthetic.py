"""image.synthetic: one measurement a picture, with where and of what sort, on hostile bytes too."""

from __future__ import annotations

import io
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.image.synthetic import GROUPS, Synthetic
from mingjian.detect.image.trace_model import TraceModel, strongest
from mingjian.detect.image.traces import NAMES, traces
from mingjian.detect.image.windows import SIDE, places, windows
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import CurveExhibit, Finding, MapExhibit
from mingjian.testing import assert_keeps_promise
from mingjian.testing.evidence import evidence_from
from mingjian.testing.promise import as_accepted
from mingjian.weigh.scale import load_scales


def scene(width: int, height: int, noise: float, seed: int = 3) -> np.ndarray:
    """Soft shapes under sensor-like noise."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0:height, 0:width] / 64
    base = 120 + 50 * np.sin(across + np.sin(down)) + 30 * np.cos(1.7 * down)
    rgb = np.stack([base, base * 0.8 + 20, 250 - base], axis=-1)
    return np.clip(rgb + rng.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)


def stored(rgb: np.ndarray, format_name: str = "PNG", **more: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, format_name, **more)
    return buffer.getvalue()


def found(data: bytes) -> Finding:
    (finding,) = Synthetic({}).examine(evidence_from(data)[0])
    return finding


# ---- windows and traces ----------------------------------------------------------------


def test_windows_cover_the_picture_evenly_and_boundedly() -> None:
    assert places(127, 500) == ()
    assert [(box.left, box.top) for box in places(128, 128)] == [(0, 0)]
    many = places(6000, 4000)
    assert 30 <= len(many) <= 48
    assert many[0].left == 0
    assert many[-1].left + SIDE > 5980
    assert all(box.left % 8 == 0 and box.top % 8 == 0 for box in many)


def test_plain_windows_are_left_out() -> None:
    rgb = np.full((256, 256, 3), 200, dtype=np.uint8)
    rgb[:128, :128] = scene(128, 128, 3)
    seen = windows(rgb)
    assert [(box.left, box.top) for box in seen.places] == [(0, 0)]


def test_traces_have_a_name_each_and_are_finite() -> None:
    values = traces(windows(scene(300, 300, 5)))
    assert values.shape == (4, len(NAMES))
    assert np.isfinite(values).all()
    assert len(set(NAMES)) == len(NAMES)
    assert {name.partition(".")[0] for name in NAMES} == set(GROUPS)


def test_traces_see_upsampling_and_noise() -> None:
    """The peak at period 4 rises with a faint lattice, as up-sampling leaves; noise with noise."""
    plain = scene(256, 256, 4)
    lattice = plain.astype(int)
    lattice[::4, ::4] += 8
    column = NAMES.index("spectrum.peak4")
    native = traces(windows(scene(256, 256, 12)))
    without = traces(windows(plain))[:, column].mean()
    assert (
        traces(windows(np.clip(lattice, 0, 255).astype(np.uint8)))[:, column].mean() > without + 0.5
    )
    level = NAMES.index("noise.0.5")
    assert native[0, level] > traces(windows(scene(256, 256, 2)))[0, level] + 0.5


def test_formats_hardly_change_the_traces() -> None:
    """What was stored as PNG or as a good JPEG measures nearly the same."""
    rgb = scene(256, 256, 6)
    model = TraceModel.load("mingjian.detect.image", "synthetic_traces")
    png = model.read(windows(rgb)).score
    buffer = io.BytesIO(stored(rgb, "JPEG", quality=90, subsampling="4:2:0"))
    jpeg = model.read(windows(np.asarray(Image.open(buffer)))).score
    assert jpeg == pytest.approx(png, abs=0.6)


# ---- the finding -----------------------------------------------------------------------


def test_one_measurement_with_map_curve_and_groups() -> None:
    finding = found(stored(scene(600, 400, 6), "JPEG", quality=92))
    assert finding.signal == finding.proposition == "image.synthetic"
    assert finding.score is not None
    heat, curve, table = finding.exhibits
    assert isinstance(heat, MapExhibit)
    assert heat.under is not None
    assert (heat.values.width, heat.values.height) == (heat.under.width, heat.under.height)
    assert isinstance(curve, CurveExhibit)
    assert len(curve.curves) == 3
    assert len(table.rows) == len(GROUPS)
    assert finding.context["resolution"] == 400.0
    assert finding.context["windows"] == 12.0
    assert 88 <= float(finding.context["quality"]) <= 94
    assert set(finding.details["groups"]) == set(GROUPS)  # type: ignore[call-overload]


def test_what_a_group_adds_is_what_goes_when_it_is_ordinary() -> None:
    model = TraceModel.load("mingjian.detect.image", "synthetic_traces")
    seen = windows(scene(256, 256, 6))
    level = model.levels(traces(seen))
    whole = level[strongest(model.odds(level))].mean(axis=0, keepdims=True)
    noise = np.array([name.startswith("noise") for name in NAMES])
    less = model.odds(np.where(noise, 0, whole).astype(np.float32))[0]
    read = model.read(seen)
    assert read.groups["noise"] == pytest.approx(read.score - less, abs=1e-3)


def test_the_windows_that_lean_most_make_the_reading() -> None:
    odds = np.array([-3.0, 2.0, -1.0, 0.5, 2.0, -4.0, 1.0], dtype=np.float32)
    assert strongest(odds).tolist() == [1, 4, 6]
    assert strongest(odds[:1]).tolist() == [0]
    finding = found(stored(scene(600, 400, 6)))
    assert "the 4 that lean most" in finding.because.en


def test_metadata_and_name_move_nothing() -> None:
    rgb = scene(300, 300, 6)
    exif = Image.Exif()
    exif[0x0131] = "Stable Diffusion"
    plain = found(stored(rgb, "JPEG", quality=90))
    told = found(stored(rgb, "JPEG", quality=90, exif=exif))
    assert plain.score == told.score


def test_too_small_or_plain_is_not_applicable() -> None:
    for rgb in (scene(100, 300, 5), np.full((400, 400, 3), 7, dtype=np.uint8)):
        with pytest.raises(NotApplicable):
            found(stored(rgb))


def test_small_pictures_are_measured_without_an_opinion() -> None:
    """Photos made into small sharp squares look generated; larger ones do not."""
    (scale,) = load_scales(
        [files("mingjian.detect.image") / "image.synthetic.scale.json"], research=True
    )["image.synthetic"]
    assert not scale.ratio(found(stored(scene(299, 400, 5)))).opinion
    assert scale.ratio(found(stored(scene(300, 400, 5)))).opinion


def test_broken_pictures_are_not_examinable() -> None:
    data = stored(scene(300, 300, 5))
    evidence = as_accepted(data[: len(data) // 2], EvidenceKind.IMAGE, "png")
    with pytest.raises(NotExaminable):
        list(Synthetic({}).examine(evidence))


def test_promise() -> None:
    rgb = scene(300, 260, 5)
    examples = [stored(rgb), stored(rgb, "JPEG", quality=60), stored(rgb, "WEBP")]
    assert_keeps_promise(Synthetic, examples, arbitrary=20)
