"""WAV: chunk ``AIGC``; AVI: ``AIGC`` in LIST/INFO (TC260-PG-202510A, -20257A).

The label is appended to the first RIFF chunk, so no offset in the file moves; an old one
becomes a JUNK chunk of the same length.
"""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, Edit, existing, splice
from mingjian.intake.container.item import Malformed


def write(data: bytes, label: Label) -> bytes:
    """The sound or film with the label at the end of its first RIFF chunk."""
    if data[:4] != b"RIFF":
        raise CannotWrite("只支持普通 RIFF 文件", "only plain RIFF files can be written")
    kind = data[8:12]
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Malformed(len(data), "RIFF shorter than its stated size")
    data = splice(data, _silenced(data, "avi" if kind == b"AVI " else "wav"))
    body = label.as_json().encode()
    chunk = b"AIGC" + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)
    if kind == b"AVI ":
        if data[end : end + 4] == b"RIFF":
            raise CannotWrite(
                "AVI 由多个 RIFF 段组成，追加会使后面的偏移失效",
                "the AVI has several RIFF chunks; adding to the first would move the others",
            )
        chunk = b"LIST" + (4 + len(chunk)).to_bytes(4, "little") + b"INFO" + chunk
    padding = b"\0" * (end & 1)
    chunk = padding + chunk
    size = end + len(chunk) - 8
    if size > 0xFFFFFFFF:
        raise CannotWrite("文件太大，RIFF 长度放不下", "the file is too large for RIFF")
    return data[:4] + size.to_bytes(4, "little") + data[8:end] + chunk + data[end + len(padding) :]


def _silenced(data: bytes, format: str) -> list[Edit]:
    edits: list[Edit] = []
    for found in existing(data, format):
        size = found.end - found.start
        if found.carrier in ("WAV chunk", "WAV LIST/INFO", "AVI LIST/INFO", "AVI chunk"):
            edits.append((found.start - 8, found.start - 4, b"JUNK"))
            edits.append((found.start, found.end, b"\0" * size))
        elif found.carrier.startswith(("XMP", "ID3")):
            raise CannotWrite(
                f"{found.carrier} 里已有标识，请先用原工具更新",
                f"{found.carrier} already holds a label; update it with the tool that wrote it",
            )
        else:
            edits.append((found.start, found.end, b" " * size))
    return edits
