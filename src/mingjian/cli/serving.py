"""The running desk: one process, or several on the same socket.

All that a request depends on lies in the store or on disk (accounts, sessions, one-time links,
refused sign-ins, uploads and how far they are), so any of the processes may answer it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import socket

    import uvicorn

    from mingjian.app.accounts import Accounts
    from mingjian.app.incoming_run import Examinations
    from mingjian.app.settings import Settings
    from mingjian.web.door import Door

    DoorOf = Callable[[Accounts], Door]

WAITING = 128
"""Connections that may wait to be taken."""
THREADS = 2
"""Answers that a process works on at a time; the others wait their turn. Python lets one thread
compute at a time, so more of them only take the turn from one another at every row that is read:
with four, an answer from SQLite takes an eighth more computing. With one alone, a page that
takes seconds would hold up all the others."""
STARTED_SECONDS = 3.0
"""A process that ends sooner would end again: it is not started anew."""
_STOPPED_BY = (signal.SIGINT, signal.SIGTERM)


def serve_on(listening: socket.socket, settings: Settings, door_of: DoorOf, workers: int) -> int:
    """Answer on a socket that listens until SIGINT or SIGTERM; the exit status."""
    from mingjian.app.incoming_run import Examinations

    with listening, closing(Examinations(settings)) as examinations:
        for number in _STOPPED_BY:
            # The server ends on either by itself and raises it once more: that is no error.
            signal.signal(number, _leave)
        examinations.take_up()
        if workers == 1:
            _answer(listening, settings, door_of, examinations)
            return 0

        import mingjian.web.site  # noqa: F401  (read once; the copies share its memory)

        def answer() -> None:
            # Connections to the database are not shared, and each ends what it has started.
            with closing(Examinations(settings)) as own:
                _answer(listening, settings, door_of, own)

        return _Processes(workers, answer).run()


def _answer(
    listening: socket.socket, settings: Settings, door_of: DoorOf, examinations: Examinations
) -> None:
    import uvicorn

    from mingjian.app.accounts import Accounts
    from mingjian.web.site import site

    threading.Thread(target=_read_detectors, args=(settings,), daemon=True).start()
    with closing(Accounts(settings)) as accounts:
        config = uvicorn.Config(
            site(settings, door_of(accounts), examinations),
            # Neither addresses nor questions are logged: they may name evidence.
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            h11_max_incomplete_event_size=16_384,
            limit_concurrency=256,
            timeout_keep_alive=10,
            # Taken one at a time, so that no process takes all that others could answer.
            backlog=1,
        )
        _server(config).run(sockets=[listening])


def _read_detectors(settings: Settings) -> None:
    """Read what takes seconds, once, while the first person still signs in."""
    from mingjian.app.desk import detectors
    from mingjian.app.errors import MingjianError

    # The page that shows them says what is wrong with them.
    with suppress(MingjianError):
        detectors(settings)


def _server(config: uvicorn.Config) -> uvicorn.Server:
    import uvicorn
    from anyio.to_thread import current_default_thread_limiter

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            current_default_thread_limiter().total_tokens = THREADS
            for one in sockets or ():
                one.listen(WAITING)  # what the one above meant for taking held for waiting too

    return Server(config)


class _Processes:
    """Copies of this process that do the same work until this one is told to stop."""

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._began: dict[int, float] = {}
        self._stopping = False
        # Nothing is written: its end comes with that of the one process that holds `_alive`.
        self._ended, self._alive = os.pipe()

    def run(self) -> int:
        """Keep them running; 1 where one would not start."""
        for number in _STOPPED_BY:
            signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        failed = False
        while self._began:
            process, status = os.wait()
            began = self._began.pop(process, None)
            if began is None or self._stopping:
                continue
            if time.monotonic() - began < STARTED_SECONDS and status:
                failed = True
                self._stop()
            else:
                self._start()
        os.close(self._alive)
        os.close(self._ended)
        return int(failed)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for process in self._began:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def _start(self) -> None:
        sys.stdout.flush()
        # A signal that comes meanwhile is answered after the process is known here.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPED_BY)
        process = os.fork()
        if process == 0:
            self._copy()
        self._began[process] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPED_BY)
        if self._stopping:
            self._stop()

    def _copy(self) -> NoReturn:
        """The work, in the new process."""
        status = 1
        try:
            for number in _STOPPED_BY:
                signal.signal(number, _leave)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPED_BY)
            os.close(self._alive)
            threading.Thread(target=self._follow, daemon=True).start()
            self._work()
            status = 0
        except SystemExit:
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _follow(self) -> None:
        """End with the first process, even if that was killed."""
        os.read(self._ended, 1)
        os.kill(os.getpid(), signal.SIGTERM)


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)
