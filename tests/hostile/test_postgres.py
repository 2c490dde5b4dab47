"""The command line on PostgreSQL: the same results as on SQLite, and workers that join in."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from tests.hostile.killing import check_once, make_items
from tests.hostile.product import ROOT, Product, check_complete, children, wait_until

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres_url: str) -> dict[str, str]:
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return {"MINGJIAN_DATABASE": address}


def comparable(evidence: list[dict[str, object]]) -> str:
    return json.dumps(sorted(evidence, key=lambda one: (str(one["path"]), str(one["sha256"]))),
                      sort_keys=True)  # fmt: skip


def test_the_same_results_as_on_sqlite(tmp_path: Path, database: dict[str, str]) -> None:
    docket = ROOT / "examples/docket"
    server = Product(tmp_path / "server", database)
    on_server = server.examine(docket)
    check_complete(on_server, docket)
    alone = Product(tmp_path / "alone").examine(docket)
    assert comparable(on_server.evidence) == comparable(alone.evidence)
    assert not (server.home / "mingjian.sqlite3").exists()
    some = next(one["sha256"] for one in on_server.items if one["sha256"])
    shown = server.run("evidence", "show", some[:12], "--json")
    assert json.loads(shown.out)[0]["sha256"] == some
    assert server.problems() == []
    export = tmp_path / "export"
    assert server.run("custody", "export", export, "--case", "unfiled").code == 0
    assert Product(tmp_path / "elsewhere").run("custody", "verify", export).code == 0


def test_a_second_machine_takes_part_and_goes_on_alone(
    tmp_path: Path, database: dict[str, str]
) -> None:
    folder = tmp_path / "in"
    make_items(folder, 200)
    product = Product(tmp_path / "home", {**database, "MINGJIAN_WORKERS": "1"})
    first = product.start("examine", folder, "--json")

    def busy() -> bool:
        workers = children(first.pid)
        return any(children(worker) for worker in workers) or first.poll() is not None

    wait_until(busy)
    second = product.start("worker")
    wait_until(lambda: children(second.pid) or second.poll() is not None)
    if first.poll() is None:
        # Not SIGKILL: then its leases would have to run out, which takes two minutes.
        first.send_signal(signal.SIGTERM)
    first.communicate()
    _, err = second.communicate()
    assert second.returncode == 0, err
    done = product.examine(folder)
    check_once(product, done, folder, 200)


def test_a_server_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    away = {"MINGJIAN_DATABASE": "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"}
    ended = Product(tmp_path / "home", away).run("examine", ROOT / "examples/docket")
    assert ended.code == 4
    assert "secret" not in ended.err
    assert "broke" not in ended.err
