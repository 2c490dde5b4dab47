"""Hostile by carriage: staged and dormant payloads, lying names, polyglots, other hosts."""

from __future__ import annotations

import base64
import gzip
import io
import pickle
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

from assemble import Call, assemble, call, shell
from hostile_shapes import Payload
from hostile_wrap import EVIL, EVIL4, Files, npy, torch_members, zipped

NOISE = random.Random(20261122)


def encoded() -> Files:
    """A second stage inside a first: bytes or text that the first stage decodes and loads."""

    def loads(inner: Any) -> Call:
        return call("pickle.loads", inner)

    text = base64.b64encode(EVIL).decode()
    yield "b64.pkl", assemble(loads(call("base64.b64decode", text)), "text")
    yield "hex.pkl", assemble(loads(call("binascii.unhexlify", EVIL.hex())))
    yield "fromhex.pkl", assemble(loads(call("builtins:bytes.fromhex", EVIL.hex())), "stack")
    yield "zlib.pkl", assemble(loads(call("zlib.decompress", zlib.compress(EVIL))), "stack")
    yield "codecs.pkl", assemble(loads(call("codecs.decode", text, "base64")))
    yield "exec-b64.pkl", assemble(call("builtins.exec", call("base64.b64decode", "cHJpbnQoMSk=")))
    yield "twice.pkl", assemble(loads(assemble(loads(EVIL4), "stack")), "stack")
    yield (
        "storage.pkl",
        assemble(call("torch.storage._load_from_bytes", zipped(torch_members())), "stack"),
    )


def lying_names() -> Files:
    for number, ending in enumerate(
        [
            "safetensors",
            "onnx",
            "png",
            "txt",
            "json",
            "csv",
            "gguf",
            "h5",
            "npy",
            "bin",
            "ckpt",
            "md",
            "mp4",
            "keras",
            "model",
            "data",
            "dat",
            "yaml",
        ]
    ):
        yield f"model.{ending}", (EVIL, EVIL4, shell("text"))[number % 3]
    yield "pytorch_model", EVIL4
    yield "weights.safetensors", zipped(torch_members())
    yield "README", shell("inst")
    yield ".hidden", EVIL
    yield "model.pkl.safetensors", pickle.dumps({"a": Payload()}, 4)


def polyglots() -> Files:
    yield "pickle-then-zip.pt", shell("stack") + zipped(torch_members(pickle.dumps({}, 2)))
    yield "png-then-zip.png", b"\x89PNG\r\n\x1a\n" + bytes(60) + zipped(torch_members())
    yield "text-then-zip.txt", b"Read me first.\n" * 10 + zipped(torch_members())
    yield "pdf-then-zip.pdf", b"%PDF-1.4\n%%EOF\n" + zipped(torch_members())
    yield "zip-gap-pickle.zip", zipped([("a.txt", b"hello")], prefix=EVIL)


def real_dumps() -> Files:
    """What dill and cloudpickle themselves write for code that runs a command."""
    import cloudpickle
    import dill

    scope: dict[str, Any] = {"__name__": "__main__"}
    source = (
        "import os\n"
        "def f(x):\n    return os.system('true')\n"
        "g = lambda x: __import__('os').system('true')\n"
        "class M:\n    def predict(self, x):\n        return os.system('true')\n"
        "class R:\n    def __reduce__(self):\n        return (f, (1,))\n"
    )
    exec(compile(source, "apart", "exec"), scope)  # noqa: S102 our own text, defines only
    for tool, dumps in (("dill", dill.dumps), ("cloudpickle", cloudpickle.dumps)):
        for key in ("f", "g", "M"):
            yield f"{tool}-{key}.pkl", dumps(scope[key])
        yield f"{tool}-instance.pkl", dumps(scope["M"]())
        yield f"{tool}-reduce.pkl", dumps(scope["R"]())
        yield f"{tool}-dict.pkl", dumps({"model": scope["g"], "w": [1.0] * 9})
    yield "dill-recurse.pkl", dill.dumps(scope["f"], recurse=True)
    yield "dill-byref.pkl", dill.dumps({"a": scope["M"]}, byref=False)
    yield "cloudpickle.joblib", gzip.compress(cloudpickle.dumps(scope["R"]()))


def inner_hosts() -> Files:
    """Pickles where other hosts keep them: HDF5 attributes (as PyTables does)."""
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        group = file.create_group("df")
        group.attrs["CLASS"] = b"GROUP"
        group.attrs["info"] = shell("text")
    yield "pytables-attr.h5", out.getvalue()
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        import numpy

        file.create_dataset("values", data=numpy.frombuffer(EVIL * 4, dtype="u1"))
        file["values"].attrs["PSEUDOATOM"] = "object"
    yield "pytables-object.h5", out.getvalue()


def dormant() -> Files:
    """The payload lies in the file, and the usual load of the file never runs it."""
    text = base64.b64encode(EVIL).decode()
    start = b"".join(
        pickle.dumps(item, 2) for item in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
    )
    inert = {"weights": EVIL, "note": "kept as bytes"}
    header = b'{"a":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}}'
    body = NOISE.randbytes(40) + EVIL
    head = header % (len(body), len(body))
    yield (
        "evil-in-data-0.pt",
        zipped([("archive/data.pkl", pickle.dumps({}, 2)), ("archive/data/0", EVIL)]),
    )
    storage = pickle.dumps({}, 2) + pickle.dumps(["0"], 2) + bytes(64)
    yield "after-storage.pt", start + storage + EVIL
    yield "float-lie.npy", npy(bytes(8) + EVIL, "'<f8'")
    yield "code-header.npy", npy(bytes(8), "__import__('os').system('true')")
    yield "bytes-only.pkl", assemble(inert, "stack")
    yield "b64-string-only.pkl", assemble({"weights": text}, "binary")
    yield "hex-string-only.pkl", assemble({"weights": EVIL.hex()}, "stack")
    yield "zlib-bytes-only.pkl", assemble({"weights": zlib.compress(EVIL)}, "stack")
    yield "bytearray.pkl", assemble({"w": call("builtins.bytearray", EVIL)}, "stack", 5)
    yield "file-b64.txt", base64.encodebytes(EVIL * 3)
    yield "file-hex.txt", EVIL.hex().encode()
    yield "file-b64-gz.txt", base64.b64encode(gzip.compress(EVIL))
    yield "file-b85.txt", base64.b85encode(EVIL * 3)
    yield (
        "data-uri.json",
        b'{"model": "data:application/octet-stream;base64,' + text.encode() + b'"}',
    )
    yield "safetensors-tail.safetensors", struct.pack("<Q", len(head)) + head + body
    yield "zip-then-pickle.zip", zipped([("a.txt", b"hello")]) + EVIL
    yield "npy-then-pickle.npy", npy(bytes(8), "'<f8'") + EVIL
    yield "gzip-then-pickle.gz", gzip.compress(b"hello") + EVIL
    yield "zip-comment-pickle.zip", zipped([("a.txt", b"hello")], comment=EVIL)
    yield "cell.csv", b"id,blob\n1," + base64.b64encode(EVIL4 * 2) + b"\n"
    yield "jsonl.jsonl", b'{"payload": "' + base64.b64encode(EVIL * 2) + b'"}\n'


FAMILIES: dict[str, Callable[[], Files]] = {
    "encoded": encoded,
    "lying-names": lying_names,
    "polyglots": polyglots,
    "real-dumps": real_dumps,
    "inner-hosts": inner_hosts,
    "dormant": dormant,
}
