"""The store as commands use it: opened from the settings, its problems said in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import as_file
from pathlib import Path

from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.pipeline import Workbench, workbench
from mingjian.app.settings import Settings
from mingjian.casework.custody import Entry as CustodyEntry
from mingjian.casework.custody import ExportCheck, KeyProblem, Problem, verify_export
from mingjian.casework.custody.entry import Action, NotAnEntry
from mingjian.detect.catalogue import Entry, installed_detectors
from mingjian.domain.message import Message
from mingjian.intake.content import FileContent
from mingjian.intake.digest import digests
from mingjian.store.chain import stored_lines
from mingjian.store.database import Database, StoreProblem
from mingjian.store.store import Store, open_store
from mingjian.store.vault import Vault
from mingjian.store.work import RecordRow
from mingjian.weigh.scale import ScaleError


def known_case(store: Store, case: str) -> str:
    """The case's name, or a `UsageError` that lists those there are."""
    cases = list(store.cases())
    if case not in cases:
        listed = ", ".join(cases) or "—"
        raise UsageError(
            Message(f"没有案件“{case}”", f"there is no case “{case}”"),
            Message(f"现有案件：{listed}", f"cases: {listed}"),
        )
    return case


@contextmanager
def _said_in_words(home: Path) -> Iterator[None]:
    """What keeps a store from being opened, as errors a person can put right."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except (StoreProblem, KeyProblem) as problem:
        raise BrokenError(problem.what) from None
    except ModuleNotFoundError as missing:
        raise UsageError(
            Message(
                f"使用该数据库需要软件包 {missing.name}",
                f"this database needs the package {missing.name}",
            ),
            Message("请安装 mingjian[server]", "install mingjian[server]"),
        ) from None
    except OSError as error:
        raise BrokenError(
            Message(
                f"无法使用 {home}：{error.strerror}", f"{home} cannot be used: {error.strerror}"
            ),
            Message("请用 MINGJIAN_HOME 另选文件夹", "choose another folder with MINGJIAN_HOME"),
        ) from None


def make_home(settings: Settings) -> None:
    """The folder of this installation, for its owner alone."""
    with _said_in_words(settings.home):
        pass


def opened_database(settings: Settings) -> Database:
    """The database alone, made on first use, for what is no evidence: the accounts."""
    with _said_in_words(settings.home):
        return Database(settings.database_url)


@contextmanager
def opened_store(settings: Settings, *, must_exist: bool = False) -> Iterator[Store]:
    """The store of this installation; made on first use unless it `must_exist`."""
    home = settings.home
    file = home / "mingjian.sqlite3"
    if must_exist and settings.database is None and not file.exists():
        raise UsageError(
            Message(f"{home} 中还没有任何记录", f"there is nothing in {home} yet"),
            Message(
                "请先运行 mingjian examine，或用 MINGJIAN_HOME 指明位置",
                "run mingjian examine first, or name the place with MINGJIAN_HOME",
            ),
        )
    with _said_in_words(home):
        store = open_store(
            settings.database_url, home / "vault", key_dir=home, actor=settings.actor
        )
    with store:
        try:
            yield store
        except (StoreProblem, KeyProblem) as problem:
            raise BrokenError(problem.what) from None


@contextmanager
def store_on(database: Database, settings: Settings) -> Iterator[Store]:
    """The store on a database that stays open: opening one takes longer than most questions."""
    home = settings.home
    try:
        yield Store(database, Vault(home / "vault"), home, settings.actor)
    except (StoreProblem, KeyProblem) as problem:
        raise BrokenError(problem.what) from None


def ready_workbench(settings: Settings) -> Workbench:
    """The workbench, or a clear error naming the scale file that is damaged."""
    try:
        return workbench(settings.examination_options())
    except ScaleError as error:
        raise BrokenError(
            Message(f"标度文件已损坏：{error}", f"a scale file is damaged: {error}"),
            Message("请重新安装该检测器的软件包", "reinstall the package of that detector"),
        ) from None


def scale_name(detector: str, file_name: str) -> str:
    """How a scale is called in custody: the folder's detector kind and the file."""
    return f"{detector.partition('.')[0]}/{file_name}"


def scale_files(entries: Iterable[Entry]) -> dict[str, Path]:
    """The scale files of detectors by the name custody binds them under; none is read."""
    found: dict[str, Path] = {}
    for entry in entries:
        for file in entry.scale_files():
            with as_file(file) as path:
                found[scale_name(entry.name, file.name)] = path
    return found


def versions(bench: Workbench) -> Mapping[str, object]:
    """What a run binds into custody: program, detectors as they were (live or why not, on which
    scales) and scale files with their digests."""
    import hashlib

    from mingjian import __version__
    from mingjian.app.inspection import bound_rows

    return {
        "program": __version__,
        "detectors": bound_rows(bench),
        "scales": {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in sorted(scale_files(bench.entries).items())
        },
    }


def installed_scale_files(settings: Settings) -> dict[str, Path]:
    """Scale files found without reading them, so that a damaged one can be named."""
    return scale_files(installed_detectors(settings.detectors, settings.disabled_detectors))


def verify_store(settings: Settings) -> Iterator[Problem]:
    """Check evidence, entries, records and scales of this installation against custody."""
    with opened_store(settings, must_exist=True) as store:
        yield from store.verify(installed_scale_files(settings))
        # What cannot be read here has been named above.
        with suppress(StoreProblem, UnicodeDecodeError):
            for case in store.cases():
                for row in stored_lines(store.database, store.case_id(case)):
                    if row.action in (Action.TABLE_TAKEN_IN, Action.TABLE_EXAMINED):
                        with suppress(NotAnEntry):
                            yield from _table_problems(case, CustodyEntry.parse(bytes(row.line)))


def _table_problems(case: str, entry: CustodyEntry) -> Iterator[Problem]:
    """A table, or the output made from it, that still lies where it was and has changed.

    Tables are not copied into the vault; one that was moved away cannot be checked here.
    """
    stated = entry.subject
    if entry.action == Action.TABLE_EXAMINED:
        stated = str(entry.details.get("out_sha256"))
    path = Path(str(entry.details.get("path")))
    if path.is_file() and digests(FileContent(path))[0] != stated:
        yield Problem(
            f"{path}",
            Message(
                f"文件已改动：与案件“{case}”条目 #{entry.seq} 所载的散列值不符。",
                f"The file has changed: it does not match the hash in entry #{entry.seq} of "
                f"case “{case}”.",
            ),
        )


def verify_file(path: Path, expected_keys: frozenset[str] | None) -> ExportCheck:
    """Check an exported custody file; needs no store."""
    if not path.is_file():
        raise UsageError(
            Message(f"没有这个文件：{path}", f"no such file: {path}"),
            Message(
                "请给出 mingjian custody export 写出的文件",
                "name a file written by mingjian custody export",
            ),
        )
    return verify_export(path, expected_keys)


def evidence_records(settings: Settings, prefix: str) -> list[RecordRow]:
    """All records about the one evidence whose SHA-256 starts with `prefix`."""
    if len(prefix) < 4 or any(char not in "0123456789abcdef" for char in prefix.lower()):
        raise UsageError(
            Message("请给出 SHA-256 的前至少 4 位", "give at least 4 digits of a SHA-256"),
            Message("哈希见报告与 JSON 输出", "hashes are in the report and in the JSON output"),
        )
    with opened_store(settings, must_exist=True) as store:
        found = store.find_evidence(prefix)
        if not found:
            raise UsageError(
                Message(f"没有以 {prefix} 开头的证据", f"no evidence starts with {prefix}"),
                Message("请核对哈希和案件所在位置", "check the hash, and the home folder"),
            )
        if len(found) > 1:
            listed = "\n".join(row.sha256 for row in found)
            raise UsageError(
                Message(f"{prefix} 不唯一", f"{prefix} is not unique"),
                Message(f"请从中选一：\n{listed}", f"choose one of:\n{listed}"),
            )
        return store.records_of(found[0].sha256)
