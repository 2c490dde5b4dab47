"""A home folder of its own for every test that examines."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mingjian.app.settings import Settings, load_settings
from mingjian.store.store import open_store
from mingjian.store.work import Item, ItemResult

from ..exchange.receiver import Receiver


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("MINGJIAN_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(workers=2, language="en", actor="tester")


class Casebook:
    """A store with evidence in it, filed without examining anything."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(
            f"sqlite:///{folder / 'mingjian.sqlite3'}", folder / "vault", key_dir=folder, actor="x"
        )

    def file(self, case: str, **texts: str) -> dict[str, str]:
        """Put texts into a case as items; SHA-256 by name. `weighed` has a fraud finding."""
        items = [Item(path=f"/in/{name}", name=name, size=1, mtime=1.7e9) for name in texts]
        run = self.store.create_or_resume_run(case, ["/in", *texts], "d" * 64, items, {})
        made = {}
        for leased in self.store.lease(run.id, "w", len(items), 60):
            name = leased.item.name
            data = texts[name].encode()
            sha256 = made[name] = self.store.vault.put_bytes(data)
            record = {
                "sha256": sha256,
                "sm3": hashlib.md5(data).hexdigest() * 2,
                "size": len(data),
                "path": name,
                "parent": None,
                "step": None,
                "kind": "text",
                "format": "plain-text",
                "encoding": "utf-8",
                "parts": [],
                "not_examined": [],
                "examinations": _examinations(name),
                "weights": _weights(name),
            }
            result = ItemResult(leased=leased, records=[record], vaulted=frozenset({sha256}))
            self.store.finish_chunk(run.id, [result])
        return made


_WORDS = {"zh": "支持", "en": "support"}


def _weights(name: str) -> list[dict[str, object]]:
    found = {
        "proposition": "message.fraud",
        "log10_lr": 1.5,
        "flagged": True,
        "opinion": True,
        "carried_from": None,
        "words": _WORDS,
    }
    return [found] if name.startswith("weighed") else []


def _examinations(name: str) -> list[dict[str, object]]:
    finding = {
        "signal": "label.declared",
        "details": {"fields": {"Label": "1"}},
        "quiet": False,
        "because": _WORDS,
        "log10_lr": 0.0,
        "scale": None,
    }
    found = [finding] if name.startswith("weighed") else []
    return [{"detector": "a.b", "version": "1", "state": "found", "findings": found}]


@pytest.fixture
def casebook(tmp_path: Path):
    made = Casebook(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def receiver():
    """Something on this machine that takes webhooks."""
    made = Receiver()
    yield made
    made.close()
