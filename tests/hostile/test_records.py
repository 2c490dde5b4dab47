"""A table of records: whoever is killed, each id is there once and in order."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from pathlib import Path

import pytest
from tests.hostile.product import Product, wait_until

HOSTILE = [
    "", "\0", "a\nb\r\n\u2028c", "\ud83d", "=cmd|' /C calc'!A0", "x" * 100_000, "[" * 50_000,
    '{"role":"user","content":' * 3000, "<" * 20_000, "\u202e\u0000\ufeff", "QUJDRA" * 20_000,
]  # fmt: skip


def table(file: Path, count: int) -> Path:
    with file.open("w", encoding="utf-8") as out:
        for number in range(count):
            text = HOSTILE[number // 100 % len(HOSTILE)] if number % 100 == 50 else f"短信 {number}"
            out.write(json.dumps({"id": f"r{number}", "text": text}) + "\n")
    return file


def arguments(file: Path) -> list[str | Path]:
    out = file.with_suffix(".out")
    return ["examine", "--records", file, "--text-field", "text", "--id-field", "id", "--out", out]


def check(file: Path, count: int) -> None:
    lines = file.with_suffix(".out").read_bytes()
    found = [json.loads(line) for line in lines.split(b"\n")[:-1]]
    assert [one["id"] for one in found] == [f"r{number}" for number in range(count)]
    for one in found:
        assert "error" in one or one["examinations"] or one["not_applicable"]
    assert not list(file.parent.glob("*.partial*"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_parent_and_run_again(tmp_path: Path, how: signal.Signals) -> None:
    count = 6_000
    file = table(tmp_path / "t.jsonl", count)
    product = Product(tmp_path / "home", {"MINGJIAN_WORKERS": "2"})
    partial = tmp_path / "t.out.partial"
    process = product.start(*arguments(file), start_new_session=True)
    wait_until(lambda: partial.exists() and partial.stat().st_size > 100_000)
    os.kill(process.pid, how)
    process.communicate()
    assert process.returncode == (-9 if how == signal.SIGKILL else 130)
    with partial.open("ab") as torn:
        torn.write(b'{"id": "torn')
    ended = product.run(*arguments(file))
    assert ended.code == 0, ended.err
    assert "resumed at" in ended.err
    check(file, count)
    assert product.problems() == []


def test_two_at_once_on_one_output(tmp_path: Path) -> None:
    file = table(tmp_path / "t.jsonl", 300)
    product = Product(tmp_path / "home")
    partial = tmp_path / "t.out.partial"
    with partial.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        refused = product.run(*arguments(file))
        assert refused.code == 2
        assert "already being written" in refused.err
    assert product.run(*arguments(file)).code == 0
    check(file, 300)


def test_a_table_that_grows_while_it_is_read_is_not_passed_off(tmp_path: Path) -> None:
    """What is bound into custody is what was read, or the command does not succeed."""
    file = table(tmp_path / "t.jsonl", 5_000)
    product = Product(tmp_path / "home")
    process = product.start(*arguments(file))
    partial = tmp_path / "t.out.partial"
    wait_until(lambda: partial.exists() and partial.stat().st_size > 0)
    process.send_signal(signal.SIGSTOP)
    with file.open("a") as more:
        more.write('{"id": "late", "text": "x"}\n')
    process.send_signal(signal.SIGCONT)
    _, err = process.communicate()
    assert process.returncode == 4
    assert b"changed while" in err
    assert not file.with_suffix(".out").exists()


def test_an_output_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    file = table(tmp_path / "t.jsonl", 10)
    for out in (tmp_path / "absent" / "x.jsonl", Path("/proc/x.jsonl")):
        ended = Product(tmp_path / "home").run(
            "examine", "--records", file, "--text-field", "text", "--out", out
        )
        assert ended.code == 4
        assert "could not read or write: No such file" in ended.err
