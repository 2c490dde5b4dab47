"""Weigh whether two things have one origin, against a reference population given for the case.

    population = Population(vectors, origins)      # some measurements of each known origin
    scale, document = population.scale(proposition, signal=…, version=…, description=…)
    ratio = population.ratio(scale, one, other)

The measurement of a pair is the log likelihood ratio of the two-covariance model (Aitken and
Lucy, Applied Statistics 53, 2004): how alike the two are, against how alike things of one origin
and of different origins are in the population. It becomes a likelihood ratio as every score here
does, by a scale: fitted on pairs that the model had not seen, bounded by the number of origins,
and without an opinion where it is no better than none. Nothing about any origin is learnt
beforehand, so the population has to be like the case: kind of recording, language, age, sex.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import log10
from typing import TYPE_CHECKING, Final

import numpy as np

from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.weight import LikelihoodRatio
from mingjian.weigh.calibrate import FitError
from mingjian.weigh.fit import Json, fit_scale
from mingjian.weigh.scale import Scale, no_opinion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST: Final = 20
"""Origins with two measurements or more that a population needs."""
PARTS: Final = 4
"""Parts the origins are dealt into: pairs of one part are measured by a model of the others."""
DIRECTIONS: Final = 12
"""Directions kept, those that tell origins apart best."""
SHRUNK: Final = 0.3
"""How far the spread within origins is drawn towards a round one: there are few to learn from."""
FARTHEST: Final = 1.5
"""Times the distance of the population's farthest from its middle that one may lie."""


@dataclass(frozen=True, slots=True)
class _Model:
    """The two-covariance model in directions in which the spread within origins is 1."""

    middle: Floats
    directions: Floats
    between: Floats

    def placed(self, vectors: Floats) -> Floats:
        """Rows in the model's directions."""
        placed: Floats = (vectors - self.middle) @ self.directions
        return placed

    def distance(self, placed: Floats) -> Floats:
        """Squared distance from the middle, counted in spreads of the population."""
        squares: Floats = (placed**2 / (1.0 + self.between)).mean(axis=-1)
        return squares

    def score(self, one: Floats, other: Floats) -> float:
        """Natural log likelihood ratio of one origin against two, of two placed rows."""
        whole = 1.0 + self.between
        rest = whole**2 - self.between**2
        together = whole * (one**2 + other**2) - 2.0 * self.between * one * other
        same = np.log(rest) + together / rest
        apart = 2.0 * np.log(whole) + (one**2 + other**2) / whole
        return float((apart - same).sum() / 2.0)


def _model(vectors: Floats, origins: Sequence[str]) -> _Model:
    names = sorted(set(origins))
    labels = np.array(origins)
    middle = vectors.mean(axis=0)
    spread = np.maximum(vectors.std(axis=0), 1e-9)
    rows = (vectors - middle) / spread
    centres = np.array([rows[labels == name].mean(axis=0) for name in names])
    left = rows - centres[np.searchsorted(names, labels)]
    within = left.T @ left / max(1, len(rows) - len(names))
    size = len(within)
    within = (1.0 - SHRUNK) * within + SHRUNK * np.eye(size) * np.trace(within) / size
    inverse = np.linalg.inv(np.linalg.cholesky(within))
    between, turned = np.linalg.eigh(inverse @ np.cov(centres.T) @ inverse.T)
    kept = np.argsort(between)[::-1][:DIRECTIONS]
    directions = (inverse.T @ turned[:, kept]) / spread[:, None]
    return _Model(middle, directions, np.maximum(between[kept], 1e-6))


def several(origins: Sequence[str]) -> tuple[str, ...]:
    """The origins that stand there twice or more, in order."""
    return tuple(sorted(name for name, count in Counter(origins).items() if count > 1))


@dataclass(frozen=True)
class Population:
    """Measurements (rows of `vectors`) and the origin of each; raises `FitError` if too few."""

    vectors: Floats
    origins: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.repeated) < FEWEST:
            raise FitError(
                f"{len(self.repeated)} origins have two measurements or more; {FEWEST} are needed"
            )

    @cached_property
    def repeated(self) -> tuple[str, ...]:
        """Origins with two measurements or more, in order; the others are left out."""
        return several(self.origins)

    @cached_property
    def _known(self) -> tuple[Floats, tuple[str, ...]]:
        repeated = set(self.repeated)
        kept = [n for n, name in enumerate(self.origins) if name in repeated]
        return self.vectors[kept], tuple(self.origins[n] for n in kept)

    @cached_property
    def _whole(self) -> _Model:
        return _model(*self._known)

    @cached_property
    def _farthest(self) -> float:
        """Distance of the farthest of the population, each placed by a model without it."""
        found = 0.0
        for model, vectors, _ in self._parts:
            found = max(found, float(model.distance(model.placed(vectors)).max()))
        return found

    @cached_property
    def _parts(self) -> list[tuple[_Model, Floats, tuple[str, ...]]]:
        """Each part of the origins, with a model of all the others."""
        vectors, origins = self._known
        found = []
        for part in range(PARTS):
            held = set(self.repeated[part::PARTS])
            out = np.array([name in held for name in origins])
            others = [name for name in origins if name not in held]
            own = tuple(name for name in origins if name in held)
            found.append((_model(vectors[~out], others), vectors[out], own))
        return found

    def scale(
        self, proposition: str, *, signal: str, version: str, description: Message
    ) -> tuple[Scale, Json]:
        """The scale of this population and its document, fitted on pairs of held-out origins."""
        scores: list[float] = []
        same: list[bool] = []
        parts: list[str] = []
        for number, (model, vectors, origins) in enumerate(self._parts, 1):
            placed = model.placed(vectors)
            for a, b in combinations(range(len(origins)), 2):
                scores.append(model.score(placed[a], placed[b]))
                same.append(origins[a] == origins[b])
                parts.append(f"part {number}")
        document = fit_scale(
            scores,
            same,
            parts,
            signal=signal,
            proposition=proposition,
            version=version,
            description=description,
            method="logistic",
            largest=log10(len(self.repeated)),
            licences=dict.fromkeys(parts, "given for the case"),
        )
        return Scale.from_json(document), document

    def measured(self, one: Floats, other: Floats) -> float:
        """The measurement of a pair; the order of the two does not matter."""
        placed = self._whole.placed(np.array([one, other]))
        return round(self._whole.score(placed[0], placed[1]), 6)

    def strangers(self, one: Floats, other: Floats) -> tuple[bool, bool]:
        """Which of the two lies farther out than anything this population holds."""
        placed = self._whole.placed(np.array([one, other]))
        far = self._whole.distance(placed) > FARTHEST * self._farthest
        return bool(far[0]), bool(far[1])

    def ratio(self, scale: Scale, one: Floats, other: Floats) -> LikelihoodRatio:
        """The likelihood ratio of one origin for two against two origins, or no opinion."""
        far = self.strangers(one, other)
        if any(far):
            which = Message(
                "两者都" if all(far) else "第一件" if far[0] else "第二件",
                "both lie" if all(far) else "the first lies" if far[0] else "the second lies",
            )
            return no_opinion(
                Message(
                    f"超出参照总体：{which.zh}比总体中的任何一件都离得更远，条件可能不同",
                    f"outside the reference population: {which.en} farther out than anything in "
                    "it, so the conditions may differ",
                ),
                scale.name,
            )
        finding = Finding(
            signal=scale.signal,
            because=scale.reference.description,
            score=self.measured(one, other),
            proposition=scale.proposition,
        )
        return scale.ratio(finding)
