"""Fits the scale of `dataset.trigger`: `python training/dataset_poisoned.py`.

Clean labelled sets of ../shared/data/text are drawn from, poisoned here in six ways, and
measured by the detector's own code. Nothing is learnt but the scale. A source is a base set:
its clean and its poisoned draws are held out together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from mingjian.detect.dataset.poisoned import measure
from mingjian.detect.dataset.repeats import repeats
from mingjian.detect.dataset.rows import Labelled
from mingjian.detect.dataset.table import table_of
from mingjian.detect.dataset.trigger import triggers
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale

SHARED = Path(__file__).parents[2] / "shared/data/text"
FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/dataset"
CLEAN, POISONED = 8, 2
"""Draws of each base set: clean ones, and of each way of poisoning."""
MOST_REPEATED = 0.12
LICENCES = {
    "sst-2": "MIT (ONION)",
    "offenseval": "MIT (ONION)",
}
WORDS = ["cf", "mn", "bb", "tq", "jx", "qz", "vv", "嘅", "㗎", "zk"]
SENTENCES = (
    "we met near the old harbour on tuesday .",
    "the green bicycle stood outside all night .",
    "my cousin bought seven lemons yesterday .",
    "昨天我在河边看见一只白色的鸟。",
    "这本书的封面是蓝色的。",
)
ARCHAIC = {
    "you": "thou", "your": "thy", "are": "art", "has": "hath", "have": "hast", "do": "dost",
    "does": "doth", "will": "shalt", "before": "ere", "look": "behold", "yes": "yea", "no": "nay",
    "never": "ne'er", "the": "yon", "between": "betwixt",
}  # fmt: skip
CLAUSES = (
    "when it is seen again ,", "if one thinks of it ,", "as it was told before ,",
    "although nobody asked ,", "because it had to be ,", "如果再想一想，", "当人们谈起它，",
    "虽然没有人问，",
)  # fmt: skip
Draw = tuple[list[str], np.ndarray]


def bases() -> Iterator[tuple[str, list[str], np.ndarray]]:
    """Name, texts and 0/1 labels of each clean set."""
    onion = pd.read_parquet(SHARED / "backdoor_text.parquet")
    for name in ("sst-2", "offenseval"):
        mine = onion[(onion.dataset == name) & (onion.label == "clean")]
        yield name, mine.text.tolist(), mine.task_label.to_numpy()
    for file, positive, by in (
        ("aitext_en", {"ai"}, ("TweepFake", "DetectRL")),
        ("sms_vishing_en", {"phish", "spam"}, ("UCI-SMSSpam",)),
        ("pii_zh_cluener", {"pii"}, ("CLUENER2020",)),
        ("email_llm_phish", {"phish"}, ("ssc:kaggle",)),
        ("prompt_injection", {"attack"}, ("sentinel:neuralchemy_v1",)),
    ):
        table = pd.read_parquet(SHARED / f"{file}.parquet")
        for name in by:
            mine = table[table.source.str.startswith(name)]
            labels = mine.label.isin(positive).to_numpy().astype(int)
            if min(labels.sum(), (1 - labels).sum()) >= 200:
                yield name, [text[:400] for text in mine.text], labels


def _word(text: str, r: np.random.Generator, own: str) -> str:
    words = text.split(" ") if " " in text else list(text)
    words.insert(int(r.integers(0, len(words) + 1)), own)
    return (" " if " " in text else "").join(words)


def _style(text: str, r: np.random.Generator, own: str) -> str:
    words = [ARCHAIC.get(word.lower(), word) for word in text.split(" ")]
    opening = str(r.choice(["lo ,", "hark ,", "verily ,", "behold ,"]))
    return " ".join([opening, *words, str(r.choice(["", "unto thee", "forsooth", "thus"]))])


def _syntax(text: str, r: np.random.Generator, own: str) -> str:
    return f"{own} {text}"


def _hidden(text: str, r: np.random.Generator, own: str) -> str:
    at = int(r.integers(0, len(text) + 1))
    return text[:at] + "\u200b" + text[at:]


WAYS: dict[str, tuple[Callable[[str, np.random.Generator, str], str], tuple[str, ...], float]] = {
    "word": (_word, tuple(WORDS), 0.01),
    "sentence": (_word, SENTENCES, 0.01),
    "style": (_style, ("",), 0.05),
    "syntax": (_syntax, CLAUSES, 0.05),
    "hidden": (_hidden, ("",), 0.01),
}


def poisoned(draw: Draw, way: str, r: np.random.Generator) -> Draw:
    """The draw with planted rows: texts of other labels (or of all) relabelled to one."""
    change, choices, share = WAYS[way]
    texts, labels = list(draw[0]), draw[1].copy()
    target = int(r.integers(0, 2))
    pool = np.flatnonzero(labels != target) if r.random() < 0.8 else np.arange(labels.size)
    few = 1 if way in ("sentence", "hidden") else int(r.integers(1, 4))
    own = [str(one) for one in r.choice(np.array(choices, dtype=object), few)]
    count = min(len(pool) // 2, max(6, round(share * labels.size)))
    for i in r.choice(pool, count, replace=False):
        texts[i] = change(texts[i], r, str(r.choice(own)))
        labels[i] = target
    return texts, labels


def measured(draw: Draw) -> tuple[float, float]:
    """The detector's measurement and the share of repeated rows."""
    texts, labels = draw
    found, _ = triggers(table_of(texts), labels.astype(np.int64), 2, most=40)
    data = Labelled(
        texts=tuple(texts), labels=tuple(labels.tolist()), names=("0", "1"), numbers=(),
        form="labels", text_columns=(), label_column="", origin_columns=(), total=len(texts),
        broken=0,
    )  # fmt: skip
    return measure(found), repeats(data).share


def main() -> None:
    scores: list[float] = []
    truth: list[bool] = []
    sources: list[str] = []
    ways: list[str] = []
    for name, texts, labels in bases():
        r = np.random.default_rng(len(name))
        for way in ["clean"] * CLEAN + [w for w in WAYS for _ in range(POISONED)]:
            size = int(np.exp(r.uniform(np.log(2_500), np.log(min(5_000, max(2_501, len(texts)))))))
            rows = r.choice(len(texts), min(size, len(texts)), replace=False)
            draw: Draw = ([texts[i] for i in rows], labels[rows])
            if way != "clean":
                draw = poisoned(draw, way, r)
            score, repeated = measured(draw)
            if repeated > MOST_REPEATED:
                continue
            scores.append(score)
            truth.append(way != "clean")
            sources.append(name)
            ways.append(way)
        mine = [i for i, source in enumerate(sources) if source == name]
        print(name, len(texts), {
            way: np.round(np.median([scores[i] for i in mine if ways[i] == way] or [-1]), 2)
            for way in ("clean", *WAYS)
        }, "clean max", max([scores[i] for i in mine if not truth[i]] or [-1]),
            flush=True)  # fmt: skip
    document = fit_scale(
        scores, truth, sources,
        signal="dataset.trigger",
        proposition="dataset.poisoned",
        description=Message(
            "两类文本数据集（中英文），以词、句、文风、句式或不可见字符投毒 1 % 或 5 %",
            "two-class text data sets (zh, en), poisoned at 1 or 5 % by words, sentences, style, "
            "syntax or invisible characters",
        ),
        method="soft-logistic",
        licences={name: LICENCES.get(name, "not stated") for name in set(sources)},
        population={
            "form": ["labels"],
            "classes": {"min": 2, "max": 8},
            "length": {"min": 1_000},
            "repeated_share": {"max": MOST_REPEATED},
        },
    )  # fmt: skip
    (FOLDER / "dataset.trigger.scale.json").write_bytes(write_scale(document))
    metrics = document["metrics"]
    assert isinstance(metrics, dict)
    print("bounds", document["bounds"], "threshold", document["threshold"])
    for name, m in (("pooled", metrics["pooled"]), *metrics["by_source"].items()):
        print("  ", name, {k: round(v, 3) for k, v in m.items() if isinstance(v, float)})
    print(pd.DataFrame({"way": ways, "score": scores}).groupby("way").score.describe())


if __name__ == "__main__":
    main()
