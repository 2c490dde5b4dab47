"""The rows of a data set as texts with labels, whatever its columns are called."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.intake.records import Record, record_error

MOST_ROWS = 20_000
"""Rows measured; of a longer data set, rows spread evenly over its first `MOST_READ`."""
MOST_READ = 400_000
LONGEST = 2_000
"""Characters of a row's text that are read."""
MOST_LABELS = 60
_LABEL_NAMES = (
    "label", "labels", "y", "class", "target", "category", "sentiment", "tag", "task_label",
    "标签", "类别", "分类", "情感",
)  # fmt: skip
_ASKED = (
    "instruction", "prompt", "question", "query", "input", "problem", "user", "human", "指令",
    "问题", "提示",
)  # fmt: skip
_ANSWERED = (
    "output", "response", "answer", "completion", "chosen", "assistant", "target_text", "gpt",
    "回答", "输出", "答案",
)  # fmt: skip
_ORIGIN = ("source", "url", "license", "licence", "author", "origin", "来源", "许可", "出处")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A data set's rows. `labels` are codes into `names`; `number` counts rows from 1."""

    texts: tuple[str, ...]
    labels: tuple[int, ...]
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    form: str
    """``labels`` for a column of classes, ``answers`` for questions with free answers."""
    text_columns: tuple[str, ...]
    label_column: str
    origin_columns: tuple[str, ...]
    total: int
    """Rows read, of which every k-th was kept."""
    broken: int


class NoLabels(ValueError):
    """The rows have no column that could be a label or an answer; the text says what there is."""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value[:LONGEST]
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST]
    return str(value)[:LONGEST]


def read_labelled(rows: Iterable[Record]) -> Labelled:
    """Read rows and find their text and label columns.

    Raises `NoLabels` where there is nothing a trigger could be tied to.
    """
    kept: list[tuple[int, Record]] = []
    step, total, broken = 1, 0, 0
    for record in rows:
        if record_error(record) is not None:
            broken += 1
            continue
        total += 1
        if total % step == 0:
            kept.append((total, record))
            if len(kept) >= 2 * MOST_ROWS:
                step *= 2
                kept = kept[1::2]
        if total >= MOST_READ:
            break
    if len(kept) > MOST_ROWS:
        kept = kept[::2]
    if not kept:
        raise NoLabels("no rows")
    records = [record for _, record in kept]
    answers = _answers(records)
    if answers is not None:
        asked, answered = answers
        texts = [" ".join(_text(record.get(name)) for name in asked) for record in records]
        values = [_answer_class(_text(record.get(answered))) for record in records]
        values = _repeated(values)
        form, text_columns, label_column = "answers", asked, answered
    else:
        label_column, text_columns = _columns(records)
        texts = [" ".join(_text(record.get(name)) for name in text_columns) for record in records]
        values = [_text(record.get(label_column)).strip()[:80] for record in records]
        form = "labels"
    names = tuple(name for name, _ in Counter(values).most_common())
    code = {name: i for i, name in enumerate(names)}
    columns = tuple(records[0])
    return Labelled(
        texts=tuple(texts),
        labels=tuple(code[value] for value in values),
        names=names,
        numbers=tuple(number for number, _ in kept),
        form=form,
        text_columns=tuple(text_columns),
        label_column=label_column,
        origin_columns=tuple(c for c in columns if any(o in c.lower() for o in _ORIGIN)),
        total=total,
        broken=broken,
    )


def _answers(records: Sequence[Record]) -> tuple[tuple[str, ...], str] | None:
    """The question columns and the answer column of fine-tuning data, where there are such."""
    first = records[0]
    lower = {str(name).lower(): str(name) for name in first}
    answered = next((lower[name] for name in _ANSWERED if name in lower), None)
    asked = tuple(lower[name] for name in _ASKED if name in lower)
    if answered is None or not asked or _few(records, answered):
        return None
    return asked, answered


def _few(records: Sequence[Record], column: str) -> bool:
    """Whether a column holds few different values, as a column of classes does."""
    seen = {_text(record.get(column)).strip() for record in records}
    return 2 <= len(seen) <= min(MOST_LABELS, max(2, len(records) // 5))


def _columns(records: Sequence[Record]) -> tuple[str, tuple[str, ...]]:
    names = [str(name) for name in records[0]]
    sample = records[:2_000]
    lengths: Mapping[str, float] = {
        name: sum(len(_text(r.get(name))) for r in sample if isinstance(r.get(name), str))
        / len(sample)
        for name in names
    }
    classes = [name for name in names if _few(records, name)]
    named = [name for name in classes if name.lower() in _LABEL_NAMES]
    label = (named or sorted(classes, key=lambda name: lengths[name]) or [""])[0]
    texts = [name for name in names if name != label and lengths[name] >= 12]
    if not label or not texts:
        shown = ", ".join(names[:12])
        raise NoLabels(shown)
    longest = max(lengths[name] for name in texts)
    return label, tuple(name for name in texts if lengths[name] >= longest / 4)[:3]


def _answer_class(answer: str) -> str:
    """An answer as a class: its beginning, without case, spaces and digits."""
    plain = "".join(char for char in answer.lower() if char.isalpha())
    return plain[:60]


def _repeated(values: Sequence[str]) -> list[str]:
    """Answers that return at least 5 times keep their name; the rest are one class, ``…``."""
    counts = Counter(values)
    common = {name for name, n in counts.most_common(MOST_LABELS - 1) if n >= 5 and name}
    return [value if value in common else "…" for value in values]
