"""Scales: the fitted, bounded map from a raw score to a log10 likelihood ratio.

A scale is made by `weigh.fit` on labelled cases, lies as ``<signal>.scale.json`` beside its
detector, and names the reference population it was measured on. Evidence outside that
population gets "no opinion" with the reason, never a number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources.abc import Traversable
from math import isfinite

from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.weight import LikelihoodRatio


class ScaleError(ValueError):
    """A scale file does not say what a scale must say; the text names the field."""


def no_opinion(why: Message, scale: str | None = None) -> LikelihoodRatio:
    """A finding that moves no weight, with the reason."""
    return LikelihoodRatio(log10_lr=0.0, lr_bounds=(0.0, 0.0), opinion=False, why=why, scale=scale)


FACT = no_opinion(
    Message(
        "这是一项可核验的事实，未测定其错误率，因此不折算为似然比",
        "this is a fact that can be checked; no error rate was measured for it, "
        "so it is not turned into a likelihood ratio",
    )
)
UNSCALED = no_opinion(
    Message(
        "该信号没有经过测定的标度，只展示、不加权",
        "there is no measured scale for this signal: it is shown unweighed",
    )
)
NOT_A_NUMBER = no_opinion(
    Message(
        "测量值不是有限数值，无法加权", "the score is not a finite number and cannot be weighed"
    )
)

_CONTEXT_NAMES: Mapping[str, tuple[str, str]] = {
    "language": ("语言", "the language"),
    "length": ("长度", "the length"),
    "codec": ("编码格式", "the codec"),
    "resolution": ("分辨率", "the resolution"),
    "channel": ("来源渠道", "the channel"),
    "format": ("文件格式", "the format"),
    "duration": ("时长", "the duration"),
    "sample_rate": ("采样率", "the sample rate"),
    "form": ("形式", "the form"),
    "steps": ("步数", "the number of steps"),
    "classes": ("类别数", "the number of classes"),
    "repeated_share": ("重复行的比例", "the share of repeated rows"),
    "windows": ("可测区块数", "the number of windows that could be measured"),
    "quality": ("压缩质量", "the quality it was compressed at"),
}


def _context_name(key: str) -> tuple[str, str]:
    return _CONTEXT_NAMES.get(key, (key, key))


@dataclass(frozen=True, slots=True)
class Among:
    """A categorical condition: the context value is one of these."""

    values: frozenset[str]

    def admits(self, value: str | float) -> bool:
        return value in self.values


@dataclass(frozen=True, slots=True)
class Between:
    """A numeric condition: ``low <= value <= high``; None is open."""

    low: float | None
    high: float | None

    def admits(self, value: str | float) -> bool:
        if isinstance(value, str) or value != value:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def _met(condition: Among | Between, value: str | float | None) -> bool:
    return value is not None and condition.admits(value)


@dataclass(frozen=True, slots=True)
class Population:
    """The conditions on a finding's context under which a scale was measured."""

    conditions: tuple[tuple[str, Among | Between], ...] = ()

    def admits(self, context: Mapping[str, str | float]) -> bool:
        """Whether this context meets every condition."""
        return all(_met(condition, context.get(key)) for key, condition in self.conditions)

    def unmet(self, context: Mapping[str, str | float]) -> int:
        """How many conditions this context does not meet."""
        return sum(not _met(condition, context.get(key)) for key, condition in self.conditions)

    def outside(self, context: Mapping[str, str | float]) -> Message | None:
        """Why this context lies outside the population, or None where it lies inside."""
        for key, condition in self.conditions:
            value = context.get(key)
            if _met(condition, value):
                continue
            zh, en = _context_name(key)
            if value is None:
                return Message(
                    f"未能测得{zh}，无法确认属于该标度的参照总体",
                    f"{en} is not known, so this cannot be placed in the scale's "
                    "reference population",
                )
            shown = str(value)[:40]
            return Message(
                f"不在该标度的参照总体之内：{zh}为 {shown}",
                f"outside the scale's reference population, because {en} is {shown}",
            )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One labelled source behind a scale; `label` is h1, h2 or both."""

    name: str
    licence: str
    n: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The labelled cases behind a scale."""

    description: Message
    n_h1: int
    n_h2: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One scale, ready to use. `ratio` is its only run-time act."""

    signal: str
    proposition: str
    version: str
    fitted: str
    """Date of fitting, ISO 8601."""
    method: str
    """isotonic, logistic or soft-logistic."""
    knots: tuple[tuple[float, float], ...]
    """(score, log10 LR), both rising; linear between knots, flat beyond the ends."""
    bounds: tuple[float, float]
    """Lowest and highest log10 LR the reference population supports."""
    threshold: float | None
    """Score at which at most 1 % of held-out H2 cases are flagged; None: nothing is flagged."""
    group: str | None
    """Scales of one group depend on one another; groups were shown independent on data.
    None: dependence unknown, so it is never multiplied with anything."""
    population: Population
    reference: Reference
    research: bool
    """Fitted on rows whose licence is non-commercial or not stated."""
    withheld: Message | None
    """Why this scale gives no opinion at all (held-out Cllr of 1 or more), else None."""
    members: Mapping[str, float] = field(default_factory=dict)
    """For ``fusion.<proposition>`` only: coefficient of each member signal's score."""
    metrics: Mapping[str, object] = field(default_factory=dict)
    """Held-out performance, `pooled` and per source, as written by `weigh.fit`."""
    data_sha256: str
    """SHA-256 of the labelled scores the scale was fitted on."""
    digest: str = ""
    """SHA-256 of the scale file's bytes; custody binds a weight to it."""

    _scores: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _why: Message = field(init=False, repr=False, compare=False)
    _why_at_bound: Message = field(init=False, repr=False, compare=False)
    _withheld: LikelihoodRatio | None = field(init=False, repr=False, compare=False)
    _other_pair: LikelihoodRatio = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fix = object.__setattr__
        who = f"{self.signal}@{self.version}"
        n = f"n(H1) = {self.reference.n_h1}, n(H2) = {self.reference.n_h2}"
        about = self.reference.description
        fix(self, "_scores", tuple(score for score, _ in self.knots))
        zh = f"按标度 {who} 加权；参照总体：{about.zh}（{n}）"
        en = f"weighed on scale {who}; reference population: {about.en} ({n})"
        fix(self, "_why", Message(zh, en))
        at_bound = Message(
            f"{zh}；已达样本量所能支持的上下限",
            f"{en}; held at the bound that this many cases support",
        )
        fix(self, "_why_at_bound", at_bound)
        fix(self, "_withheld", no_opinion(self.withheld, who) if self.withheld else None)
        other = Message(
            f"标度 {who} 针对另一命题（{self.proposition}），不能用于本项发现",
            f"scale {who} is for another proposition ({self.proposition}) "
            "and cannot weigh this finding",
        )
        fix(self, "_other_pair", no_opinion(other, who))

    @property
    def name(self) -> str:
        """``signal@version``, as records cite it."""
        return f"{self.signal}@{self.version}"

    @classmethod
    def from_json(
        cls, document: Mapping[str, object], *, research: bool = True, digest: str = ""
    ) -> Scale:
        """Read a parsed scale file; raises `ScaleError` naming the field that is wrong.

        With ``research=False`` a scale fitted on research-only rows gives no opinion.
        """
        from mingjian.weigh.scale_file import read_scale

        return read_scale(document, research=research, digest=digest)

    def at(self, score: float) -> float:
        """Bounded log10 LR of a finite score."""
        scores, knots = self._scores, self.knots
        i = bisect_right(scores, score)
        if i == 0:
            value = knots[0][1]
        elif i == len(scores):
            value = knots[-1][1]
        else:
            x0, y0 = knots[i - 1]
            x1, y1 = knots[i]
            # Clamped: rounding may step a hair outside the two knots, and out of order.
            value = min(y1, max(y0, y0 + (y1 - y0) * ((score - x0) / (x1 - x0))))
        low, high = self.bounds
        return low if value < low else high if value > high else value

    def ratio(self, finding: Finding) -> LikelihoodRatio:
        """The finding's likelihood ratio, or no opinion with the reason."""
        score = finding.score
        if score is None:
            return FACT
        if finding.proposition != self.proposition:
            return self._other_pair
        if self._withheld is not None:
            return self._withheld
        if not isfinite(score):
            return NOT_A_NUMBER
        if self.population.conditions:
            outside = self.population.outside(finding.context)
            if outside is not None:
                return no_opinion(outside, self.name)
        value = self.at(score)
        return LikelihoodRatio(
            log10_lr=value,
            lr_bounds=self.bounds,
            opinion=True,
            why=self._why if self.bounds[0] < value < self.bounds[1] else self._why_at_bound,
            scale=self.name,
            flagged=self.threshold is not None and score >= self.threshold,
        )


Scales = Mapping[str, tuple[Scale, ...]]
"""Scales by signal; where there are several, for different populations, the first that fits."""


def load_scales(
    files: Iterable[Traversable], *, research: bool = True
) -> dict[str, tuple[Scale, ...]]:
    """Read scale files, keyed by signal, in the order given.

    Raises `ScaleError` naming the file and the field. A file given twice counts once.
    """
    from mingjian.weigh.scale_file import parse

    found: dict[str, tuple[Scale, ...]] = {}
    for file in files:
        data = file.read_bytes()
        digest = sha256(data).hexdigest()
        try:
            scale = Scale.from_json(parse(data), research=research, digest=digest)
        except ScaleError as error:
            raise ScaleError(f"{file.name}: {error}") from None
        present = found.get(scale.signal, ())
        if all(other.digest != digest for other in present):
            found[scale.signal] = (*present, scale)
    return found
