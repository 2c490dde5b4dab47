"""Reports on what a case holds: made again at any time from what was stored, in any language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from mingjian.app import case_law, case_views, incident_case
from mingjian.app.access import ROLE_NAMES, Actor, require
from mingjian.app.errors import UsageError
from mingjian.app.keeping import known_case, opened_store
from mingjian.app.settings import Settings
from mingjian.casework.case.state import body_of
from mingjian.casework.custody import Draft, verify_entries
from mingjian.casework.custody.entry import Action, Entry, NotAnEntry, this_second
from mingjian.casework.document.blocks import Document
from mingjian.casework.report.build import ReportFrame, build_report, frame_of
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.store.store import Store

Form = Literal["html", "pdf", "docx", "json", "case"]
FORMS: tuple[Form, ...] = ("html", "pdf", "docx", "json", "case")
ALTERED = Message(
    "保管链中有条目已被改动，其后的条目未核验；请运行 mingjian custody verify。",
    "An entry of the chain was altered, so those after it were not checked; "
    "run mingjian custody verify.",
)


@dataclass(frozen=True, slots=True)
class _StoredRun:
    """A finished run as its case's custody tells it."""

    number: int
    started: Entry
    ended: str

    @property
    def details(self) -> Any:
        return self.started.details


def examination_page(settings: Settings, case: str, run: int | None, language: Language) -> str:
    """The page that `examine --report` writes, of a stored run; custody notes that it was made.

    Raises:
        UsageError: no such case or run.
    """
    with opened_store(settings, must_exist=True) as store:
        found = _run(store, known_case(store, case), run)
        page = build_report(_records(store, found), _frame(store, case, found, language))
        _note(store, case, {"run": found.number}, language, "html", page.encode())
    return page


def examiner_file(
    settings: Settings, case: str, run: int | None, form: Form, language: Language
) -> bytes:
    """The examiner's report of a stored run; custody notes that it was made, and its hash.

    Raises:
        UsageError: no such case or run, or what a form needs is not installed here.
    """
    from mingjian.casework.report.examiner import examiner_report

    with opened_store(settings, must_exist=True) as store:
        found = _run(store, known_case(store, case), run)
        if form == "case":
            data = _case_graph(store, case, found)
        else:
            records = _records(store, found)
            if form == "json":
                whole = _head(store, case, found) | {"evidence": list(records)}
                data = (json.dumps(whole, ensure_ascii=False) + "\n").encode()
            else:
                frame = _frame(store, case, found, language)
                data = written(examiner_report(records, frame, this_second()), form)
        _note(store, case, {"run": found.number}, language, form, data)
    return data


def case_file(settings: Settings, actor: Actor, case: str, form: Form, language: Language) -> bytes:
    """The case file in the form asked for; custody notes that it was made, and its hash.

    Raises:
        UsageError: no such case, or what a form needs is not installed here.
        NotAllowed: the role may not read cases.
    """
    from mingjian import __version__
    from mingjian.casework.report.case_file import CaseFrame
    from mingjian.casework.report.case_file import case_file as as_document

    require("case.read", actor)
    with opened_store(settings, must_exist=True) as store:
        known_case(store, case)
        frame = CaseFrame(
            case=case,
            version=__version__,
            language=language,
            view=case_views.show(store, actor, case).as_json(),
            conducts=case_law.conducts(store, actor, case),
            law=case_law.case_law(store, actor, case),
            duties=case_law.case_duties(store, actor, case),
            incident=_incident(store, actor, case),
            letters=_letters(store, case),
            history=[line.as_json() for line in case_views.history(store, actor, case)],
            timeline=[one.as_json() for one in case_views.case_timeline(store, actor, case)],
            custody=custody_extract(store, case),
            roles=ROLE_NAMES,
        )
        data = written(as_document(frame, this_second()), form)
        _note(store, case, {"report": "case_file"}, language, form, data)
    return data


def _incident(store: Store, actor: Actor, case: str) -> Json | None:
    state = incident_case.stored(store, actor, case)
    return incident_case.view(state) if state.revision else None


def _letters(store: Store, case: str) -> list[Json]:
    """Letters that steps of playbooks drafted in this case, with their titles."""
    from mingjian.respond.letter import templates

    known = templates()
    return [
        letter | {"title": known[str(letter["template"])].title.as_json()}
        for state in store.states(case)
        if state.aspect.startswith("playbook:")
        for letter in cast(dict[str, Json], state.body.get("letters", {})).values()
    ]


def written(document: Document, form: Form) -> bytes:
    """A document in the form asked for.

    Raises:
        UsageError: the form needs a package or a font that is not here, with how to get it.
    """
    if form == "html":
        from mingjian.casework.document.html import html

        return html(document).encode()
    try:
        if form == "docx":
            from mingjian.casework.document.docx import docx

            return docx(document)
        from mingjian.casework.document.pdf import pdf
        from mingjian.casework.drawing.fonts import chinese_font

        font = chinese_font()
        if font is None:
            raise UsageError(
                Message(
                    "本机没有可嵌入 PDF 的中文字体",
                    "this machine has no Chinese font to embed in a PDF",
                ),
                Message(
                    "请安装字体（Debian：apt-get install fonts-noto-cjk），"
                    "或改用 --format html 后用浏览器打印",
                    "install one (Debian: apt-get install fonts-noto-cjk), or use "
                    "--format html and print it from a browser",
                ),
            )
        return pdf(document, font)
    except ModuleNotFoundError as missing:
        raise UsageError(
            Message(
                f"写出 {form} 需要软件包 {missing.name}",
                f"writing {form} needs the package {missing.name}",
            ),
            Message(
                "请安装 mingjian[documents]，或改用 --format html",
                "install mingjian[documents], or use --format html",
            ),
        ) from None


def _run(store: Store, case: str, number: int | None) -> _StoredRun:
    """The run asked for, or the case's latest."""
    started: Entry | None = None
    ended = ""
    for entry in store.entries(case):
        if entry.action == Action.RUN_STARTED:
            if number is None or entry.details.get("run") == number:
                started, ended = entry, entry.time
            elif started is not None:
                break
        elif started is not None and entry.action in (
            Action.TAKEN_IN,
            Action.EXAMINED,
            Action.REFUSED,
        ):
            ended = entry.time
    if started is None:
        homes = sorted({home for home, _, _ in store.item_places(case)} - {case})
        if homes and number is None:
            raise UsageError(
                Message(
                    f"案件“{case}”的材料是在案件“{'”“'.join(homes)}”中检验的",
                    f"what case “{case}” holds was examined in case “{'”, “'.join(homes)}”",
                ),
                Message(
                    f"请用 --case {homes[0]}（报告含那次检验的全部材料）；"
                    "本案的案卷仍列出这些材料（report case）",
                    f"use --case {homes[0]} (its report holds all that was examined there); the "
                    "case file lists these items all the same (report case)",
                ),
            )
        raise UsageError(
            Message(
                f"案件“{case}”没有检验" + (f" #{number}" if number is not None else ""),
                f"case “{case}” has no examination" + (f" #{number}" if number is not None else ""),
            ),
            Message(
                f"请先运行 mingjian examine … --case {case}",
                f"run mingjian examine … --case {case} first",
            ),
        )
    return _StoredRun(int(str(started.details["run"])), started, ended)


def _head(store: Store, case: str, found: _StoredRun) -> Json:
    """The head of the examination's JSON form, as custody tells it."""
    versions = found.details["versions"]
    return {
        "format": "mingjian.examination/1",
        "version": versions["program"],
        "case": case,
        "run": found.number,
        "examiner": found.started.actor,
        "asked": found.details["roots"],
        "started": found.started.time,
        "finished": found.ended,
        "settings_digest": found.details["settings_digest"],
        "detectors": versions["detectors"],
        "custody": custody_extract(store, case),
    }


def _frame(store: Store, case: str, found: _StoredRun, language: Language) -> ReportFrame:
    given = body_of(case, store.state(case).body)["given"]
    return frame_of(_head(store, case, found), language, given)


def _records(store: Store, found: _StoredRun) -> Iterator[Json]:
    return (row.record for row in store.results(found.number))


def custody_extract(store: Store, case: str) -> Json:
    """Where a case's chain stands, and what a check of its entries found."""
    head = store.head(case)
    problems: list[Message] = []
    try:
        problems += [one.what for one in verify_entries(store.entries(case), store.public_keys())]
    except NotAnEntry:
        problems.append(ALTERED)
    return {
        "entries": head.seq,
        "head": head.hash,
        "key_id": store.key.id,
        "problems": [what.as_json() for what in problems],
    }


def _case_graph(store: Store, case: str, found: _StoredRun) -> bytes:
    from mingjian.exchange.case_uco import case_graph

    records = _records(store, found)
    return case_graph(case, records, store.entries(case), str(found.details["versions"]["program"]))


def _note(store: Store, case: str, about: Json, language: Language, form: str, data: bytes) -> None:
    details = {
        **about,
        "language": language,
        "form": form,
        "report_sha256": hashlib.sha256(data).hexdigest(),
    }
    store.append(case, [Draft(Action.REPORTED, details=details)])
