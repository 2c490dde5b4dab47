"""Masks that keep the format: 138****8000, 张*, 1101************1X."""

from __future__ import annotations

from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.scan import scan

MASK = "*"
_KEPT: dict[str, tuple[int, int]] = {
    "resident_id": (4, 2),
    "bank_card": (4, 4),
    "iban": (4, 4),
    "mobile": (3, 4),
    "landline": (4, 2),
    "phone": (3, 2),
    "passport": (2, 2),
    "ssn": (0, 4),
    "plate": (2, 2),
    "account": (2, 2),
    "address": (6, 0),
    "credential": (0, 0),
}
"""Letters and digits left at the head and the tail, by kind."""
_PERSONAL = frozenset((*_KEPT, "name", "email"))
_PASSES = 4


def _masked_middle(value: str, head: int, tail: int) -> str:
    marks = [i for i, c in enumerate(value) if c.isalnum()]
    if len(marks) <= head + tail:  # never leave a short value readable
        head, tail = min(head, len(marks) // 3), 0
    hidden = set(marks[head : len(marks) - tail])
    return "".join(MASK if i in hidden else c for i, c in enumerate(value))


def mask(kind: str, value: str) -> str:
    """`value` with its middle masked, as long as before and with its separators."""
    if "%" in value:  # escapes of an address on the web: what of them is left could be read
        return _masked_middle(value, 0, 0)
    if kind == "name":
        return _masked_name(value)
    if kind == "email":
        local, at, host = value.rpartition("@")
        return _masked_middle(local, 1, 0) + at + host if at else _masked_middle(value, 1, 0)
    if kind == "mobile":
        extra = sum(c.isdigit() for c in value) - 11
        return _masked_middle(value, 3 + max(extra, 0), 4)
    head, tail = _KEPT.get(kind, (1, 0))
    return _masked_middle(value, head, tail)


def _masked_name(value: str) -> str:
    if value.isascii() or not "\u3400" <= value[:1] <= "\u9fff":
        return " ".join(
            _masked_middle(word, 1, 0) if len(word) > 1 else word for word in value.split(" ")
        )
    kept = 2 if value[:2] in read_list("names_zh")["compound"] and len(value) > 2 else 1
    return value[:kept] + "".join(MASK if c.isalnum() else c for c in value[kept:])


def redact(text: str) -> str:
    """`text` with every item of personal information masked; same length, same layout.

    Business contacts and organisation codes stay. Redacting again changes nothing.
    """
    for _ in range(_PASSES):  # a mask may bare a smaller item that a larger one covered
        hits, _table = scan(text)
        pieces: list[str] = []
        at = 0
        for hit in hits:
            if hit.kind in _PERSONAL:
                pieces += (text[at : hit.start], mask(hit.kind, text[hit.start : hit.end]))
                at = hit.end
        redacted = "".join(pieces) + text[at:]
        if redacted == text:
            break
        text = redacted
    return text
