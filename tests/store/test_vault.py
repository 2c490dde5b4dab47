"""The vault: what goes in comes out, and nothing half."""

from __future__ import annotations

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.store.vault import BLOCK, Mismatch, Vault


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault")


def files(vault):
    return sorted(file for file in vault.folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK * 2 + 1])
def test_a_file_is_copied_under_its_hash(vault, tmp_path, size):
    source = tmp_path / "source"
    source.write_bytes(os.urandom(size))
    sha256, length = vault.put_file(source)
    assert sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (length, vault.hash_file(source)) == (size, (sha256, size))
    assert vault.path(sha256).read_bytes() == source.read_bytes()
    assert vault.put_file(source) == (sha256, size)
    vault.sync()
    assert len(files(vault)) == 1
    assert list(vault.verify()) == []


@given(data=st.binary(max_size=100))
def test_bytes_in_are_bytes_out(tmp_path_factory, data):
    vault = Vault(tmp_path_factory.mktemp("vault"))
    assert vault.path(vault.put_bytes(data)).read_bytes() == data


def test_a_wrong_hash_leaves_nothing(vault, tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(Mismatch):
        vault.put_bytes(b"x", "0" * 64)
    with pytest.raises(Mismatch):
        vault.put_file(tmp_path / "x", "0" * 64)
    assert files(vault) == []


def test_a_file_cut_short_by_a_crash_is_written_again(vault):
    sha256 = vault.put_bytes(b"whole")
    vault.path(sha256).chmod(0o600)
    vault.path(sha256).write_bytes(b"wh")
    ((name, what),) = vault.verify()
    assert name == sha256
    assert "altered" in what.en
    vault.put_bytes(b"whole")
    assert list(vault.verify()) == []


def test_only_ordinary_files_are_read(vault, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="ordinary"):
        vault.put_file(tmp_path / "fifo")
    with pytest.raises(OSError):
        vault.put_file(tmp_path)
    with pytest.raises(OSError):
        vault.put_file(tmp_path / "link", follow=False)
    with pytest.raises(FileNotFoundError):
        vault.put_file(tmp_path / "absent")
