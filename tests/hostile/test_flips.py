"""Any one byte of evidence, entry, record, scale or export that changes is named."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.hostile.product import ROOT, Product

NOT_BOUND = {
    # Copies for look-ups and lists; what custody binds has the originals.
    ("evidence", "kind"), ("evidence", "format"), ("evidence", "vaulted"), ("case_file", "opened"),
    # SQLite's own row number, by which the test puts things back.
    ("case_file", "id"),
}  # fmt: skip
DOCKET = ("04-settings.pkl", "05-labelled.png", "14-backup.zip")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A few items of the docket, examined, and the custody of their case exported."""
    base = tmp_path_factory.mktemp("kept")
    product = Product(base / "home")
    product.examine(*(ROOT / "examples/docket" / name for name in DOCKET))
    assert product.run("custody", "export", base / "export", "--case", "unfiled").code == 0
    assert product.verify() == []
    return product


@pytest.fixture
def copy(kept, tmp_path) -> Product:
    shutil.copytree(kept.home, tmp_path / "home")
    return Product(tmp_path / "home")


def flip(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def test_evidence(copy: Product) -> None:
    chance = random.Random(1)
    files = [
        file for file in (copy.home / "vault").rglob("*")
        if file.is_file() and len(file.name) >= 60 and file.stat().st_size
    ]  # fmt: skip
    assert len(files) >= len(DOCKET)
    for file in files:
        data = file.read_bytes()
        file.chmod(0o600)
        file.write_bytes(flip(data, chance.randrange(len(data)), chance.randrange(8)))
    problems = "\n".join(copy.verify())
    for file in files:
        assert file.name in problems
    files[0].unlink()
    assert files[0].name in "\n".join(copy.verify())


def cells(home: Path) -> list[tuple[str, int, str, object]]:
    """Every value of every row that custody speaks for."""
    found = []
    with sqlite3.connect(home / "mingjian.sqlite3") as database:
        for table in ("custody_entry", "record", "evidence", "custody_key", "case_file"):
            names = [row[1] for row in database.execute(f"pragma table_info({table})")]
            for row in database.execute(f"select rowid, * from {table}"):
                found += [(table, row[0], n, v) for n, v in zip(names, row[1:], strict=True)]
    database.close()
    return found


def put(home: Path, table: str, rowid: int, column: str, value: object) -> None:
    with sqlite3.connect(home / "mingjian.sqlite3") as database:
        database.execute(f"update {table} set {column} = ? where rowid = ?", (value, rowid))
    database.close()


def altered(value: object, chance: random.Random) -> object:
    if isinstance(value, bytes):
        return flip(value, chance.randrange(len(value)), chance.randrange(8))
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    if isinstance(value, int):
        return value + 1
    return None


def verify_here(home: Path) -> list[str]:
    """`custody verify` in this process: the same code, without a start for each byte."""
    from mingjian.app.keeping import verify_store
    from mingjian.app.settings import load_settings

    return [problem.where for problem in verify_store(load_settings(home=home))]


def test_every_cell_of_custody_and_records(copy: Product, monkeypatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(copy.home))
    chance = random.Random(2)
    assert verify_here(copy.home) == []
    missed = []
    tried = 0
    rows = cells(copy.home)
    for table, rowid, column, value in rows:
        if (table, column) in NOT_BOUND:
            continue
        other = altered(value, chance)
        if other is None:
            continue
        try:
            put(copy.home, table, rowid, column, other)
        except sqlite3.IntegrityError:
            continue
        tried += 1
        if not verify_here(copy.home):
            missed.append((table, column, str(value)[:40], str(other)[:400]))
        put(copy.home, table, rowid, column, value)
    assert tried > 60
    assert missed == []
    assert verify_here(copy.home) == []


@pytest.mark.parametrize("table", ["custody_entry", "record", "evidence", "item"])
def test_a_row_that_is_gone(copy: Product, table: str) -> None:
    with sqlite3.connect(copy.home / "mingjian.sqlite3") as database:
        last = database.execute(f"select max(rowid) from {table}").fetchone()[0]
        database.execute(f"delete from {table} where rowid = ?", (last,))
    database.close()
    if table == "item":
        # What to do, not what was found; verify needs it not.
        copy.verify()
    else:
        assert copy.verify()


def test_every_byte_of_an_export(kept: Product, tmp_path: Path) -> None:
    from mingjian.casework.custody import verify_export

    data = (kept.home.parent / "export").read_bytes()
    file = tmp_path / "export"
    file.write_bytes(data)
    assert not verify_export(file, None).problems
    # All bytes of a long file take minutes; the whole is run by hand (MINGJIAN_EVERY_BYTE=1).
    # (bits 0 and 5: another letter, and the same letter in another case)
    step = 1 if "MINGJIAN_EVERY_BYTE" in os.environ else max(1, len(data) // 400)
    missed = []
    for at in range(0, len(data), step):
        for bit in (0, 5):
            file.write_bytes(flip(data, at, bit))
            if not verify_export(file, None).problems:
                missed.append((at, bit))
    assert missed == []
    for end in range(0, len(data), max(1, len(data) // 60)):
        file.write_bytes(data[:end])
        assert verify_export(file, None).problems, end


def test_a_scale(kept: Product, tmp_path: Path) -> None:
    """A copy of the package with one scale altered stands in for the installation."""
    site = tmp_path / "site"
    shutil.copytree(ROOT / "src/mingjian", site / "mingjian")
    scales = sorted((site / "mingjian").rglob("*.scale.json"))
    if not scales:
        pytest.skip("no scale is installed yet")
    product = Product(kept.home, {"PYTHONPATH": str(site)})
    where = product.run("doctor", "--json")
    assert where.code == 0, where.err
    assert product.verify() == []
    chance = random.Random(3)
    for scale in scales:
        data = scale.read_bytes()
        scale.write_bytes(flip(data, chance.randrange(len(data)), chance.randrange(7)))
        problems = "\n".join(product.verify())
        assert scale.name in problems
        scale.write_bytes(data)
    assert product.verify() == []
