"""Was tried and left out of the product: small networks over windows, and copies of genuine
pictures from decoders taught here.

    pip install torch numpy pillow
    python image_network.py REGIONS.npz --seconds 600 [--copies 4] [--seed 0]

Needs one file of image_regions.py; quicker on a GPU. It teaches auto-encoders on genuine regions,
copies every genuine region through them, teaches the networks and prints what they know.

Each network is taught without one generator and without half of the genuine folds, and judges both:
AUROC between scores of two networks measures how far their levels lie apart, and once gave 0.93
where one network for both sides gave 0.51. docs/decisions/0008 says what came of it.
"""

from __future__ import annotations

import argparse
import io
import itertools
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from mingjian.weigh.validate.metrics import auroc

SIDE = 192
CROP = 112
GENERATORS = {"sd15": ("sd15_artist_webp",), "gpt4o": ("gpt4o",)}
"""Held out whole; folds by name."""
KV = np.array(
    [
        [-1, 2, -2, 2, -1],
        [2, -6, 8, -6, 2],
        [-2, 8, -12, 8, -2],
        [2, -6, 8, -6, 2],
        [-1, 2, -2, 2, -1],
    ]
)
SOFT = np.outer([1, 2, 1], [1, 2, 1]) / 16
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

Pixels = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Planes = tuple[Tensor, Tensor]
"""Brightness (n, 1, side, side) and colour at half its size (n, 2, side / 2, side / 2)."""


def tables() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Steps of brightness and colour at quality 50, as Pillow writes them."""
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG", quality=50)
    told = Image.open(buffer).quantization  # type: ignore[attr-defined]
    return np.array(told[0]).reshape(8, 8), np.array(told[1]).reshape(8, 8)


LUMA, COLOUR = tables()


class Regions:
    """All regions in memory, and what is known of them."""

    def __init__(self, path: Path) -> None:
        told = np.load(path)
        ends = np.cumsum(told["lengths"])
        parts = np.split(told["jpeg"], ends[:-1])
        y = np.empty((len(parts), 1, SIDE, SIDE), np.uint8)
        c = np.empty((len(parts), 2, SIDE // 2, SIDE // 2), np.uint8)
        for k, part in enumerate(parts):
            image = Image.open(io.BytesIO(part.tobytes()))
            image.draft("YCbCr", image.size)
            planes = np.asarray(image, np.float32).transpose(2, 0, 1)
            y[k] = planes[:1]
            c[k] = np.rint(planes[1:].reshape(2, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4)))
        self.y, self.c = torch.from_numpy(y).to(DEVICE), torch.from_numpy(c).to(DEVICE)
        self.source, self.fold = told["source"], told["fold"]
        self.made, self.form = told["synthetic"], told["form"]
        self.chance: dict[bool, NDArray[np.float64]] = {}
        for made in (True, False):
            weight = np.zeros(len(y))
            for name in np.unique(self.source[self.made == made]):
                mine = (self.source == name) & (self.made == made)
                weight[mine] = mine.sum() ** -0.5
            self.chance[made] = np.cumsum(weight / weight.sum())

    def draw(self, made: bool, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Sets by the square root of their size."""
        return np.searchsorted(self.chance[made], rng.random(count) * 0.999999)

    def planes(self, rows: NDArray[np.int64]) -> Planes:
        at = torch.as_tensor(rows, device=DEVICE)
        return self.y[at].float(), self.c[at].float()


# What networks see


def _filter(kernel: NDArray[np.float64]) -> Tensor:
    return torch.tensor(kernel[None, None], dtype=torch.float32, device=DEVICE)


def _filtered(x: Tensor, kernel: Tensor) -> Tensor:
    n, planes, height, width = x.shape
    edge = kernel.shape[-1] // 2
    x = F.pad(x.reshape(n * planes, 1, height, width), (edge,) * 4, mode="replicate")
    return F.conv2d(x, kernel).reshape(n, planes, height, width)


FINE = _filter(KV / 12)
DETAIL = _filter(np.eye(9)[4].reshape(3, 3) - SOFT)


def inputs(y: Tensor, c: Tensor) -> Tensor:
    """Ten planes at half size with little of the motif left: detail of the brightness by its place
    in 2 x 2 cells, detail of the colour."""
    fine, detail = (_filtered(y, kernel).clamp(-24, 24) / 6 for kernel in (FINE, DETAIL))
    colour = _filtered(c, DETAIL).clamp(-8, 8) / 2
    return torch.cat([F.pixel_unshuffle(fine, 2), F.pixel_unshuffle(detail, 2), colour], 1)


def resized(x: Tensor, size: int) -> Tensor:
    x = F.interpolate(x, (size, size), mode="bicubic", antialias=True, align_corners=False)
    return x.round().clamp(0, 255)


def coded(y: Tensor, c: Tensor, quality: int) -> Planes:
    """What a JPEG of this quality leaves, on a grid that begins at the corner."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    k = torch.arange(8.0, device=y.device)
    cosines = torch.cos((2 * k + 1) * k[:, None] * torch.pi / 16) / 2
    cosines[0] /= 2**0.5
    out = []
    for x, base in ((y, LUMA), (c, COLOUR)):
        steps = torch.tensor((base * scale + 50) // 100, dtype=torch.float32, device=x.device)
        steps = steps.clamp(1, 255)
        n, planes, height, width = x.shape
        block = x.reshape(n, planes, height // 8, 8, width // 8, 8).transpose(3, 4) - 128
        block = torch.round(cosines @ block @ cosines.T / steps) * steps
        block = (cosines.T @ block @ cosines + 128).round().clamp(0, 255)
        out.append(block.transpose(3, 4).reshape(n, planes, height, width))
    return out[0], out[1]


def varied(y: Tensor, c: Tensor, rng: np.random.Generator) -> Planes:
    """A batch cut to `CROP`, half of the time resized and saved again. All of it alike, generated
    or not: how it was changed tells nothing."""
    changed = rng.random() < 0.5
    if changed and rng.random() < 0.7:
        size = 2 * int(SIDE / 2 * rng.uniform(CROP / SIDE + 0.02, 1.3))
        y, c = resized(y, size), resized(c, size // 2)
    grid = 2 if changed else 16
    top, left = (rng.integers(0, (y.shape[-1] - CROP) // grid + 1, 2) * grid).tolist()
    y = y[..., top : top + CROP, left : left + CROP]
    c = c[..., top // 2 : (top + CROP) // 2, left // 2 : (left + CROP) // 2]
    if changed:
        if rng.random() < 0.6:
            y, c = coded(y, c, int(rng.integers(60, 96)))
        y, c = coded(y, c, 90)
    if rng.random() < 0.5:
        y, c = y.flip(3), c.flip(3)
    return y, c


class Network(nn.Module):
    def __init__(self, wide: float = 1.0) -> None:
        super().__init__()
        a, b, d = (int(v * wide) for v in (32, 48, 64))
        sizes = ((10, a, 1), (a, b, 2), (b, b, 1), (b, d, 2), (d, d, 1))
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, s, 1, bias=False) for i, o, s in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _ in sizes)
        self.last = nn.Linear(2 * d, 1)

    def forward(self, x: Tensor) -> Tensor:
        for k, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            z = norm(conv(x))
            x = F.relu(z + x if k in (2, 4) else z)
        x = x.float()
        seen = torch.cat([x.mean((2, 3)), x.var((2, 3)).add(1e-4).sqrt()], 1)
        return self.last(F.dropout(seen, 0.3, self.training))[:, 0]


# Copies


class Block(nn.Module):
    def __init__(self, wide: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.GroupNorm(8, wide), nn.SiLU(), nn.Conv2d(wide, wide, 3, 1, 1)),
            *(nn.GroupNorm(8, wide), nn.SiLU(), nn.Conv2d(wide, wide, 3, 1, 1)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def upward(kind: int, i: int, o: int) -> nn.Module:
    """One of the four ways in which decoders double their size."""
    if kind == 2:
        return nn.ConvTranspose2d(i, o, 4, 2, 1)
    if kind == 3:
        return nn.Sequential(nn.Conv2d(i, 4 * o, 3, 1, 1), nn.PixelShuffle(2))
    mode = ("nearest", "bilinear")[kind % 4]
    return nn.Sequential(nn.Upsample(scale_factor=2, mode=mode), nn.Conv2d(i, o, 3, 1, 1))


def auto_encoder(kind: int, wide: tuple[int, ...] = (32, 64, 96, 96), deep: int = 8) -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(3, wide[0], 3, 1, 1)]
    for i, o in itertools.pairwise(wide):
        layers += [Block(i), nn.Conv2d(i, o, 3, 2, 1)]
    layers += [Block(wide[-1]), nn.Conv2d(wide[-1], deep, 3, 1, 1)]
    layers += [nn.Conv2d(deep, wide[-1], 3, 1, 1), Block(wide[-1])]
    for i, o in itertools.pairwise(wide[::-1]):
        layers += [upward(kind, i, o), Block(o)]
    return nn.Sequential(
        *layers, nn.GroupNorm(8, wide[0]), nn.SiLU(), nn.Conv2d(wide[0], 3, 3, 1, 1)
    )


def coloured(y: Tensor, c: Tensor) -> Tensor:
    """RGB from -1 to 1."""
    c = F.interpolate(c, scale_factor=2.0, mode="bilinear", align_corners=False) - 128
    blue, red = c[:, :1], c[:, 1:]
    rgb = [y + 1.402 * red, y - 0.344 * blue - 0.714 * red, y + 1.772 * blue]
    return torch.cat(rgb, 1).clamp(0, 255) / 127.5 - 1


def parted(x: Tensor) -> Planes:
    """Planes as one JPEG leaves them."""
    r, g, b = ((x + 1) * 127.5).clamp(0, 255).round().split(1, 1)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    colour = torch.cat([(b - y) / 1.772, (r - y) / 1.402], 1) + 128
    return coded(y.round(), F.avg_pool2d(colour, 2).round(), 90)


def copied(
    held: Regions, genuine: NDArray[np.int64], kind: int, seconds: float, rng: np.random.Generator
) -> Planes:
    """Copies of the genuine regions, in their order, from an auto-encoder taught on them."""
    net = auto_encoder(kind).to(DEVICE)
    adam = torch.optim.Adam(net.parameters(), 1e-3, (0.9, 0.98))
    start, steps = time.monotonic(), 0
    while (done := (time.monotonic() - start) / seconds) < 1:
        adam.param_groups[0]["lr"] = 1e-3 * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        y, c = held.planes(rng.choice(genuine, 16))
        left = 2 * int(rng.integers(0, 33))
        x = coloured(y, c)[..., :128, left : left + 128]
        off = run(net, x) - x
        loss = sum(F.avg_pool2d(off, k).abs().mean() for k in (1, 2, 4))
        loss = loss + 0.5 * (off.diff(dim=2).abs().mean() + off.diff(dim=3).abs().mean())
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        steps += 1
    ys, cs, errors = [], [], []
    with torch.no_grad():
        for i in range(0, len(genuine), 32):
            x = coloured(*held.planes(genuine[i : i + 32]))
            copy = run(net, x)
            errors.append((copy - x).square().mean((1, 2, 3)))
            for kept, plane in zip((ys, cs), parted(copy), strict=True):
                kept.append(plane.to(torch.uint8))
    decibel = 10 * np.log10(4 / float(torch.cat(errors).median()))
    print(f"auto-encoder {kind}: {steps} steps, PSNR {decibel:.1f} dB", flush=True)
    return torch.cat(ys), torch.cat(cs)


# Teaching


def run(net: nn.Module, x: Tensor) -> Tensor:
    with torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda"):
        return net(x.contiguous(memory_format=torch.channels_last)).float()


def halves(held: Regions) -> tuple[Bools, Bools]:
    """Genuine regions by every second fold; the two sets of web photographs fall apart."""
    folds = np.unique(held.fold[~held.made])
    first = np.isin(held.fold, folds[::2]) & ~held.made
    return first, ~first & ~held.made


def teach(path: Path, seconds: float, copies: int, share: float, seed: int) -> None:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    held = Regions(path)
    genuine = np.flatnonzero(~held.made)
    place = np.zeros(len(held.made), int)
    place[genuine] = np.arange(len(genuine))
    made = [copied(held, genuine, k, seconds / 2 / copies, rng) for k in range(copies)]
    seconds = seconds / 2 if copies else seconds
    tasks = [
        (name, number, np.isin(held.fold, folds) | half)
        for name, folds in GENERATORS.items()
        for number, half in enumerate(halves(held))
    ]
    nets = [Network().to(DEVICE) for _ in tasks]
    adam = torch.optim.AdamW([w for net in nets for w in net.parameters()], 3e-3, weight_decay=0.02)
    start, steps = time.monotonic(), 0

    def batch() -> tuple[Tensor, NDArray[np.int64], NDArray[np.float64]]:
        """What the networks see, whose regions they are, and which are generated."""
        seen, rows, sides = [], [], []
        for _ in range(4):
            known, other = held.draw(True, 16, rng), held.draw(False, 16, rng)
            y, c = held.planes(np.r_[known, other])
            if copies and (some := round(16 * share)):  # in the place of generated pictures
                ys, cs = made[int(rng.integers(copies))]
                known[:some] = other[:some]
                at = torch.as_tensor(place[other[:some]], device=DEVICE)
                y[:some], c[:some] = ys[at].float(), cs[at].float()
            seen.append(inputs(*varied(y, c, rng)))
            rows.append(np.r_[known, other])
            sides.append(np.r_[np.ones(16), np.zeros(16)])
        return torch.cat(seen), np.concatenate(rows), np.concatenate(sides)

    while (done := (time.monotonic() - start) / seconds) < 1:
        for group in adam.param_groups:
            group["lr"] = 3e-3 * min(1, steps / 30) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-6
        x, rows, sides = batch()
        for net, (_, _, out) in zip(nets, tasks, strict=True):
            kept = np.flatnonzero(~out[rows])
            side = sides[kept]
            weight = torch.as_tensor(np.where(side > 0, 0.5 / side.sum(), 0.5 / (1 - side).sum()))
            target = torch.as_tensor(side * 0.94 + 0.03, dtype=torch.float32, device=DEVICE)
            logits = run(net, x[torch.as_tensor(kept, device=DEVICE)])
            loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
            (loss * weight.to(DEVICE, torch.float32)).sum().backward()
        adam.step()
        adam.zero_grad()
        steps += 1
    print(f"{steps} steps", flush=True)
    for net, (name, number, out) in zip(nets, tasks, strict=True):
        # Running means lag behind the weights after few steps: taken anew, the weights at rest.
        for norm in net.norms:
            norm.reset_running_stats()
            norm.momentum = None
        with torch.no_grad():
            for _ in range(16):
                x, rows, _ = batch()
                run(net, x[torch.as_tensor(np.flatnonzero(~out[rows]), device=DEVICE)])
        judge(net.eval(), held, name, number, out)


def judge(net: Network, held: Regions, name: str, number: int, out: Bools) -> None:
    """AUROC by region of what the network knows nothing of, and of what it was taught."""
    scores = np.zeros(len(out))
    with torch.no_grad():
        for i in range(0, len(out), 64):
            y, c = held.planes(np.arange(i, min(i + 64, len(out))))
            scores[i : i + 64] = run(net, inputs(y, c)).cpu().numpy()
    web = np.char.startswith(held.source, "web_photos")
    for form in ("raw", "web"):
        told = []
        for title, generated, other in (
            ("unseen", out & held.made, out & ~held.made),
            ("unseen, web photographs", out & held.made, out & ~held.made & web),
            ("taught", ~out & held.made, ~out & ~held.made),
        ):
            rows = held.form == form
            both = np.r_[scores[generated & rows], scores[other & rows]]
            side = np.arange(len(both)) < (generated & rows).sum()
            told.append(f"{title} {auroc(both, side):.3f}")
        print(f"without {name} and half {number}, {form}:", "; ".join(told), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("regions", type=Path)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--copies", type=int, default=0, help="auto-encoders, each rising its way")
    parser.add_argument("--share", type=float, default=0.5, help="of what is generated, copies")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    teach(asked.regions, asked.seconds, asked.copies, asked.share, asked.seed)
