"""Figures and errors of the set for tuning: `python errors.py [--quiet]` (see README.md)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "fresh"))

from labelled import labelled
from measure import Compared, Outcome, Span, compare, gold_of, pooled, tallies

from mingjian.detect.privacy.scan import scan


def passages() -> Iterator[dict[str, object]]:
    """One passage a line; ⏎ is a line break."""
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            yield labelled(f"{path.stem}-{number:02d}", path.stem, line.replace("⏎", "\n"))


def outcome(doc: dict[str, object]) -> Outcome:
    predicted = [
        Span(hit.kind, hit.start, hit.end)
        for hit in scan(str(doc["text"]))[0]
        if hit.kind in ("name", "address")
    ]
    neutral = [Span(*place) for place in doc["neutral"]]  # type: ignore[attr-defined]
    return Outcome(doc, compare(gold_of(doc), predicted, neutral), ())


def wrong(doc: dict[str, object], compared: Compared) -> Iterator[str]:
    text = str(doc["text"])
    pairs = [("MISSED", item) for item in compared.missed]
    pairs += [("INVENTED", span) for span in compared.invented]
    for what, span in pairs:
        around = (
            f"{text[max(0, span.start - 24) : span.start]}⟦{text[span.start : span.end]}⟧"
            f"{text[span.end : span.end + 16]}"
        )
        yield f"{doc['id']}\t{what}\t{span.kind}\t{around}".replace("\n", "⏎")


def main() -> None:
    outcomes = [outcome(doc) for doc in passages()]
    for prefix in ("zh", "zh_usual", "en", "mixed", ""):
        chosen = [o for o in outcomes if str(o.doc["source"]).startswith(prefix)]
        by_kind = tallies(chosen)
        for kind in ("name", "address"):
            print(f"{prefix or 'all':9s}{kind:8s} {pooled(by_kind, (kind,)).line()}")
    if "--quiet" not in sys.argv:
        for done in outcomes:
            for line in wrong(done.doc, done.compared):
                print(line)


if __name__ == "__main__":
    main()
