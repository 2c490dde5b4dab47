"""Make labelled model files, score them with `model.pickle`, and fit the scale of its signal.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install torch scikit-learn pandas joblib \
        numpy scipy xgboost lightgbm
    /tmp/venv/bin/python training/model_malicious.py make OUT_FOLDER
    .venv/bin/python training/model_malicious.py score OUT_FOLDER [--shared FOLDER] > scores.csv

`make` needs the libraries above and writes ordinary files by using them. Malicious files are
assembled from opcodes as bytes. Nothing is ever unpickled, here or in `score`.
Rows: ``score,label,source,file``; label 1 = malicious. The files themselves are not kept.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def make(out: Path) -> None:
    from model_malicious_benign import write_benign
    from model_malicious_payloads import write_malicious

    for label, writer in (("benign", write_benign), ("malicious", write_malicious)):
        count = 0
        for source, name, data in writer():
            folder = out / label / source
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
            count += 1
        print(label, count, file=sys.stderr)


def score(folders: list[Path], shared: Path | None) -> None:
    from mingjian.detect.contract import DetectorSignal
    from mingjian.detect.model.pickle_calls import PickleCalls
    from mingjian.intake.content import FileContent
    from mingjian.intake.limits import Limits
    from mingjian.intake.take_in import take_in

    detector = PickleCalls({})
    rows = csv.writer(sys.stdout)
    rows.writerow(["score", "label", "source", "file"])

    def one(path: Path, label: int, source: str) -> None:
        """The highest score of the item and its parts, as a person examining it would see."""
        scores: list[float] = []
        reasons: list[str] = []
        for taken in take_in(FileContent(path), path.name, Limits()):
            if taken.evidence.kind not in detector.accepts:
                continue
            try:
                for finding in detector.examine(taken.evidence):
                    if finding.score is not None:
                        scores.append(finding.score)
            except DetectorSignal as signal:
                reasons.append(signal.reason.en)
        if not scores:
            print(source, path.name, *reasons, file=sys.stderr)
        rows.writerow([max(scores, default=""), label, source, path.name])

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
        for path in sorted((shared / "real_weights_benign").glob("*.pth")):
            one(path, 0, "real-weights")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["make", "score"])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--shared", type=Path, help="folder with picklescan/ and modelscan/")
    given = parser.parse_args()
    if given.step == "make":
        make(given.folders[0])
    else:
        score(given.folders, given.shared)


if __name__ == "__main__":
    main()
