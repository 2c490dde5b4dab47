"""Ordinary files, every one written by the library that people use to write it."""

from __future__ import annotations

import inspect
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import ordinary_data
import ordinary_formats
import ordinary_learn
import ordinary_torch


def _pickled(thing: object, protocol: int) -> bytes | None:
    """`thing` in `protocol`, else in 4; None if the library itself cannot pickle it."""
    for attempt in (protocol, 4):
        try:
            return pickle.dumps(thing, attempt)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue
    return None


def _until_error(family: str, made: Iterator[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """`made` as far as it goes; a library that fails cuts its family short, and says so."""
    try:
        yield from made
    except Exception as error:
        print(f"{family} cut short: {type(error).__name__}: {error}", file=sys.stderr)


def write(files: Path, seed: int) -> Iterator[tuple[str, Path]]:
    """Family and path of every ordinary file, as it is written."""
    import numpy as np
    import torch

    warnings.simplefilter("ignore")
    for module in (ordinary_data, ordinary_formats, ordinary_learn, ordinary_torch):
        for family, make in inspect.getmembers(module, inspect.isgeneratorfunction):
            if family.startswith("_") or make.__module__ != module.__name__:
                continue
            np.random.seed(seed % 2**32)
            torch.manual_seed(seed)
            folder = files / family.replace("_", "-")
            folder.mkdir(parents=True, exist_ok=True)
            made = enumerate(_until_error(family, make(folder)))
            for number, (path, thing) in made:
                target = folder / path
                if thing is not None:
                    data = _pickled(thing, number % 6)
                    if data is None:
                        continue
                    target.write_bytes(data)
                yield folder.name, target
