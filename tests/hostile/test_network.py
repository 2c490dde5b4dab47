"""An examination connects to nothing and needs no network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.hostile.mutate import originals
from tests.hostile.product import Product, check_complete

AUDIT = """
import os, sys
LOG = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
def seen(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.")):
        try:
            text = repr(arguments[1:])
        except Exception:
            text = "?"
        os.write(LOG, f"{{event}} {{text}}\\n".encode())
sys.addaudithook(seen)
os.write(LOG, b"started\\n")
"""
MEANS_NETWORK = ("connect", "bind", "getaddrinfo", "gethostby", "sendto", "urllib", "http", "ftp",
                 "smtp", "socket.__new__")  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, data in originals().items():
        (tmp_path / "in" / name).write_bytes(data)
    return tmp_path / "in"


def test_no_process_makes_a_socket(tmp_path: Path, folder: Path) -> None:
    """Every Python process of the tree reports its socket calls to one file."""
    site = tmp_path / "site"
    site.mkdir()
    log = tmp_path / "log"
    (site / "sitecustomize.py").write_text(AUDIT.format(log=str(log)))
    done = Product(tmp_path / "home", {"PYTHONPATH": str(site)}).examine(folder)
    check_complete(done, folder)
    lines = log.read_text().splitlines()
    assert lines.count("started") >= 3  # the command, a worker, its sandbox
    bad = [line for line in lines if line != "started"
           and any(word in line for word in MEANS_NETWORK)]  # fmt: skip
    assert bad == []


def test_no_process_makes_an_internet_socket(tmp_path: Path, folder: Path) -> None:
    """The same below Python: what the libraries ask of the kernel."""
    if shutil.which("strace") is None:
        pytest.skip("no strace: apt-get install strace")
    log = tmp_path / "strace"
    watch = ("strace", "-f", "-qq", "-e", "trace=socket,connect,bind,sendto", "-o", str(log))
    if subprocess.run([*watch, "true"], capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    done = Product(tmp_path / "home", prefix=watch).examine(folder)
    check_complete(done, folder)
    assert [line for line in log.read_text().splitlines() if "AF_INET" in line] == []


def test_it_works_with_the_network_cut(tmp_path: Path, folder: Path) -> None:
    cut = ("unshare", "-rn")
    if shutil.which("unshare") is None or subprocess.run([*cut, "true"]).returncode:
        pytest.skip("unshare cannot cut the network here")
    product = Product(tmp_path / "home", prefix=cut)
    done = product.examine(folder)
    check_complete(done, folder)
    assert product.problems() == []
