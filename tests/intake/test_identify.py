"""Every format is told from its bytes under a name that says something else."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tarfile
import wave
import zipfile
import zlib
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mingjian.domain.evidence import EvidenceKind as Kind
from mingjian.intake.content import BytesContent
from mingjian.intake.identify import identify


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def picture(name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, name)
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\1" * 100)
    return out.getvalue()


def array() -> bytes:
    out = io.BytesIO()
    np.save(out, np.arange(4))
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        info = tarfile.TarInfo("a.txt")
        info.size = 3
        file.addfile(info, io.BytesIO(b"abc"))
    return out.getvalue()


def field(number: int, payload: bytes) -> bytes:
    return bytes([number << 3 | 2, len(payload)]) + payload


NODE = field(1, b"x") + field(2, b"Const")
ONNX = b"\x08\x07" + field(2, b"pytorch") + field(7, field(2, b"g")) + field(8, b"\x10\x0d")
SAVED_MODEL = b"\x08\x01" + field(2, field(1, b"\x22\x02v2") + field(2, field(1, NODE)))
SAFETENSORS = (2).to_bytes(8, "little") + b"{}"
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 3
HEIF = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
PYTORCH_MAGIC = 0x1950A86A20F9469CFC6C

CASES: list[tuple[bytes, Kind, str]] = [
    *[(picture(name), Kind.IMAGE, name.lower()) for name in ("PNG", "JPEG", "GIF", "WEBP", "BMP")],
    (picture("TIFF"), Kind.IMAGE, "tiff"),
    (HEIF, Kind.IMAGE, "heif"),
    (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Kind.IMAGE, "avif"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", Kind.IMAGE, "svg"),
    (sound(), Kind.AUDIO, "wav"),
    (MP3, Kind.AUDIO, "mp3"),
    (b"ID3\x04\0\0\0\0\0\0" + MP3, Kind.AUDIO, "mp3"),
    (b"fLaC\0\0\0\x22" + bytes(40), Kind.AUDIO, "flac"),
    (b"OggS\0\2" + bytes(40), Kind.AUDIO, "ogg"),
    (b"\0\0\0\x18ftypM4A \0\0\0\0isommp42", Kind.AUDIO, "m4a"),
    (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", Kind.VIDEO, "mp4"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Kind.VIDEO, "mov"),
    (b"\x1aE\xdf\xa3\x93B\x82\x88matroska", Kind.VIDEO, "mkv"),
    (b"\x1aE\xdf\xa3\x93B\x82\x84webm", Kind.VIDEO, "webm"),
    (b"RIFF\x24\0\0\0AVI LIST", Kind.VIDEO, "avi"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Kind.DOCUMENT, "pdf"),
    (b"junk\r\n%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Kind.DOCUMENT, "pdf"),
    (b"{\\rtf1 hello}", Kind.DOCUMENT, "rtf"),
    (zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""}), Kind.DOCUMENT, "docx"),
    (zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), Kind.DOCUMENT, "xlsx"),
    (zipped(**{"[Content_Types].xml": b"", "ppt/a.xml": b""}), Kind.DOCUMENT, "pptx"),
    (zipped(**{"a.txt": b"a"}), Kind.ARCHIVE, "zip"),
    (tarred(), Kind.ARCHIVE, "tar"),
    (gzip.compress(b"a"), Kind.ARCHIVE, "gzip"),
    (bz2.compress(b"a"), Kind.ARCHIVE, "bzip2"),
    (lzma.compress(b"a"), Kind.ARCHIVE, "xz"),
    (lzma.compress(b"a", lzma.FORMAT_ALONE), Kind.ARCHIVE, "lzma"),
    (zlib.compress(b"abcdefgh" * 9), Kind.ARCHIVE, "zlib"),
    (b"\x28\xb5\x2f\xfd\x04\x00\x09\x00\x00abc", Kind.ARCHIVE, "zstd"),
    (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24), Kind.ARCHIVE, "7z"),
    (b"Rar!\x1a\x07\x01\x00", Kind.ARCHIVE, "rar"),
    *[(pickle.dumps({"a": [1, 2.5, "x", b"y"]}, p), Kind.MODEL, "pickle") for p in range(6)],
    *[(pickle.dumps(OrderedDict(a=1), p), Kind.MODEL, "pickle") for p in range(6)],
    (b"cos\nsystem\n(S'id'\ntR.", Kind.MODEL, "pickle"),
    (b"(S'id'\nios\nsystem\n.", Kind.MODEL, "pickle"),
    (b"\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", Kind.MODEL, "pickle"),
    (pickle.dumps(PYTORCH_MAGIC, 2) + pickle.dumps(1001, 2), Kind.MODEL, "pytorch-legacy"),
    (b"\x80\x04\x8c\x13joblib.numpy_pickle\x94\x8c\x01a\x94\x93.", Kind.MODEL, "joblib"),
    (zipped(**{"m/data.pkl": b"\x80\x02N.", "m/version": b"3"}), Kind.MODEL, "pytorch-zip"),
    (zipped(**{"config.json": b"{}", "model.weights.h5": b""}), Kind.MODEL, "keras-zip"),
    (zipped(**{"a.npy": array()}), Kind.MODEL, "npz"),
    (array(), Kind.MODEL, "npy"),
    (b"\x89HDF\r\n\x1a\n" + bytes(40), Kind.MODEL, "keras-h5"),
    (b"\xaa\0" * 512 + b"\x89HDF\r\n\x1a\n" + bytes(40), Kind.MODEL, "keras-h5"),
    (ONNX, Kind.MODEL, "onnx"),
    (SAVED_MODEL, Kind.MODEL, "tf-savedmodel"),
    (SAFETENSORS, Kind.MODEL, "safetensors"),
    (b"GGUF\3\0\0\0" + bytes(16), Kind.MODEL, "gguf"),
    (b"PAR1" + bytes(20) + b"PAR1", Kind.DATASET, "parquet"),
    (b"\x7fELF\2\1\1" + bytes(40), Kind.UNKNOWN, "elf"),
    (b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0", Kind.UNKNOWN, "pe"),
    (b"\xcf\xfa\xed\xfe\x07\0\0\1", Kind.UNKNOWN, "mach-o"),
    (b"\xca\xfe\xba\xbe\0\0\0\x34", Kind.UNKNOWN, "java-class"),
    (b"SQLite format 3\0" + bytes(20), Kind.UNKNOWN, "sqlite"),
    (bytes(range(128, 256)) * 4, Kind.UNKNOWN, "unknown"),
    (b"", Kind.UNKNOWN, "empty"),
    (b"https://example.com/a", Kind.LINK, "url"),
    (b"<!doctype html><html><body>hi</body></html>", Kind.HTML, "html"),
    (b"From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n\r\nhi\r\n", Kind.MAIL, "rfc5322"),
    ("今天下午三点，请把合同发到我的邮箱。".encode("gb18030"), Kind.TEXT, "plain-text"),
]


@pytest.mark.parametrize(
    ("data", "kind", "name"), CASES, ids=[f"{c[2]}{i}" for i, c in enumerate(CASES)]
)
@pytest.mark.parametrize("path", ["evidence", "a/b.jpg", "x.txt"])
def test_identified_by_content_whatever_the_name(
    data: bytes, kind: Kind, name: str, path: str
) -> None:
    identity = identify(BytesContent(data), path)
    assert (identity.kind, identity.format) == (kind, name)


@pytest.mark.parametrize(
    "text",
    [
        "N.",
        "cat\ndog\nR\n",
        "Hi there",
        "x^2 + y^2 = z^2",
        "(S'quoted', and more)",
        "I am text.\nSo am I.\n",
        "BMW and MZ and GIF are words",
        "FORM 10-K annual report",
        "Hello, how are you? " * 40,
        "]}])",
        "8K video, 78 x 94",
        "2024-01-01 something",
        "(if the text starts with a symbol then answer exactly that)",
        "see\nthis",
    ],
)
def test_words_are_not_taken_for_binary(text: str) -> None:
    assert identify(BytesContent(text.encode()), "note").kind is Kind.TEXT


def test_misleading_extension_is_noted_and_a_fitting_one_is_not() -> None:
    data = pickle.dumps([1])
    (note,) = identify(BytesContent(data), "photo.jpg").notes
    assert ".jpg" in note.en
    assert "pickle" in note.zh
    assert identify(BytesContent(data), "model.pkl").notes == ()
    assert identify(BytesContent(data), "no extension").notes == ()


@pytest.mark.parametrize("suffix", ["pkl", "pickle", "bin", "pt", "pth", "joblib", "ckpt", "dat"])
def test_damaged_pickles_under_a_pickle_name(suffix: str) -> None:
    whole = b"cos\nsystem\n(S'echo 1'\ntR."
    assert identify(BytesContent(whole + b"\xff\xfejunk"), f"m.{suffix}").format == "pickle"
    assert identify(BytesContent(whole[:15]), f"m.{suffix}").format == "pickle"
    marked = pickle.dumps({"a": OrderedDict(b=1)}, 4)
    assert identify(BytesContent(marked[: len(marked) // 2]), f"m.{suffix}").format == "pickle"
    behind = identify(BytesContent(b"\xff\xfe\xfd\xfc" + marked), f"m.{suffix}")
    assert behind.format == "pickle"
    assert "4" in behind.notes[0].en


def test_zip_kind_survives_a_damaged_directory() -> None:
    data = zipped(**{"m/data.pkl": b"\x80\x02N.", "m/version": b"3"})
    cut = data[: data.index(b"PK\x01\x02")]
    assert identify(BytesContent(cut), "x").format == "pytorch-zip"


def test_declared_kind_decides_for_text_only() -> None:
    text, image = BytesContent("你好".encode()), BytesContent(picture("PNG"))
    assert identify(text, "x", Kind.MESSAGE).kind is Kind.MESSAGE
    assert identify(text, "x", Kind.MAIL).format == "bare-body"
    raw = BytesContent(b"From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n\r\nhi\r\n")
    assert identify(raw, "x", Kind.MAIL).format == "rfc5322"
    found = identify(image, "x", Kind.MESSAGE)
    assert found.kind is Kind.IMAGE
    assert "message" in found.notes[0].en


@given(st.binary(max_size=600), st.sampled_from(["x", "x.pkl", "x.safetensors", "x.zip", "x.jpg"]))
def test_never_raises(data: bytes, path: str) -> None:
    identify(BytesContent(data), path)


@given(st.sampled_from([case[0] for case in CASES]), st.integers(0, 400), st.integers(0, 255))
def test_never_raises_on_truncated_and_altered_files(data: bytes, at: int, byte: int) -> None:
    identify(BytesContent(data[:at]), "x.pkl")
    if at < len(data):
        identify(BytesContent(data[:at] + bytes([byte]) + data[at + 1 :]), "x")


@given(st.recursive(st.none() | st.integers() | st.text() | st.binary() | st.floats(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
       st.integers(0, 5))  # fmt: skip
def test_every_pickle_is_a_pickle_under_its_name(value: object, protocol: int) -> None:
    data = pickle.dumps(value, protocol)
    assert identify(BytesContent(data), "m.pkl").format == "pickle"
    if protocol >= 2:
        assert identify(BytesContent(data), "m").format == "pickle"


def test_json_is_no_pickle_under_a_pickle_name() -> None:
    assert identify(BytesContent(json.dumps({"a": [1]}).encode()), "x.dat").kind is not Kind.MODEL
