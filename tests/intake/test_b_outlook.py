"""Compound files: Outlook messages, old Word files, packaged objects, RTF."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.limits import Budget, Limits, Refused
from mingjian.intake.unpack import office_old, outlook, rtf
from mingjian.intake.unpack.lzfu import decompress
from mingjian.intake.unpack.rtf_reader import read_rtf
from mingjian.testing.unpacking import data_of, evidence, unpacked

Tree = dict[str, "bytes | Tree"]
_END, _NONE = 0xFFFFFFFE, 0xFFFFFFFF


def compound_file(tree: Tree) -> bytes:
    """A compound file ([MS-CFB], version 3) with every stream in ordinary sectors."""
    entries: list[list[object]] = [["Root Entry", 5, _NONE, _NONE, b""]]

    def add(children: Tree) -> int:
        before = first = _NONE
        for name, child in children.items():
            place = len(entries)
            entries.append([name, 2 if isinstance(child, bytes) else 1, _NONE, _NONE, b""])
            if before == _NONE:
                first = place
            else:
                entries[before][2] = place
            before = place
            if isinstance(child, bytes):
                entries[place][4] = child
            else:
                entries[place][3] = add(child)
        return first

    entries[0][3] = add(tree)
    fat: list[int] = []
    sectors: list[bytes] = []

    def store(data: bytes) -> int:
        count = -(-len(data) // 512)
        start = len(sectors)
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    small, small_fat = bytearray(), []
    places = []
    for _, kind, _, _, data in entries:
        assert isinstance(data, bytes)
        if kind != 2 or not data:
            places.append((_END, len(data)))
        elif len(data) >= 4096:
            places.append((store(data), len(data)))
        else:
            start, count = len(small_fat), -(-len(data) // 64)
            small += data.ljust(count * 64, b"\0")
            small_fat += [*range(start + 1, start + count), _END]
            places.append((start, len(data)))
    if small:
        places[0] = (store(bytes(small)), len(small))
    packed_fat = struct.pack(f"<{len(small_fat)}I", *small_fat)
    small_start = (
        store(packed_fat.ljust(-(-len(packed_fat) // 512) * 512, b"\xff")) if small else _END
    )
    directory = b""
    for (name, kind, right, child, _), (start, size) in zip(entries, places, strict=True):
        raw = str(name).encode("utf-16-le") + b"\0\0"
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        directory += struct.pack("<III", _NONE, right, child) + bytes(36)
        directory += struct.pack("<IQ", start, size)
    directory_start = store(directory)
    fat_start = len(sectors)
    fat_count = -(-(len(fat) + 4) // 128)
    fat.extend([0xFFFFFFFD] * fat_count)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_count, directory_start, 0, 4096, small_start,
                          -(-len(packed_fat) // 512), _END, 0)  # fmt: skip
    difat = [fat_start + n for n in range(fat_count)]
    header += struct.pack("<109I", *(difat + [_NONE] * (109 - fat_count)))
    return header + b"".join(sectors) + table


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


# The two examples of [MS-OXRTFCP], 4.1 and 4.2.
EXAMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d"
    "0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def letter(extra: Tree | None = None, header: int = 32) -> Tree:
    codepage = struct.pack("<III4x", 0x3FDE0003, 6, 936)
    return {
        "__properties_version1.0": bytes(header) + codepage,
        "__substg1.0_0037001F": wide("发票通知"),
        "__substg1.0_1000001E": "请登录 http://a.cn".encode("gbk"),
        "__substg1.0_10130102": "<p>请登录</p>".encode("gbk"),
        **(extra or {}),
    }


def message() -> bytes:
    inner = letter({"__substg1.0_0037001F": wide("inner")}, header=24)
    return compound_file(letter({
        "__substg1.0_007D001F": wide("Received: by x\r\nFrom: a@b.cn\r\nReply-To: c@d.cn\r\n"),
        "__attach_version1.0_#00000000": {
            "__properties_version1.0": bytes(24),
            "__substg1.0_37010102": b"%PDF" * 2000,
            "__substg1.0_3707001F": wide("发票.pdf"),
        },
        "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner},
    }))  # fmt: skip


def mail_item(data: bytes) -> Evidence:
    return evidence(data, EvidenceKind.MAIL, "msg")


def test_message_with_bodies_attachment_and_enclosed_message() -> None:
    parts, refusals = unpacked(outlook.unpack, mail_item(message()))
    assert not refusals
    found = [(part.derivation.step, part.name, data_of(part)[:40].decode()) for part in parts]
    assert found == [
        ("body", "body 1.txt", "请登录 http://a.cn"),
        ("body", "body 1.html", "<p>请登录</p>"),
        ("attachment", "发票.pdf", "%PDF" * 10),
        ("body", "body 1.2.txt", "请登录 http://a.cn"),
        ("body", "body 1.2.html", "<p>请登录</p>"),
    ]
    facts = parts[0].attributes
    assert facts["subject"] == "发票通知"
    assert (facts["headers"], facts["from"], facts["reply-to"]) == ("present", "a@b.cn", "c@d.cn")
    assert parts[3].attributes["subject"] == "inner"


def test_body_only_in_compressed_rtf() -> None:
    data = compound_file({"__properties_version1.0": bytes(32), "__substg1.0_10090102": EXAMPLE})
    (part,), _ = unpacked(outlook.unpack, mail_item(data))
    assert data_of(part).strip() == b"hello world"
    assert part.attributes["headers"] == "none"


def test_published_compression_examples() -> None:
    budget = Budget(limits=Limits(), item_bytes=100)
    assert decompress(EXAMPLE, budget) == rb"{\rtf1\ansi\ansicpg1252\pard hello world}" + b"\r\n"
    assert decompress(CROSSING, budget) == rb"{\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    with pytest.raises(Refused):
        decompress(b"short", budget)


def test_html_wrapped_in_rtf() -> None:
    found = read_rtf(
        rb"{\rtf1\ansi\ansicpg936\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}"
        rb"\htmlrtf \par \htmlrtf0 \'c4\'e3\u22909?{\*\htmltag84 <a href='x'>}ok}"
    )
    assert found.html
    assert found.text == "<p>你好<a href='x'>ok"


def test_rtf_text_field_picture_and_object() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg936{\info{\title no}}\'c4\'e3 a\par {\field{\*\fldinst HYPERLINK "
        rb'"http://evil.cn/x"}{\fldrslt click}}{\pict\pngblip 89504e470d0a1a0a00}'
        rb"{\object\objemb{\*\objdata 0105d0cf11e0a1b11ae1ffff}}{\*\unknown no}\bin3 }}}z}"
    )
    parts, _ = unpacked(rtf.unpack, evidence(data, EvidenceKind.DOCUMENT, "rtf"))
    assert data_of(parts[0]).decode() == "你 a\nclickz"
    assert [(part.derivation.step, data_of(part)) for part in parts[1:]] == [
        ("link", b"http://evil.cn/x"),
        ("inline-image", b"\x89PNG\r\n\x1a\n\0"),
        ("embedded-file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\xff\xff"),
    ]


def test_unknown_code_page_is_read_as_western() -> None:
    assert read_rtf(rb"{\rtf1\ansicpg99999 \'e9t\'e9}").text == "été"


def word_file(text: str, flags: int = 0x0200) -> bytes:
    main = bytearray(0x0200)
    struct.pack_into("<H", main, 0x0A, flags)
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 0x0200, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    native = struct.pack("<IH", 0, 2) + b"run.exe\0C:\\run.exe\0" + struct.pack("<HHI", 0, 3, 2)
    native += b"t\0" + struct.pack("<I", 4) + b"MZ\x90\0"
    return compound_file({
        "WordDocument": bytes(main) + text.encode("utf-16-le"),
        "1Table": table,
        "Macros": {"VBA": {"_VBA_PROJECT": b"x"}},
        "ObjectPool": {"_1": {"\x01Ole10Native": native}},
    })  # fmt: skip


def test_old_word_file() -> None:
    item = evidence(word_file("您好\rhttp://a.cn/x"), EvidenceKind.DOCUMENT, "ole")
    parts, refusals = unpacked(office_old.unpack, item)
    assert [(part.name, data_of(part)) for part in parts] == [
        ("text.txt", "您好\nhttp://a.cn/x".encode()),
        ("link 1", b"http://a.cn/x"),
        ("run.exe", b"MZ\x90\0"),
    ]
    assert [refusal.what for refusal in refusals] == ["macros"]


def test_encrypted_files_say_so() -> None:
    locked = evidence(word_file("x", 0x0300), EvidenceKind.DOCUMENT, "ole")
    _, refusals = unpacked(office_old.unpack, locked)
    assert any("encrypted" in refusal.why.en for refusal in refusals)
    whole = compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    parts, (refusal,) = unpacked(office_old.unpack, evidence(whole, EvidenceKind.DOCUMENT, "ole"))
    assert not parts
    assert "encrypted" in refusal.why.en


def test_sizes_that_lie_are_refused_without_long_work() -> None:
    """A stream longer than the file, and sectors of one byte, once cost minutes."""
    good = word_file("words")
    tiny = good[:32] + b"\0\0" + good[34:]
    name = "Root Entry".encode("utf-16-le")
    root = good.index(name)
    long = good[: root + 120] + b"\xff\xff\xff\x6f" + good[root + 124 :]
    for data in (tiny, long):
        item = evidence(data, EvidenceKind.DOCUMENT, "ole")
        parts, refusals = unpacked(office_old.unpack, item)
        assert not parts
        assert any("damaged" in refusal.why.en for refusal in refusals)


GOOD = (message(), word_file("words"))


@given(st.data())
def test_damaged_files_raise_nothing_else(data: st.DataObject) -> None:
    good = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 12))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    for item in (bytes(good), bytes(good[:cut])):
        unpacked(outlook.unpack, mail_item(item))
        unpacked(office_old.unpack, evidence(item, EvidenceKind.DOCUMENT, "ole"))


@given(st.binary(max_size=300))
def test_any_bytes_are_rtf(data: bytes) -> None:
    for item in (data, rb"{\rtf1\fromhtml1{\*\htmltag " + data, rb"{\rtf1{\*\objdata " + data):
        unpacked(rtf.unpack, evidence(item, EvidenceKind.DOCUMENT, "rtf"))


@given(st.binary(max_size=200))
def test_any_bytes_are_compressed_rtf(data: bytes) -> None:
    budget = Budget(limits=Limits(), item_bytes=100)
    out = decompress(struct.pack("<IIII", 999, 500, 0x75465A4C, 0) + data, budget)
    assert len(out) <= 500
