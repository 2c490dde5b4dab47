"""Ordinary PyTorch files: state dicts, checkpoints, whole modules, TorchScript, legacy."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import acme_churn as acme
import numpy as np
import torch
from torch import nn

Made = Iterator[tuple[str, Any]]


def torch_tensors(folder: Path) -> Made:
    base = torch.randn(4, 3)
    things: list[Any] = [
        base,
        base.half(),
        base.bfloat16(),
        base.long(),
        base > 0,
        base.to(torch.complex64),
        base.t(),
        base[1:, :2],
        nn.Parameter(base),
        base.requires_grad_(),
        torch.tensor(1.5),
        torch.zeros(0),
        base.detach().to_sparse(),
        torch.Size([1, 2]),
        torch.float32,
        torch.device("cpu"),
        [base, base],
        {"a": base, 1: "x"},
        torch.arange(9, dtype=torch.uint8),
        torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        torch.eye(2).to_sparse_csr(),
        torch.Generator().get_state(),
        collections.OrderedDict(w=base.detach()),
        torch.ones(3).to(torch.float8_e4m3fn),
        torch.nn.utils.rnn.pack_sequence([torch.ones(3), torch.ones(2)]),
        {"step": 3, "np": np.float64(1.5)},
        torch.ones(2).untyped_storage(),
        torch.memory_format,
        {"d": torch.int64, "s": torch.Size([3])},
    ]
    for number, thing in enumerate(things[:-2] + things[-1:]):
        torch.save(thing, folder / f"{number:02}.pt")
        yield f"{number:02}.pt", None


def _modules() -> dict[str, nn.Module]:
    return {
        "net": acme.Net(),
        "linear": nn.Linear(3, 2),
        "conv": nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()),
        "lstm": nn.LSTM(3, 4, 2),
        "gru": nn.GRU(3, 4),
        "transformer": nn.TransformerEncoderLayer(8, 2, 16),
        "attention": nn.MultiheadAttention(8, 2),
        "embedding": nn.EmbeddingBag(9, 3),
        "norm": nn.LayerNorm(4),
        "list": nn.ModuleList([nn.Linear(1, 1), nn.Dropout(0.2)]),
        "dict": nn.ModuleDict({"a": nn.Identity()}),
        "parameters": nn.ParameterList([nn.Parameter(torch.ones(1))]),
        "softmax": nn.Sequential(nn.Flatten(), nn.Softmax(1)),
        "loss": nn.CrossEntropyLoss(),
        "deep": nn.Transformer(8, 2, 1, 1, 16),
        "group": nn.Sequential(nn.GroupNorm(2, 4), nn.SiLU()),
        "functional": nn.TransformerEncoderLayer(8, 2, 16, activation=nn.functional.gelu),
    }


def torch_state_dicts(folder: Path) -> Made:
    for label, module in _modules().items():
        torch.save(module.state_dict(), folder / f"{label}.pth")
        yield f"{label}.pth", None


def torch_modules(folder: Path) -> Made:
    for label, module in _modules().items():
        torch.save(module, folder / f"{label}.pt")
        yield f"{label}.pt", None


def torch_normed(folder: Path) -> Made:
    weight = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))
    torch.save(weight.state_dict(), folder / "weight-norm.pt")
    yield "weight-norm.pt", None
    spectral = nn.utils.spectral_norm(nn.Linear(3, 3))
    torch.save(spectral, folder / "spectral-norm.pt")
    yield "spectral-norm.pt", None
    data = torch.utils.data
    for number, thing in enumerate(
        (
            data.TensorDataset(torch.ones(3)),
            acme.Rows(),
            data.Subset(acme.Rows(), [1, 2]),
            data.ConcatDataset([acme.Rows(), acme.Rows()]),
            torch.distributions.Normal(0.0, 1.0),
        )
    ):
        torch.save(thing, folder / f"data-{number}.pt")
        yield f"data-{number}.pt", None
    yield "pickled-tensor.pkl", {"w": torch.ones(3)}
    yield "pickled-net.pkl", acme.Net()
    yield "pickled-state.pkl", acme.Net().state_dict()


def torch_checkpoints(folder: Path) -> Made:
    optim = torch.optim
    for label in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "LBFGS"):
        net = acme.Net()
        optimizer = getattr(optim, label)(net.parameters(), lr=0.01)
        if label != "LBFGS":
            net(torch.ones(2, 4)).sum().backward()
            optimizer.step()
        schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 9)
        torch.save(
            {
                "epoch": 3,
                "model": net.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": schedule.state_dict(),
                "rng": torch.get_rng_state(),
                "best": 0.9,
                "args": {"lr": 0.01, "out": "runs/1"},
            },
            folder / f"{label}.ckpt",
        )
        yield f"{label}.ckpt", None
    net = acme.Net()
    optimizer = optim.Adam(net.parameters())
    for label, schedule in {
        "step": optim.lr_scheduler.StepLR(optimizer, 3),
        "plateau": optim.lr_scheduler.ReduceLROnPlateau(optimizer),
        "one": optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=9),
    }.items():
        torch.save(
            {"optimizer": optimizer, "scheduler": schedule.state_dict()}, folder / f"{label}.pt"
        )
        yield f"{label}.pt", None
    import argparse

    torch.save(
        {"args": argparse.Namespace(lr=0.1, seed=3), "model": net.state_dict()},
        folder / "namespace.pt",
    )
    yield "namespace.pt", None
    torch.save(
        {"scores": np.arange(3.0), "state": np.random.get_state(), "path": Path("x/y")},
        folder / "numpy.pt",
    )
    yield "numpy.pt", None
    torch.save(
        {
            "state_dict": net.state_dict(),
            "pytorch-lightning_version": "2.4.0",
            "hyper_parameters": {"lr": 1e-3},
            "callbacks": {},
            "loops": {},
        },
        folder / "lightning.ckpt",
    )
    yield "lightning.ckpt", None


def torch_legacy_saves(folder: Path) -> Made:
    for label, thing in {
        "tensor": torch.randn(3, 3),
        "state": acme.Net().state_dict(),
        "net": acme.Net(),
        "list": [torch.ones(2), 3],
        "half": torch.ones(3).half(),
        "optimizer": {"o": torch.optim.SGD(acme.Net().parameters(), 0.1).state_dict()},
        "lstm": nn.LSTM(2, 2),
        "shared": (lambda x: {"a": x, "b": x[1:]})(torch.ones(4)),
    }.items():
        torch.save(thing, folder / f"{label}.pt", _use_new_zipfile_serialization=False)
        yield f"{label}.pt", None
    torch.save(acme.Net().state_dict(), folder / "protocol4.pt", pickle_protocol=4)
    yield "protocol4.pt", None


def torch_scripts(folder: Path) -> Made:
    x = torch.ones(1, 4)
    for label, module in {
        "net": acme.Net(),
        "linear": nn.Linear(4, 2),
        "sequence": nn.Sequential(nn.Linear(4, 3), nn.ReLU()),
    }.items():
        torch.jit.script(module).save(str(folder / f"{label}-script.pt"))
        yield f"{label}-script.pt", None
        torch.jit.trace(module, x).save(str(folder / f"{label}-trace.pt"))
        yield f"{label}-trace.pt", None
        torch.jit.freeze(torch.jit.script(module.eval())).save(str(folder / f"{label}-frozen.pt"))
        yield f"{label}-frozen.pt", None


def torch_others(folder: Path) -> Made:
    try:
        quantised = torch.ao.quantization.quantize_dynamic(acme.Net(), {nn.Linear}, torch.qint8)
        torch.save(quantised.state_dict(), folder / "quantised-state.pt")
        yield "quantised-state.pt", None
        torch.save(quantised, folder / "quantised.pt")
        yield "quantised.pt", None
    except (AttributeError, RuntimeError):
        pass
    torch.export.save(torch.export.export(acme.Net(), (torch.ones(1, 4),)), folder / "exported.pt2")
    yield "exported.pt2", None
    from safetensors.torch import save_file

    save_file(acme.Net().state_dict(), folder / "net.safetensors")
    yield "net.safetensors", None
