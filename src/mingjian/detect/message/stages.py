"""The stages of a scam in a text, turn by turn, and the passage everything turns on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.detect.learned.spans import clause
from mingjian.detect.message.acts import Act, Hit, Reading, known_acts
from mingjian.detect.message.handles import without_numbers
from mingjian.detect.message.reading import Gathered
from mingjian.domain.finding import TableExhibit
from mingjian.domain.message import Message

STAGES = {
    "contact": Message("接触", "contact"),
    "trust": Message("取信、利诱", "trust or bait"),
    "urgency": Message("施压、制造紧迫", "pressure and urgency"),
    "secrecy": Message("隔绝、保密", "isolation and secrecy"),
    "transfer": Message("索要钱款、验证码或操作", "request for money, code or control"),
}
MOST_STEPS = 24
_LONGEST_PASSAGE = 90


@dataclass(frozen=True, slots=True)
class Step:
    """One act in its place. `turn` counts from 1; 0 in a message. `span`, in the text read, is
    the clause it stands in."""

    act: Act
    turn: int
    speaker: str
    span: tuple[int, int]
    where: tuple[int, int] | None
    weight: float


def steps(reading: Reading, gathered: Gathered, read: str, weights: dict[str, float]) -> list[Step]:
    """The acts that speak for H1, each once a turn, in order; the weightiest if there are many.

    `read` is the text that was read, `weights` are those of the acts and concepts in the
    measurement.
    """
    known = known_acts()
    letters: dict[str, str] = {}
    found: dict[tuple[str, int], Step] = {}
    for name, start, end in _told(reading):
        act = known[name]
        weight = weights.get(name, 0.0)
        if weight <= 0 or not act.stage or (name, 0) in found:
            continue
        span = clause(read, *reading.cleaned.place(start, end))
        turn = gathered.turn_of(span[0]) + 1 if gathered.turns else 0
        if (name, turn) in found:
            continue
        speaker = ""
        if turn:
            who = gathered.turns[turn - 1].speaker.lower()
            speaker = letters.setdefault(who, chr(ord("A") + min(len(letters), 25)))
        found[(name, turn)] = Step(act, turn, speaker, span, gathered.original(*span), weight)
    strongest = sorted(found.values(), key=lambda step: -step.weight)[:MOST_STEPS]
    return sorted(strongest, key=lambda step: (step.span, step.act.name))


def _told(reading: Reading) -> Sequence[Hit]:
    """Acts of pairs; single words where no act of a pair covers them."""
    known = known_acts()
    covered = [(start, end) for _, start, end in reading.acts]
    single = [
        hit
        for hit in reading.words
        if hit[0] in known and not any(start <= hit[1] < end for start, end in covered)
    ]
    return [*(hit for hit in reading.acts if hit[0] in known), *single[:200]]


def pivotal(found: Sequence[Step]) -> Step | None:
    """The request that everything leads to: the weightiest act of the last stage."""
    asked = [step for step in found if step.act.stage == "transfer"]
    return max(asked, key=lambda step: step.weight, default=None)


def table(found: Sequence[Step], text: str, *, dialogue: bool) -> TableExhibit:
    """The steps as a table; speakers as letters in the order they first speak."""
    key = pivotal(found)
    rows = []
    for step in found:
        words = " ".join(text[step.span[0] : step.span[1]].split())
        passage = without_numbers(words[:_LONGEST_PASSAGE])
        stage = STAGES[step.act.stage]
        if step is key:
            stage = Message(f"{stage.zh}（关键一步）", f"{stage.en} (the pivotal step)")
        place = f"{step.turn} ({step.speaker})" if dialogue else "-"
        rows.append((place, stage, step.act.words, passage))
    return TableExhibit(
        title=Message("各阶段及所在轮次", "Stages and the turns they stand in"),
        columns=(
            Message("轮次（说话方）", "turn (speaker)"),
            Message("阶段", "stage"),
            Message("行为", "act"),
            Message("原文（数字已遮盖）", "passage (numbers masked)"),
        ),
        rows=tuple(rows),
    )
