"""Renews what the cards show of themselves: `.venv/bin/python docs/make_cards.py`.

- The table under "Examples" of a card: each line of `docs/examples/<detector>.jsonl` (`text`,
  `as`, `truth`: H1 or H2; `shown` where the text does not speak for itself) is examined, and what
  the shipped weights say today, and what the explanation points at, is written down. The lines
  were written after the weights were settled and none was taken out, so the wrong ones stand
  there too (`"seen": true` on the first line: somebody had read them before a later version was
  made). `marked` are the passages that a reader marked who saw nothing but the text.
- `docs/reference/accuracy.md`: the rows of every card's table under "Measured" that name what
  was asked, side by side.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from mingjian.app.pipeline import Workbench, examine_content, workbench
from mingjian.app.settings import Settings
from mingjian.casework.document.blocks import visible
from mingjian.detect.catalogue import Entry
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Lines, Member, Place, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.record import EvidenceRecord
from mingjian.intake.content import BytesContent
from mingjian.web.card import section

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE / "examples"
ACCURACY = HERE / "reference" / "accuracy.md"
_STEP = re.compile(r"\[(\d+)\]")
_ZERO = re.compile(r"(?<![\d.])0\.(?=\d)")
SHOWN = 72
"""So many characters of an example stand in the table."""
PASSAGE = 36
"""So many characters of a passage that the explanation points at."""
MOST_PLACES = 3
HEADINGS = {"en": "### Examples", "zh": "### 例子"}
COLUMNS = {
    "en": "| example | points at | truth | log10 LR | flagged |",
    "zh": "| 例子 | 指向 | 真相 | log10 LR | 标出 |",
}
MEASURED = {
    "en": "| held out | AUROC | TPR at 1 % | frozen FPR | Cllr / cal | asked | met |",
    "zh": "| 留出 | AUROC | 1 % 误报检出 | 冻结误报 | Cllr / cal | 要求 | 达到 |",
}
WORDS = {
    "en": {True: "yes", False: "no", None: "no opinion"},
    "zh": {True: "是", False: "否", None: "不发表意见"},
}


@dataclass(frozen=True, slots=True)
class Example:
    """One example and what the shipped weights say of it."""

    shown: str
    points_at: tuple[Message, ...]
    agreed: bool | None
    """Whether it points at a passage that a reader marked; None where none was marked."""
    truth: str
    log10_lr: float | None
    """None where there is no opinion."""
    flagged: bool

    def row(self, language: str) -> str:
        said = WORDS[language]
        weight = f"{self.log10_lr:+.2f}" if self.log10_lr is not None else said[None]
        points_at = " · ".join(getattr(one, language) for one in self.points_at) or "—"
        if self.points_at and self.agreed is not None:
            points_at += " ✓" if self.agreed else " ✗"
        cells = (f"`{self.shown}`", points_at, self.truth, weight, said[self.flagged])
        return f"| {' | '.join(cells)} |"


def shown(text: str, longest: int = SHOWN) -> str:
    """The beginning of a text as one line that a table's cell and a code span can hold."""
    line = " ".join(text.split()).replace("|", "¦").replace("`", "'")
    return visible(line if len(line) <= longest else line[: longest - 1].rstrip() + "…")


def places(record: EvidenceRecord, proposition: str) -> list[Place]:
    """What the measurements of a proposition point at."""
    return [
        place
        for weighed in record.examinations
        for finding in weighed.examination.findings
        if finding.proposition == proposition and finding.score is not None
        for place in finding.where
    ]


def pointed(place: Place, text: str) -> Message:
    """A place as a cell shows it: the passage, the line of a log, the step of a trace."""
    match place:
        case TextSpan(start, end):
            return Message(*2 * (f"`{shown(text[start:end], PASSAGE)}`",))
        case Lines(first):
            return Message(f"第 {first} 行", f"line {first}")
        case Member(name) if step := _STEP.fullmatch(name):
            return Message(f"第 {int(step[1]) + 1} 步", f"step {int(step[1]) + 1}")
    words = place.name if isinstance(place, Member) else str(place)
    return Message(*2 * (f"`{words}`",))


def holds(place: Place, text: str, marked: list[str]) -> bool:
    """Whether a place and one of the passages that a reader marked have a character in common."""
    match place:
        case TextSpan(start, end):
            spans = [found.span() for one in marked for found in re.finditer(re.escape(one), text)]
            return any(first < end and start < last for first, last in spans)
        case Lines(first, last):
            passage = "\n".join(text.splitlines()[first - 1 : last])
        case Member(name) if step := _STEP.fullmatch(name):
            passage = json.dumps(json.loads(text)[int(step[1])], ensure_ascii=False)
        case _:
            return False
    return any(one in passage for one in marked)


def examined(given: dict[str, Any], proposition: str, bench: Workbench) -> Example:
    """What the workbench says of one line of an examples file."""
    record = examine_content(
        BytesContent(given["text"].encode()), "example", bench, declared=EvidenceKind(given["as"])
    )[0]
    weight = next((one for one in record.weights if one.proposition.id == proposition), None)
    opinion = weight is not None and weight.opinion
    found = places(record, proposition)
    marked = given.get("marked")
    return Example(
        shown=shown(given.get("shown", given["text"])),
        points_at=tuple(pointed(place, given["text"]) for place in found[:MOST_PLACES]),
        agreed=any(holds(place, given["text"], marked) for place in found) if marked else None,
        truth=given["truth"],
        log10_lr=weight.log10_lr if weight is not None and opinion else None,
        flagged=weight is not None and weight.flagged,
    )


def summary(examples: list[Example], language: str, *, seen: bool = False) -> str:
    """How many of each side were flagged and which way the others lean. `seen`: a later version
    was made by somebody who had read them."""
    said = []
    for truth in ("H1", "H2"):
        side = [one for one in examples if one.truth == truth]
        toward = sum(one.log10_lr is not None and one.log10_lr > 0 for one in side)
        silent = sum(one.log10_lr is None for one in side)
        flagged = sum(one.flagged for one in side)
        if language == "en":
            said.append(
                f"{truth}: {flagged} of {len(side)} flagged, {toward} above 0, {silent} no opinion"
            )
        else:
            said.append(
                f"{truth}：{len(side)} 条中标出 {flagged}，大于 0 的 {toward}，不发表意见 {silent}"
            )
    read = [one for one in examples if one.agreed is not None]
    right = sum(one.agreed is True for one in read)
    nowhere = sum(not one.points_at for one in read)
    elsewhere = len(read) - right - nowhere
    if language == "en":
        reader = (
            " A reader (a language model that saw only the texts) marked passages in "
            f"{len(read)} of H1: {right} point at one (✓), {elsewhere} elsewhere (✗), "
            f"{nowhere} nowhere (—)."
        )
        since = "for an earlier version and read since: no fresh test" if seen else "none taken out"
        told = f"Written after the weights were settled, {since}. {'; '.join(said)}."
    else:
        reader = (
            f"一位读者（只看文本的语言模型）在 H1 的 {len(read)} 条中标了原文：{right} 条指向其中"
            f"一处（✓），{elsewhere} 条指向别处（✗），{nowhere} 条未指（—）。"
        )
        since = "那是早先的版本，其后已被看过，不再是全新的测试" if seen else "一条未删"
        told = f"均在权重定下之后写成，{since}。{'；'.join(said)}。"
    return told + reader if read else told


def with_examples(card: str, examples: list[Example], *, seen: bool = False) -> str:
    """The card with the tables under its two headings renewed."""
    for language, heading in HEADINGS.items():
        rows = [COLUMNS[language], "|---" * 5 + "|", *(one.row(language) for one in examples)]
        made = "\n".join([heading, "", summary(examples, language, seen=seen), "", *rows])
        pattern = re.compile(rf"^{heading}\n.*?(?=^#{{2,3}} |\Z)", re.M | re.S)
        card, count = pattern.subn(lambda _, made=made: made + "\n\n", card)
        if count != 1:
            raise SystemExit(f"{heading} stands {count} times in a card, not once")
    return card.rstrip("\n") + "\n"


def cards(bench: Workbench) -> dict[Path, str]:
    """Card file -> text, with the examples as they are weighed today."""
    made = {}
    for file in sorted(EXAMPLES.glob("*.jsonl")):
        entry = next(one for one in bench.entries if one.name == file.stem)
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        proposition = lines[0].get("proposition", file.stem)
        card = Path(str(entry.card))
        examples = [examined(line, proposition, bench) for line in lines]
        seen = lines[0].get("seen", False)
        made[card] = with_examples(card.read_text("utf-8"), examples, seen=seen)
    return made


def measured(card: str, language: str) -> list[list[str]]:
    """The cells of the table under "Measured", row by row; none where the card has no such."""
    lines = section(card, language).splitlines()
    if MEASURED[language] not in lines:
        return []
    table = takewhile(lambda line: line.startswith("|"), lines[lines.index(MEASURED[language]) :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in [*table][2:]]


def asked(card: str) -> list[list[str]]:
    """The rows that say what was asked, in English."""
    # Cards write 0.9 or .9; side by side they are written alike.
    return [
        [cells[0], *(_ZERO.sub(".", cell) for cell in cells[1:])]
        for cells in measured(card, "en")
        if cells[5] != "—"
    ]


def accuracy(entries: tuple[Entry, ...]) -> str:
    """The page on what was asked and what was measured."""
    rows = []
    for entry in entries:
        if not entry.module.startswith("mingjian."):
            continue
        path = Path(str(entry.card))
        link = f"[{entry.name}](../../{path.relative_to(HERE.parent)})"
        rows += [[link, *cells] for cells in asked(path.read_text("utf-8"))]
    met = sum(row[-1].startswith("yes") for row in rows)
    lines = [
        "# 要求与实测 / Asked and measured",
        "",
        "Every row is a detector's figure on sources that its models and thresholds never saw,",
        f"collected from its card by `docs/make_cards.py`. Of {len(rows)} rows {met} are met.",
        "",
        "各行取自检测器说明卡，都是模型与门限未见过的来源，由 `docs/make_cards.py` 收集。",
        f"共 {len(rows)} 行，达到 {met} 行。",
        "",
        "| detector | held out | AUROC | TPR at 1 % | frozen FPR | Cllr / cal | asked | met |",
        "|---|---|---|---|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the cards and the page anew."""
    bench = workbench(Settings().examination_options())
    for file, text in cards(bench).items():
        file.write_text(text, "utf-8")
        print(file.relative_to(HERE.parent))
    ACCURACY.write_text(accuracy(bench.entries), "utf-8")
    print(ACCURACY.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
