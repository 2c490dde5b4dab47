"""Hostile by wrapping: containers, compression, encodings, lying names and flags."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

from assemble import assemble, call, name, shell
from hostile_shapes import Payload

EVIL = shell("binary")
EVIL4 = shell("stack")
Files = Iterator[tuple[str, bytes]]


def zipped(
    members: list[tuple[str, bytes]],
    how: int = zipfile.ZIP_STORED,
    prefix: bytes = b"",
    comment: bytes = b"",
) -> bytes:
    """A zip of `members`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for path, data in members:
            info = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            info.compress_type = how
            archive.writestr(info, data)
        archive.comment = comment
    return prefix + out.getvalue()


def torch_members(evil: bytes = EVIL, folder: str = "archive") -> list[tuple[str, bytes]]:
    """The members that torch.save writes, with `evil` in the place of data.pkl."""
    return [
        (f"{folder}/data.pkl", evil),
        (f"{folder}/byteorder", b"little"),
        (f"{folder}/data/0", bytes(16)),
        (f"{folder}/version", b"3\n"),
        (f"{folder}/.data/serialization_id", b"0" * 40),
    ]


def tarred(members: list[tuple[str, bytes]], mode: str = "w") -> bytes:
    """A tar of `members`; `mode` as tarfile's, with compression after the colon."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for path, data in members:
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def patch(
    data: bytes, signature: bytes, offset: int, value: bytes, which: int | None = None
) -> bytes:
    """Overwrite at `offset` behind each (or the one `which`) `signature`."""
    out, at, count = bytearray(data), data.find(signature), 0
    while at >= 0:
        if which is None or which == count:
            out[at + offset : at + offset + len(value)] = value
        at, count = data.find(signature, at + 1), count + 1
    return bytes(out)


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def zip_tricks() -> Files:
    plain = zipped(torch_members())
    yield "plain.pt", plain
    yield "crc-central.pt", patch(plain, CENTRAL, 16, b"\xde\xad\xbe\xef")
    yield "crc-both.pt", patch(patch(plain, CENTRAL, 16, b"\0\0\0\0"), LOCAL, 14, b"\1\1\1\1")
    yield "encrypted-flag-local.pt", patch(plain, LOCAL, 6, b"\x01\x00")
    yield "encrypted-flag-central.pt", patch(plain, CENTRAL, 8, b"\x01\x00")
    yield (
        "encrypted-flag-both.pt",
        patch(patch(plain, CENTRAL, 8, b"\x01\x00"), LOCAL, 6, b"\x01\x00"),
    )
    yield "method-lie-central.pt", patch(plain, CENTRAL, 10, b"\x63\x00", 0)
    yield "method-lie-local.pt", patch(plain, LOCAL, 8, b"\x08\x00", 0)
    yield "name-differs.pt", patch(plain, LOCAL, 30, b"archive/data.txt", 0)
    yield "name-differs-central.pt", patch(plain, CENTRAL, 46, b"archive/data.txt", 0)
    yield "size-lie-local.pt", patch(plain, LOCAL, 18, b"\1\0\0\0\1\0\0\0", 0)
    yield "size-zero-central.pt", patch(plain, CENTRAL, 24, b"\1\0\0\0", 0)
    yield "disk-number.pt", patch(plain, END, 4, b"\x07\x00\x07\x00")
    yield "count-lie.pt", patch(plain, END, 8, b"\1\0\1\0")
    yield "version-high.pt", patch(plain, CENTRAL, 6, b"\xff\x00")
    yield "prefix.pt", zipped(torch_members(), prefix=b"\x7fELF" + b"\0" * 300)
    yield "gif-prefix.pt", zipped(torch_members(), prefix=b"GIF89a" + b"\1\0\1\0\0\0\0;")
    yield "comment.pt", zipped(torch_members(), comment=b"PK\x05\x06" + b"x" * 400)
    yield "trailing.pt", plain + b"\0" * 700
    yield "deflated.pt", zipped(torch_members(), zipfile.ZIP_DEFLATED)
    yield "bzip2.pt", zipped(torch_members(), zipfile.ZIP_BZIP2)
    yield "lzma.pt", zipped(torch_members(), zipfile.ZIP_LZMA)
    yield "no-end.pt", plain[: plain.rfind(END)]
    yield "upper-case.pt", zipped(torch_members(folder="ARCHIVE"))
    yield "two-data-pkl.pt", zipped([("archive/data.pkl", pickle.dumps({}, 2)), *torch_members()])
    yield (
        "odd-extension.pt",
        zipped([*torch_members(pickle.dumps({}, 2)), ("archive/config.p", EVIL4)]),
    )
    yield "traversal.pt", zipped([*torch_members(), ("../../../tmp/redteam-none", b"x")])
    yield "backslash.pt", zipped([("archive\\data.pkl", EVIL), ("archive\\version", b"3\n")])


def containers() -> Files:
    yield "gz.pkl", gzip.compress(EVIL)
    yield "bz2.pkl", bz2.compress(EVIL)
    yield "xz.pkl", lzma.compress(EVIL)
    yield "lzma-alone.pkl", lzma.compress(EVIL, lzma.FORMAT_ALONE)
    yield "zlib.pkl", zlib.compress(EVIL)
    yield "raw-deflate.pkl", zlib.compress(EVIL, wbits=-15)
    yield "tar.tar", tarred([("model/weights.pkl", EVIL)])
    yield "tar.tgz", tarred([("model/weights.bin", EVIL4)], "w:gz")
    yield "tar.txz", tarred([("w", EVIL)], "w:xz")
    yield "zip-in-zip.zip", zipped([("inner.pt", zipped(torch_members()))])
    yield "tar-in-zip.zip", zipped([("a.tar", tarred([("b.pkl", EVIL)]))], zipfile.ZIP_DEFLATED)
    yield "gz-of-gz.gz", gzip.compress(gzip.compress(gzip.compress(EVIL)))
    yield "zip-tar-gz-pkl.zip", zipped([("a.tgz", tarred([("b.gz", gzip.compress(EVIL))], "w:gz"))])
    deep = EVIL
    for depth in range(5):
        deep = zipped([(f"level{depth}.zip", deep)])
    yield "five-deep.zip", deep
    yield "gz-two-members.gz", gzip.compress(pickle.dumps({})) + gzip.compress(EVIL)
    yield (
        "nemo.nemo",
        tarred([("model_config.yaml", b"a: 1\n"), ("model_weights.ckpt", zipped(torch_members()))]),
    )
    yield (
        "mar.mar",
        zipped([("MAR-INF/MANIFEST.json", b"{}"), ("weights.pt", zipped(torch_members()))]),
    )
    yield "skops-lie.skops", zipped([("schema.json", b"{}"), ("evil.pkl", EVIL)])
    import py7zr

    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(shell("stack"), "archive/data.pkl")
    yield "nullifai.pt", out.getvalue()
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(zipped(torch_members()), "inner.pt")
    yield "inner-torch.7z", out.getvalue()


def torch_legacy() -> Files:
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    protocol = pickle.dumps(1001, 2)
    info = pickle.dumps({"protocol_version": 1001, "little_endian": True, "type_sizes": {}}, 2)
    keys = pickle.dumps(["0"], 2)
    yield "payload.pt", magic + protocol + info + EVIL + keys
    yield "payload-first.pt", EVIL + protocol + info + keys
    yield "payload-magic.pt", pickle.dumps([Payload()], 2) + protocol + info + keys
    yield "payload-keys.pt", magic + protocol + info + pickle.dumps({}, 2) + EVIL
    yield "payload-sysinfo.pt", magic + protocol + EVIL4 + pickle.dumps({}, 2) + keys
    yield "broken-payload.pt", magic + protocol + info + EVIL[:-1] + b"\xff" + keys
    yield (
        "tar-legacy.pt",
        tarred([("sys_info", info), ("pickle", EVIL), ("storages", b""), ("tensors", b"")]),
    )


def torch_packages() -> Files:
    yield (
        "package.pt",
        zipped(
            [
                ("m/.data/version", b"6"),
                ("m/.data/extern_modules", b"os\n"),
                ("m/model/model.pkl", EVIL),
                ("m/evil.py", b"import os\nos.system('true')\n"),
            ]
        ),
    )
    code = (
        b"def forward(self, x):\n  y = torch.from_file('/tmp/redteam-none', True, 8)\n  return x\n"
    )
    script = [
        ("m/data.pkl", b"\x80\x02c__torch__\nM\n)\x81}b."),
        ("m/constants.pkl", EVIL),
        ("m/code/__torch__.py", code),
        ("m/version", b"3\n"),
    ]
    yield "script-constants.pt", zipped(script)
    yield (
        "script-data.pt",
        zipped(
            [
                ("m/data.pkl", EVIL),
                ("m/constants.pkl", b"\x80\x02)."),
                ("m/code/__torch__.py", code),
                ("m/version", b"3\n"),
            ]
        ),
    )
    yield (
        "script-debug.pt",
        zipped(
            [*torch_members(pickle.dumps({}, 2)), ("archive/code/__torch__.py.debug_pkl", EVIL4)]
        ),
    )
    yield (
        "exported.pt2",
        zipped(
            [
                ("m/archive_format", b"pt2"),
                ("m/data/sample_inputs/model.pt", zipped(torch_members())),
                ("m/models/model.json", b"{}"),
            ]
        ),
    )
    yield "checkpoint-shards.bin", zipped(torch_members(pickle.dumps({"a": 1, "b": Payload()}, 2)))
    yield (
        "lightning.ckpt",
        zipped(
            torch_members(
                assemble(
                    {"state_dict": {}, "callbacks": {"x": call("os.system", "true")}, "epoch": 1}
                )
            )
        ),
    )


def joblib_files() -> Files:
    import lz4.frame
    import zstandard

    for label, pack in (
        ("plain", lambda data: data),
        ("zlib", zlib.compress),
        ("gzip", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
        ("lz4", lz4.frame.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
    ):
        yield f"{label}.joblib", pack(EVIL4)  # type: ignore[operator]
    wrapper = (
        b"\x80\x04\x8c\x13joblib.numpy_pickle\x8c\x11NumpyArrayWrapper\x93)\x81}(\x8c\x08subclass"
        b"cnumpy\nndarray\n\x8c\x05shapeK\x01\x85\x8c\x05order\x8c\x01C\x8c\x05dtype"
        b"cnumpy\ndtype\n\x8c\x02O8\x89\x88\x87R(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ft"
        b"b\x8c\x0aallow_mmap\x89\x8c\x1bnumpy_array_alignment_bytesK\x10ub"
    )
    yield "object-array.joblib", wrapper + EVIL + b"."
    yield (
        "float-then-payload.joblib",
        wrapper.replace(b"O8", b"f8") + b"\x01\xff" + bytes(8) + b"0" + EVIL,
    )
    old = (
        b"\x80\x02cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}(X\x08\x00\x00\x00filename"
        b"X\x08\x00\x00\x00evil.npyub."
    )
    yield "old-cache.joblib", b"ZF" + b"0x%-19x" % len(EVIL) + zlib.compress(EVIL)
    yield "old-wrapper.joblib", old[:-1] + b"0" + EVIL[2:]


def npy(body: bytes, descr: str = "'|O'", shape: str = "(1,)") -> bytes:
    head = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + body


def numpy_files() -> Files:
    yield "object.npy", npy(EVIL)
    yield "object4.npy", npy(pickle.dumps([Payload()], 4))
    yield "structured.npy", npy(EVIL, "[('a', '<f8'), ('b', '|O')]")
    yield "scalar.npy", npy(EVIL, shape="()")
    yield "not-numpy.npy", EVIL
    yield "member.npz", zipped([("a.npy", npy(bytes(8), "'<f8'")), ("b.npy", npy(EVIL))])
    yield "deflated.npz", zipped([("a.npy", npy(EVIL4))], zipfile.ZIP_DEFLATED)
    yield "raw-pickle-member.npz", zipped([("arr_0.npy", EVIL)])
    yield "no-extension-member.npz", zipped([("arr_0", EVIL4)])
    yield "nested.npz", zipped([("a.npz", zipped([("b.npy", npy(EVIL))]))])
    yield (
        "version3.npy",
        npy(EVIL).replace(b"NUMPY\x01\x00", b"NUMPY\x02\x00", 1)[:8]
        + struct.pack("<I", len(npy(b"")) - 10)
        + npy(EVIL)[10:],
    )


FAMILIES: dict[str, Callable[[], Files]] = {
    "zip-tricks": zip_tricks,
    "containers": containers,
    "torch-legacy": torch_legacy,
    "torch-packages": torch_packages,
    "joblib": joblib_files,
    "numpy-files": numpy_files,
}
__all__ = ["FAMILIES", "name"]
