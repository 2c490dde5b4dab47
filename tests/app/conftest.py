"""A home folder of its own for every test that examines."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.app.settings import Settings, load_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("MINGJIAN_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(workers=2, language="en", actor="tester")
