"""Identifiers and vocabularies of CACAO 2.0, and the id of our own extension."""

from __future__ import annotations

import re

EXTENSION_ID = "extension-definition--1d5c728f-51ca-4fbb-b38a-c36b507af994"
"""Property extension `mingjian-response`: English twins, letters, custody."""

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([1-5])[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
IDENTIFIER = re.compile(r"([a-z][a-z0-9-]{0,60}[a-z0-9])--(" + UUID + r")")
TIMESTAMP = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z"
)
VARIABLE = re.compile(r"__[a-zA-Z_][a-zA-Z0-9_-]{0,199}?__")
_USE = "__:value"
EXTENSION_PROPERTY = re.compile(r"[a-z0-9_]{3,250}")

STEPS = (
    "start",
    "end",
    "action",
    "playbook-action",
    "parallel",
    "if-condition",
    "while-condition",
    "switch-condition",
)
PARTIES = (
    "group",
    "individual",
    "location",
    "organization",
    "sector",
    "http-api",
    "linux",
    "net-address",
    "security-category",
    "ssh",
)
MARKINGS = ("marking-tlp", "marking-iep", "marking-statement")
TLP = ("TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN", "TLP:CLEAR")
PLAYBOOK_TYPES = (
    "attack",
    "detection",
    "engagement",
    "investigation",
    "mitigation",
    "notification",
    "prevention",
    "remediation",
)
COMMANDS = (
    "manual",
    "bash",
    "caldera-cmd",
    "elastic",
    "http-api",
    "jupyter",
    "kestrel",
    "openc2-http",
    "powershell",
    "sigma",
    "ssh",
    "yara",
)


def kind_of(identifier: object) -> str | None:
    """The object type of an identifier: ``action`` of ``action--uuid``; None if it is none."""
    found = IDENTIFIER.fullmatch(identifier) if isinstance(identifier, str) else None
    return found[1] if found else None


def uuid_of(identifier: str) -> str:
    found = IDENTIFIER.fullmatch(identifier)
    return found[2].lower() if found else ""


def uuid_version(identifier: str) -> str:
    found = IDENTIFIER.fullmatch(identifier)
    return found[3] if found else ""


def used(text: str) -> list[str]:
    """The variables a text refers to: ``__name__`` of each ``__name__:value``.

    Looked for from its end, so that a long run of underscores costs no more than other text.
    """
    found = []
    at = text.find(_USE)
    while at != -1:
        start = at
        while start > max(0, at - 202) and _in_name(text[start - 1]):
            start -= 1
        opening = text.find("__", start, at)
        if opening != -1 and text[opening + 2 : opening + 3].isalpha():
            found.append(text[opening:at] + "__")
        at = text.find(_USE, at + len(_USE))
    return found


def _in_name(char: str) -> bool:
    return char in "_-" or (char.isascii() and char.isalnum())
