"""Fitting a scale from labelled scores, measured on sources it was not fitted on.

    document = fit_scale(scores, labels, sources, signal="model.unsafe_call",
                         proposition="model.malicious", ...)

`scores` rise with H1, `labels` are True (1) for H1, `sources` name where each case came from.
The result is the JSON of a scale file (`docs/reference/scale.schema.json`).

The bounds are the tighter of what n supports and the ELUB of the held-out LRs. The metrics come
from the folds alone, each with the bounds its own fitting cases support, so nothing that is
reported was tuned on the case it is reported for. The final knots are fitted on all cases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import ceil, floor, inf
from typing import TYPE_CHECKING

from mingjian.domain.message import Message
from mingjian.weigh.calibrate import FitError, elub, logistic
from mingjian.weigh.folds import Fold, folds_by_source
from mingjian.weigh.held_out import HeldOut, Limit, Method, bounds_of, hold_out, knots_of
from mingjian.weigh.scale_file import FORMAT, NO_BETTER
from mingjian.weigh.validate.metrics import ThresholdRule, flagging_threshold

if TYPE_CHECKING:
    from mingjian.weigh.calibrate import Bools, Floats

Json = dict[str, object]

NOT_STATED = "not stated"
_RESEARCH_ONLY = re.compile(r"\bnc\b|non-?commercial|not stated|unstated|unknown|research", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A scale's JSON and the held-out cases behind its metrics."""

    document: Json
    held_out: HeldOut


def _arrays(
    scores: Sequence[float], labels: Sequence[bool | int], sources: Sequence[str]
) -> tuple[Floats, Bools]:
    import numpy as np

    values = np.asarray(scores, dtype=np.float64)
    if not len(values) == len(labels) == len(sources):
        raise FitError("scores, labels and sources must be equally long")
    if not np.isfinite(values).all():
        raise FitError("every score must be finite")
    if any(label not in (0, 1) for label in labels):
        raise FitError("labels are True/1 for H1 and False/0 for H2")
    return values, np.asarray(labels, dtype=bool)


def _toward_zero(bounds: tuple[float, float]) -> tuple[float, float]:
    """Rounded to four decimals, never outwards; -0.0 becomes 0.0."""
    low, high = bounds
    return ceil(low * 1e4 - 1e-6) / 1e4 + 0.0, floor(high * 1e4 + 1e-6) / 1e4


def _data_digest(columns: Sequence[Sequence[float]], is_h1: Bools, sources: Sequence[str]) -> str:
    rows = sorted(
        json.dumps([source, int(label), *values], ensure_ascii=False)
        for source, label, *values in zip(sources, is_h1.tolist(), *columns, strict=True)
    )
    return sha256("\n".join(rows).encode()).hexdigest()


def _sources(is_h1: Bools, sources: Sequence[str], licences: Mapping[str, str]) -> list[Json]:
    import numpy as np

    names = np.array(sources)
    found: list[Json] = []
    for name in sorted(set(sources)):
        mine = is_h1[names == name]
        label = "both" if mine.any() and not mine.all() else "h1" if mine.any() else "h2"
        licence = licences.get(name, NOT_STATED)
        found.append({"name": name, "licence": licence, "n": int(mine.size), "label": label})
    return found


def fit(
    scores: Sequence[float],
    labels: Sequence[bool | int],
    sources: Sequence[str],
    *,
    signal: str,
    proposition: str,
    description: Message,
    version: str = "1",
    method: Method = "isotonic",
    licences: Mapping[str, str] | None = None,
    population: Mapping[str, object] | None = None,
    group: str | None = None,
    research: bool = False,
    folds: Sequence[Fold] | None = None,
    threshold_rule: ThresholdRule = "pooled",
    largest: Limit = inf,
    fitted: str | None = None,
    weights: Sequence[float] | None = None,
) -> Fitted:
    """Fit a scale and keep its held-out cases (see `fit_scale`)."""
    import numpy as np

    own = None if weights is None else np.asarray(weights, dtype=np.float64)
    values, is_h1 = _arrays(scores, labels, sources)
    chosen = folds or folds_by_source(is_h1.tolist(), sources)
    rule = threshold_rule
    held = hold_out(lambda _: values, is_h1, sources, chosen, method, rule, largest, own)
    document = _document(held, values, method, rule, largest, own)
    document.update(
        signal=signal,
        proposition=proposition,
        version=version,
        fitted=fitted or datetime.now(UTC).date().isoformat(),
        group=group,
        population=dict(population or {}),
        data_sha256=_data_digest([values.tolist()], is_h1, sources),
    )
    _describe(document, held, description, licences or {}, research)
    return Fitted(document=document, held_out=held)


def _document(
    held: HeldOut,
    scores: Floats,
    method: Method,
    rule: ThresholdRule,
    largest: Limit = inf,
    weights: Floats | None = None,
) -> Json:
    """Knots, bounds, threshold, metrics: what follows from held-out cases and final scores."""
    is_h1 = held.is_h1
    by_n, by_elub = bounds_of(is_h1, largest), elub(held.llrs, is_h1)
    bounds = _toward_zero((max(by_n[0], by_elub[0]), min(by_n[1], by_elub[1])))
    pooled = held.metrics()
    assert pooled.cllr is not None
    by_source = {name: held.metrics(name) for name in sorted(set(held.sources))}
    false_rates = [
        (m.frozen_fpr, name) for name, m in by_source.items() if m.frozen_fpr is not None
    ]
    worst_rate, worst_source = max(false_rates, key=lambda pair: (pair[0], pair[1]))
    knots = knots_of(scores, is_h1, method, bounds, weights)
    return {
        "format": FORMAT,
        "method": method,
        "knots": [[x, round(y, 6)] for x, y in knots],
        "bounds": list(bounds),
        "threshold": flagging_threshold(scores, is_h1, held.sources, rule),
        "withheld": NO_BETTER.as_json() if pooled.cllr >= 1.0 else None,
        "metrics": {
            "pooled": pooled.as_json(),
            "by_source": {name: m.as_json() for name, m in by_source.items()},
            "worst_frozen_fpr": {"source": worst_source, "frozen_fpr": worst_rate},
        },
    }


def _describe(
    document: Json,
    held: HeldOut,
    description: Message,
    licences: Mapping[str, str],
    research: bool,
) -> None:
    sources = _sources(held.is_h1, held.sources, licences)
    document["reference"] = {
        "description": description.as_json(),
        "n_h1": int(held.is_h1.sum()),
        "n_h2": int((~held.is_h1).sum()),
        "sources": sources,
    }
    document["research"] = research or any(
        _RESEARCH_ONLY.search(str(source["licence"])) for source in sources
    )


def fit_scale(
    scores: Sequence[float],
    labels: Sequence[bool | int],
    sources: Sequence[str],
    *,
    signal: str,
    proposition: str,
    description: Message,
    version: str = "1",
    method: Method = "isotonic",
    licences: Mapping[str, str] | None = None,
    population: Mapping[str, object] | None = None,
    group: str | None = None,
    research: bool = False,
    folds: Sequence[Fold] | None = None,
    threshold_rule: ThresholdRule = "pooled",
    largest: Limit = inf,
    fitted: str | None = None,
    weights: Sequence[float] | None = None,
) -> Json:
    """The JSON of a scale for one signal.

    `description` names the reference population in a few words; `population` holds the
    conditions on a finding's context, such as ``{"language": ["zh"], "length": {"min": 50}}``;
    `licences` by source (a source without one counts as not stated, which makes the scale
    research-only); `group` only where its independence of other groups was shown on data;
    `folds` replaces holding out by source with given sets of sources; `threshold_rule`
    ``every_source`` asks for at most 1 % false positives in each source, not only over all;
    `largest` holds every log10 LR within it, where more sources than these would be needed
    to claim what the numbers allow (a lowest and a highest where only one side claims too
    much); `fitted` is the date; `weights` tell how much each case counts in drawing a logistic
    map, where the population that people meet is not mixed as the sources are (thresholds,
    bounds and metrics count every case once).
    Raises `FitError` where the data do not support a scale.
    """
    return fit(
        scores,
        labels,
        sources,
        signal=signal,
        proposition=proposition,
        description=description,
        version=version,
        method=method,
        licences=licences,
        population=population,
        group=group,
        research=research,
        folds=folds,
        threshold_rule=threshold_rule,
        largest=largest,
        fitted=fitted,
        weights=weights,
    ).document


def fit_fusion(
    members: Mapping[str, Sequence[float]],
    labels: Sequence[bool | int],
    sources: Sequence[str],
    *,
    proposition: str,
    description: Message,
    version: str = "1",
    licences: Mapping[str, str] | None = None,
    population: Mapping[str, object] | None = None,
    research: bool = False,
    fitted: str | None = None,
) -> Json:
    """The JSON of the scale ``fusion.<proposition>``: logistic over the member scores.

    `members` holds, for each signal, its score in every case. In each fold both the
    coefficients and the scale are fitted without the held-out sources.
    """
    import numpy as np

    names = sorted(members)
    if len(names) < 2:
        raise FitError("a fusion needs the scores of at least two signals")
    read = [_arrays(members[name], labels, sources) for name in names]
    columns, is_h1 = np.column_stack([values for values, _ in read]), read[0][1]

    def score(kept: Bools) -> Floats:
        slopes = np.array(logistic(columns[kept], is_h1[kept]).slopes)
        values: Floats = columns @ slopes
        return values

    chosen = folds_by_source(is_h1.tolist(), sources)
    held = hold_out(score, is_h1, sources, chosen, "logistic", "pooled")
    slopes = logistic(columns, is_h1).slopes
    document = _document(held, columns @ np.array(slopes), "logistic", "pooled")
    document.update(
        signal=f"fusion.{proposition}",
        proposition=proposition,
        version=version,
        fitted=fitted or datetime.now(UTC).date().isoformat(),
        group=None,
        population=dict(population or {}),
        members=dict(zip(names, slopes, strict=True)),
        data_sha256=_data_digest(columns.T.tolist(), is_h1, sources),
    )
    _describe(document, held, description, licences or {}, research)
    return document


def write_scale(document: Json) -> bytes:
    """The bytes of a scale file, the same for the same document; read back before returning."""
    from mingjian.weigh.scale import Scale
    from mingjian.weigh.scale_file import parse

    data = (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    Scale.from_json(parse(data))
    return data
