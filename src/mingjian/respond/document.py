"""What standing a letter has: a draft, released by named people, or part of an exercise.

The three are types that share nothing but the letter they hold. Only `release` makes a
`Released`, and it takes a `Draft`; an `ExerciseDocument` is none and cannot become one, so a
drill can never produce a real notice. Every line of an exercise says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import final

from mingjian.domain.message import Language, Message
from mingjian.respond.letter import Letter, slot_names

DRAFT_BANNER = Message(
    "【草稿】未经有权的人签发，不得送出。", "DRAFT: not to be sent until a person releases it."
)
SIGNING = ("signer", "date")
"""What releasing itself fills in."""
EXERCISE_MARK = Message("【演练 Exercise】", "[Exercise 演练]")
EXERCISE_BANNER = Message(
    "本文件只用于演练，不是真实事件，不得送出。",
    "For an exercise only. This is no real incident. Not to be sent.",
)


class NotReleased(ValueError):
    """The draft cannot be released as it is; says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that no one has answered for yet."""

    letter: Letter

    status = "Draft"

    def text(self, language: Language) -> str:
        zh = language == "zh"
        lines = [DRAFT_BANNER.in_language(language), "", _heading(self.letter, language), ""]
        lines += self.letter.body(language)
        if self.letter.blanks:
            names = [slot_names()[name].in_language(language) for name in self.letter.blanks]
            head = f"待填 {len(names)} 项：" if zh else f"{len(names)} blanks to fill in: "
            lines += ["", head + ("、" if zh else ", ").join(names)]
        lines += ["", DRAFT_BANNER.in_language(language)]
        return "\n".join(lines) + "\n"


@final
@dataclass(frozen=True, slots=True)
class Released:
    """A letter that people have answered for, with name, reason and time."""

    letter: Letter
    by: tuple[str, ...]
    reason: str
    at: datetime

    status = "Actual"

    def text(self, language: Language) -> str:
        names = "、".join(self.by) if language == "zh" else " and ".join(self.by)
        at = self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        foot = (
            f"签发：{names}；时间 {at}；理由：{self.reason}"
            if language == "zh"
            else f"Released by {names} at {at}. Reason: {self.reason}"
        )
        lines = [_heading(self.letter, language), "", *self.letter.body(language), "", foot]
        return "\n".join(lines) + "\n"


@final
@dataclass(frozen=True, slots=True)
class ExerciseDocument:
    """A letter written in a drill. There is no way from here to a real one."""

    letter: Letter
    scenario: Message

    status = "Exercise"

    def text(self, language: Language) -> str:
        mark = EXERCISE_MARK.in_language(language)
        banner = EXERCISE_BANNER.in_language(language)
        lines = [
            banner,
            self.scenario.in_language(language),
            "",
            _heading(self.letter, language),
            "",
            *self.letter.body(language),
            "",
            banner,
        ]
        return "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)


def _heading(letter: Letter, language: Language) -> str:
    return letter.title.in_language(language)


def release(
    draft: Draft, by: Sequence[str], reason: str, at: datetime, people_needed: int = 1
) -> Released:
    """Make a draft a document that may leave: named people, a reason, and no blanks left.

    `people_needed` is 2 for incidents of levels I and II. The signature and its date count as
    given by releasing.
    """
    if not isinstance(draft, Draft):
        raise TypeError("only a draft can be released")
    people = tuple(dict.fromkeys(name.strip() for name in by if name.strip()))
    if len(people) < people_needed:
        raise NotReleased(
            Message(
                f"需要 {people_needed} 名不同的人签发，现有 {len(people)} 名。",
                f"{people_needed} different people must release it; there are {len(people)}.",
            )
        )
    if not reason.strip():
        raise NotReleased(Message("签发须写明理由。", "A reason must be given for releasing it."))
    blanks = [name for name in draft.letter.blanks if name not in SIGNING]
    if blanks:
        zh = "、".join(slot_names()[name].zh for name in blanks)
        en = ", ".join(slot_names()[name].en for name in blanks)
        raise NotReleased(Message(f"还有待填的内容：{zh}。", f"There are blanks left: {en}."))
    return Released(_signed(draft.letter, people, at), people, reason.strip(), at)


def _signed(letter: Letter, people: Sequence[str], at: datetime) -> Letter:
    day = at.date().isoformat()
    zh = {"signer": "、".join(people), "date": day}
    en = {"signer": " and ".join(people), "date": day}
    lines: dict[str, tuple[str, ...]] = {}
    for language, given in (("zh", zh), ("en", en)):
        made = letter.lines[language]
        for name, text in given.items():
            label = slot_names()[name]
            mark = f"【待填：{label.zh}】" if language == "zh" else f"[to fill in: {label.en}]"
            made = tuple(line.replace(mark, text) for line in made)
        lines[language] = made
    blanks = tuple(name for name in letter.blanks if name not in SIGNING)
    return replace(letter, lines=lines, blanks=blanks)
