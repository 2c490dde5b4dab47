"""Which re-saves keep a label. Every expectation is what the program really does; a change of
its behaviour fails the test, so that the table in the card stays true."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.detect.label.label_files import LABEL, docx, picture, wav

from mingjian.detect.label.report import read_labels, verify_label, write_label
from mingjian.intake.content import BytesContent

FFMPEG, OFFICE = shutil.which("ffmpeg"), shutil.which("soffice")
needs_ffmpeg = pytest.mark.skipif(
    FFMPEG is None, reason="no ffmpeg: apt-get install -y --no-install-recommends ffmpeg"
)
needs_office = pytest.mark.skipif(
    OFFICE is None,
    reason="no LibreOffice: apt-get install -y --no-install-recommends libreoffice-writer-nogui",
)


def fate(data: bytes, format: str) -> str:
    """What became of the label: kept, changed, or lost."""
    content = BytesContent(data)
    if not read_labels(content, format):
        assert verify_label(content, format, LABEL)  # a loss is reported, not silent
        return "lost"
    return "changed" if verify_label(content, format, LABEL) else "kept"


def pillow_again(format: str, **options: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(write_label(picture(format), format.lower(), LABEL))) as image:
        if options.pop("pass_xmp", False):
            options["xmp"] = image.info.get("xmp")
        image.save(out, format, **options)
    return out.getvalue()


PILLOW = {
    ("JPEG", False): "lost",
    ("JPEG", True): "kept",
    ("PNG", False): "lost",
    ("WEBP", False): "lost",
    ("WEBP", True): "kept",
    ("TIFF", False): "kept",
    ("GIF", False): "lost",
}


@pytest.mark.parametrize(("format", "pass_xmp"), PILLOW)
def test_pillow(format: str, pass_xmp: bool) -> None:
    options = {"pass_xmp": True} if pass_xmp else {}
    assert fate(pillow_again(format, **options), format.lower()) == PILLOW[format, pass_xmp]


def ffmpeg(folder: Path, source: str, target: str, *options: str) -> bytes:
    assert FFMPEG
    subprocess.run(
        [FFMPEG, "-v", "error", "-y", "-i", source, *options, target],
        cwd=folder,
        check=True,
        timeout=120,
    )
    return (folder / target).read_bytes()


def labelled_sound(folder: Path, name: str, format: str) -> None:
    """A sound made by ffmpeg with a label written by us."""
    (folder / "plain.wav").write_bytes(wav())
    made = ffmpeg(folder, "plain.wav", name)
    (folder / name).write_bytes(write_label(made, format, LABEL))


FFMPEG_COPIES = {
    ("mp4", "mp4", ()): "lost",
    ("mp4", "mp4", ("-movflags", "use_metadata_tags")): "kept",
    ("mov", "mov", ()): "lost",
    ("mov", "mov", ("-movflags", "use_metadata_tags")): "kept",
    ("m4a", "m4a", ()): "lost",
    ("mka", "mka", ()): "kept",
    ("mp3", "mp3", ()): "kept",
    ("flac", "flac", ()): "kept",
    ("ogg", "ogg", ()): "kept",
    ("wav", "wav", ()): "lost",
    ("mp3", "mp3", ("-map_metadata", "-1")): "lost",
}
NAMES = {"mka": "mkv"}


@needs_ffmpeg
@pytest.mark.parametrize(("before", "after", "options"), FFMPEG_COPIES)
def test_ffmpeg_copy(tmp_path: Path, before: str, after: str, options: tuple[str, ...]) -> None:
    labelled_sound(tmp_path, f"a.{before}", NAMES.get(before, before))
    data = ffmpeg(tmp_path, f"a.{before}", f"b.{after}", "-c", "copy", *options)
    assert fate(data, NAMES.get(after, after)) == FFMPEG_COPIES[before, after, options]


@needs_ffmpeg
@pytest.mark.parametrize("format", ["mp4", "mkv", "webm", "avi", "flv", "mov"])
def test_ffmpeg_decodes_the_same_after_writing(tmp_path: Path, format: str) -> None:
    """Writing moves nothing: picture and sound decode to the same hashes as before."""
    assert FFMPEG
    made = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1"]
    sound = ["-f", "lavfi", "-i", "sine=duration=1", f"plain.{format}"]
    command = [FFMPEG, "-v", "error", "-y", *made, *sound]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    plain = (tmp_path / f"plain.{format}").read_bytes()
    (tmp_path / f"labelled.{format}").write_bytes(write_label(plain, format, LABEL))
    hashes = [
        ffmpeg(tmp_path, f"{name}.{format}", f"{name}.md5", "-f", "streamhash")
        for name in ("plain", "labelled")
    ]
    assert hashes[0] == hashes[1]
    assert hashes[0].count(b"SHA256") == 2


@needs_office
def test_libreoffice(tmp_path: Path) -> None:
    """docx to docx and to PDF."""
    assert OFFICE
    (tmp_path / "a.docx").write_bytes(write_label(docx(), "docx", LABEL))
    for target in ("docx", "pdf"):
        command = [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        command += ["--convert-to", target, "--outdir", "out", "a.docx"]
        subprocess.run(command, cwd=tmp_path, check=True, timeout=180, capture_output=True)
    assert fate((tmp_path / "out/a.docx").read_bytes(), "docx") == "kept"
    assert fate((tmp_path / "out/a.pdf").read_bytes(), "pdf") == "lost"
