"""Ordinary HDF5, ONNX, safetensors and GGUF files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

Made = Iterator[tuple[str, Any]]


def hdf5_files(folder: Path) -> Made:
    import h5py

    for number, compression in enumerate((None, "gzip", "lzf")):
        with h5py.File(folder / f"{number}.h5", "w") as file:
            file.create_dataset("x", data=np.eye(20), compression=compression)
            file.attrs["note"] = "features"
            file.create_group("meta").attrs["labels"] = ["a", "b"]
        yield f"{number}.h5", None


def onnx_models(folder: Path) -> Made:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    for number, op in enumerate(("MatMul", "Gemm", "Conv", "Relu", "If", "ArrayFeatureExtractor")):
        domain = "ai.onnx.ml" if number == 5 else ""
        value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])
        out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 4])
        weight = numpy_helper.from_array(np.eye(4, dtype="f4"), "w")
        node = helper.make_node(op, ["x"] if op == "Relu" else ["x", "w"], ["y"], domain=domain)
        model = helper.make_model(
            helper.make_graph([node], "g", [value], [out], [weight]),
            producer_name="pytorch",
            opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)],
        )
        onnx.save(model, folder / f"{number}.onnx")
        yield f"{number}.onnx", None
        if number < 2:
            onnx.save_model(
                model,
                folder / f"external{number}.onnx",
                save_as_external_data=True,
                location=f"external{number}.onnx.data",
                size_threshold=0,
            )
            yield f"external{number}.onnx", None


def safetensors_files(folder: Path) -> Made:
    from safetensors.numpy import save_file

    cases = [
        {"w": np.eye(4)},
        {"a": np.zeros((2, 3), "f4"), "b": np.arange(3)},
        {"h": np.ones(5, "f2")},
        {f"layer.{i}.weight": np.full((4, 4), i, "f4") for i in range(30)},
        {"e": np.zeros((0, 4), "f4")},
        {"s": np.array(1.0)},
    ]
    for number, tensors in enumerate(cases):
        meta = {"format": "pt", "config": json.dumps({"a": 1})} if number % 2 else None
        save_file(tensors, folder / f"{number}.safetensors", metadata=meta)
        yield f"{number}.safetensors", None


TEMPLATES = (
    "{% for m in messages %}"
    "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' }}{% endfor %}",
    "{% if messages[0]['role'] == 'system' %}{% set s = messages[0]['content'] %}"
    "{% else %}{% set s = '' %}{% endif %}"
    "{{ bos_token }}{% for m in messages[1:] %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}"
    "[INST] {{ m.content | trim }} [/INST]{% endfor %}",
    "{%- set ns = namespace(last=-1) %}{%- for m in messages %}"
    "{%- set ns.last = loop.index0 %}{{ m.content|tojson }}"
    "{%- endfor %}{{ strftime_now('%Y-%m-%d') }}{%- macro render(t) %}"
    "{{ t.function.name }}({{ t.function.arguments.items()|list }}){%- endmacro %}",
)


def gguf_files(folder: Path) -> Made:
    import gguf

    for number in range(6):
        writer = gguf.GGUFWriter(folder / f"{number}.gguf", "llama")
        writer.add_block_count(2)
        writer.add_name("tiny")
        writer.add_token_list([f"<{i}>" for i in range(40)])
        if number < 3:
            writer.add_chat_template(TEMPLATES[number])
        elif number == 3:
            writer.add_chat_template(
                [
                    {"name": "tool_use", "template": TEMPLATES[2]},
                    {"name": "default", "template": TEMPLATES[0]},
                ]
            )
        writer.add_tensor("token_embd.weight", np.ones((40, 8), "f4"))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        yield f"{number}.gguf", None
