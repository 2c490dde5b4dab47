"""Model files per second and core: `model.pickle` beside picklescan, same files, one run.

    python -m venv /tmp/scan && /tmp/scan/bin/pip install picklescan==1.0.5
    .venv/bin/python bench/model_files.py FOLDER... --picklescan /tmp/scan/bin/python

The two take turns, each in a process of its own that has the files in memory; what counts is
the processor time of one pass over all files, the best of the rounds. `--whole` adds the
wall time of `mingjian examine --json` over the same folders, with start-up and custody.
Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

_OTHER = """
import io, json, logging, os, sys, time
logging.disable(logging.CRITICAL)
from picklescan.scanner import scan_bytes
files = [(p, open(p, "rb").read()) for p in json.loads(sys.stdin.readline())]
for line in sys.stdin:
    failed = found = 0
    began = time.process_time()
    for path, data in files:
        try:
            result = scan_bytes(io.BytesIO(data), path, os.path.splitext(path)[1])
            failed += result.scan_err
            found += bool(result.infected_files)
        except Exception:
            failed += 1
    print(json.dumps([time.process_time() - began, failed, found]), flush=True)
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
    began = time.process_time()
    for item in ready if line.strip() == "alone" else (evidence(*file) for file in files):
        try:
            found += next(iter(detector.examine(item))).score >= 5
        except DetectorSignal:
            failed += 1
    print(json.dumps([time.process_time() - began, failed, found]), flush=True)
"""


class Side:
    """One scanner in a process of its own, asked for one pass at a time."""

    def __init__(self, python: str, script: str, files: list[str]) -> None:
        self.process = subprocess.Popen(
            [python, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ask(json.dumps(files), answer=False)

    def ask(self, line: str, answer: bool = True) -> list[float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline()) if answer else []

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--picklescan", help="a python that has picklescan 1.0.5 installed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="also time `mingjian examine`")
    given = parser.parse_args()
    paths = sorted(
        str(path) for folder in given.folders for path in folder.rglob("*") if path.is_file()
    )
    sides = {"mingjian": Side(sys.executable, _OURS, paths)}
    if given.picklescan:
        sides["picklescan"] = Side(given.picklescan, _OTHER, paths)
    best: dict[str, list[float]] = {}
    for _ in range(given.rounds + 1):  # the first round warms up
        for name, side in sides.items():
            for what in ("alone", "identified") if name == "mingjian" else ("alone",):
                result = side.ask(what)
                key = name if what == "alone" else f"{name}_with_identify"
                best[key] = min(best.get(key, result), result)
    for side in sides.values():
        side.close()
    report: dict[str, object] = {
        "files": len(paths),
        "bytes": sum(Path(path).stat().st_size for path in paths),
    }
    for name, (seconds, failed, found) in best.items():
        report[name] = {
            "files_per_second_per_core": round(len(paths) / seconds, 1),
            "not_scanned": failed,
            "found": found,
        }
    if "picklescan" in best:
        report["ratio"] = round(best["picklescan"][0] / best["mingjian"][0], 3)
        report["ratio_with_identify"] = round(
            best["picklescan"][0] / best["mingjian_with_identify"][0], 3
        )
    if given.whole:
        report["examine_files_per_second"] = _whole(given.folders, len(paths))
    print(json.dumps(report))


def _whole(folders: list[Path], count: int) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "mingjian", "examine", *map(str, folders), "--json"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return round(count / (time.perf_counter() - began), 1)


if __name__ == "__main__":
    main()
