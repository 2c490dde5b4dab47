"""Reading scale files: every field checked, every error naming its field.

The published form is `docs/reference/scale.schema.json`; this reader also holds what a JSON
Schema cannot say (knots rise, bounds contain the knots, counts add up).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite

from mingjian.domain.message import Message
from mingjian.weigh.scale import (
    Among,
    Between,
    Population,
    Reference,
    Scale,
    ScaleError,
    Source,
)

FORMAT = "mingjian.scale/1"
METHODS = ("isotonic", "logistic", "soft-logistic")
REQUIRED = (
    "format",
    "signal",
    "proposition",
    "version",
    "fitted",
    "method",
    "knots",
    "bounds",
    "threshold",
    "group",
    "population",
    "reference",
    "research",
    "withheld",
    "metrics",
    "data_sha256",
)
OPTIONAL = ("members",)
MOST_BYTES = 4 * 1024 * 1024

RESEARCH_OFF = Message(
    "该标度部分依据非商业许可或未声明许可的数据测定，本机设置不予采用",
    "this scale was fitted in part on data whose licence is non-commercial or not stated, "
    "and this installation is set not to use such scales",
)
NO_BETTER = Message(
    "该标度在未参与测定的来源上的 Cllr 不低于 1，并不优于不作判断，因此不发表意见",
    "on held-out sources this scale's Cllr is 1 or more, no better than saying nothing, "
    "so it gives no opinion",
)


def parse(data: bytes) -> Mapping[str, object]:
    """Bytes of a scale file as a JSON object; NaN and Infinity are refused."""
    if len(data) > MOST_BYTES:
        raise ScaleError(f"longer than {MOST_BYTES} bytes")

    def refuse(name: str) -> object:
        raise ScaleError(f"{name} is not a number JSON knows")

    try:
        document = json.loads(data, parse_constant=refuse)
    except ScaleError:
        raise
    except (ValueError, RecursionError) as error:
        raise ScaleError(f"not JSON ({error})") from None
    return _object(document, "the file")


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ScaleError(f"{name} must be an object")
    return value


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise ScaleError(f"{name} must be a list")
    return list(value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ScaleError(f"{name} must be a non-empty string")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScaleError(f"{name} must be a finite number")
    try:
        number = float(value)
    except OverflowError:
        raise ScaleError(f"{name} must be a finite number") from None
    if not isfinite(number):
        raise ScaleError(f"{name} must be a finite number")
    return number


def _count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ScaleError(f"{name} must be a whole number, 0 or more")
    return value


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ScaleError(f"{name} must be true or false")
    return value


def _message(value: object, name: str) -> Message:
    both = _object(value, name)
    return Message(_text(both.get("zh"), f"{name}.zh"), _text(both.get("en"), f"{name}.en"))


def _pair(value: object, name: str) -> tuple[float, float]:
    items = _list(value, name)
    if len(items) != 2:
        raise ScaleError(f"{name} must hold two numbers")
    return _number(items[0], f"{name}[0]"), _number(items[1], f"{name}[1]")


def _knots(value: object) -> tuple[tuple[float, float], ...]:
    knots = tuple(_pair(item, f"knots[{i}]") for i, item in enumerate(_list(value, "knots")))
    if not knots:
        raise ScaleError("knots must hold at least one [score, log10_lr]")
    for i in range(1, len(knots)):
        if knots[i][0] <= knots[i - 1][0]:
            raise ScaleError(f"knots[{i}]: scores must rise from knot to knot")
        if knots[i][1] < knots[i - 1][1]:
            raise ScaleError(f"knots[{i}]: log10_lr must not fall as the score rises")
    return knots


def _bounds(value: object) -> tuple[float, float]:
    low, high = _pair(value, "bounds")
    if not low <= 0.0 <= high:
        raise ScaleError("bounds must be [low, high] with low <= 0 <= high")
    return low, high


def _condition(value: object, name: str) -> Among | Between:
    if isinstance(value, (list, tuple)):
        if not value:
            raise ScaleError(f"{name} must name at least one value")
        return Among(frozenset(_text(item, f"{name}[{i}]") for i, item in enumerate(value)))
    both = _object(value, name)
    unknown = sorted(set(both) - {"min", "max"})
    if unknown or not both:
        raise ScaleError(f"{name} must be a list of values, or an object with min and/or max")
    low = _number(both["min"], f"{name}.min") if "min" in both else None
    high = _number(both["max"], f"{name}.max") if "max" in both else None
    if low is not None and high is not None and low > high:
        raise ScaleError(f"{name}: min is larger than max")
    return Between(low, high)


def _source(value: object, name: str) -> Source:
    item = _object(value, name)
    label = _text(item.get("label"), f"{name}.label")
    if label not in ("h1", "h2", "both"):
        raise ScaleError(f"{name}.label must be h1, h2 or both")
    return Source(
        name=_text(item.get("name"), f"{name}.name"),
        licence=_text(item.get("licence"), f"{name}.licence"),
        n=_count(item.get("n"), f"{name}.n"),
        label=label,
    )


def _reference(value: object) -> Reference:
    item = _object(value, "reference")
    sources = tuple(
        _source(source, f"reference.sources[{i}]")
        for i, source in enumerate(_list(item.get("sources"), "reference.sources"))
    )
    n_h1 = _count(item.get("n_h1"), "reference.n_h1")
    n_h2 = _count(item.get("n_h2"), "reference.n_h2")
    if not sources or sum(source.n for source in sources) != n_h1 + n_h2:
        raise ScaleError("reference.sources: the counts n must add up to n_h1 + n_h2")
    return Reference(
        description=_message(item.get("description"), "reference.description"),
        n_h1=n_h1,
        n_h2=n_h2,
        sources=sources,
    )


def _members(value: object, signal: str) -> dict[str, float]:
    members = {
        _text(name, "members"): _number(slope, f"members.{name}")
        for name, slope in _object(value, "members").items()
    }
    if bool(members) != signal.startswith("fusion."):
        raise ScaleError("members belong to a signal named fusion.<proposition>, and only there")
    if any(slope < 0 for slope in members.values()):
        raise ScaleError("members: a coefficient must not be negative")
    return members


def _withheld(document: Mapping[str, object], metrics: Mapping[str, object]) -> Message | None:
    if document["withheld"] is not None:
        return _message(document["withheld"], "withheld")
    pooled = _object(metrics.get("pooled"), "metrics.pooled")
    return NO_BETTER if _number(pooled.get("cllr"), "metrics.pooled.cllr") >= 1.0 else None


def read_scale(document: Mapping[str, object], *, research: bool, digest: str) -> Scale:
    """See `Scale.from_json`."""
    missing = [name for name in REQUIRED if name not in document]
    if missing:
        raise ScaleError(f"missing: {', '.join(missing)}")
    unknown = sorted(set(document) - set(REQUIRED) - set(OPTIONAL))
    if unknown:
        raise ScaleError(f"unknown: {', '.join(unknown)}")
    if document["format"] != FORMAT:
        raise ScaleError(f"format must be {FORMAT}")
    method = _text(document["method"], "method")
    if method not in METHODS:
        raise ScaleError(f"method must be one of {', '.join(METHODS)}")
    signal = _text(document["signal"], "signal")
    data_sha256 = _text(document["data_sha256"], "data_sha256")
    if len(data_sha256) != 64 or set(data_sha256) - set("0123456789abcdef"):
        raise ScaleError("data_sha256 must be 64 lower-case hexadecimal digits")
    metrics = _object(document["metrics"], "metrics")
    withheld = _withheld(document, metrics)
    used_for_research_only = _flag(document["research"], "research")
    if used_for_research_only and not research:
        withheld = RESEARCH_OFF
    threshold, group = document["threshold"], document["group"]
    conditions = tuple(
        (name, _condition(value, f"population.{name}"))
        for name, value in sorted(_object(document["population"], "population").items())
    )
    return Scale(
        signal=signal,
        proposition=_text(document["proposition"], "proposition"),
        version=_text(document["version"], "version"),
        fitted=_text(document["fitted"], "fitted"),
        method=method,
        knots=_knots(document["knots"]),
        bounds=_bounds(document["bounds"]),
        threshold=None if threshold is None else _number(threshold, "threshold"),
        group=None if group is None else _text(group, "group"),
        population=Population(conditions),
        reference=_reference(document["reference"]),
        research=used_for_research_only,
        withheld=withheld,
        members=_members(document.get("members", {}), signal),
        metrics=metrics,
        data_sha256=data_sha256,
        digest=digest,
    )
