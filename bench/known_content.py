"""Known content: lookups a second and memory with 1,000,000 hashes, and that none is missed.

The hashes are half random and half in families (copies that differ in a few bits), as lists of
near-duplicates are. Each lookup is of a listed hash with 0 to 31 bits changed. Recall is checked
against comparing with every hash.
"""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np

from mingjian.detect.learned.near_hashes import FARTHEST, NearHashes

COUNT = int(os.environ.get("BENCH_HASHES", "1000000"))
LOOKUPS, CHECKED = 5000, 200


def _resident() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _changed(words: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    bits = np.unpackbits(words.astype(">u8").view(np.uint8))
    bits[rng.choice(256, count, replace=False)] ^= 1
    return np.packbits(bits).view(">u8").astype(np.uint64)


def _hashes(rng: np.random.Generator) -> np.ndarray:
    single = rng.integers(0, 2**64, (COUNT // 2, 4), dtype=np.uint64)
    copied = np.repeat(single[: COUNT // 8], 4, axis=0)
    few = rng.integers(0, 2**64, (6, *copied.shape), dtype=np.uint64)
    return np.concatenate((single, copied ^ np.bitwise_and.reduce(few)))


def main() -> None:
    rng = np.random.default_rng(20)
    hashes = _hashes(rng)
    before = _resident()
    start = time.process_time()
    index = NearHashes()
    index.add(hashes)
    built = time.process_time() - start
    memory = _resident() - before
    wanted = rng.integers(0, len(hashes), LOOKUPS)
    apart = rng.integers(0, FARTHEST + 1, LOOKUPS)
    asked = [_changed(hashes[i], int(k), rng) for i, k in zip(wanted, apart, strict=True)]
    start, wall = time.process_time(), time.perf_counter()
    found = [index.near(own) for own in asked]
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    hits = sum(int(i) in {n for n, _ in near} for i, near in zip(wanted, found, strict=True))
    right = sum(
        sorted(near) == sorted(index.brute(own))
        for near, own in zip(found[:CHECKED], asked[:CHECKED], strict=True)
    )
    start = time.perf_counter()
    seen = 0
    for _ in range(1000):
        own = rng.integers(0, 2**64, 4, dtype=np.uint64)
        index.add(own)
        seen += bool(index.near(own))
    inserted = (time.perf_counter() - start) / 1000
    start = time.perf_counter()
    for own in asked[:10]:
        index.brute(own)
    brute = 10 / (time.perf_counter() - start)
    result = {
        "title": "Known content: a list of hashes on one core",
        "how": f"{len(hashes):,} hashes of 256 bits, half random, half in families of near "
        f"copies; {LOOKUPS:,} lookups of listed hashes with 0 to {FARTHEST} bits changed.",
        "columns": ["what", "value"],
        "rows": [
            ["lookups per CPU second", f"{LOOKUPS / seconds:,.0f}"],
            ["lookups per second on the clock", f"{LOOKUPS / wall:,.0f}"],
            ["lookups per second by comparing with every hash", f"{brute:,.0f}"],
            ["changed hashes found", f"{hits} of {LOOKUPS}"],
            ["lookups equal to comparing with every hash", f"{right} of {CHECKED}"],
            ["inserts found by the next lookup", f"{seen} of 1,000"],
            ["insert and lookup, mean", f"{inserted * 1e3:.2f} ms"],
            ["index built from the hashes", f"{built:.1f} s"],
            ["memory of the index (resident)", f"{memory:,.0f} MiB"],
        ],
        "notes": [],
    }
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
