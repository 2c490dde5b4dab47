"""Which band the numbers reach, and why. Nothing here judges; it compares and says what it did.

States of one threshold: `reached`; `depends` (within the span in which a province fixes its
own number); `short` (known and not enough); `unknown` (a number or circumstance is missing).
An article is `open` where its band asks for no number and no circumstance: all depends on
whether its elements are proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mingjian.domain.message import Message
from mingjian.law.entry import Band, Threshold, Version
from mingjian.law.facts import Facts
from mingjian.law.library import Library

ThresholdState = Literal["reached", "depends", "short", "unknown"]
ReachState = Literal["reached", "open", "depends", "below", "not_enough_facts", "duty"]
NO_NUMBER = Message("没有数额、数量标准", "no numeric threshold")
WHOLE_CASE = frozenset({"lighter", "graver", "gravest"})
_ORDER: tuple[ThresholdState, ...] = ("short", "unknown", "depends", "reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One threshold held against the facts."""

    state: ThresholdState
    why: Message
    missing: tuple[str, ...]
    """Names of counts and circumstances that would decide it."""
    threshold: Threshold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandReach:
    """A band with the outcome that speaks most for it."""

    index: int
    band: Band
    state: ThresholdState
    reasons: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the facts go within one version of an article."""

    state: ReachState
    band: BandReach | None
    """The gravest band that is reached, or that depends on the province."""
    may_reach: tuple[BandReach, ...]
    """Graver bands that the province's own number, or one missing fact, would reach."""
    below: tuple[Outcome, ...]
    missing: tuple[str, ...]


def _say(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _counted(kind: str, facts: Facts, threshold: Threshold, library: Library) -> Outcome:
    """One kind of count against its number."""
    name = library.counts[kind]
    wanted = threshold.at[kind]
    source = library.citation(threshold.source)
    if kind not in facts.counts:
        why = Message(
            f"未给出{name.zh}（标准 {_say(wanted)}，{source.zh}）",
            f"{name.en}: not given (threshold {_say(wanted)}, {source.en})",
        )
        return Outcome(state="unknown", why=why, missing=(kind,), threshold=threshold)
    value = facts.counts[kind]
    upper = threshold.to.get(kind, wanted)
    if wanted <= value < upper:
        why = Message(
            f"{name.zh} {_say(value)}，在各省可定的 {_say(wanted)}–{_say(upper)} 之间"
            f"（{source.zh}）：取决于本省标准",
            f"{name.en} {_say(value)} lies between {_say(wanted)} and {_say(upper)}, where each "
            f"province fixes its own number ({source.en})",
        )
        return Outcome(state="depends", why=why, missing=("province",), threshold=threshold)
    reached = value >= upper
    sign = "≥" if reached else "<"
    number = upper if reached else wanted
    why = Message(
        f"{name.zh} {_say(value)} {sign} {_say(number)}（{source.zh}）",
        f"{name.en} {_say(value)} {sign} {_say(number)} ({source.en})",
    )
    return Outcome(
        state="reached" if reached else "short", why=why, missing=(), threshold=threshold
    )


def _numbers(threshold: Threshold, facts: Facts, library: Library) -> Outcome:
    """The numbers of a threshold, its circumstances left aside."""
    each = [_counted(kind, facts, threshold, library) for kind in threshold.at]
    if threshold.rule == "any":
        best = max(each, key=lambda item: _ORDER.index(item.state))
        known = [item for item in each if item.state == "short"]
        # A short number among unknown ones says more than the unknown.
        return known[0] if best.state == "unknown" and known else best
    given = [kind for kind in threshold.at if kind in facts.counts]
    absent = tuple(kind for kind in threshold.at if kind not in facts.counts)
    source = library.citation(threshold.source)
    if not given:
        return Outcome(state="unknown", why=each[0].why, missing=absent, threshold=threshold)
    state: ThresholdState
    if threshold.rule == "sum":
        total = sum(facts.counts[kind] / threshold.at[kind] for kind in given)
        state = "reached" if total >= threshold.need else "short"
        sign = "≥" if state == "reached" else "<"
        parts = " + ".join(f"{_say(facts.counts[k])}/{_say(threshold.at[k])}" for k in given)
        why = Message(
            f"按比例合计 {parts} = {total:.2f} {sign} {threshold.need:g}（{source.zh}）",
            f"added in proportion {parts} = {total:.2f} {sign} {threshold.need:g} ({source.en})",
        )
        return Outcome(state=state, why=why, missing=(), threshold=threshold)
    met = sum(item.state == "reached" for item in each)
    enough = met >= threshold.need
    state = "reached" if enough else "short"
    why = Message(
        f"{met} 项达到各自标准，需要 {threshold.need:g} 项（{source.zh}）",
        f"{met} kinds reach their numbers, {threshold.need:g} are needed ({source.en})",
    )
    return Outcome(state=state, why=why, missing=(), threshold=threshold)


def hold(threshold: Threshold, facts: Facts, library: Library) -> Outcome:
    """One threshold against the facts."""
    against = [n for n in threshold.given if n in facts.excluded]
    against += [n for n in threshold.unless if n in facts.circumstances]
    if against:
        name = library.circumstances[against[0]]
        why = Message(f"情节“{name.zh}”使其不适用", f"not where: {name.en}")
        return Outcome(state="short", why=why, missing=(), threshold=threshold)
    lacking = tuple(n for n in threshold.given if n not in facts.circumstances)
    source = library.citation(threshold.source)
    if threshold.at:
        outcome = _numbers(threshold, facts, library)
        if outcome.state == "short" or not lacking:
            return outcome
        why, missing = outcome.why, outcome.missing
    else:
        if not threshold.given:
            return Outcome(state="reached", why=NO_NUMBER, missing=(), threshold=None)
        words = [library.circumstances[n] for n in threshold.given]
        named = Message("、".join(w.zh for w in words), "; ".join(w.en for w in words))
        why = Message(f"{named.zh}（{source.zh}）", f"{named.en} ({source.en})")
        missing = ()
        if not lacking:
            return Outcome(state="reached", why=why, missing=(), threshold=threshold)
    return Outcome(state="unknown", why=why, missing=(*lacking, *missing), threshold=threshold)


def _band(index: int, band: Band, facts: Facts, library: Library) -> BandReach:
    if not band.thresholds:
        outcome = Outcome(state="reached", why=NO_NUMBER, missing=())
        return BandReach(index=index, band=band, state="reached", reasons=(outcome,))
    outcomes = [hold(item, facts, library) for item in band.thresholds]
    best = max((item.state for item in outcomes), key=_ORDER.index)
    reasons = tuple(item for item in outcomes if item.state == best)
    return BandReach(index=index, band=band, state=best, reasons=reasons)


def _nearly(found: BandReach, library: Library) -> BandReach | None:
    """A band that only circumstances not yet known keep from being reached, with those reasons.

    How grave a case is on the whole is never a known fact, so it alone makes no band near.
    """
    near = tuple(
        item
        for item in found.reasons
        if found.state == "unknown"
        and item.missing
        and all(name in library.circumstances for name in item.missing)
        and not (set(item.missing) <= WHOLE_CASE)
    )
    if not near:
        return None
    return BandReach(index=found.index, band=found.band, state="unknown", reasons=near)


def reach(version: Version, facts: Facts, library: Library) -> Reach:
    """The gravest band the facts reach within `version`."""
    if not version.bands:
        return Reach(state="duty", band=None, may_reach=(), below=(), missing=())
    bands = [_band(index, band, facts, library) for index, band in enumerate(version.bands)]
    reached = [item for item in bands if item.state == "reached"]
    top = reached[-1] if reached else None
    above = tuple(item for item in bands if top is None or item.index > top.index)
    depends = tuple(item for item in above if item.state == "depends")
    nearly = tuple(found for item in above if (found := _nearly(item, library)) is not None)
    missing = tuple(
        dict.fromkeys(name for item in above for reason in item.reasons for name in reason.missing)
    )
    may = tuple(sorted((*depends, *nearly), key=lambda item: item.index))
    if top is not None:
        bare = all(reason.threshold is None for reason in top.reasons)
        state: ReachState = "open" if bare else "reached"
        return Reach(state=state, band=top, may_reach=may, below=(), missing=missing)
    if depends:
        rest = tuple(item for item in may if item is not depends[0])
        # A circumstance may settle what the province's number leaves open.
        own = [hold(t, facts, library) for t in depends[0].band.thresholds]
        settling = (
            name
            for item in own
            if item.state == "unknown" and set(item.missing) <= set(library.circumstances)
            for name in item.missing
        )
        missing = tuple(dict.fromkeys((*missing, *settling)))
        return Reach(state="depends", band=depends[0], may_reach=rest, below=(), missing=missing)
    held = [hold(t, facts, library) for item in bands for t in item.band.thresholds]
    lowest = held[: len(bands[0].band.thresholds)]
    short = tuple(item for item in held if item.state == "short" and item.threshold is not None)
    numeric = any(item.threshold and item.threshold.at for item in lowest)
    counted = tuple(
        item
        for item in short
        if numeric and item.threshold and set(item.threshold.at) & set(facts.counts)
    )
    # The lowest band's own numbers say enough; those of graver bands only where it has none.
    counted = tuple(item for item in counted if item in lowest) or counted
    # Known numbers that fall short, or a lowest band that known circumstances rule out.
    ruled_out = all(item.state == "short" for item in lowest)
    return Reach(
        state="below" if counted or ruled_out else "not_enough_facts",
        band=None,
        may_reach=may,
        below=counted or short,
        missing=tuple(dict.fromkeys(n for item in lowest for n in item.missing)),
    )
