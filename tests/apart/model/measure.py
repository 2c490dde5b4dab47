"""Measure Mingjian and picklescan on the collection: `measure.py OUT [FAMILY ...]`.

Reads `manifest.csv` and `out.json` (from `mingjian examine OUT/files --json`) and runs
picklescan on the same files. Families are split in two by their hash: errors are listed
for the half `tune` only; the half `report` gives figures alone. Writes `errors.txt`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIGNAL, BAR = "model.unsafe_call", 5.0


@dataclass
class Seen:
    """What was said about one file: its own evidence and its parts together."""

    weight: bool = False
    call: bool = False
    any: bool = False
    gap: bool = False
    picklescan: bool = False
    picklescan_error: bool = False
    reasons: list[str] = field(default_factory=list)


WAYS: dict[str, Callable[[Seen], bool]] = {
    "weight": lambda seen: seen.weight,
    "call>=5": lambda seen: seen.call,
    "any": lambda seen: seen.any,
    "any|gap": lambda seen: seen.any or seen.gap,
    "picklescan": lambda seen: seen.picklescan,
    "ps|error": lambda seen: seen.picklescan or seen.picklescan_error,
}


DORMANT = {"dormant", "dormant-stream"}
DAMAGE = {"exhaust", "gguf-lies", "safetensors-lies"}


def group(family: str) -> str:
    """`runs`: a load runs it. `dormant`: it only lies there. `damage`: lies and bombs."""
    return "dormant" if family in DORMANT else "damage" if family in DAMAGE else "runs"


def half(family: str) -> str:
    """Which half a family belongs to, by its hash."""
    return "tune" if hashlib.sha256(family.encode()).digest()[0] % 2 else "report"


def ours(document: dict[str, Any], paths: Iterable[str]) -> dict[str, Seen]:
    """The product's answer by file; a part counts for the file whose path it begins with."""
    seen = {path: Seen() for path in paths}
    for item in document["evidence"]:
        root = item["path"]
        while root not in seen and "/" in root:
            root = root.rpartition("/")[0]
        if root not in seen:
            continue
        one = seen[root]
        one.gap |= bool(item["not_examined"])
        one.weight |= any(
            weight["proposition"] == "model.malicious" and weight["flagged"]
            for weight in item["weights"]
        )
        for examination in item["examinations"]:
            if not examination["detector"].startswith("model."):
                continue
            one.gap |= examination["state"] in ("not_examinable", "failed")
            for finding in examination["findings"]:
                if finding["signal"] == SIGNAL and finding["score"] >= BAR:
                    one.call = True
                if not finding["quiet"]:
                    one.any = True
                loud = "" if finding["quiet"] else "!"
                one.reasons.append(
                    f"{loud}{finding['signal']}={finding['score']}: {finding['because']['en']}"
                )
    return seen


def theirs(out: Path, seen: dict[str, Seen]) -> None:
    """picklescan's answer on the same files, one by one, by content and by its own rules."""
    import logging

    from picklescan.scanner import scan_file_path

    logging.disable(logging.CRITICAL)
    for path, one in seen.items():
        try:
            result = scan_file_path(str(out / path))
        except Exception:
            one.picklescan_error = True
            continue
        one.picklescan = result.issues_count > 0 or result.infected_files > 0
        one.picklescan_error = bool(result.scan_err)


def line(title: str, paths: list[str], seen: dict[str, Seen]) -> str:
    """One line: how many of `paths` each way flags, and the share."""
    counts = [sum(test(seen[path]) for path in paths) for test in WAYS.values()]
    share = [f"{count:>8} {100 * count / max(1, len(paths)):5.1f}%" for count in counts]
    return f"{title:24}{len(paths):>5}" + "".join(share)


def table(rows: list[tuple[str, str, str]], seen: dict[str, Seen]) -> list[str]:
    """Recall and false-positive lines, for both halves and each, and by group."""
    lines = [" " * 29 + "".join(f"{way:>15}" for way in WAYS)]
    for keep in ("both", "tune", "report"):
        mine = [row for row in rows if keep in ("both", half(row[2]))]
        for kind in ("runs", "dormant", "damage"):
            paths = [row[0] for row in mine if row[1] == "hostile" and group(row[2]) == kind]
            if paths:
                lines.append(line(f"{keep} hostile {kind}", paths, seen))
        lines.append(line(f"{keep} ordinary", [r[0] for r in mine if r[1] == "ordinary"], seen))
    return lines


def main(out: Path, reveal: set[str]) -> None:
    """Print figures, and write them with the errors of the tune half to `errors.txt`.

    A family in `reveal` shows its errors too, and from then on belongs to the tune half.
    """
    with (out / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(
            dict.fromkeys((r["path"], r["label"], r["family"]) for r in csv.DictReader(file))
        )
    seen = ours(json.loads((out / "out.json").read_text("utf-8")), [row[0] for row in rows])
    theirs(out, seen)
    lines = table(rows, seen)
    families: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, label, family in rows:
        families[label, family].append(path)
    lines.append("\nfamily, half, files, then flagged: " + ", ".join(WAYS))
    for (label, family), paths in sorted(families.items()):
        counts = " ".join(
            f"{sum(map(test, (seen[p] for p in paths))):>4}" for test in WAYS.values()
        )
        lines.append(f"{label:9}{family:24}{half(family):7}{len(paths):>4} |{counts}")
    lines.append("\nerrors of the tune half (by `any`)")
    for path, label, family in rows:
        if (half(family) == "tune" or family in reveal) and seen[path].any != (label == "hostile"):
            gap = " [gap shown]" if seen[path].gap else ""
            lines.append(
                f"{'MISS ' if label == 'hostile' else 'ALARM'} {path}{gap} {seen[path].reasons[:2]}"
            )
    text = "\n".join(lines) + "\n"
    (out / "errors.txt").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/redteam"), set(sys.argv[2:]))
