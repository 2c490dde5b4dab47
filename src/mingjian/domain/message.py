"""Sentences a reader sees, always in both languages.

A message is stored with the finding it explains, so the wording a court reads
is the wording that was bound into custody, whatever language it is shown in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in zh-CN and English. Both are complete; neither is a key."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.zh if language == "zh" else self.en

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}
