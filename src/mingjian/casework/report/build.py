"""Turns examination records (their JSON form) into one self-contained HTML page.

The page carries its own style, no script and no address to fetch anything from. Everything
that came out of evidence passes through Jinja2's escaping; control and direction-changing
characters are made visible first, so that a file name cannot rewrite the sentence around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mingjian.casework.document.blocks import visible
from mingjian.casework.report.wording import TEXT
from mingjian.domain.message import Language
from mingjian.domain.naming import KIND_NAMES, STATE_NAMES, STEP_NAMES, name_of
from mingjian.weigh.words import number, verbal_scale

if TYPE_CHECKING:
    from jinja2 import Environment

Record = Mapping[str, Any]

DETAILED_ITEMS = 400
"""Items with findings that get a section of their own; further ones stand in the table."""
ROWS = 2_000
"""Rows of the longest table; the JSON output always has everything."""
NOTE_STATES = ("not_examinable", "failed", "timed_out")
"""States of an examination that leave a gap in an item. A detector that this installation lacks
is no matter of the item: it is said once, with how many pieces of evidence it concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFrame:
    """What the report says besides the records."""

    case: str
    asked: str
    """The request as the examiner made it, e.g. the paths given."""
    examiner: str
    started: str
    finished: str
    version: str
    settings_digest: str
    verbal_scale: str
    detectors: Sequence[Mapping[str, Any]]
    """name, version, state, note {zh,en}|None, scales [{signal, version, sha256}]."""
    custody: Mapping[str, Any] | None = None
    """entries, head, key_id, first [..], verified bool, problems [...]; None without custody."""
    language: Language = "en"
    given: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of items split off since -> the case they are of now."""


def frame_of(
    head: Mapping[str, Any], language: Language, given: Mapping[str, str] | None = None
) -> ReportFrame:
    """The frame of an examination's report, from the head of the examination's JSON form
    (docs/reference/examination.schema.json without `evidence`) and what was split off since."""
    return ReportFrame(
        case=head["case"],
        asked=", ".join(head["asked"]),
        examiner=head["examiner"],
        started=head["started"],
        finished=head["finished"],
        version=head["version"],
        settings_digest=head["settings_digest"],
        verbal_scale=verbal_scale().name,
        detectors=head["detectors"],
        custody=head["custody"],
        language=language,
        given=given or {},
    )


@dataclass(slots=True)
class Item:
    """One item (a path given or found) with its parts, as the report shows it."""

    number: int
    root: Record
    parts: list[Record] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        return [self.root, *self.parts]

    @property
    def opinions(self) -> list[Mapping[str, Any]]:
        return [weight for weight in self.root["weights"] if weight["opinion"]]

    @property
    def flagged(self) -> bool:
        return any(weight["flagged"] for weight in self.root["weights"])

    @property
    def notable(self) -> bool:
        return self.flagged or any(
            examination["state"] == "found"
            for record in self.records
            for examination in record["examinations"]
        )

    @property
    def gaps(self) -> int:
        """Things in this item that were not examined."""
        return sum(
            len(record["not_examined"])
            + sum(1 for item in record["examinations"] if item["state"] in NOTE_STATES)
            for record in self.records
        )

    @property
    def strength(self) -> float:
        """For sorting: the strongest support for an H1."""
        return max((weight["log10_lr"] for weight in self.opinions), default=float("-inf"))


def items_of(records: Iterable[Record]) -> list[Item]:
    items: list[Item] = []
    for record in records:
        if record["parent"] is None:
            items.append(Item(number=len(items) + 1, root=record))
        elif items:
            items[-1].parts.append(record)
    return items


def split_off(items: Iterable[Item], frame: ReportFrame) -> list[str]:
    """Which items are of another case by now, a line for each such case."""
    by_case: dict[str, list[str]] = {}
    for item in items:
        if item.root["sha256"] in frame.given:
            by_case.setdefault(frame.given[item.root["sha256"]], []).append(f"#{item.number}")
    to = TEXT["to"].in_language(frame.language)
    return [f"{', '.join(numbers)} {to} {case}" for case, numbers in by_case.items()]


def sized(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


BAR_REACH = 6.0
"""The weight bar shows log10 LR from -6 to +6."""


def _bar(weight: Mapping[str, Any]) -> dict[str, float]:
    """Percent positions of the weight bar: the bounds, the value, the middle."""

    def at(value: float) -> float:
        return 50 + 50 * max(-1.0, min(1.0, value / BAR_REACH))

    low, high = weight["lr_bounds"]
    value = weight["log10_lr"]
    left, right = sorted((at(0.0), at(value)))
    return {
        "low": at(low),
        "span": at(high) - at(low),
        "left": left,
        "width": max(right - left, 0.6),
        "toward": value,
    }


def marked(exhibit: Mapping[str, Any]) -> list[tuple[bool, str]]:
    """A text exhibit cut into (marked, text) pieces."""
    text, pieces, at = exhibit["text"], [], 0
    for mark in sorted(exhibit["marks"], key=lambda mark: (mark["start"], mark["end"])):
        start, end = max(mark["start"], at), min(mark["end"], len(text))
        if start >= end:
            continue
        pieces += [(False, text[at:start]), (True, text[start:end])]
        at = end
    pieces.append((False, text[at:]))
    return [piece for piece in pieces if piece[1]]


def hex_rows(exhibit: Mapping[str, Any]) -> list[tuple[str, list[tuple[bool, str]], str]]:
    """A bytes exhibit as rows of 16: offset, (marked, two digits) cells, printable characters."""
    data = bytes.fromhex(exhibit["hex"])[:1024]
    base = exhibit["offset"]
    rows = []
    for row in range(0, len(data), 16):
        chunk = data[row : row + 16]
        cells = [
            (
                any(m["start"] <= base + row + i < m["end"] for m in exhibit["marks"]),
                f"{byte:02x}",
            )
            for i, byte in enumerate(chunk)
        ]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in chunk)
        rows.append((f"{base + row:08x}", cells, shown))
    return rows


def _drawn(exhibit: Mapping[str, Any], language: Language) -> str:
    from mingjian.casework.drawing import scene_of, svg

    try:
        return svg(scene_of(exhibit, language), visible(exhibit["title"][language]))
    except ValueError as error:
        return f"{TEXT['undrawn'].in_language(language)} {visible(str(error))}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mingjian.casework.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters.update(
        visible=visible, size=sized, bar=_bar, marked=marked, hex_rows=hex_rows, drawn=_drawn
    )
    return environment


def gaps_of(items: Sequence[Item], language: Language) -> list[tuple[str, str, str]]:
    """(where, what, why) of all that was not examined; detectors not to be had come last."""
    rows: list[tuple[str, str, str]] = []
    lacking: dict[str, tuple[int, str]] = {}
    for item in items:
        for record in item.records:
            where = f"{item.number}. {record['path']}"
            rows += [(where, gap["what"], gap["why"][language]) for gap in record["not_examined"]]
            for one in record["examinations"]:
                why = one["reason"][language] if one["reason"] else ""
                if one["state"] in NOTE_STATES:
                    state = name_of(STATE_NAMES, one["state"]).in_language(language)
                    rows.append((where, f"{one['detector']} ({state})", why))
                elif one["state"] == "unavailable":
                    lacking[one["detector"]] = (lacking.get(one["detector"], (0, ""))[0] + 1, why)
    state = name_of(STATE_NAMES, "unavailable").in_language(language)
    rows += [
        (f"{count} {TEXT['n_records'].in_language(language)}", f"{name} ({state})", why)
        for name, (count, why) in sorted(lacking.items())
    ]
    return rows


def build_report(records: Iterable[Record], frame: ReportFrame) -> str:
    """The report page for the records of one run, root records before their parts."""
    language = frame.language
    items = items_of(records)
    notable = sorted(
        (item for item in items if item.notable),
        key=lambda item: (not item.flagged, -item.strength, item.number),
    )
    every = [record for item in items for record in item.records]
    states = Counter(
        examination["state"] for record in every for examination in record["examinations"]
    )
    gaps = gaps_of(items, language)
    kinds = Counter(record["kind"] for record in every)

    def named(names: dict[str, Any], key: str) -> str:
        return name_of(names, key).in_language(language)

    return (
        _environment()
        .get_template("page.html")
        .render(
            frame=frame,
            language=language,
            t={key: message.in_language(language) for key, message in TEXT.items()},
            css=files("mingjian.casework.report").joinpath("page.css").read_text("utf-8"),
            items=items,
            split_off=split_off(items, frame),
            notable=notable[:DETAILED_ITEMS],
            more_notable=notable[DETAILED_ITEMS:ROWS],
            quiet=[item for item in items if not item.notable][:ROWS],
            quiet_count=sum(1 for item in items if not item.notable),
            flagged_count=sum(1 for item in items if item.flagged),
            notable_count=len(notable),
            record_count=len(every),
            states=states,
            gaps=gaps[:ROWS],
            gap_count=len(gaps),
            kinds=kinds.most_common(),
            kind_name=lambda key: named(KIND_NAMES, key),
            state_name=lambda key: named(STATE_NAMES, key),
            step_name=lambda key: named(STEP_NAMES, key),
            note_states=NOTE_STATES,
        )
    )
