"""One error family for everything a person at the keyboard can put right."""

from __future__ import annotations

from mingjian.domain.message import Language, Message


class MingjianError(Exception):
    """What happened, why, and what to do next, in both languages."""

    exit_code = 4

    def __init__(self, what: Message, next_step: Message | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.next_step = next_step

    def in_language(self, language: Language) -> str:
        text = self.what.in_language(language)
        if self.next_step is not None:
            text += "\n" + self.next_step.in_language(language)
        return text


class UsageError(MingjianError):
    """The request itself is off: a missing path, an unknown field, options that exclude."""

    exit_code = 2


class BrokenError(MingjianError):
    """The request is sound and could not be carried out: damaged store, no worker starts."""

    exit_code = 4
