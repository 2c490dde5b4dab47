"""Archives for the tests, good and hostile."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import TakenIn, take_in

CALL = b"cos\nsystem\n(S'id'\ntR."
"""A pickle that would call `os.system`."""


def taken(
    data: bytes,
    path: str = "item",
    limits: Limits | None = None,
    declared: EvidenceKind | None = None,
) -> list[TakenIn]:
    return take_in(BytesContent(data), path, limits or Limits(), declared)


def contents(items: list[TakenIn]) -> dict[str, bytes]:
    """Path below the item: bytes, for every part."""
    root = items[0].evidence.path
    return {
        item.evidence.path.removeprefix(root + "/"): bytes(item.evidence.content.view())
        for item in items[1:]
    }


def reasons(items: list[TakenIn]) -> str:
    """All reasons in English, one a line."""
    return "\n".join(f"{r.what}: {r.why.en}" for item in items for r in item.refusals)


def notes(items: list[TakenIn]) -> str:
    return "\n".join(note.en for item in items for note in item.evidence.identity.notes)


def make_zip(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def make_tar(members: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


def local_header(name: bytes, packed: int, size: int, crc: int, extra: int = 0) -> bytes:
    return struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, packed, size, len(name), extra
    ) + name  # fmt: skip


def directory_entry(name: bytes, packed: int, size: int, crc: int, offset: int) -> bytes:
    return struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0, 0, 0, 0, 0,
        offset,
    ) + name  # fmt: skip


def end_record(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, offset, 0)


def overlapping_zip(count: int, kernel_size: int) -> bytes:
    """Quoted overlap after Fifield: each file's data quotes the headers that follow it.

    Every member inflates to all the headers behind its own and then the shared kernel.
    """
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = bytes(kernel_size)
    packed_kernel = squeeze.compress(kernel) + squeeze.flush()
    names = [b"%05d" % index for index in range(count)]
    body, content = packed_kernel, kernel
    records: list[tuple[bytes, int, int, int, int]] = []
    for name in reversed(names):
        crc = zlib.crc32(content)
        header = local_header(name, len(body), len(content), crc)
        records.append((name, len(body), len(content), crc, len(header) + len(body)))
        # The next file in front quotes this header in a stored block.
        body = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + header + body
        content = header + content
    front = body[5:]  # the outermost header needs no quoting
    total = len(front)
    directory = b"".join(
        directory_entry(name, packed, size, crc, total - length)
        for name, packed, size, crc, length in reversed(records)
    )
    return front + directory + end_record(count, len(directory), total)


def flat_bomb(size: int) -> bytes:
    return make_zip({"zeros.bin": bytes(size)})


def nested_zips(levels: int, innermost: Mapping[str, bytes]) -> bytes:
    data = make_zip(innermost)
    for _ in range(levels - 1):
        data = make_zip({"inner.zip": data})
    return data


def many_fold(levels: int, width: int, leaf: bytes) -> bytes:
    """As in 42.zip: every archive holds `width` archives, down to a bomb."""
    data = leaf
    for _ in range(levels):
        data = make_zip({f"{index}.zip": data for index in range(width)}, zipfile.ZIP_STORED)
    return data
