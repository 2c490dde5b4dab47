"""The connection: SQLite in WAL mode or PostgreSQL, always at the newest revision."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from mingjian.domain.message import Message

REVISION = "0011"
"""The newest migration; a test holds it equal to what lies in `migrations/versions`."""
BUSY_SECONDS = 60
"""How long a writer waits for another writer before it gives up."""
_POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "pool_use_lifo": True}
"""Connections kept, and those beyond for a rush: a server's threads share them, taking the one
that was used last, which has at hand what was read."""


QUIET_SECONDS = 20.0
"""A connection unused for longer is tried before it is used: the server may have gone away."""
_OURS = sa.bindparam("clock", callable_=time.time, type_=sa.Float)
_THEIRS = sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)


class StoreProblem(Exception):
    """The store cannot be used as asked; carries the reader's reason."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


class Database:
    """An engine with two kinds of transaction: `read`, and `write` that has the lock at once."""

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        self._moment: ContextVar[Connection | None] = ContextVar("moment", default=None)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = self._reading = _sqlite_engine(parsed)
        else:
            if parsed.drivername in ("postgresql", "postgres"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            self.engine = _postgresql_engine(parsed)
            # It reads what is committed, statement by statement, in a transaction as without one:
            # to begin and to end one would be two more questions to the server.
            self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            self._upgrade()
        except StoreProblem:
            self.engine.dispose()
            raise
        except sa.exc.DBAPIError as error:
            self.engine.dispose()
            raise StoreProblem(
                Message(
                    f"无法打开数据库（{type(error.orig).__name__}）。请检查数据库地址与文件是否完好。",
                    f"The database cannot be opened ({type(error.orig).__name__}). "
                    "Check its address, and that the file is intact.",
                )
            ) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        moment = self._moment.get()
        with _said_in_words():
            if moment is not None:
                yield moment
                return
            with self._reading.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What is read inside, by this thread, is read in one transaction: a page that asks many
        questions pays for one, and (SQLite) never mixes what was before and after a change."""
        with self.read() as connection:
            token = self._moment.set(connection)
            try:
                yield
            finally:
                self._moment.reset(token)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that no other writer can overtake (SQLite: BEGIN IMMEDIATE)."""
        with _said_in_words(), self.engine.connect() as connection:
            connection = connection.execution_options(mingjian_write=True)
            with connection.begin():
                yield connection
        if self.sqlite and (moment := self._moment.get()) is not None:
            # What was just written is seen by what is read from here on.
            moment.exec_driver_sql("COMMIT")
            moment.exec_driver_sql("BEGIN")

    @property
    def clock(self) -> sa.ColumnElement[float]:
        """The same clock as part of a question: one question less."""
        return _OURS if self.sqlite else _THEIRS

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by the one clock that all workers of this database share."""
        return time.time() if self.sqlite else float(connection.scalar(sa.select(self.clock)) or 0)

    def insert_new(self, table: sa.Table) -> Any:
        """An insert that passes over rows which are there already."""
        if self.sqlite:
            from sqlalchemy.dialects.sqlite import insert as sqlite_insert

            return sqlite_insert(table).on_conflict_do_nothing()
        from sqlalchemy.dialects.postgresql import insert

        return insert(table).on_conflict_do_nothing()

    def close(self) -> None:
        self.engine.dispose()

    def _upgrade(self) -> None:
        with self.engine.connect() as connection:
            there = sa.inspect(connection).has_table("alembic_version")
            current = (
                connection.scalar(sa.text("select version_num from alembic_version"))
                if there
                else None
            )
        if current == REVISION:
            return
        from alembic.util.exc import CommandError

        from mingjian.store.migrations import upgrade

        try:
            upgrade(self.engine)
        except CommandError:
            raise StoreProblem(
                Message(
                    f"数据库版本为 {current}，比本软件新；请升级软件。",
                    f"The database is at revision {current}, newer than this program: "
                    "please install a newer one.",
                )
            ) from None


@contextmanager
def _said_in_words() -> Iterator[None]:
    """A full disk, a lock nobody gives back, a server that is away, a damaged file."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        # The name of the condition alone; the driver's text may hold addresses and values.
        kind = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
        room = kind in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
        raise StoreProblem(
            Message(
                f"数据库无法读写（{kind}）{'，磁盘可能已满' if room else ''}。"
                "已完成的部分均已保存，排除原因后重新运行同一命令将继续。",
                f"The database could not be read or written ({kind})"
                f"{'; the disk may be full' if room else ''}. What was done is kept; "
                "put this right and run the same command to continue.",
            )
        ) from error


def _sqlite_engine(url: sa.URL) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **_POOL)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # The driver must not begin transactions by itself: we choose which kind (below).
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            # A committed custody entry must survive a power cut: one sync per chunk.
            "synchronous=FULL",
            "foreign_keys=ON",
            # 16 MB for each connection: a list is searched in memory, not in calls for pages.
            "cache_size=-16000",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("mingjian_write"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # It takes no lock and cannot fail: by the driver, at a fifth of the cost.
            driver: Any = connection.connection.dbapi_connection
            driver.execute("BEGIN")

    return engine


def _postgresql_engine(url: sa.URL) -> Engine:
    engine = sa.create_engine(url, **_POOL)

    @sa.event.listens_for(engine, "checkin")
    def given_back(_: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, __: Any) -> None:
        since = record.info.get("since")
        if since is not None and time.monotonic() - since > QUIET_SECONDS:
            try:
                connection.execute("select 1")
                connection.rollback()
            except Exception as error:
                raise sa.exc.DisconnectionError from error  # another one is opened

    return engine
