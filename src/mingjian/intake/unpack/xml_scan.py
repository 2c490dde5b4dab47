"""XML read as a stream of tags and words, in constant memory, without any document type.

A document type is refused, so no entity can expand and nothing outside is ever named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.unpack.damage import damaged

OnStart = Callable[[str, Mapping[str, str]], None]


def scan(
    chunks: Iterable[bytes],
    start: OnStart,
    end: Callable[[str], None],
    words: Callable[[str], None],
    what: str,
    allow_doctype: bool = False,
) -> None:
    """Calls `start`, `end` and `words` as the document goes by; names lose their prefix.

    Raises `Refused` for a document type with entities, and where the document is not well
    formed; what came before was already told. `allow_doctype` lets one without entities pass.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Refused(
            Message(
                f"{what} 含有 XML 实体或文档类型声明，可能是实体膨胀攻击，未继续读取。",
                f"The {what} declares an XML document type or entities, as expansion attacks do; "
                "it was not read further.",
            )
        )

    if not allow_doctype:
        parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = lambda *_: 0
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = words
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged(what, error) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]
