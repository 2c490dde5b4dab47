"""Fits the weights of `detect/privacy/running_names.py` and writes them into its list.

Logistic regression over all stretches that begin with a surname. Sources: sentences of news and
forums (CLUENER, split "train", every second one) and the half "tune" of tests/apart/privacy.
`python training/privacy_names.py SHARED` where SHARED holds data/text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np

from mingjian.detect.privacy.names_zh import characters
from mingjian.detect.privacy.running_names import _candidate, ends, observed

ROOT = Path(__file__).parent.parent
LIST = ROOT / "src/mingjian/detect/privacy/data/names_zh.json"
RIDGE = 2.0
ROUNDS = 30


def sentences(shared: Path) -> list[tuple[str, set[tuple[int, int]], float]]:
    """Text, places of names, and the weight of the source."""
    table = shared / "data/text/pii_zh_cluener.parquet"
    rows = duckdb.sql(f"select text, spans from '{table}' where split = 'train'").fetchall()
    made = [
        (text, {(start, end) for start, end, kind in json.loads(spans) if kind == "name"}, 1.0)
        for text, spans in rows[::2]
    ]
    for line in (ROOT / "tests/apart/privacy/set.jsonl").read_text("utf-8").splitlines():
        doc = json.loads(line)
        if doc["half"] == "tune":
            names = {(i["start"], i["end"]) for i in doc["items"] if i["kind"] == "name"}
            made.append((doc["text"], names, 1.0))
    return made


def main() -> None:
    counts: Counter[tuple[tuple[str, ...], bool]] = Counter()
    for text, names, weight in sentences(Path(sys.argv[1])):
        for match in _candidate().finditer(text):
            for stop in ends(text, match.start()):
                seen = tuple(sorted(observed(text, match.start(), stop)))
                counts[seen, (match.start(), stop) in names] += weight  # type: ignore[assignment]
    keys = sorted({key for seen, _ in counts for key in seen})
    place = {key: i for i, key in enumerate(keys)}
    x = np.zeros((len(counts), len(keys)))
    y = np.zeros(len(counts))
    n = np.zeros(len(counts))
    for row, ((seen, is_name), count) in enumerate(counts.items()):
        for key in seen:
            x[row, place[key]] += 1
        y[row], n[row] = is_name, count
    beta = np.zeros(len(keys))
    for _ in range(ROUNDS):  # Newton's method
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (n * (y - p)) - RIDGE * beta
        hessian = (x * (n * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(keys))
        beta += np.linalg.solve(hessian, gradient)
    data = json.loads(LIST.read_text("utf-8"))
    data["weights"] = {key: round(float(b), 2) for key, b in zip(keys, beta, strict=True)}
    lines = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in data.items())
    LIST.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(len(characters().surnames), "surnames;", data["weights"])


if __name__ == "__main__":
    main()
