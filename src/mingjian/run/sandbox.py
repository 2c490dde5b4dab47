"""The parent's side of the sandbox: starts the child, asks it, watches the clock, kills it."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType

from mingjian.domain.message import Message
from mingjian.intake.limits import Limits
from mingjian.run import frames
from mingjian.run.board import Board
from mingjian.run.frames import BadFrame, Json
from mingjian.run.outcome import Outcome, State

START_SECONDS = 120.0
REPLY_BYTES = 160 << 20
"""Intake holds at most 64 MiB of parts of an item in memory; in base64, with the records."""
SPOOL = "spool-"
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "TZ", "LD_LIBRARY_PATH")
"""All that the child sees of the environment: passwords and tokens stay outside."""


class SandboxBroken(Exception):
    """No child can be started here; carries the reader's reason."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    requests: int
    replies: int
    greeted: bool = False
    served: int = 0
    buffer: bytearray = field(default_factory=bytearray)


class Sandbox:
    """One long-lived child that runs `function` (``module:function``) on request.

    ``function(request, step) -> reply``: JSON values in and out; it calls `step` with
    ``detector|sha256`` before each detector. Such a step may last `limits.detector_seconds`,
    a request `limits.item_seconds`, both by the wall clock; the child is killed when one is
    exceeded, and a new one starts with the next request.
    Use one sandbox from one thread, and keep that thread: the child dies with it.
    """

    def __init__(
        self,
        function: str,
        limits: Limits,
        scratch: Path | None = None,
        reply_bytes: int = REPLY_BYTES,
        board: Path | None = None,
    ) -> None:
        self.function = function
        self.limits = limits
        self.reply_bytes = reply_bytes
        self.held: Mapping[str, object] = {}
        """Which measures confine the child, see `confine`; known once it has started."""
        if scratch is not None:
            scratch.mkdir(parents=True, exist_ok=True)
        prefix = f"{SPOOL}{socket.gethostname()}-{os.getpid()}-"
        self.spool = Path(tempfile.mkdtemp(prefix=prefix, dir=scratch)).resolve()
        """Where the child may leave files; emptied by `clear_spool`, removed by `close`."""
        self._board = Board(board)
        self._child: _Child | None = None
        self._prepare: Mapping[str, object] | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.process.pid if self._child else None

    def begin(self, prepare: str | None, options: Mapping[str, object]) -> None:
        """Start the child without waiting for it.

        It and all that follow it call ``prepare(options)`` (``module:function``) first, so that
        it is ready when the first request comes. What fails there is not told: it fails again
        with the request, which says so.
        """
        if prepare is not None:
            self._prepare = {"function": prepare, "options": options}
        self._spawn()

    def run(self, requests: Sequence[Mapping[str, object]]) -> Iterator[Outcome]:
        """One outcome for each request, in order, as they come.

        After an outcome that is `killed` no child runs, so the caller may call `run` again
        (to retry) before going on with this iterator.
        """
        done = 0
        while done < len(requests):
            rest = requests[done:]
            child = self._child or self._spawn()
            if not child.greeted:
                self._greet(child)
            sent = self._send(child, frames.encode({"requests": rest}))
            try:
                for _ in rest:
                    outcome = self._next(child) if sent else self._lost(child)
                    done += 1
                    yield outcome
                    if outcome.killed:
                        break
            except GeneratorExit:
                # The caller has had enough; answers still under way must not be taken for
                # those of its next requests.
                if self._child is child and done < len(requests):
                    self._kill(child)
                raise

    def run_file(self, path: str) -> Outcome:
        """The outcome of one file, asked for with its limits and a spool that is empty after."""
        request = {"path": path, "limits": asdict(self.limits), "spool": str(self.spool)}
        (outcome,) = self.run([request])
        self.clear_spool()
        return outcome

    def clear_spool(self) -> None:
        """Remove what the child left. Only while it has nothing to do."""
        for entry in self.spool.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)

    def close(self) -> None:
        """End the child and remove its spool."""
        if self._child is not None:
            self._kill(self._child)
        self._board.close()
        shutil.rmtree(self.spool, ignore_errors=True)

    # ---- starting and ending --------------------------------------------------------------

    def _spawn(self) -> _Child:
        """Start a child and tell it what it is for, without waiting until it is there."""
        requests_out, requests_in = os.pipe()
        replies_out, replies_in = os.pipe()
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"TMPDIR": str(self.spool), "OMP_NUM_THREADS": "1"}
        inherited = (requests_out, replies_in, self._board.descriptor)
        self._board.clear()
        try:
            process = subprocess.Popen(
                # -P: never import from the current folder, which may be the evidence.
                [sys.executable, "-P", "-m", "mingjian.run.child"]
                + [str(number) for number in (*inherited, os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=inherited,
                env=environment,
                cwd=self.spool,
                start_new_session=True,
            )
        finally:
            os.close(requests_out)
            os.close(replies_in)
        os.set_blocking(requests_in, False)
        os.set_blocking(replies_out, False)
        self._child = _Child(process, requests_in, replies_out)
        setting = {
            "function": self.function,
            "prepare": self._prepare,
            "memory_bytes": self.limits.memory_bytes,
            "file_bytes": self.limits.expanded_bytes,
            "reply_bytes": self.reply_bytes,
        }
        # A child that does not take this is found out by `_greet`.
        self._send(self._child, frames.encode(setting))
        return self._child

    def _greet(self, child: _Child) -> None:
        """Wait until the child is there; raises `SandboxBroken`."""
        hello: Json = {"error": "no answer"}
        with contextlib.suppress(BadFrame, TimeoutError, EOFError):
            hello = self._frame(child, time.monotonic() + START_SECONDS)
        if hello.get("ready") is not True:
            self._kill(child)
            why = str(hello.get("error"))[:500]
            raise SandboxBroken(
                Message(f"检验进程无法启动（{why}）。", f"No examining process can start ({why}).")
            )
        held = hello.get("held")
        self.held = held if isinstance(held, dict) else {}
        child.greeted = True

    def _kill(self, child: _Child) -> str:
        """Kill the child with all it started, and say how it had ended if it had."""
        process = child.process
        ended = process.poll()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        os.close(child.requests)
        os.close(child.replies)
        self._child = None
        self.clear_spool()
        if ended is None:
            return "stopped"
        return f"signal {-ended}" if ended < 0 else f"exit {ended}"

    # ---- asking ---------------------------------------------------------------------------

    def _send(self, child: _Child, data: bytes) -> bool:
        """Write to the child; False when it is gone or does not read."""
        view = memoryview(data)
        until = time.monotonic() + START_SECONDS
        poller = select.poll()
        poller.register(child.requests, select.POLLOUT)
        while view:
            if not poller.poll(max(0.0, until - time.monotonic()) * 1000):
                return False
            try:
                view = view[os.write(child.requests, view) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
        return True

    def _next(self, child: _Child) -> Outcome:
        try:
            reply = self._frame(child, time.monotonic() + self.limits.item_seconds, steps=True)
        except _StepTimeout as error:
            self._kill(child)
            seconds = f"{self.limits.detector_seconds:g} s"
            return Outcome(
                state=State.TIMED_OUT, step=error.step, detail=seconds, served=child.served
            )
        except TimeoutError:
            step = self._board.read().step
            self._kill(child)
            seconds = f"{self.limits.item_seconds:g} s"
            return Outcome(state=State.TIMED_OUT, step=step, detail=seconds, served=child.served)
        except EOFError:
            return self._lost(child)
        except BadFrame as error:
            step = self._board.read().step
            self._kill(child)
            return Outcome(
                state=State.DIED, step=step, detail=f"reply {error}", served=child.served
            )
        return self._outcome(child, reply)

    def _outcome(self, child: _Child, reply: Json) -> Outcome:
        served = child.served
        child.served += 1
        result, error = reply.get("result"), reply.get("error")
        if isinstance(result, dict):
            if frames.RAW in reply:
                result[frames.RAW] = reply[frames.RAW]
            return Outcome(state=State.DONE, result=result, served=served)
        if error == "out_of_memory":
            step = self._board.read().step
            self._kill(child)
            return Outcome(state=State.OUT_OF_MEMORY, step=step, served=served)
        # The child may be at the next request already, so it says itself what failed.
        kind, step = str(reply.get("kind", error))[:100], str(reply.get("step", ""))[:1000]
        return Outcome(state=State.FAILED, step=step, detail=kind, served=served)

    def _lost(self, child: _Child) -> Outcome:
        """The child closed its pipe: give it a moment to be dead, and say how it died."""
        step = self._board.read().step
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(1.0)
        how = self._kill(child)
        return Outcome(state=State.DIED, step=step, detail=how, served=child.served)

    def _frame(self, child: _Child, until: float, steps: bool = False) -> Json:
        """The next reply; raises TimeoutError, `_StepTimeout`, EOFError or `BadFrame`."""
        poller = select.poll()
        poller.register(child.replies, select.POLLIN)
        longest = self.limits.detector_seconds
        began = time.monotonic()
        while True:
            if (data := _take(child.buffer, self.reply_bytes)) is not None:
                return frames.decode(*data)
            at = time.monotonic()
            wait = until - at
            if steps:
                note = self._board.read()
                # Not before this request: a child cannot gain time by backdating, and one
                # that postdates is still bounded by `until`.
                left = max(note.since, began) + longest - at
                if note.of_detector and left <= 0:
                    raise _StepTimeout(note.step)
                wait = min(wait, left if note.of_detector else longest)
            if until <= at:
                raise TimeoutError
            if not poller.poll(max(min(wait, 1.0), 0.001) * 1000):
                # One it started may hold the pipe open after it is gone itself.
                if child.process.poll() is not None:
                    raise EOFError
                continue
            with contextlib.suppress(BlockingIOError):
                part = os.read(child.replies, 1 << 20)
                if not part:
                    raise EOFError
                child.buffer += part


class _StepTimeout(Exception):
    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def _take(buffer: bytearray, limit: int) -> tuple[bytes, int] | None:
    """Take one whole frame off the buffer, if it is there, with the length of its JSON."""
    if len(buffer) < frames.HEADER.size:
        return None
    total, length = frames.HEADER.unpack_from(buffer)
    # Some room over the limit: the child names a reply that is too large itself.
    if total > limit + 4096:
        raise BadFrame("too large")
    end = frames.HEADER.size + total
    if len(buffer) < end:
        return None
    data = bytes(buffer[frames.HEADER.size : end])
    del buffer[:end]
    return data, length


def remove_stale_spools(scratch: Path) -> None:
    """Remove spools whose owner, a process of this host, is no more."""
    prefix = f"{SPOOL}{socket.gethostname()}-"
    for folder in scratch.glob(f"{SPOOL}*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if folder.name.startswith(prefix) and owner.isdigit() and not alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process of this number runs here.

    A zombie does not: in a container nobody may ever reap it, and it holds nothing.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        return stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    return True
