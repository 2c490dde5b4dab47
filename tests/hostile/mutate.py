"""Seeded damage: the same seed gives the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.hostile.formats import FORMATS
from tests.hostile.product import ROOT

_WORDS = (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff", b"\0", b"\xff" * 8)


def originals() -> dict[str, bytes]:
    """A small file of every format, and the docket's."""
    files = {name: make() for name, make in FORMATS.items()}
    for file in sorted(Path(ROOT, "examples/docket").iterdir()):
        files[f"docket-{file.name}"] = file.read_bytes()
    return files


def damage(data: bytes, chance: random.Random, donor: bytes) -> bytes:
    """Flip, overwrite, cut, drop, repeat, put in extreme numbers, splice in `donor`."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(out) + 1)
        to = min(len(out), at + chance.choice((1, 4, 16, 100, 1000)))
        match chance.randrange(7):
            case 0 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                out[at:to] = chance.randbytes(to - at)
            case 2:
                del out[at:]
            case 3:
                del out[at:to]
            case 4:
                out[at:at] = out[at:to] * chance.choice((1, 2, 50))
            case 5:
                word = chance.choice(_WORDS)
                out[at : at + len(word)] = word
            case _:
                cut = chance.randrange(len(donor) + 1)
                out[at:at] = donor[cut : cut + chance.choice((10, 100, 5000))]
    return bytes(out)


def damaged(files: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files, every original in turn."""
    chance = random.Random(seed)
    names = sorted(files)
    for number in range(count):
        name = names[number % len(names)]
        donor = files[chance.choice(names)]
        yield f"{number:05}-{name}", damage(files[name], chance, donor)
