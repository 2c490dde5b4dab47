"""A store with a few items and results, made in code."""

from __future__ import annotations

import hashlib

import pytest

from mingjian.store.store import open_store
from mingjian.store.work import Item, ItemResult

VERSIONS = {"program": "0", "detectors": {"a.b": "1"}, "scales": {"a/x.scale.json": "0" * 64}}


def item(number: int) -> Item:
    return Item(path=f"/in/{number}", name=f"{number}\udcff\0", size=1, mtime=1.25)


class Filled:
    """A store to play with."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.store = self.another()

    def another(self, actor="examiner"):
        return open_store(self.url, self.folder / "vault", key_dir=self.folder, actor=actor)

    def start(self, count=5, case="case A", roots=("/in",), digest="d" * 64, versions=VERSIONS):
        items = (item(number) for number in range(count))
        return self.store.create_or_resume_run(case, roots, digest, items, versions)

    def item(self, name: str) -> Item:
        return Item(path=f"/in/{name}", name=name, size=1, mtime=1.25)

    def result(self, leased, text=None, *, weight=None, states=("found",), kind="text", **more):
        """What examining found: with `weight` (proposition, log10 LR) flagged for it."""
        data = (text or f"evidence {leased.ordinal}").encode("utf-8", "surrogatepass")
        sha256 = self.store.vault.put_bytes(data)
        finding = {
            "signal": "a.b.c",
            "scale": "a.b.c@1",
            "quiet": False,
            "log10_lr": 1.0,
            "because": {"zh": "甲", "en": "a"},
        }
        record = {
            "sha256": sha256,
            "sm3": hashlib.new("md5", data).hexdigest() * 2,
            "size": len(data),
            "path": leased.item.name,
            "parent": None,
            "step": None,
            "kind": kind,
            "format": "plain-text",
            "not_examined": [],
            "weights": [
                {"proposition": name, "log10_lr": ratio, "opinion": True, "flagged": True}
                for name, ratio in ([weight] if weight else [])
            ],
            "examinations": [
                {"detector": "a.b", "version": "1", "state": state, "findings": [finding]}
                for state in states
            ],
        }
        return ItemResult(leased=leased, records=[record], vaulted=frozenset({sha256}), **more)

    def finish_all(self, run, owner="worker"):
        while leased := self.store.lease(run.id, owner, 3, 60):
            self.store.finish_chunk(run.id, [self.result(one) for one in leased])


@pytest.fixture
def filled(database_url, tmp_path):
    made = Filled(database_url, tmp_path)
    yield made
    made.store.close()
