"""Damaged files of every format: each has a record, nothing is lost, all is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile.mutate import damaged, originals
from tests.hostile.product import Product, check_complete

MIB = 1 << 20
RECOGNISED = """
7z agent-text avi avif bmp bzip2 common csv docx flac flv gguf gif gzip heif html inspect-log jp2
jpeg jsonl keras-h5 keras-zip m4a markdown mbox mkv mov mp3 mp4 msg npy npz ogg ole onnx
openai-messages otel-genai parquet pdf pickle plain-text png pptx pytorch-legacy pytorch-zip
rfc5322 rtf safetensors svg tar telegram-json tf-savedmodel tiff url url-list wav webm webp
wechat-text whatsapp-text xlsx xz zip zlib zstd
"""


@pytest.mark.parametrize("seed", [20261122])
def test_damaged_files_of_every_format(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = originals()
    for name, data in damaged(files, 3 * len(files), seed):
        (folder / name).write_bytes(data)
    for name, data in files.items():
        (folder / f"cut-{name}").write_bytes(data[: len(data) * 2 // 3])
        (folder / f"whole-{name}").write_bytes(data)
    product = Product(tmp_path / "home")
    done = product.examine(folder)
    check_complete(done, folder)
    assert done.ended.peak < 1024 * MIB
    for one in done.evidence:
        for examination in one["examinations"]:
            assert examination["state"] not in ("failed", "timed_out"), one["path"]
        for gap in one["not_examined"]:
            # An error of a kind that no unpacker expected.
            assert "Could not be unpacked: " not in gap["why"]["en"], one["path"]
    assert product.problems() == []


def test_whole_files_are_recognised(tmp_path: Path) -> None:
    """What is damaged above was, before that, a file of its format."""
    from mingjian.intake.content import BytesContent
    from mingjian.intake.identify import identify

    formats = {identify(BytesContent(data), "item", None).format for data in originals().values()}
    assert set(RECOGNISED.split()) - formats == set()
