"""Validating likelihood ratios on labelled cases: check given ones, or fit and hold out.

    outcome = validate_rows(rows, proposition="model.malicious")
    outcome.validation.pooled.cllr

Two kinds of rows, told apart by their fields; every row has `label` (h1/h2, 1/0, true/false)
and `source`:

* `log10_lr`, with `opinion` and `flagged` (both optional): weights as Mingjian gave them. They
  are measured as they are; nothing is fitted.
* `score`: raw measurements. A scale is fitted, and what is measured are the LRs of cases whose
  source it was not fitted on. The scale comes back with the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from mingjian.domain.message import Message
from mingjian.weigh.fit import fit
from mingjian.weigh.held_out import HeldOut, Method
from mingjian.weigh.validate.metrics import Metrics, measure

if TYPE_CHECKING:
    from mingjian.weigh.calibrate import Bools, Floats


class LabelledRowsError(ValueError):
    """A labelled row cannot be used; the text names the row (from 1) and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Measures pooled and by source, and the cases behind them for the plots."""

    pooled: Metrics
    by_source: Mapping[str, Metrics]
    llrs: Floats
    is_h1: Bools
    opinion: Bools
    sources: Sequence[str]

    def cases(self, source: str | None = None) -> tuple[Floats, Bools]:
        """log10 LRs and classes of the cases with an opinion, of one source or of all."""
        import numpy as np

        mine = self.opinion.copy()
        if source is not None:
            mine &= np.array([name == source for name in self.sources])
        return self.llrs[mine], self.is_h1[mine]

    def as_json(self) -> dict[str, object]:
        return {
            "format": "mingjian.validation/1",
            "pooled": self.pooled.as_json(),
            "by_source": {name: m.as_json() for name, m in self.by_source.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A validation and, where scores were given, the scale fitted on the way."""

    validation: Validation
    scale: dict[str, object] | None = None


def validate(rows: Iterable[tuple[float, bool, bool, bool | int, str]]) -> Validation:
    """Measure rows of (log10 LR, opinion, flagged, label, source); label is 1/True for H1.

    Infinite log10 LRs are measured as they are; NaN raises `LabelledRowsError`, and so does no
    row at all.
    """
    listed = list(rows)
    if not listed:
        raise LabelledRowsError("there are no labelled rows")
    for i, (value, opinion, *_) in enumerate(listed, 1):
        if opinion and isnan(value):
            raise LabelledRowsError(f"row {i}: log10_lr is not a number")
    # Without an opinion there is no LR; 0 keeps NaN out of the arrays.
    values = [value if opinion else 0.0 for value, opinion, *_ in listed]
    _, opinions, flagged, labels, sources = zip(*listed, strict=True)
    return _validation(values, opinions, flagged, labels, sources)


def _validation(
    values: Sequence[float],
    opinions: Sequence[bool],
    flagged: Sequence[bool],
    labels: Sequence[bool | int],
    sources: Sequence[str],
) -> Validation:
    import numpy as np

    llrs = np.asarray(values, dtype=np.float64)
    is_h1, opinion, flags = (np.asarray(x, dtype=bool) for x in (labels, opinions, flagged))
    names = np.array(sources)
    by_source = {}
    for name in sorted(set(sources)):
        mine = names == name
        by_source[name] = measure(llrs[mine], is_h1[mine], opinion[mine], flags[mine])
    return Validation(
        pooled=measure(llrs, is_h1, opinion, flags),
        by_source=by_source,
        llrs=llrs,
        is_h1=is_h1,
        opinion=opinion,
        sources=tuple(sources),
    )


def validate_rows(
    rows: Iterable[Mapping[str, object]],
    *,
    proposition: str,
    signal: str | None = None,
    method: Method = "isotonic",
    description: Message | None = None,
    licences: Mapping[str, str] | None = None,
) -> Outcome:
    """Validate a table of labelled rows (see the module); values may be strings, as from CSV.

    Raises `LabelledRowsError` for a row that cannot be read, `FitError` where scores cannot
    support a scale (too few sources).
    """
    listed = list(rows)
    if not listed:
        raise LabelledRowsError("there are no labelled rows")
    labels = [_truth(row.get("label"), i, "label") for i, row in _from_1(listed)]
    sources = [_source(row.get("source"), i) for i, row in _from_1(listed)]
    if "log10_lr" in listed[0]:
        opinions = [_truth(row.get("opinion", True), i, "opinion") for i, row in _from_1(listed)]
        flags = [_truth(row.get("flagged", False), i, "flagged") for i, row in _from_1(listed)]
        llrs = [
            _number(row.get("log10_lr"), i, "log10_lr") if opinion else 0.0
            for (i, row), opinion in zip(_from_1(listed), opinions, strict=True)
        ]
        return Outcome(validation=_validation(llrs, opinions, flags, labels, sources))
    if "score" not in listed[0]:
        raise LabelledRowsError("row 1: needs a field log10_lr or a field score")
    fitted = fit(
        [_number(row.get("score"), i, "score") for i, row in _from_1(listed)],
        labels,
        sources,
        signal=signal or f"{proposition}.score",
        proposition=proposition,
        description=description
        or Message("使用者提供的带标签样本", "the labelled cases the user supplied"),
        method=method,
        licences=licences,
    )
    return Outcome(validation=_held_out(fitted.held_out), scale=fitted.document)


def _held_out(held: HeldOut) -> Validation:
    """The held-out cases of a fit, with the very measures its scale file states."""
    import numpy as np

    return Validation(
        pooled=held.metrics(),
        by_source={name: held.metrics(name) for name in sorted(set(held.sources))},
        llrs=held.llrs,
        is_h1=held.is_h1,
        opinion=np.ones(held.is_h1.size, dtype=bool),
        sources=held.sources,
    )


def _from_1(rows: Sequence[Mapping[str, object]]) -> Iterable[tuple[int, Mapping[str, object]]]:
    return enumerate(rows, 1)


_TRUE = frozenset({"h1", "1", "true", "yes", "1.0"})
_FALSE = frozenset({"h2", "0", "false", "no", "0.0"})


def _truth(value: object, row: int, field: str) -> bool:
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise LabelledRowsError(f"row {row}: {field} must be h1/h2, 1/0 or true/false")


def _source(value: object, row: int) -> str:
    if value is None or not str(value).strip():
        raise LabelledRowsError(f"row {row}: source is missing")
    return str(value)


def _number(value: object, row: int, field: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise LabelledRowsError(f"row {row}: {field} is not a number") from None
    if isnan(number):
        raise LabelledRowsError(f"row {row}: {field} is not a number")
    return number
