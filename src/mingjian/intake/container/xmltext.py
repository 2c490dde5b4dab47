"""Elements of a hostile XML text, flat, with byte offsets. No entities, no network, no tree.

Prefixes are resolved by the declarations seen so far; a prefix that was never declared is
kept, because label writers forget the declaration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from mingjian.intake.container.item import Malformed

_TAG = re.compile(rb"<[^\s/>\"']++(?>(?:[^\"'>]+|\"[^\"]*\"|'[^']*')*)>")
_MAX_DEPTH = 256
_MAX_ELEMENTS = 200_000


@dataclass(slots=True)
class XmlElement:
    """One element. Offsets are bytes of the XML text."""

    name: str
    """As written, with its prefix."""
    space: str
    """Namespace address of its prefix, or the empty string."""
    attributes: dict[str, str]
    start: int
    """Where its start tag begins."""
    parent: str
    """Name of the element around it, or the empty string."""
    end_tag: int = 0
    """Where its end tag begins; equal to `start` when it is written as an empty tag."""
    text: str = ""
    spaces: Mapping[str, str] = field(default_factory=dict)
    """Prefix to namespace address as seen up to here."""

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]


_DECLARED = re.compile(rb"\A(<\?xml[^>]*?encoding\s*=\s*)([\"'])UTF-16(?:BE|LE)?\2", re.IGNORECASE)


def utf8(data: bytes) -> bytes:
    """The XML text in UTF-8, without padding: UTF-16 is told by its zero bytes, marked or not."""
    codec = ""
    if data.startswith((b"\xff\xfe", b"<\0")):
        codec = "utf-16-le"
    elif data.startswith((b"\xfe\xff", b"\0<")):
        codec = "utf-16-be"
    if not codec:
        return data.rstrip(b"\0")
    text = data.decode(codec, "replace").lstrip("\ufeff").rstrip("\0")
    return _DECLARED.sub(rb"\1\2UTF-8\2", text.encode("utf-8", "replace"))


def tag_end(data: bytes, start: int) -> int:
    """One past the ``>`` of the tag that starts at `start`; the data is in an 8-bit encoding."""
    match = _TAG.match(data, start)
    if match is None:
        raise Malformed(start, "tag without an end")
    return match.end()


def elements(data: bytes) -> list[XmlElement]:
    """All elements of `data` in order of their start tags; `Malformed` if it is not XML.

    Offsets are those of `utf8(data)`. Entity declarations are refused, not expanded. Texts hold
    the element's own characters, without those of the elements inside it.
    """
    data = utf8(data)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    found: list[XmlElement] = []
    stack: list[XmlElement] = []
    pieces: list[list[str]] = []
    spaces: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        if len(stack) >= _MAX_DEPTH or len(found) >= _MAX_ELEMENTS:
            raise Malformed(at, "XML nested too deep or too long")
        for key, value in attributes.items():
            if key.startswith("xmlns"):
                spaces[key[6:]] = value
        prefix = name.partition(":")[0] if ":" in name else ""
        element = XmlElement(
            name=name,
            space=spaces.get(prefix, ""),
            attributes=attributes,
            start=at,
            parent=stack[-1].name if stack else "",
            spaces=spaces,
        )
        found.append(element)
        stack.append(element)
        pieces.append([])

    def end(_name: str) -> None:
        element = stack.pop()
        # For an empty tag the parser reports some place in or after the tag itself.
        tag = _TAG.match(data, element.start)
        empty = tag is not None and tag[0].endswith(b"/>")
        element.end_tag = element.start if empty else parser.CurrentByteIndex
        element.text = "".join(pieces.pop())

    def text(data: str) -> None:
        if pieces:
            pieces[-1].append(data)

    def entity(*_: object) -> None:
        raise Malformed(parser.CurrentByteIndex, "XML entity declared")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(max(parser.ErrorByteIndex, 0), "not well-formed XML") from error
    except (UnicodeError, LookupError, ValueError) as error:
        raise Malformed(0, "XML in an unknown encoding") from error
    return found
