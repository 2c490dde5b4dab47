"""`mingjian known`: a list made from pictures matches them, and no picture is in it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from typer.testing import CliRunner

from mingjian.cli.main import app


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    rough = np.random.default_rng(7).integers(0, 255, (2, 9, 9, 3), np.uint8)
    one, two = (
        Image.fromarray(part).resize((200, 160), Image.Resampling.BICUBIC) for part in rough
    )
    one.save(folder / "one.png")
    inner = io.BytesIO()
    two.save(inner, "JPEG", quality=80)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("two.jpg", inner.getvalue())
        archive.writestr("plain.png", b"\x89PNG\r\n\x1a\n broken")
    (folder / "note.txt").write_text("no picture", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))


def test_made_converted_and_matched(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "known.csv"
    done = CliRunner().invoke(app, ["known", "make", str(pictures), "--out", str(out), "--lang=en"])
    assert done.exit_code == 0, done.output
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "hash,label"
    assert sorted(line.partition(",")[2] for line in lines[1:]) == ["more.zip/two.jpg", "one.png"]
    assert "plain.png" in done.output  # left out, and said so

    other = tmp_path / "known.json"
    done = CliRunner().invoke(app, ["known", "convert", str(out), "--out", str(other)])
    assert done.exit_code == 0, done.output
    rows = json.loads(other.read_text("utf-8"))
    assert [f"{row['hash']},{row['label']}" for row in rows] == lines[1:]

    settings = tmp_path / "home" / "settings.toml"
    settings.write_text(f'[detectors."image.known_content"]\nknown = "{other}"\n', "utf-8")
    again = tmp_path / "again.jpg"
    with Image.open(pictures / "one.png") as picture:
        picture.save(again, quality=60)
    done = CliRunner().invoke(app, ["examine", str(again), "--json"])
    found = [
        finding["details"]
        for examination in json.loads(done.stdout)["evidence"][0]["examinations"]
        if examination["detector"] == "image.known_content"
        for finding in examination["findings"]
        if finding["signal"] == "image.known_content"
    ]
    assert [one["label"] for one in found] == ["one.png"]


def test_recordings_stand_beside_pictures_in_one_list(pictures: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    tones = [0.3 * np.sin(np.arange(1600) * random.uniform(0.15, 1.2)) for _ in range(40)]
    soundfile.write(pictures / "call.wav", np.concatenate(tones), 16_000)
    out, other = tmp_path / "known.csv", tmp_path / "known.json"
    done = CliRunner().invoke(app, ["known", "make", str(pictures), "--out", str(out), "--lang=en"])
    assert done.exit_code == 0, done.output
    forms = {line.partition(",")[2]: line[:4] for line in out.read_text("utf-8").splitlines()[1:]}
    assert forms.keys() == {"one.png", "more.zip/two.jpg", "call.wav"}
    assert forms["call.wav"] == "lm1:"
    done = CliRunner().invoke(app, ["known", "convert", str(out), "--out", str(other)])
    assert done.exit_code == 0, done.output
    assert len(json.loads(other.read_text("utf-8"))) == 3

    settings = tmp_path / "home" / "settings.toml"
    settings.write_text(f'[detectors."audio.known_content"]\nknown = "{other}"\n', "utf-8")
    soundfile.write(tmp_path / "again.mp3", np.concatenate(tones)[4_000:], 16_000)
    done = CliRunner().invoke(app, ["examine", str(tmp_path / "again.mp3"), "--json"])
    found = [
        finding["details"]["label"]
        for examination in json.loads(done.stdout)["evidence"][0]["examinations"]
        for finding in examination["findings"]
        if finding["signal"] == "audio.known_content"
    ]
    assert found == ["call.wav"]


def test_one_label_for_all(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "known.csv"
    command = ["known", "make", str(pictures / "one.png"), "--out", str(out), "--label", "案 7"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert out.read_text("utf-8").splitlines()[1].endswith(",案 7")


@pytest.mark.parametrize("text", ["", "nothing here", '{"a": [[[1]]]}'])
def test_what_is_no_list_is_refused_with_the_form_asked_for(text: str, tmp_path: Path) -> None:
    given = tmp_path / "list"
    given.write_text(text, "utf-8")
    from mingjian.app.errors import UsageError
    from mingjian.app.known import read

    with pytest.raises(UsageError) as refused:
        read(given)
    assert refused.value.next_step is not None
    assert "hash,label" in refused.value.next_step.en
