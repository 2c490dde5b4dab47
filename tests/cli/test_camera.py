"""`mingjian camera make`: a fingerprint from a folder, used by `examine`; unfit folders refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from mingjian.cli.main import app

SIZE = (240, 200)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))


def take(path: Path, camera: int, seed: int) -> None:
    """A soft scene as a sensor with its own pattern sees it."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 215, (7, 9), dtype=np.uint8)
    scene = np.asarray(Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC), float)
    light = scene * (1 + np.random.default_rng(camera).normal(0, 0.02, scene.shape))
    grey = np.clip(np.rint(light + rng.normal(0, 2, scene.shape)), 0, 255).astype(np.uint8)
    Image.fromarray(grey).convert("RGB").save(path)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    refused = getattr(done.exception, "what", None)
    return done.exit_code, refused.en if refused else done.stdout + done.stderr


def test_a_fingerprint_is_made_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "references"
    folder.mkdir()
    for seed in range(8):
        take(folder / f"{seed}.png", 1, seed)
    Image.new("RGB", (90, 90)).save(folder / "small.png")
    out = tmp_path / "camera.npz"
    code, text = run("camera", "make", str(folder), "--out", str(out), "--name", "exhibit 3")
    assert code == 0, text
    assert "8 pictures" in text
    assert "small.png" in text  # left out, and said so

    settings = tmp_path / "home" / "settings.toml"
    settings.write_text(f'[detectors."image.camera"]\nfingerprints = "{out}"\n', "utf-8")
    questioned = tmp_path / "questioned"
    questioned.mkdir()
    take(questioned / "own.png", 1, 50)
    take(questioned / "other.png", 2, 51)
    text = CliRunner().invoke(app, ["examine", str(questioned), "--json"]).stdout
    energies = {
        Path(evidence["path"]).name: finding["details"]["energy"]
        for evidence in json.loads(text)["evidence"]
        for examination in evidence["examinations"]
        for finding in examination["findings"]
        if finding["signal"] == "image.camera"
    }
    assert energies["own.png"] > 60 > energies["other.png"]


@pytest.mark.parametrize("cameras", [[1] * 4, list(range(1, 9))], ids=["too few", "several"])
def test_unfit_references_are_refused(cameras: list[int], tmp_path: Path) -> None:
    for seed, camera in enumerate(cameras):
        take(tmp_path / f"{seed}.png", camera, seed)
    out = tmp_path / "camera.npz"
    code, text = run("camera", "make", str(tmp_path), "--out", str(out), "--name", "x")
    assert code != 0
    assert "needed" in text or "do not agree" in text
    assert not out.exists()
