"""Ordinary archives are opened completely, and what is odd about them is said."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import py7zr
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.makers import CALL, contents, make_tar, make_zip, notes, reasons, taken

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.limits import Limits

MEMBERS = {"a.txt": b"first words", "b/c.pkl": CALL, "空 文件.txt": "中文".encode()}


def make_7z(members: dict[str, bytes], password: str | None = None) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password) as file:
        for name, data in members.items():
            file.writestr(data, name)
    return out.getvalue()


ARCHIVES = {
    "stored": make_zip(MEMBERS, zipfile.ZIP_STORED),
    "deflated": make_zip(MEMBERS),
    "zip-bzip2": make_zip(MEMBERS, zipfile.ZIP_BZIP2),
    "zip-lzma": make_zip(MEMBERS, zipfile.ZIP_LZMA),
    "pax": make_tar(MEMBERS, tarfile.PAX_FORMAT),
    "gnu": make_tar(MEMBERS, tarfile.GNU_FORMAT),
    "ustar": make_tar(MEMBERS, tarfile.USTAR_FORMAT),
    "7z": make_7z(MEMBERS),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_every_member_becomes_a_part(name: str) -> None:
    items = taken(ARCHIVES[name])
    assert contents(items) == MEMBERS
    assert reasons(items) == ""
    root, parts = items[0], items[1:]
    assert root.parts == tuple(part.evidence for part in parts)
    assert all(part.evidence.parent == root.evidence.sha256 for part in parts)
    assert [part.evidence.derivation.step for part in parts if part.evidence.derivation] == [
        "member"
    ] * 3
    kinds = {part.evidence.path: part.evidence.format for part in parts}
    assert kinds["item/b/c.pkl"] == "pickle"


PACKED = {
    "gz": gzip.compress(CALL),
    "bz2": bz2.compress(CALL),
    "xz": lzma.compress(CALL),
    "lzma": lzma.compress(CALL, lzma.FORMAT_ALONE),
    "zlib": zlib.compress(CALL),
    "zst": zstd.compress(CALL),
}


@pytest.mark.parametrize("name", PACKED)
def test_compressed_streams(name: str) -> None:
    items = taken(PACKED[name], f"m.pkl.{name}")
    assert contents(items) == {"m.pkl": CALL}
    assert items[1].evidence.derivation is not None
    assert items[1].evidence.derivation.step == "decompressed"
    cut = taken(PACKED[name][:-6], "x")
    assert "cut off" in reasons(cut) or "damaged" in reasons(cut)


def test_streams_in_a_row_are_one_and_what_follows_them_is_a_part() -> None:
    data = gzip.compress(b"one ") + gzip.compress(b"two") + ARCHIVES["deflated"]
    parts = contents(taken(data, "x.gz"))
    assert parts["x"] == b"one two"
    assert parts["behind the end"] == ARCHIVES["deflated"]


def test_tar_in_gzip_in_zip() -> None:
    data = make_zip({"deep.tgz": gzip.compress(ARCHIVES["gnu"])})
    parts = contents(taken(data))
    assert parts["deep.tgz/deep.tar/b/c.pkl"] == CALL


def test_names_that_lead_outside_are_made_safe_and_noted() -> None:
    names = ["../../etc/passwd", "/etc/cron.d/x", "C:\\Windows\\x.dll", "a\u202egpj.exe", "x\ny"]
    for data in (make_zip(dict.fromkeys(names, b"abc")), make_tar(dict.fromkeys(names, b"abc"))):
        items = taken(data)
        paths = [item.evidence.path for item in items[1:]]
        assert len(paths) == len(names)
        assert not any(".." in path.split("/") or "//" in path for path in paths)
        assert all(path.isprintable() for path in paths)
        assert notes(items).count("path traversal") == 3


def test_links_and_devices_are_refused() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        for name, kind in (
            ("s", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("d", tarfile.CHRTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        info = tarfile.TarInfo("file")
        info.size = 3
        file.addfile(info, io.BytesIO(b"abc"))
    items = taken(out.getvalue())
    assert contents(items) == {"file": b"abc"}
    assert reasons(items).count("link") == 2
    assert reasons(items).count("special file") == 2
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        link = zipfile.ZipInfo("s")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "link" in reasons(taken(zipped.getvalue()))


def test_second_member_of_a_name_is_kept_and_noted() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a", b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a", b"two")
    items = taken(out.getvalue())
    assert contents(items) == {"a": b"one", "a (2)": b"two"}
    assert "same name" in notes(items)


def test_encrypted_members_are_refused_and_false_flags_are_seen_through() -> None:
    plain = bytearray(make_zip({"a.pkl": CALL}))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        plain[plain.index(mark) + offset] |= 1
    items = taken(bytes(plain))
    assert contents(items) == {"a.pkl": CALL}
    assert "it is not" in notes(items)
    sealed = bytearray(make_zip({"a.pkl": b"abc"}, zipfile.ZIP_STORED))
    head = sealed.index(b"PK\3\4")
    middle = sealed.index(b"PK\1\2")
    for at, flag, packed in ((head, 6, 18), (middle, 8, 20)):
        sealed[at + flag] |= 1
        sealed[at + packed] = 15
    data = bytes(sealed[: middle - 3]) + b"0123456789abcde" + bytes(sealed[middle:])
    assert "Password protected" in reasons(taken(data))
    assert "Password protected" in reasons(taken(make_7z({"a": b"x" * 50}, "secret")))


def test_members_are_found_without_a_central_directory() -> None:
    whole = ARCHIVES["deflated"]
    items = taken(whole[: whole.index(b"PK\1\2")])
    assert contents(items) == MEMBERS
    assert "central directory is missing" in reasons(items)


def test_members_the_directory_hides_are_found() -> None:
    hidden = make_zip({"hidden.pkl": CALL}, zipfile.ZIP_STORED)
    hidden = hidden[: hidden.index(b"PK\1\2")]
    shown = bytearray(make_zip({"shown.txt": b"abc"}))
    data = hidden + bytes(shown)
    end = data.rindex(b"PK\5\6")
    middle = data.index(b"PK\1\2")
    moved = bytearray(data)
    moved[end + 16 : end + 20] = middle.to_bytes(4, "little")
    moved[middle + 42 : middle + 46] = len(hidden).to_bytes(4, "little")
    items = taken(bytes(moved))
    assert contents(items) == {"shown.txt": b"abc", "hidden.pkl": CALL}
    assert "does not list this member" in notes(items)


def test_wrong_checksum_is_said_and_the_content_examined() -> None:
    data = bytearray(make_zip({"a.pkl": CALL}, zipfile.ZIP_STORED))
    data[data.index(b"PK\1\2") + 16] ^= 1
    items = taken(bytes(data))
    assert contents(items) == {"a.pkl": CALL}
    assert "checksum" in reasons(items)


def test_tensor_storages_are_counted_unless_they_are_something_else() -> None:
    members = {f"m/data/{index}": bytes(64) for index in range(5)}
    data = make_zip(
        {"m/data.pkl": CALL, "m/version": b"3", **members, "m/data/9": CALL}, zipfile.ZIP_STORED
    )
    items = taken(data)
    assert set(contents(items)) == {"m/data.pkl", "m/version", "m/data/9"}
    assert "5 tensor storages" in notes(items)
    assert reasons(items) == ""


def test_rar_is_named_and_refused() -> None:
    items = taken(b"Rar!\x1a\x07\x01\x00" + bytes(40))
    assert items[0].evidence.format == "rar"
    assert "not supported, because" in reasons(items)


def test_large_parts_lie_in_the_spool(tmp_path: object) -> None:
    from pathlib import Path

    from mingjian.intake.content import BytesContent, FileContent
    from mingjian.intake.take_in import take_in

    assert isinstance(tmp_path, Path)
    data = make_zip({"big": b"\1\2" * (1 << 20), "small": b"abc"})
    items = take_in(BytesContent(data), "x", Limits(), spool=tmp_path)
    big, small = items[1].evidence.content, items[2].evidence.content
    assert isinstance(big, FileContent)
    assert isinstance(small, BytesContent)
    assert [path.name for path in tmp_path.iterdir()] == [big.path.name]


@given(
    st.dictionaries(st.text("ab中/.", min_size=1, max_size=9), st.binary(max_size=80), max_size=6)
)
def test_zip_members_come_back_whole(members: dict[str, bytes]) -> None:
    files = {name: data for name, data in members.items() if not name.endswith("/")}
    parts = taken(make_zip(files))[0].parts
    assert [bytes(part.content.view()) for part in parts] == list(files.values())


def test_declared_kind_is_for_the_item_and_not_for_its_parts() -> None:
    items = taken(ARCHIVES["deflated"], declared=EvidenceKind.MESSAGE)
    assert items[0].evidence.kind is EvidenceKind.ARCHIVE
    assert len(items) == 4


@pytest.mark.parametrize("encoded_directory", [True, False])
def test_7z_methods_without_a_safe_decoder_are_refused(encoded_directory: bool) -> None:
    out = io.BytesIO()
    filters = [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 20}]
    with py7zr.SevenZipFile(out, "w", filters=filters) as file:
        file.set_encoded_header_mode(encoded_directory)
        file.writestr(b"abc" * 20, "a.txt")
    items = taken(out.getvalue())
    assert contents(items) == {}
    assert "PPMd" in reasons(items)


def test_7z_directory_compressed_with_such_a_method_is_not_decoded() -> None:
    data = bytearray(make_7z({"a.txt": b"abc" * 20}))
    start = 32 + int.from_bytes(data[12:20], "little")
    assert data[start] == 0x17
    lzma2, ppmd = b"\x21\x21\x01\x18", b"\x23\x03\x04\x01\x05\x06\0\0\x10\0"
    at = data.index(lzma2, start)
    data[at : at + len(lzma2)] = ppmd
    size = int.from_bytes(data[20:28], "little") + len(ppmd) - len(lzma2)
    data[20:28] = size.to_bytes(8, "little")
    data[28:32] = zlib.crc32(data[start : start + size]).to_bytes(4, "little")
    data[8:12] = zlib.crc32(data[12:32]).to_bytes(4, "little")
    assert "PPMd" in reasons(taken(bytes(data)))
