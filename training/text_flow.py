"""The table of word pairs that `mingjian.detect.text.flow` reads.

    .venv/bin/python training/text_flow.py words FOLDER      writes FOLDER/vocab.txt
    .venv/bin/python training/text_flow.py table FOLDER      reads uni.bin and bi.bin from there

Between the two, `text_flow.cc` writes out the model `zh_CN.lm` of Debian's package
libime-data-language-model 1.0.16-1 (LGPL-2.1+).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from mingjian.detect.learned.meaning import meaning
from mingjian.detect.learned.store import save
from mingjian.detect.text.flow import FILE, STEP

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/text"
MOST = 1_000_000
"""Pairs kept: the most frequent."""


def table(folder: Path) -> dict[str, np.ndarray]:
    alone, backoff = np.fromfile(folder / "uni.bin", np.float32).reshape(-1, 2).T
    raw = np.fromfile(folder / "bi.bin", np.dtype([("a", "u4"), ("b", "u4"), ("p", "f4")]))
    joint = alone[raw["a"]] + raw["p"]
    raw = raw[np.argsort(-joint, kind="stable")[:MOST]]
    raw = raw[np.lexsort((raw["b"], raw["a"]))]
    gain = np.round(STEP * (raw["p"] - alone[raw["b"]])).clip(-127, 127).astype(np.int8)
    lone = np.round(STEP * alone).clip(-127, 0).astype(np.int8)
    lone[alone < -8.9] = 127
    return {
        "followers": np.bincount(raw["a"], minlength=alone.size).astype(np.uint16),
        "second": raw["b"].astype(np.uint16),
        "gain": gain,
        "alone": lone,
        "unseen": np.round(STEP * backoff).clip(-127, 127).astype(np.int8),
    }


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "words":
        (where / "vocab.txt").write_text("".join(f"{w}\n" for w in meaning().vocabulary), "utf-8")
    else:
        arrays = table(where)
        save(
            FOLDER, FILE, arrays, script="training/text_flow.py",
            rows=[{"source": "libime-data-language-model 1.0.16-1, zh_CN.lm",
                   "rows": int(arrays["second"].size), "licence": "LGPL-2.1+"}],
        )  # fmt: skip
