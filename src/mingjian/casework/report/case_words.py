"""How the parts of the case file speak: one language, fixed sentences, names in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.casework.report.case_wording import CASE_FILE
from mingjian.casework.report.wording import TEXT
from mingjian.domain.message import Language, Message


class Words:
    """Sentences of the case file in one language."""

    def __init__(self, language: Language, roles: Mapping[str, Message]) -> None:
        self.language, self._roles = language, roles

    def t(self, key: str) -> str:
        return CASE_FILE[key].in_language(self.language)

    def text(self, key: str) -> str:
        """A sentence that every report has."""
        return TEXT[key].in_language(self.language)

    def say(self, message: Mapping[str, Any] | None) -> str:
        return str(message[self.language]) if message else ""

    def lines(self, messages: Iterable[Mapping[str, Any]]) -> str:
        return "\n".join(self.say(message) for message in messages)

    def join(self, parts: Iterable[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(parts)

    def colon(self, name: str, text: str) -> str:
        """`name: text` as the language sets it; the name alone where there is no text."""
        return name + (("：" if self.language == "zh" else ": ") + text if text else "")

    def role(self, role: str) -> str:
        return self._roles[role].in_language(self.language) if role in self._roles else role

    def marked(self, name: str, verified: bool) -> str:
        """A name, with the mark of what was not verified yet."""
        return name if verified else name + self.t("unverified")


def when(at: str) -> str:
    """A UTC time as it is printed, to the second."""
    return at[:19].replace("T", " ") + "Z"
