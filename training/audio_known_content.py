"""Recall and false matches of `audio.known_content` on clips of ../shared/data, distorted here.

    /work/venv-train/bin/python training/audio_known_content.py [clips a distortion]

Every clip is listed; distorted copies of some are looked up. Prints, for each distortion, how many
copies were matched to their clip, and how many to a clip of another corpus (never right). Clips of
one corpus are left out of the false matches: demo pages resynthesise the same sentences, which is
the same sound in part. Nothing is fitted; the two limits were chosen on the odd-numbered clips and
the figures are of the even-numbered ones.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import soundfile
from audio_channels import mp3, opus, telephone

from mingjian.detect.audio.known_content_list import Index, Match
from mingjian.detect.audio.landmarks import RATE, from_text, landmarks
from mingjian.intake.sound import resample

DATA = Path(__file__).parents[2] / "shared/data/media/audio"
WIDE = 16_000
LIMITS = ((6, 0.05), (8, 0.05), (8, 0.08), (10, 0.08), (10, 0.1), (12, 0.1), (15, 0.15))


def _noise(samples: np.ndarray, random: np.random.Generator, down: float) -> np.ndarray:
    return samples + random.normal(0, samples.std() * 10 ** (-down / 20), len(samples))


DISTORTIONS = {
    "as it is": lambda x, r: x,
    "12 dB lower": lambda x, r: x * 0.25,
    "start cut by 0.5-1.2 s": lambda x, r: x[int(r.uniform(0.5, 1.2) * WIDE) :],
    "G.711 telephone": telephone,
    "MP3 64k": lambda x, r: mp3(x, r, 64),
    "Opus": opus,
    "noise 20 dB down": lambda x, r: _noise(x, r, 20),
    "noise 10 dB down": lambda x, r: _noise(x, r, 10),
    "cut, G.711, noise 20 dB down": lambda x, r: _noise(
        telephone(x[int(r.uniform(0.3, 0.9) * WIDE) :], r), r, 20
    ),
    "3 % faster": lambda x, r: np.interp(np.arange(0, len(x) - 1, 1.03), np.arange(len(x)), x),
}


def _low(samples: np.ndarray) -> np.ndarray:
    return resample(np.ascontiguousarray(samples, np.float32), WIDE, RATE)


def main() -> None:
    rows = list(csv.DictReader((DATA / "index.csv").open(encoding="utf-8")))
    clips = [soundfile.read(DATA / row["file"])[0] for row in rows]
    index = Index()
    index.add([from_text(landmarks(_low(clip)).as_text()) for clip in clips])
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    random = np.random.default_rng(5)
    for half, name in ((1, "odd (limits chosen on these)"), (0, "even")):
        chosen = random.permutation(np.arange(half, len(rows), 2))[:count]
        print(name, len(chosen))
        for label, distort in DISTORTIONS.items():
            own: list[Match | None] = []
            others: list[Match] = []
            for i in chosen.tolist():
                found = index.matches(_low(distort(clips[i], random)), 1, 0.0)
                own.append(next((one for one in found if one.number == i), None))
                corpus = rows[i]["corpus"]
                others += [one for one in found if rows[one.number]["corpus"] != corpus]
            print(f"  {label:30}", end="")
            for least, share in LIMITS:
                right = sum(m is not None and m.common >= least and m.share >= share for m in own)
                wrong = sum(m.common >= least and m.share >= share for m in others)
                print(f" {least}/{share:.2f}: {right / len(chosen):4.0%} {wrong}", end=";")
            worst = max((m.common for m in others), default=0)
            print(f" most common with another corpus {worst}")


if __name__ == "__main__":
    main()
