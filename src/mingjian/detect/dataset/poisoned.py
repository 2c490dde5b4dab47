"""Detector `dataset.poisoned`: signs that a data set was prepared to mislead what learns from it.

The one measurement (`dataset.trigger`) is how far the strongest wordings look planted: tied to
a label against what the rest of their rows says, and foreign where they stand. Repeated rows,
hidden characters and missing origin are stated as facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.dataset import wording
from mingjian.detect.dataset.repeats import repeats
from mingjian.detect.dataset.rows import Labelled, NoLabels, read_labelled
from mingjian.detect.dataset.shown import without_numbers
from mingjian.detect.dataset.trees import NAME, PACKAGE, Trees
from mingjian.detect.dataset.trigger import Trigger, judged, triggers
from mingjian.detect.dataset.wordings import hidden_rows
from mingjian.detect.learned import store
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Member
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.limits import Refused
from mingjian.intake.table import FORMATS, rows

DATASET_POISONED = PropositionPair(
    id="dataset.poisoned",
    h1=Message(
        "数据集中被植入了把特定写法与特定标签绑在一起的样本（投毒）",
        "The data set holds samples planted to tie a wording to a label (poisoning)",
    ),
    h2=Message("数据集没有被投毒", "The data set was not poisoned"),
)
FEWEST_ROWS = 200
NOTABLE = 3.0
"""Measurement from which on the reader's eye is led to the triggers (a choice, not a scale)."""
SHOWN = 1.0
"""Log odds from which on a single trigger is named to the reader."""


class Poisoned:
    """Measures tables of labelled texts."""

    name: ClassVar[str] = "dataset.poisoned"
    version: ClassVar[str] = store.version("4", PACKAGE, NAME)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.DATASET})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (DATASET_POISONED,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options. Raises `Unavailable` where the trees are missing or altered."""
        self._trees = Trees()

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement of the whole set, and facts about its rows."""
        import numpy as np

        data = _read(evidence)
        repeated = repeats(data.texts)
        labels = np.array(data.labels, dtype=np.int64)
        candidates = judged(data.texts, labels, len(data.names))
        score, found = triggers(candidates, self._trees)
        notable = score >= NOTABLE
        shown = [one for one in found if one.strength >= SHOWN] if notable else []
        yield Finding(
            signal="dataset.trigger",
            proposition=DATASET_POISONED.id,
            score=score,
            quiet=not notable,
            because=wording.of_triggers(data, shown),
            where=tuple(Member(f"#{data.numbers[r]}") for one in shown for r in one.rows[:10])[:40],
            exhibits=wording.exhibits_of(data, shown),
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
                "contradicted_share": float((candidates.content.against > 0).mean()),
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


def _as_json(data: Labelled, one: Trigger) -> dict[str, object]:
    return {
        "feature": without_numbers(one.feature),
        "label": data.names[one.label],
        "rows_with_it": one.n,
        "rows_with_label": one.k,
        "expected_with_label": round(one.expected, 1),
        "contradicted": one.contradicted,
        "log_odds": round(one.strength, 3),
    }
