"""One small file of every format the product identifies, made in code."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tempfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.detect.label import label_files
from tests.intake.makers import CALL, make_tar, make_zip
from tests.intake.test_b_outlook import message, word_file
from tests.intake.test_identify import ONNX, PYTORCH_MAGIC, SAVED_MODEL

ID_TEXT = "张伟的身份证号是 11010519491231002X，电话 13800138000，见 https://a.example/x 。\n"
A_LINE = '203.0.113.9 - - [10/Oct/2025:13:55:36 +0800] "GET /a HTTP/1.1" 200 23\n'
LETTER = (
    b"From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?b?5L2g5aW9?=\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>hello <a href=http://a.example>x</a></p>\r\n"
    b"--b\r\nContent-Type: application/octet-stream; name=m.pkl\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nY29zCnN5c3RlbQooUydpZCcKdFIu\r\n--b--\r\n"
)


def parquet() -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "t.parquet")
        rows = "select range id, 'text ' || range t from range(50)"
        duckdb.connect().execute(f"copy ({rows}) to '{file}' (format parquet)")
        return file.read_bytes()


def seven_zip() -> bytes:
    import py7zr

    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(ID_TEXT, "a/b.txt")
        archive.writestr(CALL, "m.pkl")
    return out.getvalue()


def zstd() -> bytes:
    """A frame of one raw block (RFC 8878)."""
    body = ID_TEXT.encode()
    return (
        b"\x28\xb5\x2f\xfd\x20" + bytes([len(body)]) + (len(body) << 3 | 1).to_bytes(3, "little")
    ) + body


def arrays(save: str) -> bytes:
    import numpy as np

    out = io.BytesIO()
    if save == "npy":
        np.save(out, np.array([{"a": 1}, "b"], dtype=object))
    else:
        np.savez(out, a=np.arange(9), b=np.array([None], dtype=object))
    return out.getvalue()


def office(folder: str, kind: str, body: str) -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return make_zip({
        "[Content_Types].xml": types.encode(),
        f"{folder}/{kind}.xml": body.encode(),
        f"{folder}/media/i.png": label_files.picture("PNG"),
        f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0",
    })  # fmt: skip


def gguf() -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    pairs = (("general.architecture", "llama"), ("tokenizer.chat_template", "{{ x.__class__ }}"))
    fields = b"".join(text(key) + struct.pack("<I", 8) + text(value) for key, value in pairs)
    return b"GGUF" + struct.pack("<IQQ", 3, 0, 2) + fields


def safetensors() -> bytes:
    head = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(4)


def pytorch_legacy() -> bytes:
    parts = (PYTORCH_MAGIC, 1001, {"little_endian": True}, {"w": 1}, [])
    return b"".join(pickle.dumps(part, 2) for part in parts)


def json_of(value: object) -> Callable[[], bytes]:
    return lambda: json.dumps(value, ensure_ascii=False).encode()


_MESSAGES = [
    {"role": "user", "content": ID_TEXT},
    {
        "role": "assistant",
        "tool_calls": [{"id": "1", "function": {"name": "run", "arguments": "{}"}}],
    },
]
_SPAN = {"name": "chat", "attributes": [{"key": "gen_ai.system", "value": {"stringValue": "x"}}]}
_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script><image href="data:,x"/></svg>'

FORMATS: Mapping[str, Callable[[], bytes]] = {
    **label_files.FILES,
    "webm": lambda: label_files.ebml(0x1A45DFA3, label_files.ebml(0x4282, b"webm"))
    + label_files.ebml(0x18538067, b""),
    "bmp": lambda: label_files.picture("BMP"),
    "jp2": lambda: label_files.picture("JPEG2000"),
    "svg": _SVG.encode,
    "xlsx": lambda: office("xl", "sharedStrings", f"<sst><si><t>{ID_TEXT}</t></si></sst>"),
    "pptx": lambda: office("ppt", "slides/slide1", f"<a><t>{ID_TEXT}</t></a>"),
    "rtf": lambda: b"{\\rtf1\\ansi\\ansicpg936 {\\field{\\*\\fldinst HYPERLINK \"http://a.example\"}"
    b"}\\'c4\\'e3\\u20320?}",
    "msg": message,
    "ole": lambda: word_file("正文 " + ID_TEXT),
    "eml": lambda: LETTER,
    "mbox": lambda: (b"From a@b.example Mon Jan  1 00:00:00 2024\r\n" + LETTER) * 3,
    "zip": lambda: make_zip({"a/b.txt": ID_TEXT.encode(), "m.pkl": CALL}),
    "tar": lambda: make_tar({"a/b.txt": ID_TEXT.encode(), "m.pkl": CALL}),
    "gz": lambda: gzip.compress(ID_TEXT.encode(), mtime=0),
    "bz2": lambda: bz2.compress(ID_TEXT.encode()),
    "xz": lambda: lzma.compress(ID_TEXT.encode()),
    "zlib": lambda: zlib.compress(ID_TEXT.encode() * 9),
    "7z": seven_zip,
    "zst": zstd,
    "pickle": lambda: pickle.dumps({"a": [1, 2, ("x", None)]}, 4),
    "pickle-call": lambda: CALL,
    "joblib": lambda: zlib.compress(pickle.dumps({"a": list(range(500))}, 3)),
    "pytorch-zip": lambda: make_zip({"m/data.pkl": CALL, "m/version": b"3", "m/data/0": bytes(16)}),
    "pytorch-legacy": pytorch_legacy,
    "npy": lambda: arrays("npy"),
    "npz": lambda: arrays("npz"),
    "h5": lambda: b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0" + bytes(40) + b'{"class_name": "x"}',
    "keras": lambda: make_zip({"config.json": b'{"class_name": "Lambda"}', "metadata.json": b"{}"}),
    "pb": lambda: SAVED_MODEL,
    "onnx": lambda: ONNX,
    "safetensors": safetensors,
    "gguf": gguf,
    "csv": lambda: ("姓名,电话\n" + "张伟,13800138000\n" * 20).encode("gb18030"),
    "jsonl": lambda: "".join(json.dumps({"id": n, "t": ID_TEXT}) + "\n" for n in range(5)).encode(),
    "parquet": parquet,
    "html": lambda: f"<html><body>{ID_TEXT}<a href='javascript:1'>x</a></body></html>".encode(),
    "txt": ID_TEXT.encode,
    "utf16": lambda: ID_TEXT.encode("utf-16"),
    "md": lambda: b"# title\n\n[x](http://a.example) ```code```\n\n* a\n* b\n",
    "wechat": lambda: "2024-01-02 10:11:12 张伟\n你好\n\n2024-01-02 10:12:00 李娜\n转账\n".encode(),
    "whatsapp": lambda: b"01/02/2024, 10:11 - A: hi\n01/02/2024, 10:12 - B: pay me\n" * 3,
    "telegram": json_of({"name": "x", "type": "personal_chat", "id": 1, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1704067200", "from": "A", "text": "hi"}]}),
    "urls": lambda: b"http://a.example/1\nhttps://b.example/2\n" * 4,
    "url": lambda: b"https://a.example/path?q=1",
    "weblog": lambda: (A_LINE * 8).encode(),
    "openai": json_of({"messages": _MESSAGES}),
    "otel": json_of({"resourceSpans": [{"scopeSpans": [{"spans": [_SPAN]}]}]}),
    "inspect": json_of({"eval": {"task": "t"}, "samples": [{"messages": _MESSAGES}], "version": 2}),
    "agent-jsonl": lambda: "".join(json.dumps(one) + "\n" for one in _MESSAGES * 3).encode(),
    "agent-text": lambda: b"[user] go\n[agent] ACTION: shell {\"command\": \"ls\"}\n[tool] a.txt\n",
    "elf": lambda: b"\x7fELF\x02\x01\x01" + bytes(57),
    "empty": bytes,
}  # fmt: skip
