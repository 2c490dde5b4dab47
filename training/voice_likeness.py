"""Measure how well recordings of one voice are told from those of others, on Debian's voices.

    mkdir voices && cd voices
    apt-get download klettres-data hedgewars-data asterisk-core-sounds-{en,es,fr,it}-wav \
        asterisk-prompt-it-menardi-wav
    for deb in *.deb; do dpkg-deb -x "$deb" unpacked; done
    python training/voice_likeness.py voices/unpacked

Nothing is learnt and nothing is kept: the figures stand in docs/how-to/voices.md. Each folder of
clips is taken for one voice; clips are joined to recordings of some 15 s. A second pass sends
every recording through a random channel of its own (band, tone, noise), and a third fits the
scale on two collections and measures the pairs of the third.

What this cannot show: every voice was recorded in one place at one time, so the recordings of
one voice are more alike than those of a case; and no two voices read the same text.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import av
import numpy as np

from mingjian.detect.audio.voice import voice_of
from mingjian.domain.message import Message
from mingjian.intake.sound import Sound, Stretch
from mingjian.weigh.origin import Population
from mingjian.weigh.validate.metrics import measure

RATE = 16_000
SECONDS = 15
MOST = 6
"""Recordings of one voice."""
LEFT_OUT = {"Robot"}
"""Voices that no throat made."""


def voices(root: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """(collection, voice, clips)."""
    for folder in sorted((root / "usr/share/klettres").iterdir()):
        yield "letters", folder.name, sorted(folder.glob("*/*.ogg"))
    for folder in sorted((root / "usr/share/games/hedgewars/Data/Sounds/voices").iterdir()):
        if folder.name not in LEFT_OUT:
            yield "game", folder.name, sorted(folder.glob("*.ogg"))
    for folder in sorted((root / "usr/share/asterisk/sounds").iterdir()):
        yield "prompts", folder.name, sorted(folder.rglob("*.wav"))


def samples(path: Path) -> np.ndarray | None:
    try:
        with av.open(str(path)) as box:
            to = av.AudioResampler("flt", "mono", RATE)
            parts = [
                made.to_ndarray().ravel()
                for frame in box.decode(audio=0)
                for made in to.resample(frame)
            ]
    except (av.FFmpegError, IndexError):
        return None
    return np.concatenate(parts) if parts else None


def recordings(clips: list[Path], seed: str) -> Iterator[np.ndarray]:
    """Clips in random order, joined."""
    random.Random(seed).shuffle(clips)
    joined: list[np.ndarray] = []
    made = 0
    for clip in clips:
        sound = samples(clip)
        if sound is None or not RATE // 10 <= len(sound) <= 20 * RATE:
            continue
        joined.append(sound)
        if sum(map(len, joined)) > SECONDS * RATE:
            yield np.concatenate(joined)
            joined, made = [], made + 1
            if made == MOST:
                return


def channel(sound: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Another microphone: a tone curve of +-3 dB, a band, and noise 20 to 40 dB below."""
    spectrum = np.fft.rfft(sound)
    hertz = np.linspace(0, RATE / 2, len(spectrum))
    gain = 10 ** (np.interp(hertz, np.linspace(0, RATE / 2, 9), dice.normal(0, 3, 9)) / 20)
    gain /= np.sqrt(1 + (dice.uniform(50, 300) / np.maximum(hertz, 1)) ** 4)
    gain[hertz > dice.choice([3_400, 4_000, 7_500])] *= 0.01
    out = np.fft.irfft(spectrum * gain, len(sound))
    return out + dice.normal(0, out.std() * 10 ** (-dice.uniform(20, 40) / 20), len(out))


def vector(sound: np.ndarray) -> np.ndarray | None:
    heard = Sound(
        rate=RATE,
        channels=1,
        seconds=len(sound) / RATE,
        codec="pcm",
        stretches=(Stretch(0.0, sound.astype(np.float32)),),
        whole=True,
    )
    voice = voice_of(heard)
    return None if voice is None else voice.vector


Rows = list[tuple[str, str, np.ndarray]]


def _population(rows: Rows) -> Population:
    return Population(np.array([row[2] for row in rows]), tuple(row[0] + row[1] for row in rows))


def _scale(population: Population):
    about = Message("Debian 的人声", "Debian's voices")
    return population.scale("voice.same", signal="voice.likeness", version="1", description=about)


def _told(name: str, figures: dict[str, object]) -> None:
    shown = ("n_h1", "n_h2", "auroc", "tpr_at_1fpr", "cllr", "cllr_cal")
    rates = ("misleading_h1", "misleading_h2", "strongly_misleading_h1", "strongly_misleading_h2")
    values = " ".join(f"{key} {figures[key]:.3g}" for key in (*shown, *rates))
    print(f"{name}: {values}")


def across(rows: Rows) -> None:
    """The scale of all other collections on the pairs of each one."""
    for held in sorted({row[0] for row in rows}):
        others = [row for row in rows if row[0] != held]
        own = [row for row in rows if row[0] == held]
        try:
            population = _population(others)
        except ValueError as few:
            print(f"without {held}: {few}")
            continue
        scale, _ = _scale(population)
        ratios, same = [], []
        for one, other in combinations(own, 2):
            ratios.append(population.ratio(scale, one[2], other[2]))
            same.append(one[1] == other[1])
        opinion = np.array([ratio.opinion for ratio in ratios])
        flagged = np.array([ratio.flagged for ratio in ratios])
        llrs = np.array([ratio.log10_lr for ratio in ratios])
        figures = measure(llrs, np.array(same), opinion, flagged).as_json()
        _told(f"{held}, scale of the others, opinion in {opinion.mean():.0%}", figures)


def main() -> None:
    dice = np.random.default_rng(1)
    plain: Rows = []
    sent: Rows = []
    for collection, name, clips in voices(Path(sys.argv[1])):
        for sound in recordings(clips, name):
            for rows, heard in ((plain, sound), (sent, channel(sound, dice))):
                found = vector(heard)
                if found is not None:
                    rows.append((collection, name, found))
    for title, rows in (("as recorded", plain), ("each through a channel of its own", sent)):
        print(f"== {title}: {len(rows)} recordings")
        population = _population(rows)
        _, document = _scale(population)
        metrics = document["metrics"]
        assert isinstance(metrics, dict)
        _told(f"{len(population.repeated)} voices, held out", metrics["pooled"])
        across(rows)


if __name__ == "__main__":
    main()
