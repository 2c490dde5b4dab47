"""The guides show what the installed detectors say today, not what former ones said."""

from __future__ import annotations

import re
from pathlib import Path

from mingjian.detect.catalogue import installed_detectors

GUIDES = Path(__file__).parents[2] / "docs/how-to"
SHOWN = re.compile(r"^  ([a-z]+\.[a-z_]+) (\d+(?:\+[0-9a-f.]+)?)[:：]", re.M)


def test_versions_shown_in_transcripts_are_those_installed() -> None:
    installed = {entry.name: entry.version for entry in installed_detectors()}
    shown = [
        (guide.name, name, version)
        for guide in sorted(GUIDES.glob("*.md"))
        for name, version in SHOWN.findall(guide.read_text("utf-8"))
    ]
    assert len(shown) >= 8
    stale = [one for one in shown if installed[one[1]] != one[2]]
    assert not stale, "run the guide's commands again and tell it what they say now"
