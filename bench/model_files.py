"""Model files per second and core: `model.pickle` beside picklescan 1.0.5, same files, one run.

Ordinary files are made by the Python named by `BENCH_PYTHON` (scikit-learn, pandas, numpy,
joblib); hostile ones are the hand-assembled pickles of tests/apart/model. The two scanners take
turns, each in a process of its own that has the files in memory; what counts is the sum over the
files of the least processor time that each took in any round: a pass as a whole would be as fast
as the host was slow in it. picklescan is measured twice: silenced,
and writing the lines about what it found, as its command does, to nowhere. Mingjian always
builds its explanation: sentence in two languages, opcode chain, places.

The last rows are whole commands: `mingjian examine` also hashes twice, keeps the evidence,
weighs, signs custody and stores.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ROUNDS = 25

_ORDINARY = """
import pickle, sys
from pathlib import Path
import joblib, numpy as np, pandas as pd
from sklearn import ensemble, linear_model, naive_bayes, neighbors, pipeline, preprocessing, svm
from sklearn import tree
from sklearn.base import clone
out, random = Path(sys.argv[1]), np.random.default_rng(1)
for n in range(12):
    x, y = random.normal(size=(60 + 40 * n, 6)), random.integers(0, 2, 60 + 40 * n)
    models = [linear_model.LogisticRegression(), linear_model.Ridge(), svm.SVC(),
              tree.DecisionTreeClassifier(), ensemble.RandomForestClassifier(5 + n),
              ensemble.GradientBoostingClassifier(n_estimators=5 + n), naive_bayes.GaussianNB(),
              neighbors.KNeighborsClassifier(),
              pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Lasso())]
    for k, model in enumerate(models):
        model.fit(x, y)
        (out / f"model-{n}-{k}.pkl").write_bytes(pickle.dumps(model, protocol=n % 6))
        joblib.dump(model, out / f"model-{n}-{k}.joblib")
        joblib.dump(clone(model), out / f"unfitted-{n}-{k}.joblib.bare")
    frame = pd.DataFrame({"a": x[:, 0], "b": y, "c": pd.Categorical(["u", "v"] * (len(y) // 2))})
    frame.to_pickle(out / f"frame-{n}.pkl")
    np.save(out / f"array-{n}.npy", x)
    np.savez(out / f"arrays-{n}.npz", x=x, y=y)
    (out / f"plain-{n}.pkl").write_bytes(pickle.dumps({"x": x, "names": list("abc"), "n": n}))
"""

_OTHER = """
import io, json, logging, os, sys, time
from picklescan.scanner import scan_bytes
lines = logging.getLogger("picklescan")
lines.setLevel(logging.INFO)
lines.addHandler(logging.StreamHandler(open(os.devnull, "w")))
files = [(p, open(p, "rb").read()) for p in json.loads(sys.stdin.readline())]
for line in sys.stdin:
    failed = found = 0
    logging.disable(logging.CRITICAL if line.strip() == "silenced" else logging.NOTSET)
    took = []
    for path, data in files:
        began = time.process_time()
        try:
            result = scan_bytes(io.BytesIO(data), path, os.path.splitext(path)[1])
            failed += result.scan_err
            found += bool(result.infected_files)
        except Exception:
            failed += 1
        took.append(time.process_time() - began)
    print(json.dumps([took, failed, found]), flush=True)
"""

_OURS = """
import json, sys, time
from mingjian.detect.contract import DetectorSignal
from mingjian.detect.model.pickle_calls import PickleCalls
from mingjian.domain.evidence import Evidence
from mingjian.intake.content import BytesContent
from mingjian.intake.identify import identify
files = [(p, BytesContent(open(p, "rb").read())) for p in json.loads(sys.stdin.readline())]
detector = PickleCalls({})
def evidence(path, content):
    return Evidence(sha256="", sm3="", size=content.size, path=path,
                    identity=identify(content, path, None), content=content)
ready = [evidence(*file) for file in files]
for line in sys.stdin:
    failed = found = 0
    took = []
    for number, file in enumerate(files):
        began = time.process_time()
        item = ready[number] if line.strip() == "alone" else evidence(*file)
        try:
            found += next(iter(detector.examine(item))).score >= 5
        except DetectorSignal:
            failed += 1
        took.append(time.process_time() - began)
    print(json.dumps([took, failed, found]), flush=True)
"""


class Side:
    """One scanner in a process of its own, asked for one pass at a time."""

    def __init__(self, python: str, script: str, files: list[str]) -> None:
        self.process = subprocess.Popen(
            [python, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ask(json.dumps(files), answer=False)

    def ask(self, line: str, answer: bool = True) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline()) if answer else None

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def _hostile(out: Path) -> None:
    """The hand-assembled pickles of the collection made apart, each in one random dialect."""
    sys.path.insert(0, str(ROOT / "tests" / "apart" / "model"))
    import hostile_calls
    import hostile_packages
    from assemble import DIALECTS, assemble

    dice = random.Random(1)
    for module in (hostile_calls, hostile_packages):
        for family, items in module.FAMILIES.items():
            for number, item in enumerate(items):
                data = assemble(item, dice.choice(DIALECTS))
                (out / f"{family}-{number}.pkl").write_bytes(data)


_ASKED = {
    "mingjian": {"alone": "mingjian", "identified": "mingjian with identification"},
    "picklescan": {"silenced": "picklescan, silenced", "lines": "picklescan with its lines"},
}
"""What each side is asked for in a round, and the name of the row."""


def _best(paths: list[str], python: str | None) -> dict[str, list[float]]:
    """Of each row: sum of the least processor seconds of each file, files not scanned, found."""
    sides = {"mingjian": Side(sys.executable, _OURS, paths)}
    if python:
        sides["picklescan"] = Side(python, _OTHER, paths)
    least: dict[str, list[float]] = {}
    counts: dict[str, list[float]] = {}
    for _ in range(ROUNDS + 1):  # the first round warms up
        for name, side in sides.items():
            for what, row in _ASKED[name].items():
                took, *counts[row] = side.ask(what)
                least[row] = [*map(min, least.get(row, took), took)]
    for side in sides.values():
        side.close()
    return {row: [sum(took), *counts[row]] for row, took in least.items()}


def _rows(name: str, count: int, best: dict[str, list[float]]) -> list[list[object]]:
    """Rows of the table. No ratio where picklescan gave up on what it was to scan."""
    theirs, failed, _ = best.get("picklescan, silenced", [0.0, 0, 0])
    return [
        [
            name,
            count,
            row,
            f"{count / seconds:,.0f}",
            f"{theirs / seconds:.2f}" if theirs and not failed else "—",
            int(missed),
            int(found),
        ]
        for row, (seconds, missed, found) in best.items()
    ]


def _command(command: list[str], home: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env={**os.environ, "MINGJIAN_HOME": str(home)},
    )
    return time.perf_counter() - began


def main() -> None:
    python = os.environ.get("BENCH_PYTHON")
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        kinds = {}
        for name in ("ordinary", "hostile", "both"):
            kinds[name] = Path(folder) / "files" / name
            kinds[name].mkdir(parents=True)
        _hostile(kinds["hostile"])
        if python:
            subprocess.run([python, "-c", _ORDINARY, str(kinds["ordinary"])], check=True)
        groups: dict[str, list[str]] = {}
        for name in ("ordinary", "hostile"):
            for file in sorted(kinds[name].iterdir()):
                bare = file.suffix == ".bare"
                copy = kinds["both"] / f"{name}-{file.name.removesuffix('.bare')}"
                copy.write_bytes(file.read_bytes())
                group = f"{name} {copy.suffix}{' without arrays' if bare else ''}"
                groups.setdefault(group, []).append(str(copy))
        pooled: dict[str, list[float]] = {}
        scanned = 0
        for name, paths in groups.items():
            best = _best(paths, python)
            rows += _rows(name, len(paths), best)
            if not best.get("picklescan, silenced", [0.0, 0, 0])[1]:
                scanned += len(paths)
                for row, values in best.items():
                    sums = pooled.setdefault(row, [0.0, 0, 0])
                    pooled[row] = [a + b for a, b in zip(sums, values, strict=True)]
        rows += _rows("all that both scan", scanned, pooled)
        count = len(list(kinds["both"].iterdir()))
        both = str(kinds["both"])
        ours = _command(
            [sys.executable, "-m", "mingjian.cli.main", "examine", both, "--json"], home
        )
        rows.append(["both", count, "mingjian examine (command, 2 cores)", f"{count / ours:,.0f}"])
        if python:
            scan = [python, "-m", "picklescan", "-p", both]
            whole = count / _command(scan, home)
            rows[-1] += [f"{count / ours / whole:.2f}", "", ""]
            rows.append(
                ["both", count, "picklescan (command, 1 core)", f"{whole:,.0f}", "1.00", "", ""]
            )
    print(
        json.dumps(
            {
                "title": "Model files: speed beside picklescan 1.0.5",
                "how": "The same files in one run; the least processor time of each file in "
                f"{ROUNDS} rounds, summed. Ordinary: scikit-learn, pandas, numpy, joblib. Hostile: "
                "tiny hand-assembled pickles.",
                "columns": [
                    "files",
                    "n",
                    "what",
                    "files/s per core",
                    "ratio to picklescan",
                    "not scanned",
                    "found",
                ],
                "rows": rows,
                "notes": [
                    "The ratio is to picklescan, silenced: it then reports nothing it found, "
                    "while Mingjian still builds its explanation.",
                    "picklescan stops with an error at the raw arrays of joblib: not scanned, "
                    "so no ratio; Mingjian reads such files to the end.",
                    "Found counts a score of 5 or more, or an infected file in picklescan's words.",
                    "The whole commands are in files per second of wall time, start-up included.",
                ],
            }
        )
    )


if __name__ == "__main__":
    main()
