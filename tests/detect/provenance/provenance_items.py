"""Evidence out of bytes, for the tests of this folder."""

from __future__ import annotations

import hashlib
import io

from PIL import ExifTags, Image, PngImagePlugin

from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.intake.content import BytesContent

_KINDS = {
    "mp4": EvidenceKind.VIDEO,
    "mkv": EvidenceKind.VIDEO,
    "wav": EvidenceKind.AUDIO,
    "pdf": EvidenceKind.DOCUMENT,
}


def evidence(data: bytes, format: str, path: str = "item") -> Evidence:
    return Evidence(
        sha256=hashlib.sha256(data).hexdigest(),
        sm3="0" * 64,
        size=len(data),
        path=path,
        identity=Identity(kind=_KINDS.get(format, EvidenceKind.IMAGE), format=format),
        content=BytesContent(data),
    )


def signals(findings: list[Finding]) -> list[str]:
    return [finding.signal for finding in findings]


def one(findings: list[Finding], signal: str) -> Finding:
    """The only finding of that signal."""
    [found] = [finding for finding in findings if finding.signal == signal]
    return found


def png(**texts: str) -> bytes:
    """A small PNG with text chunks; two underscores in a name stand for a space."""
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key.replace("__", " "), value)
    out = io.BytesIO()
    Image.linear_gradient("L").resize((16, 16)).convert("RGB").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def jpeg(xmp: bytes | None = None, comment: str = "", tail: bytes = b"", **tags: str) -> bytes:
    """A small JPEG with EXIF text tags by name, an XMP packet, a comment and a trailer."""
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    for name, value in tags.items():
        if name == "UserComment":
            inner[ExifTags.Base.UserComment] = b"UNICODE\0" + value.encode("utf-16-be")
        elif name == "DateTimeOriginal":
            inner[ExifTags.Base.DateTimeOriginal] = value
        else:
            exif[ExifTags.Base[name]] = value
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((16, 16)).convert("RGB")
    extra: dict[str, object] = {}
    if xmp is not None:
        extra["xmp"] = xmp
    if comment:
        extra["comment"] = comment
    image.save(out, "JPEG", exif=exif, **extra)
    return out.getvalue() + tail


def xmp(body: str = "", attributes: str = "") -> bytes:
    """An XMP packet whose description has these attributes and property elements."""
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}>'
        f'<rdf:Description rdf:about="" {attributes}>{body}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
