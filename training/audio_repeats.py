"""How often `audio.call` finds a passage that comes again, and finds one where none does.

    /work/venv-train/bin/python training/audio_repeats.py [calls of each kind]

Calls are made of clips of ../shared/data/media/audio (genuine and synthetic speech, those of one
corpus together): ten clips with pauses between. In one half of the calls one clip comes a second
time, at any sample; in the other half none does. Each call goes through a line twice told: what
comes again is coded and disturbed anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from csv import DictReader
from pathlib import Path

import numpy as np
import soundfile
from audio_channels import coded
from scipy.signal import resample_poly

from mingjian.detect.audio.repeats import repeats

SHARED = Path(__file__).parents[2] / "shared/data/media/audio"
RATE = 8_000
CLIPS = 10
Samples = np.ndarray
Line = Callable[[Samples, np.random.Generator], Samples]


def through(subtype: str, form: str) -> Line:
    return lambda samples, _: coded(samples, RATE, form, subtype).astype(np.float32)


def noisy(decibels: float) -> Line:
    def disturbed(samples: Samples, random: np.random.Generator) -> Samples:
        level = np.sqrt((samples**2).mean()) * 10 ** (-decibels / 20)
        return samples + random.normal(0, level, len(samples)).astype(np.float32)

    return disturbed


LINES: dict[str, Line] = {
    "as recorded": lambda samples, _: samples,
    "G.711": through("ULAW", "WAV"),
    "GSM 06.10": through("GSM610", "WAV"),
    "MP3": through("MPEG_LAYER_III", "MP3"),
    "noise 20 dB below": noisy(20),
    "noise 10 dB below": noisy(10),
    "G.711 and noise 15 dB below": lambda samples, random: through("ULAW", "WAV")(
        noisy(15)(samples, random), random
    ),
}


def corpora() -> dict[str, list[Samples]]:
    found: dict[str, list[Samples]] = defaultdict(list)
    with (SHARED / "index.csv").open() as file:
        for row in DictReader(file):
            samples, rate = soundfile.read(SHARED / row["file"], dtype="float32")
            assert rate == 2 * RATE
            key = f"{row['label']} {row['corpus']}"
            found[key].append(resample_poly(samples, 1, 2).astype(np.float32))
    return {key: clips for key, clips in found.items() if len(clips) > CLIPS}


def call(clips: list[Samples], again: bool, random: np.random.Generator) -> Samples:
    """Ten clips with pauses; with `again`, the first comes once more at the end, a little lower
    or higher in level."""
    chosen = [clips[i] for i in random.permutation(len(clips))[:CLIPS]]
    if again:
        chosen.append((chosen[0] * random.uniform(0.7, 1.3)).astype(np.float32))
    parts: list[Samples] = []
    for clip in chosen:
        parts += [np.zeros(random.integers(2_000, 12_000), np.float32), clip]
    return np.clip(np.concatenate(parts), -1, 1)


def main(count: int) -> None:
    sets = corpora()
    names = sorted(sets)
    print(len(names), "corpora with more than ten clips")
    for name, line in LINES.items():
        random = np.random.default_rng(1)
        hits = whole = wrong = 0
        for number in range(count):
            clips = sets[names[number % len(names)]]
            samples = line(call(clips, True, random), random)
            found = repeats(samples)
            hits += any(one.start < 6 and one.again > 25 for one in found)
            whole += any(one.start < 6 and one.seconds > 2.4 for one in found)
            wrong += bool(repeats(line(call(clips, False, random), random)))
        print(f"{name}: found {hits} of {count}, two thirds of it {whole}, wrongly {wrong}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
