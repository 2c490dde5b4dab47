"""The 27-character code of a service provider (TC260-PG-20252A), and its credit code.

Layout: ``00``, subject type, binding, 18-character unified social credit code (or, for an
individual, another 18 characters), service type, four characters of the provider's own choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingjian.detect.label.facts import vendor
from mingjian.domain.message import Message

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(r"[0-9A-Z]{22}(?:[0-9A-Z]{5})?")


def uscc_valid(code: str) -> bool:
    """Whether the check character of an 18-character credit code fits (GB 32100)."""
    if len(code) != 18 or any(char not in _ALPHABET for char in code):
        return False
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return _ALPHABET[(31 - total % 31) % 31] == code[17]


@dataclass(frozen=True, slots=True)
class ProviderCode:
    """The parts of a code of 27 characters, or of 22 without the service extension."""

    text: str

    @property
    def subject_type(self) -> str:
        return self.text[2]

    @property
    def binding(self) -> str:
        return self.text[3]

    @property
    def subject(self) -> str:
        return self.text[4:22]

    @property
    def service(self) -> str:
        """Service type character; empty in the 22-character core."""
        return self.text[22:23]

    @property
    def individual(self) -> bool:
        """The subject is a person, whose number is shown masked."""
        return self.subject_type == "2"

    @property
    def shown(self) -> str:
        """The code as it may be shown: a person's number has its middle masked."""
        if not self.individual:
            return self.text
        return self.text[:8] + "*" * 10 + self.text[18:]

    @property
    def vendor(self) -> Message | None:
        """The name this credit code was seen with."""
        return None if self.individual else vendor(self.subject)

    def faults(self) -> tuple[Message, ...]:
        """What in the code cannot be right."""
        found: list[Message] = []
        if not self.text.startswith("00"):
            found.append(Message("格式定义码不是 00", "the format code at the start is not 00"))
        if self.subject_type not in "12":
            found.append(Message("主体类型码未知", "the subject type is unknown"))
        if self.subject_type == "1" and self.binding == "1" and not uscc_valid(self.subject):
            found.append(
                Message(
                    "统一社会信用代码的校验码不符",
                    "the check character of the unified social credit code does not fit",
                )
            )
        if self.service and self.service not in "012":
            found.append(Message("服务类型码未知", "the service type is unknown"))
        return tuple(found)


def provider_code(value: str) -> ProviderCode | None:
    """The code, if the value has the shape of one; names and short ids give None."""
    return ProviderCode(value) if _SHAPE.fullmatch(value) else None


def looks_like_code(value: str) -> bool:
    """Whether a value was meant as a code although its length or letters are wrong."""
    return value.startswith("0011") and 18 <= len(value) <= 36 and provider_code(value) is None


def shown(value: str) -> str:
    """A provider as it may be shown in a sentence or table."""
    code = provider_code(value)
    return code.shown if code else value[:120]
