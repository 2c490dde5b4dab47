"""Ordinary ONNX graphs, made by using the libraries.

    pip install torch onnx onnxscript skl2onnx scikit-learn

Each function is a source: one way of making the graph.
"""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str, bytes]


def write_onnx() -> Iterator[Row]:
    warnings.simplefilter("ignore")
    for source, maker in (
        ("onnx-sklearn", _sklearn),
        ("onnx-torch", _torch),
        ("onnx-torchscript", _torchscript),
        ("onnx-helper", _helper),
        ("onnx-domains", _domains),
        ("onnx-external", _external),
    ):
        for name, data in maker():
            yield source, f"{name}.onnx", data


def _sklearn() -> Iterator[tuple[str, bytes]]:
    import numpy as np
    from skl2onnx import to_onnx
    from sklearn.utils import all_estimators

    rng = np.random.default_rng(3)
    x = np.abs(rng.normal(size=(30, 4))).astype(np.float32)
    y = rng.integers(0, 2, 30)
    slow = ("GaussianProcess", "Nu", "CV", "Label", "Mutual", "Tfidf")
    for name, cls in all_estimators():
        if any(word in name for word in slow):
            continue
        try:
            yield name, to_onnx(cls().fit(x, y), x[:1]).SerializeToString()
        except Exception:  # needs arguments, or has no converter
            continue


def _nets() -> Iterator[tuple[str, Any, Any]]:
    import torch
    from torch import nn

    flat, image, series = torch.zeros(1, 8), torch.zeros(1, 3, 12, 12), torch.zeros(1, 5, 8)
    yield "linear", nn.Linear(8, 2), flat
    yield "mlp", nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 1)), flat
    for name in ("GELU", "SiLU", "Hardswish", "Softplus", "LeakyReLU", "ELU", "Tanh"):
        yield name.lower(), nn.Sequential(nn.Linear(8, 4), getattr(nn, name)()), flat
    yield "conv", nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.MaxPool2d(2)), image
    yield "pool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)), image
    yield "upsample", nn.Upsample(scale_factor=2), image
    yield "transposed", nn.ConvTranspose2d(3, 2, 3), image
    yield "norms", nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 2), nn.Softmax(-1)), flat
    yield "lstm", nn.LSTM(8, 4, batch_first=True), series
    yield "gru", nn.GRU(8, 4, batch_first=True), series
    yield "encoder", nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), series
    yield "embedding", nn.Embedding(9, 4), torch.zeros(1, 3, dtype=torch.long)


def _exported(**how: Any) -> Iterator[tuple[str, bytes]]:
    import torch

    for name, net, example in _nets():
        out = io.BytesIO()
        try:
            torch.onnx.export(net.eval(), (example,), out, verbose=False, **how)
        except Exception as error:
            print("onnx-torch", name, type(error).__name__, str(error)[:80])
            continue
        yield name, out.getvalue()


def _torch() -> Iterator[tuple[str, bytes]]:
    return _exported(dynamo=True, external_data=False)


def _torchscript() -> Iterator[tuple[str, bytes]]:
    return _exported(dynamo=False)


def _model(nodes: list[Any], tensors: Any = (), domains: tuple[str, ...] = (), **more: Any) -> Any:
    import onnx
    from onnx import TensorProto, helper

    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, None)  # noqa: E731
    graph = helper.make_graph(nodes, "g", [value("x")], [value("y")], list(tensors))
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(name, 1) for name in domains)]
    model = helper.make_model(graph, opset_imports=opsets, **more)
    onnx.helper.set_model_props(model, {"author": "lab", "path": "runs/7/best.pt"})
    return model


def _helper() -> Iterator[tuple[str, bytes]]:
    """Control flow, functions of the model's own, sparse tensors, texts."""
    import numpy as np
    from onnx import helper, numpy_helper

    for op in ("Relu", "Sigmoid", "Exp", "Abs", "Neg", "Sqrt", "Floor", "Erf", "Softplus", "Sign"):
        yield op.lower(), _model([helper.make_node(op, ["x"], ["y"])]).SerializeToString()
    weight = numpy_helper.from_array(np.ones((4, 4), np.float32), "w")
    for op in ("MatMul", "Add", "Mul", "Gemm", "PRelu"):
        node = helper.make_node(op, ["x", "w"], ["y"], doc_string="see ../notes.txt")
        yield op.lower(), _model([node], [weight]).SerializeToString()
    branch = helper.make_graph(
        [helper.make_node("Constant", [], ["o"], value=weight)],
        "then",
        [],
        [helper.make_tensor_value_info("o", 1, None)],
    )
    node = helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)
    yield "if", _model([node]).SerializeToString()
    body = helper.make_function(
        "local",
        "Twice",
        ["a"],
        ["b"],
        [helper.make_node("Add", ["a", "a"], ["b"])],
        [helper.make_opsetid("", 17)],
    )
    node = helper.make_node("Twice", ["x"], ["y"], domain="local")
    yield "function", _model([node], domains=("local",), functions=[body]).SerializeToString()
    strings = helper.make_tensor("s", 8, [3], [b"/", b"..", b"a/../b"])
    node = helper.make_node("Constant", [], ["y"], value=strings)
    yield "strings", _model([node]).SerializeToString()
    node = helper.make_node("StringNormalizer", ["x"], ["y"], stopwords=["/", "..", "os"])
    yield "stopwords", _model([node]).SerializeToString()


def _domains() -> Iterator[tuple[str, bytes]]:
    """Operators of ONNX Runtime, of classical models, and of makers of hardware."""
    from onnx import helper

    named = {
        "com.microsoft": "FusedConv FusedMatMul Gelu BiasGelu Attention EmbedLayerNormalization "
        "SkipLayerNormalization MatMulNBits QAttention NhwcMaxPool FastGelu RotaryEmbedding",
        "ai.onnx.ml": "Scaler Normalizer TreeEnsembleClassifier LinearRegressor OneHotEncoder "
        "LabelEncoder SVMClassifier ArrayFeatureExtractor",
        "ai.onnx.preview.training": "Adam Gradient",
        "com.microsoft.nchwc": "Conv MaxPool",
        "org.pytorch.aten": "ATen",
        "mmdeploy": "MMCVMultiLevelRoiAlign TRTBatchedNMS",
        "custom.vendor": "FusedSwish BlockSparse",
    }
    for domain, operators in named.items():
        for op in operators.split():
            node = helper.make_node(op, ["x"], ["y"], domain=domain)
            yield f"{domain}_{op}", _model([node], domains=(domain,)).SerializeToString()


def _external() -> Iterator[tuple[str, bytes]]:
    """Weights kept in a file beside the model, or in a folder below."""
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    names = ("model.onnx.data", "weights/layer.0.bin", "model.onnx_data", "a b.bin")
    names += ("model_q4.onnx_data_1", "权重.bin", "onnx__MatMul_12")
    for index, name in enumerate(names):
        weight = numpy_helper.from_array(np.ones((64, 64), np.float32), "w")
        model = _model([helper.make_node("MatMul", ["x", "w"], ["y"])], [weight])
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "weights").mkdir()
            onnx.save_model(
                model,
                f"{folder}/m.onnx",
                save_as_external_data=True,
                location=name,
                size_threshold=0,
            )
            yield f"external_{index}", (Path(folder) / "m.onnx").read_bytes()
