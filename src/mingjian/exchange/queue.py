"""A Redis or Valkey stream, read as a member of a consumer group (extra `queue`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SECONDS = 10.0
Entry = tuple[str, Mapping[bytes, bytes]]
"""Id in the stream, and the fields."""


class QueueProblem(Exception):
    """The server cannot be reached, refuses, or has no such stream."""


class QueueMissing(QueueProblem):
    """The package for it is not installed."""


class Queue:
    """One stream and one consumer in one group."""

    def __init__(
        self, url: str, stream: str, group: str, consumer: str, password: str | None
    ) -> None:
        """Connect, and make the group (from the stream's beginning) if it is new."""
        try:
            import redis
        except ModuleNotFoundError:
            raise QueueMissing("redis") from None
        self._errors = (redis.RedisError, OSError)
        self._stream, self._group, self._consumer = stream, group, consumer
        given: dict[str, Any] = {} if password is None else {"password": password}
        try:
            self._server = redis.Redis.from_url(
                url, protocol=2, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, **given
            )
        except ValueError:
            raise QueueProblem("url") from None
        try:
            self._server.xgroup_create(stream, group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                self.close()
                raise QueueProblem(type(error).__name__) from None
        except self._errors as error:
            self.close()
            raise QueueProblem(type(error).__name__) from None

    def own(self, count: int, after: str) -> list[Entry]:
        """Entries this consumer was given after `after` and has not acknowledged."""
        return self._read(count, after)

    def fresh(self, count: int) -> list[Entry]:
        """Entries nobody in the group was given yet; they are this consumer's now."""
        return self._read(count, ">")

    def left_behind(self, count: int, idle: float) -> list[Entry]:
        """Entries given to another and not acknowledged for `idle` seconds; ours now."""
        answer = self._ask(
            "xautoclaim",
            self._stream,
            self._group,
            self._consumer,
            min_idle_time=int(idle * 1000),
            start_id="0-0",
            count=count,
        )
        return _entries(answer[1])

    def entry(self, name: str) -> Mapping[bytes, bytes] | None:
        """One entry by its id; None: the stream no longer holds it."""
        found = _entries(self._ask("xrange", self._stream, min=name, max=name, count=1))
        return found[0][1] if found else None

    def acknowledge(self, names: Sequence[str]) -> None:
        """Tell the group that these are done with."""
        if names:
            self._ask("xack", self._stream, self._group, *names)

    def close(self) -> None:
        self._server.close()

    def _read(self, count: int, after: str) -> list[Entry]:
        answer = self._ask(
            "xreadgroup", self._group, self._consumer, {self._stream: after}, count=count
        )
        return _entries(answer[0][1]) if answer else []

    def _ask(self, command: str, *arguments: object, **named: object) -> Any:
        try:
            return getattr(self._server, command)(*arguments, **named)
        except self._errors as error:
            raise QueueProblem(type(error).__name__) from None


def _entries(answer: Sequence[Any]) -> list[Entry]:
    """What the server lists; an entry that was trimmed meanwhile has no fields."""
    return [(name.decode("ascii"), fields or {}) for name, fields in answer if name is not None]
