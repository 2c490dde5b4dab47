"""A whole piece of evidence as one reading: a message, or the turns of a conversation joined."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from mingjian.detect.message.acts import Language, Reading, read
from mingjian.detect.message.turns import LONGEST, Spoken, spoken


@dataclass(frozen=True, slots=True)
class Gathered:
    """Where each turn begins in the text that was read; no turns for a message."""

    turns: tuple[Spoken, ...]
    starts: tuple[int, ...]

    def turn_of(self, position: int) -> int:
        """Number of the turn (from 0) that the character at `position` belongs to."""
        return max(0, bisect_right(self.starts, position) - 1)

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The span in the evidence's own text; None where its form gives no offsets."""
        if not self.turns:
            return start, end
        number = self.turn_of(start)
        turn = self.turns[number]
        if turn.start is None:
            return None
        end = min(end, self.starts[number] + len(turn.text))
        shift = turn.start - self.starts[number]
        return start + shift, max(end, start + 1) + shift


def gather(
    text: str, format_name: str, *, declared: bool, language: Language
) -> tuple[Reading, Gathered, str]:
    """The reading, where its turns lie, and the text that was read (without speakers)."""
    turns = spoken(text, format_name, declared=declared)
    return read_turns(text, turns, language)


def read_turns(text: str, turns: list[Spoken], language: Language) -> tuple[Reading, Gathered, str]:
    """`gather` for turns that are known."""
    if not turns:
        text = text[:LONGEST]
        return read(text, language), Gathered((), ()), text
    starts, at = [], 0
    for turn in turns:
        starts.append(at)
        at += len(turn.text) + 1
    joined = "\n".join(turn.text for turn in turns)
    return read(joined, language), Gathered(tuple(turns), tuple(starts)), joined
