"""The official texts, where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.law.official import OfficialText, parse_official

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def official() -> dict[str, OfficialText]:
    folder = SHARED / "law"
    if not folder.is_dir():
        pytest.skip(f"no official texts: {folder} is not there")
    read = [parse_official(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    return {text.id: text for text in read}
