"""The use case behind `mingjian examine PATH...` and `mingjian.examine`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mingjian.app.cases import takes_evidence
from mingjian.app.collect import check_roots, collect
from mingjian.app.errors import BrokenError
from mingjian.app.keeping import make_home, opened_store, ready_workbench, versions
from mingjian.app.pipeline import Workbench
from mingjian.app.settings import Settings
from mingjian.casework.case.item_line import ItemLine, item_line
from mingjian.casework.custody import Draft
from mingjian.casework.custody.entry import Action, this_second
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.run.executor import RunBroken, Standby, execute, owner_name
from mingjian.run.sandbox import SandboxBroken
from mingjian.run.task import Task
from mingjian.run.worker import work as work_on
from mingjian.store.database import StoreProblem
from mingjian.store.store import Store
from mingjian.store.work import Item, Progress

FUNCTION = "mingjian.app.pipeline:examine_item"
PREPARE = "mingjian.app.pipeline:prepare"
Told = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A finished run. Its records stay in the store and are read again when asked for."""

    settings: Settings
    bench: Workbench
    case: str
    run: int
    asked: tuple[str, ...]
    started: str
    finished: str
    resumed: bool
    lines: tuple[ItemLine, ...]
    """Items, those worth a look first."""

    def records(self) -> Iterator[Json]:
        """Every evidence record, items in order, each followed by its parts."""
        with opened_store(self.settings) as store:
            for row in store.results(self.run):
                yield row.record

    def custody(self) -> Json:
        """Where the case's chain stands, and what a check of its entries found."""
        from mingjian.app.reports import custody_extract

        with opened_store(self.settings) as store:
            return custody_extract(store, self.case)

    def detectors(self) -> list[Json]:
        """Every installed detector: live or not, with the scales it was weighed on."""
        from mingjian.app.inspection import bound_rows

        return bound_rows(self.bench)

    def head_json(self) -> Json:
        """The examination without its evidence."""
        from mingjian import __version__

        return {
            "format": "mingjian.examination/1",
            "version": __version__,
            "case": self.case,
            "run": self.run,
            "examiner": self.settings.actor,
            "asked": list(self.asked),
            "started": self.started,
            "finished": self.finished,
            "settings_digest": self.settings.digest(),
            "detectors": self.detectors(),
            "custody": self.custody(),
        }

    def as_json(self) -> Json:
        """The whole examination (docs/reference/examination.schema.json)."""
        return {**self.head_json(), "evidence": list(self.records())}

    def write_json(self, stream: IO[str] | None = None) -> None:
        """The same, written record by record."""
        to = stream or sys.stdout
        head = json.dumps(self.head_json(), ensure_ascii=False)
        to.write(head[:-1] + ', "evidence": [\n')
        for number, record in enumerate(self.records()):
            to.write((",\n" if number else "") + json.dumps(record, ensure_ascii=False))
        to.write("\n]}\n")

    def report(self, language: Language) -> str:
        """The HTML report; custody notes that it was made."""
        import hashlib

        from mingjian.casework.report.build import build_report, frame_of

        page = build_report(self.records(), frame_of(self.head_json(), language))
        digest = hashlib.sha256(page.encode()).hexdigest()
        with opened_store(self.settings) as store:
            details = {"run": self.run, "language": language, "report_sha256": digest}
            store.append(self.case, [Draft(Action.REPORTED, details=details)])
        return page

    def meets(self, condition: str) -> bool:
        """Whether `--fail-on flagged|found|gap` is met."""
        if condition == "gap":
            return any(line.gaps for line in self.lines)
        wanted = {"flagged": ("flagged",), "found": ("flagged", "found")}[condition]
        return any(line.state in wanted for line in self.lines)

    def closing_lines(self, report: Path | None) -> list[Message]:
        """What to tell the examiner below the table."""
        gaps = sum(line.gaps for line in self.lines)
        lines = []
        if self.resumed:
            lines.append(
                Message("接续了上次未完成的检验。", "An unfinished examination was taken up again.")
            )
        lines.append(
            Message(
                f"{len(self.lines)} 项材料，{gaps} 处未检验（原因见报告）。",
                f"items: {len(self.lines)}; places not examined: {gaps} (the report says why).",
            )
        )
        lacking = ", ".join(entry.name for entry in self.bench.entries if entry.unavailable)
        if lacking:
            lines.append(
                Message(
                    f"本机不可用的检测器：{lacking}（原因见 mingjian doctor）。",
                    f"Detectors not to be had here: {lacking} (mingjian doctor says why).",
                )
            )
        if report is not None:
            lines.append(Message(f"报告：{report}", f"Report: {report}"))
        lines.append(
            Message(
                f"案件“{self.case}”，保管链：mingjian custody verify",
                f"Case “{self.case}”; custody: mingjian custody verify",
            )
        )
        return lines


def _shown_name(path: str, roots: Sequence[str]) -> str:
    """A path below the root that was named, starting with that root's own name."""
    for root in roots:
        if path == root:
            return os.path.basename(path)
        if path.startswith(root.rstrip(os.sep) + os.sep):
            return os.path.relpath(path, os.path.dirname(root.rstrip(os.sep)))
    return path


def _items(roots: Sequence[str], declared: str | None) -> Iterator[Item]:
    for found in collect(roots):
        yield Item(
            path=found.path,
            name=_shown_name(found.path, roots),
            size=found.size,
            mtime=found.mtime_ns / 1e9,
            declared=declared,
        )


def _task(settings: Settings, run: int, boards: Path | None = None) -> Task:
    return Task(
        database_url=settings.database_url,
        vault_dir=str(settings.home / "vault"),
        key_dir=str(settings.home),
        actor=settings.actor,
        run=run,
        function=FUNCTION,
        options=settings.examination_options(),
        prepare=PREPARE,
        limits=settings.limits.model_dump(),
        vault=settings.vault,
        workers=settings.workers,
        boards=str(boards) if boards else None,
    )


def lines_of(store: Store, run: int) -> tuple[ItemLine, ...]:
    """A line for each item of a run that has a result, in their order."""
    lines: list[ItemLine] = []
    group: list[Json] = []
    for record in (row.record for row in store.results(run)):
        if record["parent"] is None and group:
            lines.append(item_line(group))
            group = []
        group.append(record)
    if group:
        lines.append(item_line(group))
    return tuple(sorted(lines, key=lambda line: line.order))


def examine_paths(
    paths: Sequence[Path],
    settings: Settings,
    *,
    case: str = "unfiled",
    declared: str | None = None,
    told: Told | None = None,
    began: Callable[[int], None] | None = None,
    boards: Path | None = None,
) -> Examined:
    """Examine files and folders; an unfinished run of the same request is taken up again.

    `told` hears how many items are done, of how many; `began` hears the number of the run. In
    the folder `boards` its workers let others watch what they are doing.
    """
    roots = check_roots(paths)
    make_home(settings)

    def report(progress: Progress) -> None:
        if told is not None:
            told(progress.done + progress.failed, progress.items)

    # The first worker loads its detectors while this process loads its own.
    with Standby(_task(settings, 0, boards)) as standby:
        bench = ready_workbench(settings)
        started = this_second()
        with opened_store(settings) as store:
            takes_evidence(store, case)
            run = store.create_or_resume_run(
                case, roots, settings.digest(), _items(roots, declared), versions(bench)
            )
        if began is not None:
            began(run.id)
        try:
            execute(_task(settings, run.id, boards), report, standby)
        except (RunBroken, SandboxBroken, StoreProblem) as broken:
            raise BrokenError(broken.what) from None
    with opened_store(settings) as store:
        lines = lines_of(store, run.id)
    return Examined(
        settings=settings,
        bench=bench,
        case=case,
        run=run.id,
        asked=tuple(str(path) for path in paths),
        started=started,
        finished=this_second(),
        resumed=run.resumed,
        lines=lines,
    )


def work(settings: Settings, run: int | None) -> int:
    """Take part in open runs of a shared store until none is left; how many it took part in."""
    with opened_store(settings) as store:
        runs = [one for one in store.runs(state="open") if run in (None, one.id)]
    done = 0
    for one in runs:
        try:
            work_on(_task(settings, one.id), owner_name())
        except (SandboxBroken, StoreProblem) as broken:
            raise BrokenError(broken.what) from None
        done += 1
    return done
