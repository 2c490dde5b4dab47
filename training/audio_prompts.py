"""Recorded telephone prompts of two speakers that nothing here was learnt from: who is flagged.

    apt-get download asterisk-prompt-es-co asterisk-prompt-fr-armelle
    dpkg-deb -x asterisk-prompt-es-co_*.deb FOLDER                      (and the other one)
    python training/audio_prompts.py FOLDER WAVES
    mingjian examine WAVES --case prompts
    mingjian report examiner RESULT.json --case prompts
    python training/audio_prompts.py RESULT.json

People's speech as GSM 06.10 at 8 kHz. It was looked at once, after all else was chosen: what
`audio.synthetic` makes of it stands on its card.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import soundfile

SPEAKERS = ("es", "fr")
SHORTEST = 2 * 1650
"""Bytes of two seconds: 33 for each 20 ms."""


def write(folder: Path, waves: Path) -> None:
    """The prompts of two seconds and more, as WAV named after speaker and prompt."""
    waves.mkdir(exist_ok=True)
    for speaker in SPEAKERS:
        place = folder / "usr/share/asterisk/sounds" / speaker
        for prompt in sorted(place.rglob("*.gsm")):
            if prompt.stat().st_size >= SHORTEST:
                sound, rate = soundfile.read(
                    prompt, samplerate=8000, channels=1, format="RAW", subtype="GSM610"
                )
                name = "-".join((speaker, *prompt.relative_to(place).with_suffix(".wav").parts))
                soundfile.write(waves / name, sound, rate)


def measure(result: Path) -> None:
    """How many of each speaker are flagged and weigh above 1, and the highest measurement."""
    counts: dict[str, Counter[str]] = {speaker: Counter() for speaker in SPEAKERS}
    highest = -9.0
    for record in json.loads(result.read_text("utf-8"))["evidence"]:
        for weight in record["weights"]:
            if weight["proposition"] == "audio.synthetic":
                counts[Path(record["path"]).name[:2]].update(
                    n=1,
                    opinion=weight["opinion"],
                    flagged=weight["flagged"],
                    above=bool(weight["opinion"] and weight["log10_lr"] > 0),
                )
        for examination in record["examinations"]:
            for finding in examination["findings"]:
                if finding["signal"] == "audio.synthetic_voice":
                    highest = max(highest, finding["score"])
    for speaker, count in counts.items():
        print(
            f"{speaker}: {count['flagged']} of {count['n']} flagged, {count['opinion']} weighed, "
            f"{count['above']} above 1"
        )
    print(f"highest measurement {highest:.2f}")


if __name__ == "__main__":
    paths = [Path(one) for one in sys.argv[1:]]
    if len(paths) == 2:
        write(*paths)
    else:
        measure(paths[0])
