"""Lists of known pictures and recordings: made from them, checked, turned into another form.

A list holds hashes, fingerprints and labels, so it can go where what they stand for may not.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.app.child import child
from mingjian.app.collect import check_roots, collect
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.limits import Limits

if TYPE_CHECKING:
    from mingjian.detect.learned.known_lists import Entry

FUNCTION = "mingjian.app.known:in_child"
LeftOut = list[tuple[str, dict[str, str]]]
"""Names of what was left out, with the reason in both languages."""


@dataclass(frozen=True, slots=True)
class Made:
    """The entries of a new list, and what could not be hashed, with the reason."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, Message], ...]


def in_child(request: Mapping[str, Any], step: Callable[[str], None]) -> Json:
    """The chunk function: what a file holds (archives and videos are opened), with its hashes."""
    from mingjian.detect.audio.known_content import KnownContent as KnownSound
    from mingjian.detect.contract import Detector, NotApplicable, NotExaminable, Unavailable
    from mingjian.detect.image.known_content import KnownContent as KnownPicture

    detectors: dict[EvidenceKind, Detector] = {
        EvidenceKind.IMAGE: KnownPicture({}),
        EvidenceKind.AUDIO: KnownSound({}),
    }
    hashes: list[tuple[str, str]] = []
    left_out: LeftOut = []
    for evidence in held(Path(request["path"]), request, left_out):
        detector = detectors.get(evidence.kind)
        if detector is None:
            continue
        step(f"{detector.name}|{evidence.sha256}")
        try:
            (found,) = detector.examine(evidence)
        except (NotApplicable, NotExaminable, Unavailable) as refused:
            left_out.append((evidence.path, refused.reason.as_json()))
        else:
            hashes.append((evidence.path, str(found.details["hash"])))
    return {"hashes": hashes, "left_out": left_out}


def held(path: Path, request: Mapping[str, Any], left_out: LeftOut) -> Iterator[Evidence]:
    """What a file holds, the small copies in pictures' metadata passed over; what could not be
    opened is added to `left_out`. For a confined process, with its `limits` and `spool`."""
    from mingjian.intake.content import FileContent
    from mingjian.intake.take_in import take_in

    limits = Limits(**request["limits"])
    for taken in take_in(FileContent(path), path.name, limits, spool=Path(request["spool"])):
        evidence = taken.evidence
        left_out += [(f"{evidence.path}/{one.what}", one.why.as_json()) for one in taken.refusals]
        if evidence.derivation is None or evidence.derivation.step != "thumbnail":
            yield evidence


def make(paths: Sequence[Path], label: str | None, settings: Settings) -> Made:
    """Hash what files and folders hold; `label` stands with each, or else its path."""
    entries: dict[str, str] = {}
    left_out: list[tuple[str, Message]] = []
    with child(FUNCTION, settings) as sandbox:
        for item in collect(check_roots(paths)):
            if item.refusal is not None:
                left_out.append((item.path, item.refusal))
                continue
            outcome = sandbox.run_file(item.path)
            answer: Any = outcome.result
            if answer is None:
                left_out.append((item.path, outcome.reason()))
                continue
            for name, digest in answer["hashes"]:
                entries.setdefault(digest, label if label is not None else name)
            left_out += [(name, Message(**why)) for name, why in answer["left_out"]]
    return Made(tuple(entries.items()), tuple(left_out))


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a list in any form that the detectors read, each hash once: pictures, then
    recordings."""
    from mingjian.detect.audio.known_content_list import FORM as SOUND
    from mingjian.detect.image.known_content_list import FORM as PICTURE
    from mingjian.detect.learned.known_lists import read as entries_of

    entries: dict[str, str] = {}
    try:
        data = path.read_bytes()
        for form in (PICTURE, SOUND):
            for digest, name in entries_of(data, form):
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
            Message(
                f"{path} 中没有图像哈希（64 位十六进制）或声音指纹（lm1:…）",
                f"{path} holds no hash (64 hex digits) and no fingerprint of sound (lm1:…)",
            ),
            Message(
                "需要每行为 hash,label 的 CSV，或含 hash、label 的 JSON",
                "it must be CSV with lines hash,label, or JSON with hash and label",
            ),
        )
    return tuple(entries.items())


def write(entries: Sequence[Entry], out: Path) -> None:
    """Write a list in the form its name asks for: `.json`, or else CSV."""
    from mingjian.detect.learned.known_lists import as_csv, as_json

    text = as_json(entries) if out.suffix.lower() == ".json" else as_csv(entries)
    out.write_text(text, "utf-8")
