"""What was handed in at the desk is examined by a process of its own, which outlives the server.

The process holds a lock on the upload's folder while it works, so that whoever looks knows whether
it still does; killed at any moment, it is started again when the server starts and the run goes on
where it was. Started as ``python -P -m mingjian.app.incoming_run`` with JSON on standard input.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mingjian.app.access import Actor, require
from mingjian.app.errors import MingjianError, UsageError
from mingjian.app.incoming import (
    Asked,
    all_folders,
    asked_of,
    folder_of,
    incoming_folder,
    is_held,
    read_json,
    write_json,
)
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.domain.record import Json

if TYPE_CHECKING:
    from mingjian.casework.case.item_line import ItemLine

AT_ONCE = 2
"""Uploads examined at a time; the others wait."""
TOLD_SECONDS = 0.4
TALLIED = 2_000
"""A run with more items than this shows how many are done, and no row for each detector."""
KEPT_SECONDS = 30 * 86400.0
"""The note of a finished upload stays so long; the evidence is in the case by then."""
START_SECONDS = 10.0
"""A process that was started has taken its lock by then."""
ENDED = ("done", "failed", "stopped")


# ---- the server's side ------------------------------------------------------------------------


class Examinations:
    """The examining processes that one running server has started."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._running: list[subprocess.Popen[bytes]] = []

    def take_up(self) -> None:
        """At the start: drop what was cut off while arriving, go on with what was not finished."""
        place = incoming_folder(self.settings)
        if not place.is_dir():
            return
        for folder in place.iterdir():
            if folder.is_dir() and asked_of(folder) is None and not is_held(folder):
                shutil.rmtree(folder, ignore_errors=True)
        for folder in all_folders(self.settings):
            state = read_json(folder / "state.json").get("state", "waiting")
            if state not in ENDED:
                self.start(folder.name)
            elif time.time() - folder.stat().st_mtime > KEPT_SECONDS and state == "done":
                shutil.rmtree(folder, ignore_errors=True)

    def start(self, identity: str) -> None:
        """Examine an upload, unless a process is at it already."""
        self._running = [one for one in self._running if one.poll() is None]
        folder = folder_of(self.settings, identity)
        if is_held(folder):
            return
        write_json(folder / "state.json", {"state": "waiting"})
        process = subprocess.Popen(
            # -P: never import from the current folder, which may be the evidence.
            [sys.executable, "-P", "-m", "mingjian.app.incoming_run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        given = {"settings": self.settings.model_dump(mode="json"), "folder": str(folder)}
        # Not as an argument: the database's address may hold a password.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(given).encode("ascii") + b"\n")
            process.stdin.close()
        self._running.append(process)

    def again(self, actor: Actor, identity: str) -> None:
        """Go on with what was stopped or failed."""
        require("case.examine", actor)
        folder = folder_of(self.settings, identity)
        if view(folder)["state"] not in ("failed", "stopped"):
            raise UsageError(Message("这次检验没有停下", "this examination has not stopped"))
        self.start(identity)

    def stop(self, actor: Actor, identity: str) -> None:
        """Stop; what was examined stays, and it can be gone on with."""
        require("case.examine", actor)
        folder = folder_of(self.settings, identity)
        if view(folder)["state"] in ENDED:
            raise UsageError(Message("这次检验已结束", "this examination is over already"))
        (folder / "stop").touch()
        pid = read_json(folder / "state.json").get("pid")
        if is_held(folder) and isinstance(pid, int):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
            until = time.monotonic() + 15.0
            while is_held(folder) and time.monotonic() < until:
                time.sleep(0.05)
        if not is_held(folder):
            reached = read_json(folder / "state.json")
            if reached.get("state") not in ENDED:  # it may have come to its end meanwhile
                write_json(folder / "state.json", {**reached, "state": "stopped"})
            (folder / "stop").unlink(missing_ok=True)

    def close(self) -> None:
        """The server ends: so do they, and go on when it starts again."""
        for process in self._running:
            if process.poll() is None:
                process.terminate()
        for process in self._running:
            try:
                process.wait(15.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _age(folder: Path) -> float:
    try:
        return time.time() - (folder / "state.json").stat().st_mtime
    except OSError:
        return 0.0


def view(folder: Path) -> Json:
    """How far an upload's examination is, for a page."""
    asked = asked_of(folder)
    assert asked is not None
    state = read_json(folder / "state.json")
    reached = state.get("state", "waiting")
    if reached not in ENDED and not is_held(folder) and _age(folder) > START_SECONDS:
        reached = "stopped"  # its process was killed, and no server has taken it up yet
    return {
        "id": asked.id,
        "case": asked.case,
        "by": asked.by,
        "at": asked.at,
        "files": asked.files,
        "size": asked.size,
        "renamed": [list(pair) for pair in asked.renamed],
        "state": reached,
        "why": state.get("why"),
        "run": state.get("run"),
        "items": state.get("items", 0),
        "done": state.get("done", 0),
        "now": state.get("now", []),
        "detectors": state.get("detectors", []),
        "outcome": state.get("outcome"),
        "first": state.get("first"),
    }


# ---- the process itself ------------------------------------------------------------------------


class _Stopped(BaseException):
    """Asked to end."""


def _stop(number: int, frame: object) -> None:
    raise _Stopped


def _locked(path: Path) -> IO[bytes] | None:
    """The file with its lock, which lasts until it is closed; None where another has it."""
    file = open(path, "ab")  # noqa: SIM115 - it stays open on purpose
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _slot(place: Path) -> IO[bytes]:
    """One of the places for an examination, as soon as one is free."""
    while True:
        for number in range(AT_ONCE):
            if (file := _locked(place / f"slot-{number}")) is not None:
                return file
        time.sleep(0.3)


def main() -> int:
    """Examine one upload and keep its state for whoever looks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    given = json.loads(sys.stdin.buffer.readline())
    folder = Path(given["folder"])
    asked = asked_of(folder)
    if asked is None:
        return 2
    settings = Settings(**given["settings"]).model_copy(
        update={"actor": asked.by, "role": asked.role}
    )
    until = time.monotonic() + 3.0
    while (lock := _locked(folder / "lock")) is None:
        if time.monotonic() > until:
            return 0  # another process is at it, not just looking whether one is
        time.sleep(0.05)
    with lock:
        state = _State(folder)
        try:
            with _slot(folder.parent):
                _examine(folder, asked, settings, state)
        except _Stopped:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            # Stopped by a person, or the server ends and takes it up again at its next start.
            by_person = (folder / "stop").exists()
            (folder / "stop").unlink(missing_ok=True)
            lines = _all_lines(settings, state)
            if lines is None:
                state.say(state="stopped" if by_person else "waiting", now=[])
            else:
                _finish(folder, asked, settings, state, lines)
        except MingjianError as error:
            then = error.next_step.as_json() if error.next_step else None
            state.say(state="failed", why={"what": error.what.as_json(), "next": then}, now=[])
        except Exception as error:
            what = Message(
                f"检验中断（{type(error).__name__}）",
                f"the examination broke ({type(error).__name__})",
            )
            state.say(state="failed", why={"what": what.as_json(), "next": None}, now=[])
    return 0


class _State:
    """`state.json` of one upload."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "state.json"
        self._now: dict[str, Any] = {"state": "waiting", "pid": os.getpid()}
        self.say()

    @property
    def run(self) -> int:
        """The number of the run; 0 before it has one."""
        return int(self._now.get("run", 0))

    def say(self, **more: object) -> None:
        self._now |= more
        write_json(self._path, self._now)


def _examine(folder: Path, asked: Asked, settings: Settings, state: _State) -> None:
    from mingjian.app.examine import examine_paths
    from mingjian.app.keeping import opened_store
    from mingjian.run.board import watched

    boards = folder / "boards"
    shutil.rmtree(boards, ignore_errors=True)
    boards.mkdir(mode=0o700)
    place = folder / f"upload-{asked.id[:6]}"
    state.say(state="running")
    with opened_store(settings) as store:
        tally = _Tally(store)

        def began(run: int) -> None:
            tally.run = run
            state.say(run=run)

        last = 0.0

        def told(done: int, items: int | None) -> None:
            nonlocal last
            if time.monotonic() - last < TOLD_SECONDS and done != items:
                return
            last = time.monotonic()
            now = [
                {
                    "detector": note.step.partition("|")[0],
                    "seconds": round(max(0.0, last - note.since), 1),
                }
                for note in watched(boards)
            ]
            state.say(items=items or 0, done=done, now=now, detectors=tally.rows(done, items or 0))

        examined = examine_paths(
            [place],
            settings,
            case=asked.case,
            declared=asked.declared,
            told=told,
            began=began,
            boards=boards,
        )
    _finish(folder, asked, settings, state, examined.lines)


def _all_lines(settings: Settings, state: _State) -> Sequence[ItemLine] | None:
    """The lines of a run whose every item was done before its process was told to stop; None
    where something is left."""
    from mingjian.app.examine import lines_of
    from mingjian.app.keeping import opened_store

    if not state.run:
        return None
    with opened_store(settings) as store:
        progress = store.progress(state.run)
        if progress.left:
            return None
        state.say(items=progress.items, done=progress.items)
        return lines_of(store, state.run)


def _finish(
    folder: Path, asked: Asked, settings: Settings, state: _State, lines: Sequence[ItemLine]
) -> None:
    """Every item is done: say what came of them, and tidy up."""
    shutil.rmtree(folder / "boards", ignore_errors=True)
    if settings.vault == "copy":
        # Every byte is in the vault.
        shutil.rmtree(folder / f"upload-{asked.id[:6]}", ignore_errors=True)
    state.say(
        state="done",
        now=[],
        outcome=dict(Counter(line.state for line in lines)),
        first=lines[0].sha256 if len(lines) == 1 else None,
    )


class _Tally:
    """What each detector has done so far, read item by item as they are finished."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.run = 0
        self._seen: set[int] = set()
        self._rows: dict[str, Counter[str]] = {}

    def rows(self, done: int, items: int) -> list[Json]:
        if items <= TALLIED and done > len(self._seen):
            for ordinal, _, ready in self.store.items(self.run):
                if ready and ordinal not in self._seen:
                    self._seen.add(ordinal)
                    self._add(ordinal)
        return [{"name": name, **counts} for name, counts in sorted(self._rows.items())]

    def _add(self, ordinal: int) -> None:
        for row in self.store.item_records(self.run, ordinal):
            examinations: Any = row.record["examinations"]
            for one in examinations:
                self._rows.setdefault(one["detector"], Counter())[one["state"]] += 1


if __name__ == "__main__":
    sys.exit(main())
