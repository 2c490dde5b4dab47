"""Names, links, devices, polyglots: nothing leads outside, nothing is lost, all can be shown."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.hostile.formats import FORMATS, ID_TEXT
from tests.hostile.product import Product, check_complete
from tests.intake.makers import CALL

NAMES = (
    "../../../../tmp/mingjian-escaped",
    "/tmp/mingjian-escaped",
    "C:\\Windows\\mingjian-escaped",
    "..\\..\\mingjian-escaped",
    "a\0b.txt",
    "a\nb\r.txt",
    "\u202egnp.exe",
    "\x1b[31mred\x1b[0m",
    "\ud800lone",
    "x" * 4_000,
    "深" * 1_300,
    "",
    ".",
    "..",
    "//",
    " ",
    "a/" * 500 + "b",
    "<script>alert(1)</script>.txt",
    "CON",
    "-rf",
    "%s%n{0}",
)


def archive_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number, name in enumerate(NAMES):
            info = zipfile.ZipInfo("placeholder")
            info.filename = name.encode("utf-8", "replace").decode()
            file.writestr(info, f"{number} {ID_TEXT}")
    return out.getvalue()


def archive_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as file:
        for number, name in enumerate(NAMES):
            info = tarfile.TarInfo(name.replace("\0", "_").replace("\ud800", "_"))
            data = f"{number} {ID_TEXT}".encode()
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
        for number, kind in enumerate((
            tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
            tarfile.DIRTYPE, tarfile.CONTTYPE, b"Z",
        )):  # fmt: skip
            info = tarfile.TarInfo(f"special-{number}")
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
    return out.getvalue()


def test_names_in_archives(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "names.zip").write_bytes(archive_zip())
    (folder / "names.tar").write_bytes(archive_tar())
    before = set(Path("/tmp").glob("mingjian-escaped*"))
    product = Product(tmp_path / "home")
    done = product.examine(folder)
    check_complete(done, folder)
    for name in ("names.zip", "names.tar"):
        below = [one for one in done.of(name) if one["parent"] is not None]
        # Each text is its own, so each member is there once, whatever its name.
        assert len({one["sha256"] for one in below}) >= len(NAMES)
        for one in below:
            path = one["path"]
            assert path.startswith(f"in/{name}/")
            assert path.isprintable()
            assert ".." not in path.split("/")
            assert len(path) < 300
    assert set(Path("/tmp").glob("mingjian-escaped*")) == before
    assert not [one for one in done.evidence if b"root:" in one["path"].encode()]
    ended = product.run("examine", folder)
    assert ended.code == 0
    assert "\x1b[31mred" not in ended.out
    assert "\u202e" not in ended.out
    assert product.problems() == []


def test_names_and_kinds_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    raw = os.fsencode(folder)
    for name in (
        b"\xff\xfe\x80.txt",
        "\u202egnp.exe".encode(),
        b"new\nline\r",
        b"\x1b[31mred",
        b"-rf",
        b" ",
        "深".encode() * 85,
        b"<b>&amp;",
        b"[bold]markup[red]",
    ):
        with open(raw + b"/" + name, "wb") as file:
            file.write(name + ID_TEXT.encode())
    deep = folder.joinpath(*("d" * 100 for _ in range(20)))
    deep.mkdir(parents=True)
    (deep / "bottom.txt").write_text(ID_TEXT, "utf-8")
    (folder / "secret.txt").write_text(ID_TEXT, "utf-8")
    os.link(folder / "secret.txt", folder / "hard.txt")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to("self")
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket"))
        product = Product(tmp_path / "home")
        done = product.examine(folder)
    check_complete(done, folder)
    refused = {one["path"]: one["not_examined"][0]["why"]["en"] for one in done.items
               if one["sha256"] is None}  # fmt: skip
    assert set(refused) == {
        f"in/{n}" for n in ("dangling", "passwd", "loop", "self", "fifo", "socket")
    }
    assert "symbolic link" in refused["in/passwd"]
    assert "ordinary" in refused["in/fifo"]
    ended = product.run("examine", folder)
    assert ended.code == 0
    for bad in ("\x1b[31m", "\u202e"):
        assert bad not in ended.out
    assert product.problems() == []


def test_polyglots_are_read_both_ways(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    make = {**FORMATS, "pickle": lambda: CALL}
    for name in ("pdf+zip", "jpeg+zip", "pickle+zip", "png+html", "gif+zip", "png+pdf"):
        first, second = name.split("+")
        (folder / name).write_bytes(make[first]() + make[second]())
    done = Product(tmp_path / "home").examine(folder)
    check_complete(done, folder)
    for own in done.items:
        assert own["parts"] or own["notes"], own["path"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lay capabilities down")
def test_files_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "closed").mkdir(parents=True)
    (folder / "closed" / "inside.txt").write_text("x")
    (folder / "closed").chmod(0)
    for name in ("readable.txt", "closed.txt"):
        (folder / name).write_text(ID_TEXT, "utf-8")
    (folder / "closed.txt").chmod(0)
    # Root without its two capabilities to pass over permissions is an owner like any other.
    # (Another user could not even start an interpreter that lies in a closed home folder.)
    drop = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    closed = subprocess.run([*drop, "cat", folder / "closed.txt"], capture_output=True)
    if b"Permission denied" not in closed.stderr:
        pytest.skip("setpriv cannot lay the capabilities down here")
    product = Product(tmp_path / "home", prefix=drop)
    ended = product.run("examine", folder, "--json")
    assert ended.code == 0, ended.err
    items = json.loads(ended.out)["evidence"]
    denied = {
        one["path"]
        for one in items
        if any("no permission" in gap["why"]["en"] for gap in one["not_examined"])
    }
    assert denied == {"in/closed", "in/closed.txt"}
    assert "in/readable.txt" in {one["path"] for one in items}
