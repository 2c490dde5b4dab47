"""Frames made small and grey one after the other, and what is measured between neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mingjian.domain.finding import Axis, Curve, CurveExhibit, Exhibit, Seconds
from mingjian.domain.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONGER_SIDE: Final = 320
STILL: Final = 1e-9
FROZEN: Final = 4
"""Equal frames in a row that make a frozen stretch; telephones repeat one or two."""
CUT: Final = 12.0
"""Mean difference of pixels (levels of 255) that a cut has at the least, and ..."""
BESIDE: Final = 4.0
"""... how many times the differences on both sides of it."""
NEAR: Final = 5
_POINTS: Final = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """What a course of frames amounts to."""

    flicker: float
    """Median of |brightness - mean of both neighbours|, in levels of 255, cuts left out."""
    shimmer: float
    """The same of fine detail, as a share of the median detail."""
    frozen: tuple[Seconds, ...]
    cuts: tuple[Seconds, ...]


class Course:
    """Frames in order: their times, brightness, fine detail, and difference from the last."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.brightness: list[float] = []
        self.detail: list[float] = []
        self.change: list[float] = []
        """Mean absolute difference of pixels from the frame before; 0 for the first."""
        self._before: NDArray[np.float32] | None = None

    def add(self, at: float, frame: Any) -> None:
        """Take in a decoded frame; one that does not follow in time is left out."""
        if self.times and at <= self.times[-1]:
            return
        factor = min(1.0, LONGER_SIDE / max(frame.width, frame.height))
        width, height = (max(4, round(side * factor)) for side in (frame.width, frame.height))
        grey = frame.reformat(width=width, height=height, format="gray").to_ndarray()
        now = grey.astype(np.float32)
        before = self._before
        same = before is not None and before.shape == now.shape
        self.change.append(float(np.abs(now - before).mean()) if same else 0.0)
        self.times.append(at)
        self.brightness.append(float(now.mean()))
        around = now[:-2, 1:-1] + now[2:, 1:-1] + now[1:-1, :-2] + now[1:-1, 2:]
        self.detail.append(float(np.abs(4 * now[1:-1, 1:-1] - around).mean()))
        self._before = now

    def measured(self) -> Measured:
        """What the frames so far amount to."""
        cuts = self._cuts()
        frozen = self._frozen()
        still = np.array([one < STILL for one in self.change])
        # Neither a cut nor a frame that repeats its neighbour tells of flicker.
        apart = still.copy()
        for cut in cuts:
            apart[max(0, cut - 1) : cut + 2] = True
        inner = ~apart[1:-1] & ~still[2:]
        detail = np.array(self.detail)
        usual = float(np.median(detail))
        return Measured(
            flicker=_waver(np.array(self.brightness), inner),
            shimmer=_waver(detail, inner) / usual if usual > 0 else 0.0,
            frozen=tuple(self._span(first, last) for first, last in frozen),
            cuts=tuple(self._span(cut, cut) for cut in cuts),
        )

    def _span(self, first: int, last: int) -> Seconds:
        start = self.times[0]
        return Seconds(round(self.times[first] - start, 3), round(self.times[last] - start, 3))

    def _cuts(self) -> list[int]:
        change = np.array(self.change)
        found: list[int] = []
        for at in np.flatnonzero(change >= CUT).tolist():
            beside = np.concatenate(
                (change[max(1, at - NEAR) : at], change[at + 1 : at + 1 + NEAR])
            )
            if not len(beside) or change[at] >= BESIDE * float(np.median(beside)):
                found.append(at)
        return found

    def _frozen(self) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        first: int | None = None
        for at in range(1, len(self.change) + 1):
            if at < len(self.change) and self.change[at] < STILL:
                first = at - 1 if first is None else first
            elif first is not None:
                if at - first >= FROZEN:
                    found.append((first, at - 1))
                first = None
        return found


def _waver(values: Floats, inner: NDArray[np.bool_]) -> float:
    away = np.abs(values[1:-1] - (values[:-2] + values[2:]) / 2)[inner]
    return float(np.median(away)) if len(away) else 0.0


def exhibits(course: Course, found: Measured) -> tuple[Exhibit, ...]:
    """Change and detail along the time, frozen stretches and cuts marked."""
    start = course.times[0]
    step = -(-len(course.times) // _POINTS)
    seconds = [round(at - start, 3) for at in course.times[::step]]
    # Of each group of frames the largest change is drawn, so that no cut is lost.
    change = [
        round(max(course.change[i : i + step]), 3) for i in range(0, len(course.change), step)
    ]
    detail = [round(one, 3) for one in course.detail[::step]]
    wide = max(0.02, 0.004 * seconds[-1])
    marks = [(one.start, one.end) for one in found.frozen]
    marks += [(max(0.0, one.start - wide), one.start + wide) for one in found.cuts]
    return (
        CurveExhibit(
            title=Message(
                "逐帧变化与细节；标出静止的时段和镜头切换",
                "Change from frame to frame, and fine detail; frozen stretches and cuts marked",
            ),
            across=Axis(name=Message("时间", "time"), first=0.0, last=seconds[-1], unit="s"),
            up=Axis(
                name=Message("灰度级", "levels of 255"),
                first=0.0,
                last=max(1.0, *change, *detail),
            ),
            curves=(
                Curve(Message("变化", "change"), tuple(zip(seconds, change, strict=True))),
                Curve(Message("细节", "detail"), tuple(zip(seconds, detail, strict=True))),
            ),
            marks=tuple(sorted(marks))[:60],
        ),
    )
