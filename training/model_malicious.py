"""Make labelled model files, score them with `model.pickle`, and fit the scale of its signal.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch scikit-learn pandas joblib \
        numpy scipy xgboost lightgbm
    (and for two sources the libraries named in model_malicious_others.py)
    /tmp/venv/bin/python training/model_malicious.py make OUT_FOLDER
    .venv/bin/python training/model_malicious.py score OUT_FOLDER [--shared FOLDER] > scores.csv
    .venv/bin/python training/model_malicious.py fit scores.csv > model.unsafe_call.scale.json

`make` needs the libraries above and writes ordinary files by using them. Malicious files are
assembled from opcodes as bytes. Nothing is ever unpickled, here or in `score`. The severities
and the malicious generator have one author, so the generator's sources show that known classes
of attack are covered, not how new ones fare; picklescan's and modelscan's files are theirs, but
were at hand while the allow-list was written.
Rows: ``score,label,source,file``; label 1 = malicious. The files themselves are not kept.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


PARTS = {
    "pickles": ("benign.write_benign", "payloads.write_malicious"),
    "networks": ("networks.write_keras", "networks.write_savedmodels", "reaches.real_graphs"),
    "graphs": ("graphs.write_onnx", "templates.write_gguf"),
    "reaches": (
        "reaches.hostile_keras",
        "reaches.hostile_onnx",
        "reaches.hostile_savedmodels",
        "templates.hostile_gguf",
    ),
}
"""What `make` writes, by the libraries it needs (see the module named before the point)."""
HOSTILE = frozenset(["write_malicious", "real_graphs"])


def make(out: Path, part: str) -> None:
    from importlib import import_module

    for place in PARTS[part]:
        module, _, name = place.partition(".")
        label = "malicious" if name in HOSTILE or name.startswith("hostile") else "benign"
        count = 0
        for source, file, data in getattr(import_module(f"model_malicious_{module}"), name)():
            folder = out / label / source
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
            count += 1
        print(label, name, count, file=sys.stderr)


def score(folders: list[Path], shared: Path | None) -> None:
    from mingjian.detect.contract import DetectorSignal
    from mingjian.detect.model.gguf_metadata import GgufMetadata
    from mingjian.detect.model.keras_config import KerasConfig
    from mingjian.detect.model.onnx_graph import OnnxGraph
    from mingjian.detect.model.pickle_calls import PickleCalls
    from mingjian.detect.model.tensorflow_graph import TensorflowGraph
    from mingjian.intake.content import FileContent
    from mingjian.intake.limits import Limits
    from mingjian.intake.take_in import take_in

    detectors = [
        cls({}) for cls in (PickleCalls, KerasConfig, OnnxGraph, TensorflowGraph, GgufMetadata)
    ]
    rows = csv.writer(sys.stdout)
    rows.writerow(["score", "label", "source", "file", "format"])

    def one(path: Path, label: int, source: str) -> None:
        """The highest score of the item and its parts, as a person examining it would see."""
        scores: list[tuple[float, str]] = []
        reasons: list[str] = []
        for taken in take_in(FileContent(path), path.name, Limits()):
            for detector in detectors:
                if taken.evidence.kind not in detector.accepts:
                    continue
                try:
                    for finding in detector.examine(taken.evidence):
                        if finding.score is not None:
                            scores.append((finding.score, str(finding.context["format"])))
                except DetectorSignal as signal:
                    reasons.append(signal.reason.en)
        if not scores:
            print(source, path.name, *reasons, file=sys.stderr)
        value, family = max(scores, default=("", ""))
        rows.writerow([value, label, source, path.name, family])

    for folder in folders:
        for path in sorted(folder.glob("*/*/*")):
            one(path, int(path.parts[-3] == "malicious"), path.parts[-2])
    if shared is not None:
        for path in sorted((shared / "picklescan").iterdir()):
            benign = any(
                word in path.name
                for word in ("benign", "array", "new_pytorch", "__pytorch_model", "not_a_pickle")
            )
            if "bad_pytorch" not in path.name:
                one(path, int(not benign), "picklescan-fixtures")
        one(shared / "modelscan/tests__data__unsafe_zip_pytorch.pt", 1, "modelscan-fixtures")
        for path in sorted((shared / "onnx_backend_benign").iterdir()):
            one(path, 0, "onnx-backend-tests")
        for path in sorted((shared / "real_weights_benign").iterdir()):
            one(path, 0, "real-weights")


LICENCES = {
    "picklescan-fixtures": "MIT",
    "modelscan-fixtures": "Apache-2.0",
    "onnx-backend-tests": "Apache-2.0",
}
NOT_FITTED = ("real-weights",)
"""Scored and reported, but licence not stated: left out of the scale."""


def fit(scores: Path) -> None:
    """The scale as JSON on stdout; a line per source on stderr."""
    import json
    from collections import Counter

    from mingjian.domain.message import Message
    from mingjian.weigh.fit import fit_scale

    with scores.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["score"]]
    counts = Counter((row["source"], row["label"], row["score"]) for row in rows)
    for (source, label, value), n in sorted(counts.items()):
        print(source, "malicious" if label == "1" else "ordinary", value, n, file=sys.stderr)
    rows = [row for row in rows if row["source"] not in NOT_FITTED]
    document = fit_scale(
        [float(row["score"]) for row in rows],
        [row["label"] == "1" for row in rows],
        [row["source"] for row in rows],
        signal="model.unsafe_call",
        proposition="model.malicious",
        description=Message(
            "用常见机器学习库制作的普通模型与数据文件；恶意文件来自 picklescan、modelscan 的公开"
            "测试集，以及自有生成脚本（每类手法为一个来源）；清单作者事先见过这些手法",
            "ordinary model and data files made with common machine-learning libraries; malicious "
            "files from the public test sets of picklescan and modelscan and from a generator of "
            "our own, each family a source; the author of the allow-list knew these families",
        ),
        licences={
            row["source"]: LICENCES.get(row["source"], "Apache-2.0 (made here)") for row in rows
        },
    )
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["make", "score", "fit"])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--shared", type=Path, help="folder with picklescan/ and modelscan/")
    given = parser.parse_args()
    if given.step == "make":
        make(given.folders[0])
    elif given.step == "fit":
        fit(given.folders[0])
    else:
        score(given.folders, given.shared)


if __name__ == "__main__":
    main()
