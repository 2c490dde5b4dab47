"""Put held-out texts through `mingjian examine --records` and print what comes of the weights.

    .venv/bin/python training/message_measure.py heldout    # scores of models without the fold
    .venv/bin/python training/message_measure.py records    # the shipped model, by the CLI
    .venv/bin/python training/message_measure.py third      # the same, of rows by others
    .venv/bin/python training/message_measure.py fifth      # the same, of later ones
    .venv/bin/python training/message_measure.py sixth      # and so on, to thirtythird

`records` examines the shared sets with the shipped model, which has seen many of these rows:
it shows that the whole path works and how much has no opinion, not how good the weights are.
`third` takes the rows of `message_examples/*_third_*` alone: with PYTHONPATH at the sources of
version 1, which never saw them, it is a test by strangers (`--declared`, as in the card); `fifth`
those of `*_fifth_*`, which version 2 never saw; `sixth` those of `*_sixth_*`, which version 3
never saw; `seventh` to `ninth` those of later ones, which version 4
never saw, `tenth` to `thirteenth` those that version 5 never saw, `fourteenth` to `twentysecond`
those that version 6 never saw, `twentythird` to `twentyseventh` those that version 7 never saw,
and what follows those that version 8 never saw.
`heldout` prints the figures kept in the scale files, all from held-out folds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import log2
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from message_rows import BY_OTHERS, Row, all_rows

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/message"


def heldout() -> None:
    for path in sorted(FOLDER.glob("message.fraud.*.scale.json")):
        document = json.loads(path.read_text("utf-8"))
        print(path.name, "bounds", document["bounds"], "research", document["research"])
        metrics = document["metrics"]
        for source, found in [("pooled", metrics["pooled"]), *metrics["by_source"].items()]:
            shown = " ".join(
                f"{key}={found[key]:.3f}"
                for key in ("auroc", "tpr_at_1fpr", "frozen_fpr", "frozen_tpr", "cllr", "cllr_cal")
                if isinstance(found.get(key), float)
            )
            print(f"  {source:44} n={found['n_h1']}+{found['n_h2']} {shown}")


def tpr_at_one_percent(h1: Sequence[float], h2: Sequence[float]) -> float:
    limit = sorted(h2, reverse=True)[int(len(h2) * 0.01)]
    return sum(value > limit for value in h1) / len(h1)


def auroc(h1: Sequence[float], h2: Sequence[float]) -> float:
    ranked = sorted([(value, 0) for value in h2] + [(value, 1) for value in h1])
    below, total, at = 0.0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        negatives = sum(1 - side for _, side in ranked[at:end])
        total += (end - at - negatives) * (below + negatives / 2)
        below += negatives
        at = end
    return total / (len(h1) * len(h2))


def examined(rows: Sequence[Row], declared: str | None) -> list[dict[str, object]]:
    """The weight of `message.fraud` of each row, through the command line."""
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        with table.open("w", encoding="utf-8") as file:
            for number, row in enumerate(rows):
                file.write(json.dumps({"id": number, "text": row.text}) + "\n")
        program = str(Path(sys.executable).with_name("mingjian"))
        command = [program, "examine", "--records", str(table)]
        command += ["--text-field", "text", "--id-field", "id", "--out", str(out)]
        command += ["--as", declared] if declared else []
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = []
        for line in out.read_text("utf-8").splitlines():
            weights = json.loads(line).get("weights", [])
            mine = [weight for weight in weights if weight["proposition"] == "message.fraud"]
            found.append(mine[0] if mine else {"log10_lr": 0.0, "opinion": False, "flagged": False})
        return found


def lost(h1: Sequence[float], h2: Sequence[float]) -> float:
    """Cllr: 0 is perfect, 1 is what saying nothing costs."""
    missed = sum(log2(1 + 10**-ratio) for ratio in h1) / len(h1)
    return (missed + sum(log2(1 + 10**ratio) for ratio in h2) / len(h2)) / 2


def records(declared: bool, only: str = "") -> None:
    rows = [row for row in all_rows() if only in row.source]
    for population in ("zh-message", "en-message", "zh-dialogue", "en-dialogue"):
        mine = [row for row in rows if row.population == population]
        if not mine:
            continue
        weights = examined(mine, population.split("-")[1] if declared else None)
        ratios = [float(str(weight["log10_lr"])) for weight in weights]
        h1 = [ratio for ratio, row in zip(ratios, mine, strict=True) if row.h1]
        h2 = [ratio for ratio, row in zip(ratios, mine, strict=True) if not row.h1]
        flagged = {
            side: sum(
                bool(w["flagged"]) for w, row in zip(weights, mine, strict=True) if row.h1 is side
            )
            for side in (True, False)
        }
        none = sum(not w["opinion"] for w in weights)
        print(
            f"{population:12} n={len(h1)}+{len(h2)} AUROC={auroc(h1, h2):.3f} "
            f"TPR@1%={tpr_at_one_percent(h1, h2):.3f} Cllr={lost(h1, h2):.3f} "
            f"flagged H1={flagged[True] / len(h1):.3f} H2={flagged[False] / len(h2):.4f} "
            f"H2 over 10={sum(r > 1 for r in h2) / len(h2):.4f} "
            f"H1 under 0.1={sum(r < -1 for r in h1) / len(h1):.4f} "
            f"no opinion={none / len(mine):.3f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    sets = (end[1:] for end in BY_OTHERS)
    parser.add_argument("what", choices=("heldout", "records", *sets))
    parser.add_argument("--declared", action="store_true", help="pass --as message or dialogue")
    arguments = parser.parse_args()
    if arguments.what == "heldout":
        heldout()
    else:
        records(arguments.declared, "" if arguments.what == "records" else f"_{arguments.what}")
