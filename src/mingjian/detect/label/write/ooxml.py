"""docx, xlsx, pptx: ``docProps/custom.xml`` property AIGC (TC260-PG-20258A)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.sax.saxutils import escape

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.splice import CannotWrite, Edit, splice
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.ooxml import CUSTOM
from mingjian.intake.container.xmltext import elements, utf8

_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
)
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_MAX_UNPACKED = 512 << 20


def write(data: bytes, label: Label) -> bytes:
    """The document with the label among its custom properties; members keep their order."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse(package)
            parts = {info.filename: package.read(info) for info in package.infolist()}
            changed = _changed(parts, label)
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
                for info in package.infolist():
                    target.writestr(info, changed.pop(info.filename, parts[info.filename]))
                for name, body in changed.items():
                    target.writestr(name, body)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise CannotWrite(
            "文档压缩包已损坏或加密", "the package is damaged or encrypted"
        ) from error
    return out.getvalue()


def _refuse(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise CannotWrite(
            "文档带有数字签名，写入会使签名失效",
            "the document is digitally signed; writing would break the signature",
        )
    if len(set(names)) != len(names) or _TYPES not in names or _RELATIONS not in names:
        raise CannotWrite("不是完整的 Office 文档", "this is not a complete Office document")
    if sum(info.file_size for info in package.infolist()) > _MAX_UNPACKED:
        raise CannotWrite("文档解压后过大", "the document is too large unpacked")


def _changed(parts: dict[str, bytes], label: Label) -> dict[str, bytes]:
    changed = {CUSTOM: _properties(parts.get(CUSTOM, _EMPTY), label)}
    if CUSTOM not in parts:
        kind = f'<Override PartName="/{CUSTOM}" ContentType="{_CUSTOM_TYPE}"/>'
        changed[_TYPES] = _inserted(parts[_TYPES], "Types", kind)
        relation = f'<Relationship Id="{{}}" Type="{_CUSTOM_RELATION}" Target="{CUSTOM}"/>'
        used = set(re.findall(rb'\bId\s*=\s*"([^"]*)"', parts[_RELATIONS]))
        number = next(n for n in range(1, len(used) + 2) if f"rId{n}".encode() not in used)
        changed[_RELATIONS] = _inserted(
            parts[_RELATIONS], "Relationships", relation.format(f"rId{number}")
        )
    return changed


def _inserted(xml: bytes, root: str, text: str) -> bytes:
    """`text` put before the end tag of the root element."""
    xml = utf8(xml)
    element = next((e for e in elements(xml) if e.local == root), None)
    if element is None or element.end_tag <= element.start:
        raise Malformed(0, f"no {root} element")
    return splice(xml, [(element.end_tag, element.end_tag, text.encode())])


def _properties(xml: bytes, label: Label) -> bytes:
    xml = utf8(xml)
    edits: list[Edit] = []
    used = {1}
    root = None
    for element in elements(xml):
        if element.local == "Properties":
            root = element
        if element.local != "property":
            continue
        number = element.attributes.get("pid", "")
        used.add(int(number) if number.isdigit() and len(number) < 10 else 1)
        if element.attributes.get("name", "").upper() == "AIGC":
            edits.append((element.start, xml.find(b">", element.end_tag) + 1, b""))
    if root is None:
        raise Malformed(0, "no Properties element")
    vt = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    entry = (
        f'<property fmtid="{_FORMAT_ID}" pid="{max(used) + 1}" name="AIGC">'
        f'<vt:lpwstr xmlns:vt="{vt}">{escape(label.as_json())}</vt:lpwstr></property>'
    ).encode()
    if root.end_tag > root.start:
        edits.append((root.end_tag, root.end_tag, entry))
    else:
        end = xml.find(b">", root.start)
        edits.append((end - 1, end + 1, b">" + entry + f"</{root.name}>".encode()))
    return splice(xml, edits)
