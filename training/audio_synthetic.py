"""Fit the measurement of synthetic voices and its scale; report on systems and corpora unseen.

    /work/venv-train/bin/python training/audio_synthetic.py try|control|apart|fit

Reads what `audio_measured.py` kept. Every figure and every score behind the scale comes from a
model that saw no clip of the fold's corpora (its genuine speech, its copies, its synthesis) and no
clip of any system that is tested in the fold, on whatever corpus. The model that ships is fitted
on all clips.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.detect.audio.model import MOST, WIDE, columns
from mingjian.detect.learned.store import load, save
from mingjian.domain.message import Message
from mingjian.weigh.calibrate import logistic
from mingjian.weigh.fit import fit_scale, write_scale
from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

OUT = Path(os.environ.get("MINGJIAN_SPEECH", "/tmp/aud")) / "data"
FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/audio"
FOLDS = {
    "LJSpeech": ("LJSpeech",),
    "VCTK": ("VCTK",),
    "YourTTS, LibriTTS": ("LibriTTS", "English_LibriTTS_SECS", "English_VCTK_SECS", "EN-EN",
                          "PT-EN", "MLS-PT", "CommonVoice", "reference-mixed"),
    "AISHELL-3": ("AISHELL3",),
    "SpecGrad": ("specgrad-gt",),
    "SpeechBrain": ("speechbrain-tests",),
    "Asterisk, Kokoro": ("asterisk-en_US_f_Allison", "asterisk-es_MX_f_Allison",
                         "asterisk-fr_CA_f_June", "asterisk-it_IT_m_Carlo",
                         "asterisk-ru_RU_f_IvrvoiceRU", "menardi", "kokoro-en", "kokoro-zh"),
    "Fillets, Piper": ("fillets-cs", "fillets-nl", "piper-joe"),
    "KDE, Hibari": ("klettres", "ktuberling", "codec2", "hibari"),
    "Flite, eSpeak": ("slt", "awb", "rms", "kal16", "en-us", "cmn"),
}  # fmt: skip
STRENGTH = 1.0
"""Ridge: share of a standardised number's own spread."""
AGAINST = 15.0
"""How heavily the nuisance counts."""
COPIES = 0.25
"""Share of the copies among what is synthetic."""
LEARNT = "copy_hifigan"
"""The copies that are learnt from; those with disturbed phase misled, held out (see the card)."""
RULES = ("flite", "espeak")
MOST_ROWS = 80
"""Rows of one source behind a scale."""
FOLD_OF = {corpus: name for name, corpora in FOLDS.items() for corpus in corpora}


class Set:
    """All measured clips: rows of numbers and, clip by clip, what they are."""

    def __init__(self) -> None:
        rows, told = [], []
        for path in sorted(OUT.glob("measured_*.npz")):
            left = "copy_" in path.name and LEARNT not in path.name
            if left or "kokoro" in path.name:  # kokoro is kept apart: see `apart`
                continue
            with np.load(path, allow_pickle=False) as kept:
                rows.append(kept["rows"])
                told += json.loads(str(kept["told"]))
        self.rows = np.concatenate(rows)
        self.told: list[dict[str, Any]] = told
        self.synthetic = self.of("label") == "synthetic"
        self.system, self.corpus = self.of("system"), self.of("corpus")
        self.channel, self.origin = self.of("channel"), self.of("origin")
        self.fold = np.array([FOLD_OF[c] for c in self.corpus])
        self.wide = np.array([one["top"] >= WIDE for one in told])
        # A group is weighed as one: a corpus of genuine speech, a system of synthesis.
        self.group = np.where(self.synthetic, self.system, np.char.add("real ", self.corpus))

    def of(self, key: str) -> Any:
        return np.array([one[key] for one in self.told])


def weights(data: Set, chosen: np.ndarray) -> np.ndarray:
    """Every group alike within its class, the two classes alike; rule-based synthesis (flite,
    eSpeak) a twentieth of its class, copies `COPIES` of it."""
    count = Counter(data.group[chosen].tolist())
    weight = np.array([1.0 / count[group] for group in data.group[chosen].tolist()])
    mine = data.synthetic[chosen]
    copy = data.origin[chosen] == "copy"
    rules = np.isin(data.system[chosen], RULES)
    parts = ((~mine, 1.0), (mine & copy, COPIES), (mine & rules, 0.05),
             (mine & ~copy & ~rules, 0.95 - COPIES))  # fmt: skip
    for part, share in parts:
        if part.any():
            weight[part] *= share / weight[part].sum()
    return weight / weight.sum()


def nuisance(data: Set, chosen: np.ndarray, standard: np.ndarray) -> np.ndarray:
    """Scatter of what must not tell: corpora of genuine speech, and channels within a class."""
    group, mine = data.group[chosen], data.synthetic[chosen]
    channel = data.channel[chosen]
    total = np.zeros((standard.shape[1],) * 2)
    sets = [(~mine, group), (mine, channel), (~mine, channel)]
    for part, name in sets:
        middles = np.array([standard[part & (name == one)].mean(axis=0)
                            for one in sorted(set(name[part].tolist()))])  # fmt: skip
        off = middles - middles.mean(axis=0)
        total += off.T @ off / len(off)
    return total


def fit_view(data: Set, chosen: np.ndarray, narrow: bool) -> dict[str, Any]:
    """Standardised ridge regression on +1 and -1 (the direction of a linear discriminant), held
    back along the nuisance, on the columns of one band width."""
    used = columns(narrow)
    rows = data.rows[np.ix_(chosen, used)].astype(np.float64)
    weight = weights(data, chosen)
    mean = weight @ rows
    spread = np.sqrt(weight @ (rows - mean) ** 2) + 1e-3
    standard = np.clip((rows - mean) / spread, -MOST, MOST)
    held = standard.T @ (standard * weight[:, None]) + AGAINST * nuisance(data, chosen, standard)
    answer = np.where(data.synthetic[chosen], 1.0, -1.0)
    slopes = np.linalg.solve(held + STRENGTH * np.eye(len(held)), standard.T @ (weight * answer))
    bias = -float(weight @ (standard @ slopes))
    return {"mean": mean, "spread": spread, "weights": slopes, "bias": bias, "used": used}


def score_view(data: Set, chosen: np.ndarray, view: dict[str, Any]) -> np.ndarray:
    rows = data.rows[np.ix_(chosen, view["used"])]
    standard = np.clip((rows - view["mean"]) / view["spread"], -MOST, MOST)
    return standard @ view["weights"] + view["bias"]


def joined(data: Set, chosen: np.ndarray, narrow: Any, wide: Any) -> np.ndarray:
    at = np.flatnonzero(chosen)
    low, high = score_view(data, at, narrow), score_view(data, at, wide)
    return np.where(data.wide[at], (low + high) / 2, low)


def out_of_fold(data: Set) -> np.ndarray:
    """Each clip by a model that saw nothing of its fold."""
    found = np.zeros(len(data.told))
    for name in FOLDS:
        out = data.fold == name
        if not out.any():
            continue
        tested = set(data.system[out & data.synthetic & (data.origin != "copy")])
        kept = ~out & ~np.isin(data.system, sorted(tested))
        found[out] = joined(data, out, fit_view(data, kept, True),
                            fit_view(data, kept & data.wide, False))  # fmt: skip
    return found


def report(data: Set, scores: np.ndarray, by_system: bool = True) -> None:
    real = ~data.synthetic
    made = data.synthetic & (data.origin != "copy")
    own = data.origin == "shared"
    for channel in ("clean", "g711", "mp3", "opus", "rough"):
        here = data.channel == channel
        both = here & own
        line = f"{channel:6} shared {auroc(scores[both], made[both]):.3f}"
        both = here & (real | made)
        line += f" all {auroc(scores[both], made[both]):.3f}"
        clone = here & (own & real | np.isin(data.system, CLONING))
        line += f" cloning {auroc(scores[clone], made[clone]):.3f}"
        speech = here & (own & real | np.isin(data.system, CLONING + SPOKEN))
        line += f" from text {auroc(scores[speech], made[speech]):.3f}"
        print(line)
    if not by_system:
        return
    here = (data.channel == "clean") & own & real
    for system in sorted(set(data.system[data.synthetic])):
        mine = (data.channel == "clean") & (data.system == system)
        both = here | mine
        tel = (data.channel == "g711") & ((own & real) | (data.system == system))
        low = (
            auroc(scores[tel], made[tel] | data.synthetic[tel])
            if tel.any() and (data.synthetic[tel].any())
            else float("nan")
        )
        print(
            f"  {system:28} n {mine.sum():4} AUROC {auroc(scores[both], data.synthetic[both]):.3f}"
            f" TPR@1% {tpr_at_1fpr(scores[both], data.synthetic[both]):.3f} g711 {low:.3f}"
        )
    for corpus in sorted(set(data.corpus[real])):
        mine = (data.channel == "clean") & real & (data.corpus == corpus)
        print(
            f"  real {corpus:28} n {mine.sum():4} mean {scores[mine].mean():6.2f} "
            f"sd {scores[mine].std():5.2f}"
        )


SPOKEN = ("tacotron2+hifigan", "tacotron2+waveglow", "diffgan-tts", "grad-tts", "vits",
          "glowtts+hifigan", "fastspeech2", "fastspeech2-comprehensive", "fastspeech+hifigan",
          "kokoro", "piper-vits", "hibari")  # fmt: skip
"""Systems that speak a text in a voice they learnt."""
CLONING = ("yourtts", "yourtts-vc", "sc-glowtts", "autovc", "vits-vc", "stargan-vc", "tw-vc")


def control(data: Set) -> None:
    """What level, length and upper edge alone tell, fold by fold as above: should be chance. The
    matched set: clips of the shared set of full length (3.6 s) that reach 7.7 kHz before the
    channel; beside it the measurement itself on the same clips."""
    rows = np.array([
        [np.log(one["peak"] + 1e-6), one["length"], one["top"] / 1000, one["seconds"]]
        for one in data.told
    ])  # fmt: skip
    real, made = ~data.synthetic, data.synthetic & (data.origin != "copy")
    full = {one["id"] for one in data.told
            if one["channel"] == "clean" and one["length"] > 3.5 and one["top"] > 7700}  # fmt: skip
    matched = np.isin(data.of("id"), sorted(full)) & (data.origin == "shared")
    measured = np.load(OUT / "out_of_fold.npy")
    for name, used in {"level": [0], "length": [1, 3], "upper edge": [2],
                       "all": [0, 1, 2, 3]}.items():  # fmt: skip
        found = np.zeros(len(rows))
        for fold in FOLDS:
            out = data.fold == fold
            tested = set(data.system[out & made])
            kept = ~out & ~np.isin(data.system, sorted(tested))
            mean, spread = rows[kept].mean(0), rows[kept].std(0) + 1e-6
            standard = (rows - mean) / spread
            weight = np.sqrt(weights(data, kept))[:, None]
            part = np.column_stack([standard[kept][:, used], np.ones(kept.sum())])
            answer = np.where(data.synthetic[kept], 1.0, -1.0)
            slopes = np.linalg.lstsq(part * weight, answer * weight[:, 0], rcond=None)[0]
            found[out] = standard[out][:, used] @ slopes[:-1] + slopes[-1]
        line = f"control {name:12}"
        for channel in ("clean", "g711", "mp3"):
            both = (data.channel == channel) & (data.origin == "shared") & (real | made)
            near = both & matched
            line += f" {channel} {auroc(found[both], made[both]):.3f}"
            line += f" matched {auroc(found[near], made[near]):.3f}"
        print(line)
    for part, systems in (("all", set(data.system)), ("cloning", CLONING), ("from text", SPOKEN)):
        line = f"measurement {part:9}"
        for channel in ("clean", "g711", "mp3"):
            near = (data.channel == channel) & matched & (real | np.isin(data.system, [*systems]))
            line += f" {channel} matched {auroc(measured[near], made[near]):.3f}"
            line += f" n {made[near].sum()}/{real[near].sum()}"
        print(line)


def apart() -> None:
    """Kokoro, never fitted on, by the model that ships, against genuine speech held out."""
    data = Set()
    kept = np.load(OUT / "measured_kokoro_0.npz", allow_pickle=False)
    told = json.loads(str(kept["told"]))
    arrays = load("mingjian.detect.audio", "synthetic_voice")
    sums = []
    for name in ("narrow", "wide"):
        rows = kept["rows"][:, columns(name == "narrow")]
        standard = np.clip((rows - arrays[f"{name}_mean"]) / arrays[f"{name}_spread"], -MOST, MOST)
        sums.append(standard @ arrays[f"{name}_weights"] + arrays[f"{name}_bias"])
    wide = np.array([one["top"] >= WIDE for one in told])
    found = np.where(wide, (sums[0] + sums[1]) / 2, sums[0])
    here = ~data.synthetic & (data.origin == "shared") & (data.channel == "clean")
    real = np.load(OUT / "out_of_fold.npy")[here]
    for corpora in (("kokoro-en",), ("kokoro-zh",), ("kokoro-en", "kokoro-zh")):
        mine = np.array([o["channel"] == "clean" and o["corpus"] in corpora for o in told])
        both = np.concatenate([real, found[mine]])
        answer = np.arange(len(both)) >= len(real)
        print(*corpora, int(mine.sum()), f"AUROC {auroc(both, answer):.3f}")


def sources_of(data: Set) -> np.ndarray:
    """Names of the sources of a scale: a corpus of genuine speech, a system, in its fold."""
    return np.where(data.synthetic, np.char.add(np.char.add(data.system, " / "), data.fold),
                    np.char.add("genuine / ", data.corpus))  # fmt: skip


LICENCES = {
    "genuine / klettres": "GPL-2.0 (Debian klettres-data)",
    "genuine / ktuberling": "GPL-2.0 (Debian ktuberling-data)",
    "genuine / fillets-cs": "GPL-2.0 (Debian fillets-ng-data-cs)",
    "genuine / fillets-nl": "GPL-2.0 (Debian fillets-ng-data-nl)",
    "genuine / menardi": "GPL-3.0 (Debian asterisk-prompt-it)",
    **{f"genuine / {corpus}": "CC BY-SA 3.0 (Debian asterisk-core-sounds)"
       for corpus in FOLDS["Asterisk, Kokoro"] if corpus.startswith("asterisk")},
}  # fmt: skip
ABOUT = Message(
    "2 至 3.6 秒的单人语音，中英等语言，经原样、G.711、MP3、Opus、噪声混响通道；"
    "真人录音来自十余个语料，合成语音来自 2018 至 2023 年的合成、转换、克隆系统与少量小型系统",
    "2 to 3.6 s of one voice, several languages, clean and by G.711, MP3, Opus, noise and rooms; "
    "people of over a dozen corpora, synthesis, conversion and cloning systems of 2018 to 2023 "
    "and a few small ones",
)


def scale(data: Set, scores: np.ndarray, channel: str, chosen: np.ndarray) -> None:
    """One scale for recordings of one band width, from scores out of fold; copies left out."""
    sources = sources_of(data)
    random = np.random.default_rng(0)
    keep = np.zeros(len(scores), bool)
    for source in sorted(set(sources[chosen])):
        mine = np.flatnonzero(chosen & (sources == source))
        keep[random.permutation(mine)[:MOST_ROWS]] = True
    names = sorted(set(sources[keep].tolist()))
    folds = [set(sources[keep & (data.fold == fold)].tolist())
             for fold in FOLDS]  # fmt: skip
    merged = [frozenset(fold) for fold in folds if fold]
    document = fit_scale(
        scores[keep].tolist(), data.synthetic[keep].tolist(), sources[keep].tolist(),
        signal="audio.synthetic_voice", proposition="audio.synthetic", description=ABOUT,
        method="logistic", licences={name: LICENCES.get(name, "not stated") for name in names},
        population={"form": ["speech"], "duration": {"min": 1.0}, "channel": [channel]},
        folds=merged, threshold_rule="pooled", largest=1.5, version="1",
    )  # fmt: skip
    path = FOLDER / f"audio.synthetic_voice.{channel}.scale.json"
    path.write_bytes(write_scale(document))
    pooled = document["metrics"]["pooled"]
    print(channel, keep.sum(), {k: pooled[k] for k in pooled if pooled[k] is not None})
    print("  bounds", document["bounds"], "threshold", document["threshold"],
          "withheld", document["withheld"] is not None)  # fmt: skip
    for name, one in document["metrics"]["by_source"].items():
        if one.get("frozen_fpr") is not None:
            print(f"  {name:36} frozen FPR {one['frozen_fpr']:.3f}")


def ship(data: Set, slope: float, constant: float) -> None:
    arrays: dict[str, Any] = {}
    everything = np.ones(len(data.told), bool)
    for name, chosen in (("narrow", everything), ("wide", data.wide)):
        view = fit_view(data, chosen, name == "narrow")
        view["weights"] = slope * view["weights"]
        view["bias"] = slope * view["bias"] + constant
        for key in ("mean", "spread", "weights", "bias"):
            arrays[f"{name}_{key}"] = np.asarray(view[key], np.float32)
    clean = data.channel == "clean"
    rows = [
        {"name": str(group), "clips": int((clean & (data.group == group)).sum())}
        for group in sorted(set(data.group))
    ]
    save(FOLDER, "synthetic_voice", arrays, script="training/audio_synthetic.py", rows=rows,
         more={"use": "research: most recordings have no stated licence"})  # fmt: skip


def main() -> None:
    data = Set()
    print(len(data.told), Counter(data.system[data.channel == "clean"].tolist()).most_common())
    what = sys.argv[1] if len(sys.argv) > 1 else "try"
    if what == "apart":
        apart()
        return
    if what == "control":
        control(data)
        return
    scores = out_of_fold(data)
    if what == "try":
        report(data, scores)
        return
    mine = scores
    kept = data.origin != "copy"
    line = logistic(mine[kept, None], data.synthetic[kept])
    slope, constant = line.slopes[0], line.intercept
    mine = slope * mine + constant
    report(data, mine)
    np.save(OUT / "out_of_fold.npy", mine)
    scale(data, mine, "wide", kept & data.wide)
    scale(data, mine, "telephone", kept & ~data.wide)
    ship(data, slope, constant)


if __name__ == "__main__":
    main()
