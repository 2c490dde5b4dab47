"""MP4, MOV, M4A: ``moov.udta.meta`` keys and ilst, key AIGC (TC260-PG-20257A, -202510A)."""

from __future__ import annotations

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.offsets import shift
from mingjian.detect.label.write.splice import CannotWrite, Edit, existing, reader, splice
from mingjian.detect.label.xmp import properties
from mingjian.intake.container.bmff import Box, boxes, key_names, meta_body
from mingjian.intake.container.item import Reader
from mingjian.intake.container.metadata import read_metadata
from mingjian.intake.content import BytesContent

_UTF8 = 1


def write(data: bytes, label: Label) -> bytes:
    """The film or sound with the label; media offsets follow when `moov` stands first."""
    data = _silenced(data)
    source = reader(data)
    moov = next((b for b in boxes(source, 0, len(data)) if b.kind == b"moov"), None)
    if moov is None:
        raise CannotWrite("文件没有 moov 盒", "the file has no moov box")
    new = _moov(source, data, moov, label)
    return shift(data, moov, new)


def _silenced(data: bytes) -> bytes:
    """Overwrite labels that stand outside keys/ilst, so that nothing moves."""
    edits: list[Edit] = []
    for entry in read_metadata(BytesContent(data), "mp4"):
        if entry.is_xmp:
            for found in properties(entry.value):
                start, end = (entry.start + edge for edge in found.outer)
                edits.append((start, end, b" " * (end - start)))
    for label in existing(data, "mp4"):
        if label.carrier.startswith("XMP") or label.carrier.endswith("/ilst"):
            continue
        edits.append((label.start, label.end, b" " * (label.end - label.start)))
        kind = data[label.start - 8 : label.start]
        if kind[4:].upper() == b"AIGC":
            edits.append((label.start - 4, label.start, b"free"))
    return splice(data, edits)


def _box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def _bytes(data: bytes, box: Box) -> bytes:
    return data[box.start : box.end]


def _moov(source: Reader, data: bytes, moov: Box, label: Label) -> bytes:
    parts = list(boxes(source, moov.body, moov.end))
    udta = next((box for box in parts if box.kind == b"udta"), None)
    inner = list(boxes(source, udta.body, udta.end)) if udta else []
    metas = [box for box in (*inner, *parts) if box.kind == b"meta"]
    target = next((box for box in metas if _handler(source, box) == b"mdta"), None)
    fresh = _fresh(label, quicktime=data[8:12] == b"qt  ") if target is None else b""
    place = "moov" if any(box.kind == b"meta" for box in inner) else "udta"
    if fresh and place == "moov" and any(box.kind == b"meta" for box in parts):
        raise CannotWrite(
            "两处 meta 盒都不是 mdta 类型，没有写入位置",
            "both meta boxes are of another kind; there is no place for the label",
        )

    def rebuilt(box: Box) -> bytes:
        if box.kind != b"meta":
            return _bytes(data, box)
        return _meta(source, data, box, label if box is target else None)

    user = b"".join(rebuilt(box) for box in inner) + (fresh if place == "udta" else b"")
    out = [_box(b"udta", user) if box is udta else rebuilt(box) for box in parts]
    if udta is None and user:
        out.append(_box(b"udta", user))
    if fresh and place == "moov":
        out.append(fresh)
    return _box(b"moov", b"".join(out))


def _handler(source: Reader, meta: Box) -> bytes:
    for box in boxes(source, meta_body(source, meta), meta.end):
        if box.kind == b"hdlr":
            return source.take(box.body + 8, 4)
    return b""


def _entry(index: int, label: Label) -> bytes:
    value = _UTF8.to_bytes(4, "big") + bytes(4) + label.as_json().encode()
    return _box(index.to_bytes(4, "big"), _box(b"data", value))


def _keys(names: bytes, count: int) -> bytes:
    return _box(b"keys", bytes(4) + count.to_bytes(4, "big") + names)


def _fresh(label: Label, *, quicktime: bool) -> bytes:
    handler = _box(b"hdlr", bytes(8) + b"mdta" + bytes(13))
    body = handler + _keys(_box(b"mdta", b"AIGC"), 1) + _box(b"ilst", _entry(1, label))
    return _box(b"meta", body if quicktime else bytes(4) + body)


def _meta(source: Reader, data: bytes, meta: Box, label: Label | None) -> bytes:
    """The meta box with its AIGC values gone and, given a label, one new value."""
    body = meta_body(source, meta)
    children = list(boxes(source, body, meta.end))
    keys = next((box for box in children if box.kind == b"keys"), None)
    listed = list(key_names(source, keys)) if keys else []
    ours = {n for n, (name, _, _) in enumerate(listed, 1) if name.strip().upper() == "AIGC"}
    index = min(ours, default=len(listed) + 1)
    names = data[listed[0][1] : listed[-1][2]] if listed else b""
    new_keys = _keys(names, len(listed))
    if label is not None and not ours:
        new_keys = _keys(names + _box(b"mdta", b"AIGC"), len(listed) + 1)
    labelled = {found.start for found in existing(data, "mp4")}
    out: list[bytes] = []
    values = b""
    for child in children:
        if child.kind == b"ilst":
            for entry in boxes(source, child.body, child.end):
                holds = any(entry.start < start < entry.end for start in labelled)
                if int.from_bytes(entry.kind, "big") not in ours and not holds:
                    values += _bytes(data, entry)
        elif child.kind != b"keys":
            out.append(_bytes(data, child))
    if keys or label is not None:
        out.append(new_keys)
    out.append(_box(b"ilst", values + (_entry(index, label) if label is not None else b"")))
    return _box(b"meta", data[meta.body : body] + b"".join(out))
