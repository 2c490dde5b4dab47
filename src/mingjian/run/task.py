"""What a worker is to do, as it is handed over a pipe. Light: a worker reads it before all else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mingjian.intake.limits import Limits
from mingjian.run.sandbox import Sandbox

if TYPE_CHECKING:
    from mingjian.store.store import Store

LEASE_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is to do. JSON values only, so that it can be handed over a pipe."""

    database_url: str
    vault_dir: str
    key_dir: str
    actor: str
    run: int
    function: str
    """``module:function``, called in the sandbox with each request."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Handed to the function with each request."""
    prepare: str | None = None
    """``module:function``, called in the sandbox with the options as soon as it has started."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Members of `Limits`."""
    vault: Literal["copy", "reference"] = "copy"
    workers: int = 1
    """How many share the run; the last items are shared out evenly."""
    lease_seconds: float = LEASE_SECONDS
    boards: str | None = None
    """A folder where others may watch what each worker is doing, see `run.board`."""

    def open_store(self) -> Store:
        from mingjian.store.store import open_store

        return open_store(
            self.database_url,
            Path(self.vault_dir),
            key_dir=Path(self.key_dir),
            actor=self.actor,
        )

    def sandbox(self, owner: str) -> Sandbox:
        """A sandbox for one worker, its child starting already."""
        from mingjian.store.vault import Vault

        sandbox = Sandbox(
            self.function,
            Limits(**self.limits),  # type: ignore[arg-type]
            Vault(Path(self.vault_dir)).scratch,
            board=Path(self.boards) / owner.replace(os.sep, "_") if self.boards else None,
        )
        try:
            sandbox.begin(self.prepare, self.options)
        except BaseException:  # told to end just now
            sandbox.close()
            raise
        return sandbox


def task_line(task: Task, owner: str) -> bytes:
    """The first line that a worker reads; `task_read` gives it back."""
    given = {**asdict(task), "owner": owner, "parent": os.getpid()}
    return json.dumps(given).encode("ascii") + b"\n"


def task_read(line: bytes) -> tuple[Task, str, int]:
    """The task, the worker's name as an owner of leases, and its executor's process."""
    given: Any = json.loads(line)
    parent, owner = int(given.pop("parent")), str(given.pop("owner"))
    return Task(**given), owner, parent
