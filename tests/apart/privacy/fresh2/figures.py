"""Figures of a set kept apart, and nothing but figures: `python figures.py [DOCUMENTS]`.

No text and no error is printed on purpose: whoever improves the rules may not look (README.md).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "fresh"))

from labelled import labelled
from measure import NAME_ADDRESS, Outcome, examine_all, pooled, tallies


def documents(folder: Path) -> Iterator[dict[str, object]]:
    """Every document of a folder, read as those of `fresh` are."""
    for path in sorted(folder.glob("*.txt")):
        for number, marked in enumerate(path.read_text("utf-8").split("===\n")[1:]):
            yield labelled(f"{path.stem}-{number:02d}", path.stem, marked.strip("\n"))


def line(title: str, outcomes: list[Outcome]) -> None:
    by_kind = tallies(outcomes)
    print(f"\n== {title}: {len(outcomes)} documents")
    for kinds in (("name",), ("address",), NAME_ADDRESS):
        print(f"  {'+'.join(kinds):14s} {pooled(by_kind, kinds).line()}")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "documents"
    outcomes = examine_all(list(documents(folder)))
    line("all", outcomes)
    for tongue in ("zh", "en", "mixed"):
        line(tongue, [o for o in outcomes if str(o.doc["source"]).startswith(tongue)])
    benign = [o for o in outcomes if str(o.doc["source"]).endswith("_benign")]
    line("without the benign pages", [o for o in outcomes if o not in benign])
    alarmed = sum(bool(o.compared.invented) for o in benign)
    flagged = sum("privacy.exposed" in o.flagged for o in benign)
    print(f"\n  benign pages: {alarmed} of {len(benign)} with any item, {flagged} flagged")


if __name__ == "__main__":
    main()
