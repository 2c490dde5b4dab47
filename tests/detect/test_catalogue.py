"""Every installed detector, ours or not, is held against the contract."""

from __future__ import annotations

import importlib
from importlib.metadata import EntryPoint, entry_points

import pytest

from mingjian.detect.catalogue import _installed, installed_detectors
from mingjian.detect.contract import ENTRY_POINT_GROUP, NotApplicable
from mingjian.domain.message import Message
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import BrokenPromise
from mingjian.weigh.scale import load_scales

POINTS = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)


def _class_of(point: EntryPoint) -> type:
    found = point.load()
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_entry_point_has_the_detectors_name(point: EntryPoint) -> None:
    assert _class_of(point).name == point.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_keeps_the_promise(point: EntryPoint) -> None:
    assert_keeps_promise(_class_of(point))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_scales_are_of_declared_propositions(point: EntryPoint) -> None:
    cls = _class_of(point)
    folder = importlib.import_module(cls.__module__).__name__.rpartition(".")[0]
    entries = [
        entry for entry in installed_detectors() if entry.module.rpartition(".")[0] == folder
    ]
    pairs = {pair.id for entry in entries if entry.detector for pair in entry.detector.propositions}
    scales = load_scales(entries[0].scale_files())
    assert {scale.proposition for of_signal in scales.values() for scale in of_signal} <= pairs


def test_a_broken_import_is_listed_as_unavailable() -> None:
    point = EntryPoint("broken.detector", "no_such_module:Nothing", ENTRY_POINT_GROUP)
    entry = _installed(point, {})
    assert entry.detector is None
    assert entry.unavailable is not None
    assert "no_such_module" in entry.unavailable.en


def test_the_kit_notices_a_detector_that_raises() -> None:
    from mingjian_example_urgency.urgency import Urgency

    class Raises(Urgency):
        def examine(self, evidence: object) -> list[object]:  # type: ignore[override]
            raise ValueError("no")

    Raises.__module__ = Urgency.__module__
    with pytest.raises(BrokenPromise, match="raised ValueError"):
        assert_keeps_promise(Raises)


def test_the_kit_notices_a_detector_that_is_not_deterministic() -> None:
    from mingjian_example_urgency.urgency import Urgency

    class Drifts(Urgency):
        calls = 0

        def examine(self, evidence: object) -> list[object]:  # type: ignore[override]
            from dataclasses import replace

            type(self).calls += 1
            findings = list(super().examine(evidence))  # type: ignore[arg-type]
            return [replace(item, score=float(self.calls)) for item in findings]

    Drifts.__module__ = Urgency.__module__
    with pytest.raises(BrokenPromise, match="differ"):
        assert_keeps_promise(Drifts)


def test_the_kit_notices_an_answer_that_is_kept() -> None:
    from mingjian_example_urgency.urgency import Urgency

    kept = NotApplicable(Message("无", "none"))

    class Keeps(Urgency):
        def examine(self, evidence: object) -> list[object]:  # type: ignore[override]
            raise kept

    Keeps.__module__ = Urgency.__module__
    with pytest.raises(BrokenPromise, match="keeps what it examined"):
        assert_keeps_promise(Keeps)
