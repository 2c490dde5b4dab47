"""The implicit label: its seven fields, and a label as found in a file.

Source: GB 45438-2025 annex E (read through implementers, not in the official text; see
`spec.json`, where every clause carries its `verified` flag).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from mingjian.domain.message import Message

FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""Field names in the order the standard lists them."""
REQUIRED = FIELDS[:3]
NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
"""XMP namespace of the property `AIGC`, usual prefix TC260."""

Form = Literal[
    "object", "rooted", "glued", "unrooted", "xmp element", "xmp attribute", "front matter"
]
"""How a label stands in its carrier: the bare object under a key AIGC, ``{"AIGC":{…}}``,
``AIGC{…}``, the bare object under some other key, in XMP, or as YAML front matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The values of one label, as the standard names them."""

    label: str
    """"1" is AI-generated, "2" possibly, "3" suspected (annex E c)."""
    content_producer: str
    """Name or 27-character code of the producing service provider."""
    produce_id: str
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    def as_dict(self) -> dict[str, str]:
        """The seven fields under their standard names, in order."""
        return dict(zip(FIELDS, (getattr(self, f.name) for f in fields(self)), strict=True))

    def as_json(self) -> str:
        """The bare object, compact, as it is written into a carrier."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(cls, values: Mapping[str, str]) -> Label:
        """A label from standard field names; missing ones are empty, others ignored."""
        names = [f.name for f in fields(cls)]
        return cls(**{n: values.get(f, "") for n, f in zip(names, FIELDS, strict=True)})


@dataclass(frozen=True, slots=True)
class Defect:
    """Why a label could not be decoded, and at which byte of the file."""

    offset: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLabel:
    """A label as it stands in a file, decoded or not."""

    carrier: str
    form: Form
    text: str
    """The label as stored, after the carrier's own decoding."""
    start: int
    end: int
    """Bytes of the file that hold it; the packed range where the carrier compresses."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Field names and values in stored order, repeated names included."""
    untyped: tuple[str, ...] = ()
    """Names of fields whose value was not a string."""
    defect: Defect | None = None
    """Set when the label is there and cannot be decoded."""

    @property
    def empty(self) -> bool:
        """The carrier's keyword is there and holds no fields: a wiped label."""
        return self.defect is None and not self.pairs

    @property
    def fields(self) -> dict[str, str]:
        """Values by name; of a repeated name the last, as JSON readers take it."""
        return dict(self.pairs)

    @property
    def label(self) -> Label | None:
        """The values, or None when the label is empty or cannot be decoded."""
        return Label.from_dict(self.fields) if self.pairs and self.defect is None else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the labels of a file are not the label expected."""

    field: str
    """Field name, or ``label`` when it concerns the label as a whole."""
    expected: str
    found: str
    message: Message


def compare(expected: Label, found: tuple[FoundLabel, ...]) -> tuple[Difference, ...]:
    """How the labels found in a file differ from the one taken in; empty when they do not."""
    if not found:
        return (_whole("", "文件中没有找到标识", "no label was found in the file"),)
    differences: list[Difference] = []
    if len(found) > 1:
        differences.append(
            _whole(
                str(len(found)),
                f"文件中有 {len(found)} 个标识，应当只有一个",
                f"the file holds {len(found)} labels, not one",
            )
        )
    wanted = expected.as_dict()
    for entry in found:
        if entry.defect is not None:
            differences.append(Difference("label", "", entry.text[:80], entry.defect.message))
            continue
        names = [name for name, _ in entry.pairs]
        for name in dict.fromkeys([*FIELDS, *names]):
            values = [value for key, value in entry.pairs if key == name]
            if values == [wanted.get(name)] or (not values and not wanted.get(name)):
                continue
            stated = " / ".join(values) if values else ""
            differences.append(
                Difference(
                    name,
                    wanted.get(name, ""),
                    stated,
                    Message(
                        f"字段 {name} 与接收时不同", f"field {name} differs from the one taken in"
                    ),
                )
            )
    return tuple(differences)


def _whole(found: str, zh: str, en: str) -> Difference:
    return Difference("label", "", found, Message(zh, en))
