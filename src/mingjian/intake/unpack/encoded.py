"""A text that is as a whole base64 or hex, such as a pickle sent through a chat."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from mingjian.domain.evidence import Derivation, Evidence, EvidenceKind
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.identify import identify, is_textual
from mingjian.intake.limits import Budget
from mingjian.intake.unpack.contract import RawPart

_SHORTEST = 16
_MOST_LAYERS = 4
_BEGINS = re.compile(r"\s*(?:data:[^,\s]{0,200},)?[A-Za-z0-9+/_-]{1,200}={0,2}\s*(?:\Z|[\r\n])")
_LONG_LINE = re.compile(r"\s*(?:data:[^,\s]{0,200},)?[A-Za-z0-9+/_-]{201}")
_DATA_URI = re.compile(r"data:[^,\s]{0,200};base64,", re.IGNORECASE)
_HEX = re.compile(r"(?:0x)?(?:[0-9A-Fa-f]{2})+\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_BASE64_URL = re.compile(r"[A-Za-z0-9_-]+={0,2}\Z")
_SPACE = str.maketrans("", "", " \t\r\n")


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """The decoded bytes, if they are something that a signature tells."""
    text = evidence.text
    if text is None or len(text) < _SHORTEST:
        return
    # Nearly every text leaves here, on its first space or ideograph.
    if not (_BEGINS.match(text) or _LONG_LINE.match(text)):
        return
    chain: list[str] = []
    for _ in range(_MOST_LAYERS):
        layer = _decode(text)
        if layer is None:
            return
        name, data = layer
        chain.append(name)
        found = identify(BytesContent(data), "")
        if not is_textual(found.kind) and found.kind is not EvidenceKind.UNKNOWN:
            break
        if found.kind is EvidenceKind.UNKNOWN and found.format not in ("unknown", "empty"):
            break
        if found.encoding is None:
            return
        text = data.decode(found.encoding, "replace")
    else:
        return
    budget.member()
    budget.expand(len(data))
    yield RawPart(
        content=BytesContent(data),
        name=f"decoded.{found.format}",
        derivation=Derivation(step="decoded", detail=" > ".join(chain)),
    )


def _decode(text: str) -> tuple[str, bytes] | None:
    """One layer of hex or base64, or None if the whole text is neither."""
    uri = _DATA_URI.match(text.lstrip()[:256])
    if uri is not None:
        text = text.lstrip()[uri.end() :]
    joined = text.translate(_SPACE)
    if len(joined) < _SHORTEST:
        return None
    if uri is None and _HEX.match(joined):
        return "hex", bytes.fromhex(joined.removeprefix("0x"))
    standard = _BASE64.match(joined) is not None
    if not standard and not _BASE64_URL.match(joined):
        return None
    bare = joined.rstrip("=")
    if len(bare) % 4 == 1:
        return None
    padded = bare + "=" * (-len(bare) % 4)
    try:
        return "base64", base64.b64decode(padded, altchars=None if standard else b"-_")
    except (binascii.Error, ValueError):
        return None
