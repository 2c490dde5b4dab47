"""Reports on a case, made on the spot and sent as a file; each is entered into custody."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from mingjian.app import desk, reports
from mingjian.app.errors import UsageError
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.store.store import Store
from mingjian.web.page import Asked, Page, of_case
from mingjian.web.session import Deed, Given, Sent
from mingjian.web.typed import language

KINDS: dict[str, tuple[Message, tuple[str, ...]]] = {
    "case": (Message("案卷", "Case file"), ("pdf", "docx", "html")),
    "examiner": (Message("检验报告", "Examiner's report"), ("pdf", "docx", "html", "json", "case")),
    "custody": (Message("保管链", "Chain of custody"), ("jsonl",)),
}
"""What can be had, and in which formats."""
FORMATS = {
    "pdf": Message("PDF（定稿、签名）", "PDF (to sign and file)"),
    "docx": Message("DOCX（可编辑）", "DOCX (to edit)"),
    "html": Message("HTML（浏览器）", "HTML (browser)"),
    "json": Message("JSON（全部数据）", "JSON (all data)"),
    "case": Message("CASE/UCO JSON-LD（供其他工具）", "CASE/UCO JSON-LD (other tools)"),
    "jsonl": Message("可独立核验的文件", "a file that verifies by itself"),
}
SUFFIXES = {"case": "jsonld"}


def report_page(asked: Asked) -> Json:
    def more(store: Store, case: str) -> Json:
        return {
            "kinds": [
                {"id": kind, "name": name.as_json(), "formats": list(formats)}
                for kind, (name, formats) in KINDS.items()
            ],
            "formats": {name: words.as_json() for name, words in FORMATS.items()},
            "runs": [{"id": run.id, "items": run.items} for run in store.runs(case)],
            "made": _made(store, case),
        }

    return of_case(asked, more)


def _made(store: Store, case: str) -> list[Json]:
    """Reports that were made before, newest first, with the hash each left in custody."""
    rows: list[Json] = []
    for entry in store.milestones(case):
        details: Any = entry.details
        if entry.action == "reported":
            rows.append(
                {
                    "at": entry.time,
                    "by": entry.actor,
                    "kind": "case" if details.get("report") == "case_file" else "examiner",
                    "format": str(details.get("form")),
                    "language": str(details.get("language")),
                    "sha256": str(details.get("report_sha256")),
                }
            )
    return rows[::-1][:20]


def _make(asked: Asked, given: Given) -> Sent:
    case, kind, form = asked["name"], given["kind"], given["format"]
    if kind not in KINDS or form not in KINDS[kind][1]:
        raise UsageError(
            Message("这种报告没有这个格式", "this report cannot be had in this format"),
            Message("请另选格式", "choose another format"),
        )
    with asked.store() as store:
        desk.known(store, case)
    chosen = language(given)
    data = _data(asked, case, kind, form, chosen, given.number("run"))
    return Sent(f"{case}-{kind}.{chosen}.{SUFFIXES.get(form, form)}", data)


def _data(asked: Asked, case: str, kind: str, form: str, said: Language, run: int | None) -> bytes:
    if kind == "custody":
        with TemporaryDirectory() as folder, asked.store() as store:
            path = Path(folder) / "custody.jsonl"
            store.export_custody(case, path)
            return path.read_bytes()
    made = cast(reports.Form, form)
    if kind == "examiner":
        return reports.examiner_file(asked.settings, case, run, made, said)
    return reports.case_file(asked.settings, asked.actor, case, made, said)


REPORT = Page(
    name="report",
    area="desk",
    title=Message("报告", "Reports"),
    make=report_page,
    takes=("name",),
    deeds=(
        Deed(
            name="make",
            does=Message("出具报告并下载", "make a report and download it"),
            action="case.read",
            do=_make,
            takes=("kind", "format", "language", "run"),
        ),
    ),
)
