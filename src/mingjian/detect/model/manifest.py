"""`model.manifest`: is the file one that the examiner's own list calls good or bad?"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MAX_BYTES: Final = 256 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUM = re.compile(r"\\?([0-9a-fA-F]{64})[ \t]+\*?(.*)")

Known = dict[str, tuple[str, str]]
"""SHA-256 to (good or bad, name)."""


_NO_LIST = Message(
    "未设置已知模型清单；在设置中为 model.manifest 指定 manifest"
    "（JSON、CSV 或 sha256sum 文件的路径）即可启用",
    "no list of known models is set; give model.manifest the option manifest, "
    "the path of a JSON, CSV or sha256sum file",
)


class Manifest:
    """Compares the SHA-256 of model files with a list; states facts, weighs nothing."""

    name: ClassVar[str] = "model.manifest"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        path = options.get("manifest", "")
        self.known: Known | None = None
        if not path:
            return
        try:
            with Path(path).open("rb") as file:
                self.known = read(file.read(MAX_BYTES).decode("utf-8-sig"))
        except (OSError, ValueError, csv.Error, RecursionError) as error:
            raise Unavailable(
                Message(
                    f"已知模型清单无法读取（{type(error).__name__}）",
                    f"the list of known models could not be read ({type(error).__name__})",
                )
            ) from None

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One fact: whether the list names this file; not applicable without a list."""
        if self.known is None:
            raise NotApplicable(_NO_LIST)
        state, name = self.known.get(evidence.sha256.lower(), ("", ""))
        words = {
            "good": Message(
                f"该文件与清单中的可信模型“{name}”逐字节相同。",
                f'The file is byte for byte the model "{name}" that the list calls good.',
            ),
            "bad": Message(
                f"该文件与清单中的有害模型“{name}”逐字节相同。",
                f'The file is byte for byte the model "{name}" that the list calls bad.',
            ),
        }
        yield Finding(
            signal="model.manifest_state",
            because=words.get(
                state,
                Message(
                    f"该文件不在已知模型清单（{len(self.known)} 项）之中，由此不能得出结论。",
                    f"The file is not on the list of {len(self.known)} known models; nothing "
                    "follows from that.",
                ),
            ),
            quiet=state != "bad",
            details={"state": state or "not listed"},
        )


def read(text: str) -> Known:
    """The list as JSON, CSV or sha256sum output; a line without a state is good.

    Raises `ValueError` if no line is a SHA-256.
    """
    stripped = text.lstrip()
    known: Known = {}
    if stripped[:1] in ("{", "["):
        data = json.loads(stripped)
        entries = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in entries:
            row = dict(value) if isinstance(value, dict) else {"state": value}
            row.setdefault("sha256", key)
            _add(known, row)
    elif "," in stripped.partition("\n")[0]:
        for fields in csv.DictReader(stripped.splitlines()):
            _add(known, {str(key).strip().lower(): value for key, value in fields.items()})
    else:
        for line in stripped.splitlines():
            if match := _SUM.fullmatch(line.strip()):
                _add(known, {"sha256": match[1], "name": match[2]})
    if not known:
        raise ValueError("no SHA-256 in the list")
    return known


def _add(known: Known, row: Mapping[object, object]) -> None:
    digest = str(row.get("sha256", "")).strip().lower()
    state = str(row.get("state") or "good").strip().lower()
    if _SHA256.fullmatch(digest) and state in ("good", "bad"):
        known[digest] = state, str(row.get("name") or digest[:12])[:200]
