"""What the words of a text mean where they stand: one row of numbers a text, Chinese and English.

`learned.meaning` gives a word the same vector wherever it stands. Here a piece is read together
with all others, so "ignore the noise" and "ignore the rules" come out apart. The network is the
lower part of multilingual-e5-small (MIT) with the pieces that Chinese and English need, cut out
by `training/encoder_weights.py`. Plain numpy, about half a millisecond a piece: a second look at
what a quick measure was not sure of, not a first look at everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE, NAME = "mingjian.detect.learned", "encoder"
MOST = 96
"""Pieces of a text that are read: of a longer text as many of its beginning as of its end."""
DIMENSIONS = 384
READINGS = 4
"""Numbers that a text gets for each dimension."""
EARLY = 2
"""The first of the readings is taken this many layers before the last."""
HEADS = 12
BLOCK = 32
"""Weights that share one scale."""
_BEGIN, _END, _UNKNOWN = 0, 1, 2
"""Rows of the marks for begin, end and what is in no piece."""
_BLANK = "\u2581"
"""What stands for a blank in the vocabulary."""
_LEAST = 1e-12
_ENOUGH = 600
"""Characters of the beginning and of the end that are cut into pieces."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer: query, key and value in one matrix, then what comes behind."""

    attend: NDArray[np.float32]
    attend_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    widen: NDArray[np.float32]
    widen_bias: NDArray[np.float32]
    narrow: NDArray[np.float32]
    small: NDArray[np.float32]
    """Biases of `out` and `narrow`; gain and bias of both normalisations."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read in some texts."""

    vectors: NDArray[np.float32]
    """One row a text, as `Encoder.vectors` gives them."""
    pieces: NDArray[np.float32]
    """One row a piece after the last layer, the texts one behind the other; the marks of a text's
    begin and end are pieces too."""
    spans: list[tuple[int, int]]
    """Which of the pieces are those of each text."""


class Encoder:
    """The network; `read` is its one act."""

    def __init__(self) -> None:
        """Raises `Unavailable` where the weights are missing or altered."""
        import numpy as np

        arrays = store.load(PACKAGE, NAME)
        pieces = arrays["pieces"].tobytes().decode().split("\n")
        worth = arrays["worth"].astype(float).tolist()
        self._piece = {piece: (i, worth[i]) for i, piece in enumerate(pieces) if i > _UNKNOWN}
        self._longest = max(map(len, self._piece))
        self._unknown = min(worth) - 10
        self._words = arrays["words.codes"], arrays["words.scale"]
        self._place = arrays["place"].astype(np.float32)
        self._first = arrays["first"]
        count = int(arrays["layers"])
        self._layers = [_layer(arrays, i) for i in range(count)]

    def cut(self, text: str) -> list[int]:
        """Rows of the likeliest pieces of a normalised text, `MOST` at most."""
        if len(text) > 2 * _ENOUGH:
            text = f"{text[:_ENOUGH]} {text[-_ENOUGH:]}"
        text = _BLANK + text.replace(" ", _BLANK)
        size = len(text)
        best = [0.0, *[-inf] * size]
        row, back = [_UNKNOWN] * (size + 1), [0] * (size + 1)
        known, longest, unknown = self._piece, self._longest, self._unknown
        for at in range(size):
            so_far = best[at]
            for end in range(at + 1, min(size, at + longest) + 1):
                found = known.get(text[at:end])
                if found is not None and so_far + found[1] > best[end]:
                    best[end], row[end], back[end] = so_far + found[1], found[0], at
            if so_far + unknown > best[at + 1]:
                best[at + 1], row[at + 1], back[at + 1] = so_far + unknown, _UNKNOWN, at
        rows: list[int] = []
        while size > 0:
            rows.append(row[size])
            size = back[size]
        rows.reverse()
        return rows if len(rows) <= MOST else rows[: MOST // 2] + rows[-MOST // 2 :]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of `READINGS` times `DIMENSIONS` numbers for each normalised text: over its
        pieces, each read in its place, the mean `EARLY` layers before the last and the mean and
        the largest after it; then the mark of its beginning. Many texts at a time cost less than
        one by one."""
        return self.read(texts).vectors

    def read(self, texts: Sequence[str]) -> Read:
        """Each normalised text as one row of numbers, and each of its pieces as one."""
        import numpy as np

        rows: list[int] = []
        spans: list[tuple[int, int]] = []
        for text in texts:
            start = len(rows)
            rows += [_BEGIN, *self.cut(text), _END]
            spans.append((start, len(rows)))
        x = unpacked(self._words, np.array(rows, dtype=np.intp))
        for start, end in spans:
            x[start:end] += self._place[: end - start]
        x = _even(x, self._first[0], self._first[1])
        for layer in self._layers[:-EARLY]:
            x = _through(x, spans, layer)
        early = x
        for layer in self._layers[-EARLY:]:
            x = _through(x, spans, layer)
        made = np.empty((len(spans), READINGS, DIMENSIONS), dtype=np.float32)
        for row, (start, end) in zip(made, spans, strict=True):
            late = x[start:end]
            row[:] = early[start:end].mean(axis=0), late.mean(axis=0), late.max(axis=0), late[0]
        return Read(made.reshape(len(spans), READINGS * DIMENSIONS), x, spans)


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The network, read once per process (about 60 MB of memory)."""
    return Encoder()


def packed(weights: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """A matrix in 4 bits: two weights a byte, and the scale of every `BLOCK`."""
    import numpy as np

    blocks = weights.reshape(-1, BLOCK)
    most = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    # The largest magnitude becomes -8, which has no positive twin in 4 bits.
    scale = (most / -8).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)
    codes = (np.clip(np.rint(blocks / divisor), -8, 7) + 8).astype(np.uint8)
    shape = (*weights.shape[:-1], weights.shape[-1] // 2)
    return (codes[:, ::2] | codes[:, 1::2] << 4).reshape(shape), scale.reshape(len(weights), -1)


def unpacked(
    packed_weights: tuple[NDArray[Any], NDArray[Any]], rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """What `packed` packed, or some rows of it."""
    import numpy as np

    codes, scale = packed_weights if rows is None else (w[rows] for w in packed_weights)
    made = np.empty((len(codes), codes.shape[1] * 2), dtype=np.float32)
    made[:, ::2], made[:, 1::2] = codes & 15, codes >> 4
    made -= 8
    made *= np.repeat(scale.astype(np.float32), BLOCK, axis=1)
    return made


def _layer(arrays: Mapping[str, NDArray[Any]], i: int) -> _Layer:
    import numpy as np

    def matrix(name: str) -> NDArray[np.float32]:
        opened = unpacked((arrays[f"{i}.{name}.codes"], arrays[f"{i}.{name}.scale"]))
        return np.ascontiguousarray(opened.T)

    return _Layer(
        matrix("attend"),
        arrays[f"{i}.attend_bias"],
        matrix("out"),
        matrix("widen"),
        arrays[f"{i}.widen_bias"],
        matrix("narrow"),
        arrays[f"{i}.small"],
    )


def _even(
    x: NDArray[np.float32], gain: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Each row with mean 0 and deviation 1, then gain and bias."""
    import numpy as np

    x = x - x.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= (1 / np.sqrt(spread + _LEAST))[:, None].astype(np.float32)
    x *= gain
    x += bias
    return x


def _through(
    x: NDArray[np.float32], spans: Sequence[tuple[int, int]], layer: _Layer
) -> NDArray[np.float32]:
    """One layer; the pieces of each span hear one another and nobody else."""
    import numpy as np

    out_bias, gain, bias, narrow_bias, last_gain, last_bias = layer.small
    three = (x @ layer.attend + layer.attend_bias).reshape(len(x), 3, HEADS, DIMENSIONS // HEADS)
    heard = np.empty_like(x)
    for start, end in spans:
        query, key, value = three[start:end].transpose(1, 2, 0, 3)
        share = query @ key.transpose(0, 2, 1)
        share *= np.float32((DIMENSIONS // HEADS) ** -0.5)
        share -= share.max(axis=2, keepdims=True)
        np.exp(share, out=share)
        share /= share.sum(axis=2, keepdims=True)
        heard[start:end] = (share @ value).transpose(1, 0, 2).reshape(end - start, DIMENSIONS)
    x = _even(x + heard @ layer.out + out_bias, gain, bias)
    wide = x @ layer.widen + layer.widen_bias
    # The usual approximation of x times the normal distribution's share below x.
    bent = wide * wide
    bent *= wide
    bent *= np.float32(0.044715)
    bent += wide
    bent *= np.float32(0.7978845608)
    np.tanh(bent, out=bent)
    bent += 1
    bent *= wide
    bent *= np.float32(0.5)
    return _even(x + bent @ layer.narrow + narrow_bias, last_gain, last_bias)
