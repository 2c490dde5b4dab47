"""Figures of the fresh set, and nothing but figures: `python figures.py`.

It prints no text and no error on purpose: whoever improves the rules may not look (see README.md).
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from labelled import documents
from measure import NAME_ADDRESS, Outcome, examine_all, pooled, tallies

BENIGN = ("zh_benign", "en_benign")


def line(title: str, outcomes: list[Outcome]) -> None:
    by_kind = tallies(outcomes)
    print(f"\n== {title}: {len(outcomes)} documents")
    for kinds in (("name",), ("address",), NAME_ADDRESS):
        print(f"  {'+'.join(kinds):14s} {pooled(by_kind, kinds).line()}")


def main() -> None:
    outcomes = examine_all(list(documents()))
    line("all", outcomes)
    for tongue in ("zh", "en", "mixed"):
        line(tongue, [o for o in outcomes if str(o.doc["source"]).startswith(tongue)])
    line("usual names", [o for o in outcomes if str(o.doc["source"]).endswith("usual")])
    benign = [o for o in outcomes if o.doc["source"] in BENIGN]
    line("without the benign pages", [o for o in outcomes if o not in benign])
    alarmed = sum(bool(o.compared.invented) for o in benign)
    flagged = sum("privacy.exposed" in o.flagged for o in benign)
    print(f"\n  benign pages: {alarmed} of {len(benign)} with any item, {flagged} flagged")


if __name__ == "__main__":
    main()
