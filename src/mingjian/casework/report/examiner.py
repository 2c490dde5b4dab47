"""The examiner's report as a document in the order a court reads: what was asked, with what
material, by what method, what was found and what it is worth, what it cannot say, annexes,
signatures.

Wording and order follow the headings usual in forensic reports (委托事项、检材、检验过程、
分析说明、鉴定意见、附件); whether an authority asks for another form is for the examiner to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mingjian.casework.document.blocks import (
    Block,
    Document,
    Facts,
    Figure,
    Grid,
    Heading,
    Listing,
    PageBreak,
    Paragraph,
    Passage,
    Signatures,
)
from mingjian.casework.report.build import (
    Item,
    ReportFrame,
    gaps_of,
    items_of,
    marked,
    sized,
    split_off,
)
from mingjian.casework.report.wording import EXAMINER, TEXT
from mingjian.domain.naming import KIND_NAMES, STEP_NAMES, name_of
from mingjian.weigh.words import number

Record = Mapping[str, Any]
_FIGURES = 3
"""Exhibits drawn of one finding; the JSON output has them all."""
_PASSAGE = 1_500
"""Characters of a passage shown."""
_ROWS = 40
"""Rows of an exhibit's table shown."""


def examiner_report(records: Iterable[Record], frame: ReportFrame, made_at: str) -> Document:
    """The report on one run, root records before their parts; a draft until it is signed."""
    return _Report(records, frame).document(made_at)


class _Report:
    def __init__(self, records: Iterable[Record], frame: ReportFrame) -> None:
        self._frame, self._language = frame, frame.language
        self._items = items_of(records)

    def _say(self, message: Mapping[str, str] | None) -> str:
        return message[self._language] if message else ""

    def _t(self, key: str) -> str:
        return (EXAMINER.get(key) or TEXT[key]).in_language(self._language)

    def _named(self, names: dict[str, Any], key: str) -> str:
        return name_of(names, key).in_language(self._language)

    def document(self, made_at: str) -> Document:
        frame = self._frame
        moved = "\n".join(split_off(self._items, frame))
        return Document(
            title=self._t("report_title"),
            language=self._language,
            made_at=made_at,
            mark=self._t("draft"),
            foot=f"{self._t('case')} {frame.case} · Mingjian {frame.version}",
            facts=(
                (self._t("case"), frame.case),
                *([(self._t("split_off"), moved)] if moved else []),
                (self._t("examiner"), frame.examiner),
                (self._t("time"), f"{frame.started} {self._t('to')} {frame.finished}"),
                (self._t("made"), made_at),
            ),
            blocks=tuple(self._blocks()),
        )

    def _blocks(self) -> Iterator[Block]:
        yield from self._question()
        yield from self._material()
        yield from self._method()
        yield from self._found()
        yield from self._opinion()
        yield from self._gaps()
        yield Heading(self._t("s_limits"))
        yield Listing(
            tuple(
                self._t(f"limit_{key}")
                for key in ("lr", "bounds", "no_opinion", "absence", "unsigned")
            )
        )
        yield Heading(self._t("s_sign"))
        yield Paragraph(self._t("sign_text"))
        yield Signatures((self._t("examiner_role"), self._t("reviewer_role")), self._t("date"))
        yield PageBreak()
        yield from self._annexes()

    def _question(self) -> Iterator[Block]:
        yield Heading(self._t("s_question"))
        yield Paragraph(self._t("asked_text"))
        yield Paragraph(self._frame.asked, "fine")
        pairs = {w["proposition"]: w for item in self._items for w in item.root["weights"]}
        if pairs:
            yield Paragraph(self._t("pairs_text"))
            yield Grid(
                (self._t("proposition"), self._t("h1"), self._t("h2")),
                tuple(
                    (name, self._say(pair["h1"]), self._say(pair["h2"]))
                    for name, pair in sorted(pairs.items())
                ),
                (0.24, 0.38, 0.38),
            )
        yield Paragraph(self._t("decide"), "note")

    def _material(self) -> Iterator[Block]:
        yield Heading(self._t("s_material"))
        yield Paragraph(self._t("material_text"))
        yield Grid(
            ("#", self._t("item"), self._t("kind"), self._t("size"), self._t("parts")),
            tuple(
                (
                    str(item.number),
                    item.root["path"],
                    f"{self._named(KIND_NAMES, item.root['kind'])} ({item.root['format']})",
                    sized(item.root["size"]),
                    str(len(item.parts)),
                )
                for item in self._items
            ),
            (0.07, 0.45, 0.24, 0.14, 0.1),
        )

    def _method(self) -> Iterator[Block]:
        yield Heading(self._t("s_method"))
        yield Paragraph(self._t("method_text"))
        yield Paragraph(self._t("limit_lr"))
        yield Paragraph(f"{self._t('limit_words')}: {self._frame.verbal_scale}", "fine")

    def _found(self) -> Iterator[Block]:
        yield Heading(self._t("s_found"))
        shown = [item for item in self._items if item.notable]
        if not shown:
            yield Paragraph(self._t("none_notable"))
        for item in shown:
            yield Heading(f"{item.number}. {item.root['path']}", 2)
            yield Paragraph(f"SHA-256 {item.root['sha256'] or '—'}", "fine")
            yield from self._findings(item.root)
            for part in item.parts:
                if any(e["state"] == "found" for e in part["examinations"]):
                    step = self._named(STEP_NAMES, str(part["step"]))
                    yield Heading(f"{part['path']} ({step})", 3)
                    yield from self._findings(part)
            yield from self._weights(item)

    def _findings(self, record: Record) -> Iterator[Block]:
        for examination in record["examinations"]:
            for finding in examination["findings"]:
                if finding["quiet"]:
                    continue
                yield Paragraph(self._say(finding["because"]))
                sort = self._t("facts" if finding["score"] is None else "measure")
                by = f"{examination['detector']} {examination['version']}"
                yield Paragraph(f"{sort} {finding['signal']} · {self._t('by')} {by}", "fine")
                for exhibit in finding["exhibits"][:_FIGURES]:
                    yield from self._exhibit(exhibit)

    def _exhibit(self, exhibit: Mapping[str, Any]) -> Iterator[Block]:
        caption = self._say(exhibit["title"])
        match exhibit["type"]:
            case "text":
                pieces, left = [], _PASSAGE
                for flag, piece in marked(exhibit):
                    pieces.append((flag, piece[:left]))
                    left -= len(pieces[-1][1])
                cut = [(False, " …")] if sum(len(p) for _, p in marked(exhibit)) > _PASSAGE else []
                yield Passage(caption, tuple(p for p in [*pieces, *cut] if p[1]))
            case "table":
                yield Paragraph(caption, "fine")
                columns = tuple(self._say(column) for column in exhibit["columns"])
                yield Grid(
                    columns,
                    tuple(
                        tuple(c if isinstance(c, str) else self._say(c) for c in row)
                        for row in exhibit["rows"][:_ROWS]
                    ),
                )
                if len(exhibit["rows"]) > _ROWS:
                    yield Paragraph(self._t("more"), "fine")
            case "chain":
                links = exhibit["links"][:_ROWS]
                rows = ((f"{k['offset']:06x}", k["code"], self._say(k["meaning"])) for k in links)
                yield Paragraph(caption, "fine")
                yield Grid(
                    (self._t("offset"), self._t("code"), self._t("meaning")),
                    tuple(rows),
                    (0.14, 0.4, 0.46),
                )
            case "bytes":
                text = " ".join(
                    exhibit["hex"][at : at + 2] for at in range(0, min(len(exhibit["hex"]), 512), 2)
                )
                yield Passage(f"{caption} ({exhibit['offset']:#x})", ((False, text),))
            case _:
                yield Figure(caption, exhibit)

    def _weights(self, item: Item) -> Iterator[Block]:
        for weight in item.opinions:
            low, high = weight["lr_bounds"]
            yield Paragraph(self._say(weight["words"]), "strong" if weight["flagged"] else "body")
            yield Facts(
                (
                    (self._t("h1"), self._say(weight["h1"])),
                    (self._t("h2"), self._say(weight["h2"])),
                    (self._t("bounds"), f"[{number(low)}, {number(high)}]"),
                    (self._t("why"), self._say(weight["why"])),
                )
            )
        for weight in item.root["weights"]:
            if not weight["opinion"]:
                text = f"{self._t('no_opinion')}: {self._say(weight['h1'])} — "
                yield Paragraph(text + self._say(weight["why"]), "fine")

    def _opinion(self) -> Iterator[Block]:
        yield Heading(self._t("s_opinion"))
        opinions = [(item, weight) for item in self._items for weight in item.opinions]
        opinions.sort(key=lambda one: (not one[1]["flagged"], one[0].number))
        flag = f" · {self._t('flagged')}"
        rows = tuple(
            (
                f"{item.number}",
                self._say(weight["h1"]),
                self._say(weight["words"]) + (flag if weight["flagged"] else ""),
            )
            for item, weight in opinions
        )
        if rows:
            yield Paragraph(self._t("opinion_text"))
            columns = ("#", self._t("h1"), self._t("weights"))
            yield Grid(columns, rows, (0.07, 0.4, 0.53))
        else:
            yield Paragraph(self._t("opinion_none"))
        yield Paragraph(self._t("decide"), "note")

    def _gaps(self) -> Iterator[Block]:
        yield Heading(self._t("gaps"))
        rows = gaps_of(self._items, self._language)
        if rows:
            columns = (self._t("item"), self._t("what"), self._t("why"))
            yield Grid(columns, tuple(rows), (0.32, 0.28, 0.4))
        else:
            yield Paragraph(self._t("gaps_none"))

    def _annexes(self) -> Iterator[Block]:
        frame = self._frame
        yield Heading(self._t("a_hashes"))
        yield Grid(
            ("#", self._t("item"), "SHA-256 / SM3"),
            tuple(
                (
                    str(item.number),
                    record["path"],
                    f"{record['sha256'] or '—'}\n{record['sm3'] or '—'}",
                )
                for item in self._items
                for record in item.records
            ),
            (0.07, 0.33, 0.6),
        )
        yield Heading(self._t("a_methods"))
        yield Grid(
            (self._t("by"), self._t("version"), self._t("state"), self._t("scale")),
            tuple(
                (
                    row["name"],
                    row["version"],
                    self._t("live") if row["state"] == "live" else self._say(row["note"]),
                    "\n".join(
                        f"{scale['signal']}@{scale['version']} {scale['sha256'][:16]}"
                        for scale in row["scales"]
                    )
                    or self._t("unweighed"),
                )
                for row in frame.detectors
            ),
            (0.28, 0.12, 0.18, 0.42),
        )
        yield Paragraph(f"{self._t('settings')} {frame.settings_digest}", "fine")
        yield Heading(self._t("a_custody"))
        if frame.custody is None:
            yield Paragraph(self._t("custody_none"))
            return
        yield Paragraph(self._t("custody_text"))
        problems = [self._say(problem) for problem in frame.custody["problems"]]
        verdict = "\n".join([self._t("verified_no"), *problems])
        yield Facts(
            (
                (self._t("entries"), str(frame.custody["entries"])),
                (self._t("head"), str(frame.custody["head"])),
                (self._t("key"), str(frame.custody["key_id"])),
                (self._t("verified"), verdict if problems else self._t("verified_yes")),
            )
        )
