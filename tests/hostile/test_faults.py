"""The place where it all is kept fails: full, read-only, locked, shared, damaged, clock astray."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
from pathlib import Path

import pytest
from tests.hostile.formats import ID_TEXT
from tests.hostile.killing import check_once, make_items
from tests.hostile.product import Product, check_complete, wait_until

KIB = 1 << 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_items(tmp_path / "in", 40)
    return tmp_path / "in"


def test_no_room_left_and_then_there_is(tmp_path: Path, folder: Path) -> None:
    """A limit on file sizes stands in for the full disk: writes fail in the same places."""
    product = Product(tmp_path / "home")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (420 * KIB, resource.RLIM_INFINITY))

    ended = product.run("examine", folder, "--json", preexec_fn=little_room)
    assert ended.code == 4, (ended.code, ended.err)
    assert "broke" not in ended.err
    assert "run" in ended.err
    done = product.examine(folder)
    check_once(product, done, folder, 40)


def test_a_home_that_cannot_be_written(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for home in (tmp_path / "file", Path("/proc/mingjian")):
        ended = Product(home).run("examine", folder)
        assert ended.code == 4
        assert "MINGJIAN_HOME" in ended.err


def test_several_at_once_on_one_home(tmp_path: Path, folder: Path) -> None:
    """The same request takes part in the same run; another case has its own."""
    product = Product(tmp_path / "home")
    cases = ("unfiled", "other")
    others = [product.start("examine", folder, "--json", "--case", case) for case in cases]
    done = product.examine(folder)
    for other in others:
        _, err = other.communicate()
        assert other.returncode == 0, err
    check_complete(done, folder)
    assert product.problems() == []


def test_a_locked_database_is_waited_for(tmp_path: Path, folder: Path) -> None:
    product = Product(tmp_path / "home")
    product.examine(folder / "0")
    with sqlite3.connect(product.home / "mingjian.sqlite3", isolation_level=None) as database:
        database.execute("begin immediate")
        process = product.start("examine", folder, "--json")
        with pytest.raises(Exception, match="timed out"):
            process.wait(2)
        database.execute("rollback")
    database.close()
    _, err = process.communicate()
    assert process.returncode == 0, err


@pytest.mark.parametrize("name", ["mingjian.sqlite3", "custody.key"])
def test_a_damaged_home_is_said_in_words(tmp_path: Path, folder: Path, name: str) -> None:
    product = Product(tmp_path / "home")
    product.examine(folder / "0")
    (product.home / name).write_bytes(b"not what it was" * 99)
    ended = product.run("examine", folder)
    assert ended.code == 4
    assert "broke" not in ended.err
    assert "Error (" not in ended.err or "database" in ended.err


def test_a_clock_that_goes_back(tmp_path: Path, folder: Path) -> None:
    """Times in custody are what the clock said; the order is the chain's."""
    product = Product(tmp_path / "home")
    product.examine(folder / "0")
    astray = tmp_path / "site"
    astray.mkdir()
    (astray / "sitecustomize.py").write_text(
        "import time, datetime\nreal = time.time\ntime.time = lambda: real() - 10**7\n"
    )
    back = Product(product.home, {"PYTHONPATH": str(astray)})
    check_complete(back.examine(folder), folder)
    assert product.problems() == []


def test_files_that_vanish_or_change_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    make_items(folder, 200)
    product = Product(tmp_path / "home")
    process = product.start("examine", folder, "--json")
    # All are listed by the time the first is kept.
    wait_until(
        lambda: any((product.home / "vault").glob("[0-9a-f]*")) or process.poll() is not None
    )
    for number, file in enumerate(sorted(folder.rglob("*.txt"))):
        match number % 4:
            case 0:
                file.unlink()
            case 1:
                file.write_text("changed " + ID_TEXT, "utf-8")
            case 2:
                os.truncate(file, 3)
    out, err = process.communicate()
    assert process.returncode == 0, err
    found = [one for one in json.loads(out)["evidence"] if one["parent"] is None]
    assert len(found) == 200
    for one in found:
        assert one["sha256"] or "no longer there" in one["not_examined"][0]["why"]["en"]
    assert product.problems() == []
