"""Trying again after a kill, so that one failing detector costs only its own examination."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingjian.domain.examination import ExaminationState
from mingjian.run.frames import Json
from mingjian.run.outcome import Outcome, State
from mingjian.run.sandbox import Sandbox

TRIES = 8
"""How often one request is tried in all; then it is not examined, because."""

_SHOWN_AS = {
    State.TIMED_OUT: ExaminationState.TIMED_OUT,
    State.DIED: ExaminationState.FAILED,
    State.OUT_OF_MEMORY: ExaminationState.NOT_EXAMINABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """The last outcome of a request, and the steps left out to get there."""

    outcome: Outcome
    skip: tuple[Json, ...] = ()
    """``{"step": "detector|sha256", "state": …, "reason": {"zh", "en"}}``."""


def attempt_all(sandbox: Sandbox, requests: Sequence[Mapping[str, object]]) -> Iterator[Attempted]:
    """Run all requests, each as often as needed; one answer for each, in order.

    A retry hands over `skip`, in which the function finds the steps it is not to try again.
    """
    for request, outcome in zip(requests, sandbox.run(requests), strict=True):
        yield _attempt(sandbox, request, outcome)


def _attempt(sandbox: Sandbox, request: Mapping[str, object], outcome: Outcome) -> Attempted:
    skip: list[Json] = []
    clean_try = False
    for _ in range(TRIES - 1):
        if not outcome.killed:
            break
        # A child may have died of what others before left behind, or been killed from outside,
        # so the request gets one try in a fresh one before any detector is blamed.
        unsure = outcome.state is State.DIED or (
            outcome.state is State.OUT_OF_MEMORY and outcome.served
        )
        if unsure and not clean_try:
            clean_try = True
        else:
            detector, _, subject = outcome.step.partition("|")
            if not (detector and subject) or any(one["step"] == outcome.step for one in skip):
                break
            skip.append(
                {
                    "step": outcome.step,
                    "state": _SHOWN_AS[outcome.state].value,
                    "reason": outcome.reason().as_json(),
                }
            )
        (outcome,) = sandbox.run([{**request, "skip": skip}])
    return Attempted(outcome=outcome, skip=tuple(skip))
