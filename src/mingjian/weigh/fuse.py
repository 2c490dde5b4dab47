"""From findings to weights: one bounded weight for each proposition pair, in any order.

Rules, each held by a test:

* Findings that carry no opinion move nothing and are listed as the reason where no finding does.
* Members of one group depend on one another: the group counts as its strongest member, the
  one whose log10 LR is largest in magnitude; two equally strong members that point opposite
  ways count as 0.
* Different named groups were shown independent on data, so their log10 LRs add up.
* A scale that names no group has unknown dependence: the strongest such finding stands against
  the sum of the groups as if they were one dependent group.
* A fitted scale ``fusion.<proposition>`` replaces these rules where all its members were
  measured inside its population.
* A weight never leaves the widest bounds of the scales it used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from mingjian.domain.evidence import Evidence
from mingjian.domain.examination import Examination, ExaminationState
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.domain.record import Weighed
from mingjian.domain.weight import LikelihoodRatio, Weight
from mingjian.weigh.scale import FACT, UNSCALED, Scale, Scales, no_opinion
from mingjian.weigh.words import NO_OPINION, words

UNFINISHED = no_opinion(
    Message(
        "检测器未能完成检验，其发现不予加权",
        "the detector did not finish, so what it reported is not weighed",
    )
)
NOTHING_MEASURED = Message(
    "没有发现涉及这一命题；未见痕迹本身不能证明任何事",
    "no finding bears on this proposition; the absence of a trace proves nothing",
)
SOME_DID_NOT_RUN = Message(
    "没有发现涉及这一命题；有检测器未能完成检验，未见痕迹本身不能证明任何事",
    "no finding bears on this proposition; some detectors could not complete their examination, "
    "and the absence of a trace proves nothing",
)

_COMPLETE = frozenset({ExaminationState.FOUND, ExaminationState.QUIET})
_INCOMPLETE = frozenset(ExaminationState) - _COMPLETE - {ExaminationState.NOT_APPLICABLE}

_Measured = tuple[Finding, LikelihoodRatio, Scale]


def _ratio(finding: Finding, scales: Scales) -> tuple[LikelihoodRatio, Scale | None]:
    """The finding's ratio on the first scale whose population it belongs to."""
    if finding.score is None:
        return FACT, None
    of_signal = scales.get(finding.signal, ())
    for scale in of_signal:
        if scale.population.admits(finding.context):
            ratio = scale.ratio(finding)
            if ratio.opinion:
                return ratio, scale
    if not of_signal:
        return UNSCALED, None
    # Of several populations, the nearest tells the reason: not that a call is no message.
    return min(of_signal, key=lambda scale: scale.population.unmet(finding.context)).ratio(
        finding
    ), None


def strongest(values: Iterable[float]) -> float:
    """The value of largest magnitude; 0 for none, or for equal ones that contradict.

    Rising in every value and independent of their order.
    """
    highest = lowest = 0.0
    for value in values:
        highest, lowest = max(highest, value), min(lowest, value)
    if highest == -lowest:
        return 0.0
    return highest if highest > -lowest else lowest


def combine(values: Iterable[tuple[float, str | None]], bounds: tuple[float, float]) -> float:
    """Fuse (log10 LR, group) pairs by the rules of this module, inside `bounds`."""
    groups: dict[str | None, list[float]] = {}
    for value, group in values:
        groups.setdefault(group, []).append(value)
    loose = strongest(groups.pop(None, ()))
    # Sorted, because a float sum in another order may end in another last digit.
    total = sum(sorted(strongest(members) for members in groups.values()))
    return min(bounds[1], max(bounds[0], strongest((total, loose))))


def _fused(
    measured: Sequence[_Measured], pair: str, scales: Scales
) -> tuple[LikelihoodRatio, Scale] | None:
    """The ratio of a fitted ``fusion.<proposition>`` scale, where it applies."""
    for scale in scales.get(f"fusion.{pair}", ()):
        scores: dict[str, float] = {}
        context: dict[str, str | float] = {}
        for finding, _, _ in measured:
            assert finding.score is not None
            scores[finding.signal] = max(finding.score, scores.get(finding.signal, float("-inf")))
            context.update(finding.context)
        if not set(scale.members) <= set(scores):
            continue
        if any(scale.population.outside({**context, **f.context}) for f, _, _ in measured):
            continue
        total = sum(slope * scores[name] for name, slope in sorted(scale.members.items()))
        ratio = scale.ratio(
            Finding(
                signal=scale.signal,
                because=NOTHING_MEASURED,
                score=total,
                proposition=pair,
                context=context,
            )
        )
        if ratio.opinion:
            return ratio, scale
    return None


@lru_cache(maxsize=4096)
def _silent(pair: PropositionPair, reasons: tuple[Message, ...]) -> Weight:
    """A weight without opinion, with up to three of the reasons."""
    shown = reasons[:3]
    return Weight(
        proposition=pair,
        log10_lr=0.0,
        lr_bounds=(0.0, 0.0),
        words=NO_OPINION,
        opinion=False,
        flagged=False,
        why=Message("；".join(r.zh for r in shown), "; ".join(r.en for r in shown)),
    )


def _explain(measured: Sequence[_Measured], used: Scale | None) -> Message:
    """Which scales went into a weight, and how."""
    if used is not None:
        return Message(f"按融合标度 {used.name} 加权", f"weighed on the fitted fusion {used.name}")
    if len(measured) == 1:
        return measured[0][1].why
    names = ", ".join(sorted({scale.name for _, _, scale in measured}))
    groups = {scale.group for _, _, scale in measured if scale.group is not None}
    if len(groups) > 1:
        return Message(
            f"由多项测量融合：已证明相互独立的组相乘，组内取最强者；标度：{names}",
            "fused from several measurements: groups shown to be independent are multiplied, "
            f"within a group the strongest counts; scales: {names}",
        )
    return Message(
        f"多项测量相互关联，取其中最强者；标度：{names}",
        f"several measurements that depend on one another: the strongest counts; scales: {names}",
    )


def _weigh(pair: PropositionPair, measured: Sequence[_Measured], scales: Scales) -> Weight:
    fusion = _fused(measured, pair.id, scales) if f"fusion.{pair.id}" in scales else None
    if fusion is not None:
        ratio, used = fusion
        value, bounds, flagged = ratio.log10_lr, ratio.lr_bounds, ratio.flagged
    else:
        used = None
        bounds = (
            min(ratio.lr_bounds[0] for _, ratio, _ in measured),
            max(ratio.lr_bounds[1] for _, ratio, _ in measured),
        )
        value = combine(((ratio.log10_lr, scale.group) for _, ratio, scale in measured), bounds)
        flagged = any(ratio.flagged for _, ratio, _ in measured)
    return Weight(
        proposition=pair,
        log10_lr=value,
        lr_bounds=bounds,
        words=words(value, True),
        opinion=True,
        flagged=flagged,
        why=_explain(measured, used),
    )


def weigh_findings(
    examinations: Sequence[Examination],
    propositions: Sequence[PropositionPair],
    scales: Scales,
) -> tuple[tuple[Weighed, ...], tuple[Weight, ...]]:
    """Every finding with its ratio, and one weight for each proposition, in the given orders."""
    weighed: list[Weighed] = []
    measured: dict[str, list[_Measured]] = {}
    reasons: dict[str, set[Message]] = {}
    incomplete = False
    for examination in examinations:
        complete = examination.state in _COMPLETE
        incomplete = incomplete or examination.state in _INCOMPLETE
        ratios = []
        for finding in examination.findings:
            ratio, scale = _ratio(finding, scales) if complete else (UNFINISHED, None)
            ratios.append(ratio)
            if finding.proposition is None:
                continue
            if scale is not None:
                measured.setdefault(finding.proposition, []).append((finding, ratio, scale))
            else:
                reasons.setdefault(finding.proposition, set()).add(ratio.why)
        weighed.append(Weighed(examination=examination, ratios=tuple(ratios)))

    nothing = SOME_DID_NOT_RUN if incomplete else NOTHING_MEASURED
    weights = []
    for pair in dict.fromkeys(propositions):
        if pair.id in measured:
            weights.append(_weigh(pair, measured[pair.id], scales))
        else:
            why = sorted(reasons.get(pair.id, {nothing}), key=lambda reason: reason.en)
            weights.append(_silent(pair, tuple(why)))
    return tuple(weighed), tuple(weights)


def carry_up(
    own: Sequence[Weight], parts: Sequence[tuple[Evidence, Sequence[Weight]]]
) -> tuple[Weight, ...]:
    """A parent's weights with those of its parts carried up, one for each proposition.

    The weight furthest toward H1 is shown: a parent holds what any of its parts holds, so one
    part toward H1 is enough, while support for H2 is only as strong as that of the part with
    the least. Only parts with an opinion are carried; where own and part are equal, own stays.
    `flagged` is kept if any of them was flagged. The order of the parts does not matter; the
    order of `own` is kept and propositions known only from parts follow by id.
    """
    candidates: dict[str, list[tuple[Evidence, Weight]]] = {}
    for part, weights in parts:
        for weight in weights:
            if weight.opinion:
                candidates.setdefault(weight.proposition.id, []).append((part, weight))
    carried: list[Weight] = []
    for weight in own:
        carried.append(_carry(weight, candidates.pop(weight.proposition.id, [])))
    carried.extend(_carry(None, candidates[pair]) for pair in sorted(candidates))
    return tuple(carried)


def _carry(own: Weight | None, candidates: Sequence[tuple[Evidence, Weight]]) -> Weight:
    if not candidates:
        assert own is not None
        return own
    part, best = min(candidates, key=_toward_h1)
    flagged = any(weight.flagged for _, weight in candidates)
    if own is not None and own.opinion and own.log10_lr >= best.log10_lr:
        return own if own.flagged or not flagged else replace(own, flagged=True)
    if own is not None and own.opinion:
        flagged = flagged or own.flagged
    if best.carried_from is not None:
        return replace(best, flagged=flagged)
    return replace(
        best,
        flagged=flagged,
        carried_from=part.sha256,
        why=Message(
            f"来自派生材料 {part.path}：{best.why.zh}",
            f"carried up from the part {part.path}: {best.why.en}",
        ),
    )


def _toward_h1(candidate: tuple[Evidence, Weight]) -> tuple[float, str, str]:
    part, weight = candidate
    return -weight.log10_lr, part.sha256, part.path
