"""Detector `dataset.poisoned`: signs that a data set was prepared to mislead what learns from it.

The one measurement (`dataset.trigger`) is how strongly features are tied to a label against
what the rest of their rows says. Repeated rows, labels that contradict their texts, hidden
characters and missing origin are stated as facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log1p
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.dataset import wording
from mingjian.detect.dataset.repeats import repeats
from mingjian.detect.dataset.rows import Labelled, NoLabels, read_labelled
from mingjian.detect.dataset.table import hidden_rows, table_of
from mingjian.detect.dataset.trigger import Trigger, triggers
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Member
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.table import FORMATS, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DATASET_POISONED = PropositionPair(
    id="dataset.poisoned",
    h1=Message(
        "数据集中被植入了把特定写法与特定标签绑在一起的样本（投毒）",
        "The data set holds samples planted to tie a wording to a label (poisoning)",
    ),
    h2=Message("数据集没有被投毒", "The data set was not poisoned"),
)
FEWEST_ROWS = 200
NOTABLE = log1p(4.0)
"""Measurement from which on the reader's eye is led to the triggers (a choice, not a scale)."""
SHOWN = 2.0
"""Nats from which on a single trigger is named to the reader."""
COUNTED = 5
"""Triggers that are added up."""


class Poisoned:
    """Measures tables of labelled texts."""

    name: ClassVar[str] = "dataset.poisoned"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.DATASET})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (DATASET_POISONED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement of the whole set, and facts about its rows."""
        data = _read(evidence)
        repeated = repeats(data)
        found, contradicted = _triggers(data)
        score = measure(found)
        notable = score >= NOTABLE
        shown = [one for one in counted(found) if one.strength >= SHOWN] if notable else []
        yield Finding(
            signal="dataset.trigger",
            proposition=DATASET_POISONED.id,
            score=score,
            quiet=not notable,
            because=wording.of_triggers(data, shown),
            where=tuple(Member(f"#{data.numbers[r]}") for one in shown for r in one.rows[:10])[:40],
            exhibits=wording.table_of_triggers(data, shown),
            context={
                "form": data.form,
                "length": float(len(data.texts)),
                "classes": float(len(data.names)),
                "repeated_share": repeated.share,
            },
            details={
                "rows": data.total,
                "rows_measured": len(data.texts),
                "rows_unread": data.broken,
                "text_columns": list(data.text_columns),
                "label_column": data.label_column,
                "contradicted_share": float(contradicted.mean()),
                "triggers": [_as_json(data, one) for one in shown],
            },
        )
        if repeated.groups:
            yield wording.repeats_fact(data, repeated)
        hidden = hidden_rows(data.texts)
        if hidden:
            yield wording.hidden_fact(data, hidden)
        yield wording.origin_fact(data)


def _read(evidence: Evidence) -> Labelled:
    if evidence.format not in FORMATS:
        raise NotApplicable(Message("不是行列形式的数据集", "the data set is not a table of rows"))
    try:
        data = read_labelled(rows(evidence))
    except Refused as refused:
        raise NotExaminable(refused.why) from None
    except NoLabels as columns:
        raise NotApplicable(
            Message(
                f"数据集中找不到文本列与标签（或问答）列；已有列：{columns}",
                f"no columns of texts with labels (or questions with answers); columns: {columns}",
            )
        ) from None
    if len(data.texts) < FEWEST_ROWS:
        raise NotApplicable(
            Message(
                f"只有 {len(data.texts)} 行，少于测量所需的 {FEWEST_ROWS} 行",
                f"{len(data.texts)} rows are fewer than the {FEWEST_ROWS} the measurement needs",
            )
        )
    return data


def _triggers(data: Labelled) -> tuple[list[Trigger], NDArray[np.bool_]]:
    import numpy as np

    labels = np.array(data.labels, dtype=np.int64)
    return triggers(table_of(data.texts), labels, len(data.names), most=40)


def counted(found: Sequence[Trigger]) -> list[Trigger]:
    """Up to `COUNTED` triggers of the label of the strongest, none mostly in rows of another."""
    kept: list[Trigger] = []
    covered: set[int] = set()
    for one in found:
        if one.strength <= 0 or (kept and one.label != kept[0].label):
            continue
        if sum(row in covered for row in one.rows) * 2 > len(one.rows):
            continue
        kept.append(one)
        covered.update(one.rows)
        if len(kept) == COUNTED:
            break
    return kept


def measure(found: Sequence[Trigger]) -> float:
    """log(1 + summed strength) of the counted triggers; 0 for none."""
    return log1p(sum(one.strength for one in counted(found)))


def _as_json(data: Labelled, one: Trigger) -> dict[str, object]:
    return {
        "feature": one.feature,
        "label": data.names[one.label],
        "rows_with_it": one.n,
        "rows_with_label": len(one.rows),
        "contradicted": one.contradicted,
        "strength_nats": round(one.strength, 3),
    }
