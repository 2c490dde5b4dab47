"""What became of one request, said so that a reader understands it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mingjian.domain.message import Message
from mingjian.run.frames import Json


class State(StrEnum):
    DONE = "done"
    TIMED_OUT = "timed_out"
    DIED = "died"
    OUT_OF_MEMORY = "out_of_memory"
    FAILED = "failed"
    """The function raised something; the child lives on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result, or how the sandbox failed and at which step."""

    state: State
    result: Json | None = None
    step: str = ""
    """What was under way: ``detector|sha256``; empty if nothing in particular."""
    detail: str = ""
    """``signal 11``, ``exit 3``, the type of an exception … never content."""
    served: int = 0
    """How many requests this child had answered before."""

    @property
    def killed(self) -> bool:
        """Whether the child is gone and a new one must start."""
        return self.state not in (State.DONE, State.FAILED)

    def reason(self) -> Message:
        """Why there is no result."""
        match self.state:
            case State.TIMED_OUT:
                return Message(
                    f"超过时限（{self.detail}），已终止。",
                    f"It took longer than the limit ({self.detail}) and was stopped.",
                )
            case State.OUT_OF_MEMORY:
                return Message(
                    "检验所需内存超过上限，已终止。",
                    "It needed more memory than the limit allows and was stopped.",
                )
            case State.DIED:
                return Message(
                    f"检验进程异常终止（{self.detail}）。",
                    f"The examining process ended unexpectedly ({self.detail}).",
                )
            case State.FAILED:
                return Message(
                    f"检验程序出错（{self.detail}）。",
                    f"The examining program failed ({self.detail}).",
                )
            case State.DONE:
                return Message("检验完成。", "It was examined.")
