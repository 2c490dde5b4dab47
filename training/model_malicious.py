"""Make labelled model files, score them, and fit the scales of `model.unsafe_call`.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch scikit-learn pandas joblib \
        numpy scipy xgboost lightgbm
    (and for other parts and sources the libraries named in model_malicious_*.py)
    /tmp/venv/bin/python training/model_malicious.py make pickles|networks|graphs|reaches OUT
    .venv/bin/python training/model_malicious.py score OUT [--shared FOLDER] > scores.csv
    .venv/bin/python training/model_malicious.py fit scores.csv src/mingjian/detect/model

`make` needs the libraries above and writes ordinary files by using them. Malicious files are
assembled from opcodes as bytes. Nothing is ever unpickled, here or in `score`. The severities
and the malicious generator have one author, so the generator's sources show that known classes
of attack are covered, not how new ones fare; picklescan's and modelscan's files are theirs, but
were at hand while the allow-list was written.
Rows: ``score,label,source,file,format``; label 1 = malicious; format = the container family,
which has a scale of its own. The files themselves are not kept.
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
        "reaches.ordinary_libraries",
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
"""Scored and reported, but licence not stated: left out of the scales."""
OWN = (
    "恶意文件为自有生成脚本所制，每类手法为一个来源，部分手法在制定规则时已知",
    "malicious files from a generator of our own, each way of reaching out a source; some of "
    "these were known when the rules were made",
)
FAMILIES = {
    "pickle": (
        "用常见机器学习库制作的普通 pickle 类模型与数据文件；恶意文件来自 picklescan、modelscan "
        "的公开测试集和自有生成脚本，每类手法为一个来源；清单作者事先见过这些手法",
        "ordinary model and data files of the pickle kind, made with common machine-learning "
        "libraries; malicious files from the public test sets of picklescan and modelscan and "
        "from a generator of our own, each family a source; the author of the allow-list knew "
        "these families",
    ),
    "keras": (
        f"用 Keras 3 与 Keras 2 制作并保存的普通模型；{OWN[0]}",
        f"ordinary models built and saved with Keras 3 and Keras 2; {OWN[1]}",
    ),
    "onnx": (
        f"用 skl2onnx、PyTorch、onnx 制作的普通模型与 ONNX 官方测试模型；{OWN[0]}",
        f"ordinary models made with skl2onnx, PyTorch and onnx, and test models of ONNX; {OWN[1]}",
    ),
    "tensorflow": (
        f"用 TensorFlow 导出的普通 SavedModel；{OWN[0]}",
        f"ordinary SavedModels exported with TensorFlow; {OWN[1]}",
    ),
    "gguf": (
        f"用 gguf 库写成的普通文件，对话模板按通行写法自拟，没有真实模型；{OWN[0]}",
        "ordinary files written with the library gguf, chat templates in the usual idioms but of "
        f"our own wording, no real models; {OWN[1]}",
    ),
}
"""Container families, each with its own scale, and what its cases are."""


def fit(scores: Path, out: Path) -> None:
    """One scale a family, as files in `out`; a line per source on stderr."""
    import json
    from collections import Counter

    from mingjian.domain.message import Message
    from mingjian.weigh.fit import fit_scale

    with scores.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["score"]]
    counts = Counter((row["format"], row["source"], row["label"], row["score"]) for row in rows)
    for (family, source, label, value), n in sorted(counts.items()):
        word = "malicious" if label == "1" else "ordinary"
        print(family, source, word, value, n, file=sys.stderr)
    for family, (zh, en) in FAMILIES.items():
        mine = [r for r in rows if r["format"] == family and r["source"] not in NOT_FITTED]
        document = fit_scale(
            [float(row["score"]) for row in mine],
            [row["label"] == "1" for row in mine],
            [row["source"] for row in mine],
            signal="model.unsafe_call",
            proposition="model.malicious",
            version=f"2.{family}",
            description=Message(zh, en),
            licences={
                row["source"]: LICENCES.get(row["source"], "Apache-2.0 (made here)") for row in mine
            },
            population={"format": [family]},
        )
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (out / f"model.unsafe_call.{family}.scale.json").write_text(text + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("make")
    step.add_argument("part", choices=sorted(PARTS))
    step.add_argument("out", type=Path)
    step = steps.add_parser("score")
    step.add_argument("folders", type=Path, nargs="+")
    step.add_argument("--shared", type=Path, help="folder with picklescan/ and modelscan/")
    step = steps.add_parser("fit")
    step.add_argument("scores", type=Path)
    step.add_argument("out", type=Path, help="folder of the detectors")
    given = parser.parse_args()
    if given.step == "make":
        make(given.out, given.part)
    elif given.step == "fit":
        fit(given.scores, given.out)
    else:
        score(given.folders, given.shared)


if __name__ == "__main__":
    main()
