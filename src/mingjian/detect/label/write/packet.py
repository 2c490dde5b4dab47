"""An XMP packet with the label in it, whatever else it holds kept (ISO 16684-1)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from mingjian.detect.label.label import NAMESPACE, Label
from mingjian.detect.label.write.splice import CannotWrite, splice
from mingjian.detect.label.xmp import properties
from mingjian.intake.container.item import Malformed
from mingjian.intake.container.xmltext import XmlElement, elements, tag_end, utf8

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NEW = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="w"?>'
).encode()


def merge(packet: bytes | None, label: Label) -> bytes:
    """The packet with its AIGC properties replaced by this label; a new one for None."""
    bare = remove(_NEW if packet is None else packet)
    root, about = _root(bare)
    description = (
        f'<rdf:Description xmlns:rdf="{_RDF}" rdf:about={quoteattr(about)} '
        f'xmlns:TC260="{NAMESPACE}"><TC260:AIGC>{escape(label.as_json())}</TC260:AIGC>'
        "</rdf:Description>"
    ).encode()
    if root.end_tag > root.start:
        return splice(bare, [(root.end_tag, root.end_tag, description)])
    end = tag_end(bare, root.start)
    close = f"</{root.name}>".encode()
    return splice(bare, [(end - 2, end, b">" + description + close)])


def remove(packet: bytes) -> bytes:
    """The packet, as UTF-8, without any AIGC property."""
    plain = utf8(packet)
    try:
        found = properties(plain)
    except Malformed as problem:
        raise CannotWrite(
            "已有的 XMP 数据已损坏，为避免破坏而不写入",
            "the existing XMP is damaged; nothing is written so as not to harm it",
        ) from problem
    return splice(plain, [(*entry.outer, b"") for entry in found])


def _root(packet: bytes) -> tuple[XmlElement, str]:
    """The rdf:RDF element, and the subject its descriptions share."""
    root: XmlElement | None = None
    about = ""
    for element in elements(packet):
        if element.local == "RDF" and root is None:
            root = element
        if element.local == "Description":
            about = about or element.attributes.get("rdf:about", "")
    if root is None:
        raise CannotWrite("已有的 XMP 数据没有 rdf:RDF", "the existing XMP has no rdf:RDF element")
    return root, about
