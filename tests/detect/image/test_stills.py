"""Detectors that were measured on still pictures leave frames of a video alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mingjian.detect.contract import Detector, NotApplicable
from mingjian.detect.image.copy_move import CopyMove
from mingjian.detect.image.edited import Edited
from mingjian.detect.image.synthetic import Synthetic
from mingjian.domain.evidence import Derivation, EvidenceKind
from mingjian.testing.promise import as_accepted


@pytest.mark.parametrize("detector", [Synthetic, Edited, CopyMove])
def test_frames_are_not_examined(detector: type[Detector]) -> None:
    frame = replace(
        as_accepted(b"", EvidenceKind.IMAGE, "png"),
        derivation=Derivation(step="frame", detail="0.00 s"),
    )
    with pytest.raises(NotApplicable, match="frame of a video") as refused:
        list(detector({}).examine(frame))
    assert "视频画面" in refused.value.reason.zh
