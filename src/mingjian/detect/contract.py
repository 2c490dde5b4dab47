"""What a detector is. Our own detectors use nothing but this contract.

A detector measures one signal in one kind of evidence. Beside its module `x.py` lie its card
`x.md` (zh and en, see `docs/how-to/write-a-detector.md`) and, for each measurement, a scale
`*.scale.json`. Without a scale its findings are shown as unweighed and move no likelihood ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Protocol

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

ENTRY_POINT_GROUP = "mingjian.detectors"


class Detector(Protocol):
    """One detector. The class is the entry point; it is made once per process.

    `examine` gets hostile bytes: it must not execute, unpickle, render, write or connect.
    It returns the same findings for the same bytes, and raises only the three exceptions
    below; anything else it raises is shown to the reader as "failed".
    """

    name: ClassVar[str]
    """Dotted, stable: ``model.pickle``."""
    version: ClassVar[str]
    """Changes whenever a finding could change."""
    accepts: ClassVar[frozenset[EvidenceKind]]
    propositions: ClassVar[tuple[PropositionPair, ...]]
    """The pairs its measurements bear on; empty for a detector of plain facts."""

    def __init__(self, options: Mapping[str, str]) -> None:
        """Options from the settings under this detector's name; raise `Unavailable` if
        something it needs (a package, a weight file) is missing."""

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        """Report every measurement, low or high, and every fact."""


class DetectorSignal(Exception):
    """Base of the three answers that are not findings; each carries its reason."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Unavailable(DetectorSignal):
    """The detector cannot run on this installation; says what is missing and how to get it."""


class NotApplicable(DetectorSignal):
    """The evidence is of an accepted kind, but not of the form this detector measures."""


class NotExaminable(DetectorSignal):
    """The evidence should have been measured and could not be: too large, damaged, encrypted."""
