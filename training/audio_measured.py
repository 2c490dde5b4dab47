"""The numbers of each clip after each channel, kept in a file: what `audio_synthetic.py` fits.

    /work/venv-train/bin/python training/audio_measured.py 0/1 FILE [FILE …]

0/3, 1/3 and 2/3 share the work among three.
FILE is a name of `audio_rows.py` (genuine, voices, copy_world …). Clips of the shared set are
measured clean, by G.711, MP3 and one more channel; others clean and after one drawn at random.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from audio_channels import CHANNELS, through
from audio_rows import OUT, load

from mingjian.detect.audio.speech import Speech
from mingjian.detect.audio.traits import measure

MOST_OTHERS = 240
"""Genuine clips from outside the shared set that are measured."""


def main(name: str, shard: int, shards: int) -> None:
    clips = load(name)
    others = [i for i, one in enumerate(clips) if one["origin"] == "debian"]
    drop = set(others) - set(others[:: max(1, len(others) // MOST_OTHERS)])
    rows, told = [], []
    began = time.process_time()
    for at, one in enumerate(clips):
        if at in drop or at % shards != shard:
            continue
        random = np.random.default_rng([at, sum(map(ord, name))])
        own = one["origin"] == "shared"
        extra = CHANNELS[3 + at % 2] if own else str(random.choice(CHANNELS[1:]))
        channels = ("clean", "g711", "mp3", extra) if own else ("clean", extra)
        samples = one["samples"].astype(np.float64) / 32768
        length = int(random.uniform(2.0, 3.6) * 16_000)
        if not own and len(samples) > length:
            start = int(random.integers(len(samples) - length))
            samples = samples[start : start + length]
        for channel in channels:
            made = through(channel, samples, random)
            speech = Speech(made.astype(np.float32))
            rows.append(measure(speech))
            told.append({k: v for k, v in one.items() if k != "samples"} | {
                "channel": channel, "top": speech.top, "seconds": speech.seconds,
                "length": len(samples) / 16_000, "peak": float(np.abs(made).max()),
            })  # fmt: skip
        if at // shards % 50 == 0:
            print(name, at, len(clips), round(time.process_time() - began), "s", flush=True)
    np.savez(
        OUT / f"measured_{name}_{shard}.npz", rows=np.array(rows, np.float32), told=json.dumps(told)
    )
    print(name, "done", len(rows), flush=True)


if __name__ == "__main__":
    number, _, count = sys.argv[1].partition("/")
    for each in sys.argv[2:]:
        main(each, int(number), int(count))
