"""Fine-tune the encoder for one question, by low-rank steps on every layer, all folds at once.

    python training/encoder_tune.py ROWS.npz MADE.npz [--rounds 8] [--rank 16] [--seed 1]

Low-rank adaptation (LoRA: Hu and others 2021, arXiv 2106.09685): the 4-bit weights stay as they
are, and each matrix gets the product of two thin ones added, so that a question costs 1.6 MB and
not another network. Heads (see `piece_heads`) hear what comes out, and are learnt with the steps.
Every fold has steps and heads of its own, learnt beside the others' on the same batches; a text of
a fold weighs nothing in it. The last column is learnt from everything and is what is shipped.

Needs PyTorch (2.11 was used); two minutes on one H100, some days on two cores. Neither the order
of additions nor the result is the same on every card: MADE.npz is kept with what is fitted on it.

ROWS.npz (`tuning_rows`): `ids`, pieces of all texts one behind the other; `sizes`, how many each
text has; `attack`, the side of each; `fold`; `weights`, one row a fold and one for everything, 0
where a text is not learnt from; `scored`, how many texts, the first ones, are scored.
MADE.npz: `digest`, the SHA-256 of `ids`, by which a fit knows its rows; `held`, the logit of each
text scored by the steps that saw nothing of its fold (texts without a fold: by the last); the
arrays of `learned.encoder.Encoder.adapted`; and `heads_where`, `heads_what`, `heads_bias` of the
last column.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nn

WIDTH, ATTENTION_HEADS, BLOCK = 384, 12, 32
HEADS, UNKNOWN = 12, 2
MATRICES = {
    "attend": (WIDTH, 3 * WIDTH),
    "out": (WIDTH, WIDTH),
    "widen": (WIDTH, 4 * WIDTH),
    "narrow": (4 * WIDTH, WIDTH),
}
STEP, HEAD_STEP, DECAY, SCALE = 1e-3, 2e-3, 0.01, 2.0
"""Largest step of the thin matrices and of the heads; their decay; what a product counts."""
DROPPED, VEILED = 0.1, 0.1
"""Share of what attention hears that is left out, and of pieces that are made unknown."""
PIECES, MOST = 3072, 128
"""Pieces of a batch, about, and most texts in it."""
WARM = 60
ENCODER = Path(__file__).parents[1] / "src/mingjian/detect/learned/encoder.npz"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
KIND = torch.bfloat16 if DEVICE == "cuda" else torch.float32
BEGAN = time.time()


def say(*words: object) -> None:
    print(f"[{time.time() - BEGAN:6.1f}s]", *words, flush=True)


def there(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.ascontiguousarray(array)).to(DEVICE)


def unpacked(codes: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """As `learned.encoder.unpacked`, which this script does not need installed."""
    made = np.empty((len(codes), codes.shape[1] * 2), np.float32)
    made[:, ::2], made[:, 1::2] = codes & 15, codes >> 4
    return (made - 8) * np.repeat(scale.astype(np.float32), BLOCK, axis=1)


class Rows:
    """What ROWS.npz holds, on the device."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        self.digest = sha256(arrays["ids"].tobytes()).hexdigest()
        self.sizes = arrays["sizes"].astype(int)
        self.attack, self.fold = arrays["attack"], arrays["fold"].astype(int)
        self.scored = int(arrays["scored"])
        weights = arrays["weights"].astype(np.float32)
        self.columns = len(weights)
        self.taught = np.flatnonzero(weights.any(axis=0))
        padded = np.zeros((len(self.sizes), self.sizes.max()), np.int64)
        padded[np.arange(padded.shape[1]) < self.sizes[:, None]] = arrays["ids"]
        self._ids, self._sizes = there(padded), there(self.sizes)
        self.weights, self.side = there(weights), there(self.attack.astype(np.float32))

    def some(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Indices, pieces, and which of them are there."""
        index, longest = there(chosen), int(self.sizes[chosen].max())
        inside = torch.arange(longest, device=DEVICE)[None] < self._sizes[index][:, None]
        return index, self._ids[index, :longest], inside

    def batches(self, draw: np.random.Generator) -> Iterator[np.ndarray]:
        """Texts of like length together, in any order."""
        mixed = self.sizes[self.taught] * (1 + 0.1 * draw.random(len(self.taught)))
        order = self.taught[np.argsort(mixed, kind="stable")]
        found, start = [], 0
        while start < len(order):
            end = start + 1
            while (
                end < len(order)
                and end - start < MOST
                and (end - start + 1) * self.sizes[order[end]] * 1.05 < PIECES
            ):
                end += 1
            found.append(order[start:end])
            start = end
        yield from (found[i] for i in draw.permutation(len(found)))


class Tuned(torch.nn.Module):
    """The encoder with steps and heads, as many of both as there are columns."""

    def __init__(self, columns: int, rank: int, seed: int) -> None:
        super().__init__()
        with np.load(ENCODER, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        self.columns, self.count = columns, int(arrays["layers"])
        self.words = there(unpacked(arrays["words.codes"], arrays["words.scale"]))
        self.place = there(arrays["place"].astype(np.float32))
        self.first = there(arrays["first"].astype(np.float32))
        self.fixed = [self._fixed(arrays, i) for i in range(self.count)]
        draw = torch.Generator().manual_seed(seed)

        def drawn(*shape: int) -> torch.nn.Parameter:
            one = torch.randn(1, *shape, generator=draw)
            return torch.nn.Parameter(one.repeat(columns, 1, 1).to(DEVICE))

        self.steps = torch.nn.ParameterDict()
        for i in range(self.count):
            for name, (wide, out) in MATRICES.items():
                down = drawn(wide, rank)
                down.data *= wide**-0.5
                self.steps[f"{i}_{name}_down"] = down
                up = torch.zeros(columns, rank, out, device=DEVICE)
                self.steps[f"{i}_{name}_up"] = torch.nn.Parameter(up)
        self.where, self.what = drawn(WIDTH, HEADS), drawn(WIDTH, HEADS)
        self.where.data *= 0.02
        self.what.data *= 0.02
        self.bias = torch.nn.Parameter(torch.zeros(columns, device=DEVICE))

    def _fixed(self, arrays: dict[str, np.ndarray], i: int) -> dict[str, torch.Tensor]:
        made = {
            name: there(unpacked(arrays[f"{i}.{name}.codes"], arrays[f"{i}.{name}.scale"]).T)
            for name in MATRICES
        }
        for name in ("attend_bias", "widen_bias", "small"):
            made[name] = there(arrays[f"{i}.{name}"].astype(np.float32))
        return {name: tensor.to(KIND) for name, tensor in made.items()}

    def _by(self, x: torch.Tensor, i: int, name: str, bias: torch.Tensor) -> torch.Tensor:
        """Columns x pieces x numbers, through one matrix and its steps."""
        made = x.reshape(-1, x.shape[2]) @ self.fixed[i][name] + bias
        down = self.steps[f"{i}_{name}_down"].to(KIND)
        up = (self.steps[f"{i}_{name}_up"] * SCALE).to(KIND)
        return torch.baddbmm(made.view(*x.shape[:2], -1), torch.bmm(x, down), up)

    def forward(self, ids: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        """Logits, one row a column and one number a text."""
        texts, longest = ids.shape
        shape = (self.columns, texts, longest)
        ids = ids.expand(shape)
        if self.training:
            veiled = (torch.rand(shape, device=DEVICE) < VEILED) & (ids > 1)
            ids = torch.where(veiled, UNKNOWN, ids)
        x = self.words[ids] + self.place[:longest]
        x = nn.layer_norm(x, (WIDTH,), self.first[0], self.first[1], 1e-12).to(KIND)
        x = x.reshape(self.columns, texts * longest, WIDTH)
        together = self.columns * texts
        seen = inside.expand(shape).reshape(together, 1, 1, longest)
        seen = seen.expand(together, ATTENTION_HEADS, longest, longest)
        for i, fixed in enumerate(self.fixed):
            out_bias, gain, bias, narrow_bias, last_gain, last_bias = fixed["small"]
            three = self._by(x, i, "attend", fixed["attend_bias"])
            three = three.reshape(together, longest, 3, ATTENTION_HEADS, -1).permute(2, 0, 3, 1, 4)
            heard = nn.scaled_dot_product_attention(*three, attn_mask=seen)
            heard = heard.transpose(1, 2).reshape(x.shape)
            heard = nn.dropout(heard, DROPPED, self.training)
            x = nn.layer_norm(x + self._by(heard, i, "out", out_bias), (WIDTH,), gain, bias, 1e-12)
            wide = nn.gelu(self._by(x, i, "widen", fixed["widen_bias"]), approximate="tanh")
            x = nn.layer_norm(
                x + self._by(wide, i, "narrow", narrow_bias), (WIDTH,), last_gain, last_bias, 1e-12
            )
        x = x.float()
        matter = torch.bmm(x, self.where).reshape(*shape, HEADS)
        matter = matter.masked_fill(~inside[None, :, :, None], -1e4)
        told = torch.bmm(x, self.what).reshape(*shape, HEADS)
        return (matter.softmax(2) * told).sum((2, 3)) + self.bias[:, None]


def learn(rows: Rows, rank: int, rounds: int, seed: int) -> Tuned:
    """Steps and heads of every column, by AdamW with a rate that falls to nothing."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    network = Tuned(rows.columns, rank, seed)
    heads = [network.where, network.what, network.bias]
    groups = [
        {"params": list(network.steps.values()), "lr": STEP, "most": STEP},
        {"params": heads, "lr": HEAD_STEP, "most": HEAD_STEP},
    ]
    learner = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-8, weight_decay=DECAY)
    plans = [list(rows.batches(draw)) for _ in range(rounds)]
    steps, step = sum(map(len, plans)), 0
    for number, plan in enumerate(plans, 1):
        for batch in plan:
            for group in learner.param_groups:
                group["lr"] = (
                    group["most"] * min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
                )
            index, ids, inside = rows.some(batch)
            told = network(ids, inside)
            side = rows.side[index].expand_as(told)
            off = nn.binary_cross_entropy_with_logits(told, side, reduction="none")
            loss = (off * rows.weights[:, index]).sum() / len(batch)
            learner.zero_grad(set_to_none=True)
            loss.backward()
            learner.step()
            step += 1
        say("round", number, "of", rounds)
    return network.eval()


def scored(network: Tuned, rows: Rows, at_a_time: int = 64) -> np.ndarray:
    """The logit of each text scored, in each column."""
    made = np.zeros((rows.columns, rows.scored), np.float32)
    order = np.argsort(rows.sizes[: rows.scored], kind="stable")
    with torch.no_grad():
        for start in range(0, rows.scored, at_a_time):
            some = order[start : start + at_a_time]
            _, ids, inside = rows.some(some)
            made[:, some] = network(ids, inside).float().cpu().numpy()
    return made


def shipped(network: Tuned) -> dict[str, np.ndarray]:
    """The last column: `down` and `up` of every matrix, and the heads."""
    made = {}
    for name, steps in network.steps.items():
        i, matrix, part = name.split("_")
        values = steps[-1].detach().cpu().numpy() * (SCALE if part == "up" else 1.0)
        made[f"{i}.{matrix}.{part}"] = values.astype(np.float16)
    made["heads_where"] = network.where[-1].detach().cpu().numpy()
    made["heads_what"] = network.what[-1].detach().cpu().numpy()
    made["heads_bias"] = network.bias[-1].detach().cpu().numpy()
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("made", type=Path)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    rows = Rows(chosen.rows)
    say(len(rows.sizes), "texts,", len(rows.taught), "learnt from,", rows.columns, "columns")
    network = learn(rows, chosen.rank, chosen.rounds, chosen.seed)
    told = scored(network, rows)
    fold = rows.fold[: rows.scored]
    held = np.where(fold >= 0, told[fold, np.arange(rows.scored)], told[-1])
    np.savez_compressed(chosen.made, digest=rows.digest, held=held, **shipped(network))
    say("kept", chosen.made)


if __name__ == "__main__":
    main()
