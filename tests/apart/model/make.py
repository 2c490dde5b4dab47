"""Write the collection made apart from the rules: `make.py OUT` (default /tmp/redteam).

Under OUT it writes `files/<family>/...` and `manifest.csv` (path, label, family). Nothing
is ever loaded; payloads only print or run `true`, hosts are TEST-NET addresses.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import hostile_calls
import hostile_carry
import hostile_keras
import hostile_names
import hostile_other
import hostile_packages
import hostile_shapes
import hostile_wrap
from assemble import DIALECTS, assemble

SEED = 20261122


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """Family, file name and bytes of every hostile file."""
    dice = random.Random(SEED)
    for module in (hostile_calls, hostile_packages):
        for family, items in module.FAMILIES.items():
            for number, item in enumerate(items):
                dialect = dice.choice(DIALECTS)
                ending = dice.choice(("pkl", "pickle", "bin", "dat", "joblib", "pt"))
                yield family, f"{number:02}-{dialect}.{ending}", assemble(item, dialect)
    for family, streams in (hostile_shapes.FAMILIES | hostile_names.FAMILIES).items():
        for number, data in enumerate(streams):
            yield family, f"{number:02}.pkl", data
    for source in (hostile_wrap, hostile_carry, hostile_keras, hostile_other):
        for family, write in source.FAMILIES.items():
            for path, data in write():
                yield family, path, data


def main(out: Path) -> None:
    """Write every file and the manifest; ordinary files come from `ordinary.py`."""
    files = out / "files"
    shutil.rmtree(files, ignore_errors=True)
    rows: list[tuple[str, str, str]] = []
    for family, path, data in hostile():
        target = files / family / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        rows.append((str(target.relative_to(out)), "hostile", family))
    if os.environ.get("APART_ORDINARY", "1") == "1":
        import ordinary

        for family, target in ordinary.write(files, SEED):
            rows.append((str(target.relative_to(out)), "ordinary", family))
    with (out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "label", "family"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/redteam"))
