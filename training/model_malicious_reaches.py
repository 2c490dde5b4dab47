"""Hostile Keras, ONNX and TensorFlow files, one way of reaching out a source. Nothing is run.

All bytes are assembled here; `real_graphs` alone uses TensorFlow, and only saves what it traces.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str, bytes]
Node = dict[str, Any]

_SOURCES = {
    "system": "import os\nos.system('id')",
    "socket": "import socket\nsocket.socket()",
    "exec": "exec('1')",
    "arithmetic": "x = 1 + 1",
    "hidden": "getattr(globals()['__buil' + 'tins__'], 'ev' + 'al')",
}


def _layer(name: str, config: object = None, module: str | None = None, **more: Any) -> Node:
    return {"class_name": name, "config": config or {}, "module": module, **more}


def _keras_zip(*layers: Node, members: tuple[str, ...] = (), extra: Node | None = None) -> bytes:
    dense = _layer("Dense", {"units": 2, "activation": "relu"}, "keras.layers")
    config = _layer("Sequential", {"layers": [dense, *layers]}, "keras", **(extra or {}))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (
            ("metadata.json", b'{"keras_version": "3.15.1"}'),
            ("config.json", json.dumps(config).encode()),
            ("model.weights.h5", b"\x89HDF\r\n\x1a\n" + b"\0" * 64),
            *((name, b"x") for name in members),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _keras_h5(*layers: Node) -> bytes:
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": list(layers)}}
    return b"\x89HDF\r\n\x1a\n" + b"\0" * 400 + json.dumps(config).encode() + b"\0" * 200


def _inside(layer: Node) -> Iterator[tuple[str, Node]]:
    """The layer by itself, and inside layers that hold others."""
    module = "keras.layers"
    yield "bare", layer
    yield "distributed", _layer("TimeDistributed", {"layer": layer}, module)
    yield "bidirectional", _layer("Bidirectional", {"layer": layer, "merge_mode": "sum"}, module)
    yield "inner", _layer("Functional", {"layers": [layer]}, "keras.src.models.functional")
    yield "rnn", _layer("RNN", {"cell": _layer("StackedRNNCells", {"cells": [layer]})}, module)


def hostile_keras() -> Iterator[Row]:
    for name, source in _SOURCES.items():
        code = base64.b64encode(marshal.dumps(compile(source, "x", "exec"))).decode()
        old = _layer("Lambda", {"name": "l", "function": [code + "\n", None, None]})
        value = {"code": code, "defaults": None, "closure": None}
        raw = _layer("__lambda__", value, "builtins")
        new = _layer("Lambda", {"function": raw}, "keras.layers")
        for where, layer in _inside(old):
            yield "keras-lambda-h5", f"{name}_{where}.h5", _keras_h5(layer)
        for where, layer in _inside(new):
            yield "keras-lambda-zip", f"{name}_{where}.keras", _keras_zip(layer)
        compiled = _keras_zip(extra={"compile_config": {"loss": raw}})
        yield "keras-lambda-zip", f"{name}_act.keras", _keras_zip(_dense(activation=raw))
        yield "keras-lambda-zip", f"{name}_loss.keras", compiled
    yield from _redirected()
    yield from _reading()


def _dense(**config: object) -> Node:
    return _layer("Dense", {"units": 2, **config}, "keras.layers")


def _redirected() -> Iterator[Row]:
    """Objects that Keras would fetch from elsewhere by module and name."""
    targets = (
        ("os", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("shutil", "rmtree"),
        ("importlib", "import_module"), ("pickle", "loads"), ("numpy", "load"),
        ("torch", "load"), ("urllib.request", "urlopen"), ("runpy", "run_path"),
        ("keras.utils", "get_file"), ("keras.models", "load_model"),
        ("keras.src.saving.saving_lib", "load_model"), ("keras.config", "set_backend"),
        ("keras.config", "enable_unsafe_deserialization"), ("keras.utils", "pad_sequences"),
        ("keras.src.utils.file_utils", "extract_archive"),
        ("keras.src.saving.serialization_lib", "enable_unsafe_deserialization"),
        ("tensorflow", "io.write_file"), ("tensorflow.python.ops.io_ops", "read_file"),
    )  # fmt: skip
    for index, (module, name) in enumerate(targets):
        as_function = _layer("function", name, module, registered_name=name)
        as_class = _layer(name, {"args": ["id"]}, module, registered_name=None)
        yield (
            "keras-redirected",
            f"{index}_function.keras",
            _keras_zip(_dense(activation=as_function)),
        )
        for where, layer in list(_inside(as_class))[:: 2 + index % 2]:
            yield "keras-redirected", f"{index}_{where}.keras", _keras_zip(layer)


def _reading() -> Iterator[Row]:
    """Layers that read a file or an address, or unpack a foreign module, when built."""
    places = (
        "/etc/passwd", "../../secrets.txt", "https://x.invalid/words.txt", "C:\\keys.txt",
        "~/.ssh/id_rsa", "gs://bucket/words", "file:///etc/shadow", "words.txt",
    )  # fmt: skip
    for index, place in enumerate(places):
        # A word list beside the model is no reaching out; a model loaded from there is.
        tables = ("StringLookup", "IntegerLookup", "TextVectorization")
        for name in tables if place != "words.txt" else ():
            layer = _layer(name, {"vocabulary": place}, "keras.layers")
            yield "keras-reading", f"{name}_{index}.keras", _keras_zip(layer)
        layer = _layer("TFSMLayer", {"filepath": place, "call_endpoint": "serve"}, "keras.layers")
        yield "keras-reading", f"TFSMLayer_{index}.keras", _keras_zip(layer)
    for name in ("TorchModuleWrapper", "JaxLayer", "FlaxLayer"):
        for where, layer in _inside(_layer(name, {"module": "eJw="}, "keras.layers")):
            yield "keras-foreign", f"{name}_{where}.keras", _keras_zip(layer)
    for index, name in enumerate(("../../x.sh", "/tmp/x", "assets/../../y", "a\\..\\..\\z")):
        yield "keras-foreign", f"member_{index}.keras", _keras_zip(members=(name,))


def _field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    plain = value.encode() if isinstance(value, str) else value
    key, length, size = number << 3 | 2, b"", len(plain)
    head = bytes([key]) if key < 128 else bytes([key & 0x7F | 0x80, key >> 7])
    while size >= 0x80:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + plain


def _onnx(graph: bytes, *functions: bytes, more: bytes = b"") -> bytes:
    body = _field(1, 8) + _field(2, "pytorch") + _field(7, graph + _field(2, "g"))
    return body + _field(8, _field(2, 17)) + b"".join(_field(25, f) for f in functions) + more


def hostile_onnx() -> Iterator[Row]:
    places = (
        "/etc/passwd", "../../x", "..\\..\\x", "C:/x", "C:\\x", "a/../../x", "\\\\host\\share\\x",
        "file:///etc/passwd", "~/.ssh/id_rsa", "/proc/self/environ", "/dev/zero", "weights/../../w",
        "http://x.invalid/w", "$HOME/x", "%APPDATA%/x", "..", "./../x",
    )  # fmt: skip
    for index, place in enumerate(places):
        tensor = b"".join(
            _field(13, _field(1, key) + _field(2, value))
            for key, value in (("location", place), ("offset", "0"), ("length", "64"))
        ) + _field(14, 1)
        node = _field(1, "x") + _field(2, "y") + _field(4, "Conv")
        holds = _field(4, "Constant") + _field(5, _field(1, "value") + _field(5, tensor))
        inner = _field(4, "If") + _field(5, _field(1, "then_branch") + _field(6, _field(1, holds)))
        sparse = _field(5, _field(1, "sparse_value") + _field(22, _field(1, tensor)))
        function = _field(1, "F") + _field(7, holds)
        plain = _field(1, node)
        yield "onnx-weights", f"{index}.onnx", _onnx(plain + _field(5, tensor))
        yield "onnx-weights", f"{index}_sparse.onnx", _onnx(plain + _field(15, _field(1, tensor)))
        yield "onnx-inner", f"{index}_constant.onnx", _onnx(_field(1, holds))
        yield "onnx-inner", f"{index}_branch.onnx", _onnx(_field(1, inner))
        yield "onnx-inner", f"{index}_function.onnx", _onnx(plain, function)
        sparse_node = _field(1, _field(4, "Constant") + sparse)
        yield "onnx-inner", f"{index}_sparse.onnx", _onnx(sparse_node)
        training = _field(20, _field(2, plain + _field(5, tensor)))
        yield "onnx-inner", f"{index}_training.onnx", _onnx(plain, more=training)
        context = _field(5, _field(1, "ep_cache_context") + _field(4, place))
        engine = _field(4, "EPContext") + _field(7, "com.microsoft") + context
        yield "onnx-engine", f"{index}.onnx", _onnx(_field(1, engine))
    for domain, op in (
        ("ai.onnx.contrib", "PyOp"), ("ai.onnx.contrib", "PyCustomOp"),
        ("com.microsoft", "PythonOp"), ("com.microsoft", "PythonOpGrad"),
        ("ai.onnxruntime.python", "PythonOp"), ("my.lab", "PyFunc"), ("org.x", "PythonFunction"),
    ):  # fmt: skip
        node = _field(4, op) + _field(7, domain)
        inner = _field(4, "Loop") + _field(5, _field(1, "body") + _field(6, _field(1, node)))
        stem = f"{domain}_{op}"
        yield "onnx-python", f"{stem}.onnx", _onnx(_field(1, node))
        yield "onnx-python", f"{stem}_loop.onnx", _onnx(_field(1, inner))
        yield "onnx-python", f"{stem}_function.onnx", _onnx(b"", _field(1, "F") + _field(7, node))


_OPERATIONS = {
    "files": "WriteFile ReadFile MatchingFiles MatchingFilesDataset WholeFileReaderV2 "
    "TextLineDataset TFRecordDataset FixedLengthRecordDatasetV2 SaveDatasetV2 LoadDatasetV2 "
    "SqlDataset ImmutableConst LMDBDataset CSVDataset SnapshotDatasetV2 TextLineReaderV2 "
    "CreateSummaryFileWriter DatasetToTFRecord WriteAudioSummary CacheDataset LMDBReader "
    "CSVDatasetV2 DistributedSave IO>ReadableInit",
    "python": "PyFunc PyFuncStateless EagerPyFunc",
    "network": "RpcCall DataServiceDatasetV2 DebugIdentityV2 RegisterDataset RpcServerStart "
    "CreateSummaryDbWriter RegisterDatasetV2 IO>KafkaReadableInit",
}


def hostile_savedmodels() -> Iterator[Row]:
    """Graphs written from the public names of operations: in the graph, and in its library."""
    usual = ("Placeholder", "Const", "VarHandleOp", "MatMul", "SaveV2", "RestoreV2", "Identity")
    for source, names in _OPERATIONS.items():
        for name in names.split():
            stem = name.replace(">", "_")
            for where in ("graph", "library"):
                inside = [*usual, *([name] if where == "graph" else ["StatefulPartitionedCall"])]
                data = _savedmodel(inside, name if where == "library" else "")
                yield f"tf-{source}", f"{stem}_{where}.pb", data


def ordinary_libraries() -> Iterator[Row]:
    """Ordinary SavedModels, written in the same way, with operations of other libraries."""
    usual = ["Placeholder", "Const", "VarHandleOp", "StatefulPartitionedCall"]
    for name in (
        "TFText>RoundRobinTrim", "TFText>MaxSpanningTree", "TFText>WordpieceTokenizeWithOffsets",
        "Addons>ImageProjectiveTransformV2", "Addons>GatherTree", "Addons>ResamplerGrad",
        "SentencepieceOp", "SimpleMLInferenceOpWithHandle", "DecodeProtoV2", "TFLite_Detection",
        "RegexSplitWithOffsets", "CombinedNonMaxSuppression",
    ):  # fmt: skip
        for where in ("graph", "library"):
            inside = [*usual, name] if where == "graph" else usual
            data = _savedmodel(inside, name if where == "library" else "")
            yield "tf-libraries", f"{name.replace('>', '_')}_{where}.pb", data


def _savedmodel(operations: list[str], inner: str) -> bytes:
    nodes = b"".join(_field(1, _field(1, op.lower()) + _field(2, op)) for op in operations)
    if inner:
        node = _field(3, _field(1, "n") + _field(2, inner))
        nodes += _field(2, _field(1, _field(1, _field(1, "__inference_f")) + node))
    meta = _field(1, _field(4, "serve")) + _field(2, nodes)
    return _field(1, 1) + _field(2, meta)


def real_graphs() -> Iterator[Row]:
    """The same by tracing and saving with TensorFlow itself; what is traced is never called."""
    import tensorflow as tf

    text = tf.TensorSpec((), tf.string)
    number = tf.TensorSpec((2,), tf.float32)

    def first(dataset: Any) -> Any:
        return dataset.reduce(tf.constant(0, tf.int64), lambda n, _: n + 1)

    functions: dict[str, tuple[Any, Any]] = {
        "read": (text, tf.io.read_file),
        "write": (text, lambda s: [tf.io.write_file(s, "x"), s][1]),
        "match": (text, tf.io.matching_files),
        "py_function": (number, lambda x: tf.py_function(lambda v: v, [x], tf.float32)),
        "numpy_function": (number, lambda x: tf.numpy_function(lambda v: v, [x], tf.float32)),
        "lines": (text, lambda s: first(tf.data.TextLineDataset(s))),
        "records": (text, lambda s: first(tf.data.TFRecordDataset(s))),
        "fixed": (text, lambda s: first(tf.data.FixedLengthRecordDataset(s, 4))),
        "files": (text, lambda s: first(tf.data.Dataset.list_files(s, shuffle=False))),
        "csv": (text, lambda s: first(tf.data.experimental.CsvDataset(s, [tf.string]))),
        "cache": (text, lambda s: first(tf.data.Dataset.range(3).cache(s))),
        "in_map": (text, lambda s: tf.map_fn(tf.io.read_file, tf.stack([s, s]))),
        "in_branch": (text, lambda s: tf.cond(s == "a", lambda: tf.io.read_file(s), lambda: s)),
        "print_file": (text, lambda s: [tf.print(s, output_stream="file:///tmp/x"), s][1]),
    }
    for name, (spec, function) in functions.items():
        module = tf.Module()
        try:
            module.serve = tf.function(function, input_signature=[spec])
            with tempfile.TemporaryDirectory() as folder:
                tf.saved_model.save(module, folder)
                data = (Path(folder) / "saved_model.pb").read_bytes()
        except Exception as error:
            print("tf-traced", name, str(error)[:100])
            continue
        yield "tf-traced", f"{name}.pb", data
