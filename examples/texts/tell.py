"""Prints what `mingjian examine --records` wrote: `python3 tell.py OUT.jsonl en|zh`."""

import json
import sys
from pathlib import Path

file, language = sys.argv[1:]
for line in Path(file).read_text("utf-8").splitlines():
    row = json.loads(line)
    weights = [weight for weight in row.get("weights", []) if weight["opinion"]]
    told = [f"{w['proposition']} {w['log10_lr']:+.2f}{' ●' * w['flagged']}" for w in weights]
    print(row["id"], *told, sep="  ")
    for examination in row.get("examinations", []):
        for finding in examination["findings"]:
            if not finding["quiet"]:
                print("   ", finding["because"][language])
