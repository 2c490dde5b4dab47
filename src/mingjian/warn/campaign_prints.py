"""The print of an item: what campaigns are found by, without what the item says.

A text leaves its runs (see `campaign_text`), a recording its landmarks in their place: both are
sets of numbers with the eighth in which each lies, so that one index compares either. Links,
numbers and accounts leave a hash, and the form in which they may be shown; a picture leaves its
perceptual hash. Whoever has a text can tell from its print whether it was seen.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.detect.audio.landmarks import Landmarks
from mingjian.warn.campaign_index import NEAR
from mingjian.warn.campaign_text import EIGHTHS, LONGEST, Runs, runs_of_texts, spread

MOST_BYTES = 64 << 10
MOST_THINGS = 20
_COUNT = struct.Struct("<I")
_KIND, _HASH = re.compile(r"[a-z]{1,20}"), re.compile(r"[0-9a-f]{16}")
_PICTURE = re.compile(r"[0-9a-f]{64}")
_SOUND = np.uint32(0x50D00000)
"""Set in every landmark, which has 20 bits: it is spread to another number than a text's runs."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A link, number, account or picture an item comes with."""

    kind: str
    value: str
    """A hash; of a picture the perceptual one."""
    shown: str
    """How it may be shown."""


@dataclass(frozen=True, slots=True)
class Print:
    """What an item leaves."""

    codes: NDArray[np.uint32]
    """In rising order, each once."""
    eighths: NDArray[np.uint8]
    things: tuple[Thing, ...] = ()

    def packed(self) -> bytes:
        things = [[one.kind, one.value, one.shown] for one in self.things]
        return b"".join(
            (
                _COUNT.pack(len(self.codes)),
                self.codes.astype("<u4").tobytes(),
                self.eighths.tobytes(),
                json.dumps(things, ensure_ascii=True, separators=(",", ":")).encode(),
            )
        )


def unpacked(data: bytes) -> Print:
    """What `packed` gave. Raises `ValueError` on anything else: it comes from where hostile
    content was read."""
    if not _COUNT.size <= len(data) <= MOST_BYTES:
        raise ValueError("no print")
    (count,) = _COUNT.unpack_from(data)
    middle = _COUNT.size + 4 * count
    if len(data) < middle + count:
        raise ValueError("no print")
    codes = np.frombuffer(data, "<u4", count, _COUNT.size).astype(np.uint32)
    eighths = np.frombuffer(data, np.uint8, count, middle)
    if (codes[1:] <= codes[:-1]).any() or (eighths >= EIGHTHS).any():
        raise ValueError("no print")
    listed = json.loads(data[middle + count :])
    if not isinstance(listed, list) or len(listed) > MOST_THINGS:
        raise ValueError("no print")
    things = []
    for one in listed:
        if not (isinstance(one, list) and len(one) == 3 and all(isinstance(x, str) for x in one)):
            raise ValueError("no print")
        made = Thing(*one)
        form = _PICTURE if made.kind in NEAR else _HASH
        if not _KIND.fullmatch(made.kind) or not form.fullmatch(made.value) or len(made.shown) > 80:
            raise ValueError("no print")
        things.append(made)
    return Print(codes, eighths, tuple(things))


def gathered_prints(prints: Sequence[Print]) -> Runs:
    """The runs of many prints, in their order."""
    sizes = [len(one.codes) for one in prints]
    return Runs(
        np.concatenate([np.empty(0, np.uint32), *(one.codes for one in prints)]),
        np.concatenate([np.empty(0, np.uint8), *(one.eighths for one in prints)]),
        np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64))),
    )


def print_of_sound(marks: Landmarks) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Codes and eighths of a recording's landmarks, of the first `LONGEST` different ones."""
    codes, first = np.unique(spread(marks.marks | _SOUND), return_index=True)
    kept = np.sort(np.argsort(first, kind="stable")[:LONGEST])
    codes, first = codes[kept], first[kept]
    frames = marks.frames[first] - (marks.frames[first].min() if len(first) else 0)
    length = int(frames.max()) + 1 if len(first) else 1
    return codes.astype(np.uint32), (frames * EIGHTHS // length).astype(np.uint8)


def print_of_text(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Codes and eighths of what a text says, of its first `LONGEST` characters."""
    runs = runs_of_texts([text])
    return runs.codes, runs.eighths
