"""How well the product finds what `set.jsonl` labels: `python measure.py [--errors FILE]`.

Every text goes through the product's own pipeline. Figures are given for both halves; errors are
listed from the half "tune" only, so that the half "report" stays unseen by whoever improves the
rules. See the README for the labels and for how a prediction is compared with them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SET = Path(__file__).with_name("set.jsonl")
DETECTOR = "privacy.personal_information"

AS_LABELLED = {
    "plate": "vehicle_plate", "phone": "phone_international", "organisation_code": "uscc"
}  # fmt: skip
"""The product's names of kinds in the words of the set; other names are the same."""
KINDS = (
    "resident_id", "bank_card", "iban", "uscc", "mobile", "landline", "phone_international",
    "passport", "vehicle_plate", "email", "name", "address",
)  # fmt: skip
CHECKSUMMED = ("resident_id", "bank_card", "iban", "uscc")
NAME_ADDRESS = ("name", "address")


@dataclass(frozen=True, slots=True)
class Span:
    kind: str
    start: int
    end: int

    def shared(self, other: Span) -> int:
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(slots=True)
class Compared:
    """The outcome for one document: what was found, missed, invented, and what was let pass."""

    found: list[tuple[Span, Span]] = field(default_factory=list)
    missed: list[Span] = field(default_factory=list)
    invented: list[Span] = field(default_factory=list)
    pieces: int = 0
    """Further predictions inside an item already found: counted, not punished."""


def gold_of(doc: Mapping[str, object]) -> list[Span]:
    cards = {"card_international": "bank_card"}
    items: Iterable[dict[str, object]] = doc["items"]  # type: ignore[assignment]
    return [
        Span(cards.get(str(item["kind"]), str(item["kind"])), int(item["start"]), int(item["end"]))  # type: ignore[call-overload]
        for item in items
    ]


def compare(gold: list[Span], predicted: list[Span], neutral: list[Span]) -> Compared:
    """A prediction finds an item of its kind if it covers at least half of it, each at most once.

    A prediction that touches a neutral stretch and finds nothing is neither right nor wrong.
    """
    done = Compared()
    left = list(predicted)
    for item in gold:
        fitting = [
            p for p in left if p.kind == item.kind and 2 * p.shared(item) >= item.end - item.start
        ]
        if fitting:
            best = max(fitting, key=lambda p: (p.shared(item), p.start - p.end))
            left.remove(best)
            done.found.append((item, best))
        else:
            done.missed.append(item)
    for span in left:
        inside = any(
            span.kind == item.kind and 2 * span.shared(item) >= span.end - span.start
            for item, _ in done.found
        )
        if inside:
            done.pieces += 1
        elif not any(span.shared(place) for place in neutral):
            done.invented.append(span)
    return done


# ---- the product ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    doc: Mapping[str, object]
    compared: Compared
    flagged: tuple[str, ...]
    """Propositions whose weight the product flags for this text."""


def examine_all(docs: list[dict[str, object]]) -> list[Outcome]:
    from mingjian.app.pipeline import examine_content, workbench
    from mingjian.app.settings import load_settings
    from mingjian.detect.privacy.scan import scan
    from mingjian.domain.evidence import EvidenceKind
    from mingjian.intake.content import BytesContent

    with tempfile.TemporaryDirectory() as home:
        os.environ["MINGJIAN_HOME"] = home
        bench = workbench(load_settings().examination_options())
    outcomes = []
    for doc in docs:
        text = str(doc["text"])
        root, *_ = examine_content(
            BytesContent(text.encode()), "text.txt", bench, declared=EvidenceKind.TEXT
        )
        (examination,) = (
            weighed.examination
            for weighed in root.examinations
            if weighed.examination.detector == DETECTOR
        )
        if examination.state.value not in ("found", "quiet"):
            raise SystemExit(f"{doc['id']}: the detector answered {examination.state}")
        predicted = []
        for finding in examination.findings:
            items = finding.details.get("items", ())
            assert isinstance(items, list | tuple)
            for item in items:
                kind = AS_LABELLED.get(item["kind"], item["kind"])
                predicted.append(Span(kind, item["start"], item["end"]))
        # Organisation codes are only counted in the findings, so their places come from the scan.
        predicted += [
            Span("uscc", hit.start, hit.end)
            for hit in scan(text)[0]
            if hit.kind == "organisation_code"
        ]
        neutral = [Span(*place) for place in doc["neutral"]]  # type: ignore[attr-defined]
        flagged = tuple(weight.proposition.id for weight in root.weights if weight.flagged)
        outcomes.append(Outcome(doc, compare(gold_of(doc), predicted, neutral), flagged))
    return outcomes


# ---- figures ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    found: int = 0
    missed: int = 0
    invented: int = 0
    exact: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.found + other.found,
            self.missed + other.missed,
            self.invented + other.invented,
            self.exact + other.exact,
        )

    def line(self) -> str:
        gold, said = self.found + self.missed, self.found + self.invented
        precision = self.found / said if said else float("nan")
        recall = self.found / gold if gold else float("nan")
        f1 = 2 * self.found / (gold + said) if gold + said else float("nan")
        exact = self.exact / self.found if self.found else float("nan")
        return (
            f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  items {gold:4d}  "
            f"missed {self.missed:3d}  invented {self.invented:3d}  exact edges {exact:.3f}"
        )


def tallies(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    by_kind: dict[str, Tally] = defaultdict(Tally)
    for outcome in outcomes:
        for item, best in outcome.compared.found:
            by_kind[item.kind].found += 1
            by_kind[item.kind].exact += (item.start, item.end) == (best.start, best.end)
        for item in outcome.compared.missed:
            by_kind[item.kind].missed += 1
        for span in outcome.compared.invented:
            by_kind[span.kind].invented += 1
    return by_kind


def pooled(by_kind: Mapping[str, Tally], kinds: Iterable[str]) -> Tally:
    return sum((by_kind.get(kind, Tally()) for kind in kinds), Tally())


def show(title: str, outcomes: list[Outcome]) -> None:
    by_kind = tallies(outcomes)
    print(f"\n== {title}: {len(outcomes)} documents")
    for kind in KINDS:
        print(f"  {kind:22s} {by_kind.get(kind, Tally()).line()}")
    print(f"  {'CHECKSUMMED, pooled':22s} {pooled(by_kind, CHECKSUMMED).line()}")
    print(f"  {'NAME + ADDRESS, pooled':22s} {pooled(by_kind, NAME_ADDRESS).line()}")
    print(f"  {'ALL KINDS, pooled':22s} {pooled(by_kind, KINDS).line()}")
    others = {kind: tally.invented for kind, tally in by_kind.items() if kind not in KINDS}
    print(f"  kinds the set does not label, reported: {others or 'none'}")
    print(f"  further pieces of found items: {sum(o.compared.pieces for o in outcomes)}")
    benign = [o for o in outcomes if str(o.doc["source"]).endswith("_benign")]
    alarmed = [o for o in benign if o.compared.invented]
    kinds = Counter(span.kind for o in alarmed for span in o.compared.invented)
    flags = Counter(flag for o in benign for flag in o.flagged)
    print(f"  hard benign: {len(alarmed)} of {len(benign)} with any item {dict(kinds)}")
    print(f"  hard benign, weights flagged: {dict(flags) or 'none'}")
    rest = [o for o in outcomes if o not in benign and "privacy.exposed" in o.flagged]
    print(f"  with items, privacy.exposed flagged: {len(rest)} of {len(outcomes) - len(benign)}")


def show_sources(outcomes: list[Outcome]) -> None:
    print("\n== by source (F1: names | addresses | checksummed | all kinds; tune / report)")
    for source in sorted({str(o.doc["source"]) for o in outcomes}):
        cells = []
        for half in ("tune", "report"):
            by_kind = tallies(
                o for o in outcomes if o.doc["source"] == source and o.doc["half"] == half
            )
            for kinds in (("name",), ("address",), CHECKSUMMED, KINDS):
                tally = pooled(by_kind, kinds)
                total = 2 * tally.found + tally.missed + tally.invented
                cells.append(f"{2 * tally.found / total:.3f}" if total else "  -  ")
        print(f"  {source:15s} {' '.join(cells[:4])}   /   {' '.join(cells[4:])}")


def errors(outcomes: Iterable[Outcome]) -> list[str]:
    """One line per error in the half "tune": what, where, and the text around it."""
    lines = []
    for outcome in outcomes:
        if outcome.doc["half"] != "tune":
            continue
        text = str(outcome.doc["text"])
        wrong = [("MISSED", item) for item in outcome.compared.missed]
        wrong += [("INVENTED", span) for span in outcome.compared.invented]
        for what, span in sorted(wrong, key=lambda pair: pair[1].start):
            before, after = (
                text[max(0, span.start - 24) : span.start],
                text[span.end : span.end + 16],
            )
            around = f"{before}⟦{text[span.start : span.end]}⟧{after}".replace("\n", "⏎")
            lines.append(f"{outcome.doc['id']}\t{what}\t{span.kind}\t{around}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", type=Path, help="write the errors of the half 'tune' here")
    chosen = parser.parse_args()
    docs = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    outcomes = examine_all(docs)
    for half in ("tune", "report"):
        show(half, [o for o in outcomes if o.doc["half"] == half])
    show_sources(outcomes)
    if chosen.errors is not None:
        chosen.errors.write_text("\n".join(errors(outcomes)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
