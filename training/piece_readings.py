"""What the encoder reads of many texts: in batches of like length, and kept between runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from piece_heads import Pieces

from mingjian.detect.learned import store
from mingjian.detect.learned.encoder import DIMENSIONS, NAME, PACKAGE, READINGS, Read, encoder

AT_A_TIME = 24
"""Texts of a batch."""
_PART = 1000
"""Texts whose pieces lie in one file."""


def read_each(texts: Sequence[str]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One vector of each text, and its pieces."""
    vectors = np.zeros((len(texts), READINGS * DIMENSIONS), dtype=np.float32)
    pieces = [np.zeros((0, DIMENSIONS), np.float16)] * len(texts)
    for some, read in _batches(texts):
        vectors[some] = read.vectors
        for i, (first, last) in zip(some, read.spans, strict=True):
            pieces[i] = read.pieces[first:last].astype(np.float16)
    return vectors, pieces


def _batches(texts: Sequence[str]) -> Iterator[tuple[np.ndarray, Read]]:
    """Indices of texts and how they were read, in the order of their lengths: a batch costs as its
    longest."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    for start in range(0, len(order), AT_A_TIME):
        some = order[start : start + AT_A_TIME]
        yield some, encoder().read([texts[i] for i in some])


def pieces_of(texts: Sequence[Sequence[str]], keep: Path | None) -> Pieces:
    """The pieces of each text, which is given as its windows. What lies in the folder `keep` from
    an earlier run of the same encoder is not read again."""
    names = [sha256("\0".join(windows).encode()).hexdigest()[:24] for windows in texts]
    if keep is not None:
        keep = keep / store.version("pieces", PACKAGE, NAME)
        keep.mkdir(parents=True, exist_ok=True)
    known = _kept(keep, set(names))
    wanted = {name: at for at, name in enumerate(names) if name not in known}
    waiting = list(wanted)
    for start in range(0, len(waiting), _PART):
        some = waiting[start : start + _PART]
        read = _read([texts[wanted[name]] for name in some])
        known.update(zip(some, read, strict=True))
        if keep is not None:
            sizes = np.array([len(rows) for rows in read])
            part = sha256("".join(some).encode()).hexdigest()[:24]
            np.savez(
                keep / f"{part}.npz", names=np.array(some), sizes=sizes, rows=np.concatenate(read)
            )
        print("read", start + len(some), "of", len(waiting), "texts", flush=True)
    rows = [known[name] for name in names]
    none = np.zeros((0, DIMENSIONS), np.float16)
    return Pieces(np.concatenate([none, *rows]), np.array([len(row) for row in rows]))


def _kept(keep: Path | None, names: set[str]) -> dict[str, np.ndarray]:
    known = {}
    for path in sorted(keep.glob("*.npz")) if keep is not None else ():
        with np.load(path, allow_pickle=False) as part:
            rows, ends = part["rows"], np.cumsum(part["sizes"])
            for name, end, size in zip(part["names"].tolist(), ends, part["sizes"], strict=True):
                if name in names:
                    known[name] = rows[end - size : end]
    return known


def _read(texts: Sequence[Sequence[str]]) -> list[np.ndarray]:
    """The pieces of each text, its windows one behind the other."""
    found = read_each([window for text in texts for window in text])[1]
    ends = np.cumsum([len(text) for text in texts])
    return [
        np.concatenate(found[end - len(text) : end]) for end, text in zip(ends, texts, strict=True)
    ]
