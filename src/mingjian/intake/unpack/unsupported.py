"""Containers that are recognised and not opened: said aloud, so that nobody thinks they were."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget

_WHY = {
    "rar": Message(
        "不支持解包 RAR：没有许可证相容、经过审查的纯解包库。请用其他工具解包后再检验其中的文件。",
        "RAR is not supported, because no reviewed library under a compatible licence reads it. "
        "Unpack it with another tool and examine the files.",
    )
}


def unpack(evidence: Evidence, budget: Budget) -> Iterator[Refusal]:
    """One refusal for the whole container."""
    name = evidence.format
    usual = Message(
        f"不支持解包 {name} 格式，请用其他工具解包后再检验其中的文件。",
        f"The {name} format is not supported; unpack it with another tool and examine the files.",
    )
    yield Refusal(what=evidence.path, why=_WHY.get(name, usual))
