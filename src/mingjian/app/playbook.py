"""Playbook use cases: the library and imported ones, checking, exporting, working through."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mingjian.app.access import Actor, require
from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.given_files import bytes_of, json_of
from mingjian.app.response_paper import form_of, letter
from mingjian.app.settings import Settings
from mingjian.domain.message import Language, Message
from mingjian.domain.record import Json
from mingjian.respond.document import Draft, ExerciseDocument
from mingjian.respond.letter import Value, slot_names
from mingjian.respond.playbook import Playbook, PlaybookRefused, library, names, problems, read
from mingjian.respond.playbook.cacao import LARGEST, canonical
from mingjian.respond.playbook.check import Problem
from mingjian.respond.playbook.run import AnswerRefused, Given, Run, document
from mingjian.respond.playbook.walk import NotWalkable

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _folder(settings: Settings) -> Path:
    return settings.home / "playbooks"


def load(path: Path) -> tuple[Playbook, bytes]:
    """A playbook file and its bytes."""
    data = bytes_of(path, LARGEST)
    try:
        return read(data), data
    except PlaybookRefused as refused:
        why = refused.why
        raise UsageError(Message(f"{path}：{why.zh}", f"{path}: {why.en}")) from None


def imported(settings: Settings) -> Iterator[Playbook]:
    """Playbooks people have imported, by file name."""
    folder = _folder(settings)
    if folder.is_dir():
        for path in sorted(folder.glob("*.json")):
            yield load(path)[0]


def every(settings: Settings) -> dict[str, Playbook]:
    """All playbooks by short name or id; the library first."""
    return {**library(), **{item.id: item for item in imported(settings)}}


def find(name: str, settings: Settings) -> Playbook:
    """A playbook by short name, id, or path to a file."""
    if name in library():
        return library()[name]
    known = every(settings)
    for item in known.values():
        if name in (item.id, item.key):
            return item
    if name.endswith(".json") or os.sep in name:
        return load(Path(name))[0]
    raise UsageError(
        Message(f"没有这个预案：{name[:80]}", f"no such playbook: {name[:80]}"),
        Message("用 mingjian playbook list 列出", "mingjian playbook list names them"),
    )


def check(playbook: Playbook, settings: Settings) -> list[Problem]:
    """Problems of a playbook, with the playbooks at hand known as callable."""
    return problems(playbook, frozenset(item.id for item in every(settings).values()))


def problem_json(problem: Problem) -> Json:
    return {
        "where": problem.where,
        "severity": problem.severity,
        "what": problem.what.as_json(),
    }


def import_(path: Path, settings: Settings, actor: Actor, *, anyway: bool = False) -> Json:
    """Keep a playbook, byte for byte. One with errors is refused with its problems, unless it
    is wanted `anyway`; it must have an id all the same, as that is what it is kept under."""
    require("playbook.import", actor)
    playbook, data = load(path)
    found = check(playbook, settings)
    errors = [item for item in found if item.severity == "error"]
    report: Json = {
        "id": playbook.id,
        "name": playbook.name.as_json(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "problems": [problem_json(item) for item in found],
        "kept": not errors or (anyway and names.kind_of(playbook.id) == "playbook"),
    }
    if report["kept"]:
        place = _folder(settings) / f"{names.uuid_of(playbook.id)}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{os.getpid()}")
        part.write_bytes(data)
        part.replace(place)
        if canonical(load(place)[0].raw) != canonical(playbook.raw):
            raise BrokenError(
                Message("存下的预案与来件不同", "what was kept differs from the file")
            )
    return report


def summary(playbook: Playbook) -> Json:
    """One line about a playbook."""
    steps = playbook.steps.values()
    return {
        "key": playbook.key,
        "id": playbook.id,
        "name": playbook.name.as_json(),
        "description": playbook.description.as_json(),
        "conducts": list(playbook.extension.get("conducts", ())),
        "steps": sum(1 for step in steps if step.get("type") not in ("start", "end")),
        "modified": str(playbook.raw.get("modified", "")),
    }


# ---- working through ----------------------------------------------------------------------


def begin(playbook: Playbook, answers: Sequence[Given] = ()) -> Run:
    """A run from its answers so far; refused if the playbook leads nowhere."""
    try:
        return Run(playbook, answers)
    except NotWalkable:
        raise UsageError(
            Message("该预案的步骤无法走通", "the steps of this playbook lead nowhere"),
            Message("用 mingjian playbook validate 查看", "see mingjian playbook validate"),
        ) from None
    except AnswerRefused as refused:
        raise UsageError(
            refused.why,
            Message(
                "记录与预案不符：预案可能已改动",
                "the log does not fit: the playbook may have changed",
            ),
        ) from None


def answer(run: Run, outcome: str, note: str, by: str, at: datetime | None = None) -> Given:
    """Answer what is asked now, in a person's name."""
    ask = run.current
    if ask is None:
        raise UsageError(Message("预案已经走完", "the playbook is over"))
    time = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    given = Given(
        step=ask.step_id, outcome=outcome, by=by, at=time.replace("+00:00", "Z"), note=note[:4000]
    )
    try:
        run.answer(given)
    except AnswerRefused as refused:
        raise UsageError(refused.why) from None
    except NotWalkable:
        raise UsageError(
            Message("该预案的步骤无法走通", "the steps of this playbook lead nowhere")
        ) from None
    return given


def read_values(path: Path) -> dict[str, Value]:
    """Case facts for the letters: slot -> text, or a list of texts."""
    value = json_of(path)
    if not isinstance(value, Mapping):
        raise UsageError(Message("案情应为 JSON 对象", "case facts must be a JSON object"))
    made: dict[str, Value] = {}
    for name, item in value.items():
        if name not in slot_names():
            raise UsageError(
                Message(f"未知的项目：{str(name)[:80]}", f"unknown item: {str(name)[:80]}"),
                Message(f"可用：{', '.join(slot_names())}", f"known: {', '.join(slot_names())}"),
            )
        if isinstance(item, list) and all(isinstance(one, str) for one in item):
            made[name] = tuple(item)
        elif isinstance(item, str | int | float) and not isinstance(item, bool):
            made[name] = str(item)
        else:
            raise UsageError(
                Message(f"{name} 应为文字或文字列表", f"{name} must be text or a list of texts")
            )
    return made


class LettersIn:
    """Letters of a run as files, numbered by step. What is there already is left as it is:
    a person may have gone on writing in it."""

    def __init__(self, path: Path, form: str = "txt") -> None:
        self.path = path / "letters"
        self.form = form_of(Path(f"letter.{form}"))

    def write(self, number: int, made: Draft | ExerciseDocument) -> list[Path]:
        mark = "EXERCISE-" if isinstance(made, ExerciseDocument) else ""
        paths = []
        for language in LANGUAGES:
            name = f"{mark}{number:02}-{made.letter.template}.{language}.{self.form}"
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                place.write_bytes(letter(made, language, self.form))
            paths.append(place)
        return paths


def head_of(playbook: Playbook) -> Json:
    """Which playbook, and which version of it, a run belongs to."""
    digest = hashlib.sha256(canonical(playbook.raw)).hexdigest()
    return {"playbook": playbook.id, "sha256": digest}


class Folder:
    """A run kept in a folder: `run.jsonl` with the answers, `letters/` with the drafts."""

    def __init__(self, path: Path, playbook: Playbook, form: str = "txt") -> None:
        self.path = path
        self._letters = LettersIn(path, form)
        self.log = path / "run.jsonl"
        self.head = head_of(playbook)

    def answers(self) -> list[Given]:
        """Answers kept so far; refused if they belong to another playbook or version."""
        if not self.log.exists():
            return []
        try:
            rows = [json.loads(row) for row in self.log.read_text("utf-8").splitlines()]
            if rows[0] != self.head:
                raise UsageError(
                    Message(
                        f"{self.log} 属于另一预案或另一版本",
                        f"{self.log} belongs to another playbook or version",
                    ),
                    Message("请换一个文件夹", "use another folder"),
                )
            return [Given(**row) for row in rows[1:]]
        except (ValueError, TypeError, IndexError, KeyError):
            raise BrokenError(
                Message(f"记录 {self.log} 已损坏", f"the log {self.log} is damaged"),
                Message("请移走该文件夹", "move the folder away"),
            ) from None

    @property
    def where(self) -> str:
        """What to tell a person about where it is kept."""
        return str(self.log)

    def keep(self, given: Given, run: Run) -> None:
        """Append an answer."""
        self.path.mkdir(parents=True, exist_ok=True)
        new = not self.log.exists()
        with self.log.open("a", encoding="utf-8") as file:
            if new:
                file.write(json.dumps(self.head) + "\n")
            file.write(json.dumps(given.as_json(), ensure_ascii=False) + "\n")

    def letters(self, run: Run, values: Mapping[str, Value]) -> list[Path]:
        """The draft that the step asked about now calls for, in both languages; kept once."""
        draft = document(run.current, values) if run.current is not None else None
        if draft is None:
            return []
        return self._letters.write(len(run.answers) + 1, draft)


def report(run: Run) -> Json:
    """A run as JSON: where it stands and every answer with the step's name."""
    steps = run.playbook.steps
    return {
        "playbook": summary(run.playbook),
        "state": run.state,
        "answers": [
            {**given.as_json(), "name": run.playbook.step_name(steps[given.step]).as_json()}
            for given in run.answers
        ],
        "next": None
        if run.current is None
        else {
            "step": run.current.step_id,
            "name": run.playbook.step_name(run.current.step).as_json(),
            "choices": list(run.current.choices),
        },
    }
