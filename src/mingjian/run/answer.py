"""What the trusted half accepts from the child, and what it says itself when there is nothing.

The child has parsed hostile bytes; its answer is checked for shape before it reaches the
store, and every hash it states for bytes to keep is computed again while they are kept.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.message import Message
from mingjian.domain.record import EvidenceRecord, Refusal, record_json
from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.digest import digests
from mingjian.run.frames import Json
from mingjian.store.vault import Mismatch, Vault
from mingjian.store.work import Item

_HASH = re.compile(r"[0-9a-f]{64}")


class BadAnswer(Exception):
    """The child's answer does not have the agreed shape; says where."""


def checked_records(result: Mapping[str, object], root: str) -> list[Json]:
    """The records of an answer; the first must be about `root`. Raises `BadAnswer`."""
    records: Any = result.get("records")
    if not isinstance(records, list) or not records:
        raise BadAnswer("records")
    for record in records:
        _check_record(record)
    if records[0]["sha256"] != root or records[0]["parent"] is not None:
        raise BadAnswer("another item")
    return records


def _need(holds: bool, where: str) -> None:
    if not holds:
        raise BadAnswer(where)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _check_record(record: Any) -> None:
    _need(isinstance(record, dict), "record")
    get = record.get
    _need(_is_hash(get("sha256")) and _is_hash(get("sm3")), "hash")
    _need("parent" in record and (get("parent") is None or _is_hash(get("parent"))), "parent")
    _need(type(get("size")) is int and 0 <= get("size") < 1 << 62, "size")
    _need(isinstance(get("path"), str) and isinstance(get("format"), str), "path")
    _need(get("kind") in EvidenceKind.__members__.values(), "kind")
    _need("step" in record and (get("step") is None or isinstance(get("step"), str)), "step")
    _need(isinstance(get("examinations"), list), "examinations")
    for examination in get("examinations"):
        _need(
            isinstance(examination, dict)
            and isinstance(examination.get("detector"), str)
            and isinstance(examination.get("version"), str)
            and isinstance(examination.get("findings"), list),
            "examination",
        )
        for finding in examination["findings"]:
            scale = finding.get("scale") if isinstance(finding, dict) else 0
            _need(scale is None or isinstance(scale, str), "finding")


def keep_parts(
    result: Mapping[str, object], records: list[Json], vault: Vault, spool: Path
) -> frozenset[str]:
    """Move the parts handed over into the vault; the SHA-256 of those it holds now.

    Raises `BadAnswer` for bytes that are not what their hash says, or lie elsewhere.
    """
    listed: Any = result.get("vault") or []
    _need(isinstance(listed, list), "vault")
    known = {record["sha256"] for record in records}
    kept = set()
    for part in listed:
        _need(isinstance(part, dict) and part.get("sha256") in known, "vault")
        sha256 = part["sha256"]
        try:
            if isinstance(part.get("spool"), str):
                file = Path(part["spool"])
                _need(file.parent.resolve().is_relative_to(spool), "spool")
                # Copied, not moved: the child might still hold the file open for writing.
                vault.put_file(file, sha256, follow=False)
            else:
                vault.put_bytes(base64.b64decode(str(part.get("inline")), validate=True), sha256)
        except (Mismatch, binascii.Error):
            raise BadAnswer("hash of a part") from None
        except (OSError, ValueError):
            raise BadAnswer("spool") from None
        kept.add(sha256)
    for part in listed:
        if "spool" in part:
            Path(part["spool"]).unlink(missing_ok=True)
    return frozenset(kept)


def refused_record(item: Item, why: Message, content: Path | None) -> Json:
    """The record of an item that was not examined, in the published form.

    `content` is where its bytes can be read, None if they cannot: then it has no hash.
    """
    source = FileContent(content) if content is not None else BytesContent(b"")
    sha256, sm3 = digests(source)
    record = record_json(
        EvidenceRecord(
            evidence=Evidence(
                sha256=sha256,
                sm3=sm3,
                size=source.size if content is not None else item.size,
                path=item.name,
                identity=Identity(kind=EvidenceKind.UNKNOWN, format="unknown"),
                content=source,
            ),
            parts=(),
            refusals=(Refusal(what=item.name, why=why),),
            examinations=(),
            not_applicable=(),
            weights=(),
        )
    )
    return record if content is not None else {**record, "sha256": None, "sm3": None}
