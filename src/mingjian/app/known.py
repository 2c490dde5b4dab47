"""Lists of known pictures: made from the pictures, checked, turned from one form into another.

A list holds hashes and labels, so it can go where the pictures may not.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.app.collect import check_roots, collect
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.limits import Limits
from mingjian.run.sandbox import Sandbox

if TYPE_CHECKING:
    from mingjian.detect.image.known_content_list import Entry

FUNCTION = "mingjian.app.known:in_child"


@dataclass(frozen=True, slots=True)
class Made:
    """The entries of a new list, and what could not be hashed, with the reason."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, Message], ...]


def in_child(request: Mapping[str, Any], step: Callable[[str], None]) -> Json:
    """The chunk function: the pictures in a file (archives are opened), each with its hash."""
    from mingjian.detect.contract import NotApplicable, NotExaminable
    from mingjian.detect.image.known_content import KnownContent
    from mingjian.intake.content import FileContent
    from mingjian.intake.take_in import take_in

    detector = KnownContent({})
    hashes: list[tuple[str, str]] = []
    left_out: list[tuple[str, dict[str, str]]] = []
    path, limits = Path(request["path"]), Limits(**request["limits"])
    for taken in take_in(FileContent(path), path.name, limits, spool=Path(request["spool"])):
        evidence = taken.evidence
        left_out += [(f"{evidence.path}/{one.what}", one.why.as_json()) for one in taken.refusals]
        if evidence.kind is not EvidenceKind.IMAGE or _is_thumbnail(evidence):
            continue
        step(f"{detector.name}|{evidence.sha256}")
        try:
            (found,) = detector.examine(evidence)
        except (NotApplicable, NotExaminable) as refused:
            left_out.append((evidence.path, refused.reason.as_json()))
        else:
            hashes.append((evidence.path, str(found.details["hash"])))
    return {"hashes": hashes, "left_out": left_out}


def _is_thumbnail(evidence: Evidence) -> bool:
    return evidence.derivation is not None and evidence.derivation.step == "thumbnail"


def make(paths: Sequence[Path], label: str | None, settings: Settings) -> Made:
    """Hash the pictures in files and folders; `label` stands with each, or else its path."""
    entries: dict[str, str] = {}
    left_out: list[tuple[str, Message]] = []
    limits = settings.limits.limits()
    with Sandbox(FUNCTION, limits, settings.home / "scratch") as sandbox:
        for item in collect(check_roots(paths)):
            if item.refusal is not None:
                left_out.append((item.path, item.refusal))
                continue
            request = {
                "path": item.path,
                "limits": asdict(limits),
                "spool": str(sandbox.spool),
            }
            (outcome,) = sandbox.run([request])
            sandbox.clear_spool()
            answer: Any = outcome.result
            if answer is None:
                left_out.append((item.path, outcome.reason()))
                continue
            for name, digest in answer["hashes"]:
                entries.setdefault(digest, label if label is not None else name)
            left_out += [(name, Message(**why)) for name, why in answer["left_out"]]
    return Made(tuple(entries.items()), tuple(left_out))


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a list in any form that `image.known_content` reads, each hash once."""
    from mingjian.detect.image.known_content_list import read as entries_of

    entries: dict[str, str] = {}
    try:
        for digest, name in entries_of(path.read_bytes()):
            entries.setdefault(digest, name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Message(f"无法读取 {path}：{reason}", f"{path} cannot be read: {reason}")
        ) from None
    except (ValueError, csv.Error, RecursionError):
        entries.clear()
    if not entries:
        raise UsageError(
            Message(f"{path} 中没有 64 位十六进制哈希", f"{path} holds no hash of 64 hex digits"),
            Message(
                "需要每行为 hash,label 的 CSV，或含 hash、label 的 JSON",
                "it must be CSV with lines hash,label, or JSON with hash and label",
            ),
        )
    return tuple(entries.items())


def write(entries: Sequence[Entry], out: Path) -> None:
    """Write a list in the form its name asks for: `.json`, or else CSV."""
    from mingjian.detect.image.known_content_list import as_csv, as_json

    text = as_json(entries) if out.suffix.lower() == ".json" else as_csv(entries)
    out.write_text(text, "utf-8")
