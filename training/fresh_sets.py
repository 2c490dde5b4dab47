"""What the shipped weights say of sets that nothing was learnt from.

    python training/fresh_sets.py [PROPOSITION …]

`training/fresh/PROPOSITION.jsonl` was written by a language model that had seen neither rows nor
features nor figures of the detector: one object a line, `text`, `as` (its kind), `truth` (H1 or
H2), `group`, `kind`. It is examined as a record is, without being told anything but its kind, and
measured by group. Such a set says how far held-out figures carry over; once a setting was chosen
by it, it no longer does, and a new one has to be written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from mingjian.app.pipeline import Workbench, examine_content, workbench
from mingjian.app.settings import Settings
from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.content import BytesContent
from mingjian.weigh.validate.metrics import measure

FOLDER = Path(__file__).parent / "fresh"
HEAD = (
    "| group | H1 / H2 | AUROC | TPR at 1 % | frozen TPR / FPR | Cllr / cal "
    "| beyond 10 on the wrong side, H1 / H2 | no opinion |"
)


def table(proposition: str, bench: Workbench) -> list[str]:
    """The measures of one set, a row a group and one for all."""
    rows = []
    for line in (FOLDER / f"{proposition}.jsonl").read_text("utf-8").splitlines():
        given = json.loads(line)
        content = BytesContent(given["text"].encode())
        record = examine_content(content, "fresh", bench, declared=EvidenceKind(given["as"]))[0]
        weight = next((w for w in record.weights if w.proposition.id == proposition), None)
        opinion = weight is not None and weight.opinion
        flagged = weight is not None and weight.flagged
        log10_lr = weight.log10_lr if weight is not None and opinion else 0.0
        rows.append((given["group"], given["truth"] == "H1", log10_lr, opinion, flagged))
    made = [HEAD, "|---" * 8 + "|"]
    for group in ("all", *sorted({row[0] for row in rows})):
        _, is_h1, log10_lr, opinion, flagged = (
            np.array(column)
            for column in zip(*(r for r in rows if group in ("all", r[0])), strict=True)
        )
        found = measure(log10_lr, is_h1, opinion, flagged)
        made.append(
            f"| {group} | {found.n_h1} / {found.n_h2} | {found.auroc:.3f} "
            f"| {found.tpr_at_1fpr:.2f} | {found.frozen_tpr:.2f} / {found.frozen_fpr:.3f} "
            f"| {found.cllr:.2f} / {found.cllr_cal:.2f} | {found.strongly_misleading_h1:.3f} / "
            f"{found.strongly_misleading_h2:.3f} | {1 - opinion.mean():.2f} |"
        )
    return made


def main() -> None:
    """Print the tables of the sets named, or of all."""
    bench = workbench(Settings().examination_options())
    for proposition in sys.argv[1:] or sorted(file.stem for file in FOLDER.glob("*.jsonl")):
        print(f"{proposition}\n", *table(proposition, bench), "", sep="\n")


if __name__ == "__main__":
    main()
