"""Whoever is killed in the middle: the same command goes on, and every item is there once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile.killing import WHOM, whole


@pytest.mark.parametrize("whom", [one for one in WHOM if one not in ("child", "group")])
def test_killed_in_the_middle_and_run_again(tmp_path: Path, whom: str) -> None:
    whole(tmp_path, 150, whom)
